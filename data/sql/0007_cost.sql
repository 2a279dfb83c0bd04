-- Cost and use: OpenAI organisations with an admin key, what they told per project and day, and where each connexion's
-- figures come from.
--
-- Accounts, keys and recipients are for administrators of the platform alone. An admin key is here only sealed to the
-- public keys of their programs: neither the server nor its log sees it.

CREATE TABLE vigie.account (
    account_id        uuid           PRIMARY KEY DEFAULT gen_random_uuid(),
    name              text           NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 95),
    base_url          text           NOT NULL DEFAULT '' CHECK (length(base_url) < 1024),
    by_key            boolean        NOT NULL DEFAULT false,
    by_key_refused_at timestamptz,
    costs_at          timestamptz,
    usage_at          timestamptz,
    failures          integer        NOT NULL DEFAULT 0 CHECK (failures >= 0),
    failed_at         timestamptz,
    verdict           vigie.verdict,
    evidence          vigie.evidence,
    lease_owner       text           CHECK (length(lease_owner) BETWEEN 1 AND 159),
    lease_until       timestamptz,
    CHECK ((lease_owner IS NULL) = (lease_until IS NULL))
);
COMMENT ON TABLE vigie.account IS 'OpenAI organisations that have an admin key, under the name that a person gave them.';
COMMENT ON COLUMN vigie.account.by_key IS 'Costs are to be grouped by key too, unless that was refused a day ago or less.';
COMMENT ON COLUMN vigie.account.failures IS 'Polls in a row that failed, the last one at failed_at.';

CREATE TABLE vigie.recipient (
    public_key bytea       PRIMARY KEY CHECK (octet_length(public_key) = 32),
    name       text        NOT NULL CHECK (length(name) < 160),
    user_id    uuid        NOT NULL REFERENCES public.users (users_auth_id) ON UPDATE CASCADE ON DELETE CASCADE,
    added_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_recipient_user_id ON vigie.recipient (user_id);
COMMENT ON TABLE vigie.recipient IS 'Public keys (X25519) of the administrators'' programs: whom admin keys are sealed to.';

CREATE TABLE vigie.sealed_key (
    account_id uuid  REFERENCES vigie.account (account_id) ON DELETE CASCADE,
    recipient  bytea REFERENCES vigie.recipient (public_key) ON DELETE CASCADE,
    sealed     bytea NOT NULL CHECK (octet_length(sealed) BETWEEN 49 AND 4096),
    PRIMARY KEY (account_id, recipient)
);
CREATE INDEX idx_sealed_key_recipient ON vigie.sealed_key (recipient);
COMMENT ON TABLE vigie.sealed_key IS 'The admin key of an account, sealed to one recipient each.';

-- Projects are OpenAI's; the empty one is what OpenAI attributes to none.
CREATE TABLE vigie.cost_day (
    account_id uuid    REFERENCES vigie.account (account_id) ON DELETE CASCADE,
    project    text    CHECK (length(project) < 96),
    key        text    CHECK (length(key) < 96),
    day        date,
    currency   text    CHECK (length(currency) < 8),
    amount     numeric NOT NULL CHECK (amount BETWEEN -1e18 AND 1e18 AND scale(amount) <= 12),
    PRIMARY KEY (account_id, project, key, day, currency)
);
CREATE INDEX idx_cost_day_project ON vigie.cost_day (project, day);
COMMENT ON TABLE vigie.cost_day IS 'What OpenAI said a project cost on a UTC day; replaced by each poll, never added to.';
COMMENT ON COLUMN vigie.cost_day.key IS 'The key''s identifier where costs are grouped by it, else empty.';

CREATE TABLE vigie.usage_day (
    account_id uuid    REFERENCES vigie.account (account_id) ON DELETE CASCADE,
    project    text    CHECK (length(project) < 96),
    day        date,
    requests   numeric NOT NULL CHECK (requests BETWEEN 0 AND 1e100 AND scale(requests) = 0),
    PRIMARY KEY (account_id, project, day)
);
CREATE INDEX idx_usage_day_project ON vigie.usage_day (project, day);
COMMENT ON TABLE vigie.usage_day IS 'How many requests OpenAI counted for a project on a UTC day.';

CREATE TABLE vigie.figure (
    connexion_id  uuid        PRIMARY KEY REFERENCES public.openai_connexion (openai_connexion_id) ON DELETE CASCADE,
    cost_source   text        NOT NULL DEFAULT '' CHECK (cost_source IN ('', 'openai', 'applications')),
    cost_at       timestamptz,
    cost_month    date,
    cost_currency text        NOT NULL DEFAULT '' CHECK (length(cost_currency) < 8),
    cost_shared   integer     NOT NULL DEFAULT 0 CHECK (cost_shared >= 0),
    cost_account  uuid        REFERENCES vigie.account (account_id) ON DELETE SET NULL,
    cost_counted  numeric     NOT NULL DEFAULT 0 CHECK (cost_counted BETWEEN 0 AND 1e18),
    counted_month date,
    use_source    text        NOT NULL DEFAULT '' CHECK (use_source IN ('', 'openai', 'applications')),
    use_at        timestamptz,
    use_day       date,
    use_clamped   boolean     NOT NULL DEFAULT false
) WITH (fillfactor = 70);
CREATE INDEX idx_figure_shared ON vigie.figure (connexion_id) WHERE cost_shared > 1 AND cost_source = 'openai';
CREATE INDEX idx_figure_cost_account ON vigie.figure (cost_account) WHERE cost_account IS NOT NULL;
COMMENT ON TABLE vigie.figure IS 'Where the cost and the use in a connexion''s row come from, and when.';
COMMENT ON COLUMN vigie.figure.cost_month IS 'First day of the UTC month that openai_cout_actuel_mois is of.';
COMMENT ON COLUMN vigie.figure.cost_shared IS 'How many connexions name the same OpenAI project: the cost is of all of them.';
COMMENT ON COLUMN vigie.figure.cost_counted IS 'What the applications counted in counted_month, also while OpenAI''s costs are shown.';
COMMENT ON COLUMN vigie.figure.use_clamped IS 'There were more requests than openai_usage_quotidien can hold.';

ALTER TABLE vigie.account ENABLE ROW LEVEL SECURITY;
ALTER TABLE vigie.recipient ENABLE ROW LEVEL SECURITY;
ALTER TABLE vigie.sealed_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE vigie.cost_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE vigie.usage_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE vigie.figure ENABLE ROW LEVEL SECURITY;
CREATE POLICY administrators ON vigie.account FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid()))));
CREATE POLICY administrators ON vigie.recipient FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid()))));
CREATE POLICY administrators ON vigie.sealed_key FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid()))));
-- A member sees the days of the projects that a connexion in the own sight names; nobody names the empty one.
CREATE POLICY administrators_or_named ON vigie.cost_day FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid())))
           OR project <> '' AND project IN (SELECT c.openai_project_id FROM public.openai_connexion c));
CREATE POLICY administrators_or_named ON vigie.usage_day FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid())))
           OR project <> '' AND project IN (SELECT c.openai_project_id FROM public.openai_connexion c));
CREATE POLICY sight_of_the_connexion ON vigie.figure FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid())))
           OR connexion_id = (SELECT c.openai_connexion_id FROM public.openai_connexion c
                              WHERE c.openai_connexion_id = connexion_id));
GRANT SELECT ON vigie.account, vigie.recipient, vigie.sealed_key, vigie.cost_day, vigie.usage_day, vigie.figure
    TO vigie_operator;

-- Accounts -----------------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.require_admin() RETURNS void
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF public.is_admin_presenca(auth.uid()) IS NOT TRUE THEN
        RAISE EXCEPTION 'admin keys and costs are for administrators of the platform'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;
REVOKE ALL ON FUNCTION vigie.require_admin() FROM PUBLIC;
COMMENT ON FUNCTION vigie.require_admin() IS 'Refuses who does not administer the platform.';

CREATE FUNCTION vigie.add_recipient(own_key bytea, whose text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.require_admin();
    INSERT INTO vigie.recipient (public_key, name, user_id) VALUES (own_key, left(whose, 159), auth.uid())
    ON CONFLICT (public_key) DO UPDATE SET name = excluded.name
    WHERE recipient.user_id = excluded.user_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this public key is registered for somebody else' USING ERRCODE = 'unique_violation';
    END IF;
END
$$;
REVOKE ALL ON FUNCTION vigie.add_recipient(bytea, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.add_recipient(bytea, text) TO vigie_operator;
COMMENT ON FUNCTION vigie.add_recipient(bytea, text) IS
    'Registers the public key of an administrator''s program under the administrator''s own identity.';

-- Who is no administrator any more gets nothing sealed.
CREATE FUNCTION vigie.recipients() RETURNS SETOF bytea
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.require_admin();
    RETURN QUERY SELECT r.public_key FROM vigie.recipient r
                 WHERE public.is_admin_presenca(r.user_id) ORDER BY r.added_at, r.public_key;
END
$$;
REVOKE ALL ON FUNCTION vigie.recipients() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.recipients() TO vigie_operator;
COMMENT ON FUNCTION vigie.recipients() IS 'The public keys that an admin key is to be sealed to.';

CREATE FUNCTION vigie.set_account(account_name text, url text, per_key boolean, copies json) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    id uuid;
BEGIN
    PERFORM vigie.require_admin();
    IF coalesce(json_array_length(copies), 0) = 0 THEN
        RAISE EXCEPTION 'an account needs its admin key, sealed to somebody' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO vigie.account (name, base_url, by_key) VALUES (account_name, coalesce(url, ''), coalesce(per_key, false))
    ON CONFLICT (name) DO UPDATE SET
        base_url = excluded.base_url, by_key = excluded.by_key, by_key_refused_at = NULL, costs_at = NULL, usage_at = NULL,
        failures = 0, failed_at = NULL, verdict = 'never', evidence = NULL, lease_owner = NULL, lease_until = NULL
    RETURNING account_id INTO id;
    DELETE FROM vigie.sealed_key k WHERE k.account_id = id;
    INSERT INTO vigie.sealed_key (account_id, recipient, sealed)
    SELECT id, decode(k.recipient, 'hex'), decode(k.sealed, 'hex')
    FROM json_to_recordset(copies) AS k (recipient text, sealed text);
    PERFORM pg_notify('vigie', '');
    RETURN id;
END
$$;
REVOKE ALL ON FUNCTION vigie.set_account(text, text, boolean, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.set_account(text, text, boolean, json) TO vigie_operator;
COMMENT ON FUNCTION vigie.set_account(text, text, boolean, json) IS
    'Makes an account or gives it another admin key: sealed copies, one a recipient. It is due at once.';

CREATE FUNCTION vigie.remove_account(account_name text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    id uuid;
BEGIN
    PERFORM vigie.require_admin();
    SELECT a.account_id INTO id FROM vigie.account a WHERE a.name = account_name FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no account of that name' USING ERRCODE = 'no_data_found';
    END IF;
    UPDATE vigie.figure f SET cost_source = '', cost_shared = 0, cost_account = NULL WHERE f.cost_account = id;
    DELETE FROM vigie.account a WHERE a.account_id = id;
    PERFORM pg_notify('vigie', '');
END
$$;
REVOKE ALL ON FUNCTION vigie.remove_account(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.remove_account(text) TO vigie_operator;
COMMENT ON FUNCTION vigie.remove_account(text) IS
    'Forgets an account, its key and what it told; the figures in the connexions'' rows stay and have no source any more.';

-- After a failure an account rests: a minute (or the period, if that is shorter), twice as long each time, up to an hour,
-- and as long as OpenAI asked for.
CREATE FUNCTION vigie.lease_accounts(holder text, own_key bytea, period_s integer, seconds integer)
    RETURNS TABLE (account vigie.account, sealed bytea)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.require_admin();
    PERFORM vigie.check_lease(holder, seconds);
    RETURN QUERY
    WITH due AS MATERIALIZED (
        SELECT a.account_id AS id, k.sealed
        FROM vigie.account a JOIN vigie.sealed_key k ON k.account_id = a.account_id AND k.recipient = own_key
        WHERE (a.lease_until IS NULL OR a.lease_until <= now())
          AND (a.costs_at IS NULL OR a.costs_at <= now() - make_interval(secs => greatest(period_s, 1)))
          AND (a.failures = 0 OR a.failed_at <= now() - make_interval(secs => greatest(
                   least(greatest(period_s, 1), 60) * 2 ^ least(a.failures - 1, 6),
                   least(coalesce((a.evidence).retry_after_s, 0), 3600))))
        ORDER BY a.costs_at NULLS FIRST, a.name LIMIT 100
        FOR UPDATE OF a SKIP LOCKED
    ), taken AS (
        UPDATE vigie.account a SET lease_owner = holder, lease_until = now() + make_interval(secs => seconds)
        FROM due WHERE a.account_id = due.id
        RETURNING a, due.sealed
    )
    SELECT t.a, t.sealed FROM taken t;
END
$$;
REVOKE ALL ON FUNCTION vigie.lease_accounts(text, bytea, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.lease_accounts(text, bytea, integer, integer) TO vigie_operator;
COMMENT ON FUNCTION vigie.lease_accounts(text, bytea, integer, integer) IS
    'Leases the accounts that are due and whose key is sealed to the caller''s program.';

CREATE FUNCTION vigie.account_failed(holder text, account uuid, outcome json) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.require_admin();
    UPDATE vigie.account a SET
        verdict = r.verdict, evidence = r.evidence, failures = least(a.failures + 1, 1000), failed_at = now(),
        by_key_refused_at = coalesce(least(to_timestamp(nullif(r.by_key_refused_at, 0)), now()), a.by_key_refused_at),
        lease_owner = NULL, lease_until = NULL
    FROM json_to_record(outcome) AS r (verdict text, evidence vigie.answer, by_key_refused_at bigint)
    WHERE a.account_id = account AND coalesce(a.lease_owner, holder) = holder;
    RETURN FOUND;
END
$$;
REVOKE ALL ON FUNCTION vigie.account_failed(text, uuid, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.account_failed(text, uuid, json) TO vigie_operator;
COMMENT ON FUNCTION vigie.account_failed(text, uuid, json) IS
    'What the poll of an account found when it failed; gives the lease back. False: somebody else has it.';

-- Costs --------------------------------------------------------------------------------------------------------------

-- The connexions are locked first, in order: whoever counts (vigie.compter_usage) or records does so before or after.
CREATE FUNCTION vigie.apply_costs(account uuid, told_currency text, at timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    month   date := date_trunc('month', at AT TIME ZONE 'UTC')::date;
    changed boolean;
    more    boolean;
BEGIN
    PERFORM FROM public.openai_connexion c
    WHERE c.openai_project_id IN (SELECT d.project FROM vigie.cost_day d WHERE d.account_id = account AND d.project <> '')
    ORDER BY c.openai_connexion_id FOR NO KEY UPDATE;

    WITH sums AS MATERIALIZED (
        SELECT d.project, coalesce(trim_scale(sum(d.amount) FILTER (
                   WHERE d.currency = told_currency AND d.day >= month AND d.day < month + interval '1 month')), 0) AS cost
        FROM vigie.cost_day d WHERE d.account_id = account AND d.project <> '' GROUP BY d.project
    ), named AS MATERIALIZED (
        SELECT c.openai_connexion_id AS id, s.cost, count(*) OVER (PARTITION BY s.project) AS shared
        FROM public.openai_connexion c JOIN sums s ON s.project = c.openai_project_id
    ), written AS (
        UPDATE public.openai_connexion c SET openai_cout_actuel_mois = n.cost
        FROM named n WHERE c.openai_connexion_id = n.id AND c.openai_cout_actuel_mois IS DISTINCT FROM n.cost
        RETURNING 1
    ), sourced AS (
        INSERT INTO vigie.figure AS f (connexion_id, cost_source, cost_at, cost_month, cost_currency, cost_shared, cost_account)
        SELECT n.id, 'openai', at, month, told_currency, n.shared, account FROM named n ORDER BY n.id
        ON CONFLICT (connexion_id) DO UPDATE SET
            cost_source = excluded.cost_source, cost_at = excluded.cost_at, cost_month = excluded.cost_month,
            cost_currency = excluded.cost_currency, cost_shared = excluded.cost_shared, cost_account = excluded.cost_account
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM written) INTO changed FROM (SELECT count(*) FROM sourced) s;

    -- A connexion that names another project now.
    UPDATE vigie.figure f SET cost_source = '', cost_shared = 0, cost_account = NULL
    WHERE f.cost_account = account AND NOT EXISTS (
        SELECT FROM public.openai_connexion c JOIN vigie.cost_day d ON d.project = c.openai_project_id
        WHERE c.openai_connexion_id = f.connexion_id AND d.account_id = account AND d.project <> '');
    more := FOUND;
    RETURN changed OR more;
EXCEPTION WHEN integrity_constraint_violation THEN
    -- The server's own words would show the whole row, the key too, to its log and to the caller.
    RAISE EXCEPTION '%', SQLERRM USING ERRCODE = SQLSTATE;
END
$$;
REVOKE ALL ON FUNCTION vigie.apply_costs(uuid, text, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.apply_costs(uuid, text, timestamptz) IS
    'Brings the rows of the connexions into line with what an account told: the UTC month of an instant, one currency. '
    'True: something changed. Part of vigie.replace_costs.';

CREATE FUNCTION vigie.replace_costs(holder text, account uuid, first_day date, last_day date, told_currency text, costs json,
                                    outcome json) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.require_admin();
    IF first_day IS NULL OR last_day IS NULL OR last_day < first_day OR last_day - first_day > 366 THEN
        RAISE EXCEPTION 'costs are replaced from a first to a last day, at most a year' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    UPDATE vigie.account a SET
        verdict = r.verdict, evidence = r.evidence, failures = 0, failed_at = NULL, costs_at = now(),
        by_key_refused_at = coalesce(least(to_timestamp(nullif(r.by_key_refused_at, 0)), now()), a.by_key_refused_at),
        lease_owner = NULL, lease_until = NULL
    FROM json_to_record(outcome) AS r (verdict text, evidence vigie.answer, by_key_refused_at bigint)
    WHERE a.account_id = account AND a.lease_owner = holder;
    IF NOT FOUND THEN
        RETURN false;
    END IF;

    -- Added up exactly, then rounded: a value such as 0E-6176 must not lend its scale to every sum.
    WITH told AS MATERIALIZED (
        SELECT coalesce(r.project, '') AS project, coalesce(r.key, '') AS key, r.day, r.currency,
               trim_scale(round(sum(r.amount::numeric), 12)) AS amount
        FROM json_to_recordset(costs) AS r (day date, project text, key text, currency text, amount text)
        WHERE r.day BETWEEN first_day AND last_day
        GROUP BY 1, 2, 3, 4
    ), gone AS (
        DELETE FROM vigie.cost_day d
        WHERE d.account_id = account AND d.day BETWEEN first_day AND last_day
          AND NOT EXISTS (SELECT FROM told t WHERE t.project = d.project AND t.key = d.key AND t.day = d.day
                                               AND t.currency = d.currency)
    )
    INSERT INTO vigie.cost_day AS d (account_id, project, key, day, currency, amount)
    SELECT account, t.project, t.key, t.day, t.currency, t.amount FROM told t
    ON CONFLICT (account_id, project, key, day, currency) DO UPDATE SET amount = excluded.amount
    WHERE d.amount IS DISTINCT FROM excluded.amount;

    IF vigie.apply_costs(account, told_currency, now()) THEN
        PERFORM pg_notify('vigie', '');
    END IF;
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION vigie.replace_costs(text, uuid, date, date, text, json, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.replace_costs(text, uuid, date, date, text, json, json) TO vigie_operator;
COMMENT ON FUNCTION vigie.replace_costs(text, uuid, date, date, text, json, json) IS
    'Replaces what is known of an account''s costs in these days and sets the month''s cost of every connexion of its '
    'projects; gives the lease back. False, and nothing done: the lease is lost.';

-- Use ----------------------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.apply_usage(account uuid, at timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    today    date := (at AT TIME ZONE 'UTC')::date;
    midnight timestamptz := (today + 1)::timestamp AT TIME ZONE 'UTC';
    changed  boolean;
BEGIN
    PERFORM FROM public.openai_connexion c
    WHERE c.openai_project_id IN (SELECT d.project FROM vigie.cost_day d WHERE d.account_id = account AND d.project <> ''
                                  UNION SELECT u.project FROM vigie.usage_day u WHERE u.account_id = account AND u.project <> '')
    ORDER BY c.openai_connexion_id FOR NO KEY UPDATE;

    WITH known AS (
        SELECT d.project FROM vigie.cost_day d WHERE d.account_id = account AND d.project <> ''
        UNION SELECT u.project FROM vigie.usage_day u WHERE u.account_id = account AND u.project <> ''
    ), named AS MATERIALIZED (
        SELECT c.openai_connexion_id AS id, coalesce(u.requests, 0) AS requests
        FROM public.openai_connexion c JOIN known k ON k.project = c.openai_project_id
        LEFT JOIN vigie.usage_day u ON u.account_id = account AND u.project = k.project AND u.day = today
        WHERE NOT EXISTS (SELECT FROM vigie.figure f WHERE f.connexion_id = c.openai_connexion_id
                                                       AND f.use_source = 'applications' AND f.use_day = today)
    ), written AS (
        UPDATE public.openai_connexion c SET
            openai_usage_quotidien = least(n.requests, 2147483647)::integer, openai_reset_quota_at = midnight
        FROM named n
        WHERE c.openai_connexion_id = n.id
          AND (c.openai_usage_quotidien, c.openai_reset_quota_at)
              IS DISTINCT FROM (least(n.requests, 2147483647)::integer, midnight)
        RETURNING 1
    ), sourced AS (
        INSERT INTO vigie.figure AS f (connexion_id, use_source, use_at, use_day, use_clamped)
        SELECT n.id, 'openai', at, today, n.requests > 2147483647 FROM named n ORDER BY n.id
        ON CONFLICT (connexion_id) DO UPDATE SET
            use_source = excluded.use_source, use_at = excluded.use_at, use_day = excluded.use_day,
            use_clamped = excluded.use_clamped
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM written) INTO changed FROM (SELECT count(*) FROM sourced) s;
    RETURN changed;
EXCEPTION WHEN integrity_constraint_violation THEN
    -- The server's own words would show the whole row, the key too, to its log and to the caller.
    RAISE EXCEPTION '%', SQLERRM USING ERRCODE = SQLSTATE;
END
$$;
REVOKE ALL ON FUNCTION vigie.apply_usage(uuid, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION vigie.apply_usage(uuid, timestamptz) IS
    'The same for the requests of the UTC day; where the applications counted on that day their count stays. Part of '
    'vigie.replace_usage.';

CREATE FUNCTION vigie.replace_usage(holder text, account uuid, told_day date, usage json) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.require_admin();
    UPDATE vigie.account a SET usage_at = now(), lease_owner = NULL, lease_until = NULL
    WHERE a.account_id = account AND coalesce(a.lease_owner, holder) = holder;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    WITH told AS MATERIALIZED (
        SELECT coalesce(r.project, '') AS project, sum(r.amount::numeric) AS requests
        FROM json_to_recordset(usage) AS r (project text, amount text) GROUP BY 1
    ), gone AS (
        DELETE FROM vigie.usage_day u
        WHERE u.account_id = account AND u.day = told_day AND NOT EXISTS (SELECT FROM told t WHERE t.project = u.project)
    )
    INSERT INTO vigie.usage_day AS u (account_id, project, day, requests)
    SELECT account, t.project, told_day, t.requests FROM told t
    ON CONFLICT (account_id, project, day) DO UPDATE SET requests = excluded.requests
    WHERE u.requests <> excluded.requests;

    -- What was told of yesterday is history: the counter in the row is today's.
    IF told_day = (now() AT TIME ZONE 'UTC')::date AND vigie.apply_usage(account, now()) THEN
        PERFORM pg_notify('vigie', '');
    END IF;
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION vigie.replace_usage(text, uuid, date, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.replace_usage(text, uuid, date, json) TO vigie_operator;
COMMENT ON FUNCTION vigie.replace_usage(text, uuid, date, json) IS
    'Replaces the requests of a UTC day per project and sets the day''s use of every connexion of the account''s projects '
    'where the applications did not count today; gives the lease back. False, and nothing done: somebody else has it.';
