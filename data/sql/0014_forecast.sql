-- What the month will cost at the present rate, how the sources of a figure differ, and what a rule would have done.
--
-- The rate is the higher one of the last 24 hours and of the last 7 days. Nothing is guessed from fewer than 3 days of history,
-- from one day behind a week without any cost, nor from a figure that is two days old. Credits make a month cheaper and are no rate.

-- History ------------------------------------------------------------------------------------------------------------

-- OpenAI's own costs are in vigie.cost_day. What the applications counted stands in vigie.figure as a sum alone: once an hour it
-- is kept here, added up over months and corrections (total), so that the cost between two instants is one subtraction.
CREATE TABLE vigie.cost_sample (
    connexion_id uuid        REFERENCES public.openai_connexion (openai_connexion_id) ON DELETE CASCADE,
    at           timestamptz,
    until        timestamptz NOT NULL,
    month        date        NOT NULL,
    cost         numeric     NOT NULL CHECK (cost BETWEEN 0 AND 1e18),
    total        numeric     NOT NULL CHECK (total BETWEEN 0 AND 1e24),
    PRIMARY KEY (connexion_id, at),
    CHECK (until >= at)
);
COMMENT ON TABLE vigie.cost_sample IS 'What the applications had counted at an instant, an hour apart at least, for 40 days.';
COMMENT ON COLUMN vigie.cost_sample.until IS 'When the same sum was seen last.';
COMMENT ON COLUMN vigie.cost_sample.total IS 'What was counted since the first sample: it never falls.';

CREATE TABLE vigie.cost_sampled (
    sight uuid        PRIMARY KEY,
    at    timestamptz NOT NULL
);
COMMENT ON TABLE vigie.cost_sampled IS
    'When samples were last taken, per organisation, and by administrators of the platform (the uuid of zeros) of all.';

ALTER TABLE vigie.cost_sample ENABLE ROW LEVEL SECURITY;
ALTER TABLE vigie.cost_sampled ENABLE ROW LEVEL SECURITY;
CREATE POLICY sight_of_the_connexion ON vigie.cost_sample FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid())))
           OR connexion_id = (SELECT c.openai_connexion_id FROM public.openai_connexion c
                              WHERE c.openai_connexion_id = connexion_id));
GRANT SELECT ON vigie.cost_sample TO vigie_operator;

-- vigie.autoriser adds to the row alone as long as the applications' cost is shown there.
CREATE FUNCTION vigie.counted_cost(f vigie.figure, row_cost numeric, month date) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN f.counted_month IS DISTINCT FROM month THEN NULL
            WHEN f.cost_source = 'applications' AND f.cost_month = month AND row_cost - f.cost_base BETWEEN 0 AND 1e18
            THEN row_cost - f.cost_base ELSE f.cost_counted END;
REVOKE ALL ON FUNCTION vigie.counted_cost(vigie.figure, numeric, date) FROM PUBLIC;
COMMENT ON FUNCTION vigie.counted_cost(vigie.figure, numeric, date) IS
    'What the applications counted in a UTC month, what was reserved included; NULL: nothing.';

CREATE FUNCTION vigie.sample_costs_at(at timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    everything CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    admin      boolean := vigie.caller_is_admin();
    own        uuid := vigie.caller_organisation();
    hour       timestamptz := date_trunc('hour', at, 'UTC');
    this_month date := vigie.month_of(at);
    taken      integer;
BEGIN
    IF NOT admin AND own IS NULL
       OR EXISTS (SELECT FROM vigie.cost_sampled s
                  WHERE s.sight IN (everything, CASE WHEN NOT admin THEN own END) AND s.at >= hour)
       OR NOT pg_try_advisory_xact_lock(hashtextextended('vigie.cost_sample', 0)) THEN
        RETURN 0;
    END IF;
    INSERT INTO vigie.cost_sampled AS s (sight, at) VALUES (CASE WHEN admin THEN everything ELSE own END, at)
    ON CONFLICT (sight) DO UPDATE SET at = excluded.at WHERE s.at < hour;
    IF NOT FOUND THEN
        RETURN 0;  -- somebody was faster
    END IF;

    -- What was not counted in this month yet is 0; what was not counted in the one before either is of no interest.
    WITH seen AS MATERIALIZED (
        SELECT f.connexion_id AS id, trim_scale(coalesce(vigie.counted_cost(f, c.openai_cout_actuel_mois, this_month), 0)) AS cost, l.*
        FROM vigie.figure f JOIN public.openai_connexion c ON c.openai_connexion_id = f.connexion_id
        LEFT JOIN LATERAL (SELECT s.at AS last_at, s.until AS last_until, s.month AS last_month, s.cost AS last_cost,
                                  s.total AS last_total
                           FROM vigie.cost_sample s WHERE s.connexion_id = f.connexion_id ORDER BY s.at DESC LIMIT 1) l ON true
        WHERE f.counted_month >= this_month - interval '1 month' AND (admin OR c.organisation_id = own)
          AND (l.last_until IS NULL OR l.last_until < hour)
        ORDER BY f.connexion_id
    ), longer AS (
        UPDATE vigie.cost_sample s SET until = sample_costs_at.at FROM seen n
        WHERE s.connexion_id = n.id AND s.at = n.last_at AND n.cost = n.last_cost AND n.last_month = this_month
        RETURNING 1
    ), added AS (
        INSERT INTO vigie.cost_sample (connexion_id, at, until, month, cost, total)
        SELECT n.id, sample_costs_at.at, sample_costs_at.at, this_month, n.cost,
               coalesce(n.last_total + CASE WHEN n.last_month = this_month THEN greatest(n.cost - n.last_cost, 0) ELSE n.cost END, 0)
        FROM seen n WHERE n.last_at IS NULL OR n.cost <> n.last_cost OR n.last_month <> this_month
        ORDER BY n.id
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM longer) + (SELECT count(*) FROM added) INTO taken;

    DELETE FROM vigie.cost_sample s USING public.openai_connexion c
    WHERE s.until < sample_costs_at.at - interval '40 days' AND c.openai_connexion_id = s.connexion_id
      AND (admin OR c.organisation_id = own);
    RETURN taken;
END
$$;
REVOKE ALL ON FUNCTION vigie.sample_costs_at(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.sample_costs_at(timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.sample_costs_at(timestamptz) IS
    'Keeps what the applications have counted, of the connexions in the caller''s sight, once an hour: call it as often as you '
    'like. How many connexions it was kept of.';

CREATE FUNCTION vigie.sample_costs() RETURNS integer
    LANGUAGE sql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT vigie.sample_costs_at(clock_timestamp())
$$;
REVOKE ALL ON FUNCTION vigie.sample_costs() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.sample_costs() TO vigie_operator;
COMMENT ON FUNCTION vigie.sample_costs() IS 'vigie.sample_costs_at as of now.';

-- A function of values alone becomes a part of the query that calls it.
CREATE FUNCTION vigie.total_between(since timestamptz, total numeric, until timestamptz, later numeric, at timestamptz) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN at <= since OR until <= since THEN total
            ELSE total + (later - total) * extract(epoch FROM at - since) / extract(epoch FROM until - since) END;
REVOKE ALL ON FUNCTION vigie.total_between(timestamptz, numeric, timestamptz, numeric, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.total_between(timestamptz, numeric, timestamptz, numeric, timestamptz) IS
    'A total between two instants at which somebody looked: linear. Part of vigie.forecasts_of.';

-- Forecast -----------------------------------------------------------------------------------------------------------

-- One SELECT without settings, so that it becomes a part of the query that joins it.
CREATE FUNCTION vigie.forecast(spent numeric, rate numeric, "limit" numeric, at timestamptz)
    RETURNS TABLE (month_end numeric, permille integer, exhausted_at timestamptz)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT f.month_end, vigie.permille(f.month_end, f.ceiling),
           CASE WHEN spent >= f.ceiling THEN at
                WHEN f.burn > 0 AND (f.ceiling - spent) / f.burn < f.days_left
                THEN at + ((f.ceiling - spent) / f.burn * 86400)::double precision * interval '1 second' END
    FROM (SELECT trim_scale(round(spent + b.burn * b.days_left, 4)) AS month_end, b.*
          FROM (SELECT greatest(rate, 0) AS burn, CASE WHEN "limit" > 0 AND "limit" <= 1e18 THEN "limit" END AS ceiling,
                       extract(epoch FROM (date_trunc('month', at AT TIME ZONE 'UTC') + interval '1 month') - (at AT TIME ZONE 'UTC')) / 86400
                       AS days_left) b) f
    WHERE spent BETWEEN -1e18 AND 1e18 AND rate <= 1e18 AND at IS NOT NULL;
END;
REVOKE ALL ON FUNCTION vigie.forecast(numeric, numeric, numeric, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.forecast(numeric, numeric, numeric, timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.forecast(numeric, numeric, numeric, timestamptz) IS
    'Where a month ends when it goes on at a rate per day from an instant; what that is of the limit, and when the limit is '
    'reached, if within this UTC month. Without a limit (NULL or 0) only the sum.';

-- OpenAI tells days, and the last hours come late: the rate ends when the figure was seen, and yesterday counts with the part
-- that lies within 24 hours.
CREATE FUNCTION vigie.forecasts_of(ids uuid[], at timestamptz)
    RETURNS TABLE (connexion_id uuid, basis text, rate numeric, month_end numeric, currency text, permille integer,
                   exhausted_at timestamptz, days integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
    this_day    date := vigie.day_of(at);
    this_month  date := vigie.month_of(at);
    month_start timestamptz := vigie.month_of(at)::timestamp AT TIME ZONE 'UTC';
BEGIN
    RETURN QUERY
    WITH mine AS MATERIALIZED (
        SELECT c.openai_connexion_id AS id, c.openai_project_id AS project, c.openai_limite_cout_mois AS ceiling,
               f.cost_source AS source, f.cost_account AS account, f.cost_currency AS currency,
               CASE WHEN f.cost_source = 'openai' THEN least(f.cost_at, forecasts_of.at) ELSE forecasts_of.at END AS seen,
               vigie.present_cost(c.openai_cout_actuel_mois, f.cost_month, f.cost_at, forecasts_of.at) AS spent,
               coalesce(vigie.counted_cost(f, c.openai_cout_actuel_mois, this_month), 0) AS counted
        FROM vigie.figure f JOIN public.openai_connexion c ON c.openai_connexion_id = f.connexion_id
        WHERE f.cost_source <> '' AND f.cost_at IS NOT NULL AND (admin OR c.organisation_id = own)
          AND (forecasts_of.ids IS NULL OR f.connexion_id = ANY (forecasts_of.ids))
    ), clocked AS (
        SELECT m.*, (m.seen AT TIME ZONE 'UTC')::date AS day, extract(epoch FROM (m.seen AT TIME ZONE 'UTC')::time) / 86400 AS part
        FROM mine m WHERE m.source = 'openai' AND m.seen >= forecasts_of.at - interval '2 days'
    ), told AS (
        SELECT m.id, m.day, m.part, m.project, m.account, min(d.day) AS first_day,
               coalesce(sum(greatest(d.amount, 0)) FILTER (WHERE d.day = m.day), 0) AS today,
               coalesce(sum(greatest(d.amount, 0)) FILTER (WHERE d.day = m.day - 1), 0) AS yesterday,
               coalesce(sum(greatest(d.amount, 0)) FILTER (WHERE d.day BETWEEN m.day - 6 AND m.day - 1), 0) AS six,
               coalesce(sum(greatest(d.amount, 0)) FILTER (WHERE d.day = m.day - 7), 0) AS eighth
        FROM clocked m LEFT JOIN vigie.cost_day d
            ON d.project = m.project AND d.account_id = m.account AND d.currency = m.currency
            AND d.day BETWEEN m.day - 7 AND m.day AND d.day >= this_day - 10 AND d.project <> ''
        GROUP BY m.id, m.day, m.part, m.project, m.account
    ), aged AS (
        -- Days before this week are looked for only where the week does not begin with one.
        SELECT t.*,
               CASE WHEN t.first_day = t.day - 7 THEN t.first_day
                    ELSE (SELECT min(d.day) FROM vigie.cost_day d WHERE d.project = t.project AND d.account_id = t.account
                                                                    AND d.day BETWEEN t.day - 40 AND t.day) END AS since
        FROM told t
    ), burnt AS (
        SELECT a.id, a.day - a.since + a.part AS history, a.today > 0 AND a.six + a.eighth = 0 AS lonely,
               a.today + a.yesterday * (1 - a.part) AS by_day, a.today + a.six + a.eighth * (1 - a.part) AS in_week
        FROM aged a
        UNION ALL
        SELECT w.id, extract(epoch FROM forecasts_of.at - w.since) / 86400, w.now > w.day_ago AND w.day_ago = w.week_ago,
               w.now - w.day_ago, w.now - w.week_ago
        FROM (
            SELECT m.id, s.since, n.now,
                   vigie.total_between(d.until, d.total, coalesce(dn.at, forecasts_of.at), coalesce(dn.total, n.now), d.moment) AS day_ago,
                   vigie.total_between(w.until, w.total, coalesce(wn.at, forecasts_of.at), coalesce(wn.total, n.now), w.moment) AS week_ago
            FROM mine m
            CROSS JOIN LATERAL (SELECT min(x.at) AS since FROM vigie.cost_sample x
                                WHERE x.connexion_id = m.id AND x.at <= forecasts_of.at) s
            CROSS JOIN LATERAL (
                SELECT x.total + CASE WHEN x.month = this_month THEN greatest(m.counted - x.cost, 0) ELSE m.counted END AS now
                FROM vigie.cost_sample x WHERE x.connexion_id = m.id AND x.at <= forecasts_of.at ORDER BY x.at DESC LIMIT 1) n
            CROSS JOIN LATERAL (
                SELECT x.until, x.total, greatest(forecasts_of.at - interval '1 day', s.since) AS moment FROM vigie.cost_sample x
                WHERE x.connexion_id = m.id AND x.at <= greatest(forecasts_of.at - interval '1 day', s.since)
                ORDER BY x.at DESC LIMIT 1) d
            LEFT JOIN LATERAL (
                SELECT x.at, x.total FROM vigie.cost_sample x
                WHERE x.connexion_id = m.id AND x.at > d.moment AND x.at <= forecasts_of.at ORDER BY x.at LIMIT 1) dn ON true
            CROSS JOIN LATERAL (
                SELECT x.until, x.total, greatest(forecasts_of.at - interval '7 days', s.since) AS moment FROM vigie.cost_sample x
                WHERE x.connexion_id = m.id AND x.at <= greatest(forecasts_of.at - interval '7 days', s.since)
                ORDER BY x.at DESC LIMIT 1) w
            LEFT JOIN LATERAL (
                SELECT x.at, x.total FROM vigie.cost_sample x
                WHERE x.connexion_id = m.id AND x.at > w.moment AND x.at <= forecasts_of.at ORDER BY x.at LIMIT 1) wn ON true
            WHERE m.source = 'applications'
        ) w
    ), judged AS (
        SELECT m.id, m.currency, m.spent, m.ceiling, greatest(m.seen, month_start) AS since, b.by_day,
               b.in_week / least(greatest(b.history, 1), 7) AS by_week,
               CASE WHEN b.history > 7 THEN 7 ELSE floor(b.history)::integer END AS days,
               CASE WHEN m.spent IS NULL OR NOT m.spent BETWEEN -1e18 AND 1e18 THEN 'none'
                    WHEN b.history IS NULL OR b.history < 3 OR b.lonely THEN 'thin'
                    WHEN b.by_day > b.in_week / least(greatest(b.history, 1), 7) THEN 'day' ELSE 'week' END AS basis
        FROM mine m LEFT JOIN burnt b ON b.id = m.id
    )
    SELECT j.id, j.basis, x.rate, f.month_end, j.currency, f.permille, f.exhausted_at, coalesce(j.days, 0)
    FROM judged j
    CROSS JOIN LATERAL (SELECT CASE WHEN j.basis IN ('day', 'week') THEN trim_scale(round(greatest(j.by_day, j.by_week), 4)) END AS rate) x
    LEFT JOIN LATERAL vigie.forecast(j.spent, x.rate, j.ceiling, j.since) f ON x.rate IS NOT NULL;
END
$$;
REVOKE ALL ON FUNCTION vigie.forecasts_of(uuid[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.forecasts_of(uuid[], timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.forecasts_of(uuid[], timestamptz) IS
    'The forecast of each of these connexions in the caller''s sight (NULL: of all) whose cost somebody tells. basis: none (no '
    'figure), thin (not enough history: no number), day or week (which rate was the higher one).';

CREATE FUNCTION vigie.forecasts_at(at timestamptz)
    RETURNS TABLE (connexion_id uuid, basis text, rate numeric, month_end numeric, currency text, permille integer,
                   exhausted_at timestamptz, days integer)
    LANGUAGE sql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT * FROM vigie.forecasts_of(NULL, at)
$$;
REVOKE ALL ON FUNCTION vigie.forecasts_at(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.forecasts_at(timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.forecasts_at(timestamptz) IS 'vigie.forecasts_of for all connexions in the caller''s sight.';

CREATE FUNCTION vigie.burn(connexion uuid, at timestamptz)
    RETURNS TABLE (connexion_id uuid, basis text, rate numeric, month_end numeric, currency text, permille integer,
                   exhausted_at timestamptz, days integer)
    LANGUAGE sql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT * FROM vigie.forecasts_of(ARRAY[connexion], at)
$$;
REVOKE ALL ON FUNCTION vigie.burn(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.burn(uuid, timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.burn(uuid, timestamptz) IS 'vigie.forecasts_of for one connexion; no row: nobody counts, or out of sight.';

-- Reconciliation -----------------------------------------------------------------------------------------------------

-- One figure by each source. A source that has not spoken in this period says nothing (NULL), which is not 0; one that has, and
-- knows the project, says 0 when it names it no more.
CREATE FUNCTION vigie.sources_of(ids uuid[], at timestamptz)
    RETURNS TABLE (connexion_id uuid, costs numeric, costs_currency text, costs_at timestamptz, usage numeric, usage_at timestamptz,
                   counted_cost numeric, counted_use bigint, counted_at timestamptz, counted_lately numeric,
                   table_cost numeric, table_use bigint, cost_source text, use_source text, shared integer, foreign_cost numeric,
                   cost_limit numeric, use_limit bigint, account_costs_at timestamptz, account_usage_at timestamptz,
                   today_told boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
    admin       boolean := vigie.caller_is_admin();
    own         uuid := vigie.caller_organisation();
    this_day    date := vigie.day_of(at);
    this_month  date := vigie.month_of(at);
    day_start   timestamptz := vigie.day_of(at)::timestamp AT TIME ZONE 'UTC';
    month_start timestamptz := vigie.month_of(at)::timestamp AT TIME ZONE 'UTC';
BEGIN
    RETURN QUERY
    WITH mine AS (
        SELECT c.openai_connexion_id AS id, nullif(c.openai_project_id, '') AS project, c.openai_cout_actuel_mois AS table_cost,
               c.openai_usage_quotidien::bigint AS table_use, c.openai_limite_cout_mois AS cost_limit,
               c.openai_limite_quotidienne::bigint AS use_limit, f AS f,
               vigie.counted_cost(f, c.openai_cout_actuel_mois, this_month) AS counted
        FROM public.openai_connexion c LEFT JOIN vigie.figure f ON f.connexion_id = c.openai_connexion_id
        WHERE (admin OR c.organisation_id = own) AND (sources_of.ids IS NULL OR c.openai_connexion_id = ANY (sources_of.ids))
    ), known AS (
        -- Who tells of the project: whose costs stand in the row, else whoever named it last.
        SELECT m.*, coalesce((m.f).cost_account,
                   (SELECT d.account_id FROM vigie.cost_day d WHERE d.project = m.project ORDER BY d.day DESC, d.account_id LIMIT 1),
                   (SELECT u.account_id FROM vigie.usage_day u WHERE u.project = m.project ORDER BY u.day DESC, u.account_id LIMIT 1))
                   AS account
        FROM mine m
    ), spoken AS (
        SELECT k.*, coalesce(a.costs_at, CASE WHEN (k.f).cost_source = 'openai' THEN (k.f).cost_at END) AS costs_at, a.usage_at AS usage_at,
               coalesce(nullif((k.f).cost_currency, ''),
                        (SELECT min(d.currency) FROM vigie.cost_day d WHERE d.account_id = k.account AND d.project = k.project
                             AND d.day >= this_month AND d.day <= this_day), 'usd') AS currency
        FROM known k LEFT JOIN vigie.account a ON a.account_id = k.account
    )
    SELECT s.id,
           CASE WHEN s.costs_at >= month_start THEN trim_scale(coalesce(d.costs, 0)) END,
           CASE WHEN s.costs_at >= month_start THEN s.currency END, s.costs_at,
           CASE WHEN s.usage_at >= day_start THEN coalesce(u.requests, 0) END, s.usage_at,
           nullif(s.counted, 0),
           CASE WHEN (s.f).use_source = 'applications' AND (s.f).use_day = this_day THEN s.table_use END,
           CASE WHEN (s.f).use_source = 'applications' THEN (s.f).use_at END,
           -- Counted within a day: all of it as long as no sample is older.
           s.counted - coalesce((
               SELECT least(x.cost, s.counted) FROM vigie.cost_sample x
               WHERE x.connexion_id = s.id AND x.month = this_month AND x.at <= sources_of.at - interval '1 day'
               ORDER BY x.at DESC LIMIT 1), 0),
           s.table_cost, s.table_use, coalesce((s.f).cost_source, ''), coalesce((s.f).use_source, ''),
           coalesce((s.f).cost_shared, 0), trim_scale(d.foreign_cost), s.cost_limit, s.use_limit, s.costs_at, s.usage_at,
           coalesce(d.today_told, false)
    FROM spoken s
    LEFT JOIN LATERAL (
        SELECT sum(x.amount) FILTER (WHERE x.currency = s.currency) AS costs,
               sum(x.amount) FILTER (WHERE x.currency <> s.currency) AS foreign_cost,
               bool_or(x.day = this_day) AS today_told
        FROM vigie.cost_day x WHERE x.account_id = s.account AND x.project = s.project AND x.day BETWEEN this_month AND this_day) d
        ON true
    LEFT JOIN vigie.usage_day u ON u.account_id = s.account AND u.project = s.project AND u.day = this_day;
END
$$;
REVOKE ALL ON FUNCTION vigie.sources_of(uuid[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.sources_of(uuid[], timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.sources_of(uuid[], timestamptz) IS
    'The month''s cost and the day''s requests of connexions in the caller''s sight (NULL: all), by each source.';

-- More than one per cent of the larger one, and more than a cent (or a request).
CREATE FUNCTION vigie.differs(one numeric, other numeric, least_ numeric) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN abs(one - other) >= least_ AND abs(one - other) * 100 > greatest(abs(one), abs(other));
REVOKE ALL ON FUNCTION vigie.differs(numeric, numeric, numeric) FROM PUBLIC;
COMMENT ON FUNCTION vigie.differs(numeric, numeric, numeric) IS 'Whether two figures are apart by more than is worth no word.';

-- The words are those of the program's list; it puts the worst first.
CREATE FUNCTION vigie.reconcile_of(ids uuid[], at timestamptz)
    RETURNS TABLE (connexion_id uuid, kind text, period text, one numeric, other numeric, difference numeric, permille integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
    month text := to_char(vigie.month_of(at), 'YYYY-MM');
    day   text := to_char(vigie.day_of(at), 'YYYY-MM-DD');
BEGIN
    RETURN QUERY
    WITH told AS MATERIALIZED (
        SELECT s.*, s.usage < s.counted_use AND vigie.differs(s.usage, s.counted_use, 1) AS use_behind,
               s.costs < s.counted_cost AND vigie.differs(s.costs, s.counted_cost, 0.01) AS cost_behind
        FROM vigie.sources_of(reconcile_of.ids, reconcile_of.at) s
    ), late AS (
        -- Whether OpenAI is behind: it has not seen today's requests, or bills nothing of a day on which the applications
        -- counted; where it tells no requests, whether all that is missing was counted within a day.
        SELECT t.*, t.cost_behind AND (coalesce(t.use_behind, false) OR t.counted_use > 0 AND NOT t.today_told
                        OR t.usage IS NULL AND t.counted_cost - t.costs <= t.counted_lately) AS is_late
        FROM told t
    )
    SELECT l.connexion_id, d.kind, d.period, d.one, d.other, trim_scale(d.one - d.other),
           CASE WHEN d.one IS NULL OR d.other IS NULL OR d.kind = 'currency' THEN -1
                ELSE coalesce(least(div(abs(d.one - d.other) * 1000, nullif(greatest(abs(d.one), abs(d.other)), 0)), 1000000)::integer, 0)
           END
    FROM late l
    CROSS JOIN LATERAL (VALUES
        ('no-source', month, NULL::numeric, NULL::numeric, l.cost_limit > 0 AND l.costs IS NULL AND l.counted_cost IS NULL),
        ('no-source', day, NULL, NULL, l.use_limit > 0 AND l.usage IS NULL AND l.counted_use IS NULL),
        ('cost-higher', month, l.costs, l.counted_cost, l.shared < 2 AND l.costs > l.counted_cost
                                                        AND vigie.differs(l.costs, l.counted_cost, 0.01)),
        ('use-higher', day, l.usage, l.counted_use, l.shared < 2 AND l.usage > l.counted_use AND vigie.differs(l.usage, l.counted_use, 1)),
        ('currency', month, l.foreign_cost, NULL, l.foreign_cost <> 0),
        ('currency', month, l.costs, l.cost_limit, l.costs_currency <> 'usd' AND l.cost_limit > 0 AND l.costs <> 0),
        ('endpoint-missing', month, NULL, NULL,
         l.account_usage_at IS NOT NULL AND coalesce(l.account_costs_at < l.account_usage_at - interval '2 hours', true)),
        ('endpoint-missing', day, NULL, NULL,
         l.account_costs_at IS NOT NULL AND coalesce(l.account_usage_at < l.account_costs_at - interval '2 hours', true)),
        ('delayed', month, l.costs, l.counted_cost, l.is_late),
        ('cost-lower', month, l.costs, l.counted_cost,
         l.cost_behind AND (NOT l.is_late OR l.counted_cost - l.costs > l.counted_lately * 1.01 + 0.01)),
        ('use-lower', day, l.usage, l.counted_use, l.use_behind),
        ('shared', month, l.costs, NULL, l.shared > 1),
        ('table', month, l.costs, l.table_cost, l.cost_source = 'openai' AND l.costs IS NOT NULL AND l.table_cost IS DISTINCT FROM l.costs),
        ('table', day, l.usage, l.table_use, l.use_source = 'openai' AND l.usage IS NOT NULL
                                             AND l.table_use IS DISTINCT FROM least(l.usage, 2147483647))
    ) AS d (kind, period, one, other, holds)
    WHERE d.holds;
END
$$;
REVOKE ALL ON FUNCTION vigie.reconcile_of(uuid[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.reconcile_of(uuid[], timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.reconcile_of(uuid[], timestamptz) IS
    'How the sources of a figure differ, of connexions in the caller''s sight (NULL: all): of the UTC month''s cost (a period of a '
    'month) or the UTC day''s requests (a day). permille: of the larger one; -1: not comparable.';

CREATE FUNCTION vigie.reconcile_at(connexion uuid, at timestamptz)
    RETURNS TABLE (connexion_id uuid, kind text, period text, one numeric, other numeric, difference numeric, permille integer)
    LANGUAGE sql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT * FROM vigie.reconcile_of(ARRAY[connexion], at)
$$;
REVOKE ALL ON FUNCTION vigie.reconcile_at(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.reconcile_at(uuid, timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.reconcile_at(uuid, timestamptz) IS 'vigie.reconcile_of for one connexion.';

-- Back-test ----------------------------------------------------------------------------------------------------------

-- Judged at the end of each UTC day, which is as fine as OpenAI tells; the limit is that of now, and a rule fires once a month.
CREATE FUNCTION vigie.backtest_of(ids uuid[], percent integer, on_forecast boolean, months integer, at timestamptz)
    RETURNS TABLE (connexion_id uuid, period date, fired_on date, value numeric, limit_value numeric, currency text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
    admin    boolean := vigie.caller_is_admin();
    own      uuid := vigie.caller_organisation();
    this_day date := vigie.day_of(at);
    first    date;
BEGIN
    IF percent IS NULL OR NOT percent BETWEEN 1 AND 1000 OR months IS NULL OR NOT months BETWEEN 1 AND 24 THEN
        RAISE EXCEPTION 'a rule has a threshold of 1 to 1000 per cent and is tried on 1 to 24 months' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    first := (vigie.month_of(at) - make_interval(months => months))::date;
    RETURN QUERY
    WITH mine AS MATERIALIZED (
        SELECT c.openai_connexion_id AS id, c.openai_project_id AS project, c.openai_limite_cout_mois AS ceiling,
               f.cost_source AS source, f.cost_account AS account, f.cost_currency AS currency
        FROM vigie.figure f JOIN public.openai_connexion c ON c.openai_connexion_id = f.connexion_id
        WHERE (admin OR c.organisation_id = own) AND c.openai_limite_cout_mois > 0 AND c.openai_limite_cout_mois <= 1e18
          AND f.cost_source <> '' AND (backtest_of.ids IS NULL OR f.connexion_id = ANY (backtest_of.ids))
    ), told AS (
        SELECT m.id, d.day, sum(d.amount) AS amount, sum(greatest(d.amount, 0)) AS burnt
        FROM mine m JOIN vigie.cost_day d ON d.project = m.project AND d.account_id = m.account AND d.currency = m.currency
        WHERE m.source = 'openai' AND d.project <> '' AND d.day BETWEEN first - 7 AND this_day
        GROUP BY m.id, d.day
        UNION ALL
        -- What was counted between two samples is of the day of the later one.
        SELECT x.id, x.day, sum(x.step), sum(x.step)
        FROM (SELECT m.id, (y.at AT TIME ZONE 'UTC')::date AS day,
                     coalesce(y.total - lag(y.total) OVER (PARTITION BY m.id ORDER BY y.at), 0) AS step
              FROM mine m JOIN vigie.cost_sample y ON y.connexion_id = m.id
              WHERE m.source = 'applications' AND y.at <= backtest_of.at) x
        GROUP BY x.id, x.day
    ), spans AS (
        SELECT t.id, min(t.day) AS since FROM told t GROUP BY t.id
    ), days AS (
        SELECT s.id, s.since, g.day::date AS day, coalesce(t.amount, 0) AS amount, coalesce(t.burnt, 0) AS burnt
        FROM spans s CROSS JOIN generate_series(s.since::timestamp, this_day::timestamp, '1 day') g (day)
        LEFT JOIN told t ON t.id = s.id AND t.day = g.day::date
    ), summed AS (
        SELECT d.*, date_trunc('month', d.day::timestamp)::date AS month,
               sum(d.amount) OVER (PARTITION BY d.id, date_trunc('month', d.day::timestamp) ORDER BY d.day) AS spent,
               sum(d.burnt) OVER (PARTITION BY d.id ORDER BY d.day ROWS 6 PRECEDING) AS week,
               coalesce(sum(d.burnt) OVER (PARTITION BY d.id ORDER BY d.day ROWS BETWEEN 7 PRECEDING AND 1 PRECEDING), 0) AS earlier
        FROM days d
    ), rated AS (
        SELECT s.*, CASE WHEN s.day - s.since + 1 < 3 OR s.burnt > 0 AND s.earlier = 0 THEN NULL
                         ELSE greatest(s.burnt, s.week / least(s.day - s.since + 1, 7)) END AS rate
        FROM summed s WHERE s.day >= first
    ), judged AS (
        SELECT r.id, r.month, r.day, m.ceiling, m.currency, CASE WHEN backtest_of.on_forecast THEN f.month_end ELSE r.spent END AS value
        FROM rated r JOIN mine m ON m.id = r.id
        LEFT JOIN LATERAL vigie.forecast(r.spent, r.rate, m.ceiling,
                                         (r.day + 1)::timestamp AT TIME ZONE 'UTC' - interval '1 microsecond') f
            ON backtest_of.on_forecast AND r.rate IS NOT NULL
    )
    SELECT DISTINCT ON (j.month, j.id) j.id, j.month, j.day, trim_scale(j.value), j.ceiling, j.currency
    FROM judged j WHERE j.value * 100 >= j.ceiling * backtest_of.percent
    ORDER BY j.month, j.id, j.day;
END
$$;
REVOKE ALL ON FUNCTION vigie.backtest_of(uuid[], integer, boolean, integer, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.backtest_of(uuid[], integer, boolean, integer, timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.backtest_of(uuid[], integer, boolean, integer, timestamptz) IS
    'When a threshold (per cent of the limit, on what was spent or on the forecast) would have fired for connexions in the '
    'caller''s sight (NULL: all), in so many whole UTC months and in the present one so far: the first day of each month.';

CREATE FUNCTION vigie.backtest(organisation uuid, connexion uuid, percent integer, on_forecast boolean, months integer)
    RETURNS TABLE (connexion_id uuid, period date, fired_on date, value numeric, limit_value numeric, currency text)
    LANGUAGE sql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT * FROM vigie.backtest_of(
        CASE WHEN connexion IS NOT NULL THEN ARRAY[connexion]
             WHEN organisation IS NOT NULL THEN ARRAY(SELECT c.openai_connexion_id FROM public.openai_connexion c
                                                      WHERE c.organisation_id = organisation) END,
        percent, on_forecast, months, clock_timestamp())
$$;
REVOKE ALL ON FUNCTION vigie.backtest(uuid, uuid, integer, boolean, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.backtest(uuid, uuid, integer, boolean, integer) TO vigie_operator;
COMMENT ON FUNCTION vigie.backtest(uuid, uuid, integer, boolean, integer) IS
    'vigie.backtest_of as of now for one connexion, else for an organisation''s, else for all.';
