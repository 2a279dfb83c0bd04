-- Limits that act: thresholds, what counts now, and the state that a hard limit puts and takes back.
--
-- Quotas are per UTC day and budgets per UTC month; NULL and 0 are no limit. Every reset is computed from the row and the
-- clock: nothing depends on a job that may not run. Whoever looks (a console, a watcher, an application that asks) brings the
-- state into line, and all of them find the same.

-- Figures that count now ------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.day_of(at timestamptz) RETURNS date
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (at AT TIME ZONE 'UTC')::date;
END
$$;
REVOKE ALL ON FUNCTION vigie.day_of(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.day_of(timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.day_of(timestamptz) IS 'The UTC day of an instant.';

CREATE FUNCTION vigie.month_of(at timestamptz) RETURNS date
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN date_trunc('month', at AT TIME ZONE 'UTC')::date;
END
$$;
REVOKE ALL ON FUNCTION vigie.month_of(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.month_of(timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.month_of(timestamptz) IS 'The first day of the UTC month of an instant.';

CREATE FUNCTION vigie.next_day(at timestamptz) RETURNS timestamptz
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (date_trunc('day', at AT TIME ZONE 'UTC') + interval '1 day') AT TIME ZONE 'UTC';
END
$$;
REVOKE ALL ON FUNCTION vigie.next_day(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.next_day(timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.next_day(timestamptz) IS 'The UTC midnight after an instant.';

CREATE FUNCTION vigie.next_month(at timestamptz) RETURNS timestamptz
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (date_trunc('month', at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
END
$$;
REVOKE ALL ON FUNCTION vigie.next_month(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.next_month(timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.next_month(timestamptz) IS 'The first UTC midnight of the month after an instant.';

-- A program may reset at another hour than midnight: up to two days ahead a reset is this counter's.
CREATE FUNCTION vigie.present_use(used bigint, reset timestamptz, at timestamptz) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN CASE WHEN reset > at AND reset <= at + interval '48 hours' 
                THEN least(greatest(coalesce(used, 0), 0), 2147483647)::integer ELSE 0 END;
END
$$;
REVOKE ALL ON FUNCTION vigie.present_use(bigint, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.present_use(bigint, timestamptz, timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.present_use(bigint, timestamptz, timestamptz) IS
    'How much of openai_usage_quotidien counts at an instant: all of it before openai_reset_quota_at, nothing after it, nor '
    'without one or with one more than two days ahead. Never NULL; a platform''s wider column is cut to integer.';

CREATE FUNCTION vigie.present_cost(cost numeric, cost_month date, seen timestamptz, at timestamptz) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN CASE WHEN cost IS NULL OR cost = 'NaN' THEN NULL
                WHEN coalesce(cost_month, (seen AT TIME ZONE 'UTC')::date) < date_trunc('month', at AT TIME ZONE 'UTC')::date
                THEN 0
                ELSE greatest(cost, 0) END;
END
$$;
REVOKE ALL ON FUNCTION vigie.present_cost(numeric, date, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.present_cost(numeric, date, timestamptz, timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.present_cost(numeric, date, timestamptz, timestamptz) IS
    'How much of openai_cout_actuel_mois is of the UTC month of an instant, by the month that the figure is of, else by when it '
    'was seen; what is of no known time counts. NULL: no figure.';

CREATE FUNCTION vigie.permille(value numeric, limit_value numeric) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN CASE WHEN value = 'NaN' OR limit_value = 'NaN' OR limit_value <= 0 THEN NULL
                WHEN value <= 0 THEN 0
                WHEN value >= limit_value * 2000000 THEN 2000000000
                ELSE floor(value * 1000 / limit_value)::integer END;
END
$$;
REVOKE ALL ON FUNCTION vigie.permille(numeric, numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.permille(numeric, numeric) TO vigie_operator;
COMMENT ON FUNCTION vigie.permille(numeric, numeric) IS 'A figure in thousandths of its limit, cut and never rounded up; NULL: no limit or no figure.';

-- Thresholds ------------------------------------------------------------------------------------------------------------

CREATE TABLE vigie.limit_setting (
    organisation_id uuid,
    connexion_id    uuid        REFERENCES public.openai_connexion (openai_connexion_id) ON DELETE CASCADE,
    soft            integer[]   NOT NULL,
    hard            integer     NOT NULL CHECK (hard BETWEEN 0 AND 1000),
    on_spend        boolean     NOT NULL,
    on_forecast     boolean     NOT NULL,
    set_at          timestamptz NOT NULL DEFAULT now(),
    set_by          uuid,
    CHECK ((organisation_id IS NULL) <> (connexion_id IS NULL)),
    CHECK (cardinality(soft) <= 8 AND array_position(soft, NULL) IS NULL AND 1 <= ALL (soft) AND 1000 >= ALL (soft))
);
CREATE UNIQUE INDEX idx_limit_setting_connexion ON vigie.limit_setting (connexion_id) WHERE connexion_id IS NOT NULL;
CREATE UNIQUE INDEX idx_limit_setting_organisation ON vigie.limit_setting (organisation_id) WHERE organisation_id IS NOT NULL;
ALTER TABLE vigie.limit_setting ENABLE ROW LEVEL SECURITY;
CREATE POLICY sight ON vigie.limit_setting FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid())))
           OR organisation_id = (SELECT public.get_user_organisation_id((SELECT auth.uid())))
           OR connexion_id = (SELECT c.openai_connexion_id FROM public.openai_connexion c
                              WHERE c.openai_connexion_id = connexion_id));
GRANT SELECT ON vigie.limit_setting TO vigie_operator;
COMMENT ON TABLE vigie.limit_setting IS 'Thresholds of an organisation, or of one connexion instead of them.';
COMMENT ON COLUMN vigie.limit_setting.soft IS 'Per cents of the limit that are told of.';
COMMENT ON COLUMN vigie.limit_setting.hard IS
    'Per cent of the month''s cost limit at which the connexion is stopped; 0: nothing is ever stopped by itself, the quota neither.';

CREATE VIEW vigie.effective_limits AS
SELECT c.openai_connexion_id AS connexion_id,
       coalesce(s.soft, o.soft, '{50,80,95,100}') AS soft,
       coalesce(s.hard, o.hard, 100) AS hard,
       coalesce(s.on_spend, o.on_spend, true) AS on_spend,
       coalesce(s.on_forecast, o.on_forecast, true) AS on_forecast,
       CASE WHEN s.soft IS NOT NULL THEN 'connexion' WHEN o.soft IS NOT NULL THEN 'organisation' ELSE 'default' END AS source
FROM public.openai_connexion c
LEFT JOIN vigie.limit_setting s ON s.connexion_id = c.openai_connexion_id
LEFT JOIN vigie.limit_setting o ON o.organisation_id = c.organisation_id;
REVOKE ALL ON vigie.effective_limits FROM PUBLIC;
-- Before PostgreSQL 15 a view has its owner's rights always.
DO $$
BEGIN
    IF current_setting('server_version_num')::integer >= 150000 THEN
        ALTER VIEW vigie.effective_limits SET (security_invoker = true);
    END IF;
END
$$;
COMMENT ON VIEW vigie.effective_limits IS 'Which thresholds hold for each connexion. For the console''s functions: it knows no sight.';

CREATE FUNCTION vigie.sees(connexion uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM public.openai_connexion c
                   WHERE c.openai_connexion_id = connexion
                     AND (c.organisation_id = (SELECT vigie.caller_organisation()) OR (SELECT vigie.caller_is_admin())));
END
$$;
REVOKE ALL ON FUNCTION vigie.sees(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.sees(uuid) TO vigie_operator;
COMMENT ON FUNCTION vigie.sees(uuid) IS 'Whether there is such a connexion in the caller''s sight.';

CREATE FUNCTION vigie.limits_of(connexion uuid)
    RETURNS TABLE (soft integer[], hard integer, on_spend boolean, on_forecast boolean, source text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF vigie.sees(connexion) THEN
        RETURN QUERY SELECT l.soft, l.hard, l.on_spend, l.on_forecast, l.source FROM vigie.effective_limits l WHERE l.connexion_id = connexion;
    END IF;
END
$$;
REVOKE ALL ON FUNCTION vigie.limits_of(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.limits_of(uuid) TO vigie_operator;
COMMENT ON FUNCTION vigie.limits_of(uuid) IS 'The thresholds that hold for a connexion in the caller''s sight, and where they come from.';

CREATE FUNCTION vigie.check_limits(organisation uuid, connexion uuid) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (organisation IS NULL) = (connexion IS NULL) THEN
        RAISE EXCEPTION 'thresholds are of an organisation or of a connexion' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF (CASE WHEN connexion IS NOT NULL THEN NOT vigie.sees(connexion)
             ELSE NOT (vigie.caller_is_admin() AND EXISTS (SELECT FROM public.organisations o WHERE o.organisation_id = organisation)
                       OR organisation IS NOT DISTINCT FROM vigie.caller_organisation()) END) THEN
        RAISE EXCEPTION 'there is no such connexion or organisation, or it is out of sight' USING ERRCODE = 'no_data_found';
    END IF;
END
$$;
REVOKE ALL ON FUNCTION vigie.check_limits(uuid, uuid) FROM PUBLIC;
COMMENT ON FUNCTION vigie.check_limits(uuid, uuid) IS 'Refuses thresholds of what the caller does not see.';

CREATE FUNCTION vigie.limits_changed(organisation uuid, connexion uuid) RETURNS void
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM FROM vigie.figure f JOIN public.openai_connexion c ON c.openai_connexion_id = f.connexion_id
    WHERE c.openai_connexion_id = connexion OR c.organisation_id = organisation
    ORDER BY f.connexion_id FOR UPDATE OF f;
    UPDATE vigie.figure f SET hard = NULL FROM public.openai_connexion c
    WHERE c.openai_connexion_id = f.connexion_id AND (c.openai_connexion_id = connexion OR c.organisation_id = organisation)
      AND f.hard IS NOT NULL;
    PERFORM pg_notify('vigie', '');
END
$$;
REVOKE ALL ON FUNCTION vigie.limits_changed(uuid, uuid) FROM PUBLIC;
COMMENT ON FUNCTION vigie.limits_changed(uuid, uuid) IS 'Part of vigie.set_limits and vigie.unset_limits: tells who works by them.';

CREATE FUNCTION vigie.set_limits(organisation uuid, connexion uuid, soft integer[], hard integer, on_spend boolean,
                                 on_forecast boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    levels integer[] := ARRAY(SELECT DISTINCT x FROM unnest(soft) x ORDER BY 1);
BEGIN
    PERFORM vigie.check_limits(organisation, connexion);
    IF cardinality(levels) > 8 OR NOT coalesce(1 <= ALL (levels) AND 1000 >= ALL (levels), false)
       OR hard IS NULL OR hard NOT BETWEEN 0 AND 1000 THEN
        RAISE EXCEPTION 'thresholds are at most 8 per cents from 1 to 1000, the hard one from 0 to 1000' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF connexion IS NOT NULL THEN
        INSERT INTO vigie.limit_setting AS s (connexion_id, soft, hard, on_spend, on_forecast, set_by)
        VALUES (connexion, levels, hard, coalesce(on_spend, true), coalesce(on_forecast, true), auth.uid())
        ON CONFLICT (connexion_id) WHERE connexion_id IS NOT NULL DO UPDATE SET
            soft = excluded.soft, hard = excluded.hard, on_spend = excluded.on_spend, on_forecast = excluded.on_forecast,
            set_at = excluded.set_at, set_by = excluded.set_by;
    ELSE
        INSERT INTO vigie.limit_setting AS s (organisation_id, soft, hard, on_spend, on_forecast, set_by)
        VALUES (organisation, levels, hard, coalesce(on_spend, true), coalesce(on_forecast, true), auth.uid())
        ON CONFLICT (organisation_id) WHERE organisation_id IS NOT NULL DO UPDATE SET
            soft = excluded.soft, hard = excluded.hard, on_spend = excluded.on_spend, on_forecast = excluded.on_forecast,
            set_at = excluded.set_at, set_by = excluded.set_by;
    END IF;
    PERFORM vigie.limits_changed(organisation, connexion);
END
$$;
REVOKE ALL ON FUNCTION vigie.set_limits(uuid, uuid, integer[], integer, boolean, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.set_limits(uuid, uuid, integer[], integer, boolean, boolean) TO vigie_operator;
COMMENT ON FUNCTION vigie.set_limits(uuid, uuid, integer[], integer, boolean, boolean) IS
    'Sets the thresholds of an organisation or of one connexion in the caller''s sight; the other one is NULL.';

CREATE FUNCTION vigie.unset_limits(organisation uuid, connexion uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.check_limits(organisation, connexion);
    DELETE FROM vigie.limit_setting s WHERE s.connexion_id = connexion OR s.organisation_id = organisation;
    PERFORM vigie.limits_changed(organisation, connexion);
END
$$;
REVOKE ALL ON FUNCTION vigie.unset_limits(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.unset_limits(uuid, uuid) TO vigie_operator;
COMMENT ON FUNCTION vigie.unset_limits(uuid, uuid) IS
    'Forgets the own thresholds: a connexion then has its organisation''s, an organisation the defaults.';

-- Periods that have ended -----------------------------------------------------------------------------------------------

CREATE TABLE vigie.period (
    connexion_id uuid    REFERENCES public.openai_connexion (openai_connexion_id) ON DELETE CASCADE,
    kind         text    CHECK (kind IN ('day', 'month', 'ever')),
    period       date,
    amount       numeric NOT NULL,
    PRIMARY KEY (connexion_id, kind, period)
);
ALTER TABLE vigie.period ENABLE ROW LEVEL SECURITY;
CREATE POLICY sight_of_the_connexion ON vigie.period FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid())))
           OR connexion_id = (SELECT c.openai_connexion_id FROM public.openai_connexion c
                              WHERE c.openai_connexion_id = connexion_id));
GRANT SELECT ON vigie.period TO vigie_operator;
COMMENT ON TABLE vigie.period IS
    'What the counters in the row were when a period ended: requests of a UTC day, cost of a UTC month; the last 62 and 24 of them. '
    '"ever" is the cost of all ended months, since the date.';

CREATE FUNCTION vigie.end_period(connexion uuid, ended_kind text, ended date, told numeric) RETURNS void
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF ended IS NULL OR told IS NULL OR told = 'NaN' THEN
        RETURN;
    END IF;
    INSERT INTO vigie.period (connexion_id, kind, period, amount) VALUES (connexion, ended_kind, ended, told) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF ended_kind = 'month' THEN
        UPDATE vigie.period p SET amount = p.amount + told WHERE p.connexion_id = connexion AND p.kind = 'ever';
        IF NOT FOUND THEN
            INSERT INTO vigie.period (connexion_id, kind, period, amount) VALUES (connexion, 'ever', ended, told);
        END IF;
    END IF;
    DELETE FROM vigie.period p
    WHERE p.connexion_id = connexion AND p.kind = ended_kind
      AND p.period < CASE ended_kind WHEN 'day' THEN ended - 61 ELSE (ended - interval '23 months')::date END;
END
$$;
REVOKE ALL ON FUNCTION vigie.end_period(uuid, text, date, numeric) FROM PUBLIC;
COMMENT ON FUNCTION vigie.end_period(uuid, text, date, numeric) IS 'Keeps what a counter was when its period ended, once.';

-- Counting --------------------------------------------------------------------------------------------------------------

ALTER TABLE vigie.figure
    ADD COLUMN cost_base     numeric NOT NULL DEFAULT 0,
    ADD COLUMN cost_reserved numeric NOT NULL DEFAULT 0,
    ADD COLUMN reserved_at   timestamptz,
    ADD COLUMN hard          integer,
    ADD COLUMN quick_until   timestamptz;
COMMENT ON COLUMN vigie.figure.cost_counted IS
    'What the applications counted in counted_month, as of use_at; also while OpenAI''s costs are shown.';
COMMENT ON COLUMN vigie.figure.cost_base IS
    'While the applications'' cost is shown: what the row''s cost holds beside it. A call of vigie.autoriser adds to the row alone, '
    'so the difference is what was counted.';
COMMENT ON COLUMN vigie.figure.cost_reserved IS 'While OpenAI''s costs are shown: what was reserved since they were told at reserved_at.';
COMMENT ON COLUMN vigie.figure.hard IS 'The hard threshold as of use_at, for vigie.autoriser; NULL: it was changed since.';
COMMENT ON COLUMN vigie.figure.quick_until IS 'How long vigie.autoriser may count in the row alone; NULL: never, for the words of a failing CHECK show the row.';
CREATE INDEX idx_figure_reserved ON vigie.figure (connexion_id) WHERE cost_reserved > 0;
UPDATE vigie.figure f SET cost_base = coalesce(c.openai_cout_actuel_mois, 0) - f.cost_counted
FROM public.openai_connexion c
WHERE c.openai_connexion_id = f.connexion_id AND f.cost_source = 'applications' AND f.counted_month = f.cost_month
  AND c.openai_cout_actuel_mois IS DISTINCT FROM 'NaN';

-- cost is below 0 when less was spent than had been reserved.
CREATE FUNCTION vigie.add_figure(connexion uuid, cost numeric, clamped boolean, at timestamptz,
                                 OUT in_row boolean, OUT anew boolean)
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    today   date := (at AT TIME ZONE 'UTC')::date;
    month   date := date_trunc('month', at AT TIME ZONE 'UTC')::date;
    f       vigie.figure%ROWTYPE;
    present record;
    counted numeric := 0;
    total   numeric;
BEGIN
    INSERT INTO vigie.figure (connexion_id) VALUES (connexion) ON CONFLICT DO NOTHING;
    SELECT * INTO f FROM vigie.figure x WHERE x.connexion_id = connexion FOR UPDATE;
    SELECT c.openai_cout_actuel_mois AS cost, c.openai_usage_quotidien AS used INTO present
    FROM public.openai_connexion c WHERE c.openai_connexion_id = connexion;
    IF f.use_day < today THEN
        PERFORM vigie.end_period(connexion, 'day', f.use_day, present.used);
    END IF;
    IF f.cost_month < month THEN
        PERFORM vigie.end_period(connexion, 'month', f.cost_month, present.cost);
    END IF;

    in_row := NOT (f.cost_source = 'openai' AND f.cost_month >= month);
    anew := coalesce(f.cost_month < month, false);
    IF f.counted_month = month THEN
        counted := CASE WHEN f.cost_source = 'applications' AND f.cost_month = month AND present.cost - f.cost_base BETWEEN 0 AND 1e18
                        THEN present.cost - f.cost_base ELSE f.cost_counted END;
    END IF;
    counted := greatest(counted + cost, 0);
    total := greatest(CASE WHEN anew THEN cost ELSE coalesce(present.cost, 0) + cost END, 0);
    UPDATE vigie.figure x SET
        use_source = 'applications', use_at = at, use_day = today,
        use_clamped = clamped OR f.use_clamped AND f.use_source = 'applications' AND f.use_day = today,
        cost_counted = counted,
        counted_month = month,
        cost_source = CASE WHEN in_row THEN 'applications' ELSE f.cost_source END,
        cost_at = CASE WHEN in_row THEN at ELSE f.cost_at END,
        cost_month = CASE WHEN in_row THEN month ELSE f.cost_month END,
        cost_shared = CASE WHEN in_row THEN 0 ELSE f.cost_shared END,
        cost_account = CASE WHEN in_row THEN NULL ELSE f.cost_account END,
        cost_base = CASE WHEN in_row AND total <> 'NaN' THEN total - counted ELSE 0 END,
        cost_reserved = CASE WHEN in_row THEN 0 ELSE greatest(cost + CASE WHEN f.reserved_at = f.cost_at THEN f.cost_reserved ELSE 0 END, 0) END,
        reserved_at = CASE WHEN in_row THEN NULL ELSE f.cost_at END,
        hard = (SELECT l.hard FROM vigie.effective_limits l WHERE l.connexion_id = connexion),
        quick_until = (SELECT least(at + interval '1 minute', vigie.next_day(at)) FROM pg_class t
                       WHERE t.oid = 'public.openai_connexion'::regclass AND (t.relkind, t.relchecks) = ('r', 0))
    WHERE x.connexion_id = connexion;
END
$$;
REVOKE ALL ON FUNCTION vigie.add_figure(uuid, numeric, boolean, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.add_figure(uuid, numeric, boolean, timestamptz) IS
    'The part of a count that vigie.figure holds; the caller has the connexion''s row locked. Tells whether the cost counts in the '
    'row and whether it starts anew.';

CREATE OR REPLACE FUNCTION vigie.count_figure(connexion uuid, cost numeric, clamped boolean, at timestamptz,
                                              OUT in_row boolean, OUT anew boolean)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT vigie.sees(connexion) THEN
        RAISE EXCEPTION 'there is no such connexion, or it is out of sight' USING ERRCODE = 'no_data_found';
    END IF;
    SELECT p.in_row, p.anew INTO in_row, anew FROM vigie.add_figure(connexion, greatest(cost, 0), clamped, at) p;
END
$$;

-- Where a connexion stands ----------------------------------------------------------------------------------------------

CREATE TABLE vigie.block (
    connexion_id  uuid        PRIMARY KEY REFERENCES public.openai_connexion (openai_connexion_id) ON DELETE CASCADE,
    cause         text        NOT NULL CHECK (cause IN ('quota', 'budget')),
    since         timestamptz NOT NULL,
    until         timestamptz NOT NULL,
    by_name       text        NOT NULL CHECK (length(by_name) < 96),
    value         numeric     NOT NULL,
    limit_value   numeric     NOT NULL,
    resume_status text        NOT NULL
);
ALTER TABLE vigie.block ENABLE ROW LEVEL SECURITY;
CREATE POLICY sight_of_the_connexion ON vigie.block FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid())))
           OR connexion_id = (SELECT c.openai_connexion_id FROM public.openai_connexion c
                              WHERE c.openai_connexion_id = connexion_id));
GRANT SELECT ON vigie.block TO vigie_operator;
COMMENT ON TABLE vigie.block IS
    'Which connexions are at quota_exceeded because of a hard limit, since and until when. A person''s off and what a probe found '
    '(no credit) have no row here.';
COMMENT ON COLUMN vigie.block.by_name IS 'The program or application that found it: what it calls itself, else its login.';
COMMENT ON COLUMN vigie.block.limit_value IS 'Requests a day, or the cost at which the month is stopped.';
COMMENT ON COLUMN vigie.block.resume_status IS 'The state that returns: the one before, or what probes have found since.';

CREATE FUNCTION vigie.standing(ids uuid[], at timestamptz)
    RETURNS TABLE (id uuid, active boolean, status text, used integer, quota integer, cost numeric, ceiling numeric,
                   quota_until timestamptz, cost_until timestamptz, cause text, until timestamptz, value numeric, limit_value numeric,
                   held text, resume_status text, pending boolean)
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT v.id, v.active, v.status, v.used, v.quota, v.cost, v.ceiling, v.quota_until, v.cost_until, w.cause, w.until, w.value, w.limit_value,
           b.cause, b.resume_status,
           CASE WHEN b.cause IS NULL THEN v.active AND v.status = 'active' AND w.cause IS NOT NULL
                ELSE v.status <> 'quota_exceeded' OR (b.cause, b.until, b.limit_value) IS DISTINCT FROM (w.cause, w.until, w.limit_value) END
    FROM (SELECT c.openai_connexion_id AS id, coalesce(c.openai_actif, false) AS active, coalesce(c.openai_statut_connexion, '') AS status,
                 vigie.present_use(c.openai_usage_quotidien, c.openai_reset_quota_at, at) AS used,
                 CASE WHEN l.hard > 0 AND c.openai_limite_quotidienne > 0
                      THEN least(c.openai_limite_quotidienne, 2147483647)::integer END AS quota,
                 vigie.present_cost(c.openai_cout_actuel_mois, f.cost_month, coalesce(f.cost_at, c.openai_derniere_synchro), at)
                     + CASE WHEN f.cost_source = 'openai' AND f.reserved_at = f.cost_at AND f.cost_month >= date_trunc('month', at AT TIME ZONE 'UTC')
                            THEN f.cost_reserved ELSE 0 END AS cost,
                 CASE WHEN l.hard > 0 AND c.openai_limite_cout_mois > 0 AND c.openai_limite_cout_mois < 'Infinity'
                      THEN c.openai_limite_cout_mois * l.hard / 100 END AS ceiling,
                 CASE WHEN c.openai_reset_quota_at > at AND c.openai_reset_quota_at <= at + interval '48 hours' THEN c.openai_reset_quota_at
                      ELSE vigie.next_day(at) END AS quota_until,
                 vigie.next_month(at) AS cost_until
          FROM public.openai_connexion c
          JOIN vigie.effective_limits l ON l.connexion_id = c.openai_connexion_id
          LEFT JOIN vigie.figure f ON f.connexion_id = c.openai_connexion_id
          WHERE c.openai_connexion_id = ANY (ids)) v
    LEFT JOIN vigie.block b ON b.connexion_id = v.id
    CROSS JOIN LATERAL (
        SELECT 'budget' AS cause, v.cost_until AS until, v.cost AS value, v.ceiling AS limit_value WHERE v.cost >= v.ceiling
        UNION ALL
        SELECT 'quota', v.quota_until, v.used, v.quota WHERE v.used >= v.quota
        UNION ALL
        SELECT NULL, NULL, NULL, NULL
        LIMIT 1) w
    ORDER BY v.id;
END
$$;
REVOKE ALL ON FUNCTION vigie.standing(uuid[], timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.standing(uuid[], timestamptz) IS
    'Where connexions stand at an instant: what counts, which hard limit is reached (the budget''s lasts longer), what holds them '
    'and whether that is still so. Part of vigie.hold and vigie.autoriser.';

-- The journal's who of these changes is no person.
ALTER TABLE vigie.journal_probe ADD COLUMN kind text NOT NULL DEFAULT 'probe' CHECK (kind IN ('probe', 'limit'));
COMMENT ON TABLE vigie.journal_probe IS 'Which transaction is inside vigie.record or vigie.hold: no client can say so of itself.';

CREATE OR REPLACE FUNCTION vigie.journal_note(organisation uuid, connexion uuid, account text, action text, before jsonb, after jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    told_batch text := current_setting('vigie.batch', true);
    told_kind  text := current_setting('vigie.kind', true);
BEGIN
    IF told_kind IN ('probe', 'limit')
       AND NOT EXISTS (SELECT FROM vigie.journal_probe p WHERE p.writer = pg_current_xact_id() AND p.kind = told_kind) THEN
        told_kind := NULL;
    END IF;
    INSERT INTO vigie.journal_pending (writer, organisation_id, at, batch, kind, connexion_id, account, action, user_id, login, role,
                                       address, application, before, after)
    VALUES (pg_current_xact_id(), organisation, clock_timestamp(),
            CASE WHEN told_batch ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN told_batch::uuid END,
            CASE WHEN told_kind ~ '^[a-z]{1,16}$' THEN told_kind END,
            connexion, account, action, CASE WHEN told_kind = 'limit' THEN NULL ELSE auth.uid() END, session_user,
            CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END,
            inet_client_addr(), current_setting('application_name'), before, after);
    INSERT INTO vigie.journal_turn (writer) VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
END
$$;

CREATE FUNCTION vigie.hold(connexion uuid, at timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s          record;
    told_kind  text := coalesce(current_setting('vigie.kind', true), '');
    told_batch text := coalesce(current_setting('vigie.batch', true), '');
    wanted     text;
BEGIN
    SELECT * INTO s FROM vigie.standing(ARRAY[connexion], at);
    IF s.pending IS NOT TRUE THEN
        RETURN false;
    END IF;
    IF s.held IS NOT NULL AND (s.cause IS NULL OR s.status <> 'quota_exceeded') THEN
        DELETE FROM vigie.block b WHERE b.connexion_id = connexion;
    END IF;
    IF s.cause IS NOT NULL AND (s.status = 'active' AND s.active OR s.status = 'quota_exceeded' AND s.held IS NOT NULL) THEN
        INSERT INTO vigie.block AS b (connexion_id, cause, since, until, by_name, value, limit_value, resume_status)
        VALUES (connexion, s.cause, at, s.until, left(coalesce(nullif(current_setting('application_name'), ''), session_user), 95),
                s.value, s.limit_value, 'active')
        ON CONFLICT (connexion_id) DO UPDATE SET
            cause = excluded.cause, until = excluded.until, value = excluded.value, limit_value = excluded.limit_value,
            since = CASE WHEN b.cause = excluded.cause THEN b.since ELSE excluded.since END,
            by_name = CASE WHEN b.cause = excluded.cause THEN b.by_name ELSE excluded.by_name END;
        wanted := 'quota_exceeded';
    ELSIF s.held IS NOT NULL AND s.status = 'quota_exceeded' THEN
        wanted := s.resume_status;
    END IF;
    IF wanted IS DISTINCT FROM s.status AND wanted IS NOT NULL THEN
        PERFORM set_config('vigie.kind', 'limit', true), set_config('vigie.batch', '', true);
        INSERT INTO vigie.journal_probe (writer, kind) VALUES (pg_current_xact_id(), 'limit')
        ON CONFLICT (writer) DO UPDATE SET kind = excluded.kind;
        UPDATE public.openai_connexion c SET openai_statut_connexion = wanted WHERE c.openai_connexion_id = connexion;
        DELETE FROM vigie.journal_probe p WHERE p.writer = pg_current_xact_id();
        PERFORM set_config('vigie.kind', told_kind, true), set_config('vigie.batch', told_batch, true);
    END IF;
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION vigie.hold(uuid, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.hold(uuid, timestamptz) IS
    'Brings the state of a connexion, whose row the caller has locked, into line with its hard limits; true: something changed. '
    'It takes active alone to quota_exceeded, and back to what it was or to what probes found since.';

CREATE FUNCTION vigie.enforce_at(at timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    admin   boolean := vigie.caller_is_admin();
    own     uuid := vigie.caller_organisation();
    lowest  numeric := least(100, (SELECT min(s.hard) FROM vigie.limit_setting s WHERE s.hard > 0));
    ids     uuid[];
    one     uuid;
    changed integer := 0;
BEGIN
    -- Those that may be at a limit by the bare row, and those that are held.
    ids := ARRAY(
        SELECT c.openai_connexion_id FROM public.openai_connexion c
        WHERE (admin OR c.organisation_id = own) AND c.openai_actif AND c.openai_statut_connexion = 'active'
          AND (c.openai_usage_quotidien >= c.openai_limite_quotidienne AND c.openai_limite_quotidienne > 0 AND c.openai_reset_quota_at > at
               OR c.openai_cout_actuel_mois >= c.openai_limite_cout_mois * lowest / 100 AND c.openai_limite_cout_mois > 0)
        UNION
        SELECT f.connexion_id FROM vigie.figure f JOIN public.openai_connexion c ON c.openai_connexion_id = f.connexion_id
        WHERE f.cost_reserved > 0 AND (admin OR c.organisation_id = own) AND c.openai_actif
        UNION
        SELECT b.connexion_id FROM vigie.block b JOIN public.openai_connexion c ON c.openai_connexion_id = b.connexion_id
        WHERE admin OR c.organisation_id = own);
    FOR one IN SELECT s.id FROM vigie.standing(ids, at) s WHERE s.pending ORDER BY s.id LIMIT 1000 LOOP
        PERFORM FROM public.openai_connexion c WHERE c.openai_connexion_id = one FOR NO KEY UPDATE SKIP LOCKED;
        IF FOUND AND vigie.hold(one, at) THEN
            changed := changed + 1;
        END IF;
    END LOOP;
    RETURN changed;
EXCEPTION WHEN integrity_constraint_violation THEN
    -- The server's own words would show the whole row, the key too, to its log and to the caller.
    RAISE EXCEPTION '%', SQLERRM USING ERRCODE = SQLSTATE;
END
$$;
REVOKE ALL ON FUNCTION vigie.enforce_at(timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.enforce_at(timestamptz) IS 'vigie.enforce as of an instant.';

CREATE FUNCTION vigie.enforce() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vigie.enforce_at(clock_timestamp());
END
$$;
REVOKE ALL ON FUNCTION vigie.enforce() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.enforce() TO vigie_operator;
COMMENT ON FUNCTION vigie.enforce() IS
    'Stops the connexions in the caller''s sight that have reached a hard limit and lets those go on whose reset has come or whose '
    'limit was raised; returns how many changed, at most a thousand: the next call goes on. Any number of programs may call it '
    'at any time.';
