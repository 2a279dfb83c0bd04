-- What lists of a million connexions are read from: the order by per cent of a limit, and the search for a piece of text.
--
-- Both live beside the table, whose indexes are a contract: an index over the counters would also make every counting UPDATE
-- write all indexes of the row (PostgreSQL decides by columns, not by values), while here a row is written only when its whole
-- per mille changes. Comparisons of integers and identifiers are leakproof, so that the order is read from its index under row
-- level security; comparisons of numeric and LIKE are not, so that searching is a function's work, which applies the two
-- policies' conditions itself and returns identifiers alone.

CREATE TABLE vigie.rank (
    connexion_id    uuid    NOT NULL,
    kind            "char"  NOT NULL CHECK (kind IN ('b', 'q')),
    organisation_id uuid,
    permille        integer NOT NULL,
    PRIMARY KEY (connexion_id, kind)
) WITH (fillfactor = 90);
ALTER TABLE vigie.rank ENABLE ROW LEVEL SECURITY;
CREATE POLICY administrators_or_own ON vigie.rank FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid())))
           OR organisation_id = (SELECT public.get_user_organisation_id((SELECT auth.uid()))));
GRANT SELECT ON vigie.rank TO vigie_operator;
COMMENT ON TABLE vigie.rank IS 'The order of the connexions by what they used of their limits, kept by a trigger.';
COMMENT ON COLUMN vigie.rank.kind IS 'b: cost of the month against its limit; q: requests of the day against theirs.';
COMMENT ON COLUMN vigie.rank.permille IS 'Thousandths of the limit, rounded down; -1 without a limit or a figure.';

CREATE TABLE vigie.haystack (
    connexion_id    uuid PRIMARY KEY,
    organisation_id uuid,
    words           text NOT NULL
);
ALTER TABLE vigie.haystack ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE vigie.haystack IS 'What a word of the filter is searched in, in lower case: account, project, id. Read by vigie.search alone.';

-- One call for whatever happens to a row, since it is cheaper than conditions of the trigger: PostgreSQL reads their text for every
-- statement anew, while this is compiled once. The per milles are those that the gauges show (SQL_BUDGET, SQL_QUOTA of the program).
CREATE FUNCTION vigie.keep_lists() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moved  boolean := TG_OP = 'UPDATE' AND OLD.organisation_id IS DISTINCT FROM NEW.organisation_id;
    quota  integer := CASE WHEN NEW.openai_limite_quotidienne > 0 AND NEW.openai_usage_quotidien IS NOT NULL
                           THEN least(greatest(NEW.openai_usage_quotidien, 0)::bigint * 1000 / NEW.openai_limite_quotidienne,
                                      9999999) ELSE -1 END;
    budget integer := CASE WHEN NEW.openai_limite_cout_mois > 0 AND NEW.openai_cout_actuel_mois IS NOT NULL
                           THEN least(div(greatest(least(NEW.openai_cout_actuel_mois, 1e18), 0) * 1000,
                                          least(NEW.openai_limite_cout_mois, 1e18)), 9999999) ELSE -1 END;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO vigie.rank (connexion_id, kind, organisation_id, permille)
        VALUES (NEW.openai_connexion_id, 'b', NEW.organisation_id, budget),
               (NEW.openai_connexion_id, 'q', NEW.organisation_id, quota);
        INSERT INTO vigie.haystack (connexion_id, organisation_id, words)
        VALUES (NEW.openai_connexion_id, NEW.organisation_id, coalesce(lower(NEW.openai_email_compte), '') || chr(10)
                || coalesce(lower(NEW.openai_project_id), '') || chr(10) || NEW.openai_connexion_id::text);
        RETURN NULL;
    END IF;
    IF moved OR (quota <> CASE WHEN OLD.openai_limite_quotidienne > 0 AND OLD.openai_usage_quotidien IS NOT NULL
                               THEN least(greatest(OLD.openai_usage_quotidien, 0)::bigint * 1000 / OLD.openai_limite_quotidienne,
                                          9999999) ELSE -1 END) THEN
        UPDATE vigie.rank r SET permille = quota, organisation_id = NEW.organisation_id
        WHERE r.connexion_id = NEW.openai_connexion_id AND r.kind = 'q';
    END IF;
    IF moved OR (budget <> CASE WHEN OLD.openai_limite_cout_mois > 0 AND OLD.openai_cout_actuel_mois IS NOT NULL
                                THEN least(div(greatest(least(OLD.openai_cout_actuel_mois, 1e18), 0) * 1000,
                                               least(OLD.openai_limite_cout_mois, 1e18)), 9999999) ELSE -1 END) THEN
        UPDATE vigie.rank r SET permille = budget, organisation_id = NEW.organisation_id
        WHERE r.connexion_id = NEW.openai_connexion_id AND r.kind = 'b';
    END IF;
    IF moved OR OLD.openai_email_compte IS DISTINCT FROM NEW.openai_email_compte
       OR OLD.openai_project_id IS DISTINCT FROM NEW.openai_project_id OR OLD.openai_connexion_id <> NEW.openai_connexion_id THEN
        UPDATE vigie.haystack h
        SET words = coalesce(lower(NEW.openai_email_compte), '') || chr(10) || coalesce(lower(NEW.openai_project_id), '') || chr(10)
                    || NEW.openai_connexion_id::text,
            organisation_id = NEW.organisation_id
        WHERE h.connexion_id = NEW.openai_connexion_id;
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION vigie.keep_lists() FROM PUBLIC;
COMMENT ON FUNCTION vigie.keep_lists() IS 'Keeps vigie.rank and vigie.haystack; writes only what differs.';
CREATE TRIGGER vigie_lists_insert AFTER INSERT ON public.openai_connexion
    FOR EACH ROW EXECUTE FUNCTION vigie.keep_lists();
CREATE TRIGGER vigie_lists_update AFTER UPDATE ON public.openai_connexion
    FOR EACH ROW EXECUTE FUNCTION vigie.keep_lists();

-- Rows that were loaded while the triggers did not run have no place in the lists, and a list that is read from them would lack
-- them without a word. Whoever switches a trigger off and on again writes its row of the catalogue anew: the transaction that wrote
-- it when the lists were right stands in its comment, and while the two differ nothing is read from the lists.
CREATE FUNCTION vigie.lists_in_step() RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT count(*) = 2 FROM pg_trigger g JOIN pg_description d ON d.classoid = 'pg_trigger'::regclass AND d.objoid = g.oid
    WHERE g.tgrelid = 'public.openai_connexion'::regclass
      AND g.tgname IN ('vigie_lists_insert', 'vigie_lists_update') AND g.tgenabled = 'A' AND d.description = 'in step since ' || g.xmin
$$;
REVOKE ALL ON FUNCTION vigie.lists_in_step() FROM PUBLIC;
COMMENT ON FUNCTION vigie.lists_in_step() IS
    'Whether vigie.rank and vigie.haystack have every change: the triggers that keep them were never off since vigie.refill_lists.';

CREATE FUNCTION vigie.refill_lists() RETURNS bigint
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    changed bigint;
    total   bigint := 0;
    mark    record;
BEGIN
    LOCK TABLE public.openai_connexion IN SHARE ROW EXCLUSIVE MODE;
    FOR mark IN SELECT g.tgname FROM pg_trigger g WHERE g.tgrelid = 'public.openai_connexion'::regclass
                AND g.tgname ~ '^vigie_lists_' AND g.tgenabled <> 'A'
    LOOP
        EXECUTE format('ALTER TABLE public.openai_connexion ENABLE ALWAYS TRIGGER %I', mark.tgname);
    END LOOP;
    FOR mark IN SELECT g.tgname, g.xmin FROM pg_trigger g WHERE g.tgrelid = 'public.openai_connexion'::regclass
                AND g.tgname ~ '^vigie_lists_'
    LOOP
        EXECUTE format('COMMENT ON TRIGGER %I ON public.openai_connexion IS %L', mark.tgname, 'in step since ' || mark.xmin);
    END LOOP;
    DELETE FROM vigie.rank r WHERE NOT EXISTS (SELECT FROM public.openai_connexion c WHERE c.openai_connexion_id = r.connexion_id);
    GET DIAGNOSTICS changed = ROW_COUNT;
    total := total + changed;
    DELETE FROM vigie.haystack h WHERE NOT EXISTS (SELECT FROM public.openai_connexion c WHERE c.openai_connexion_id = h.connexion_id);
    GET DIAGNOSTICS changed = ROW_COUNT;
    total := total + changed;
    INSERT INTO vigie.rank AS r (connexion_id, kind, organisation_id, permille)
    SELECT c.openai_connexion_id, k.kind, c.organisation_id, k.permille
    FROM public.openai_connexion c
         CROSS JOIN LATERAL (VALUES
             ('b'::"char", CASE WHEN c.openai_limite_cout_mois > 0 AND c.openai_cout_actuel_mois IS NOT NULL
                                THEN least(div(greatest(least(c.openai_cout_actuel_mois, 1e18), 0) * 1000,
                                               least(c.openai_limite_cout_mois, 1e18)), 9999999)::integer ELSE -1 END),
             ('q'::"char", CASE WHEN c.openai_limite_quotidienne > 0 AND c.openai_usage_quotidien IS NOT NULL
                                THEN least(greatest(c.openai_usage_quotidien, 0)::bigint * 1000 / c.openai_limite_quotidienne,
                                           9999999)::integer ELSE -1 END)) k (kind, permille)
    ON CONFLICT (connexion_id, kind) DO UPDATE SET permille = excluded.permille, organisation_id = excluded.organisation_id
    WHERE (r.permille, r.organisation_id) IS DISTINCT FROM (excluded.permille, excluded.organisation_id);
    GET DIAGNOSTICS changed = ROW_COUNT;
    total := total + changed;
    INSERT INTO vigie.haystack AS h (connexion_id, organisation_id, words)
    SELECT c.openai_connexion_id, c.organisation_id, coalesce(lower(c.openai_email_compte), '') || chr(10)
           || coalesce(lower(c.openai_project_id), '') || chr(10) || c.openai_connexion_id::text
    FROM public.openai_connexion c
    ON CONFLICT (connexion_id) DO UPDATE SET words = excluded.words, organisation_id = excluded.organisation_id
    WHERE (h.words, h.organisation_id) IS DISTINCT FROM (excluded.words, excluded.organisation_id);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN total + changed;
END
$$;
REVOKE ALL ON FUNCTION vigie.refill_lists() FROM PUBLIC;
COMMENT ON FUNCTION vigie.refill_lists() IS
    'Puts vigie.rank and vigie.haystack right after rows were loaded with triggers off; returns how many places were wrong. For the '
    'owner of the database.';

-- Where this program made the tables it also granted them, by name, to its group; adoption grants nothing.
CREATE FUNCTION vigie.made_here() RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM pg_class t, aclexplode(t.relacl) a
                   WHERE t.oid = 'public.openai_connexion'::regclass AND a.grantee = 'vigie_operator'::regrole
                     AND a.privilege_type = 'DELETE')
$$;
REVOKE ALL ON FUNCTION vigie.made_here() FROM PUBLIC;
COMMENT ON FUNCTION vigie.made_here() IS 'Whether the tables are this program''s own, and not an adopted platform''s.';

-- The index for searching needs pg_trgm. Without it searching reads the rows as they stand under the policies.
CREATE FUNCTION vigie.index_search() RETURNS boolean
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp SET client_min_messages = warning
AS $$
DECLARE
    place name := (SELECT n.nspname FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace
                          JOIN pg_depend d ON d.classid = 'pg_opclass'::regclass AND d.objid = o.oid AND d.deptype = 'e'
                          JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'pg_trgm'
                   WHERE o.opcname = 'gin_trgm_ops');
    names record;
BEGIN
    IF place IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE INDEX IF NOT EXISTS idx_haystack_words ON vigie.haystack USING gin (words %I.gin_trgm_ops)', place);
    -- Names of a database that this program made; a platform's own tables are its own.
    FOR names IN
        SELECT t.relname, v.col FROM (VALUES ('organisations', 'organisation_nom'), ('reseau', 'reseau_nom'),
                                             ('reseau_agence', 'reseau_agence_nom'),
                                             ('agence_independante', 'agence_indep_nom')) v (relname, col)
             JOIN pg_class t ON t.relnamespace = 'public'::regnamespace AND t.relname = v.relname
        WHERE vigie.made_here()
    LOOP
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON public.%I USING gin (lower(%I) %I.gin_trgm_ops)',
                       'idx_' || names.col || '_words', names.relname, names.col, place);
    END LOOP;
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION vigie.index_search() FROM PUBLIC;
COMMENT ON FUNCTION vigie.index_search() IS
    'Makes the index that vigie.search needs, once the extension pg_trgm is there; false without it. For the owner of the database.';

-- The connexions in the caller's sight that texts are found in ----------------------------------------------------------------
--
-- Patterns are those of LIKE. The first four are words, looked for in account, project, identifier and in the names of
-- organisation and client; the fifth in the organisation's name alone, the sixth in the client's. Who is no administrator
-- searches the names of the own organisation alone, which are those in sight.

CREATE FUNCTION vigie.clients_named(pattern text, names_of uuid) RETURNS TABLE (kind text, id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    RETURN QUERY
    SELECT 'reseau', v.id FROM public.reseau k, LATERAL (VALUES (k.reseau_id), (k.client_id)) v (id)
    WHERE lower(k.reseau_nom) LIKE pattern AND (names_of IS NULL OR k.organisation_id = names_of)
    UNION ALL
    SELECT 'reseau_agence', v.id FROM public.reseau_agence k, LATERAL (VALUES (k.reseau_agence_id), (k.client_id)) v (id)
    WHERE lower(k.reseau_agence_nom) LIKE pattern AND (names_of IS NULL OR k.organisation_id = names_of)
    UNION ALL
    SELECT 'agence_independante', v.id
    FROM public.agence_independante k, LATERAL (VALUES (k.agence_indep_id), (k.client_id)) v (id)
    WHERE lower(k.agence_indep_nom) LIKE pattern AND (names_of IS NULL OR k.organisation_id = names_of);
END
$$;
REVOKE ALL ON FUNCTION vigie.clients_named(text, uuid) FROM PUBLIC;
COMMENT ON FUNCTION vigie.clients_named(text, uuid) IS
    'Part of vigie.search: how connexions refer to the clients of such a name, by primary key or by the table''s own client_id.';

CREATE FUNCTION vigie.search_term(pattern text, place integer, most integer, names_of uuid, rows_of uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    organisations uuid[];
    clients       uuid[];
    kinds         text[];
    found_ids     uuid[];
BEGIN
    IF place <> 6 THEN
        organisations := ARRAY(SELECT o.organisation_id FROM public.organisations o
                               WHERE lower(o.organisation_nom) LIKE pattern
                                 AND (names_of IS NULL OR o.organisation_id = names_of) LIMIT most + 1);
    END IF;
    IF place <> 5 THEN
        SELECT array_agg(k.kind), array_agg(k.id) INTO kinds, clients FROM vigie.clients_named(pattern, names_of) k;
    END IF;
    IF cardinality(organisations) > most OR cardinality(clients) > most THEN
        RETURN NULL;
    END IF;
    -- Each part stops where there are too many, and the planner, which knows the pattern, reads in order what is common.
    IF place < 5 THEN
        found_ids := ARRAY(SELECT h.connexion_id FROM vigie.haystack h
                           WHERE h.words LIKE pattern AND (rows_of IS NULL OR h.organisation_id = rows_of) LIMIT most + 1);
        IF cardinality(found_ids) > most THEN
            RETURN NULL;
        END IF;
    END IF;
    IF cardinality(organisations) > 0 THEN
        found_ids := found_ids || ARRAY(SELECT c.openai_connexion_id FROM public.openai_connexion c
                                        WHERE c.organisation_id = ANY (organisations)
                                          AND (rows_of IS NULL OR c.organisation_id = rows_of) LIMIT most + 1);
    END IF;
    IF cardinality(clients) > 0 THEN
        found_ids := found_ids || ARRAY(SELECT c.openai_connexion_id
                                        FROM public.openai_connexion c
                                        WHERE c.client_id = ANY (clients)
                                          AND (c.client_type, c.client_id) IN (SELECT k.kind, k.id
                                                                               FROM unnest(kinds, clients) k (kind, id))
                                          AND (rows_of IS NULL OR c.organisation_id = rows_of) LIMIT most + 1);
    END IF;
    IF cardinality(organisations) > 0 OR cardinality(clients) > 0 THEN
        found_ids := ARRAY(SELECT DISTINCT f.id FROM unnest(found_ids) f (id));
    END IF;
    RETURN CASE WHEN coalesce(cardinality(found_ids), 0) <= most THEN coalesce(found_ids, '{}') END;
END
$$;
REVOKE ALL ON FUNCTION vigie.search_term(text, integer, integer, uuid, uuid) FROM PUBLIC;
COMMENT ON FUNCTION vigie.search_term(text, integer, integer, uuid, uuid) IS
    'Part of vigie.search: the connexions of an organisation, or all, that one text is found in; NULL when there are too many.';

CREATE FUNCTION vigie.search_rest(ids uuid[], pattern text, place integer, names_of uuid) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN ARRAY(
        SELECT c.openai_connexion_id
        FROM unnest(ids) f (id) JOIN public.openai_connexion c ON c.openai_connexion_id = f.id
        WHERE place < 5 AND EXISTS (SELECT FROM vigie.haystack h WHERE h.connexion_id = f.id AND h.words LIKE pattern)
           OR place <> 6 AND c.organisation_id IN (
                  SELECT o.organisation_id FROM public.organisations o
                  WHERE lower(o.organisation_nom) LIKE pattern AND (names_of IS NULL OR o.organisation_id = names_of))
           OR place <> 5 AND (c.client_type, c.client_id) IN (SELECT k.kind, k.id FROM vigie.clients_named(pattern, names_of) k));
END
$$;
REVOKE ALL ON FUNCTION vigie.search_rest(uuid[], text, integer, uuid) FROM PUBLIC;
COMMENT ON FUNCTION vigie.search_rest(uuid[], text, integer, uuid) IS
    'Part of vigie.search: those of the connexions that a further text is found in.';

CREATE FUNCTION vigie.search(patterns text[], organisation uuid, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    admin    boolean := vigie.caller_is_admin();
    own      uuid := vigie.caller_organisation();
    rows_of  uuid := CASE WHEN admin THEN organisation ELSE own END;
    names_of uuid := CASE WHEN NOT admin THEN own END;
    ids      uuid[];
    source   integer;
    place    integer;
BEGIN
    IF NOT vigie.lists_in_step() OR to_regclass('vigie.idx_haystack_words') IS NULL OR cardinality(patterns) IS DISTINCT FROM 6 OR most IS NULL
       OR most NOT BETWEEN 0 AND 100000 THEN
        RETURN NULL;
    ELSIF NOT admin AND (own IS NULL OR organisation <> own) THEN
        RETURN '{}';
    END IF;
    FOR source IN SELECT n FROM generate_series(1, 6) n WHERE patterns[n] IS NOT NULL ORDER BY length(patterns[n]) DESC, n
    LOOP
        ids := vigie.search_term(lower(patterns[source]), source, most, names_of, rows_of);
        EXIT WHEN ids IS NOT NULL;
    END LOOP;
    IF ids IS NULL THEN
        RETURN NULL;
    END IF;
    FOR place IN 1..6 LOOP
        IF place <> source AND patterns[place] IS NOT NULL AND cardinality(ids) > 0 THEN
            ids := vigie.search_rest(ids, lower(patterns[place]), place, names_of);
        END IF;
    END LOOP;
    RETURN ids;
EXCEPTION WHEN insufficient_privilege OR undefined_table OR undefined_column THEN
    RETURN NULL;  -- a platform without the tables of clients
END
$$;
REVOKE ALL ON FUNCTION vigie.search(text[], uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.search(text[], uuid, integer) TO vigie_operator;
COMMENT ON FUNCTION vigie.search(text[], uuid, integer) IS
    'The connexions in the caller''s sight, of one organisation or all, that all texts are found in: four words, a text in the '
    'organisation''s name, one in the client''s, each a pattern of LIKE or NULL, in any case. NULL: there are too many, or no index to '
    'find them with; then the rows have to be read in the order of the list.';

-- First the rows, then what refers to them and the indexes ----------------------------------------------------------------------------------------------

DO $$
BEGIN
    PERFORM vigie.refill_lists();
    IF vigie.made_here() AND EXISTS (SELECT FROM pg_available_extensions x WHERE x.name = 'pg_trgm')
       AND NOT EXISTS (SELECT FROM pg_extension x WHERE x.extname = 'pg_trgm') THEN
        BEGIN
            CREATE SCHEMA IF NOT EXISTS extensions;
            CREATE EXTENSION pg_trgm SCHEMA extensions;
        EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file THEN
            NULL;  -- `vigie doctor` says so
        END;
    END IF;
END
$$;
ALTER TABLE vigie.rank ADD FOREIGN KEY (connexion_id) REFERENCES public.openai_connexion (openai_connexion_id)
    ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE vigie.haystack ADD FOREIGN KEY (connexion_id) REFERENCES public.openai_connexion (openai_connexion_id)
    ON UPDATE CASCADE ON DELETE CASCADE;
CREATE INDEX idx_rank_order ON vigie.rank (kind, permille, connexion_id);
CREATE INDEX idx_rank_organisation ON vigie.rank (organisation_id, kind, permille, connexion_id);
CREATE INDEX idx_haystack_organisation ON vigie.haystack (organisation_id);
DO $$
BEGIN
    PERFORM vigie.index_search();
END
$$;
