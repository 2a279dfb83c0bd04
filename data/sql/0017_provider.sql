-- The limits at OpenAI: what was applied to a project, what was seen there since, and the apply that is under way.
--
-- For administrators of the platform alone, as the admin keys are. A project is OpenAI's; what it is to have comes from the
-- connexions that name it.

CREATE TABLE vigie.provider_state (
    project      text        PRIMARY KEY CHECK (length(project) BETWEEN 1 AND 95),
    account_id   uuid        REFERENCES vigie.account (account_id) ON DELETE CASCADE,
    connexion_id uuid        REFERENCES public.openai_connexion (openai_connexion_id) ON DELETE SET NULL,
    applied      jsonb       NOT NULL DEFAULT '{}',
    applied_at   timestamptz NOT NULL DEFAULT now(),
    applied_by   text        NOT NULL DEFAULT '' CHECK (length(applied_by) < 160),
    seen         jsonb,
    seen_at      timestamptz,
    drift        text[]      NOT NULL DEFAULT '{}',
    drift_since  timestamptz,
    checked_at   timestamptz,
    lease_owner  text        CHECK (length(lease_owner) BETWEEN 1 AND 159),
    lease_until  timestamptz,
    CHECK ((lease_owner IS NULL) = (lease_until IS NULL)),
    CHECK ((drift_since IS NULL) = (drift = '{}'))
);
CREATE INDEX idx_provider_state_account_id ON vigie.provider_state (account_id);
CREATE INDEX idx_provider_state_connexion_id ON vigie.provider_state (connexion_id);
COMMENT ON TABLE vigie.provider_state IS 'What was applied to each project of OpenAI, what was seen of it last, and since when it differs.';
COMMENT ON COLUMN vigie.provider_state.applied IS
    'By part: spend_limit (cents), spend_alerts (cents and addresses each), rate_limits (requests a day by id), models (mode, ids).';
COMMENT ON COLUMN vigie.provider_state.seen IS 'The same parts as OpenAI told them last.';
COMMENT ON COLUMN vigie.provider_state.drift IS 'The parts that differ.';
COMMENT ON COLUMN vigie.provider_state.checked_at IS 'The last look for drift, also one that failed.';

CREATE TABLE vigie.provider_run (
    project      text        PRIMARY KEY CHECK (length(project) BETWEEN 1 AND 95),
    account_id   uuid        REFERENCES vigie.account (account_id) ON DELETE CASCADE,
    connexion_id uuid        REFERENCES public.openai_connexion (openai_connexion_id) ON DELETE SET NULL,
    user_id      uuid,
    started_by   text        NOT NULL CHECK (length(started_by) BETWEEN 1 AND 159),
    started_at   timestamptz NOT NULL DEFAULT now(),
    lease_until  timestamptz NOT NULL,
    ended_at     timestamptz,
    steps        jsonb       NOT NULL DEFAULT '[]'
);
CREATE INDEX idx_provider_run_account_id ON vigie.provider_run (account_id);
CREATE INDEX idx_provider_run_connexion_id ON vigie.provider_run (connexion_id);
COMMENT ON TABLE vigie.provider_run IS
    'The last apply of limits to each project. Without an end and with its lease over it was interrupted.';
COMMENT ON COLUMN vigie.provider_run.steps IS 'Each call and how far it is: part, kind, object, have, want, state, why.';

ALTER TABLE vigie.provider_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE vigie.provider_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY administrators ON vigie.provider_state FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid()))));
CREATE POLICY administrators ON vigie.provider_run FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid()))));
GRANT SELECT ON vigie.provider_state, vigie.provider_run TO vigie_operator;

-- What the rows ask for ----------------------------------------------------------------------------------------------

-- A limit in whole cents, rounded down; NULL and amounts of 0 and below are none. Never 0: an amount below one cent is -1,
-- and what OpenAI's integer cannot hold (or no number) is -2.
CREATE FUNCTION vigie.limit_cents(amount numeric) RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN amount IS NULL OR amount <= 0 THEN NULL
                WHEN amount = 'NaN' OR amount >= 90000000000000 THEN -2
                WHEN amount < 0.01 THEN -1
                ELSE floor(amount * 100)::bigint END
$$;
REVOKE ALL ON FUNCTION vigie.limit_cents(numeric) FROM PUBLIC;
COMMENT ON FUNCTION vigie.limit_cents(numeric) IS
    'A monthly limit in USD as whole cents, rounded down. NULL: none; -1: below one cent; -2: beyond what can be told.';

-- Several connexions on one project share its limits, so they have to ask for the same: where they do not, "differ" names the
-- part. The addresses are those of all of them.
CREATE FUNCTION vigie.provider_want(connexion uuid) RETURNS TABLE (word text, value text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    named text;
BEGIN
    PERFORM vigie.require_admin();
    SELECT coalesce(c.openai_project_id, '') INTO named FROM public.openai_connexion c WHERE c.openai_connexion_id = connexion;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT 'project', named;
    IF named = '' THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH named_by AS MATERIALIZED (
        SELECT c.openai_connexion_id AS id, c.openai_limite_cout_mois AS budget, vigie.limit_cents(c.openai_limite_cout_mois) AS cents,
               greatest(coalesce(c.openai_limite_quotidienne, 0), 0) AS daily, btrim(c.openai_email_compte) AS mail,
               ARRAY(SELECT DISTINCT m COLLATE "C" FROM unnest(c.openai_modeles_autorises) AS m
                     WHERE m IS NOT NULL AND m <> '' ORDER BY 1) AS models,
               CASE WHEN l.on_spend THEN l.soft ELSE '{}'::integer[] END AS soft
        FROM public.openai_connexion c
        LEFT JOIN vigie.effective_limits l ON l.connexion_id = c.openai_connexion_id
        WHERE c.openai_project_id = named
    ), own AS (
        SELECT * FROM named_by n WHERE n.id = connexion
    ), varied AS (
        SELECT count(*) AS rows, count(DISTINCT coalesce(n.cents, 0)) AS cents, count(DISTINCT n.daily) AS daily,
               count(DISTINCT n.models) AS models, count(DISTINCT coalesce(n.soft, '{}')) AS soft
        FROM named_by n
    )
    SELECT 'connexions', v.rows::text FROM varied v
    UNION ALL SELECT 'differ', 'spend_limit' FROM varied v WHERE v.cents > 1
    UNION ALL SELECT 'differ', 'spend_alerts' FROM varied v WHERE v.cents > 1 OR v.soft > 1
    UNION ALL SELECT 'differ', 'rate_limits' FROM varied v WHERE v.daily > 1
    UNION ALL SELECT 'differ', 'models' FROM varied v WHERE v.models > 1
    UNION ALL SELECT 'cents', o.cents::text FROM own o WHERE o.cents IS NOT NULL
    UNION ALL SELECT 'daily', o.daily::text FROM own o
    UNION ALL (SELECT DISTINCT 'currency', f.cost_currency FROM vigie.figure f JOIN named_by n ON n.id = f.connexion_id
               WHERE f.cost_source = 'openai' AND f.cost_currency <> '' ORDER BY 2 DESC LIMIT 1)
    UNION ALL (SELECT 'model', m FROM own o, unnest(o.models) AS m ORDER BY m COLLATE "C")
    UNION ALL (SELECT DISTINCT 'mail', n.mail COLLATE "C" FROM named_by n WHERE n.mail ~ '^[!#-+\--\[\]-~]+@[!#-+\--\[\]-~]+$' ORDER BY 2)
    UNION ALL SELECT 'alert', a.cents::text
              FROM (SELECT DISTINCT floor(o.budget * t)::bigint AS cents FROM own o, unnest(o.soft) AS t
                    WHERE o.cents > 0 AND t > 0 AND o.budget * t < 9000000000000000) AS a WHERE a.cents > 0
    UNION ALL SELECT w.word, w.value FROM vigie.provider_state s, LATERAL (VALUES
                  ('applied_at', floor(extract(epoch FROM s.applied_at))::text),
                  ('rates_applied', (SELECT count(*) FROM jsonb_object_keys(coalesce(s.applied -> 'rate_limits', '{}')))::text)
              ) AS w (word, value) WHERE s.project = named
    UNION ALL SELECT w.word, w.value FROM vigie.provider_run r, LATERAL (VALUES
                  ('run_by', r.started_by),
                  ('run_at', floor(extract(epoch FROM r.started_at))::text),
                  ('run_total', (SELECT count(*) FROM jsonb_array_elements(r.steps) AS e
                                 WHERE e ->> 'kind' NOT IN ('same', 'refused'))::text),
                  ('run_verified', (SELECT count(*) FROM jsonb_array_elements(r.steps) AS e
                                    WHERE e ->> 'kind' NOT IN ('same', 'refused') AND e ->> 'state' = 'verified')::text),
                  ('run_sent', (SELECT count(*) FROM jsonb_array_elements(r.steps) AS e
                                WHERE e ->> 'kind' NOT IN ('same', 'refused') AND e ->> 'state' IN ('sent', 'unknown'))::text)
              ) AS w (word, value)
              WHERE r.project = named AND r.ended_at IS NULL AND r.lease_until <= now();
END
$$;
REVOKE ALL ON FUNCTION vigie.provider_want(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.provider_want(uuid) TO vigie_operator;
COMMENT ON FUNCTION vigie.provider_want(uuid) IS
    'What the connexions of one OpenAI project ask for, word by word; nothing when there is no such connexion.';

-- The account that told of the project first; else any may be the one.
CREATE FUNCTION vigie.provider_accounts(named text, own_key bytea)
    RETURNS TABLE (account_id uuid, name text, base_url text, sealed bytea, knows boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.require_admin();
    RETURN QUERY
    SELECT a.account_id, a.name, a.base_url, k.sealed, s.project IS NOT NULL OR EXISTS (
               SELECT FROM vigie.cost_day d WHERE d.account_id = a.account_id AND d.project = named) OR EXISTS (
               SELECT FROM vigie.usage_day u WHERE u.account_id = a.account_id AND u.project = named) AS knows
    FROM vigie.account a
    LEFT JOIN vigie.sealed_key k ON k.account_id = a.account_id AND k.recipient = own_key
    LEFT JOIN vigie.provider_state s ON s.project = named AND s.account_id = a.account_id
    ORDER BY 5 DESC, a.name LIMIT 100;
END
$$;
REVOKE ALL ON FUNCTION vigie.provider_accounts(text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.provider_accounts(text, bytea) TO vigie_operator;
COMMENT ON FUNCTION vigie.provider_accounts(text, bytea) IS
    'The accounts whose admin key may reach a project, the likeliest first, with the copy sealed to the caller''s program.';

-- Applying -----------------------------------------------------------------------------------------------------------

-- An apply holds its project for a while and says so again at each step: who dies lets go by itself.
CREATE FUNCTION vigie.provider_begin_at(holder text, connexion uuid, account uuid, named text, seconds integer, at timestamptz)
    RETURNS text
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    other text;
BEGIN
    PERFORM vigie.check_lease(holder, seconds);
    INSERT INTO vigie.provider_run AS r (project, account_id, connexion_id, user_id, started_by, started_at, lease_until)
    VALUES (named, account, connexion, auth.uid(), holder, at, at + make_interval(secs => seconds))
    ON CONFLICT (project) DO UPDATE SET
        account_id = excluded.account_id, connexion_id = excluded.connexion_id, user_id = excluded.user_id,
        started_by = excluded.started_by, started_at = excluded.started_at, lease_until = excluded.lease_until,
        ended_at = NULL, steps = '[]'
    WHERE r.ended_at IS NOT NULL OR r.lease_until <= at OR r.started_by = holder;
    IF FOUND THEN
        RETURN NULL;
    END IF;
    SELECT r.started_by INTO other FROM vigie.provider_run r WHERE r.project = named;
    RETURN coalesce(other, '?');
END
$$;
REVOKE ALL ON FUNCTION vigie.provider_begin_at(text, uuid, uuid, text, integer, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.provider_begin_at(text, uuid, uuid, text, integer, timestamptz) IS
    'Begins an apply at an instant. Part of vigie.provider_begin.';

CREATE FUNCTION vigie.provider_begin(holder text, connexion uuid, account uuid, named text, seconds integer) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.require_admin();
    RETURN vigie.provider_begin_at(holder, connexion, account, named, seconds, clock_timestamp());
END
$$;
REVOKE ALL ON FUNCTION vigie.provider_begin(text, uuid, uuid, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.provider_begin(text, uuid, uuid, text, integer) TO vigie_operator;
COMMENT ON FUNCTION vigie.provider_begin(text, uuid, uuid, text, integer) IS
    'Begins to apply limits to a project: NULL when the caller holds it now, else who does.';

CREATE FUNCTION vigie.provider_note(holder text, named text, told json, seconds integer) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.require_admin();
    PERFORM vigie.check_lease(holder, seconds);
    IF json_typeof(told) <> 'array' OR json_array_length(told) > 256 THEN
        RAISE EXCEPTION 'steps are an array of at most 256' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    UPDATE vigie.provider_run r SET steps = told, lease_until = clock_timestamp() + make_interval(secs => seconds)
    WHERE r.project = named AND r.started_by = holder AND r.ended_at IS NULL;
    RETURN FOUND;
END
$$;
REVOKE ALL ON FUNCTION vigie.provider_note(text, text, json, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.provider_note(text, text, json, integer) TO vigie_operator;
COMMENT ON FUNCTION vigie.provider_note(text, text, json, integer) IS
    'How far an apply is, written before each call; holds the project for longer. False: somebody else has it.';

-- Which parts of what was applied are not there any more. Rate limits that nobody applied are nobody's concern.
CREATE FUNCTION vigie.provider_differs(applied jsonb, seen jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(array_agg(k ORDER BY k), '{}')
    FROM jsonb_object_keys(applied) AS k
    WHERE CASE WHEN k = 'rate_limits' THEN NOT coalesce(seen -> k, '{}') @> (applied -> k)
               ELSE applied -> k IS DISTINCT FROM seen -> k END
$$;
REVOKE ALL ON FUNCTION vigie.provider_differs(jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION vigie.provider_differs(jsonb, jsonb) IS 'The parts of what was applied that are not seen so.';

-- While an apply is open what is seen is half of the old and half of the new: that is no drift.
CREATE FUNCTION vigie.provider_look_at(holder text, named text, told jsonb, at timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before text[];
    after  text[];
BEGIN
    SELECT s.drift, vigie.provider_differs(s.applied, told) INTO before, after
    FROM vigie.provider_state s WHERE s.project = named FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM vigie.provider_run r WHERE r.project = named AND r.ended_at IS NULL) THEN
        after := '{}';
    END IF;
    UPDATE vigie.provider_state s SET
        seen = (SELECT jsonb_object_agg(e.key, CASE WHEN e.key <> 'rate_limits' THEN e.value ELSE
                    (SELECT coalesce(jsonb_object_agg(r.key, r.value), '{}') FROM jsonb_each(e.value) AS r
                     WHERE coalesce(s.applied -> 'rate_limits', '{}') ? r.key) END)
                FROM jsonb_each(told) AS e),
        seen_at = at, checked_at = at, drift = after,
        drift_since = CASE WHEN after = '{}' THEN NULL ELSE coalesce(s.drift_since, at) END,
        lease_owner = CASE WHEN s.lease_owner IS DISTINCT FROM holder THEN s.lease_owner END,
        lease_until = CASE WHEN s.lease_owner IS DISTINCT FROM holder THEN s.lease_until END
    WHERE s.project = named;
    IF before <> after THEN
        PERFORM pg_notify('vigie', '');
    END IF;
END
$$;
REVOKE ALL ON FUNCTION vigie.provider_look_at(text, text, jsonb, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.provider_look_at(text, text, jsonb, timestamptz) IS
    'What was seen of a project at an instant, and whether it drifts. Part of vigie.provider_look and vigie.provider_end.';

CREATE FUNCTION vigie.provider_look(holder text, named text, told json)
    RETURNS TABLE (drift text, since bigint, applied_at bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.require_admin();
    PERFORM vigie.provider_look_at(holder, named, told::jsonb, clock_timestamp());
    RETURN QUERY SELECT array_to_string(s.drift, ', '), floor(extract(epoch FROM s.drift_since))::bigint,
                        floor(extract(epoch FROM s.applied_at))::bigint
                 FROM vigie.provider_state s WHERE s.project = named;
END
$$;
REVOKE ALL ON FUNCTION vigie.provider_look(text, text, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.provider_look(text, text, json) TO vigie_operator;
COMMENT ON FUNCTION vigie.provider_look(text, text, json) IS
    'Records what a project has at OpenAI now; the parts that are not as they were applied, if it ever was. Gives the '
    'lease of the watch back.';

-- applied holds the parts that were read back as they should be; others keep what they were.
CREATE FUNCTION vigie.provider_end(holder text, named text, told json, applied json, seen json) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    run vigie.provider_run;
BEGIN
    PERFORM vigie.require_admin();
    UPDATE vigie.provider_run r SET steps = told, ended_at = clock_timestamp(), lease_until = clock_timestamp()
    WHERE r.project = named AND r.started_by = holder AND r.ended_at IS NULL
    RETURNING r.* INTO run;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF applied::jsonb <> '{}' THEN
        INSERT INTO vigie.provider_state AS s (project, account_id, connexion_id, applied, applied_at, applied_by)
        VALUES (named, run.account_id, run.connexion_id, applied::jsonb, clock_timestamp(), holder)
        ON CONFLICT (project) DO UPDATE SET
            account_id = excluded.account_id, connexion_id = excluded.connexion_id, applied_at = excluded.applied_at,
            applied_by = excluded.applied_by,
            applied = s.applied || excluded.applied || CASE WHEN excluded.applied ? 'rate_limits' THEN jsonb_build_object(
                'rate_limits', coalesce(s.applied -> 'rate_limits', '{}') || (excluded.applied -> 'rate_limits')) ELSE '{}' END;
    END IF;
    IF seen IS NOT NULL THEN
        PERFORM vigie.provider_look_at(holder, named, seen::jsonb, clock_timestamp());
    END IF;
    PERFORM pg_notify('vigie', '');
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION vigie.provider_end(text, text, json, json, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.provider_end(text, text, json, json, json) TO vigie_operator;
COMMENT ON FUNCTION vigie.provider_end(text, text, json, json, json) IS
    'Ends an apply with what each step came to; seen NULL: the project could not be read. False, and nothing done: somebody '
    'else has it.';

-- Drift --------------------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.lease_drift_at(holder text, own_key bytea, period_s integer, seconds integer, at timestamptz)
    RETURNS TABLE (connexion_id uuid, project text)
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.check_lease(holder, seconds);
    RETURN QUERY
    WITH due AS MATERIALIZED (
        SELECT s.project AS id, (SELECT c.openai_connexion_id FROM public.openai_connexion c
                                 WHERE c.openai_project_id = s.project ORDER BY 1 LIMIT 1) AS connexion
        FROM vigie.provider_state s
        JOIN vigie.sealed_key k ON k.account_id = s.account_id AND k.recipient = own_key
        WHERE (s.lease_until IS NULL OR s.lease_until <= at)
          AND greatest(s.applied_at, s.checked_at) <= at - make_interval(secs => greatest(period_s, 1))
          AND NOT EXISTS (SELECT FROM vigie.provider_run r WHERE r.project = s.project AND r.ended_at IS NULL AND r.lease_until > at)
          AND EXISTS (SELECT FROM public.openai_connexion c WHERE c.openai_project_id = s.project)
        ORDER BY greatest(s.applied_at, s.checked_at), s.project LIMIT 1
        FOR UPDATE OF s SKIP LOCKED
    )
    UPDATE vigie.provider_state s SET lease_owner = holder, lease_until = at + make_interval(secs => seconds), checked_at = at
    FROM due WHERE s.project = due.id
    RETURNING due.connexion, s.project;
END
$$;
REVOKE ALL ON FUNCTION vigie.lease_drift_at(text, bytea, integer, integer, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.lease_drift_at(text, bytea, integer, integer, timestamptz) IS
    'The project that is due for a look at an instant. Part of vigie.lease_drift.';

CREATE FUNCTION vigie.lease_drift(holder text, own_key bytea, period_s integer, seconds integer)
    RETURNS TABLE (connexion_id uuid, project text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.require_admin();
    RETURN QUERY SELECT * FROM vigie.lease_drift_at(holder, own_key, period_s, seconds, clock_timestamp());
END
$$;
REVOKE ALL ON FUNCTION vigie.lease_drift(text, bytea, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.lease_drift(text, bytea, integer, integer) TO vigie_operator;
COMMENT ON FUNCTION vigie.lease_drift(text, bytea, integer, integer) IS
    'Leases the project that was looked at longest ago, when that is a period ago; one that cannot be read waits a period too.';

-- The source of alerts: parts that differ at OpenAI, and applies that nobody brought to an end.
CREATE OR REPLACE FUNCTION vigie.drifting() RETURNS TABLE (connexion_id uuid, detail text, since timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT c.openai_connexion_id, d.detail, d.since
    FROM (SELECT s.project, array_to_string(s.drift, ', ') AS detail, s.drift_since AS since
          FROM vigie.provider_state s WHERE s.drift_since IS NOT NULL
          UNION ALL
          SELECT r.project, 'interrupted', r.started_at
          FROM vigie.provider_run r WHERE r.ended_at IS NULL AND r.lease_until <= now()
            AND NOT EXISTS (SELECT FROM vigie.provider_state s WHERE s.project = r.project AND s.drift_since IS NOT NULL)) AS d
    JOIN public.openai_connexion c ON c.openai_project_id = d.project;
END
$$;
REVOKE ALL ON FUNCTION vigie.drifting() FROM PUBLIC;
COMMENT ON FUNCTION vigie.drifting() IS
    'Connexions whose OpenAI project does not have their limits any more (detail: the parts), or an apply that was '
    'interrupted (detail: interrupted), and since when.';
