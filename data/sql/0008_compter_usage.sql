-- The counter for applications: they call vigie.compter_usage after their requests, under their own identity.

-- The part of a count that vigie.figure holds; the caller has the connexion's row locked. Tells whether the cost counts in
-- the row and whether it starts anew.
CREATE FUNCTION vigie.count_figure(connexion uuid, cost numeric, clamped boolean, at timestamptz,
                                   OUT in_row boolean, OUT anew boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    today date := (at AT TIME ZONE 'UTC')::date;
    month date := date_trunc('month', at AT TIME ZONE 'UTC')::date;
    f     vigie.figure%ROWTYPE;
BEGIN
    IF NOT EXISTS (SELECT FROM public.openai_connexion c
                   WHERE c.openai_connexion_id = connexion
                     AND ((SELECT public.is_admin_presenca((SELECT auth.uid())))
                          OR c.organisation_id = (SELECT public.get_user_organisation_id((SELECT auth.uid()))))) THEN
        RAISE EXCEPTION 'there is no such connexion, or it is out of sight' USING ERRCODE = 'no_data_found';
    END IF;
    INSERT INTO vigie.figure (connexion_id) VALUES (connexion) ON CONFLICT DO NOTHING;
    SELECT * INTO f FROM vigie.figure x WHERE x.connexion_id = connexion FOR UPDATE;

    in_row := NOT (f.cost_source = 'openai' AND f.cost_month >= month);
    anew := coalesce(f.cost_month < month, false);
    UPDATE vigie.figure x SET
        use_source = 'applications', use_at = at, use_day = today,
        use_clamped = clamped OR f.use_clamped AND f.use_source = 'applications' AND f.use_day = today,
        cost_counted = CASE WHEN f.counted_month = month THEN f.cost_counted + cost ELSE cost END,
        counted_month = month,
        cost_source = CASE WHEN in_row THEN 'applications' ELSE f.cost_source END,
        cost_at = CASE WHEN in_row THEN at ELSE f.cost_at END,
        cost_month = CASE WHEN in_row THEN month ELSE f.cost_month END,
        cost_shared = CASE WHEN in_row THEN 0 ELSE f.cost_shared END,
        cost_account = CASE WHEN in_row THEN NULL ELSE f.cost_account END
    WHERE x.connexion_id = connexion;
END
$$;
REVOKE ALL ON FUNCTION vigie.count_figure(uuid, numeric, boolean, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.count_figure(uuid, numeric, boolean, timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.count_figure(uuid, numeric, boolean, timestamptz) IS 'Part of vigie.compter_usage.';

CREATE FUNCTION vigie.compter_usage_at(connexion uuid, requests integer, cost numeric, at timestamptz)
    RETURNS TABLE (usage_quotidien integer, reset_quota_at timestamptz, cout_actuel_mois numeric)
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    moment   timestamptz;
    midnight timestamptz;
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
    midnight := ((moment AT TIME ZONE 'UTC')::date + 1)::timestamp AT TIME ZONE 'UTC';
    total := requests;
    IF present.reset > moment THEN
        total := total + greatest(coalesce(present.used, 0), 0);
    END IF;
    part := vigie.count_figure(connexion, trim_scale(round(cost, 12)), total > 2147483647, moment);

    RETURN QUERY
    UPDATE public.openai_connexion c SET
        openai_usage_quotidien = least(total, 2147483647)::integer,
        openai_reset_quota_at = midnight,
        openai_cout_actuel_mois =
            CASE WHEN NOT part.in_row THEN c.openai_cout_actuel_mois
                 WHEN part.anew THEN trim_scale(round(cost, 12))
                 ELSE coalesce(c.openai_cout_actuel_mois, 0) + trim_scale(round(cost, 12)) END
    WHERE c.openai_connexion_id = connexion
    RETURNING c.openai_usage_quotidien, c.openai_reset_quota_at, c.openai_cout_actuel_mois;
END
$$;
REVOKE ALL ON FUNCTION vigie.compter_usage_at(uuid, integer, numeric, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.compter_usage_at(uuid, integer, numeric, timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.compter_usage_at(uuid, integer, numeric, timestamptz) IS
    'vigie.compter_usage as of an instant; NULL: now. Instants must not go back.';

CREATE FUNCTION vigie.compter_usage(connexion uuid, requests integer, cost numeric)
    RETURNS TABLE (usage_quotidien integer, reset_quota_at timestamptz, cout_actuel_mois numeric)
    LANGUAGE sql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT * FROM vigie.compter_usage_at(connexion, requests, cost, NULL)
$$;
REVOKE ALL ON FUNCTION vigie.compter_usage(uuid, integer, numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.compter_usage(uuid, integer, numeric) TO vigie_operator;
COMMENT ON FUNCTION vigie.compter_usage(uuid, integer, numeric) IS
    'For applications: adds requests to the day''s use (it starts anew at UTC midnight) and cost to the month''s, unless '
    'OpenAI''s own costs are shown this month. Calls at the same time add up. Returns the row''s new figures; fails when '
    'the connexion is not there or out of the caller''s sight.';
