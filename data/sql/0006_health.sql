-- Health: what probes found of each connexion and of each host, and the leases by which several programs share the work.
--
-- Operators read these tables under row level security and write them through the functions below alone. Those run with
-- the owner's rights, so each applies the two policies' conditions itself: admin, or the caller's own organisation.
-- plan_cache_mode makes the condition fold away, so that a member's call uses the index of organisations. Who locks several
-- rows does so in the order of their identifiers, or skips what is locked: nobody waits for each other in a circle.

-- The words of a verdict, the same as in the program's list.
CREATE DOMAIN vigie.verdict AS text NOT NULL DEFAULT 'never' CHECK (VALUE IN (
    'never', 'valid', 'limited', 'revoked', 'closed', 'no-credit', 'spend-limit', 'rate-limited', 'settings', 'region',
    'trouble', 'network', 'tls'));
COMMENT ON DOMAIN vigie.verdict IS 'What a probe can find: a closed list.';

-- What a verdict stands on. Times are milliseconds from the start of the request; -1: that point was not reached.
CREATE TYPE vigie.answer AS (
    http          integer,
    curl          integer,
    code          text,
    request_id    text,
    message       text,
    host          text,
    dns_ms        integer,
    connect_ms    integer,
    tls_ms        integer,
    first_ms      integer,
    total_ms      integer,
    retry_after_s integer
);
CREATE DOMAIN vigie.evidence AS vigie.answer CHECK (
    VALUE IS NULL
    OR length((VALUE).code) < 64 AND length((VALUE).request_id) < 80 AND length((VALUE).message) < 240
       AND length((VALUE).host) < 160 AND (VALUE).http BETWEEN 0 AND 999 AND (VALUE).curl BETWEEN 0 AND 999);
COMMENT ON DOMAIN vigie.evidence IS 'The answer behind a verdict: bounded, scrubbed, without anything like a key.';

-- One row a connexion. A lease writes lease_owner and lease_until alone, which no index holds, into the room that the
-- fillfactor leaves on the page; a result also moves next_at, which must be found.
CREATE TABLE vigie.probe (
    connexion_id uuid           PRIMARY KEY REFERENCES public.openai_connexion (openai_connexion_id) ON DELETE CASCADE,
    verdict      vigie.verdict,
    since        timestamptz,
    candidate    vigie.verdict,
    failures     integer        NOT NULL DEFAULT 0 CHECK (failures BETWEEN 0 AND 1000000),
    calm         integer        NOT NULL DEFAULT 0 CHECK (calm >= 0),
    checked_at   timestamptz,
    next_at      timestamptz    NOT NULL DEFAULT now(),
    evidence     vigie.evidence,
    latencies    integer[]      NOT NULL DEFAULT '{}' CHECK (cardinality(latencies) <= 30),
    models       text           NOT NULL DEFAULT '' CHECK (length(models) < 400),
    lease_owner  text           CHECK (length(lease_owner) BETWEEN 1 AND 159),
    lease_until  timestamptz,
    CHECK ((lease_owner IS NULL) = (lease_until IS NULL))
) WITH (fillfactor = 60);
CREATE INDEX idx_probe_next_at ON vigie.probe (next_at);
ALTER TABLE vigie.probe ENABLE ROW LEVEL SECURITY;
CREATE POLICY sight_of_the_connexion ON vigie.probe FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid())))
           OR connexion_id = (SELECT c.openai_connexion_id FROM public.openai_connexion c
                              WHERE c.openai_connexion_id = connexion_id));
GRANT SELECT ON vigie.probe TO vigie_operator;
COMMENT ON TABLE vigie.probe IS 'The health of each connexion, when it is probed next, and who holds it meanwhile.';
COMMENT ON COLUMN vigie.probe.verdict IS 'Confirmed, since the instant in since.';
COMMENT ON COLUMN vigie.probe.candidate IS 'Seen failures times in a row and not confirmed yet; never: none.';
COMMENT ON COLUMN vigie.probe.calm IS 'Good answers in a row.';
COMMENT ON COLUMN vigie.probe.next_at IS 'When it is due; infinity while the connexion is switched off.';
COMMENT ON COLUMN vigie.probe.latencies IS 'Milliseconds of the last answers, the oldest first.';
COMMENT ON COLUMN vigie.probe.models IS 'Allowed models that are missing or end, in words.';
COMMENT ON COLUMN vigie.probe.lease_owner IS 'Who probes it, until lease_until.';

-- What an administrator's program says of a host is for everybody to read; what a member's says, for the own organisation.
CREATE TABLE vigie.host (
    host            text           NOT NULL CHECK (length(host) BETWEEN 1 AND 159),
    organisation_id uuid           REFERENCES public.organisations (organisation_id) ON DELETE CASCADE,
    verdict         vigie.verdict,
    since           timestamptz,
    failing         integer        NOT NULL DEFAULT 0 CHECK (failing >= 0),
    evidence        vigie.evidence,
    recorded_at     timestamptz    NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX idx_host ON vigie.host (host, coalesce(organisation_id, '00000000-0000-0000-0000-000000000000'));
ALTER TABLE vigie.host ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody_or_own ON vigie.host FOR SELECT
    USING (organisation_id IS NULL AND (SELECT auth.uid()) IS NOT NULL
           OR (SELECT public.is_admin_presenca((SELECT auth.uid())))
           OR organisation_id = (SELECT public.get_user_organisation_id((SELECT auth.uid()))));
GRANT SELECT ON vigie.host TO vigie_operator;
COMMENT ON TABLE vigie.host IS 'A failure that all connexions of a host share, said once.';
COMMENT ON COLUMN vigie.host.organisation_id IS 'Whose program said it; NULL: an administrator''s.';

CREATE FUNCTION vigie.check_lease(holder text, seconds integer) RETURNS void
    LANGUAGE plpgsql IMMUTABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF coalesce(length(holder), 0) NOT BETWEEN 1 AND 159 THEN
        RAISE EXCEPTION 'a lease needs the name of its owner, at most 159 characters'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF seconds IS NULL OR seconds NOT BETWEEN 1 AND 3600 THEN
        RAISE EXCEPTION 'a lease lasts from 1 to 3600 seconds' USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$$;
REVOKE ALL ON FUNCTION vigie.check_lease(text, integer) FROM PUBLIC;
COMMENT ON FUNCTION vigie.check_lease(text, integer) IS 'Refuses a lease without an owner or of a wrong length.';

-- New connexions get a row; those switched off since are parked and those switched on again are due.
CREATE FUNCTION vigie.enrol() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    admin  boolean := coalesce(public.is_admin_presenca(auth.uid()), false);
    own    uuid := public.get_user_organisation_id(auth.uid());
    made   integer;
    roused integer;
BEGIN
    INSERT INTO vigie.probe (connexion_id)
    SELECT c.openai_connexion_id FROM public.openai_connexion c
    WHERE c.openai_actif AND (admin OR c.organisation_id = own)
      AND NOT EXISTS (SELECT FROM vigie.probe p WHERE p.connexion_id = c.openai_connexion_id)
    ORDER BY 1 LIMIT 50000
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS made = ROW_COUNT;

    WITH switched AS MATERIALIZED (
        SELECT p.connexion_id AS id, c.openai_actif AS active
        FROM vigie.probe p JOIN public.openai_connexion c ON c.openai_connexion_id = p.connexion_id
        WHERE (admin OR c.organisation_id = own) AND (p.next_at = 'infinity') = c.openai_actif
        ORDER BY p.connexion_id LIMIT 50000 FOR UPDATE OF p
    )
    UPDATE vigie.probe p SET next_at = CASE WHEN s.active THEN now() ELSE 'infinity' END
    FROM switched s WHERE p.connexion_id = s.id;
    GET DIAGNOSTICS roused = ROW_COUNT;
    RETURN made + roused;
END
$$;
REVOKE ALL ON FUNCTION vigie.enrol() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.enrol() TO vigie_operator;
COMMENT ON FUNCTION vigie.enrol() IS
    'Gives active connexions in the caller''s sight a row of health; returns how many rows were made or changed. At most '
    'fifty thousand of each a call, about a second''s work: the next call goes on.';

CREATE FUNCTION vigie.lease(holder text, most integer, seconds integer)
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
           c.openai_statut_connexion, c.openai_modeles_autorises::text
    FROM taken t JOIN public.openai_connexion c ON c.openai_connexion_id = (t.p).connexion_id;
END
$$;
REVOKE ALL ON FUNCTION vigie.lease(text, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.lease(text, integer, integer) TO vigie_operator;
COMMENT ON FUNCTION vigie.lease(text, integer, integer) IS
    'Leases due connexions to a program and hands out their keys. This and vigie.take are the narrow way by which an '
    'operator''s program gets a key to use, never to show: only for rows in the caller''s own sight, here only active and '
    'due ones, and only under a lease, which others see. Rows leased to others are skipped until the lease ends.';

CREATE FUNCTION vigie.take(holder text, ids uuid[], seconds integer)
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
           c.openai_statut_connexion, c.openai_modeles_autorises::text
    FROM taken t JOIN public.openai_connexion c ON c.openai_connexion_id = (t.p).connexion_id;
END
$$;
REVOKE ALL ON FUNCTION vigie.take(text, uuid[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.take(text, uuid[], integer) TO vigie_operator;
COMMENT ON FUNCTION vigie.take(text, uuid[], integer) IS
    'Leases these connexions now, due or not, active or not, for a test that a person asked for. As vigie.lease it hands '
    'out keys only for rows in the caller''s own sight that nobody else holds.';

CREATE FUNCTION vigie.next_due(holder text) RETURNS timestamptz
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    admin boolean := coalesce(public.is_admin_presenca(auth.uid()), false);
    own   uuid := public.get_user_organisation_id(auth.uid());
    soonest timestamptz;
BEGIN
    SELECT min(d.at) INTO soonest FROM (
        (SELECT p.next_at AS at
         FROM vigie.probe p JOIN public.openai_connexion c ON c.openai_connexion_id = p.connexion_id
         WHERE p.next_at > now() AND c.openai_actif AND (admin OR c.organisation_id = own)
         ORDER BY p.next_at LIMIT 1)
        UNION ALL
        (SELECT greatest(p.next_at, p.lease_until)
         FROM vigie.probe p JOIN public.openai_connexion c ON c.openai_connexion_id = p.connexion_id
         WHERE p.next_at <= now() AND p.lease_owner IS DISTINCT FROM holder
           AND c.openai_actif AND (admin OR c.organisation_id = own)
         ORDER BY p.next_at LIMIT 1000)
    ) d;
    RETURN soonest;
END
$$;
REVOKE ALL ON FUNCTION vigie.next_due(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.next_due(text) TO vigie_operator;
COMMENT ON FUNCTION vigie.next_due(text) IS
    'When the next connexion in the caller''s sight is due, or the lease of another program on a due one ends.';

-- Set-based: a batch is one UPDATE of each table. The program's clock may be wrong: what it calls past is not after the
-- server's now, and the next probe is due so many seconds from there (NULL: when it was).
CREATE FUNCTION vigie.record(holder text, results json) RETURNS integer
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
        SELECT c.openai_connexion_id AS id, p.verdict AS before
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
                  coalesce(r.shared, false) AS shared
    ), written AS (
        UPDATE public.openai_connexion c SET
            openai_derniere_synchro = CASE WHEN d.shared THEN c.openai_derniere_synchro ELSE d.checked_at END,
            openai_derniere_erreur = CASE WHEN d.shared THEN c.openai_derniere_erreur ELSE d.error END,
            openai_statut_connexion = CASE WHEN c.openai_statut_connexion = 'inactive' THEN 'inactive'
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
REVOKE ALL ON FUNCTION vigie.record(text, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.record(text, json) TO vigie_operator;
COMMENT ON FUNCTION vigie.record(text, json) IS
    'Writes what a program''s probes found and gives its leases back; returns how many rows it still held. A shared '
    'failure leaves the connexion''s row alone, and nothing here takes it out of inactive, which people write.';

CREATE FUNCTION vigie.release(holder text) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    admin    boolean := coalesce(public.is_admin_presenca(auth.uid()), false);
    own      uuid := public.get_user_organisation_id(auth.uid());
    released integer;
BEGIN
    WITH held AS MATERIALIZED (
        SELECT p.connexion_id AS id
        FROM vigie.probe p JOIN public.openai_connexion c ON c.openai_connexion_id = p.connexion_id
        WHERE p.lease_owner = holder AND (admin OR c.organisation_id = own)
        ORDER BY p.connexion_id FOR UPDATE OF p
    )
    UPDATE vigie.probe p SET lease_owner = NULL, lease_until = NULL FROM held WHERE p.connexion_id = held.id;
    GET DIAGNOSTICS released = ROW_COUNT;
    RETURN released;
END
$$;
REVOKE ALL ON FUNCTION vigie.release(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.release(text) TO vigie_operator;
COMMENT ON FUNCTION vigie.release(text) IS 'Gives all leases of a program back unprobed.';

CREATE FUNCTION vigie.record_host(result json) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    admin  boolean := coalesce(public.is_admin_presenca(auth.uid()), false);
    own    uuid := public.get_user_organisation_id(auth.uid());
    whose  uuid := CASE WHEN admin THEN NULL ELSE own END;
    before text;
    r      record;
BEGIN
    IF NOT admin AND own IS NULL THEN
        RAISE EXCEPTION 'only an operator with a sight of connexions tells of a host' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO r FROM json_to_record(result) AS r (
        host text, verdict text, since bigint, failing integer, evidence vigie.answer);
    SELECT h.verdict INTO before FROM vigie.host h
    WHERE h.host = r.host AND h.organisation_id IS NOT DISTINCT FROM whose FOR UPDATE;

    INSERT INTO vigie.host (host, organisation_id, verdict, since, failing, evidence)
    VALUES (r.host, whose, r.verdict, least(to_timestamp(nullif(r.since, 0)), now()), coalesce(r.failing, 0), r.evidence)
    ON CONFLICT (host, (coalesce(organisation_id, '00000000-0000-0000-0000-000000000000'))) DO UPDATE SET
        verdict = excluded.verdict, since = excluded.since, failing = excluded.failing, evidence = excluded.evidence,
        recorded_at = now();
    DELETE FROM vigie.host h WHERE h.recorded_at < now() - interval '30 days';

    IF coalesce(before, 'valid') <> r.verdict THEN
        PERFORM pg_notify('vigie', '');
    END IF;
END
$$;
REVOKE ALL ON FUNCTION vigie.record_host(json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.record_host(json) TO vigie_operator;
COMMENT ON FUNCTION vigie.record_host(json) IS 'What all connexions of a host have in common, for every console to show.';
