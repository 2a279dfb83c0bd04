-- Channels: where alerts go besides the screens. What was raised is laid out once for each channel that wants it, and any program
-- that may open the channel takes it under a lease, delivers it and says what the other side answered. A program that dies in
-- between leaves the same delivery, of the same name, to the next one: at least once, told apart by that name.
--
-- The address of a webhook and the secret that signs are here only sealed to the programs of those who see the channel: neither
-- the server nor its log sees them. A member's channel belongs to the own organisation and carries that one's alerts alone.

CREATE DOMAIN vigie.channel_kind AS text CHECK (VALUE IN ('webhook', 'mail'));
COMMENT ON DOMAIN vigie.channel_kind IS 'How a channel delivers: a closed list, the same as in the program.';

CREATE TABLE vigie.channel (
    channel_id      uuid               PRIMARY KEY DEFAULT gen_random_uuid(),
    name            text               NOT NULL CHECK (length(name) BETWEEN 1 AND 63),
    kind            vigie.channel_kind NOT NULL,
    organisation_id uuid,
    target          text               NOT NULL CHECK (length(target) BETWEEN 1 AND 253),
    gravity         smallint           NOT NULL DEFAULT 0 CHECK (gravity BETWEEN 0 AND 2),
    kinds           text[],
    by_admin        boolean            NOT NULL,
    made_by         text               NOT NULL CHECK (length(made_by) < 96),
    made_at         timestamptz        NOT NULL DEFAULT now(),
    failures        integer            NOT NULL DEFAULT 0 CHECK (failures >= 0),
    rest_until      timestamptz,
    answered_at     timestamptz,
    answer          text               NOT NULL DEFAULT '' CHECK (length(answer) <= 200)
);
CREATE UNIQUE INDEX idx_channel_name ON vigie.channel (coalesce(organisation_id, '00000000-0000-0000-0000-000000000000'), name);
COMMENT ON TABLE vigie.channel IS 'Where alerts are delivered. Written by the functions of this file alone.';
COMMENT ON COLUMN vigie.channel.organisation_id IS 'Whose alerts it carries; NULL: all of the platform''s, for administrators.';
COMMENT ON COLUMN vigie.channel.target IS 'Host of a webhook, whose address is sealed; address of a mail.';
COMMENT ON COLUMN vigie.channel.gravity IS 'This gravity and graver ones: 0 to know, 1 to look at, 2 at once.';
COMMENT ON COLUMN vigie.channel.kinds IS 'Only alerts of these kinds; NULL: all.';
COMMENT ON COLUMN vigie.channel.failures IS 'Turns in a row in which the other side was not there; it rests until rest_until.';

CREATE TABLE vigie.channel_secret (
    channel_id uuid  REFERENCES vigie.channel (channel_id) ON DELETE CASCADE,
    recipient  bytea REFERENCES vigie.recipient (public_key) ON DELETE CASCADE,
    sealed     bytea NOT NULL CHECK (octet_length(sealed) BETWEEN 49 AND 4096),
    PRIMARY KEY (channel_id, recipient)
);
CREATE INDEX idx_channel_secret_recipient ON vigie.channel_secret (recipient);
COMMENT ON TABLE vigie.channel_secret IS 'Address and signing secret of a webhook, sealed to one program each.';

CREATE TABLE vigie.outbox (
    outbox_id    uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    alert_id     uuid        NOT NULL REFERENCES vigie.alert (alert_id) ON DELETE CASCADE,
    channel_id   uuid        NOT NULL REFERENCES vigie.channel (channel_id) ON DELETE CASCADE,
    queued_at    timestamptz NOT NULL DEFAULT now(),
    attempts     integer     NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at      timestamptz NOT NULL DEFAULT now(),
    lease_owner  text        CHECK (length(lease_owner) BETWEEN 1 AND 159),
    lease_until  timestamptz,
    delivered_at timestamptz,
    given_up_at  timestamptz,
    last_error   text        NOT NULL DEFAULT '' CHECK (length(last_error) <= 200),
    UNIQUE (alert_id, channel_id),
    CHECK ((lease_owner IS NULL) = (lease_until IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX idx_outbox_due ON vigie.outbox (next_at, outbox_id) WHERE delivered_at IS NULL AND given_up_at IS NULL;
CREATE INDEX idx_outbox_channel ON vigie.outbox (channel_id);
CREATE INDEX idx_outbox_done ON vigie.outbox ((coalesce(delivered_at, given_up_at)))
    WHERE delivered_at IS NOT NULL OR given_up_at IS NOT NULL;
COMMENT ON TABLE vigie.outbox IS 'Deliveries: one of each alert to each channel that wanted it when it was raised. The id is the delivery''s name.';

ALTER TABLE vigie.channel ENABLE ROW LEVEL SECURITY;
ALTER TABLE vigie.channel_secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE vigie.outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY administrators_or_own ON vigie.channel FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid())))
           OR organisation_id = (SELECT public.get_user_organisation_id((SELECT auth.uid()))));
CREATE POLICY sight_of_the_channel ON vigie.outbox FOR SELECT
    USING (channel_id IN (SELECT c.channel_id FROM vigie.channel c));
GRANT SELECT ON vigie.channel, vigie.outbox TO vigie_operator;

-- Who sees what -------------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.sees_channels(person uuid, organisation uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN coalesce(public.is_admin_presenca(person), false)
           OR coalesce(organisation = public.get_user_organisation_id(person), false);
END
$$;
REVOKE ALL ON FUNCTION vigie.sees_channels(uuid, uuid) FROM PUBLIC;
COMMENT ON FUNCTION vigie.sees_channels(uuid, uuid) IS 'Whether a person sees the channels of an organisation; NULL: those of the platform.';

CREATE FUNCTION vigie.require_channels(organisation uuid) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT vigie.sees_channels(auth.uid(), organisation) THEN
        RAISE EXCEPTION 'a channel of another organisation, or of all of them, is for administrators of the platform'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;
REVOKE ALL ON FUNCTION vigie.require_channels(uuid) FROM PUBLIC;
COMMENT ON FUNCTION vigie.require_channels(uuid) IS 'Refuses who does not see the channels of an organisation.';

-- By name or id; one of the whole platform comes before those of organisations.
CREATE FUNCTION vigie.find_channel(which text) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
    ids   uuid[];
BEGIN
    ids := ARRAY(SELECT c.channel_id FROM vigie.channel c
                 WHERE (c.name = which OR c.channel_id::text = which) AND (admin OR c.organisation_id = own)
                 ORDER BY c.organisation_id IS NULL DESC, c.channel_id);
    IF ids = '{}' THEN
        RAISE EXCEPTION 'there is no channel of that name' USING ERRCODE = 'no_data_found';
    END IF;
    IF cardinality(ids) > 1 AND EXISTS (SELECT FROM vigie.channel c WHERE c.channel_id = ids[1] AND c.organisation_id IS NOT NULL) THEN
        RAISE EXCEPTION 'several channels have that name: say which by its id' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN ids[1];
END
$$;
REVOKE ALL ON FUNCTION vigie.find_channel(text) FROM PUBLIC;
COMMENT ON FUNCTION vigie.find_channel(text) IS 'A channel in the caller''s sight, by its name or id.';

-- Programs ------------------------------------------------------------------------------------------------------------

-- Admin keys are sealed to administrators'' programs alone, whoever else is registered here.
CREATE FUNCTION vigie.enlist(own_key bytea, whose text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT vigie.caller_is_admin() AND vigie.caller_organisation() IS NULL THEN
        RAISE EXCEPTION 'only a program of somebody with a sight of connexions is registered' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO vigie.recipient (public_key, name, user_id) VALUES (own_key, left(whose, 159), auth.uid())
    ON CONFLICT (public_key) DO NOTHING;
    IF NOT EXISTS (SELECT FROM vigie.recipient r WHERE r.public_key = own_key AND r.user_id = auth.uid()) THEN
        RAISE EXCEPTION 'this public key is registered for somebody else' USING ERRCODE = 'unique_violation';
    END IF;
END
$$;
REVOKE ALL ON FUNCTION vigie.enlist(bytea, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.enlist(bytea, text) TO vigie_operator;
COMMENT ON FUNCTION vigie.enlist(bytea, text) IS 'Registers the public key of a person''s program, to have channels sealed to it.';

CREATE FUNCTION vigie.channel_recipients(organisation uuid) RETURNS SETOF bytea
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    whose uuid := coalesce(organisation, CASE WHEN NOT vigie.caller_is_admin() THEN vigie.caller_organisation() END);
BEGIN
    PERFORM vigie.require_channels(whose);
    RETURN QUERY SELECT r.public_key FROM vigie.recipient r
                 WHERE vigie.sees_channels(r.user_id, whose)
                 ORDER BY r.user_id = auth.uid() DESC, r.added_at DESC, r.public_key LIMIT 256;
END
$$;
REVOKE ALL ON FUNCTION vigie.channel_recipients(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.channel_recipients(uuid) TO vigie_operator;
COMMENT ON FUNCTION vigie.channel_recipients(uuid) IS
    'The public keys that a channel is to be sealed to: programs of those who see it. NULL: of the own organisation, or of all.';

CREATE FUNCTION vigie.channel_copies_missing(own_key bytea)
    RETURNS TABLE (channel_id uuid, name text, sealed bytea, recipient bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT c.channel_id, c.name, k.sealed, r.public_key
    FROM vigie.channel_secret k
    JOIN vigie.recipient mine ON mine.public_key = k.recipient AND mine.user_id = auth.uid()
    JOIN vigie.channel c ON c.channel_id = k.channel_id
    JOIN vigie.recipient r ON vigie.sees_channels(r.user_id, c.organisation_id)
    WHERE k.recipient = own_key AND vigie.sees_channels(auth.uid(), c.organisation_id)
      AND NOT EXISTS (SELECT FROM vigie.channel_secret h WHERE h.channel_id = c.channel_id AND h.recipient = r.public_key)
    ORDER BY c.channel_id, r.added_at DESC LIMIT 256;
END
$$;
REVOKE ALL ON FUNCTION vigie.channel_copies_missing(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.channel_copies_missing(bytea) TO vigie_operator;
COMMENT ON FUNCTION vigie.channel_copies_missing(bytea) IS 'Programs that could open a channel and have no copy, for a program that holds one.';

CREATE FUNCTION vigie.add_channel_copies(own_key bytea, held bytea, channel uuid, copies json) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    present bytea;
    whose   uuid;
    added   integer;
BEGIN
    SELECT k.sealed, c.organisation_id INTO present, whose
    FROM vigie.channel_secret k JOIN vigie.recipient r ON r.public_key = k.recipient
    JOIN vigie.channel c ON c.channel_id = k.channel_id
    WHERE k.channel_id = channel AND k.recipient = own_key AND r.user_id = auth.uid()
      AND vigie.sees_channels(auth.uid(), c.organisation_id)
    FOR SHARE OF k;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only who holds a copy of a channel can seal it for others' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF present IS DISTINCT FROM held THEN
        RETURN 0;
    END IF;
    INSERT INTO vigie.channel_secret (channel_id, recipient, sealed)
    SELECT channel, r.public_key, decode(c.sealed, 'hex')
    FROM json_to_recordset(copies) AS c (recipient text, sealed text)
    JOIN vigie.recipient r ON r.public_key = decode(c.recipient, 'hex')
    WHERE vigie.sees_channels(r.user_id, whose)
    ON CONFLICT (channel_id, recipient) DO NOTHING;
    GET DIAGNOSTICS added = ROW_COUNT;
    IF added > 0 THEN
        PERFORM pg_notify('vigie', '');
    END IF;
    RETURN added;
END
$$;
REVOKE ALL ON FUNCTION vigie.add_channel_copies(bytea, bytea, uuid, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.add_channel_copies(bytea, bytea, uuid, json) TO vigie_operator;
COMMENT ON FUNCTION vigie.add_channel_copies(bytea, bytea, uuid, json) IS
    'Adds sealed copies of a channel for programs that may open it and have none; for a program that holds one. How many were added.';

-- For people ----------------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.set_channel(channel_name text, how text, organisation uuid, shown text, from_gravity integer, only_kinds text[], copies json)
    RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    whose uuid := coalesce(organisation, CASE WHEN NOT admin THEN vigie.caller_organisation() END);
    id    uuid;
BEGIN
    PERFORM vigie.require_channels(whose);
    PERFORM k::vigie.alert_kind FROM unnest(only_kinds) k;
    IF how = 'webhook' AND coalesce(json_array_length(copies), 0) = 0 THEN
        RAISE EXCEPTION 'a webhook needs its address and secret, sealed to somebody' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF (SELECT count(*) FROM vigie.channel c WHERE c.organisation_id IS NOT DISTINCT FROM whose AND c.name <> channel_name) >= 20 THEN
        RAISE EXCEPTION 'there are twenty channels already' USING ERRCODE = 'program_limit_exceeded';
    END IF;
    INSERT INTO vigie.channel (name, kind, organisation_id, target, gravity, kinds, by_admin, made_by)
    VALUES (channel_name, how, whose, shown, from_gravity, nullif(only_kinds, '{}'), admin, vigie.caller_name())
    ON CONFLICT (coalesce(organisation_id, '00000000-0000-0000-0000-000000000000'), name) DO UPDATE SET
        kind = excluded.kind, target = excluded.target, gravity = excluded.gravity, kinds = excluded.kinds, by_admin = excluded.by_admin,
        made_by = excluded.made_by, made_at = now(), failures = 0, rest_until = NULL, answered_at = NULL, answer = ''
    RETURNING channel_id INTO id;
    DELETE FROM vigie.channel_secret k WHERE k.channel_id = id;
    INSERT INTO vigie.channel_secret (channel_id, recipient, sealed)
    SELECT id, r.public_key, decode(k.sealed, 'hex')
    FROM json_to_recordset(copies) AS k (recipient text, sealed text)
    JOIN vigie.recipient r ON r.public_key = decode(k.recipient, 'hex')
    WHERE vigie.sees_channels(r.user_id, whose);
    PERFORM pg_notify('vigie', '');
    RETURN id;
END
$$;
REVOKE ALL ON FUNCTION vigie.set_channel(text, text, uuid, text, integer, text[], json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.set_channel(text, text, uuid, text, integer, text[], json) TO vigie_operator;
COMMENT ON FUNCTION vigie.set_channel(text, text, uuid, text, integer, text[], json) IS
    'Makes a channel or changes the one of that name. NULL: of the own organisation, an administrator''s: of all. What was waiting goes there.';

CREATE FUNCTION vigie.remove_channel(which text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM vigie.channel c WHERE c.channel_id = vigie.find_channel(which);
END
$$;
REVOKE ALL ON FUNCTION vigie.remove_channel(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.remove_channel(text) TO vigie_operator;
COMMENT ON FUNCTION vigie.remove_channel(text) IS 'Forgets a channel and what waits for it.';

CREATE FUNCTION vigie.channels()
    RETURNS TABLE (channel vigie.channel, organisation_nom text, programs bigint, waiting bigint, delivered bigint, given_up bigint,
                   oldest timestamptz, last_error text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
BEGIN
    RETURN QUERY
    SELECT c, left(o.organisation_nom, 95), (SELECT count(*) FROM vigie.channel_secret k WHERE k.channel_id = c.channel_id),
           coalesce(x.waiting, 0), coalesce(x.delivered, 0), coalesce(x.given_up, 0), x.oldest, coalesce(x.last_error, '')
    FROM vigie.channel c
    LEFT JOIN public.organisations o ON o.organisation_id = c.organisation_id
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE b.delivered_at IS NULL AND b.given_up_at IS NULL) AS waiting,
               count(b.delivered_at) AS delivered, count(b.given_up_at) AS given_up,
               min(b.queued_at) FILTER (WHERE b.delivered_at IS NULL AND b.given_up_at IS NULL) AS oldest,
               (array_agg(b.last_error ORDER BY b.next_at DESC) FILTER (WHERE b.last_error <> '' AND b.delivered_at IS NULL))[1] AS last_error
        FROM vigie.outbox b WHERE b.channel_id = c.channel_id) x ON true
    WHERE admin OR c.organisation_id = own
    ORDER BY c.organisation_id IS NULL DESC, o.organisation_nom, c.name;
END
$$;
REVOKE ALL ON FUNCTION vigie.channels() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.channels() TO vigie_operator;
COMMENT ON FUNCTION vigie.channels() IS 'The channels in the caller''s sight and what became of their deliveries.';

CREATE FUNCTION vigie.open_channel(which text, own_key bytea)
    RETURNS TABLE (channel vigie.channel, sealed bytea, name text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT c, k.sealed, o.organisation_nom
    FROM vigie.channel c
    LEFT JOIN vigie.channel_secret k ON k.channel_id = c.channel_id AND k.recipient = own_key
    LEFT JOIN public.organisations o ON o.organisation_id = c.organisation_id
    WHERE c.channel_id = vigie.find_channel(which);
END
$$;
REVOKE ALL ON FUNCTION vigie.open_channel(text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.open_channel(text, bytea) TO vigie_operator;
COMMENT ON FUNCTION vigie.open_channel(text, bytea) IS 'One channel with the copy that is sealed to the caller''s program, for a test.';

-- How long nobody looked at the alerts: a check that says OK while no program watches would be a lie.
CREATE FUNCTION vigie.alerts_age() RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
BEGIN
    IF NOT EXISTS (SELECT FROM public.openai_connexion c WHERE admin OR c.organisation_id = own) THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT CASE WHEN bool_and(t.looked_at IS NOT NULL) THEN least(extract(epoch FROM clock_timestamp() - min(t.looked_at)), 2000000000)
                        ELSE 2000000000 END::integer
            FROM vigie.alert_turn t WHERE (admin OR t.organisation_id = own) AND t.connexions > 0);
END
$$;
REVOKE ALL ON FUNCTION vigie.alerts_age() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.alerts_age() TO vigie_operator;
COMMENT ON FUNCTION vigie.alerts_age() IS 'Seconds since the longest ago that connexions in the caller''s sight were looked at; very many: never; NULL: there are none.';

-- Deliveries ----------------------------------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION vigie.enqueue_alerts(alert_ids uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    INSERT INTO vigie.outbox (alert_id, channel_id, queued_at, next_at)
    SELECT a.alert_id, c.channel_id, clock_timestamp(), clock_timestamp()
    FROM vigie.alert a JOIN vigie.channel c
      ON (c.organisation_id IS NULL OR c.organisation_id = a.organisation_id)
     AND a.gravity >= c.gravity AND (c.kinds IS NULL OR a.kind::text = ANY (c.kinds))
    WHERE a.alert_id = ANY (alert_ids) AND NOT a.recorded
    ORDER BY a.gravity DESC, a.raised_at, a.alert_id
    ON CONFLICT (alert_id, channel_id) DO NOTHING;
    PERFORM pg_notify('vigie_alert', a.kind || ' ' || a.alert_id) FROM vigie.alert a WHERE a.alert_id = ANY (alert_ids) AND NOT a.recorded;
END
$$;
COMMENT ON FUNCTION vigie.enqueue_alerts(uuid[]) IS
    'Lays alerts that were raised out for each channel that wants them, and tells who listens to vigie_alert their kind and id.';

-- own_key NULL: no webhook; a program that cannot send mail takes none.
CREATE FUNCTION vigie.lease_outbox(holder text, own_key bytea, with_mail boolean, most integer, seconds integer)
    RETURNS TABLE (outbox_id uuid, attempts integer, channel vigie.channel, sealed bytea, alert vigie.alert, organisation_nom text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
BEGIN
    PERFORM vigie.check_lease(holder, seconds);
    IF own_key IS NOT NULL AND EXISTS (SELECT FROM vigie.channel c WHERE c.kind = 'webhook' AND (admin OR c.organisation_id = own))
       AND NOT EXISTS (SELECT FROM vigie.recipient r WHERE r.public_key = own_key) THEN
        PERFORM vigie.enlist(own_key, holder);
        PERFORM pg_notify('vigie', '');
    END IF;
    RETURN QUERY
    WITH due AS MATERIALIZED (
        SELECT b.outbox_id AS id, k.sealed
        FROM vigie.outbox b
        JOIN vigie.channel c ON c.channel_id = b.channel_id
        LEFT JOIN vigie.channel_secret k ON k.channel_id = c.channel_id AND k.recipient = own_key
        WHERE b.delivered_at IS NULL AND b.given_up_at IS NULL AND b.next_at <= clock_timestamp()
          AND (b.lease_until IS NULL OR b.lease_until <= clock_timestamp())
          AND (c.rest_until IS NULL OR c.rest_until <= clock_timestamp())
          AND (admin OR c.organisation_id = own)
          AND CASE c.kind WHEN 'mail' THEN with_mail ELSE k.sealed IS NOT NULL END
        ORDER BY b.next_at, b.outbox_id LIMIT least(greatest(most, 0), 1000)
        FOR UPDATE OF b SKIP LOCKED
    ), taken AS (
        UPDATE vigie.outbox b SET lease_owner = holder, lease_until = clock_timestamp() + make_interval(secs => seconds)
        FROM due WHERE b.outbox_id = due.id
        RETURNING b.outbox_id, b.attempts, b.channel_id, b.alert_id, due.sealed
    )
    SELECT t.outbox_id, t.attempts, c, t.sealed, a, left(o.organisation_nom, 95)
    FROM taken t
    JOIN vigie.channel c ON c.channel_id = t.channel_id
    JOIN vigie.alert a ON a.alert_id = t.alert_id
    LEFT JOIN public.organisations o ON o.organisation_id = a.organisation_id
    ORDER BY c.channel_id, a.gravity DESC, a.raised_at, t.outbox_id;
END
$$;
REVOKE ALL ON FUNCTION vigie.lease_outbox(text, bytea, boolean, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.lease_outbox(text, bytea, boolean, integer, integer) TO vigie_operator;
COMMENT ON FUNCTION vigie.lease_outbox(text, bytea, boolean, integer, integer) IS
    'Leases deliveries that are due to a program that can make them: those of channels in the caller''s sight that are sealed to it.';

CREATE FUNCTION vigie.outbox_due(own_key bytea, with_mail boolean) RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
BEGIN
    RETURN (SELECT CASE WHEN count(*) > 0
                        THEN least(greatest(ceil(extract(epoch FROM min(greatest(b.next_at, b.lease_until, c.rest_until)) - clock_timestamp())), 0),
                                   86400) END::integer
            FROM vigie.outbox b JOIN vigie.channel c ON c.channel_id = b.channel_id
            LEFT JOIN vigie.channel_secret k ON k.channel_id = c.channel_id AND k.recipient = own_key
            WHERE b.delivered_at IS NULL AND b.given_up_at IS NULL AND (admin OR c.organisation_id = own)
              AND CASE c.kind WHEN 'mail' THEN with_mail ELSE k.sealed IS NOT NULL END);
END
$$;
REVOKE ALL ON FUNCTION vigie.outbox_due(bytea, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.outbox_due(bytea, boolean) TO vigie_operator;
COMMENT ON FUNCTION vigie.outbox_due(bytea, boolean) IS 'Seconds until the next delivery that the caller''s program can make; NULL: there is none.';

-- A delivery that failed rests five seconds, twice as long each time, up to an hour, and as long as the other side asked for; at
-- the sixteenth it is given up. Where the other side was not there at all its channel rests too, so that one of many tries.
CREATE FUNCTION vigie.delivered(holder text, outcomes json) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    admin  boolean := vigie.caller_is_admin();
    own    uuid := vigie.caller_organisation();
    at     timestamptz := clock_timestamp();
    hopeless integer;
BEGIN
    PERFORM FROM vigie.channel c
    WHERE c.channel_id IN (SELECT b.channel_id FROM json_to_recordset(outcomes) AS r (id uuid) JOIN vigie.outbox b ON b.outbox_id = r.id)
    ORDER BY c.channel_id FOR NO KEY UPDATE;
    WITH r AS MATERIALIZED (
        SELECT r.* FROM json_to_recordset(outcomes) AS r (id uuid, ok boolean, absent boolean, answer text, rest_s integer)
    ), held AS MATERIALIZED (
        SELECT b.outbox_id AS id FROM r JOIN vigie.outbox b ON b.outbox_id = r.id JOIN vigie.channel c ON c.channel_id = b.channel_id
        WHERE b.delivered_at IS NULL AND (r.ok OR b.lease_owner = holder AND b.given_up_at IS NULL) AND (admin OR c.organisation_id = own)
        ORDER BY b.outbox_id FOR NO KEY UPDATE OF b
    ), told AS (
        UPDATE vigie.outbox b SET
            attempts = least(b.attempts + 1, 1000), lease_owner = NULL, lease_until = NULL,
            delivered_at = CASE WHEN r.ok THEN at END,
            given_up_at = CASE WHEN NOT r.ok AND b.attempts + 1 >= 16 THEN at END,
            next_at = CASE WHEN r.ok THEN b.next_at
                           ELSE at + make_interval(secs => greatest(least(5 * 2 ^ least(b.attempts, 12), 3600), least(coalesce(r.rest_s, 0), 3600)))
                      END,
            last_error = CASE WHEN r.ok THEN '' ELSE left(coalesce(r.answer, ''), 200) END
        FROM r JOIN held ON held.id = r.id
        WHERE b.outbox_id = r.id
        RETURNING b.channel_id, b.given_up_at, r.ok, r.absent, r.answer, r.rest_s
    ), of_channel AS (
        UPDATE vigie.channel c SET
            failures = CASE WHEN s.ok THEN 0 WHEN s.absent AND coalesce(c.rest_until <= at, true) THEN least(c.failures + 1, 1000) ELSE c.failures END,
            rest_until = CASE WHEN s.ok THEN NULL
                              WHEN s.absent AND coalesce(c.rest_until <= at, true)
                              THEN at + make_interval(secs => greatest(least(2 * 2 ^ least(c.failures, 12), 600), least(coalesce(s.rest_s, 0), 3600)))
                              ELSE c.rest_until END,
            answered_at = at, answer = left(coalesce(s.answer, ''), 200)
        FROM (SELECT t.channel_id, bool_or(t.ok) AS ok, coalesce(bool_or(t.absent), false) AS absent, max(t.rest_s) AS rest_s,
                     (array_agg(t.answer ORDER BY t.ok DESC))[1] AS answer
              FROM told t GROUP BY t.channel_id) s
        WHERE c.channel_id = s.channel_id
    )
    SELECT count(t.given_up_at) INTO hopeless FROM told t;
    DELETE FROM vigie.outbox b WHERE b.ctid = ANY (ARRAY(
        SELECT x.ctid FROM vigie.outbox x WHERE coalesce(x.delivered_at, x.given_up_at) < at - interval '30 days'
          AND (x.delivered_at IS NOT NULL OR x.given_up_at IS NOT NULL) LIMIT 1000 FOR UPDATE SKIP LOCKED));
    RETURN hopeless;
END
$$;
REVOKE ALL ON FUNCTION vigie.delivered(text, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.delivered(text, json) TO vigie_operator;
COMMENT ON FUNCTION vigie.delivered(text, json) IS
    'Writes what became of deliveries and gives their leases back, a batch in one statement each; how many were given up.';

CREATE FUNCTION vigie.release_outbox(holder text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    admin    boolean := vigie.caller_is_admin();
    own      uuid := vigie.caller_organisation();
    released integer;
BEGIN
    UPDATE vigie.outbox b SET lease_owner = NULL, lease_until = NULL
    FROM vigie.channel c WHERE c.channel_id = b.channel_id AND b.lease_owner = holder AND (admin OR c.organisation_id = own);
    GET DIAGNOSTICS released = ROW_COUNT;
    RETURN released;
END
$$;
REVOKE ALL ON FUNCTION vigie.release_outbox(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.release_outbox(text) TO vigie_operator;
COMMENT ON FUNCTION vigie.release_outbox(text) IS 'Gives the deliveries that a program holds back, unmade or unknown.';
