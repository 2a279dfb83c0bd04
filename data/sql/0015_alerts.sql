-- Alerts: what people are warned of, once. A console and a watcher look at all connexions in their sight once a minute; ten of
-- them at once, and a restart, raise the same alert one time.
--
-- What is raised is unique by kind, what it is about, period, threshold and epoch. Thresholds of the budget, the forecast and
-- the quota are raised once in a UTC month or day; another limit begins another epoch, which may raise each of them once more.
-- A sum that falls ends the alert, and when it rises again the same alert goes on without being raised. What has no period is
-- told by the instant at which its cause began.

CREATE DOMAIN vigie.alert_kind AS text CHECK (VALUE IN (
    'budget', 'forecast', 'quota', 'key-revoked', 'no-credit', 'limited-key', 'no-source', 'stale', 'model-retired',
    'key-in-clear', 'key-old', 'spending-inactive', 'unattributed', 'drift', 'provider-trouble'));
COMMENT ON DOMAIN vigie.alert_kind IS 'What a person can be warned of: a closed list, the same as in the program.';

CREATE TABLE vigie.alert (
    alert_id        uuid             PRIMARY KEY DEFAULT gen_random_uuid(),
    kind            vigie.alert_kind NOT NULL,
    gravity         smallint         NOT NULL CHECK (gravity BETWEEN 0 AND 2),
    connexion_id    uuid             REFERENCES public.openai_connexion (openai_connexion_id) ON DELETE CASCADE,
    organisation_id uuid,
    about           text             NOT NULL CHECK (length(about) BETWEEN 1 AND 250),
    subject         text             NOT NULL DEFAULT '' CHECK (length(subject) < 160),
    period          text             NOT NULL CHECK (length(period) < 24),
    threshold       integer          NOT NULL DEFAULT 0 CHECK (threshold >= 0),
    epoch           integer          NOT NULL DEFAULT 0 CHECK (epoch >= 0),
    permille        integer,
    value           numeric,
    limit_value     numeric,
    currency        text             NOT NULL DEFAULT '' CHECK (length(currency) < 8),
    detail          text             NOT NULL DEFAULT '' CHECK (length(detail) < 240),
    below           integer          NOT NULL DEFAULT 0 CHECK (below >= 0),
    recorded        boolean          NOT NULL DEFAULT false,
    raised_at       timestamptz      NOT NULL,
    over_at         timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text             CHECK (length(acknowledged_by) < 96),
    snoozed_until   timestamptz,
    snoozed_by      text             CHECK (length(snoozed_by) < 96),
    reason          text             CHECK (length(reason) < 240),
    assigned_to     text             CHECK (length(assigned_to) < 96),
    assigned_by     text             CHECK (length(assigned_by) < 96),
    UNIQUE (about, kind, period, threshold, epoch)
);
CREATE INDEX idx_alert_open ON vigie.alert (gravity, raised_at, alert_id)
    WHERE over_at IS NULL AND acknowledged_at IS NULL AND NOT recorded;
CREATE INDEX idx_alert_open_organisation ON vigie.alert (organisation_id, gravity, raised_at, alert_id)
    WHERE over_at IS NULL AND acknowledged_at IS NULL AND NOT recorded;
CREATE INDEX idx_alert_list ON vigie.alert (gravity, raised_at, alert_id) WHERE NOT recorded;
CREATE INDEX idx_alert_list_organisation ON vigie.alert (organisation_id, gravity, raised_at, alert_id) WHERE NOT recorded;
CREATE INDEX idx_alert_connexion ON vigie.alert (connexion_id) WHERE connexion_id IS NOT NULL;
CREATE INDEX idx_alert_over_at ON vigie.alert (over_at) WHERE over_at IS NOT NULL;
-- What goes on and has no instant at which it began goes on once.
CREATE UNIQUE INDEX idx_alert_going_on ON vigie.alert (about, kind)
    WHERE over_at IS NULL AND (kind = 'key-in-clear' OR kind = 'provider-trouble' AND about LIKE 'account %');
ALTER TABLE vigie.alert ENABLE ROW LEVEL SECURITY;
CREATE POLICY administrators_or_own ON vigie.alert FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid())))
           OR connexion_id = (SELECT c.openai_connexion_id FROM public.openai_connexion c
                              WHERE c.openai_connexion_id = connexion_id)
           OR connexion_id IS NULL AND kind = 'provider-trouble' AND about LIKE 'host %'
              AND coalesce(organisation_id = (SELECT public.get_user_organisation_id((SELECT auth.uid()))),
                           organisation_id IS NULL AND (SELECT auth.uid()) IS NOT NULL));
GRANT SELECT ON vigie.alert TO vigie_operator;
COMMENT ON TABLE vigie.alert IS 'What people are warned of. Written by the functions of this file alone.';
COMMENT ON COLUMN vigie.alert.gravity IS '0 to know, 1 to look at, 2 at once.';
COMMENT ON COLUMN vigie.alert.about IS 'The connexion''s id; "account …" or "host …".';
COMMENT ON COLUMN vigie.alert.period IS 'UTC month or day, or the instant at which the cause began.';
COMMENT ON COLUMN vigie.alert.threshold IS 'Per cent of the limit; 0: the kind has none.';
COMMENT ON COLUMN vigie.alert.epoch IS 'How often the limit was changed in this period since the first threshold.';
COMMENT ON COLUMN vigie.alert.below IS 'Lower thresholds that were passed in the same jump: they are recorded, not raised.';
COMMENT ON COLUMN vigie.alert.recorded IS 'Passed in a jump over a higher one: nobody is told.';
COMMENT ON COLUMN vigie.alert.over_at IS 'When the cause was seen to be over.';

CREATE TABLE vigie.alert_mark (
    connexion_id uuid             REFERENCES public.openai_connexion (openai_connexion_id) ON DELETE CASCADE,
    kind         vigie.alert_kind,
    period       text             NOT NULL,
    limit_value  numeric,
    epoch        integer          NOT NULL DEFAULT 0,
    highest      integer          NOT NULL DEFAULT 0,
    PRIMARY KEY (connexion_id, kind)
) WITH (fillfactor = 80);
ALTER TABLE vigie.alert_mark ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE vigie.alert_mark IS 'The highest threshold that was told of a connexion in a period, against which limit.';

CREATE TABLE vigie.alert_act (
    alert_id uuid        NOT NULL REFERENCES vigie.alert (alert_id) ON DELETE CASCADE,
    n        bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    at       timestamptz NOT NULL DEFAULT now(),
    act      text        NOT NULL CHECK (act IN ('acknowledge', 'reopen', 'snooze', 'assign')),
    user_id  uuid,
    login    name        NOT NULL DEFAULT session_user,
    who      text        NOT NULL CHECK (length(who) < 96),
    detail   text        NOT NULL DEFAULT '' CHECK (length(detail) < 300),
    PRIMARY KEY (alert_id, n)
);
ALTER TABLE vigie.alert_act ENABLE ROW LEVEL SECURITY;
CREATE POLICY sight_of_the_alert ON vigie.alert_act FOR SELECT
    USING (alert_id = (SELECT a.alert_id FROM vigie.alert a WHERE a.alert_id = alert_act.alert_id));
GRANT SELECT ON vigie.alert_act TO vigie_operator;
COMMENT ON TABLE vigie.alert_act IS 'What people did with alerts, and who.';

-- A lock on a row that operators cannot reach: an advisory lock could be held by anybody who may connect.
CREATE TABLE vigie.alert_turn (
    organisation_id uuid        PRIMARY KEY,
    connexions      bigint      NOT NULL DEFAULT 0,
    looked_at       timestamptz
) WITH (fillfactor = 50);
ALTER TABLE vigie.alert_turn ENABLE ROW LEVEL SECURITY;
INSERT INTO vigie.alert_turn VALUES ('00000000-0000-0000-0000-000000000000');
COMMENT ON TABLE vigie.alert_turn IS
    'One program at a time looks at the connexions of an organisation; the row of zeros is for what belongs to none. Many '
    'connexions are looked at in several turns, the organisations whose turn is the longest ago first.';

-- Seams: other parts replace these.

CREATE FUNCTION vigie.enqueue_alerts(alert_ids uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NULL;
END
$$;
REVOKE ALL ON FUNCTION vigie.enqueue_alerts(uuid[]) FROM PUBLIC;
COMMENT ON FUNCTION vigie.enqueue_alerts(uuid[]) IS 'Hands alerts that were raised to what delivers them.';

CREATE FUNCTION vigie.drifting() RETURNS TABLE (connexion_id uuid, detail text, since timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN;
END
$$;
REVOKE ALL ON FUNCTION vigie.drifting() FROM PUBLIC;
COMMENT ON FUNCTION vigie.drifting() IS 'Connexions whose OpenAI project does not have their limits any more, and since when.';

-- Causes --------------------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.has_key(text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN $1 IS NOT NULL AND strpos($1, 'sk-') > 0 AND $1 ~ '(^|[^A-Za-z0-9])sk-[A-Za-z0-9_-]{16,}';
END
$$;
REVOKE ALL ON FUNCTION vigie.has_key(text) FROM PUBLIC;
COMMENT ON FUNCTION vigie.has_key(text) IS 'Whether something in a text looks like a key of OpenAI.';

-- When a key was last replaced.
CREATE INDEX idx_journal_key ON vigie.journal (connexion_id, at) WHERE action = 'update' AND after ? 'openai_api_key';

-- What is wrong now, in the sight that the caller tells of; period NULL: the cause does not tell when it began.
CREATE FUNCTION vigie.alert_causes(at timestamptz, mine uuid[])
    RETURNS TABLE (kind text, gravity integer, connexion_id uuid, organisation_id uuid, about text, subject text, period text,
                   value numeric, currency text, detail text)
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    whole      CONSTANT boolean := '00000000-0000-0000-0000-000000000000' = ANY (mine);
    today      date := (at AT TIME ZONE 'UTC')::date;
    this_month date := date_trunc('month', at AT TIME ZONE 'UTC')::date;
    day_text   text := to_char(today, 'YYYY-MM-DD');
    month_text text := to_char(this_month, 'YYYY-MM');
BEGIN
    -- What a probe found, and what the sources of the figures are worth.
    RETURN QUERY
    SELECT k.kind, k.gravity, c.openai_connexion_id, c.organisation_id, c.openai_connexion_id::text,
           left(coalesce(c.openai_email_compte, ''), 159), k.period, NULL::numeric, ''::text, left(k.detail, 239)
    FROM public.openai_connexion c
    LEFT JOIN vigie.probe p ON p.connexion_id = c.openai_connexion_id
    LEFT JOIN vigie.figure f ON f.connexion_id = c.openai_connexion_id
    CROSS JOIN LATERAL (
        SELECT CASE p.verdict WHEN 'limited' THEN 'limited-key' WHEN 'revoked' THEN 'key-revoked' WHEN 'closed' THEN 'key-revoked'
                              ELSE 'no-credit' END AS kind,
               CASE p.verdict WHEN 'limited' THEN 0 ELSE 2 END AS gravity,
               to_char(coalesce(p.since, p.checked_at, c.openai_created_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS period,
               CASE p.verdict WHEN 'limited' THEN '' ELSE p.verdict::text END AS detail
        WHERE p.verdict IN ('limited', 'revoked', 'closed', 'no-credit', 'spend-limit')
        UNION ALL
        SELECT 'model-retired', 1, month_text, p.models WHERE p.models <> ''
        UNION ALL
        SELECT 'no-source', 1, month_text, n.figures
        FROM (SELECT concat_ws(',',
                  CASE WHEN c.openai_limite_cout_mois > 0 AND coalesce(f.cost_source, '') = ''
                            AND coalesce(c.openai_cout_actuel_mois, 0) = 0 THEN 'cost' END,
                  CASE WHEN c.openai_limite_quotidienne > 0 AND coalesce(f.use_source, '') = ''
                            AND coalesce(c.openai_usage_quotidien, 0) = 0 THEN 'use' END) AS figures) n
        WHERE n.figures <> '' AND coalesce(c.openai_created_at <= at - interval '1 hour', true)
        UNION ALL
        -- Applications that count nothing may have nothing to count; OpenAI is asked every half an hour.
        SELECT 'stale', 1, day_text, n.figures
        FROM (SELECT concat_ws(',',
                  CASE WHEN c.openai_limite_cout_mois > 0 AND f.cost_source = 'openai' AND f.cost_at < at - interval '1 day' THEN 'cost' END,
                  CASE WHEN c.openai_limite_quotidienne > 0 AND f.use_source = 'openai' AND f.use_at < at - interval '1 day'
                       THEN 'use' END) AS figures) n
        WHERE n.figures <> ''
    ) k
    WHERE c.openai_actif AND (c.organisation_id = ANY (mine) OR whole AND c.organisation_id IS NULL);

    RETURN QUERY
    SELECT 'key-in-clear', 2, c.openai_connexion_id, c.organisation_id, c.openai_connexion_id::text,
           left(coalesce(c.openai_email_compte, ''), 159), NULL::text, NULL::numeric, '',
           concat_ws(', ',
               CASE WHEN vigie.has_key(c.openai_email_compte) THEN 'openai_email_compte' END,
               CASE WHEN vigie.has_key(c.openai_organisation_id) THEN 'openai_organisation_id' END,
               CASE WHEN vigie.has_key(c.openai_project_id) THEN 'openai_project_id' END,
               CASE WHEN vigie.has_key(c.openai_derniere_erreur) THEN 'openai_derniere_erreur' END,
               CASE WHEN vigie.has_key(c.openai_modeles_autorises::text) THEN 'openai_modeles_autorises' END,
               CASE WHEN vigie.has_key(c.openai_ia_extensions::text) THEN 'openai_ia_extensions' END,
               CASE WHEN vigie.has_key(c.openai_audit_log::text) THEN 'openai_audit_log' END)
    FROM public.openai_connexion c
    WHERE (c.organisation_id = ANY (mine) OR whole AND c.organisation_id IS NULL)
      AND strpos(concat_ws(' ', c.openai_email_compte, c.openai_organisation_id, c.openai_project_id, c.openai_derniere_erreur,
                           c.openai_modeles_autorises::text, c.openai_ia_extensions::text, c.openai_audit_log::text), 'sk-') > 0
      AND (vigie.has_key(concat_ws(' ', c.openai_email_compte, c.openai_organisation_id, c.openai_project_id, c.openai_derniere_erreur,
                                   c.openai_modeles_autorises::text, c.openai_ia_extensions::text, c.openai_audit_log::text)));

    RETURN QUERY
    SELECT 'key-old', 0, c.openai_connexion_id, c.organisation_id, c.openai_connexion_id::text,
           left(coalesce(c.openai_email_compte, ''), 159), to_char(k.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           (today - (k.since AT TIME ZONE 'UTC')::date)::numeric, '', ''
    FROM public.openai_connexion c
    LEFT JOIN (SELECT j.connexion_id AS id, max(j.at) AS replaced_at FROM vigie.journal j
               WHERE j.action = 'update' AND j.after ? 'openai_api_key' GROUP BY j.connexion_id) j ON j.id = c.openai_connexion_id
    CROSS JOIN LATERAL (SELECT coalesce(j.replaced_at, c.openai_date_activation, c.openai_created_at) AS since) k
    WHERE c.openai_actif AND (c.organisation_id = ANY (mine) OR whole AND c.organisation_id IS NULL)
      AND isfinite(k.since) AND k.since < at - interval '180 days';

    -- Costs are told by UTC day: that of the switching off may hold what was before. What another one spends cannot be told apart.
    RETURN QUERY
    SELECT 'spending-inactive', 2, c.openai_connexion_id, c.organisation_id, c.openai_connexion_id::text,
           left(coalesce(c.openai_email_compte, ''), 159), month_text, d.amount, coalesce(d.currency, ''), ''
    FROM public.openai_connexion c
    CROSS JOIN LATERAL (
        SELECT coalesce((SELECT max(j.at) FROM vigie.journal j
                         WHERE j.connexion_id = c.openai_connexion_id AND j.after ->> 'openai_actif' = 'f'),
                        c.openai_updated_at, (SELECT m.applied_at FROM vigie.migration m WHERE m.number = 10)) AS since
    ) off
    LEFT JOIN vigie.figure f ON f.connexion_id = c.openai_connexion_id
    LEFT JOIN LATERAL (
        SELECT sum(d.amount) AS amount, d.currency FROM vigie.cost_day d
        WHERE d.project = c.openai_project_id AND d.project <> '' AND d.day >= this_month AND d.day <= today
          AND d.day > (off.since AT TIME ZONE 'UTC')::date
        GROUP BY d.currency HAVING sum(d.amount) > 0 ORDER BY 1 DESC LIMIT 1
    ) d ON true
    WHERE NOT c.openai_actif AND (c.organisation_id = ANY (mine) OR whole AND c.organisation_id IS NULL)
      AND (d.amount > 0 AND NOT EXISTS (SELECT FROM public.openai_connexion o
                                        WHERE o.openai_project_id = c.openai_project_id AND o.openai_actif)
           OR f.cost_source = 'applications' AND f.cost_month = this_month AND c.openai_cout_actuel_mois > 0
              AND f.cost_at > off.since + interval '1 hour');

    RETURN QUERY
    SELECT 'drift', 1, c.openai_connexion_id, c.organisation_id, c.openai_connexion_id::text,
           left(coalesce(c.openai_email_compte, ''), 159),
           to_char(coalesce(d.since, c.openai_created_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           NULL::numeric, '', left(coalesce(d.detail, ''), 239)
    FROM vigie.drifting() d JOIN public.openai_connexion c ON c.openai_connexion_id = d.connexion_id
    WHERE (c.organisation_id = ANY (mine) OR whole AND c.organisation_id IS NULL);

    -- A host in trouble is said once: by an administrator's program for all, else for the organisation.
    RETURN QUERY
    SELECT 'provider-trouble', 1, NULL::uuid, h.organisation_id,
           'host ' || coalesce(h.organisation_id::text || ' ', '') || h.host, left(h.host, 159),
           to_char(coalesce(h.since, h.recorded_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), NULL::numeric, '', h.verdict::text
    FROM vigie.host h
    WHERE h.verdict IN ('trouble', 'network', 'tls', 'region') AND h.recorded_at > at - interval '1 hour'
      AND (h.organisation_id = ANY (mine) OR whole AND h.organisation_id IS NULL)
      AND (h.organisation_id IS NULL OR NOT EXISTS (
          SELECT FROM vigie.host e WHERE e.host = h.host AND e.organisation_id IS NULL AND e.recorded_at > at - interval '1 hour'
             AND e.verdict IN ('trouble', 'network', 'tls', 'region')));

    IF NOT whole THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT 'provider-trouble', 1, NULL::uuid, NULL::uuid, 'account ' || a.account_id, a.name, NULL::text, NULL::numeric, '', a.verdict::text
    FROM vigie.account a WHERE a.failures >= 3;

    RETURN QUERY
    WITH spent AS MATERIALIZED (
        SELECT d.account_id AS id, d.project, d.currency, sum(d.amount) AS amount FROM vigie.cost_day d
        WHERE d.day >= this_month AND d.day <= today GROUP BY 1, 2, 3 HAVING sum(d.amount) > 0
    )
    SELECT 'unattributed', 1, NULL::uuid, NULL::uuid, 'account ' || s.id || ' ' || s.currency, a.name, month_text,
           trim_scale(sum(s.amount)), s.currency,
           left(coalesce(string_agg(s.project, ', ' ORDER BY s.amount DESC) FILTER (WHERE s.project <> ''), ''), 239)
    FROM spent s JOIN vigie.account a ON a.account_id = s.id
    WHERE s.project = '' OR NOT EXISTS (SELECT FROM public.openai_connexion c WHERE c.openai_project_id = s.project)
    GROUP BY s.id, a.name, s.currency HAVING sum(s.amount) >= 0.01;
END
$$;
REVOKE ALL ON FUNCTION vigie.alert_causes(timestamptz, uuid[]) FROM PUBLIC;
COMMENT ON FUNCTION vigie.alert_causes(timestamptz, uuid[]) IS
    'Causes of alerts that have no thresholds, as of an instant. Part of vigie.watch_alerts_at.';

-- Raising -------------------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.raise_causes(at timestamptz, mine uuid[], OUT raised uuid[], OUT changed boolean)
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    whole CONSTANT boolean := '00000000-0000-0000-0000-000000000000' = ANY (mine);
BEGIN
    WITH cause AS MATERIALIZED (
        SELECT k.kind, k.gravity, k.connexion_id, k.organisation_id, k.about, k.subject, k.value, k.currency, k.detail,
               coalesce(k.period, (SELECT a.period FROM vigie.alert a WHERE a.about = k.about AND a.kind = k.kind AND a.over_at IS NULL
                                   ORDER BY a.raised_at DESC LIMIT 1),
                        to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) AS period
        FROM vigie.alert_causes(at, mine) k
    ), told AS (
        INSERT INTO vigie.alert (kind, gravity, connexion_id, organisation_id, about, subject, period, value, currency, detail, raised_at)
        SELECT k.kind, k.gravity, k.connexion_id, k.organisation_id, k.about, k.subject, k.period, k.value, k.currency, k.detail, at
        FROM cause k
        ORDER BY k.about, k.kind
        ON CONFLICT DO NOTHING
        RETURNING alert_id
    ), ended AS (
        UPDATE vigie.alert a SET over_at = at
        WHERE a.over_at IS NULL AND a.threshold = 0 AND (a.organisation_id = ANY (mine) OR whole AND a.organisation_id IS NULL)
          AND (a.about, a.kind::text, a.period) NOT IN (SELECT k.about, k.kind, k.period FROM cause k)
        RETURNING 1
    ), going_on AS (
        UPDATE vigie.alert a SET over_at = NULL, detail = k.detail, value = k.value
        FROM cause k
        WHERE a.about = k.about AND a.kind = k.kind AND a.period = k.period
          AND (a.over_at IS NOT NULL OR a.detail <> k.detail OR a.value IS DISTINCT FROM k.value AND k.kind <> 'key-old')
        RETURNING 1
    )
    SELECT ARRAY(SELECT t.alert_id FROM told t), EXISTS (SELECT FROM ended) OR EXISTS (SELECT FROM going_on) INTO raised, changed;
END
$$;
REVOKE ALL ON FUNCTION vigie.raise_causes(timestamptz, uuid[]) FROM PUBLIC;
COMMENT ON FUNCTION vigie.raise_causes(timestamptz, uuid[]) IS
    'Raises what is wrong and was not told, ends what is over. Part of vigie.watch_alerts_at.';

-- The thresholds of a limit: the soft ones and the hard one.
CREATE FUNCTION vigie.alert_levels(soft integer[], hard integer, held boolean) RETURNS integer[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN CASE WHEN held THEN coalesce(soft, '{}') ELSE '{}' END || CASE WHEN hard > 0 THEN ARRAY[hard] ELSE '{}' END;
END
$$;
REVOKE ALL ON FUNCTION vigie.alert_levels(integer[], integer, boolean) FROM PUBLIC;
COMMENT ON FUNCTION vigie.alert_levels(integer[], integer, boolean) IS 'Per cents that are told of when they are reached.';

-- The figures that thresholds are held against; limit_value NULL where there is no limit.
CREATE FUNCTION vigie.alert_readings(at timestamptz, mine uuid[])
    RETURNS TABLE (kind text, connexion_id uuid, organisation_id uuid, subject text, period text, value numeric, limit_value numeric,
                   currency text, permille integer, levels integer[], detail text)
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    whole      CONSTANT boolean := '00000000-0000-0000-0000-000000000000' = ANY (mine);
    ids        uuid[];
    day_text   text := to_char((at AT TIME ZONE 'UTC')::date, 'YYYY-MM-DD');
    month_text text := to_char((at AT TIME ZONE 'UTC')::date, 'YYYY-MM');
BEGIN
    RETURN QUERY
    SELECT r.kind, c.openai_connexion_id, c.organisation_id, left(coalesce(c.openai_email_compte, ''), 159), r.period, r.value,
           r.limit_value, r.currency, vigie.permille(r.value, r.limit_value), r.levels, ''::text
    FROM public.openai_connexion c
    JOIN vigie.effective_limits l ON l.connexion_id = c.openai_connexion_id
    LEFT JOIN vigie.figure f ON f.connexion_id = c.openai_connexion_id
    CROSS JOIN LATERAL (
        SELECT 'budget' AS kind, month_text AS period,
               vigie.present_cost(c.openai_cout_actuel_mois, f.cost_month, coalesce(f.cost_at, c.openai_derniere_synchro), at) AS value,
               CASE WHEN c.openai_limite_cout_mois > 0 THEN c.openai_limite_cout_mois END AS limit_value,
               coalesce(f.cost_currency, '') AS currency, vigie.alert_levels(l.soft, l.hard, l.on_spend) AS levels
        UNION ALL
        SELECT 'quota', day_text, vigie.present_use(CASE WHEN c.openai_usage_quotidien > 2147483647 THEN 2147483647 ELSE c.openai_usage_quotidien END::integer,
                                                    c.openai_reset_quota_at, at)::numeric,
               CASE WHEN c.openai_limite_quotidienne > 0 THEN c.openai_limite_quotidienne::numeric END, '',
               vigie.alert_levels(l.soft, CASE WHEN l.hard > 0 THEN 100 ELSE 0 END, true)
    ) r
    WHERE c.openai_actif AND (c.organisation_id = ANY (mine) OR whole AND c.organisation_id IS NULL)
      AND (r.limit_value > 0 OR EXISTS (SELECT FROM vigie.alert_mark m WHERE m.connexion_id = c.openai_connexion_id AND m.kind = r.kind));

    -- A threshold that is crossed already is the budget's to tell.
    ids := ARRAY(SELECT c.openai_connexion_id FROM public.openai_connexion c
                 WHERE c.openai_actif AND c.openai_limite_cout_mois > 0
                   AND (c.organisation_id = ANY (mine) OR whole AND c.organisation_id IS NULL));
    RETURN QUERY
    SELECT 'forecast', c.openai_connexion_id, c.organisation_id, left(coalesce(c.openai_email_compte, ''), 159), month_text, p.month_end,
           CASE WHEN c.openai_limite_cout_mois > 0 THEN c.openai_limite_cout_mois END, coalesce(p.currency, ''), p.permille,
           ARRAY(SELECT x FROM unnest(vigie.alert_levels(l.soft, l.hard, l.on_forecast)) x
                 WHERE l.on_forecast AND x > coalesce(vigie.permille(
                     vigie.present_cost(c.openai_cout_actuel_mois, f.cost_month, coalesce(f.cost_at, c.openai_derniere_synchro), at),
                     c.openai_limite_cout_mois), 0) / 10),
           coalesce(to_char(p.exhausted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), '')
    FROM vigie.forecasts_of(ids, at) p
    JOIN public.openai_connexion c ON c.openai_connexion_id = p.connexion_id
    JOIN vigie.effective_limits l ON l.connexion_id = c.openai_connexion_id
    LEFT JOIN vigie.figure f ON f.connexion_id = c.openai_connexion_id
    WHERE p.basis IN ('day', 'week') AND c.openai_actif AND (c.organisation_id = ANY (mine) OR whole AND c.organisation_id IS NULL);
END
$$;
REVOKE ALL ON FUNCTION vigie.alert_readings(timestamptz, uuid[]) FROM PUBLIC;
COMMENT ON FUNCTION vigie.alert_readings(timestamptz, uuid[]) IS
    'Budgets, quotas and forecasts as of an instant, with their thresholds. Part of vigie.watch_alerts_at.';

CREATE FUNCTION vigie.raise_thresholds(at timestamptz, mine uuid[], OUT raised uuid[], OUT changed boolean)
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    whole CONSTANT boolean := '00000000-0000-0000-0000-000000000000' = ANY (mine);
BEGIN
    WITH reading AS (
        SELECT r.*, coalesce((SELECT max(x) FROM unnest(r.levels) x WHERE x > 0 AND r.permille >= 10 * x), 0) AS top
        FROM vigie.alert_readings(at, mine) r
    ), state AS MATERIALIZED (
        SELECT r.*, m.connexion_id IS NULL OR m.period <> r.period AS fresh,
               m.period = r.period AND m.limit_value IS DISTINCT FROM r.limit_value AS moved,
               CASE WHEN m.period IS DISTINCT FROM r.period THEN 0
                    WHEN m.limit_value IS DISTINCT FROM r.limit_value THEN m.epoch + 1 ELSE m.epoch END AS epoch,
               CASE WHEN m.period = r.period AND m.limit_value IS NOT DISTINCT FROM r.limit_value THEN m.highest ELSE 0 END AS highest
        FROM reading r LEFT JOIN vigie.alert_mark m ON m.connexion_id = r.connexion_id AND m.kind = r.kind
        WHERE r.top > 0 OR m.connexion_id IS NOT NULL
    ), passed AS (
        SELECT s.*, x.level FROM state s
        CROSS JOIN LATERAL (SELECT DISTINCT y AS level FROM unnest(s.levels) y WHERE y > s.highest AND y > 0 AND y <= s.top) x
        WHERE s.top > s.highest
    ), told AS (
        INSERT INTO vigie.alert (kind, gravity, connexion_id, organisation_id, about, subject, period, threshold, epoch, permille, value,
                                 limit_value, currency, detail, below, recorded, raised_at, over_at)
        SELECT p.kind, CASE WHEN p.level >= 100 THEN 2 WHEN p.level >= 80 THEN 1 ELSE 0 END - CASE WHEN p.kind = 'forecast' AND p.level >= 80 THEN 1 ELSE 0 END,
               p.connexion_id, p.organisation_id, p.connexion_id::text, p.subject, p.period, p.level, p.epoch, p.permille,
               trim_scale(p.value), trim_scale(p.limit_value), p.currency, p.detail,
               CASE WHEN p.level = p.top THEN count(*) OVER (PARTITION BY p.connexion_id, p.kind) - 1 ELSE 0 END, p.level < p.top, at,
               CASE WHEN p.level < p.top THEN at END
        FROM passed p
        ORDER BY p.connexion_id, p.kind, p.level
        ON CONFLICT DO NOTHING
        RETURNING alert_id, recorded
    ), marked AS (
        INSERT INTO vigie.alert_mark AS m (connexion_id, kind, period, limit_value, epoch, highest)
        SELECT s.connexion_id, s.kind, s.period, s.limit_value, s.epoch, greatest(s.highest, s.top) FROM state s
        WHERE s.fresh OR s.moved OR s.top > s.highest
        ORDER BY s.connexion_id, s.kind
        ON CONFLICT (connexion_id, kind) DO UPDATE SET
            period = excluded.period, limit_value = excluded.limit_value, epoch = excluded.epoch, highest = excluded.highest
    ), ended AS (
        UPDATE vigie.alert a SET over_at = at
        WHERE a.over_at IS NULL AND a.threshold > 0 AND (a.organisation_id = ANY (mine) OR whole AND a.organisation_id IS NULL)
          AND (a.connexion_id, a.kind::text, a.period, a.epoch, a.threshold)
              NOT IN (SELECT s.connexion_id, s.kind, s.period, s.epoch, s.top FROM state s)
        RETURNING 1
    ), going_on AS (
        UPDATE vigie.alert a SET over_at = NULL
        FROM state s
        WHERE a.about = s.connexion_id::text AND a.kind = s.kind AND a.period = s.period AND a.epoch = s.epoch AND a.threshold = s.top
          AND a.over_at IS NOT NULL AND NOT a.recorded
        RETURNING 1
    )
    SELECT ARRAY(SELECT t.alert_id FROM told t WHERE NOT t.recorded), EXISTS (SELECT FROM ended) OR EXISTS (SELECT FROM going_on)
    INTO raised, changed;
END
$$;
REVOKE ALL ON FUNCTION vigie.raise_thresholds(timestamptz, uuid[]) FROM PUBLIC;
COMMENT ON FUNCTION vigie.raise_thresholds(timestamptz, uuid[]) IS
    'Raises the highest threshold that was newly reached and records those below it; ends what is not reached any more. Part of '
    'vigie.watch_alerts_at.';

CREATE FUNCTION vigie.watch_alerts_at(at timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    at_once CONSTANT integer := 20000;
    admin   boolean := vigie.caller_is_admin();
    own     uuid := vigie.caller_organisation();
    mine    uuid[];
    causes  record;
    levels  record;
    raised  uuid[];
BEGIN
    IF NOT admin AND own IS NULL THEN
        RETURN 0;
    END IF;
    INSERT INTO vigie.alert_turn (organisation_id, connexions)
    SELECT o.organisation_id, (SELECT count(*) FROM public.openai_connexion c WHERE c.organisation_id = o.organisation_id)
    FROM public.organisations o
    WHERE (admin OR o.organisation_id = own) AND NOT EXISTS (SELECT FROM vigie.alert_turn t WHERE t.organisation_id = o.organisation_id)
    ORDER BY 1 ON CONFLICT DO NOTHING;

    mine := ARRAY(SELECT x.organisation_id FROM (
        SELECT t.organisation_id, sum(t.connexions) OVER (ORDER BY t.looked_at NULLS FIRST, t.organisation_id) - t.connexions AS before
        FROM vigie.alert_turn t WHERE admin OR t.organisation_id = own) x WHERE x.before < at_once);
    mine := ARRAY(SELECT t.organisation_id FROM vigie.alert_turn t WHERE t.organisation_id = ANY (mine)
                  ORDER BY 1 FOR NO KEY UPDATE SKIP LOCKED);
    IF mine = '{}' THEN
        RETURN -1;
    END IF;

    UPDATE vigie.alert a SET organisation_id = c.organisation_id
    FROM public.openai_connexion c
    WHERE a.over_at IS NULL AND c.openai_connexion_id = a.connexion_id AND a.organisation_id IS DISTINCT FROM c.organisation_id
      AND c.organisation_id = ANY (mine);
    SELECT * INTO causes FROM vigie.raise_causes(at, mine);
    SELECT * INTO levels FROM vigie.raise_thresholds(at, mine);
    raised := causes.raised || levels.raised;
    UPDATE vigie.alert_turn t SET looked_at = clock_timestamp(), connexions = coalesce(n.connexions, 0)
    FROM unnest(mine) m (id) LEFT JOIN (SELECT c.organisation_id AS id, count(*) AS connexions FROM public.openai_connexion c
                                        WHERE c.organisation_id = ANY (mine) GROUP BY 1) n ON n.id = m.id
    WHERE t.organisation_id = m.id;
    DELETE FROM vigie.alert a WHERE a.ctid = ANY (ARRAY(
        SELECT x.ctid FROM vigie.alert x WHERE x.over_at < at - interval '400 days' LIMIT 1000 FOR UPDATE SKIP LOCKED));

    IF raised <> '{}' THEN
        PERFORM vigie.enqueue_alerts(raised);
    END IF;
    IF raised <> '{}' OR causes.changed OR levels.changed THEN
        PERFORM pg_notify('vigie', '');
    END IF;
    RETURN cardinality(raised);
END
$$;
REVOKE ALL ON FUNCTION vigie.watch_alerts_at(timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.watch_alerts_at(timestamptz) IS 'vigie.watch_alerts as of an instant; for tests.';

CREATE FUNCTION vigie.watch_alerts() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN vigie.watch_alerts_at(clock_timestamp());
END
$$;
REVOKE ALL ON FUNCTION vigie.watch_alerts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.watch_alerts() TO vigie_operator;
COMMENT ON FUNCTION vigie.watch_alerts() IS
    'Looks at connexions in the caller''s sight: raises what is new, ends what is over. How many were raised; -1: another program '
    'is at it. At most about twenty thousand a call: vigie.alerts_behind tells whether to go on.';

CREATE FUNCTION vigie.alerts_behind() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
BEGIN
    RETURN coalesce((SELECT bool_or(coalesce(t.looked_at < clock_timestamp() - interval '55 seconds' - t.sum * interval '0.3 milliseconds', true))
                     FROM (SELECT x.looked_at, sum(x.connexions) OVER () AS sum FROM vigie.alert_turn x
                           WHERE admin OR x.organisation_id = own) t), false);
END
$$;
REVOKE ALL ON FUNCTION vigie.alerts_behind() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.alerts_behind() TO vigie_operator;
COMMENT ON FUNCTION vigie.alerts_behind() IS
    'Whether connexions in the caller''s sight were not looked at for a minute, or, where there are very many, as long as that takes.';
