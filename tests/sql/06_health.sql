-- Health and leases: the tables to the letter, who reads and writes what, and what the functions do.
\ir fixture.psql
SELECT plan(134);

-- The tables ----------------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.columns(relation regclass) RETURNS TABLE (name text, type text, filled boolean, initial text)
    LANGUAGE sql AS $$
    SELECT a.attname::text COLLATE "default", format_type(a.atttypid, a.atttypmod), a.attnotnull,
           pg_get_expr(d.adbin, d.adrelid) COLLATE "default"
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
$$;
SELECT results_eq($$ SELECT * FROM pg_temp.columns('vigie.probe') $$,
    $$ VALUES ('connexion_id', 'uuid', true, NULL),
              ('verdict', 'vigie.verdict', false, NULL),
              ('since', 'timestamp with time zone', false, NULL),
              ('candidate', 'vigie.verdict', false, NULL),
              ('failures', 'integer', true, '0'),
              ('calm', 'integer', true, '0'),
              ('checked_at', 'timestamp with time zone', false, NULL),
              ('next_at', 'timestamp with time zone', true, 'now()'),
              ('evidence', 'vigie.evidence', false, NULL),
              ('latencies', 'integer[]', true, '''{}''::integer[]'),
              ('models', 'text', true, '''''::text'),
              ('lease_owner', 'text', false, NULL),
              ('lease_until', 'timestamp with time zone', false, NULL) $$, 'vigie.probe');
SELECT results_eq($$ SELECT * FROM pg_temp.columns('vigie.host') $$,
    $$ VALUES ('host', 'text', true, NULL),
              ('organisation_id', 'uuid', false, NULL),
              ('verdict', 'vigie.verdict', false, NULL),
              ('since', 'timestamp with time zone', false, NULL),
              ('failing', 'integer', true, '0'),
              ('evidence', 'vigie.evidence', false, NULL),
              ('recorded_at', 'timestamp with time zone', true, 'now()') $$, 'vigie.host');
SELECT results_eq(
    $$ SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
       WHERE contype = 'f' AND conrelid IN ('vigie.probe'::regclass, 'vigie.host'::regclass) ORDER BY 1 $$,
    $$ VALUES ('vigie.host', 'FOREIGN KEY (organisation_id) REFERENCES organisations(organisation_id) ON DELETE CASCADE'),
              ('vigie.probe', 'FOREIGN KEY (connexion_id) REFERENCES openai_connexion(openai_connexion_id) ON DELETE CASCADE') $$,
    'both go with what they belong to');
SELECT is_empty($$ SELECT relname FROM pg_class WHERE relnamespace = 'vigie'::regnamespace AND relkind IN ('r', 'p')
                   AND NOT relrowsecurity AND relname <> 'migration' $$,
                'row level security is on for every table but the record of migrations');
SELECT results_eq(
    $$ SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
       WHERE indrelid IN ('vigie.probe'::regclass, 'vigie.host'::regclass) ORDER BY 1 $$,
    $$ VALUES
       ('vigie.idx_host', 'CREATE UNIQUE INDEX idx_host ON vigie.host USING btree (host, COALESCE(organisation_id, '
                          '''00000000-0000-0000-0000-000000000000''::uuid))'),
       ('vigie.idx_probe_next_at', 'CREATE INDEX idx_probe_next_at ON vigie.probe USING btree (next_at)'),
       ('vigie.probe_pkey', 'CREATE UNIQUE INDEX probe_pkey ON vigie.probe USING btree (connexion_id)') $$,
    'indexes');
SELECT is_empty(
    $$ SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'vigie'::regnamespace
       AND NOT coalesce(p.proconfig, '{}') @> '{"search_path=pg_catalog, pg_temp"}' AND p.prosecdef $$,
    'every function with the owner''s rights has its own search_path');

-- What the closed list and the bounds refuse.
SELECT throws_ok(format('INSERT INTO vigie.host (host, %s) VALUES (''h'', %s)', field, value), '23514', NULL, 'refused: ' || field || ' ' || left(value, 40))
FROM (VALUES ('verdict', '''fine'''), ('failing', '-1'),
             ('evidence', 'ROW(200, 0, repeat(''x'', 64), '''', '''', '''', 0, 0, 0, 0, 0, 0)'),
             ('evidence', 'ROW(200, 0, '''', repeat(''x'', 80), '''', '''', 0, 0, 0, 0, 0, 0)'),
             ('evidence', 'ROW(200, 0, '''', '''', repeat(''x'', 240), '''', 0, 0, 0, 0, 0, 0)'),
             ('evidence', 'ROW(200, 0, '''', '''', '''', repeat(''x'', 160), 0, 0, 0, 0, 0, 0)'),
             ('evidence', 'ROW(1000, 0, '''', '''', '''', '''', 0, 0, 0, 0, 0, 0)')) AS v (field, value);
SELECT throws_ok('INSERT INTO vigie.host (host) VALUES ('''')', '23514', NULL, 'refused: a host without a name');
SELECT throws_ok('INSERT INTO vigie.host (host, verdict) VALUES (''h'', NULL)', '23502', NULL, 'refused: no verdict');

-- Who sees and does what ------------------------------------------------------------------------------------------------

SET LOCAL SESSION AUTHORIZATION vigie_test_admin;
SELECT vigie.enrol() AS enrolled \gset
RESET SESSION AUTHORIZATION;
SELECT is(:enrolled, 6, 'every active connexion gets a row');
INSERT INTO vigie.host (host, organisation_id) VALUES ('everybody', NULL), ('a', :A), ('b', :B);

CREATE TEMP TABLE sight (login name, probe text, host text);
INSERT INTO sight VALUES
    ('vigie_test_admin', '6', '3'), ('vigie_test_a', '3', '2'), ('vigie_test_b', '3', '2'), ('vigie_test_unknown', '0', '1'),
    ('vigie_test_anonymous', '0', '0'), ('vigie_test_nobody', '0', '1'), ('vigie_test_outsider', '42501', '42501');
SELECT is(pg_temp.attempt(login, 'SELECT FROM vigie.probe'), probe, login || ' sees probes: ' || probe) FROM sight;
SELECT is(pg_temp.attempt(login, 'SELECT FROM vigie.host'), host, login || ' sees hosts: ' || host) FROM sight;
SELECT is(pg_temp.value_of('vigie_test_a', 'SELECT string_agg(host, '' '' ORDER BY host) FROM vigie.host'), 'a everybody',
          'a member sees the own hosts and everybody''s');
SELECT is(pg_temp.attempt(login, statement), '42501', login || ' may not ' || statement)
FROM sight, (VALUES ('INSERT INTO vigie.probe (connexion_id) SELECT openai_connexion_id FROM openai_connexion'),
                    ('UPDATE vigie.probe SET verdict = ''valid'''), ('DELETE FROM vigie.probe'),
                    ('INSERT INTO vigie.host (host) VALUES (''x'')'), ('UPDATE vigie.host SET failing = 1'),
                    ('DELETE FROM vigie.host')) AS s (statement)
WHERE login IN ('vigie_test_admin', 'vigie_test_a', 'vigie_test_outsider');

-- A member's calls reach the own rows alone; who has no sight reaches nothing and is told so only by the count.
CREATE FUNCTION pg_temp.any_of(organisation uuid) RETURNS uuid LANGUAGE sql AS $$
    SELECT openai_connexion_id FROM public.openai_connexion WHERE organisation_id = organisation ORDER BY 1 LIMIT 1
$$;
SELECT pg_temp.any_of(:A) AS in_a, pg_temp.any_of(:B) AS in_b \gset
SELECT is(pg_temp.value_of(login, 'SELECT count(*) FROM vigie.lease(''me'', 100, 60)'), expected, login || ' leases ' || expected)
FROM (VALUES ('vigie_test_admin', '6'), ('vigie_test_a', '3'), ('vigie_test_b', '3'), ('vigie_test_unknown', '0'),
             ('vigie_test_anonymous', '0'), ('vigie_test_nobody', '0'), ('vigie_test_outsider', '42501')) AS t (login, expected);
SELECT is(pg_temp.value_of(login, format('SELECT count(*) FROM vigie.take(''me'', ARRAY[%L, %L]::uuid[], 60)', :'in_a', :'in_b')),
          expected, login || ' takes ' || expected)
FROM (VALUES ('vigie_test_admin', '2'), ('vigie_test_a', '1'), ('vigie_test_b', '1'), ('vigie_test_unknown', '0'),
             ('vigie_test_anonymous', '0'), ('vigie_test_nobody', '0'), ('vigie_test_outsider', '42501')) AS t (login, expected);
SELECT is(pg_temp.value_of('vigie_test_a',
              format('SELECT bool_and(api_key LIKE ''sk-test-not-a-key-%%'') FROM vigie.take(''me'', ARRAY[%L, %L]::uuid[], 60)',
                     :'in_a', :'in_b')), 'true', 'a lease comes with the key');
SELECT is(pg_temp.value_of(login, 'SELECT vigie.enrol()'), expected, login || ' enrols: ' || expected)
FROM (VALUES ('vigie_test_admin', '0'), ('vigie_test_a', '0'), ('vigie_test_anonymous', '0'), ('vigie_test_outsider', '42501'))
     AS t (login, expected);
SELECT is(pg_temp.attempt(login, 'SELECT vigie.record_host(''{"host": "h", "verdict": "network", "failing": 3}'')'), expected,
          login || ' tells of a host: ' || expected)
FROM (VALUES ('vigie_test_admin', '1'), ('vigie_test_a', '1'), ('vigie_test_nobody', '42501'), ('vigie_test_unknown', '42501'),
             ('vigie_test_anonymous', '42501'), ('vigie_test_outsider', '42501')) AS t (login, expected);

-- The results of another organisation's connexion are not a member's to write, whoever holds the lease.
UPDATE vigie.probe SET lease_owner = 'me', lease_until = now() + interval '1 minute';
CREATE FUNCTION pg_temp.result(id uuid, verdict text, more text DEFAULT '') RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT vigie.record(''me'', ''[{"id": "%s", "verdict": "%s", "since": 1000, "checked_at": 2000, "due_s": 300 %s}]'')',
                  id, verdict, more)
$$;
SELECT is(pg_temp.value_of(login, pg_temp.result(:'in_b', 'revoked')), expected, login || ' records in B: ' || expected)
FROM (VALUES ('vigie_test_admin', '1'), ('vigie_test_a', '0'), ('vigie_test_b', '1'), ('vigie_test_unknown', '0'),
             ('vigie_test_anonymous', '0'), ('vigie_test_nobody', '0'), ('vigie_test_outsider', '42501')) AS t (login, expected);
SELECT is(pg_temp.value_of(login, 'SELECT vigie.release(''me'')'), expected, login || ' releases: ' || expected)
FROM (VALUES ('vigie_test_admin', '6'), ('vigie_test_a', '3'), ('vigie_test_unknown', '0'), ('vigie_test_anonymous', '0'),
             ('vigie_test_outsider', '42501')) AS t (login, expected);
SELECT is(pg_temp.attempt('vigie_test_admin', 'SELECT vigie.check_lease(''x'', 1)'), '42501', 'a part of a function is not called alone');
UPDATE vigie.probe SET lease_owner = NULL, lease_until = NULL;

-- What the functions do ----------------------------------------------------------------------------------------------

-- value_of undoes what it did; here each step builds on the one before.
CREATE FUNCTION pg_temp.as_admin(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    value text;
BEGIN
    SET LOCAL SESSION AUTHORIZATION vigie_test_admin;
    EXECUTE statement INTO value;
    RESET SESSION AUTHORIZATION;
    RETURN value;
END
$$;
SELECT is(pg_temp.as_admin('SELECT count(*) FROM vigie.lease(''one'', 2, 60)'), '2', 'a lease takes as many as it asks for');
SELECT is(pg_temp.as_admin('SELECT count(*) FROM vigie.lease(''two'', 10, 30)'), '4', 'another gets the rest');
SELECT is(pg_temp.as_admin('SELECT count(*) FROM vigie.lease(''three'', 10, 30)'), '0', 'and nobody gets them twice');
SELECT is(pg_temp.as_admin('SELECT vigie.next_due(''three'')'), (now() + interval '30 seconds')::text,
          'work comes back when the shorter lease ends');
SELECT is(pg_temp.as_admin('SELECT vigie.next_due(''two'')'), (now() + interval '60 seconds')::text, 'one''s own lease does not count');
UPDATE vigie.probe SET lease_until = now() WHERE lease_owner = 'two';
SELECT is(pg_temp.as_admin('SELECT count(*) FROM vigie.lease(''three'', 10, 30)'), '4', 'a lease that ended is taken over');
SELECT is(pg_temp.as_admin('SELECT vigie.release(''two'')'), '0', 'the old owner has nothing left');
SELECT is(pg_temp.as_admin(replace(pg_temp.result(connexion_id, 'valid'), '''me''', '''two''')), '0', 'nor anything to say')
FROM vigie.probe WHERE lease_owner = 'three' LIMIT 1;
SELECT is(pg_temp.as_admin(format('SELECT count(*) FROM vigie.take(''four'', %L, 30)', array_agg(connexion_id))), '0',
          'a test does not take what another holds')
FROM vigie.probe;
SELECT is(pg_temp.as_admin(format('SELECT count(*) FROM vigie.take(''three'', %L, 30)', array_agg(connexion_id))), '4',
          'but what the own program holds')
FROM vigie.probe;
SELECT is(pg_temp.as_admin('SELECT vigie.release(''three'')'), '4', 'leases are given back');
SELECT is(pg_temp.as_admin('SELECT vigie.release(''one'')'), '2', 'all of them');
SELECT is(pg_temp.attempt('vigie_test_admin', format('SELECT vigie.lease(%L, 1, %s)', holder, seconds)), '22023',
          format('no lease for %L of %s', left(holder, 10), seconds))
FROM (VALUES ('', '60'), (NULL, '60'), (repeat('x', 160), '60'), ('me', '0'), ('me', '3601'), ('me', 'NULL')) AS t (holder, seconds);

-- The switch
UPDATE public.openai_connexion SET openai_actif = false WHERE openai_connexion_id = :'in_a';
SELECT is(pg_temp.as_admin('SELECT count(*) FROM vigie.lease(''me'', 10, 60)'), '5', 'what is switched off is not leased');
SELECT is(pg_temp.as_admin('SELECT vigie.enrol()'), '1', 'and is parked');
SELECT is((SELECT next_at FROM vigie.probe WHERE connexion_id = :'in_a'), 'infinity', 'at the end of time');
SELECT is(pg_temp.as_admin(format('SELECT count(*) FROM vigie.take(''me'', ARRAY[%L]::uuid[], 60)', :'in_a')), '1',
          'a person may test it all the same');
SELECT is(pg_temp.as_admin('SELECT vigie.release(''me'')'), '6', 'given back');
UPDATE public.openai_connexion SET openai_actif = true WHERE openai_connexion_id = :'in_a';
SELECT is(pg_temp.as_admin('SELECT vigie.enrol()'), '1', 'switched on again it is roused');
SELECT is((SELECT next_at FROM vigie.probe WHERE connexion_id = :'in_a'), now(), 'at once');

-- Results
CREATE FUNCTION pg_temp.recorded(verdict text, more text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    id uuid := pg_temp.any_of('aaaaaaaa-0000-4000-8000-000000000000');
BEGIN
    UPDATE vigie.probe SET lease_owner = 'me', lease_until = now() + interval '1 minute' WHERE connexion_id = id;
    PERFORM pg_temp.as_admin(pg_temp.result(id, verdict, more));
    RETURN (SELECT concat_ws(' ', p.verdict, p.failures, p.next_at - now(), coalesce(p.lease_owner, '-'),
                             c.openai_statut_connexion, coalesce(c.openai_derniere_erreur, '-'),
                             coalesce(extract(epoch FROM c.openai_derniere_synchro)::bigint::text, '-'))
            FROM vigie.probe p JOIN public.openai_connexion c ON c.openai_connexion_id = p.connexion_id
            WHERE p.connexion_id = id);
END
$$;
SELECT is(pg_temp.recorded('valid', ''), 'valid 0 00:05:00 - active - 2000', 'a good answer');
SELECT is(pg_temp.recorded('valid', ', "failures": 1, "candidate": "revoked", "error": "401"'),
          'valid 1 00:05:00 - active 401 2000', 'a bad one changes no state');
SELECT is(pg_temp.recorded('revoked', ', "failures": 3, "error": "401", "status": "expired"'),
          'revoked 3 00:05:00 - expired 401 2000', 'until it is confirmed');
SELECT is(pg_temp.recorded('revoked', ', "shared": true, "checked_at": 3000, "error": "no network"'),
          'revoked 0 00:05:00 - expired 401 2000', 'a shared failure leaves the connexion''s row alone');
SELECT is(pg_temp.recorded('revoked', ', "due_s": null, "shared": true'), 'revoked 0 00:05:00 - expired 401 2000',
          'a lease given back unprobed leaves the plan');
SELECT is(pg_temp.recorded('valid', ', "due_s": 999999999, "checked_at": 99999999999, "status": "active"'),
          format('valid 0 1 day - active - %s', extract(epoch FROM now())::bigint),
          'a program with a wrong clock neither parks a row nor has seen the future');
SELECT is(pg_temp.recorded('valid', ', "due_s": -5'), 'valid 0 00:00:00 - active - 2000', 'nor is anything due before now');
UPDATE public.openai_connexion SET openai_statut_connexion = 'inactive' WHERE openai_connexion_id = :'in_a';
SELECT is(pg_temp.recorded('valid', ', "status": "active"'), 'valid 0 00:05:00 - inactive - 2000',
          'what people made inactive stays so');
SELECT is(pg_temp.recorded('valid', ', "latencies": [5, 6], "models": "gpt-4 ends", "evidence": {"http": 200, "host": "h", "total_ms": 7}'),
          'valid 0 00:05:00 - inactive - 2000', 'evidence');
SELECT is((SELECT concat_ws(' ', latencies, models, evidence) FROM vigie.probe WHERE connexion_id = :'in_a'),
          '{5,6} gpt-4 ends (200,,,,,h,,,,,7,)', 'is kept');
UPDATE vigie.probe SET lease_owner = 'me', lease_until = now();
SELECT is(pg_temp.attempt('vigie_test_admin', pg_temp.result(:'in_a', verdict, more)), state, 'refused: ' || verdict || more)
FROM (VALUES ('valid', ', "models": "' || repeat('x', 400) || '"', '23514'), ('fine', '', '23514'),
             ('valid', ', "latencies": [' || repeat('1,', 30) || '1]', '23514'),
             ('valid', ', "evidence": {"message": "' || repeat('x', 240) || '"}', '23514')) AS t (verdict, more, state);
SELECT is(pg_temp.attempt('vigie_test_admin', pg_temp.result(:'in_a', 'valid')), '1',
          'a lease that ended and that nobody took over is still good for its result');

-- Hosts
SELECT is(pg_temp.as_admin('SELECT vigie.record_host(''{"host": "h", "verdict": "network", "failing": 3, "since": 1000}'')'), '',
          'a host fails');
SELECT is(pg_temp.as_admin('SELECT vigie.record_host(''{"host": "h", "verdict": "valid", "failing": 0, "since": 2000}'')'), '',
          'and recovers');
SELECT results_eq('SELECT verdict::text, failing, extract(epoch FROM since)::integer FROM vigie.host WHERE host = ''h''',
                  'VALUES (''valid'', 0, 2000)', 'in one row');
SELECT is(pg_temp.value_of('vigie_test_b', 'SELECT vigie.record_host(''{"host": "h", "verdict": "tls", "failing": 3}'')',
                           'SELECT string_agg(coalesce(organisation_id::text, ''-'') || verdict, '' '' ORDER BY verdict) FROM vigie.host '
                           'WHERE host = ''h'''),
          format('%stls -valid', :B), 'a member''s word is beside it, for the own organisation');

-- A row that the table refuses is not shown: the owner's functions see more than their callers.
CREATE FUNCTION pg_temp.refusal(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text;
    detail  text;
    code    text;
BEGIN
    EXECUTE 'SET LOCAL SESSION AUTHORIZATION vigie_test_admin';
    EXECUTE statement;
    RAISE EXCEPTION 'accepted';
EXCEPTION WHEN others THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, code = RETURNED_SQLSTATE;
    RETURN code || ' ' || message || ' ' || detail;
END
$$;
ALTER TABLE openai_connexion ADD CONSTRAINT one_word CHECK (openai_statut_connexion <> 'expired') NOT VALID;
UPDATE vigie.probe SET lease_owner = 'me', lease_until = now() + interval '1 minute';
SELECT matches(pg_temp.refusal(pg_temp.result(:'in_b', 'revoked', ', "status": "expired"')), '^23514 .*one_word', 'a refused row is an error');
SELECT unalike(pg_temp.refusal(pg_temp.result(:'in_b', 'revoked', ', "status": "expired"')), '%sk-test%', 'that does not show the row');
ALTER TABLE openai_connexion DROP CONSTRAINT one_word;

-- What goes with a connexion, an organisation
SELECT is(pg_temp.value_of('vigie_test_admin', 'DELETE FROM openai_connexion', 'SELECT count(*) FROM vigie.probe'), '0',
          'a connexion takes its health along');

SELECT * FROM finish();
ROLLBACK;
