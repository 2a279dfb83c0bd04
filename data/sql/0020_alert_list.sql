-- Alerts for people: the list, what is done with them, the counts, and the board of all organisations.

CREATE FUNCTION vigie.caller_name() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name text;
BEGIN
    BEGIN
        SELECT coalesce(nullif(concat_ws(' ', u.users_prenom, u.users_nom), ''), u.users_email) INTO name
        FROM public.users u WHERE u.users_auth_id = auth.uid();
    EXCEPTION WHEN undefined_table OR undefined_column OR insufficient_privilege THEN
        name := NULL;
    END;
    RETURN left(coalesce(name, session_user::text), 95);
END
$$;
REVOKE ALL ON FUNCTION vigie.caller_name() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.caller_name() TO vigie_operator;
COMMENT ON FUNCTION vigie.caller_name() IS 'The caller as people call them; the login where nothing else is known.';

CREATE FUNCTION vigie.alert_state(over_at timestamptz, snoozed_until timestamptz, acknowledged_at timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN CASE WHEN over_at IS NOT NULL THEN 'over' WHEN snoozed_until > now() THEN 'snoozed'
                WHEN acknowledged_at IS NOT NULL THEN 'acknowledged' ELSE 'open' END;
END
$$;
REVOKE ALL ON FUNCTION vigie.alert_state(timestamptz, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.alert_state(timestamptz, timestamptz, timestamptz) IS 'How an alert stands now, in a word.';

-- The pages that every screen asks for: planned once, in the order of an index, whatever the planner thinks of the table.
CREATE FUNCTION vigie.alert_page(organisation uuid, everything boolean, grave smallint, at timestamptz, id uuid, most integer)
    RETURNS TABLE (alert vigie.alert, organisation_nom text, status text, subject text)
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan
    SET enable_sort = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
AS $$
BEGIN
    IF everything AND organisation IS NULL THEN
        RETURN QUERY
        SELECT a, o.organisation_nom::text, vigie.alert_state(a.over_at, a.snoozed_until, a.acknowledged_at), coalesce(c.openai_email_compte, a.subject)::text
        FROM vigie.alert a
        LEFT JOIN public.openai_connexion c ON c.openai_connexion_id = a.connexion_id
        LEFT JOIN public.organisations o ON o.organisation_id = a.organisation_id
        WHERE NOT a.recorded AND (a.gravity, a.raised_at, a.alert_id) < (grave, at, id)
        ORDER BY a.gravity DESC, a.raised_at DESC, a.alert_id DESC LIMIT most;
    ELSIF everything THEN
        RETURN QUERY
        SELECT a, o.organisation_nom::text, vigie.alert_state(a.over_at, a.snoozed_until, a.acknowledged_at), coalesce(c.openai_email_compte, a.subject)::text
        FROM vigie.alert a
        LEFT JOIN public.openai_connexion c ON c.openai_connexion_id = a.connexion_id
        LEFT JOIN public.organisations o ON o.organisation_id = a.organisation_id
        WHERE NOT a.recorded AND (a.gravity, a.raised_at, a.alert_id) < (grave, at, id)
          AND a.organisation_id = organisation AND coalesce(c.organisation_id = organisation, a.connexion_id IS NULL)
        ORDER BY a.gravity DESC, a.raised_at DESC, a.alert_id DESC LIMIT most;
    ELSIF organisation IS NULL THEN
        RETURN QUERY
        SELECT a, o.organisation_nom::text, vigie.alert_state(a.over_at, a.snoozed_until, a.acknowledged_at), coalesce(c.openai_email_compte, a.subject)::text
        FROM vigie.alert a
        LEFT JOIN public.openai_connexion c ON c.openai_connexion_id = a.connexion_id
        LEFT JOIN public.organisations o ON o.organisation_id = a.organisation_id
        WHERE NOT a.recorded AND (a.gravity, a.raised_at, a.alert_id) < (grave, at, id)
          AND a.over_at IS NULL AND a.acknowledged_at IS NULL AND coalesce(a.snoozed_until <= now(), true)
        ORDER BY a.gravity DESC, a.raised_at DESC, a.alert_id DESC LIMIT most;
    ELSE
        RETURN QUERY
        SELECT a, o.organisation_nom::text, vigie.alert_state(a.over_at, a.snoozed_until, a.acknowledged_at), coalesce(c.openai_email_compte, a.subject)::text
        FROM vigie.alert a
        LEFT JOIN public.openai_connexion c ON c.openai_connexion_id = a.connexion_id
        LEFT JOIN public.organisations o ON o.organisation_id = a.organisation_id
        WHERE NOT a.recorded AND (a.gravity, a.raised_at, a.alert_id) < (grave, at, id)
          AND a.organisation_id = organisation AND coalesce(c.organisation_id = organisation, a.connexion_id IS NULL)
          AND a.over_at IS NULL AND a.acknowledged_at IS NULL AND coalesce(a.snoozed_until <= now(), true)
        ORDER BY a.gravity DESC, a.raised_at DESC, a.alert_id DESC LIMIT most;
    END IF;
END
$$;
REVOKE ALL ON FUNCTION vigie.alert_page(uuid, boolean, smallint, timestamptz, uuid, integer) FROM PUBLIC;
COMMENT ON FUNCTION vigie.alert_page(uuid, boolean, smallint, timestamptz, uuid, integer) IS
    'A page of the alerts of an organisation, or of all: behind that gravity, instant and id. Part of vigie.alerts.';

-- The gravest first, then the newest; after: the last one of the page before.
CREATE FUNCTION vigie.alerts(organisation uuid, connexion uuid, everything boolean, after uuid, most integer, only_kind text DEFAULT NULL,
                             least_gravity integer DEFAULT 0)
    RETURNS TABLE (alert vigie.alert, organisation_nom text, status text, subject text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
    grave smallint := 9;
    at    timestamptz := 'infinity';
    id    uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
    fits  integer := least(greatest(most, 0), 1000);
BEGIN
    IF after IS NOT NULL THEN
        SELECT a.gravity, a.raised_at, a.alert_id INTO grave, at, id FROM vigie.alert a WHERE a.alert_id = after;
    END IF;
    IF connexion IS NULL AND only_kind IS NULL AND least_gravity <= 0
       AND (admin OR own IS NOT NULL AND NOT EXISTS (SELECT FROM vigie.alert a WHERE a.organisation_id IS NULL AND a.about LIKE 'host %'
                                                                               AND NOT a.recorded)) THEN
        IF admin OR coalesce(organisation = own, true) THEN
            RETURN QUERY SELECT p.* FROM vigie.alert_page(CASE WHEN admin THEN organisation ELSE own END, everything, grave, at, id, fits) p;
        END IF;
        RETURN;
    END IF;
    RETURN QUERY
    SELECT a, o.organisation_nom::text, vigie.alert_state(a.over_at, a.snoozed_until, a.acknowledged_at), coalesce(c.openai_email_compte, a.subject)::text
    FROM vigie.alert a
    LEFT JOIN public.openai_connexion c ON c.openai_connexion_id = a.connexion_id
    LEFT JOIN public.organisations o ON o.organisation_id = a.organisation_id
    WHERE NOT a.recorded AND (a.gravity, a.raised_at, a.alert_id) < (grave, at, id)
      AND (admin OR a.organisation_id = own AND coalesce(c.organisation_id = own, a.connexion_id IS NULL)
           OR a.organisation_id IS NULL AND a.about LIKE 'host %' AND own IS NOT NULL)
      AND (organisation IS NULL OR a.organisation_id = organisation)
      AND (connexion IS NULL OR a.connexion_id = connexion)
      AND (everything OR a.over_at IS NULL AND a.acknowledged_at IS NULL AND coalesce(a.snoozed_until <= now(), true))
      AND (only_kind IS NULL OR a.kind = only_kind)
      AND (least_gravity <= 0 OR a.gravity >= least_gravity)
    ORDER BY a.gravity DESC, a.raised_at DESC, a.alert_id DESC
    LIMIT fits;
END
$$;
REVOKE ALL ON FUNCTION vigie.alerts(uuid, uuid, boolean, uuid, integer, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.alerts(uuid, uuid, boolean, uuid, integer, text, integer) TO vigie_operator;
COMMENT ON FUNCTION vigie.alerts(uuid, uuid, boolean, uuid, integer, text, integer) IS
    'A page of alerts in the caller''s sight: what asks for somebody, or everything; NULL: any organisation, connexion, kind.';

-- By organisation; NULL: what belongs to none.
CREATE FUNCTION vigie.alert_sums(admin boolean, own uuid)
    RETURNS TABLE (organisation_id uuid, info bigint, warning bigint, critical bigint, acknowledged bigint, snoozed bigint)
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    RETURN QUERY
    SELECT a.organisation_id, count(*) FILTER (WHERE a.gravity = 0 AND a.state = 0), count(*) FILTER (WHERE a.gravity = 1 AND a.state = 0),
           count(*) FILTER (WHERE a.gravity = 2 AND a.state = 0), count(*) FILTER (WHERE a.state = 1), count(*) FILTER (WHERE a.state = 2)
    FROM (SELECT x.organisation_id, x.gravity, CASE WHEN x.snoozed_until > now() THEN 2 WHEN x.acknowledged_at IS NOT NULL THEN 1 ELSE 0 END AS state
          FROM vigie.alert x
          WHERE x.over_at IS NULL AND NOT x.recorded
            AND (admin OR x.organisation_id = own OR x.organisation_id IS NULL AND x.about LIKE 'host %' AND own IS NOT NULL)) a
    GROUP BY a.organisation_id;
END
$$;
REVOKE ALL ON FUNCTION vigie.alert_sums(boolean, uuid) FROM PUBLIC;
COMMENT ON FUNCTION vigie.alert_sums(boolean, uuid) IS 'Alerts by organisation. Part of vigie.alert_counts and vigie.overview.';

CREATE FUNCTION vigie.alert_counts()
    RETURNS TABLE (info bigint, warning bigint, critical bigint, acknowledged bigint, snoozed bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT coalesce(sum(s.info), 0)::bigint, coalesce(sum(s.warning), 0)::bigint, coalesce(sum(s.critical), 0)::bigint,
           coalesce(sum(s.acknowledged), 0)::bigint, coalesce(sum(s.snoozed), 0)::bigint
    FROM vigie.alert_sums(vigie.caller_is_admin(), vigie.caller_organisation()) s;
END
$$;
REVOKE ALL ON FUNCTION vigie.alert_counts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.alert_counts() TO vigie_operator;
COMMENT ON FUNCTION vigie.alert_counts() IS 'How many alerts in the caller''s sight ask for somebody, by gravity, and how many are put aside.';

-- An alert that belongs to no organisation is the administrators' to act on.
CREATE FUNCTION vigie.alert_do(alert uuid, act text, detail text) RETURNS void
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
BEGIN
    PERFORM FROM vigie.alert a
    WHERE a.alert_id = alert AND NOT a.recorded
      AND (admin OR a.organisation_id = own
                    AND (a.connexion_id IS NULL OR EXISTS (SELECT FROM public.openai_connexion c
                                                           WHERE c.openai_connexion_id = a.connexion_id AND c.organisation_id = own)))
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such alert, or it is out of sight' USING ERRCODE = 'no_data_found';
    END IF;
    INSERT INTO vigie.alert_act (alert_id, act, user_id, who, detail) VALUES (alert, act, auth.uid(), vigie.caller_name(), left(detail, 299));
    PERFORM pg_notify('vigie', '');
END
$$;
REVOKE ALL ON FUNCTION vigie.alert_do(uuid, text, text) FROM PUBLIC;
COMMENT ON FUNCTION vigie.alert_do(uuid, text, text) IS 'Refuses alerts out of sight, and notes who does what. Part of what people do with alerts.';

CREATE FUNCTION vigie.alert_acknowledge(alert uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.alert_do(alert, 'acknowledge', '');
    UPDATE vigie.alert a SET acknowledged_at = now(), acknowledged_by = vigie.caller_name(), snoozed_until = NULL, snoozed_by = NULL, reason = NULL
    WHERE a.alert_id = alert;
END
$$;
REVOKE ALL ON FUNCTION vigie.alert_acknowledge(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.alert_acknowledge(uuid) TO vigie_operator;
COMMENT ON FUNCTION vigie.alert_acknowledge(uuid) IS 'Takes note of an alert: it asks for nobody any more.';

CREATE FUNCTION vigie.alert_reopen(alert uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.alert_do(alert, 'reopen', '');
    UPDATE vigie.alert a SET acknowledged_at = NULL, acknowledged_by = NULL, snoozed_until = NULL, snoozed_by = NULL, reason = NULL
    WHERE a.alert_id = alert;
END
$$;
REVOKE ALL ON FUNCTION vigie.alert_reopen(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.alert_reopen(uuid) TO vigie_operator;
COMMENT ON FUNCTION vigie.alert_reopen(uuid) IS 'Takes an acknowledgement or a snooze back.';

CREATE FUNCTION vigie.alert_snooze(alert uuid, until timestamptz, why text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF until IS NULL OR until <= now() OR until > now() + interval '366 days' THEN
        RAISE EXCEPTION 'an alert is snoozed until an instant to come, within a year' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF coalesce(btrim(why), '') = '' OR length(why) > 239 THEN
        RAISE EXCEPTION 'a snooze needs a reason, at most 239 characters' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM vigie.alert_do(alert, 'snooze', to_char(until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || ' ' || why);
    UPDATE vigie.alert a SET snoozed_until = until, snoozed_by = vigie.caller_name(), reason = why, acknowledged_at = NULL, acknowledged_by = NULL
    WHERE a.alert_id = alert;
END
$$;
REVOKE ALL ON FUNCTION vigie.alert_snooze(uuid, timestamptz, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.alert_snooze(uuid, timestamptz, text) TO vigie_operator;
COMMENT ON FUNCTION vigie.alert_snooze(uuid, timestamptz, text) IS 'Puts an alert off until an instant, for a reason; then it is open again.';

CREATE FUNCTION vigie.alert_assign(alert uuid, who text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF length(who) > 95 THEN
        RAISE EXCEPTION 'a name has at most 95 characters' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM vigie.alert_do(alert, 'assign', coalesce(who, ''));
    UPDATE vigie.alert a SET assigned_to = nullif(btrim(who), ''),
                             assigned_by = CASE WHEN nullif(btrim(who), '') IS NOT NULL THEN vigie.caller_name() END
    WHERE a.alert_id = alert;
END
$$;
REVOKE ALL ON FUNCTION vigie.alert_assign(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.alert_assign(uuid, text) TO vigie_operator;
COMMENT ON FUNCTION vigie.alert_assign(uuid, text) IS 'Says whose an alert is; empty: nobody''s.';

-- The board -----------------------------------------------------------------------------------------------------------

-- Connexions on one OpenAI project all show the project's cost: within an organisation it counts once. Absurd money spoils no sum.
CREATE FUNCTION vigie.overview()
    RETURNS TABLE (organisation_id uuid, organisation_nom text, connexions bigint, active bigint, blocked bigint, troubled bigint,
                   cost numeric, cost_limit numeric, budget_permille integer, forecast_permille integer,
                   info bigint, warning bigint, critical bigint, acknowledged bigint, snoozed bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
    at    timestamptz := clock_timestamp();
BEGIN
    RETURN QUERY
    WITH figures AS (
        SELECT c.organisation_id AS id, count(*) AS connexions, count(*) FILTER (WHERE c.openai_actif) AS active,
               count(b.connexion_id) AS blocked,
               count(*) FILTER (WHERE c.openai_actif AND c.openai_statut_connexion <> 'active') AS troubled,
               sum(c.openai_cout_actuel_mois) FILTER (WHERE c.openai_cout_actuel_mois BETWEEN 0 AND 1e18) AS cost,
               sum(c.openai_limite_cout_mois) FILTER (WHERE c.openai_limite_cout_mois > 0 AND c.openai_limite_cout_mois <= 1e18) AS budget,
               sum(c.openai_cout_actuel_mois) FILTER (WHERE c.openai_cout_actuel_mois BETWEEN 0 AND 1e18 AND c.openai_limite_cout_mois > 0)
                   AS measured
        FROM public.openai_connexion c
        LEFT JOIN vigie.block b ON b.connexion_id = c.openai_connexion_id
        WHERE admin OR c.organisation_id = own
        GROUP BY c.organisation_id
    ), twice AS (
        SELECT s.id, sum(s.cost - s.one) AS cost, sum(s.measured - s.one_measured) AS measured
        FROM (SELECT c.organisation_id AS id, sum(c.openai_cout_actuel_mois) AS cost, max(c.openai_cout_actuel_mois) AS one,
                     sum(c.openai_cout_actuel_mois) FILTER (WHERE c.openai_limite_cout_mois > 0) AS measured,
                     max(c.openai_cout_actuel_mois) FILTER (WHERE c.openai_limite_cout_mois > 0) AS one_measured
              FROM vigie.figure f JOIN public.openai_connexion c ON c.openai_connexion_id = f.connexion_id
              WHERE f.cost_shared > 1 AND f.cost_source = 'openai' AND (admin OR c.organisation_id = own)
                AND c.openai_cout_actuel_mois BETWEEN 0 AND 1e18
              GROUP BY c.organisation_id, c.openai_project_id) s
        GROUP BY s.id
    ), ahead AS (
        SELECT c.organisation_id AS id, sum(p.month_end) AS month_end, sum(c.openai_limite_cout_mois) AS budget
        FROM vigie.forecasts_at(at) p JOIN public.openai_connexion c ON c.openai_connexion_id = p.connexion_id
        WHERE p.basis IN ('day', 'week') AND c.openai_limite_cout_mois > 0 AND c.openai_limite_cout_mois <= 1e18
          AND (admin OR c.organisation_id = own)
        GROUP BY c.organisation_id
    ), alerts AS (
        SELECT s.* FROM vigie.alert_sums(admin, own) s
    )
    SELECT o.organisation_id, left(o.organisation_nom, 95), coalesce(f.connexions, 0), coalesce(f.active, 0), coalesce(f.blocked, 0),
           coalesce(f.troubled, 0), trim_scale(coalesce(f.cost, 0) - coalesce(t.cost, 0)), trim_scale(coalesce(f.budget, 0)),
           vigie.permille(f.measured - coalesce(t.measured, 0), f.budget), vigie.permille(h.month_end, h.budget),
           coalesce(a.info, 0), coalesce(a.warning, 0), coalesce(a.critical, 0), coalesce(a.acknowledged, 0), coalesce(a.snoozed, 0)
    FROM public.organisations o
    LEFT JOIN figures f ON f.id = o.organisation_id
    LEFT JOIN twice t ON t.id = o.organisation_id
    LEFT JOIN ahead h ON h.id = o.organisation_id
    LEFT JOIN alerts a ON a.organisation_id = o.organisation_id
    WHERE admin OR o.organisation_id = own
    ORDER BY coalesce(a.critical, 0) > 0 DESC, coalesce(a.warning, 0) > 0 DESC, coalesce(f.blocked, 0) > 0 DESC,
             vigie.permille(f.measured - coalesce(t.measured, 0), f.budget) DESC NULLS LAST, o.organisation_nom, o.organisation_id;
END
$$;
REVOKE ALL ON FUNCTION vigie.overview() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.overview() TO vigie_operator;
COMMENT ON FUNCTION vigie.overview() IS 'Every organisation in the caller''s sight, the worst first.';
