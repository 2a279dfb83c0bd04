-- Saving: a plan of changes is read, judged against the rows as they are, and carried out, each change with what became of it.
-- All of it runs with the caller's own rights.

CREATE FUNCTION vigie.read_plan(plan json, keys boolean) RETURNS jsonb
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    wrong text;
    items jsonb;
BEGIN
    IF coalesce(json_typeof(plan), '') <> 'array' THEN
        RAISE EXCEPTION 'a plan is an array of changes' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT jsonb_agg(jsonb_build_object(
               'at', p.n - 1, 'op', p.op, 'copy_of', p.copy_of,
               'id', CASE WHEN p.op = 'insert' AND keys THEN coalesce(p.id, gen_random_uuid()) ELSE p.id END,
               'set', coalesce(p.set, '{}'), 'seen', coalesce(p.seen, '{}')) ORDER BY p.n) INTO items
    FROM ROWS FROM (json_to_recordset(plan) AS (op text, id uuid, copy_of uuid, set jsonb, seen jsonb)) WITH ORDINALITY
         AS p (op, id, copy_of, set, seen, n);

    SELECT CASE WHEN p.op IS NULL OR p.op NOT IN ('update', 'insert', 'delete') THEN 'an operation is update, insert or delete'
                WHEN p.id IS NULL AND p.op <> 'insert' THEN 'which row must be given'
                WHEN p.copy_of IS NOT NULL AND p.op <> 'insert' THEN 'only a new row can be a copy'
                WHEN jsonb_typeof(p.set) <> 'object' OR jsonb_typeof(p.seen) <> 'object' THEN 'values stand in an object'
                WHEN p.op = 'delete' AND p.set <> '{}' THEN 'a deletion sets nothing'
                WHEN p.seen ->> 'openai_api_key' !~ '^(sha256:[0-9a-f]{16})?$' THEN 'a key is seen by its fingerprint'
                ELSE 'this column is not for editing: ' || k.key END
    INTO wrong
    FROM jsonb_to_recordset(coalesce(items, '[]')) AS p (op text, id uuid, copy_of uuid, set jsonb, seen jsonb)
    LEFT JOIN LATERAL (
        SELECT x.key FROM (
            SELECT jsonb_object_keys(CASE jsonb_typeof(p.set) WHEN 'object' THEN p.set - 'openai_api_key' ELSE '{}' END)
            UNION ALL
            SELECT jsonb_object_keys(CASE jsonb_typeof(p.seen) WHEN 'object' THEN p.seen - 'openai_api_key' ELSE '{}' END)) AS x (key)
        WHERE x.key NOT IN ('organisation_id', 'client_type', 'client_id', 'openai_email_compte', 'openai_organisation_id',
            'openai_project_id', 'openai_actif', 'openai_date_activation', 'openai_statut_connexion',
                'openai_limite_quotidienne', 'openai_modeles_autorises', 'openai_limite_cout_mois',
                    'openai_ia_extensions') LIMIT 1
    ) k ON true
    WHERE p.op IS NULL OR p.op NOT IN ('update', 'insert', 'delete') OR p.id IS NULL AND p.op <> 'insert'
       OR p.copy_of IS NOT NULL AND p.op <> 'insert' OR jsonb_typeof(p.set) <> 'object' OR jsonb_typeof(p.seen) <> 'object'
       OR p.op = 'delete' AND p.set <> '{}' OR k.key IS NOT NULL OR p.seen ->> 'openai_api_key' !~ '^(sha256:[0-9a-f]{16})?$'
    LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '%', wrong USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT keys THEN
        RETURN coalesce(items, '[]');
    END IF;
    RETURN coalesce((
        SELECT jsonb_agg(CASE WHEN i.item -> 'set' ? 'openai_api_key'
                              THEN i.item || jsonb_build_object('key', vigie.key_of(i.item #> '{set,openai_api_key}'))
                              WHEN i.item ->> 'copy_of' IS NOT NULL
                              THEN i.item || jsonb_build_object('key', 'vigie-key:copy:' || (i.item ->> 'copy_of'))
                              ELSE i.item END ORDER BY i.n)
        FROM jsonb_array_elements(items) WITH ORDINALITY AS i (item, n)), '[]');
END
$$;
REVOKE ALL ON FUNCTION vigie.read_plan(json, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.read_plan(json, boolean) TO vigie_operator;
COMMENT ON FUNCTION vigie.read_plan(json, boolean) IS
    'Part of vigie.save: a plan that is well formed, with the texts of its keys if they are wanted.';

-- "hidden" is told only to who could see the row before.
CREATE FUNCTION vigie.fate(connexion uuid) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    own uuid := vigie.caller_organisation();
BEGIN
    RETURN CASE WHEN EXISTS (SELECT FROM public.openai_connexion c WHERE c.openai_connexion_id = connexion)
                     AND EXISTS (SELECT FROM vigie.journal j WHERE j.connexion_id = connexion AND j.organisation_id = own)
                THEN 'hidden' ELSE 'gone' END;
END
$$;
REVOKE ALL ON FUNCTION vigie.fate(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.fate(uuid) TO vigie_operator;
COMMENT ON FUNCTION vigie.fate(uuid) IS 'What became of a connexion that the caller does not see: hidden or gone.';

-- What each change would meet now. theirs holds the fields that conflict, or all that the change names.
CREATE FUNCTION vigie.judge(items jsonb, all_theirs boolean)
    RETURNS TABLE (at integer, id uuid, outcome text, columns text[], theirs jsonb)
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT p.at, p.id,
           CASE WHEN p.op = 'insert' THEN 'saved'
                WHEN c.openai_connexion_id IS NULL THEN vigie.fate(p.id)
                WHEN f.conflicts IS NOT NULL THEN 'conflict'
                WHEN p.op = 'update' AND NOT f.changes THEN 'same'
                ELSE 'saved' END,
           CASE WHEN p.op <> 'insert' AND c.openai_connexion_id IS NOT NULL THEN f.conflicts END,
           CASE WHEN p.op <> 'insert' AND c.openai_connexion_id IS NOT NULL THEN f.theirs END
    FROM jsonb_to_recordset(items) AS p (at integer, op text, id uuid, set jsonb, seen jsonb)
    LEFT JOIN public.openai_connexion c ON c.openai_connexion_id = p.id
    CROSS JOIN LATERAL (
        SELECT array_agg(v.k) FILTER (WHERE p.seen ? v.k AND v.conflicts) AS conflicts,
               coalesce(bool_or(p.set ? v.k AND v.changes), false) OR p.set ? 'openai_api_key' AS changes,
               jsonb_object_agg(v.k, v.now) FILTER (WHERE all_theirs OR p.seen ? v.k AND v.conflicts) AS theirs
        FROM (VALUES
            ('organisation_id', c.organisation_id::text,
             c.organisation_id IS DISTINCT FROM (p.set ->> 'organisation_id')::uuid,
             c.organisation_id IS DISTINCT FROM (p.seen ->> 'organisation_id')::uuid),
            ('client_type', c.client_type,
             c.client_type IS DISTINCT FROM p.set ->> 'client_type',
             c.client_type IS DISTINCT FROM p.seen ->> 'client_type'),
            ('client_id', c.client_id::text,
             c.client_id IS DISTINCT FROM (p.set ->> 'client_id')::uuid,
             c.client_id IS DISTINCT FROM (p.seen ->> 'client_id')::uuid),
            ('openai_email_compte', c.openai_email_compte,
             c.openai_email_compte IS DISTINCT FROM p.set ->> 'openai_email_compte',
             c.openai_email_compte IS DISTINCT FROM p.seen ->> 'openai_email_compte'),
            ('openai_organisation_id', c.openai_organisation_id,
             c.openai_organisation_id IS DISTINCT FROM p.set ->> 'openai_organisation_id',
             c.openai_organisation_id IS DISTINCT FROM p.seen ->> 'openai_organisation_id'),
            ('openai_project_id', c.openai_project_id,
             c.openai_project_id IS DISTINCT FROM p.set ->> 'openai_project_id',
             c.openai_project_id IS DISTINCT FROM p.seen ->> 'openai_project_id'),
            ('openai_actif', left(c.openai_actif::text, 1),
             c.openai_actif IS DISTINCT FROM (p.set ->> 'openai_actif')::boolean,
             c.openai_actif IS DISTINCT FROM (p.seen ->> 'openai_actif')::boolean),
            ('openai_date_activation', vigie.utc(c.openai_date_activation),
             c.openai_date_activation IS DISTINCT FROM (p.set ->> 'openai_date_activation')::timestamptz,
             c.openai_date_activation IS DISTINCT FROM (p.seen ->> 'openai_date_activation')::timestamptz),
            ('openai_statut_connexion', c.openai_statut_connexion,
             c.openai_statut_connexion IS DISTINCT FROM p.set ->> 'openai_statut_connexion',
             c.openai_statut_connexion IS DISTINCT FROM p.seen ->> 'openai_statut_connexion'),
            ('openai_limite_quotidienne', c.openai_limite_quotidienne::text,
             c.openai_limite_quotidienne IS DISTINCT FROM (p.set ->> 'openai_limite_quotidienne')::integer,
             c.openai_limite_quotidienne IS DISTINCT FROM (p.seen ->> 'openai_limite_quotidienne')::integer),
            ('openai_modeles_autorises', c.openai_modeles_autorises::text,
             c.openai_modeles_autorises IS DISTINCT FROM (p.set ->> 'openai_modeles_autorises')::text[],
             c.openai_modeles_autorises IS DISTINCT FROM (p.seen ->> 'openai_modeles_autorises')::text[]),
            ('openai_limite_cout_mois', c.openai_limite_cout_mois::text,
             c.openai_limite_cout_mois IS DISTINCT FROM (p.set ->> 'openai_limite_cout_mois')::numeric,
             c.openai_limite_cout_mois IS DISTINCT FROM (p.seen ->> 'openai_limite_cout_mois')::numeric),
            ('openai_ia_extensions', c.openai_ia_extensions::text,
             c.openai_ia_extensions IS DISTINCT FROM (p.set ->> 'openai_ia_extensions')::jsonb,
             c.openai_ia_extensions IS DISTINCT FROM (p.seen ->> 'openai_ia_extensions')::jsonb),
            ('openai_api_key', CASE WHEN p.set ? 'openai_api_key' OR p.seen ? 'openai_api_key' THEN vigie.key_print(p.id) END,
             false, p.seen ? 'openai_api_key' AND NOT vigie.key_is(p.id, p.seen ->> 'openai_api_key'))
        ) AS v (k, now, changes, conflicts)
        WHERE p.set ? v.k OR p.seen ? v.k
    ) f
    ORDER BY p.at;
END
$$;
REVOKE ALL ON FUNCTION vigie.judge(jsonb, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.judge(jsonb, boolean) TO vigie_operator;
COMMENT ON FUNCTION vigie.judge(jsonb, boolean) IS 'Part of vigie.save and vigie.preview: each change against the row as it is.';

-- One attempt: everything that may be written is, else the first refusal is raised. The caller has locked the rows: what is
-- judged here is still so when it is written.
CREATE FUNCTION vigie.write(items jsonb) RETURNS jsonb
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    judged jsonb := (SELECT jsonb_agg(j) FROM vigie.judge(items, false) j);
    good   jsonb := (SELECT coalesce(jsonb_agg(p.item), '[]')
                     FROM ROWS FROM (jsonb_array_elements(items), jsonb_array_elements(judged)) AS p (item, verdict)
                     WHERE p.verdict ->> 'outcome' = 'saved');
    done   uuid[] := '{}';
    more   uuid[];
    other  jsonb;
BEGIN
    IF good @? '$[*] ? (@.op == "delete")' THEN
        WITH gone AS (
            DELETE FROM public.openai_connexion c USING jsonb_to_recordset(good) AS p (op text, id uuid)
            WHERE p.op = 'delete' AND c.openai_connexion_id = p.id
            RETURNING p.id
        )
        SELECT array_agg(g.id) INTO more FROM gone g;
        done := done || more;
    END IF;

    IF good @? '$[*] ? (@.op == "update" && !exists (@.key))' THEN
        WITH changed AS (
            UPDATE public.openai_connexion c SET
                organisation_id = CASE WHEN p.set ? 'organisation_id' THEN (p.set ->> 'organisation_id')::uuid
                    ELSE c.organisation_id END,
                client_type = CASE WHEN p.set ? 'client_type' THEN p.set ->> 'client_type' ELSE c.client_type END,
                client_id = CASE WHEN p.set ? 'client_id' THEN (p.set ->> 'client_id')::uuid ELSE c.client_id END,
                openai_email_compte = CASE WHEN p.set ? 'openai_email_compte' THEN p.set ->> 'openai_email_compte'
                    ELSE c.openai_email_compte END,
                openai_organisation_id = CASE WHEN p.set ? 'openai_organisation_id' THEN p.set ->> 'openai_organisation_id'
                    ELSE c.openai_organisation_id END,
                openai_project_id = CASE WHEN p.set ? 'openai_project_id' THEN p.set ->> 'openai_project_id'
                    ELSE c.openai_project_id END,
                openai_actif = CASE WHEN p.set ? 'openai_actif' THEN (p.set ->> 'openai_actif')::boolean ELSE c.openai_actif END,
                openai_date_activation = CASE WHEN p.set ? 'openai_date_activation'
                    THEN (p.set ->> 'openai_date_activation')::timestamptz ELSE c.openai_date_activation END,
                openai_statut_connexion = CASE WHEN p.set ? 'openai_statut_connexion' THEN p.set ->> 'openai_statut_connexion'
                    ELSE c.openai_statut_connexion END,
                openai_limite_quotidienne = CASE WHEN p.set ? 'openai_limite_quotidienne'
                    THEN (p.set ->> 'openai_limite_quotidienne')::integer ELSE c.openai_limite_quotidienne END,
                openai_modeles_autorises = CASE WHEN p.set ? 'openai_modeles_autorises'
                    THEN (p.set ->> 'openai_modeles_autorises')::text[] ELSE c.openai_modeles_autorises END,
                openai_limite_cout_mois = CASE WHEN p.set ? 'openai_limite_cout_mois'
                    THEN (p.set ->> 'openai_limite_cout_mois')::numeric ELSE c.openai_limite_cout_mois END,
                openai_ia_extensions = CASE WHEN p.set ? 'openai_ia_extensions' THEN (p.set ->> 'openai_ia_extensions')::jsonb
                    ELSE c.openai_ia_extensions END
            FROM jsonb_to_recordset(good) AS p (op text, id uuid, set jsonb)
            WHERE p.op = 'update' AND NOT p.set ? 'openai_api_key' AND c.openai_connexion_id = p.id
            RETURNING p.id
        )
        SELECT array_agg(u.id) INTO more FROM changed u;
        done := done || more;
    END IF;

    -- The same with a key: who writes none needs no right to read it, and wakes no trigger on it.
    IF good @? '$[*] ? (@.op == "update" && exists (@.key))' THEN
        WITH changed AS (
            UPDATE public.openai_connexion c SET
                openai_api_key = p.key,
                organisation_id = CASE WHEN p.set ? 'organisation_id' THEN (p.set ->> 'organisation_id')::uuid
                    ELSE c.organisation_id END,
                client_type = CASE WHEN p.set ? 'client_type' THEN p.set ->> 'client_type' ELSE c.client_type END,
                client_id = CASE WHEN p.set ? 'client_id' THEN (p.set ->> 'client_id')::uuid ELSE c.client_id END,
                openai_email_compte = CASE WHEN p.set ? 'openai_email_compte' THEN p.set ->> 'openai_email_compte'
                    ELSE c.openai_email_compte END,
                openai_organisation_id = CASE WHEN p.set ? 'openai_organisation_id' THEN p.set ->> 'openai_organisation_id'
                    ELSE c.openai_organisation_id END,
                openai_project_id = CASE WHEN p.set ? 'openai_project_id' THEN p.set ->> 'openai_project_id'
                    ELSE c.openai_project_id END,
                openai_actif = CASE WHEN p.set ? 'openai_actif' THEN (p.set ->> 'openai_actif')::boolean ELSE c.openai_actif END,
                openai_date_activation = CASE WHEN p.set ? 'openai_date_activation'
                    THEN (p.set ->> 'openai_date_activation')::timestamptz ELSE c.openai_date_activation END,
                openai_statut_connexion = CASE WHEN p.set ? 'openai_statut_connexion' THEN p.set ->> 'openai_statut_connexion'
                    ELSE c.openai_statut_connexion END,
                openai_limite_quotidienne = CASE WHEN p.set ? 'openai_limite_quotidienne'
                    THEN (p.set ->> 'openai_limite_quotidienne')::integer ELSE c.openai_limite_quotidienne END,
                openai_modeles_autorises = CASE WHEN p.set ? 'openai_modeles_autorises'
                    THEN (p.set ->> 'openai_modeles_autorises')::text[] ELSE c.openai_modeles_autorises END,
                openai_limite_cout_mois = CASE WHEN p.set ? 'openai_limite_cout_mois'
                    THEN (p.set ->> 'openai_limite_cout_mois')::numeric ELSE c.openai_limite_cout_mois END,
                openai_ia_extensions = CASE WHEN p.set ? 'openai_ia_extensions' THEN (p.set ->> 'openai_ia_extensions')::jsonb
                    ELSE c.openai_ia_extensions END
            FROM jsonb_to_recordset(good) AS p (op text, id uuid, set jsonb, key text)
            WHERE p.op = 'update' AND p.set ? 'openai_api_key' AND c.openai_connexion_id = p.id
            RETURNING p.id
        )
        SELECT array_agg(u.id) INTO more FROM changed u;
        done := done || more;
    END IF;

    -- What is not given gets the table's default. The columns that programs write come from vigie.undo alone.
    IF good @? '$[*] ? (@.op == "insert")' THEN
        WITH made AS (
            INSERT INTO public.openai_connexion AS c
                (openai_connexion_id, openai_api_key, organisation_id, client_type, client_id, openai_email_compte,
                 openai_organisation_id, openai_project_id, openai_actif, openai_date_activation,
                 openai_statut_connexion, openai_limite_quotidienne, openai_modeles_autorises,
                 openai_limite_cout_mois, openai_ia_extensions, openai_derniere_synchro, openai_derniere_erreur,
                 openai_usage_quotidien, openai_reset_quota_at, openai_cout_actuel_mois, openai_audit_log,
                 openai_created_at, openai_created_by, openai_updated_at, openai_updated_by)
            SELECT p.id, p.key,
                   (p.set ->> 'organisation_id')::uuid,
                   CASE WHEN p.set ? 'client_type' THEN p.set ->> 'client_type' ELSE 'reseau' END,
                   (p.set ->> 'client_id')::uuid,
                   p.set ->> 'openai_email_compte',
                   p.set ->> 'openai_organisation_id',
                   p.set ->> 'openai_project_id',
                   CASE WHEN p.set ? 'openai_actif' THEN (p.set ->> 'openai_actif')::boolean ELSE true END,
                   CASE WHEN p.set ? 'openai_date_activation' THEN (p.set ->> 'openai_date_activation')::timestamptz
                       ELSE now() END,
                   CASE WHEN p.set ? 'openai_statut_connexion' THEN p.set ->> 'openai_statut_connexion' ELSE 'active' END,
                   (p.set ->> 'openai_limite_quotidienne')::integer,
                   CASE WHEN p.set ? 'openai_modeles_autorises' THEN (p.set ->> 'openai_modeles_autorises')::text[]
                       ELSE '{gpt-3.5-turbo,gpt-4}' END,
                   (p.set ->> 'openai_limite_cout_mois')::numeric,
                   CASE WHEN p.set ? 'openai_ia_extensions' THEN (p.set ->> 'openai_ia_extensions')::jsonb ELSE '{}' END,
                   (p.set ->> 'openai_derniere_synchro')::timestamptz,
                   p.set ->> 'openai_derniere_erreur',
                   CASE WHEN p.set ? 'openai_usage_quotidien' THEN (p.set ->> 'openai_usage_quotidien')::integer ELSE 0 END,
                   (p.set ->> 'openai_reset_quota_at')::timestamptz,
                   CASE WHEN p.set ? 'openai_cout_actuel_mois' THEN (p.set ->> 'openai_cout_actuel_mois')::numeric
                       ELSE 0.0000 END,
                   CASE WHEN p.set ? 'openai_audit_log' THEN (p.set ->> 'openai_audit_log')::jsonb ELSE '{}' END,
                   CASE WHEN p.set ? 'openai_created_at' THEN (p.set ->> 'openai_created_at')::timestamptz ELSE now() END,
                   (p.set ->> 'openai_created_by')::uuid,
                   CASE WHEN p.set ? 'openai_updated_at' THEN (p.set ->> 'openai_updated_at')::timestamptz ELSE now() END,
                   (p.set ->> 'openai_updated_by')::uuid
            FROM jsonb_to_recordset(good) AS p (op text, id uuid, set jsonb, key text)
            WHERE p.op = 'insert'
            RETURNING c.openai_connexion_id AS id
        )
        SELECT array_agg(m.id) INTO more FROM made m;
        done := done || more;
    END IF;

    -- A table's own triggers may store something else: then it is told what.
    IF EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = 'public.openai_connexion'::regclass AND NOT t.tgisinternal
                      AND t.tgtype & 3 = 3 AND t.tgname !~ '(audit_fields_openai_connexion|vigie_)') THEN
        SELECT jsonb_object_agg(w.at, jsonb_build_object('rule', 'changed', 'columns', w.columns, 'theirs', w.theirs)) INTO other
        FROM vigie.judge((SELECT coalesce(jsonb_agg(jsonb_build_object('at', g.item -> 'at', 'op', 'update', 'id', g.item -> 'id', 'set', '{}'::jsonb,
                                                                       'seen', (g.item -> 'set') - 'openai_api_key')), '[]')
                          FROM jsonb_array_elements(good) AS g (item)
                          WHERE g.item ->> 'op' <> 'delete' AND (g.item ->> 'id')::uuid = ANY (done)), false) w
        WHERE w.outcome = 'conflict';
    END IF;

    RETURN (
        SELECT jsonb_agg(CASE WHEN p.verdict ->> 'outcome' <> 'saved' THEN p.verdict
                              ELSE jsonb_build_object('at', p.verdict -> 'at', 'id', p.verdict -> 'id',
                                                      'outcome', CASE WHEN d.id IS NULL THEN 'denied' ELSE 'saved' END)
                                   || CASE p.item ->> 'op' WHEN 'insert' THEN '{"new": true}'::jsonb ELSE '{}' END
                                   || coalesce(other -> (p.item ->> 'at'), '{}') END)
        FROM ROWS FROM (jsonb_array_elements(items), jsonb_array_elements(judged)) AS p (item, verdict)
        LEFT JOIN unnest(done) AS d (id) ON d.id = (p.item ->> 'id')::uuid);
END
$$;
REVOKE ALL ON FUNCTION vigie.write(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.write(jsonb) TO vigie_operator;
COMMENT ON FUNCTION vigie.write(jsonb) IS 'Part of vigie.save: one attempt at a part of a plan.';

CREATE FUNCTION vigie.bad_columns(set jsonb) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    bad text[];
    k   text;
    v   text;
BEGIN
    FOR k, v IN SELECT * FROM jsonb_each_text(set) LOOP
        BEGIN
            CASE k
                WHEN 'organisation_id', 'client_id' THEN PERFORM v::uuid;
                WHEN 'openai_actif' THEN PERFORM v::boolean;
                WHEN 'openai_date_activation' THEN PERFORM v::timestamptz;
                WHEN 'openai_limite_quotidienne' THEN PERFORM v::integer;
                WHEN 'openai_modeles_autorises' THEN PERFORM v::text[];
                WHEN 'openai_limite_cout_mois' THEN PERFORM v::numeric;
                WHEN 'openai_ia_extensions' THEN PERFORM v::jsonb;
                ELSE NULL;
            END CASE;
        EXCEPTION WHEN data_exception THEN
            bad := bad || k;
        END;
    END LOOP;
    RETURN bad;
END
$$;
REVOKE ALL ON FUNCTION vigie.bad_columns(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.bad_columns(jsonb) TO vigie_operator;
COMMENT ON FUNCTION vigie.bad_columns(jsonb) IS
    'Part of vigie.save: the columns whose texts are no values of their types; NULL: none.';

-- A refusal in bounded words: never DETAIL, which may hold the row; and no key, should a trigger's message hold one.
CREATE FUNCTION vigie.refusal(item jsonb, state text, rule text, col text, words text) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    of_rule text[];
BEGIN
    SELECT array_agg(a.attname::text ORDER BY a.attnum) INTO of_rule
    FROM pg_constraint n JOIN pg_attribute a ON a.attrelid = n.conrelid AND a.attnum = ANY (n.conkey)
    WHERE n.conrelid = 'public.openai_connexion'::regclass AND n.conname = rule;
    IF coalesce(item ->> 'key', '') <> '' THEN
        words := regexp_replace(replace(words, item ->> 'key', '…'), 'sk-[[:alnum:]_-]+', '…', 'g');
    END IF;
    RETURN jsonb_build_object(
        'at', item -> 'at', 'id', item -> 'id', 'outcome', CASE state WHEN '42501' THEN 'denied' ELSE 'refused' END, 'sqlstate',
            state,
        'rule', nullif(rule, ''), 'columns', to_jsonb(coalesce(CASE WHEN col <> '' THEN ARRAY[col] END, of_rule,
            CASE WHEN left(state, 2) = '22' THEN vigie.bad_columns(item -> 'set') END)),
        'message', left(words, 500));
END
$$;
REVOKE ALL ON FUNCTION vigie.refusal(jsonb, text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.refusal(jsonb, text, text, text, text) TO vigie_operator;
COMMENT ON FUNCTION vigie.refusal(jsonb, text, text, text, text) IS
    'Part of vigie.save: what is told of a change that a rule refuses.';

-- A numeric's modifier is 65536 times its precision plus its scale plus 4.
CREATE FUNCTION vigie.amount_rule(amount text, modifier integer) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    digits  integer := (modifier - 4) & 2047;
    before  integer := ((modifier - 4) >> 16) - digits;
    exactly numeric;
BEGIN
    IF amount ~* '^\s*[+-]?(nan|inf|infinity)\s*$' THEN
        RETURN 'overflow';
    ELSIF modifier < 4 OR amount !~ '^\s*[+-]?\d{0,40}(\.\d{0,40})?([eE][+-]?\d{1,2})?\s*$' OR amount !~ '\d' THEN
        RETURN NULL;
    END IF;
    exactly := trim_scale(amount::numeric);
    RETURN CASE WHEN abs(exactly) >= 10 ^ before::numeric THEN 'overflow' WHEN scale(exactly) > digits THEN 'rounded' END;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;  -- no number at all: that is told when it is written
END
$$;
REVOKE ALL ON FUNCTION vigie.amount_rule(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.amount_rule(text, integer) TO vigie_operator;
COMMENT ON FUNCTION vigie.amount_rule(text, integer) IS
    'Part of vigie.save: why a column would not hold an amount as given; NULL: it would.';

CREATE FUNCTION vigie.rounded(items jsonb) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    modifier integer := (SELECT CASE a.atttypid WHEN 'numeric'::regtype THEN a.atttypmod ELSE -1 END FROM pg_attribute a
                         WHERE a.attrelid = 'public.openai_connexion'::regclass AND a.attname = 'openai_limite_cout_mois');
BEGIN
    RETURN coalesce((
        SELECT jsonb_object_agg(i.item ->> 'at', vigie.refusal(i.item, '22003', w.rule, w.col,
            'the column would not hold the value as given'))
        FROM jsonb_array_elements(items) AS i (item)
        CROSS JOIN LATERAL (
            SELECT 'openai_limite_cout_mois' AS col, vigie.amount_rule(i.item -> 'set' ->> 'openai_limite_cout_mois',
                modifier) AS rule
            WHERE i.item -> 'set' ? 'openai_limite_cout_mois'
            UNION ALL
            SELECT 'openai_date_activation', CASE WHEN i.item -> 'set' ->> 'openai_date_activation' ~ '\.\d{6}\d*[1-9]'
                THEN 'rounded' END
            WHERE i.item -> 'set' ? 'openai_date_activation') w
        WHERE i.item ->> 'op' <> 'delete' AND w.rule IS NOT NULL), '{}');
END
$$;
REVOKE ALL ON FUNCTION vigie.rounded(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.rounded(jsonb) TO vigie_operator;
COMMENT ON FUNCTION vigie.rounded(jsonb) IS
    'Part of vigie.save: refusals, by place, of values that the columns would not hold as given.';

CREATE FUNCTION vigie.lost_cause(state text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN left(state, 2) IN ('08', '25', '40', '53', '54', '57', '58', 'XX') OR state IN ('55P03', 'VG001');
END
$$;
REVOKE ALL ON FUNCTION vigie.lost_cause(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.lost_cause(text) TO vigie_operator;
COMMENT ON FUNCTION vigie.lost_cause(text) IS 'Part of vigie.save: whether an error is the transaction''s, not one row''s.';

-- All in one go; if that is refused, in parts; a part that is refused, row by row.
CREATE FUNCTION vigie.apply(items jsonb, all_or_nothing boolean) RETURNS jsonb
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    bad     jsonb := vigie.rounded(items);
    todo    jsonb[] := ARRAY(SELECT i.item FROM jsonb_array_elements(items) WITH ORDINALITY AS i (item, n)
                             WHERE NOT bad ? (i.item ->> 'at') ORDER BY i.n);
    results jsonb[] := ARRAY(SELECT jsonb_build_array(b.value) FROM jsonb_each(bad) b);
    part    jsonb;
    repeats boolean := (SELECT count(*) <> count(DISTINCT i.item ->> 'id') FROM unnest(todo) AS i (item));
    size    integer := CASE WHEN repeats THEN 1 ELSE greatest(cardinality(todo), 1) END;
    start   integer := 1;
    stop    integer := 0;  -- up to here the smaller size holds
    state   text;
    rule    text;
    col     text;
    words   text;
BEGIN
    BEGIN
        IF all_or_nothing AND bad <> '{}' THEN
            RAISE EXCEPTION 'a row is refused' USING ERRCODE = 'VG001';
        END IF;
        IF items @? '$[*] ? (@.op == "delete")' THEN
            PERFORM FROM public.openai_connexion c WHERE c.openai_connexion_id = ANY (ARRAY(
                SELECT (i.item ->> 'id')::uuid FROM unnest(todo) AS i (item))) ORDER BY c.openai_connexion_id FOR UPDATE;
        ELSE
            PERFORM FROM public.openai_connexion c WHERE c.openai_connexion_id = ANY (ARRAY(
                SELECT (i.item ->> 'id')::uuid FROM unnest(todo) AS i (item))) ORDER BY c.openai_connexion_id FOR NO KEY UPDATE;
        END IF;

        WHILE start <= cardinality(todo) LOOP
            BEGIN
                part := vigie.write(CASE size WHEN 1 THEN jsonb_build_array(todo[start])
                    ELSE to_jsonb(todo[start : start + size - 1]) END);
            EXCEPTION WHEN OTHERS THEN
                IF vigie.lost_cause(SQLSTATE) THEN
                    RAISE;
                END IF;
                GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, rule = CONSTRAINT_NAME, col = COLUMN_NAME,
                    words = MESSAGE_TEXT;
                part := NULL;
            END;
            IF part IS NULL AND size > 1 THEN
                stop := CASE WHEN size > 200 THEN 0 ELSE start + size - 1 END;
                size := CASE WHEN size > 200 THEN 200 ELSE 1 END;
                CONTINUE;
            END IF;
            part := coalesce(part, jsonb_build_array(vigie.refusal(todo[start], state, rule, col, words)));
            results := results || part;
            IF all_or_nothing AND part @? '$[*] ? (@.outcome != "saved" && @.outcome != "same")' THEN
                RAISE EXCEPTION 'a row is not saved' USING ERRCODE = 'VG001';
            END IF;
            start := start + size;
            IF size = 1 AND start > stop AND NOT repeats THEN
                size := 200;
            END IF;
        END LOOP;
    EXCEPTION WHEN SQLSTATE 'VG001' THEN
        RETURN (
            SELECT jsonb_agg(CASE WHEN r.item IS NULL OR r.item ->> 'outcome' IN ('saved', 'same')
                                  THEN jsonb_build_object('at', i.item -> 'at', 'id', i.item -> 'id', 'outcome', 'kept')
                                  ELSE r.item END)
            FROM jsonb_array_elements(items) AS i (item)
            LEFT JOIN (SELECT e.item FROM unnest(results) AS p (part), jsonb_array_elements(p.part) AS e (item)) r
                   ON r.item -> 'at' = i.item -> 'at');
    END;
    RETURN (SELECT coalesce(jsonb_agg(e.item), '[]') FROM unnest(results) AS p (part), jsonb_array_elements(p.part) AS e (item));
END
$$;
REVOKE ALL ON FUNCTION vigie.apply(jsonb, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.apply(jsonb, boolean) TO vigie_operator;
COMMENT ON FUNCTION vigie.apply(jsonb, boolean) IS 'Part of vigie.save: carries a plan out.';

CREATE FUNCTION vigie.save(batch uuid, kind text, plan json, all_or_nothing boolean)
    RETURNS TABLE (at integer, id uuid, outcome text, sqlstate text, rule text, columns text[], message text, theirs json)
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    results jsonb;
BEGIN
    IF kind IN ('undo', 'redo') THEN
        RAISE EXCEPTION 'a save is no undo' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM vigie.begin_batch(batch, kind, NULL);
    results := vigie.apply(vigie.read_plan(plan, true), all_or_nothing);
    PERFORM vigie.end_batch(batch, results);
    RETURN QUERY
    SELECT r.* FROM jsonb_to_recordset(results) AS r (at integer, id uuid, outcome text, sqlstate text, rule text, columns text[],
                                                      message text, theirs json) ORDER BY r.at;
END
$$;
REVOKE ALL ON FUNCTION vigie.save(uuid, text, json, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.save(uuid, text, json, boolean) TO vigie_operator;
COMMENT ON FUNCTION vigie.save(uuid, text, json, boolean) IS
    'Carries out a plan: [{"op": "update", "insert" or "delete", "id", "copy_of", "set": {column: text or null}, "seen": {...}}], and '
    'tells for each change, by its place from 0: saved, same (nothing differs), conflict (columns, and theirs now), gone, hidden '
    '(moved out of sight), denied, refused (sqlstate, rule, columns, message), kept (given up with the rest). Values are PostgreSQL''s '
    'texts; a key is {"pad", "x"}, {"former": fingerprint} or null. A change is written only where every field in seen still is. Parts of a '
    'batch may follow each other in one transaction, their rows in the order of their identifiers.';

CREATE FUNCTION vigie.preview(plan json)
    RETURNS TABLE (at integer, id uuid, outcome text, sqlstate text, rule text, columns text[], message text, theirs json)
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    items   jsonb := vigie.read_plan(plan, false);
    bad     jsonb := vigie.rounded(items);
    results jsonb := '[]';
    item    jsonb;
    words   text;
    state   text;
BEGIN
    BEGIN
        SELECT jsonb_agg(j) INTO results FROM vigie.judge(items, true) j;
    EXCEPTION WHEN data_exception THEN
        FOR item IN SELECT * FROM jsonb_array_elements(items) LOOP
            BEGIN
                results := results || (SELECT jsonb_agg(j) FROM vigie.judge(jsonb_build_array(item), true) j);
            EXCEPTION WHEN data_exception THEN
                GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, words = MESSAGE_TEXT;
                results := results || vigie.refusal(item, state, NULL, NULL, words);
            END;
        END LOOP;
    END;
    RETURN QUERY
    SELECT r.* FROM jsonb_array_elements(results) AS i (item)
    CROSS JOIN LATERAL jsonb_to_record(coalesce(bad -> (i.item ->> 'at'), i.item)) AS r (
        at integer, id uuid, outcome text, sqlstate text, rule text, columns text[], message text, theirs json)
    ORDER BY r.at;
END
$$;
REVOKE ALL ON FUNCTION vigie.preview(json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.preview(json) TO vigie_operator;
COMMENT ON FUNCTION vigie.preview(json) IS
    'What vigie.save would find if it came now, as far as that is known before writing; theirs holds all fields that a change names. '
    'Writes nothing and spends no pad.';
