-- Lists are read from vigie.rank and found with vigie.search: both give what the slow way gives, and nothing out of sight.
\ir fixture.psql
SELECT no_plan();

-- The fixture loads with triggers off: such rows have no place until the owner says so.
SELECT ok(NOT vigie.lists_in_step(), 'who switches the triggers off is noticed');
SELECT is(vigie.search('{%test%,NULL,NULL,NULL,NULL,NULL}', NULL, 5000), NULL, 'and nothing is searched in lists that lack rows');
SELECT is((SELECT count(*)::int FROM vigie.rank) + (SELECT count(*)::int FROM vigie.haystack), 0, 'rows loaded without triggers have no place');
SELECT format('SET LOCAL SESSION AUTHORIZATION %I', tableowner) FROM pg_tables
WHERE schemaname = 'public' AND tablename = 'openai_connexion' \gexec
SELECT is(vigie.refill_lists(), 18::bigint, 'two ranks and one text for each of six rows');
SELECT is(vigie.refill_lists(), 0::bigint, 'and nothing is wrong then');
SELECT ok(vigie.lists_in_step(), 'the lists are in step again');
SAVEPOINT before;
ALTER TABLE public.openai_connexion DISABLE TRIGGER vigie_lists_update;
ALTER TABLE public.openai_connexion ENABLE ALWAYS TRIGGER vigie_lists_update;
SELECT ok(NOT vigie.lists_in_step(), 'until one of the triggers is off, however short');
ROLLBACK TO before;
DROP TRIGGER vigie_lists_update ON public.openai_connexion;
SELECT ok(NOT vigie.lists_in_step(), 'or gone');
ROLLBACK TO before;
RESET SESSION AUTHORIZATION;
SET LOCAL session_replication_role = replica;
UPDATE public.openai_connexion SET openai_limite_cout_mois = 7, openai_cout_actuel_mois = 5 WHERE openai_email_compte = 'n1@test.example';
SET LOCAL session_replication_role = origin;
SELECT is((SELECT count(*) FROM vigie.rank WHERE permille = 714), 2::bigint, 'rows that a replica gets have their place');

-- What must hold at any time: a rank for both kinds and a text for every row, as the row says.
CREATE FUNCTION pg_temp.wrong() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM (
        SELECT c.openai_connexion_id, c.organisation_id, k.kind, k.permille, lower(c.openai_email_compte), lower(coalesce(c.openai_project_id, ''))
        FROM public.openai_connexion c, LATERAL (VALUES
            ('b'::"char", CASE WHEN c.openai_limite_cout_mois > 0 AND c.openai_cout_actuel_mois IS NOT NULL THEN
                 least(div(greatest(least(c.openai_cout_actuel_mois, 1e18), 0) * 1000, least(c.openai_limite_cout_mois, 1e18)), 9999999)::integer ELSE -1 END),
            ('q'::"char", CASE WHEN c.openai_limite_quotidienne > 0 AND c.openai_usage_quotidien IS NOT NULL THEN
                 least(greatest(c.openai_usage_quotidien, 0)::bigint * 1000 / c.openai_limite_quotidienne, 9999999)::integer ELSE -1 END)) k (kind, permille)) c
    FULL JOIN (SELECT r.connexion_id, r.organisation_id, r.kind, r.permille, split_part(h.words, chr(10), 1), split_part(h.words, chr(10), 2)
               FROM vigie.rank r FULL JOIN vigie.haystack h ON h.connexion_id = r.connexion_id AND h.organisation_id IS NOT DISTINCT FROM r.organisation_id
                                                               AND split_part(h.words, chr(10), 3) = r.connexion_id::text) l ON c = l
    WHERE c IS NULL OR l IS NULL
$$;
SELECT is(pg_temp.wrong(), 0::bigint, 'the lists are right');

INSERT INTO public.organisations (organisation_id, organisation_nom) SELECT md5('o' || n)::uuid, (ARRAY['École Été', 'NORD sud', '50%_off\x', 'Zoé'])[n]
FROM generate_series(1, 4) n;
INSERT INTO public.reseau (reseau_id, client_id, reseau_nom, organisation_id)
SELECT md5('r' || n)::uuid, md5('rc' || n)::uuid, (ARRAY['Réseau Nord', 'École', 'axbxc', 'client_1'])[1 + n % 4] || n, md5('o' || 1 + n % 4)::uuid FROM generate_series(1, 12) n;
INSERT INTO public.reseau_agence (reseau_agence_id, reseau_agence_nom, organisation_id)
SELECT md5('a' || n)::uuid, (ARRAY['Agence Été', 'abc', '100%', 'Sud'])[1 + n % 4] || n, md5('o' || 1 + n % 4)::uuid FROM generate_series(1, 12) n;
INSERT INTO public.agence_independante (agence_indep_id, agence_indep_nom, organisation_id)
SELECT md5('i' || n)::uuid, 'Indé ' || n, CASE WHEN n % 2 = 0 THEN :A::uuid ELSE :B::uuid END FROM generate_series(1, 6) n;
-- Clients by primary key and by client_id, of the own organisation and of another, and missing.
INSERT INTO public.openai_connexion (organisation_id, client_type, client_id, openai_api_key, openai_email_compte, openai_project_id, openai_limite_quotidienne,
                                     openai_usage_quotidien, openai_limite_cout_mois, openai_cout_actuel_mois)
SELECT CASE n % 6 WHEN 0 THEN :A::uuid WHEN 1 THEN :B::uuid ELSE md5('o' || n % 6 - 1)::uuid END,
       (ARRAY['reseau', 'reseau', 'reseau_agence', 'agence_independante'])[1 + n % 4],
       (ARRAY[md5('r' || 1 + n % 12), md5('rc' || 1 + n % 12), md5('a' || 1 + n % 12), md5('i' || 1 + n % 7)])[1 + n % 4]::uuid,
       'sk-test-not-a-key-' || n,
       (ARRAY['Été', 'ABC', 'a_b', '100%', 'ß\n', 'zz'])[1 + n % 6] || n || (ARRAY['@Nord', '@sud', '@École'])[1 + n % 3] || '.example',
       CASE WHEN n % 3 <> 0 THEN 'Proj_' || n % 40 END,
       (ARRAY[NULL, 0, 7, 100, -3])[1 + n % 5], (ARRAY[NULL, 0, 3, 99, 250, -1])[1 + n % 6],
       (ARRAY[NULL, 0, 9.99, 'NaN', 0.001, 1e20])[1 + n % 6]::numeric, (ARRAY[NULL, 0, 5, 'NaN', 1e9, -2, 3.33])[1 + n % 7]::numeric
FROM generate_series(1, 420) n;
SELECT is(pg_temp.wrong(), 0::bigint, 'also for rows that are new');

UPDATE public.openai_connexion SET openai_cout_actuel_mois = openai_cout_actuel_mois * 1.7, openai_usage_quotidien = openai_usage_quotidien + 1;
SELECT is(pg_temp.wrong(), 0::bigint, 'after counting');
UPDATE public.openai_connexion SET openai_limite_cout_mois = 10 WHERE openai_limite_cout_mois IS NULL OR openai_email_compte LIKE 'z%';
UPDATE public.openai_connexion SET openai_limite_quotidienne = NULL WHERE openai_email_compte LIKE 'A%';
UPDATE public.openai_connexion SET openai_usage_quotidien = NULL, openai_cout_actuel_mois = NULL WHERE openai_email_compte LIKE '%7@%';
SELECT is(pg_temp.wrong(), 0::bigint, 'after limits that come, go and change');
UPDATE public.openai_connexion SET openai_email_compte = upper(openai_email_compte), openai_project_id = NULL WHERE openai_email_compte LIKE '%4@%';
UPDATE public.openai_connexion SET organisation_id = :A WHERE openai_email_compte LIKE '%@sud%' AND organisation_id = md5('o1')::uuid;
UPDATE public.openai_connexion SET openai_connexion_id = gen_random_uuid(), openai_email_compte = 'moved' WHERE openai_email_compte LIKE '100!%1%' ESCAPE '!' AND openai_project_id IS NULL;
SELECT is(pg_temp.wrong(), 0::bigint, 'after other accounts, projects, organisations and identifiers');
DELETE FROM public.openai_connexion WHERE openai_email_compte LIKE '%9@%';
SELECT is(pg_temp.wrong(), 0::bigint, 'and after deletions');

-- Only what changes the per mille is written: anything else would cost every count a row.
SELECT ctid AS place, connexion_id AS one FROM vigie.rank WHERE kind = 'b' AND permille BETWEEN 1 AND 999 LIMIT 1 \gset
UPDATE public.openai_connexion SET openai_cout_actuel_mois = openai_cout_actuel_mois + 1e-9, openai_derniere_synchro = now() WHERE openai_connexion_id = :'one';
SELECT is((SELECT ctid FROM vigie.rank WHERE kind = 'b' AND connexion_id = :'one'), :'place', 'a cost that leaves the per mille as it is writes nothing');

-- Random filters, for everybody: the same connexions as the policies and the slow conditions leave.
CREATE TEMP TABLE pattern AS
SELECT n, ('%' || replace(replace(replace(w, '\', '\\'), '%', '\%'), '_', '\_') || '%') AS p
FROM unnest(ARRAY['é', 'ÉT', 'été', 'abc', 'Nord', 'sud.ex', '100%', 'a_b', '_', '%', '\', 'proj_1', 'PROJ_2', 'école', 'zz', '4-', 'abcdef', 'client_1', 'Réseau Nord1',
                  'indé 2', 'organisation a', 'réseau organisation', 'example', 'nowhere', '50%_off\x', 'zoé', 'moved', '']) WITH ORDINALITY w (w, n);
INSERT INTO pattern SELECT 100 + row_number() OVER (), '%' || substr(openai_connexion_id::text, 3, 6) || '%' FROM public.openai_connexion ORDER BY openai_connexion_id LIMIT 4;
GRANT SELECT ON pattern TO PUBLIC;
CREATE FUNCTION pg_temp.slow(p text[], organisation uuid) RETURNS SETOF uuid LANGUAGE sql AS $$
    SELECT c.openai_connexion_id FROM public.openai_connexion c
    LEFT JOIN public.organisations o ON o.organisation_id = c.organisation_id
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(k.nom), '{}') AS names FROM (
            SELECT 'reseau', reseau_id, client_id, reseau_nom FROM public.reseau
            UNION ALL SELECT 'reseau_agence', reseau_agence_id, client_id, reseau_agence_nom FROM public.reseau_agence
            UNION ALL SELECT 'agence_independante', agence_indep_id, client_id, agence_indep_nom FROM public.agence_independante) k (kind, id, client_id, nom)
        WHERE k.kind = c.client_type AND c.client_id IN (k.id, k.client_id)) k
    WHERE ($2 IS NULL OR c.organisation_id = $2)
      AND NOT EXISTS (SELECT FROM unnest($1[:4]) w (w) WHERE w IS NOT NULL AND NOT (
          lower(c.openai_email_compte) LIKE lower(w) OR coalesce(lower(c.openai_project_id) LIKE lower(w), false) OR c.openai_connexion_id::text LIKE lower(w)
          OR coalesce(o.organisation_nom ILIKE w, false) OR EXISTS (SELECT FROM unnest(k.names) n WHERE n ILIKE w)))
      AND ($1[5] IS NULL OR o.organisation_nom ILIKE $1[5])
      AND ($1[6] IS NULL OR EXISTS (SELECT FROM unnest(k.names) n WHERE n ILIKE $1[6]))
$$;
CREATE FUNCTION pg_temp.differences(p text[], organisation uuid, most integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    fast uuid[] := vigie.search(p, organisation, most);
    slow uuid[] := ARRAY(SELECT s FROM pg_temp.slow(p, organisation) s);
BEGIN
    IF fast IS NULL THEN
        RETURN CASE WHEN most >= 1000 THEN 'nothing found quickly' ELSE '' END;
    ELSIF cardinality(fast) > most THEN
        RETURN 'more than asked for';
    END IF;
    RETURN (SELECT coalesce(string_agg(x::text, ' '), '') FROM ((TABLE pg_temp.none UNION ALL SELECT unnest(fast)) EXCEPT ALL SELECT unnest(slow)) d (x))
        || (SELECT coalesce(string_agg(x::text, ' '), '') FROM (SELECT unnest(slow) EXCEPT ALL SELECT unnest(fast)) d (x));
END
$$;
CREATE TEMP TABLE none (id uuid);
GRANT SELECT ON none TO PUBLIC;
CREATE FUNCTION pg_temp.pick(chance float) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN random() < chance THEN (SELECT x.p FROM pg_temp.pattern x ORDER BY random() LIMIT 1) END
$$;
CREATE TEMP TABLE tried (login name, p text[], organisation uuid, most integer);
SELECT setseed(0.18) \gset ignored_
INSERT INTO tried
SELECT login, ARRAY[pg_temp.pick(0.8), pg_temp.pick(0.3), pg_temp.pick(0.1), NULL, pg_temp.pick(0.2), pg_temp.pick(0.3)],
       CASE WHEN random() < 0.3 THEN (ARRAY[:A::uuid, :B::uuid, md5('o2')::uuid])[1 + (random() * 2)::int] END, (ARRAY[1000, 5000, 20])[1 + (random() * 2)::int]
FROM generate_series(1, 60) n, unnest(ARRAY['vigie_test_admin', 'vigie_test_a', 'vigie_test_b', 'vigie_test_nobody', 'vigie_test_anonymous']::name[]) login;
DELETE FROM tried WHERE array_remove(p, NULL) = '{}';
SELECT is(string_agg(format('%s %s %s %s: %s', t.login, t.p, t.organisation, t.most, v), '; '), NULL, 'random filters find what the slow way finds')
FROM tried t, LATERAL pg_temp.value_of(t.login, format('SELECT pg_temp.differences(%L::text[], %L::uuid, %s)', t.p, t.organisation, t.most)) v WHERE v <> '';
SELECT ok(count(*) FILTER (WHERE v::int > 0) > 20, 'and many of them find something')
FROM tried t, LATERAL pg_temp.value_of(t.login, format('SELECT coalesce(cardinality(vigie.search(%L::text[], %L::uuid, 5000)), 0)', t.p, t.organisation)) v;

-- One word in each place, by hand
CREATE FUNCTION pg_temp.hits(login name, place integer, pattern text, organisation uuid) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.value_of(login, format('SELECT cardinality(vigie.search(%L::text[], %L::uuid, 5000))',
                                          (SELECT array_agg(CASE n WHEN place THEN pattern END ORDER BY n) FROM generate_series(1, 6) n), organisation))
$$;
SELECT is(pg_temp.hits(login, place, pattern, organisation), expected, what) FROM (VALUES
    ('vigie_test_admin'::name, 1, '%ORGANISATION A%', NULL::uuid, (SELECT count(*)::text FROM public.openai_connexion WHERE organisation_id = :A), 'a word: the organisation''s name'),
    ('vigie_test_a', 1, '%organisation a%', NULL, (SELECT count(*)::text FROM public.openai_connexion WHERE organisation_id = :A), 'the same for its member'),
    ('vigie_test_b', 1, '%organisation a%', NULL, (SELECT count(*)::text FROM public.openai_connexion c JOIN public.agence_independante k ON c.client_id = k.agence_indep_id
        WHERE c.organisation_id = :B AND k.agence_indep_nom = 'Indépendante Organisation A'), 'another one''s name is not known'),
    ('vigie_test_a', 5, '%organisation b%', NULL, '0', 'nor in its own place'),
    ('vigie_test_a', 1, '%organisation a%', :B::uuid, '0', 'nothing of another organisation'),
    ('vigie_test_b', 1, '%', :A::uuid, '0', 'whatever is looked for'),
    ('vigie_test_nobody', 1, '%', NULL, '0', 'nothing for nobody'),
    ('vigie_test_anonymous', 1, '%', NULL, '0', 'nor for who is not known'),
    ('vigie_test_outsider', 1, '%', NULL, '42501', 'who is not in the group may not ask')
) t (login, place, pattern, organisation, expected, what);
-- A client of another organisation has a name that its connexion's members do not see.
UPDATE public.openai_connexion SET client_type = 'reseau', client_id = md5('r1')::uuid, openai_email_compte = 'elsewhere' WHERE openai_connexion_id =
    (SELECT openai_connexion_id FROM public.openai_connexion WHERE organisation_id = :A LIMIT 1);
SELECT is(pg_temp.hits('vigie_test_a', 6, '%' || reseau_nom || '%', NULL), '0', 'no name of a client elsewhere can be guessed') FROM public.reseau WHERE reseau_id = md5('r1')::uuid;
SELECT isnt(pg_temp.hits('vigie_test_admin', 6, '%' || reseau_nom || '%', NULL), '0', 'which an administrator finds') FROM public.reseau WHERE reseau_id = md5('r1')::uuid;

-- The order under the policies is that of the rows in sight.
SELECT is(pg_temp.value_of(login, format($q$
        SELECT count(*) || md5(string_agg(connexion_id::text, ' ' ORDER BY permille %1$s, connexion_id %1$s)) FROM vigie.rank WHERE kind = %2$L$q$, dir, kind)),
    pg_temp.value_of(login, format($q$
        SELECT count(*) || md5(string_agg(openai_connexion_id::text, ' ' ORDER BY coalesce(%2$s, -1) %1$s, openai_connexion_id %1$s)) FROM public.openai_connexion$q$, dir, share)),
    format('order of %s, %s, for %s', kind, dir, login))
FROM unnest(ARRAY['vigie_test_admin', 'vigie_test_a', 'vigie_test_b', 'vigie_test_nobody']::name[]) login, unnest(ARRAY['ASC', 'DESC']) dir,
     (VALUES ('b', 'CASE WHEN openai_limite_cout_mois > 0 AND openai_cout_actuel_mois IS NOT NULL THEN
                        least(div(greatest(least(openai_cout_actuel_mois, 1e18), 0) * 1000, least(openai_limite_cout_mois, 1e18)), 9999999) END'),
             ('q', 'CASE WHEN openai_limite_quotidienne > 0 AND openai_usage_quotidien IS NOT NULL THEN
                        least(greatest(openai_usage_quotidien, 0)::bigint * 1000 / openai_limite_quotidienne, 9999999) END')) k (kind, share);

-- Who may do what: every role, every verb
SELECT is(pg_temp.attempt(login, statement), expected, format('%s: %s', login, statement)) FROM (
    SELECT login, 'SELECT FROM vigie.rank' AS statement,
           CASE login WHEN 'vigie_test_admin' THEN (SELECT count(*) * 2 FROM public.openai_connexion)
                      WHEN 'vigie_test_a' THEN (SELECT count(*) * 2 FROM public.openai_connexion WHERE organisation_id = :A)
                      WHEN 'vigie_test_b' THEN (SELECT count(*) * 2 FROM public.openai_connexion WHERE organisation_id = :B)
                      WHEN 'vigie_test_outsider' THEN 42501 ELSE 0 END::text AS expected
    FROM unnest(ARRAY['vigie_test_admin', 'vigie_test_a', 'vigie_test_b', 'vigie_test_nobody', 'vigie_test_anonymous', 'vigie_test_outsider']) login
    UNION ALL
    SELECT login, statement, '42501'
    FROM unnest(ARRAY['vigie_test_admin', 'vigie_test_a', 'vigie_test_anonymous', 'vigie_test_outsider']) login, unnest(ARRAY[
        'UPDATE vigie.rank SET permille = 0', 'DELETE FROM vigie.rank', 'TRUNCATE vigie.rank', 'INSERT INTO vigie.rank VALUES (gen_random_uuid(), ''b'', NULL, 0)',
        'SELECT FROM vigie.haystack', 'DELETE FROM vigie.haystack', 'SELECT vigie.refill_lists()', 'SELECT vigie.index_search()', 'SELECT vigie.made_here()', 'SELECT vigie.lists_in_step()',
        'SELECT vigie.search_term(''%'', 1, 5000, NULL, NULL)', 'SELECT vigie.search_rest(''{}'', ''%'', 1, NULL)', 'SELECT vigie.clients_named(''%'', NULL)',
        'SELECT vigie.keep_lists()']) statement
) t (login, statement, expected);

-- Who holds a lock on a row of the order would stop every count.
SELECT is(pg_temp.attempt('vigie_test_admin', 'SELECT FROM vigie.rank FOR UPDATE'), '42501', 'nobody locks the order');

-- Without the index there is no quick way, and the program reads the rows.
SELECT is(vigie.search('{%a%,NULL}', NULL, 10), NULL, 'six patterns or none');
DROP INDEX vigie.idx_haystack_words;
SELECT is(pg_temp.hits('vigie_test_admin', 1, '%abc%', NULL), NULL, 'no index: it says so');
SELECT format('SET LOCAL SESSION AUTHORIZATION %I', tableowner) FROM pg_tables
WHERE schemaname = 'public' AND tablename = 'openai_connexion' \gexec
SELECT ok(vigie.index_search() AND vigie.index_search(), 'the owner makes it again, twice if need be');
RESET SESSION AUTHORIZATION;
SELECT isnt(pg_temp.hits('vigie_test_admin', 1, '%abc%', NULL), NULL, 'and it is used');

DROP EXTENSION pg_trgm CASCADE;
SELECT ok(NOT vigie.index_search(), 'without the extension there is none to make');
SELECT is(pg_temp.hits('vigie_test_admin', 1, '%abc%', NULL), NULL, 'which stops nobody');

SELECT * FROM finish();
ROLLBACK;
