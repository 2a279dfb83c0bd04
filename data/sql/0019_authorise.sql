-- What applications call before they use a connexion, the older count that stops as well, and probes that leave a hold alone.

-- Who asks ---------------------------------------------------------------------------------------------------------------

-- A function in SQL is planned anew in every transaction, one in PL/pgSQL once a session: what decides over each row of each
-- statement costs half. Only where they are the console's own; a platform's stay what they are.
DO $do$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_depend d
                   WHERE d.classid = 'pg_proc'::regclass AND d.objid = to_regprocedure('auth.uid()')
                     AND d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass('vigie.operator')) THEN
        RETURN;
    END IF;
    CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid
        LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN (SELECT o.user_id FROM vigie.operator o WHERE o.role_name = session_user);
    END
    $$;
    CREATE OR REPLACE FUNCTION public.is_admin_presenca(user_uuid uuid) RETURNS boolean
        LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN EXISTS (SELECT FROM public.users u
                       WHERE u.users_auth_id = user_uuid AND u.users_role_systeme = 'admin_presenca');
    END
    $$;
    CREATE OR REPLACE FUNCTION public.get_user_organisation_id(user_uuid uuid) RETURNS uuid
        LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp
    AS $$
    BEGIN
        RETURN (SELECT u.users_organisation_id FROM public.users u WHERE u.users_auth_id = user_uuid);
    END
    $$;
END
$do$;

-- The same, knowing auth.uid() by what it reads.
CREATE OR REPLACE FUNCTION vigie.add_operator(role_name name, prenom text, nom text, email text, is_admin boolean,
                                   organisation uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    auth_id uuid := gen_random_uuid();
    login   pg_roles%ROWTYPE;
BEGIN
    IF coalesce(role_name, '') = '' THEN
        RAISE EXCEPTION 'an operator needs the name of a PostgreSQL role' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF is_admin IS NOT TRUE AND organisation IS NULL THEN
        RAISE EXCEPTION 'operator %: neither an administrator nor a member of an organisation', role_name
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name the organisation or make the operator an administrator.';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_proc p WHERE p.oid = to_regprocedure('auth.uid()') AND p.prosrc LIKE '%vigie.operator%') THEN
        RAISE EXCEPTION 'this database identifies people by its own auth.uid(), not by their PostgreSQL role'
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Add the person on the platform instead.';
    END IF;
    IF EXISTS (SELECT FROM vigie.operator o WHERE o.role_name = add_operator.role_name) THEN
        RAISE EXCEPTION 'the role % is an operator already', role_name USING ERRCODE = 'duplicate_object';
    END IF;

    SELECT * INTO login FROM pg_roles r WHERE r.rolname = add_operator.role_name;
    IF NOT FOUND THEN
        EXECUTE format('CREATE ROLE %I LOGIN', role_name);
    ELSIF login.rolsuper OR login.rolbypassrls OR login.rolcreaterole OR NOT login.rolcanlogin
          OR pg_has_role(login.oid, (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database()), 'MEMBER') THEN
        RAISE EXCEPTION 'the role % exists and cannot be an operator', role_name
            USING ERRCODE = 'invalid_authorization_specification',
                  HINT = 'An operator logs in, and is neither superuser, BYPASSRLS, CREATEROLE nor the database''s owner.';
    END IF;

    BEGIN
        IF NOT pg_has_role(role_name, 'vigie_operator', 'MEMBER') THEN
            EXECUTE format('GRANT vigie_operator TO %I', role_name);
        END IF;
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE EXCEPTION '% may not add % to the group vigie_operator', current_user, role_name
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('Let an administrator of the server run: GRANT vigie_operator TO %I WITH ADMIN OPTION;',
                                current_user);
    END;

    INSERT INTO public.users (users_auth_id, users_nom, users_prenom, users_email, users_role_systeme,
                              users_organisation_id)
    VALUES (auth_id, nom, prenom, email, CASE WHEN is_admin THEN 'admin_presenca' END, organisation);
    INSERT INTO vigie.operator (role_name, user_id) VALUES (add_operator.role_name, auth_id);
    RETURN auth_id;
END
$$;

-- What applications call ------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.check_estimate(estimated numeric) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT coalesce(estimated, 0) BETWEEN 0 AND 1e15 THEN
        RAISE EXCEPTION 'the cost must be an amount of 0 or more' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN trim_scale(round(coalesce(estimated, 0), 12));
END
$$;
REVOKE ALL ON FUNCTION vigie.check_estimate(numeric) FROM PUBLIC;
COMMENT ON FUNCTION vigie.check_estimate(numeric) IS 'A cost as it is counted; NULL is 0.';

-- As if what is pending in the state had been done already.
CREATE FUNCTION vigie.judge(connexion uuid, model text, estimated numeric, at timestamptz, OUT allowed boolean, OUT reason text,
                            OUT until timestamptz, OUT remaining integer, OUT pending boolean)
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s      record;
    models text[];
BEGIN
    SELECT * INTO s FROM vigie.standing(ARRAY[connexion], at);
    SELECT c.openai_modeles_autorises INTO models FROM public.openai_connexion c WHERE c.openai_connexion_id = connexion;
    pending := s.pending;
    remaining := CASE WHEN s.quota IS NOT NULL THEN greatest(s.quota - s.used, 0) END;
    reason := CASE
        WHEN NOT s.active THEN 'inactive'
        WHEN s.status = 'quota_exceeded' AND s.held IS NOT NULL THEN
            CASE WHEN s.cause IS NOT NULL THEN s.cause WHEN s.resume_status <> 'active' THEN 'state' ELSE '' END
        WHEN s.status <> 'active' THEN 'state'
        ELSE coalesce(s.cause, '') END;
    IF reason = '' THEN
        reason := CASE WHEN s.cost + estimated > s.ceiling THEN 'budget'
                       WHEN model <> '' AND NOT coalesce(model = ANY (models), true) THEN 'model'
                       ELSE '' END;
    END IF;
    allowed := reason = '';
    until := CASE reason WHEN 'quota' THEN s.quota_until WHEN 'budget' THEN s.cost_until END;
END
$$;
REVOKE ALL ON FUNCTION vigie.judge(uuid, text, numeric, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.judge(uuid, text, numeric, timestamptz) IS 'Part of vigie.autoriser: the answer, and whether the state has to be brought into line.';

CREATE FUNCTION vigie.autoriser_at(connexion uuid, model text, estimated_cost numeric, at timestamptz,
                                   OUT allowed boolean, OUT reason text, OUT until timestamptz, OUT remaining integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    cost   numeric := vigie.check_estimate(estimated_cost);
    moment timestamptz;
    part   record;
BEGIN
    PERFORM FROM public.openai_connexion c
    WHERE c.openai_connexion_id = connexion
      AND (c.organisation_id = (SELECT vigie.caller_organisation()) OR (SELECT vigie.caller_is_admin()))
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        allowed := false;
        reason := 'unknown';
        RETURN;
    END IF;
    moment := coalesce(at, clock_timestamp());  -- not before the calls that held the row until now
    PERFORM vigie.hold(connexion, moment);
    SELECT j.allowed, j.reason, j.until, j.remaining INTO allowed, reason, until, remaining
    FROM vigie.judge(connexion, model, cost, moment) j;
    IF NOT allowed THEN
        RETURN;
    END IF;

    part := vigie.add_figure(connexion, cost, false, moment);
    UPDATE public.openai_connexion c SET
        openai_usage_quotidien =
            least(vigie.present_use(c.openai_usage_quotidien, c.openai_reset_quota_at, moment), 2147483646) + 1,
        openai_reset_quota_at = vigie.next_day(moment),
        openai_cout_actuel_mois =
            CASE WHEN NOT part.in_row THEN c.openai_cout_actuel_mois
                 WHEN part.anew THEN cost
                 ELSE coalesce(c.openai_cout_actuel_mois, 0) + cost END
    WHERE c.openai_connexion_id = connexion;
    remaining := remaining - 1;
    PERFORM vigie.hold(connexion, moment);
EXCEPTION WHEN integrity_constraint_violation THEN
    -- The server's own words would show the whole row, the key too, to its log and to the caller.
    RAISE EXCEPTION '%', SQLERRM USING ERRCODE = SQLSTATE;
END
$$;
REVOKE ALL ON FUNCTION vigie.autoriser_at(uuid, text, numeric, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.autoriser_at(uuid, text, numeric, timestamptz) IS
    'vigie.autoriser as of an instant, whatever has to be done for it; NULL: now. Instants must not go back.';

-- Most calls are one statement that finds a count of today, room left and nothing to be brought into line. Anything else, the
-- last request of a quota too, is for vigie.autoriser_at, which locks the row first; a refusal locks nothing. Once a minute a
-- connexion goes there, so that vigie.figure tells how old the count is.
CREATE FUNCTION vigie.autoriser(connexion uuid, model text, estimated_cost numeric,
                                OUT allowed boolean, OUT reason text, OUT until timestamptz, OUT remaining integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    judged record;
BEGIN
    UPDATE public.openai_connexion c SET
        openai_usage_quotidien = c.openai_usage_quotidien + 1,
        openai_cout_actuel_mois = CASE WHEN estimated_cost > 0 THEN c.openai_cout_actuel_mois + estimated_cost ELSE c.openai_cout_actuel_mois END
    FROM vigie.figure f
    WHERE c.openai_connexion_id = connexion AND f.connexion_id = connexion
      AND c.openai_actif AND c.openai_statut_connexion = 'active'
      AND c.openai_usage_quotidien BETWEEN 0 AND 2147483645
      AND c.openai_reset_quota_at > moment AND c.openai_reset_quota_at <= moment + interval '48 hours'
      AND f.quick_until > moment AND f.use_source = 'applications'
      AND (f.cost_source = 'applications' AND estimated_cost BETWEEN 0 AND 1e15 AND scale(estimated_cost) <= 12
           OR coalesce(estimated_cost = 0, true) AND c.openai_limite_cout_mois IS NULL)
      AND coalesce(c.openai_usage_quotidien < c.openai_limite_quotidienne - 1 OR c.openai_limite_quotidienne <= 0, true)
      AND (coalesce(c.openai_limite_cout_mois <= 0, true)
           OR c.openai_cout_actuel_mois + estimated_cost < c.openai_limite_cout_mois * f.hard / 100)
      AND (model = '' OR coalesce(model = ANY (c.openai_modeles_autorises), true))
      AND (c.organisation_id = (SELECT public.get_user_organisation_id(auth.uid())) OR (SELECT public.is_admin_presenca(auth.uid())))
    RETURNING true, '', CASE WHEN c.openai_limite_quotidienne > 0 THEN c.openai_limite_quotidienne - c.openai_usage_quotidien END
    INTO allowed, reason, remaining;
    IF allowed THEN
        RETURN;
    END IF;

    SELECT * INTO judged FROM vigie.judge(connexion, model, vigie.check_estimate(estimated_cost), moment) WHERE vigie.sees(connexion);
    IF judged.allowed OR judged.pending THEN
        SELECT a.* INTO allowed, reason, until, remaining FROM vigie.autoriser_at(connexion, model, estimated_cost, NULL) a;
    ELSE
        allowed := false;
        reason := coalesce(judged.reason, 'unknown');
        until := judged.until;
        remaining := judged.remaining;
    END IF;
END
$$;
REVOKE ALL ON FUNCTION vigie.autoriser(uuid, text, numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.autoriser(uuid, text, numeric) TO vigie_operator;
COMMENT ON FUNCTION vigie.autoriser(uuid, text, numeric) IS
    'For applications: asked before each request to OpenAI, under the application''s own identity. allowed: the request may be '
    'made; it is counted and its estimated cost (0 or NULL: none) is reserved, so of any number of callers at the same time no more '
    'are allowed than the quota has left. Otherwise reason says why: inactive (switched off), state (openai_statut_connexion is not '
    'active), quota, budget (until: when it resets), model (not in openai_modeles_autorises; NULL or empty here: not asked), unknown '
    '(no such connexion in the caller''s sight). remaining: requests left today; NULL: no quota. Settle the cost with vigie.regler; '
    'do not count the request again with vigie.compter_usage.';

CREATE FUNCTION vigie.consulter_at(connexion uuid, model text, estimated_cost numeric, at timestamptz,
                                   OUT allowed boolean, OUT reason text, OUT until timestamptz, OUT remaining integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    SELECT j.allowed, j.reason, j.until, j.remaining INTO allowed, reason, until, remaining
    FROM vigie.judge(connexion, model, vigie.check_estimate(estimated_cost), at) j WHERE vigie.sees(connexion);
    allowed := coalesce(allowed, false);
    reason := coalesce(reason, 'unknown');
END
$$;
REVOKE ALL ON FUNCTION vigie.consulter_at(uuid, text, numeric, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.consulter_at(uuid, text, numeric, timestamptz) IS 'vigie.consulter as of an instant.';

CREATE FUNCTION vigie.consulter(connexion uuid, model text, estimated_cost numeric,
                                OUT allowed boolean, OUT reason text, OUT until timestamptz, OUT remaining integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    SELECT a.* INTO allowed, reason, until, remaining FROM vigie.consulter_at(connexion, model, estimated_cost, clock_timestamp()) a;
END
$$;
REVOKE ALL ON FUNCTION vigie.consulter(uuid, text, numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.consulter(uuid, text, numeric) TO vigie_operator;
COMMENT ON FUNCTION vigie.consulter(uuid, text, numeric) IS
    'For applications: what vigie.autoriser would answer now; nothing is counted, reserved nor changed.';

CREATE FUNCTION vigie.regler_at(connexion uuid, estimated_cost numeric, actual_cost numeric, at timestamptz) RETURNS numeric
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    difference numeric := vigie.check_estimate(actual_cost) - vigie.check_estimate(estimated_cost);
    moment     timestamptz;
    part       record;
    total      numeric;
BEGIN
    PERFORM FROM public.openai_connexion c
    WHERE c.openai_connexion_id = connexion
      AND (c.organisation_id = (SELECT vigie.caller_organisation()) OR (SELECT vigie.caller_is_admin()))
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such connexion, or it is out of sight' USING ERRCODE = 'no_data_found';
    END IF;
    moment := coalesce(at, clock_timestamp());
    part := vigie.add_figure(connexion, difference, false, moment);
    -- add_figure begins the day: a use of the day before must not pass for today's.
    UPDATE public.openai_connexion c SET
        openai_usage_quotidien = vigie.present_use(c.openai_usage_quotidien, c.openai_reset_quota_at, moment),
        openai_reset_quota_at = vigie.next_day(moment),
        openai_cout_actuel_mois =
            CASE WHEN NOT part.in_row THEN c.openai_cout_actuel_mois
                 WHEN part.anew THEN greatest(difference, 0)
                 ELSE greatest(coalesce(c.openai_cout_actuel_mois, 0) + difference, 0) END
    WHERE c.openai_connexion_id = connexion
    RETURNING c.openai_cout_actuel_mois INTO total;
    PERFORM vigie.hold(connexion, moment);
    RETURN total;
EXCEPTION WHEN integrity_constraint_violation THEN
    -- The server's own words would show the whole row, the key too, to its log and to the caller.
    RAISE EXCEPTION '%', SQLERRM USING ERRCODE = SQLSTATE;
END
$$;
REVOKE ALL ON FUNCTION vigie.regler_at(uuid, numeric, numeric, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.regler_at(uuid, numeric, numeric, timestamptz) IS 'vigie.regler as of an instant; NULL: now. Instants must not go back.';

CREATE FUNCTION vigie.regler(connexion uuid, estimated_cost numeric, actual_cost numeric) RETURNS numeric
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vigie.regler_at(connexion, estimated_cost, actual_cost, NULL);
END
$$;
REVOKE ALL ON FUNCTION vigie.regler(uuid, numeric, numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.regler(uuid, numeric, numeric) TO vigie_operator;
COMMENT ON FUNCTION vigie.regler(uuid, numeric, numeric) IS
    'For applications: the real cost of a request for which vigie.autoriser reserved an estimate takes its place; returns the month''s '
    'cost. A request that failed cost 0.';

-- Part of vigie.compter_usage, which runs with its caller's rights.
CREATE FUNCTION vigie.hold_counted(connexion uuid, at timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM FROM public.openai_connexion c
    WHERE c.openai_connexion_id = connexion
      AND (c.organisation_id = (SELECT vigie.caller_organisation()) OR (SELECT vigie.caller_is_admin()))
    FOR NO KEY UPDATE;
    RETURN FOUND AND vigie.hold(connexion, at);
EXCEPTION WHEN integrity_constraint_violation THEN
    -- The server's own words would show the whole row, the key too, to its log and to the caller.
    RAISE EXCEPTION '%', SQLERRM USING ERRCODE = SQLSTATE;
END
$$;
REVOKE ALL ON FUNCTION vigie.hold_counted(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.hold_counted(uuid, timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.hold_counted(uuid, timestamptz) IS 'Part of vigie.compter_usage.';

CREATE OR REPLACE FUNCTION vigie.compter_usage_at(connexion uuid, requests integer, cost numeric, at timestamptz)
    RETURNS TABLE (usage_quotidien integer, reset_quota_at timestamptz, cout_actuel_mois numeric)
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment   timestamptz;
    present  record;
    total    bigint;
    part     record;
BEGIN
    IF connexion IS NULL THEN
        RAISE EXCEPTION 'which connexion used something must be given' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF requests IS NULL OR requests < 0 THEN
        RAISE EXCEPTION 'the number of requests must be 0 or more' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF cost IS NULL OR NOT cost BETWEEN 0 AND 1e15 THEN
        RAISE EXCEPTION 'the cost must be an amount of 0 or more' USING ERRCODE = 'invalid_parameter_value';
    END IF;

    SELECT c.openai_usage_quotidien AS used, c.openai_reset_quota_at AS reset INTO present
    FROM public.openai_connexion c WHERE c.openai_connexion_id = connexion FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such connexion, or it is out of sight' USING ERRCODE = 'no_data_found';
    END IF;
    moment := coalesce(at, clock_timestamp());  -- not before the calls that held the row until now
    total := requests::bigint + vigie.present_use(present.used, present.reset, moment);
    part := vigie.count_figure(connexion, trim_scale(round(cost, 12)), total > 2147483647, moment);

    RETURN QUERY
    UPDATE public.openai_connexion c SET
        openai_usage_quotidien = least(total, 2147483647)::integer,
        openai_reset_quota_at = vigie.next_day(moment),
        openai_cout_actuel_mois =
            CASE WHEN NOT part.in_row THEN c.openai_cout_actuel_mois
                 WHEN part.anew THEN trim_scale(round(cost, 12))
                 ELSE coalesce(c.openai_cout_actuel_mois, 0) + trim_scale(round(cost, 12)) END
    WHERE c.openai_connexion_id = connexion
    RETURNING c.openai_usage_quotidien::integer, c.openai_reset_quota_at, c.openai_cout_actuel_mois;
    PERFORM vigie.hold_counted(connexion, moment);
END
$$;

-- A block outlives probes ------------------------------------------------------------------------------------------------

-- Programs judge by the state that a probe would see: what they find is kept for when the block ends.
CREATE OR REPLACE FUNCTION vigie.lease(holder text, most integer, seconds integer)
    RETURNS TABLE (probe vigie.probe, api_key text, base_url text, openai_organisation text, project text, statut text,
                   modeles text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    admin boolean := coalesce(public.is_admin_presenca(auth.uid()), false);
    own   uuid := public.get_user_organisation_id(auth.uid());
BEGIN
    PERFORM vigie.check_lease(holder, seconds);
    RETURN QUERY
    WITH due AS MATERIALIZED (
        SELECT p.connexion_id AS id
        FROM vigie.probe p JOIN public.openai_connexion c ON c.openai_connexion_id = p.connexion_id
        WHERE p.next_at <= now() AND (p.lease_until IS NULL OR p.lease_until <= now())
          AND c.openai_actif AND (admin OR c.organisation_id = own)
        ORDER BY p.next_at LIMIT least(greatest(most, 0), 1000)
        FOR UPDATE OF p SKIP LOCKED
    ), taken AS (
        UPDATE vigie.probe p SET lease_owner = holder, lease_until = now() + make_interval(secs => seconds)
        FROM due WHERE p.connexion_id = due.id
        RETURNING p
    )
    SELECT t.p, c.openai_api_key, c.openai_ia_extensions ->> 'base_url', c.openai_organisation_id, c.openai_project_id,
           coalesce(b.resume_status, c.openai_statut_connexion), c.openai_modeles_autorises::text
    FROM taken t JOIN public.openai_connexion c ON c.openai_connexion_id = (t.p).connexion_id
    LEFT JOIN vigie.block b ON b.connexion_id = c.openai_connexion_id AND c.openai_statut_connexion = 'quota_exceeded';
END
$$;

CREATE OR REPLACE FUNCTION vigie.take(holder text, ids uuid[], seconds integer)
    RETURNS TABLE (probe vigie.probe, api_key text, base_url text, openai_organisation text, project text, statut text,
                   modeles text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    admin boolean := coalesce(public.is_admin_presenca(auth.uid()), false);
    own   uuid := public.get_user_organisation_id(auth.uid());
BEGIN
    PERFORM vigie.check_lease(holder, seconds);
    INSERT INTO vigie.probe (connexion_id, next_at)
    SELECT c.openai_connexion_id, CASE WHEN c.openai_actif THEN now() ELSE 'infinity' END
    FROM public.openai_connexion c
    WHERE c.openai_connexion_id = ANY (ids) AND (admin OR c.organisation_id = own)
      AND NOT EXISTS (SELECT FROM vigie.probe p WHERE p.connexion_id = c.openai_connexion_id)
    ORDER BY 1
    ON CONFLICT DO NOTHING;

    RETURN QUERY
    WITH wanted AS MATERIALIZED (
        SELECT p.connexion_id AS id
        FROM vigie.probe p JOIN public.openai_connexion c ON c.openai_connexion_id = p.connexion_id
        WHERE p.connexion_id = ANY (ids) AND (admin OR c.organisation_id = own)
          AND (p.lease_until IS NULL OR p.lease_until <= now() OR p.lease_owner = holder)
        ORDER BY p.connexion_id LIMIT 1000
        FOR UPDATE OF p SKIP LOCKED
    ), taken AS (
        UPDATE vigie.probe p SET lease_owner = holder, lease_until = now() + make_interval(secs => seconds)
        FROM wanted WHERE p.connexion_id = wanted.id
        RETURNING p
    )
    SELECT t.p, c.openai_api_key, c.openai_ia_extensions ->> 'base_url', c.openai_organisation_id, c.openai_project_id,
           coalesce(b.resume_status, c.openai_statut_connexion), c.openai_modeles_autorises::text
    FROM taken t JOIN public.openai_connexion c ON c.openai_connexion_id = (t.p).connexion_id
    LEFT JOIN vigie.block b ON b.connexion_id = c.openai_connexion_id AND c.openai_statut_connexion = 'quota_exceeded';
END
$$;

CREATE OR REPLACE FUNCTION vigie.record_results(holder text, results json) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    admin    boolean := coalesce(public.is_admin_presenca(auth.uid()), false);
    own      uuid := public.get_user_organisation_id(auth.uid());
    recorded integer;
    changed  boolean;
BEGIN
    WITH r AS MATERIALIZED (
        SELECT r.* FROM json_to_recordset(results) AS r (
            id uuid, verdict text, since bigint, candidate text, failures integer, calm integer, checked_at bigint,
            due_s bigint, evidence vigie.answer, latencies integer[], models text, status text, error text,
            shared boolean)
    ), held AS MATERIALIZED (
        SELECT c.openai_connexion_id AS id, p.verdict AS before, c.openai_statut_connexion = 'quota_exceeded' AND EXISTS (
                   SELECT FROM vigie.block b WHERE b.connexion_id = c.openai_connexion_id) AS blocked
        FROM r JOIN public.openai_connexion c ON c.openai_connexion_id = r.id
        JOIN vigie.probe p ON p.connexion_id = r.id
        WHERE p.lease_owner = holder AND (admin OR c.organisation_id = own)
        ORDER BY c.openai_connexion_id
        FOR NO KEY UPDATE OF c, p
    ), probed AS (
        UPDATE vigie.probe p SET
            verdict = r.verdict,
            since = least(to_timestamp(nullif(r.since, 0)), now()),
            candidate = coalesce(r.candidate, 'never'),
            failures = coalesce(r.failures, 0),
            calm = coalesce(r.calm, 0),
            checked_at = least(to_timestamp(nullif(r.checked_at, 0)), now()),
            next_at = CASE WHEN r.due_s IS NULL THEN p.next_at
                           ELSE now() + make_interval(secs => least(greatest(r.due_s, 0), 86400)) END,
            evidence = r.evidence,
            latencies = coalesce(r.latencies, '{}'),
            models = coalesce(r.models, ''),
            lease_owner = NULL,
            lease_until = NULL
        FROM r JOIN held ON held.id = r.id
        WHERE p.connexion_id = r.id
        RETURNING p.connexion_id AS id, p.checked_at, p.verdict <> held.before AS changed, r.status, r.error,
                  coalesce(r.shared, false) AS shared, held.blocked
    ), kept AS (
        UPDATE vigie.block b SET resume_status = d.status
        FROM probed d WHERE b.connexion_id = d.id AND d.blocked AND d.status <> b.resume_status
    ), written AS (
        UPDATE public.openai_connexion c SET
            openai_derniere_synchro = CASE WHEN d.shared THEN c.openai_derniere_synchro ELSE d.checked_at END,
            openai_derniere_erreur = CASE WHEN d.shared THEN c.openai_derniere_erreur ELSE d.error END,
            openai_statut_connexion = CASE WHEN c.openai_statut_connexion = 'inactive' OR d.blocked THEN c.openai_statut_connexion
                                           ELSE coalesce(d.status, c.openai_statut_connexion) END
        FROM probed d
        WHERE c.openai_connexion_id = d.id AND (NOT d.shared OR d.status IS NOT NULL)
    )
    SELECT count(*), bool_or(d.changed) INTO recorded, changed FROM probed d;
    IF changed THEN
        PERFORM pg_notify('vigie', '');
    END IF;
    RETURN recorded;
EXCEPTION WHEN integrity_constraint_violation THEN
    -- The server's own words would show the whole row, the key too, to its log and to the caller.
    RAISE EXCEPTION '%', SQLERRM USING ERRCODE = SQLSTATE;
END
$$;
