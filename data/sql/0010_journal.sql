-- The journal: every change of a connexion by anybody, whatever program wrote it, in one chain of hashes per organisation.
--
-- Triggers note a change while it happens. Its place in the chain is given when the transaction ends, organisation by
-- organisation in order: a long edit keeps nobody of the same organisation waiting, and two never wait for each other in a
-- circle. What only a program measures (synchronisation, error, use, reset, cost) is no change, unless a figure was lowered by
-- hand. A key is recorded as a fingerprint that nobody can compute without this database's salt. What handles keys plans without
-- its values (force_generic_plan): any client may have plans printed, to itself and to the server's log.

-- Values are PostgreSQL's own texts, as JSON strings; null is NULL; times are "YYYY-MM-DDTHH:MM:SS.ffffffZ", booleans "t", "f".
CREATE TABLE vigie.journal (
    organisation_id uuid        NOT NULL,
    seq             bigint      NOT NULL CHECK (seq > 0),
    at              timestamptz NOT NULL,
    batch           uuid,
    kind            text,
    connexion_id    uuid        NOT NULL,
    account         text,
    action          text        NOT NULL CHECK (action IN ('insert', 'update', 'delete')),
    user_id         uuid,
    login           name        NOT NULL,
    role            name        NOT NULL,
    address         inet,
    application     text,
    before          jsonb,
    after           jsonb,
    previous        bytea       NOT NULL,
    hash            bytea       NOT NULL,
    PRIMARY KEY (organisation_id, seq)
);
CREATE INDEX idx_journal_connexion ON vigie.journal (connexion_id, at DESC);
CREATE INDEX idx_journal_at ON vigie.journal (at);
CREATE INDEX idx_journal_batch ON vigie.journal (batch) WHERE batch IS NOT NULL;
ALTER TABLE vigie.journal ENABLE ROW LEVEL SECURITY;
CREATE POLICY administrators_or_own ON vigie.journal FOR SELECT
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid())))
           OR organisation_id = (SELECT public.get_user_organisation_id((SELECT auth.uid()))));
GRANT SELECT ON vigie.journal TO vigie_operator;
COMMENT ON TABLE vigie.journal IS
    'Who changed what of a connexion, and when. Nothing refers to it: it outlives connexions and organisations. Append-only: a '
    'trigger refuses anything else, even of the owner, who can remove old entries on purpose with ALTER TABLE vigie.journal '
    'DISABLE TRIGGER journal_refuse; vigie.journal_verify then says from where the chain is broken.';
COMMENT ON COLUMN vigie.journal.at IS 'When the row was changed, not when the transaction began.';
COMMENT ON COLUMN vigie.journal.batch IS 'Which save of a console it was part of; information, as kind and application: a client may send anything.';
COMMENT ON COLUMN vigie.journal.account IS 'openai_email_compte at that time.';
COMMENT ON COLUMN vigie.journal.role IS 'What SET ROLE made of the login; the login itself where it did not.';
COMMENT ON COLUMN vigie.journal.before IS 'The changed columns before; on DELETE all columns.';
COMMENT ON COLUMN vigie.journal.after IS 'The changed columns after; on INSERT all columns.';
COMMENT ON COLUMN vigie.journal.previous IS 'The hash of the entry before; empty for the first.';
COMMENT ON COLUMN vigie.journal.hash IS 'vigie.journal_hash of all the other columns.';

CREATE TABLE vigie.journal_head (
    organisation_id uuid   PRIMARY KEY,
    seq             bigint NOT NULL,
    hash            bytea  NOT NULL
) WITH (fillfactor = 50);
ALTER TABLE vigie.journal_head ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE vigie.journal_head IS 'The last entry of each chain: without it a removed tail would not be missed.';

-- Emptied before the transaction that fills it ends: nobody else ever sees a row, and a crash has nothing to lose.
CREATE UNLOGGED TABLE vigie.journal_pending (
    writer          xid8        NOT NULL,
    organisation_id uuid        NOT NULL,
    n               bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    at              timestamptz NOT NULL,
    batch           uuid,
    kind            text,
    connexion_id    uuid        NOT NULL,
    account         text,
    action          text        NOT NULL,
    user_id         uuid,
    login           name        NOT NULL,
    role            name        NOT NULL,
    address         inet,
    application     text,
    before          jsonb,
    after           jsonb
);
CREATE INDEX idx_journal_pending ON vigie.journal_pending (writer, organisation_id, n);
ALTER TABLE vigie.journal_pending ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE vigie.journal_pending IS 'Changes of running transactions that have no place in a chain yet.';

CREATE UNLOGGED TABLE vigie.journal_turn (
    writer xid8 PRIMARY KEY
);
ALTER TABLE vigie.journal_turn ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE vigie.journal_turn IS 'Which transactions have pending entries: one row calls vigie.journal_settle once.';

CREATE UNLOGGED TABLE vigie.journal_probe (
    writer xid8 PRIMARY KEY
);
ALTER TABLE vigie.journal_probe ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE vigie.journal_probe IS 'Which transaction is inside vigie.record: no client can say so of itself.';

CREATE TABLE vigie.journal_salt (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    salt bytea   NOT NULL
);
ALTER TABLE vigie.journal_salt ENABLE ROW LEVEL SECURITY;
INSERT INTO vigie.journal_salt (salt)
VALUES (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
COMMENT ON TABLE vigie.journal_salt IS 'What makes fingerprints of keys worthless outside this database.';

-- Who asks ------------------------------------------------------------------------------------------------------------

-- A platform's own functions may name their tables without a schema: they get the search_path that they were written for.
CREATE FUNCTION vigie.caller_is_admin() RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN coalesce(public.is_admin_presenca(auth.uid()), false);
END
$$;
REVOKE ALL ON FUNCTION vigie.caller_is_admin() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.caller_is_admin() TO vigie_operator;
COMMENT ON FUNCTION vigie.caller_is_admin() IS 'Whether the caller administers the platform; never NULL.';

CREATE FUNCTION vigie.caller_organisation() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RETURN public.get_user_organisation_id(auth.uid());
END
$$;
REVOKE ALL ON FUNCTION vigie.caller_organisation() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.caller_organisation() TO vigie_operator;
COMMENT ON FUNCTION vigie.caller_organisation() IS 'The caller''s organisation, or NULL.';

-- Texts ---------------------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.utc(at timestamptz) RETURNS text
    LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN CASE WHEN isfinite(at) AND at >= '0001-01-01 00:00Z'
                THEN to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') ELSE at::text END;
END
$$;
REVOKE ALL ON FUNCTION vigie.utc(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.utc(timestamptz) TO vigie_operator;
COMMENT ON FUNCTION vigie.utc(timestamptz) IS 'An instant as text, whatever the session''s settings.';

CREATE FUNCTION vigie.fingerprint(key text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    IF coalesce(key, '') = '' THEN
        RETURN key;
    END IF;
    RETURN 'sha256:' || left(encode(sha256((SELECT s.salt FROM vigie.journal_salt s) || convert_to(key, getdatabaseencoding())), 'hex'), 16);
END
$$;
REVOKE ALL ON FUNCTION vigie.fingerprint(text) FROM PUBLIC;
COMMENT ON FUNCTION vigie.fingerprint(text) IS 'What the journal shows of a key; NULL and empty stay what they are. For the owner alone.';

-- All columns of a row as the journal keeps them.
CREATE FUNCTION vigie.connexion_text(c public.openai_connexion) RETURNS jsonb
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN jsonb_build_object(
               'openai_connexion_id', c.openai_connexion_id::text,
               'organisation_id', c.organisation_id::text,
               'client_type', c.client_type,
               'client_id', c.client_id::text,
               'openai_api_key', vigie.fingerprint(c.openai_api_key),
               'openai_email_compte', c.openai_email_compte,
               'openai_organisation_id', c.openai_organisation_id,
               'openai_project_id', c.openai_project_id,
               'openai_actif', left(c.openai_actif::text, 1),
               'openai_date_activation', vigie.utc(c.openai_date_activation),
               'openai_derniere_synchro', vigie.utc(c.openai_derniere_synchro),
               'openai_statut_connexion', c.openai_statut_connexion,
               'openai_derniere_erreur', c.openai_derniere_erreur)
        || jsonb_build_object(
               'openai_limite_quotidienne', c.openai_limite_quotidienne::text,
               'openai_usage_quotidien', c.openai_usage_quotidien::text,
               'openai_reset_quota_at', vigie.utc(c.openai_reset_quota_at),
               'openai_modeles_autorises', c.openai_modeles_autorises::text,
               'openai_cout_actuel_mois', c.openai_cout_actuel_mois::text,
               'openai_limite_cout_mois', c.openai_limite_cout_mois::text,
               'openai_created_at', vigie.utc(c.openai_created_at),
               'openai_created_by', c.openai_created_by::text,
               'openai_updated_at', vigie.utc(c.openai_updated_at),
               'openai_updated_by', c.openai_updated_by::text,
               'openai_audit_log', c.openai_audit_log::text,
               'openai_ia_extensions', c.openai_ia_extensions::text);
END
$$;
REVOKE ALL ON FUNCTION vigie.connexion_text(public.openai_connexion) FROM PUBLIC;
COMMENT ON FUNCTION vigie.connexion_text(public.openai_connexion) IS 'A row for the journal, with the key''s fingerprint.';

-- What an application keeps in openai_audit_log beside the entries of vigie.audit_row.
CREATE FUNCTION vigie.foreign_log(log jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN CASE WHEN jsonb_typeof(log) <> 'object' THEN log
                WHEN log -> 'version' = '1' AND jsonb_typeof(log -> 'entries') = 'array' THEN nullif(log - 'version' - 'entries', '{}')
                ELSE nullif(log, '{}') END;
END
$$;
REVOKE ALL ON FUNCTION vigie.foreign_log(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION vigie.foreign_log(jsonb) IS 'openai_audit_log without the console''s own entries; NULL: nothing else in it.';

-- Every column stands in the text at its own place of a JSON array: no two entries have the same text.
CREATE FUNCTION vigie.journal_hash(j vigie.journal) RETURNS bytea
    LANGUAGE plpgsql STABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN sha256(convert_to(jsonb_build_array(
        j.organisation_id, j.seq, (extract(epoch FROM j.at) * 1000000)::bigint, j.batch, j.kind, j.connexion_id, j.account, j.action,
        j.user_id, j.login, j.role, host(j.address), masklen(j.address), j.application, j.before, j.after,
        encode(j.previous, 'hex'))::text, getdatabaseencoding()));
END
$$;
REVOKE ALL ON FUNCTION vigie.journal_hash(vigie.journal) FROM PUBLIC;
COMMENT ON FUNCTION vigie.journal_hash(vigie.journal) IS 'SHA-256 of an entry, the previous hash included.';

-- Noting changes ------------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.journal_note(organisation uuid, connexion uuid, account text, action text, before jsonb, after jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    told_batch text := current_setting('vigie.batch', true);
    told_kind  text := current_setting('vigie.kind', true);
BEGIN
    INSERT INTO vigie.journal_pending (writer, organisation_id, at, batch, kind, connexion_id, account, action, user_id, login, role,
                                       address, application, before, after)
    VALUES (pg_current_xact_id(), organisation, clock_timestamp(),
            CASE WHEN told_batch ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN told_batch::uuid END,
            CASE WHEN told_kind = 'probe' AND NOT EXISTS (SELECT FROM vigie.journal_probe p WHERE p.writer = pg_current_xact_id()) THEN NULL
                 WHEN told_kind ~ '^[a-z]{1,16}$' THEN told_kind END,
            connexion, account, action, auth.uid(), session_user,
            CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END,
            inet_client_addr(), current_setting('application_name'), before, after);
    INSERT INTO vigie.journal_turn (writer) VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
END
$$;
REVOKE ALL ON FUNCTION vigie.journal_note(uuid, uuid, text, text, jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION vigie.journal_note(uuid, uuid, text, text, jsonb, jsonb) IS 'Part of the journal''s triggers: a change whose place is given later.';

CREATE FUNCTION vigie.journal_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    PERFORM vigie.journal_note(NEW.organisation_id, NEW.openai_connexion_id, NEW.openai_email_compte, 'insert', NULL, vigie.connexion_text(NEW));
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION vigie.journal_insert() FROM PUBLIC;
COMMENT ON FUNCTION vigie.journal_insert() IS 'Notes a new connexion for the journal.';

CREATE FUNCTION vigie.journal_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    PERFORM vigie.keep_key(OLD);
    PERFORM vigie.journal_note(OLD.organisation_id, OLD.openai_connexion_id, OLD.openai_email_compte, 'delete', vigie.connexion_text(OLD), NULL);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION vigie.journal_delete() FROM PUBLIC;
COMMENT ON FUNCTION vigie.journal_delete() IS 'Notes a deleted connexion for the journal.';

CREATE FUNCTION vigie.journal_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    before jsonb;
    after  jsonb;
BEGIN
    SELECT jsonb_object_agg(v.k, v.o), jsonb_object_agg(v.k, v.n) INTO before, after
    FROM (VALUES
        ('openai_connexion_id', OLD.openai_connexion_id::text, NEW.openai_connexion_id::text),
        ('organisation_id', OLD.organisation_id::text, NEW.organisation_id::text),
        ('client_type', OLD.client_type, NEW.client_type),
        ('client_id', OLD.client_id::text, NEW.client_id::text),
        ('openai_email_compte', OLD.openai_email_compte, NEW.openai_email_compte),
        ('openai_organisation_id', OLD.openai_organisation_id, NEW.openai_organisation_id),
        ('openai_project_id', OLD.openai_project_id, NEW.openai_project_id),
        ('openai_actif', left(OLD.openai_actif::text, 1), left(NEW.openai_actif::text, 1)),
        ('openai_statut_connexion', OLD.openai_statut_connexion, NEW.openai_statut_connexion),
        ('openai_limite_quotidienne', OLD.openai_limite_quotidienne::text, NEW.openai_limite_quotidienne::text),
        ('openai_modeles_autorises', OLD.openai_modeles_autorises::text, NEW.openai_modeles_autorises::text),
        ('openai_limite_cout_mois', OLD.openai_limite_cout_mois::text, NEW.openai_limite_cout_mois::text),
        ('openai_ia_extensions', OLD.openai_ia_extensions::text, NEW.openai_ia_extensions::text)
    ) AS v (k, o, n) WHERE v.o IS DISTINCT FROM v.n;

    IF OLD.openai_date_activation IS DISTINCT FROM NEW.openai_date_activation THEN
        before := coalesce(before, '{}') || jsonb_build_object('openai_date_activation', vigie.utc(OLD.openai_date_activation));
        after := coalesce(after, '{}') || jsonb_build_object('openai_date_activation', vigie.utc(NEW.openai_date_activation));
    END IF;
    IF OLD.openai_api_key IS DISTINCT FROM NEW.openai_api_key THEN
        PERFORM vigie.keep_key(OLD);
        before := coalesce(before, '{}') || jsonb_build_object('openai_api_key', vigie.fingerprint(OLD.openai_api_key));
        after := coalesce(after, '{}') || jsonb_build_object('openai_api_key', vigie.fingerprint(NEW.openai_api_key));
    END IF;
    IF vigie.foreign_log(OLD.openai_audit_log) IS DISTINCT FROM vigie.foreign_log(NEW.openai_audit_log) THEN
        before := coalesce(before, '{}') || jsonb_build_object('openai_audit_log', vigie.foreign_log(OLD.openai_audit_log)::text);
        after := coalesce(after, '{}') || jsonb_build_object('openai_audit_log', vigie.foreign_log(NEW.openai_audit_log)::text);
    END IF;
    IF before IS NULL THEN
        RETURN NULL;
    END IF;

    PERFORM vigie.journal_note(NEW.organisation_id, NEW.openai_connexion_id, NEW.openai_email_compte, 'update', before, after);
    IF OLD.organisation_id <> NEW.organisation_id THEN
        PERFORM vigie.journal_note(OLD.organisation_id, NEW.openai_connexion_id, OLD.openai_email_compte, 'update',
            jsonb_build_object('organisation_id', OLD.organisation_id), jsonb_build_object('organisation_id', NEW.organisation_id));
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION vigie.journal_update() FROM PUBLIC;
COMMENT ON FUNCTION vigie.journal_update() IS
    'Notes a changed connexion for the journal; if it moved, in its former organisation''s that it did, and no value that it has now.';

-- When the applications' count of a new month starts (vigie.compter_usage), the cost in the row falls to it: not by hand.
CREATE FUNCTION vigie.journal_lowered() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before jsonb := '{}';
    after  jsonb := '{}';
BEGIN
    IF coalesce(NEW.openai_usage_quotidien, 0) < OLD.openai_usage_quotidien
       AND (NEW.openai_reset_quota_at IS NOT DISTINCT FROM OLD.openai_reset_quota_at OR OLD.openai_reset_quota_at > now()) THEN
        before := before || jsonb_build_object('openai_usage_quotidien', OLD.openai_usage_quotidien::text);
        after := after || jsonb_build_object('openai_usage_quotidien', NEW.openai_usage_quotidien::text);
    END IF;
    IF coalesce(NEW.openai_cout_actuel_mois, 0) < OLD.openai_cout_actuel_mois
       AND NOT EXISTS (SELECT FROM vigie.figure f WHERE f.connexion_id = NEW.openai_connexion_id AND f.cost_source = 'applications'
                                                   AND f.cost_counted = NEW.openai_cout_actuel_mois) THEN
        before := before || jsonb_build_object('openai_cout_actuel_mois', OLD.openai_cout_actuel_mois::text);
        after := after || jsonb_build_object('openai_cout_actuel_mois', NEW.openai_cout_actuel_mois::text);
    END IF;
    IF before <> '{}' THEN
        PERFORM vigie.journal_note(NEW.organisation_id, NEW.openai_connexion_id, NEW.openai_email_compte, 'update', before, after);
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION vigie.journal_lowered() FROM PUBLIC;
COMMENT ON FUNCTION vigie.journal_lowered() IS 'Notes for the journal that somebody lowered a use or a cost by hand.';

CREATE FUNCTION vigie.journal_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    c public.openai_connexion%ROWTYPE;
BEGIN
    FOR c IN SELECT * FROM public.openai_connexion LOOP
        PERFORM vigie.journal_note(c.organisation_id, c.openai_connexion_id, c.openai_email_compte, 'delete', vigie.connexion_text(c), NULL);
    END LOOP;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION vigie.journal_truncate() FROM PUBLIC;
COMMENT ON FUNCTION vigie.journal_truncate() IS 'Notes every connexion that a TRUNCATE deletes.';

-- Bounded: {"version": 1, "entries": [{"at": instant, "by": user or null, "login": text, "fields": [columns]}, ...]}, the newest
-- first, at most 20; the rest belongs to applications. An update takes the entries from the row: what a client sends for them is
-- not believed. Anything that was there and is no object, or uses the two names for something else, is kept under "legacy" up to
-- 4 kB. Who created the row is in its own columns; what probes say of the state is in the journal and would crowd people out here.
CREATE FUNCTION vigie.audit_row() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    others  jsonb := vigie.foreign_log(NEW.openai_audit_log);
    entries jsonb := '[]';
    fields  text[];
    legacy  jsonb;
BEGIN
    fields := ARRAY(SELECT v.k FROM (VALUES
        ('openai_connexion_id', OLD.openai_connexion_id IS DISTINCT FROM NEW.openai_connexion_id),
        ('organisation_id', OLD.organisation_id IS DISTINCT FROM NEW.organisation_id),
        ('client_type', OLD.client_type IS DISTINCT FROM NEW.client_type),
        ('client_id', OLD.client_id IS DISTINCT FROM NEW.client_id),
        ('openai_api_key', OLD.openai_api_key IS DISTINCT FROM NEW.openai_api_key),
        ('openai_email_compte', OLD.openai_email_compte IS DISTINCT FROM NEW.openai_email_compte),
        ('openai_organisation_id', OLD.openai_organisation_id IS DISTINCT FROM NEW.openai_organisation_id),
        ('openai_project_id', OLD.openai_project_id IS DISTINCT FROM NEW.openai_project_id),
        ('openai_actif', OLD.openai_actif IS DISTINCT FROM NEW.openai_actif),
        ('openai_date_activation', OLD.openai_date_activation IS DISTINCT FROM NEW.openai_date_activation),
        ('openai_statut_connexion', OLD.openai_statut_connexion IS DISTINCT FROM NEW.openai_statut_connexion),
        ('openai_limite_quotidienne', OLD.openai_limite_quotidienne IS DISTINCT FROM NEW.openai_limite_quotidienne),
        ('openai_modeles_autorises', OLD.openai_modeles_autorises IS DISTINCT FROM NEW.openai_modeles_autorises),
        ('openai_limite_cout_mois', OLD.openai_limite_cout_mois IS DISTINCT FROM NEW.openai_limite_cout_mois),
        ('openai_audit_log', vigie.foreign_log(OLD.openai_audit_log) IS DISTINCT FROM others),
        ('openai_ia_extensions', OLD.openai_ia_extensions IS DISTINCT FROM NEW.openai_ia_extensions)
    ) AS v (k, changed) WHERE v.changed);
    IF fields = '{openai_statut_connexion}' AND NEW.openai_audit_log IS NOT DISTINCT FROM OLD.openai_audit_log
       AND EXISTS (SELECT FROM vigie.journal_probe p WHERE p.writer = pg_current_xact_id()) THEN
        RETURN NEW;
    END IF;
    IF OLD.openai_audit_log -> 'version' = '1' AND jsonb_typeof(OLD.openai_audit_log -> 'entries') = 'array' THEN
        entries := OLD.openai_audit_log -> 'entries';
    END IF;

    IF fields <> '{}' THEN
        entries := jsonb_build_array(jsonb_build_object('at', vigie.utc(clock_timestamp()), 'by', auth.uid(), 'login', session_user,
                                                        'fields', to_jsonb(fields))) || entries;
    END IF;
    IF jsonb_typeof(others) <> 'object' THEN
        legacy := nullif(others, 'null');
        others := NULL;
    ELSIF others ? 'version' OR others ? 'entries' THEN
        legacy := jsonb_strip_nulls(jsonb_build_object('version', others -> 'version', 'entries', others -> 'entries'));
        others := others - 'version' - 'entries';
    END IF;
    IF length(legacy::text) <= 4096 THEN
        others := coalesce(others, '{}') || jsonb_build_object('legacy', legacy);
    END IF;
    NEW.openai_audit_log := coalesce(others, '{}') || jsonb_build_object('version', 1, 'entries',
        (SELECT coalesce(jsonb_agg(e.entry ORDER BY e.n), '[]') FROM jsonb_array_elements(entries) WITH ORDINALITY AS e (entry, n)
         WHERE e.n <= 20));
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION vigie.audit_row() FROM PUBLIC;
COMMENT ON FUNCTION vigie.audit_row() IS 'Keeps the last changes of a connexion in its openai_audit_log, bounded.';

-- record_image_ne compares bytes: it need not look into documents that have not changed.
CREATE TRIGGER zz_vigie_audit_log BEFORE UPDATE ON public.openai_connexion
    FOR EACH ROW WHEN (
        (OLD.openai_connexion_id, OLD.organisation_id, OLD.client_type, OLD.client_id, OLD.openai_api_key, OLD.openai_email_compte,
         OLD.openai_organisation_id, OLD.openai_project_id, OLD.openai_actif, OLD.openai_date_activation,
         OLD.openai_statut_connexion, OLD.openai_limite_quotidienne, OLD.openai_limite_cout_mois)
        IS DISTINCT FROM
        (NEW.openai_connexion_id, NEW.organisation_id, NEW.client_type, NEW.client_id, NEW.openai_api_key, NEW.openai_email_compte,
         NEW.openai_organisation_id, NEW.openai_project_id, NEW.openai_actif, NEW.openai_date_activation,
         NEW.openai_statut_connexion, NEW.openai_limite_quotidienne, NEW.openai_limite_cout_mois)
        OR record_image_ne(ROW (OLD.openai_modeles_autorises, OLD.openai_audit_log, OLD.openai_ia_extensions),
                           ROW (NEW.openai_modeles_autorises, NEW.openai_audit_log, NEW.openai_ia_extensions)))
    EXECUTE FUNCTION vigie.audit_row();
CREATE TRIGGER vigie_journal_insert AFTER INSERT ON public.openai_connexion
    FOR EACH ROW EXECUTE FUNCTION vigie.journal_insert();
CREATE TRIGGER vigie_journal_update AFTER UPDATE ON public.openai_connexion
    FOR EACH ROW WHEN (
        (OLD.openai_connexion_id, OLD.organisation_id, OLD.client_type, OLD.client_id, OLD.openai_api_key, OLD.openai_email_compte,
         OLD.openai_organisation_id, OLD.openai_project_id, OLD.openai_actif, OLD.openai_date_activation,
         OLD.openai_statut_connexion, OLD.openai_limite_quotidienne, OLD.openai_limite_cout_mois)
        IS DISTINCT FROM
        (NEW.openai_connexion_id, NEW.organisation_id, NEW.client_type, NEW.client_id, NEW.openai_api_key, NEW.openai_email_compte,
         NEW.openai_organisation_id, NEW.openai_project_id, NEW.openai_actif, NEW.openai_date_activation,
         NEW.openai_statut_connexion, NEW.openai_limite_quotidienne, NEW.openai_limite_cout_mois)
        OR record_image_ne(ROW (OLD.openai_modeles_autorises, OLD.openai_audit_log, OLD.openai_ia_extensions),
                           ROW (NEW.openai_modeles_autorises, NEW.openai_audit_log, NEW.openai_ia_extensions)))
    EXECUTE FUNCTION vigie.journal_update();
-- Who writes as itself is no function of the console: those run with the owner's rights, which no setting can feign.
CREATE TRIGGER vigie_journal_lowered AFTER UPDATE ON public.openai_connexion
    FOR EACH ROW WHEN (
        (coalesce(NEW.openai_usage_quotidien, 0) < OLD.openai_usage_quotidien
             AND (NEW.openai_reset_quota_at IS NOT DISTINCT FROM OLD.openai_reset_quota_at OR OLD.openai_reset_quota_at > now())
         OR coalesce(NEW.openai_cout_actuel_mois, 0) < OLD.openai_cout_actuel_mois)
        AND current_user = CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END)
    EXECUTE FUNCTION vigie.journal_lowered();
CREATE TRIGGER vigie_journal_delete AFTER DELETE ON public.openai_connexion
    FOR EACH ROW EXECUTE FUNCTION vigie.journal_delete();
CREATE TRIGGER vigie_journal_truncate BEFORE TRUNCATE ON public.openai_connexion
    FOR EACH STATEMENT EXECUTE FUNCTION vigie.journal_truncate();

-- The chain -----------------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.journal_settle() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    organisation uuid;
    head         vigie.journal_head%ROWTYPE;
    entry        vigie.journal%ROWTYPE;
BEGIN
    FOR organisation IN
        SELECT DISTINCT p.organisation_id FROM vigie.journal_pending p WHERE p.writer = NEW.writer ORDER BY 1
    LOOP
        INSERT INTO vigie.journal_head (organisation_id, seq, hash) VALUES (organisation, 0, '') ON CONFLICT DO NOTHING;
        SELECT * INTO head FROM vigie.journal_head h WHERE h.organisation_id = organisation FOR UPDATE;
        FOR entry IN
            SELECT p.organisation_id, 0, p.at, p.batch, p.kind, p.connexion_id, p.account, p.action, p.user_id, p.login, p.role, p.address,
                   p.application, p.before, p.after, ''::bytea, ''::bytea
            FROM vigie.journal_pending p WHERE p.writer = NEW.writer AND p.organisation_id = organisation ORDER BY p.n
        LOOP
            head.seq := head.seq + 1;
            entry.seq := head.seq;
            entry.previous := head.hash;
            head.hash := vigie.journal_hash(entry);
            entry.hash := head.hash;
            INSERT INTO vigie.journal VALUES (entry.*);
        END LOOP;
        UPDATE vigie.journal_head h SET seq = head.seq, hash = head.hash WHERE h.organisation_id = organisation;
    END LOOP;
    DELETE FROM vigie.journal_pending p WHERE p.writer = NEW.writer;
    DELETE FROM vigie.journal_turn t WHERE t.writer = NEW.writer;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION vigie.journal_settle() FROM PUBLIC;
COMMENT ON FUNCTION vigie.journal_settle() IS 'Gives the changes of a transaction that ends their places in the chains.';
CREATE CONSTRAINT TRIGGER journal_settle AFTER INSERT ON vigie.journal_turn DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION vigie.journal_settle();

CREATE FUNCTION vigie.journal_refuse() RETURNS trigger
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
REVOKE ALL ON FUNCTION vigie.journal_refuse() FROM PUBLIC;
COMMENT ON FUNCTION vigie.journal_refuse() IS 'Keeps the journal append-only, for the owner too.';
CREATE TRIGGER journal_refuse BEFORE UPDATE OR DELETE ON vigie.journal
    FOR EACH ROW EXECUTE FUNCTION vigie.journal_refuse();
CREATE TRIGGER journal_refuse_truncate BEFORE TRUNCATE ON vigie.journal
    FOR EACH STATEMENT EXECUTE FUNCTION vigie.journal_refuse();

CREATE FUNCTION vigie.journal_verify(organisation uuid) RETURNS TABLE (organisation_id uuid, entries bigint, bad_seq bigint, reason text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
BEGIN
    RETURN QUERY
    WITH chain AS (
        SELECT j.organisation_id AS org, j.seq, j.hash,
               CASE WHEN j.seq <> coalesce(lag(j.seq) OVER w, 0) + 1 THEN 'gap'
                    WHEN j.previous <> coalesce(lag(j.hash) OVER w, '') THEN 'previous'
                    WHEN j.hash <> vigie.journal_hash(j) THEN 'hash' END AS wrong
        FROM vigie.journal j
        WHERE (organisation IS NULL OR j.organisation_id = organisation) AND (admin OR j.organisation_id = own)
        WINDOW w AS (PARTITION BY j.organisation_id ORDER BY j.seq)
    ), summed AS (
        SELECT c.org, count(*) AS entries, min(c.seq) FILTER (WHERE c.wrong IS NOT NULL) AS bad_seq,
               (array_agg(c.wrong ORDER BY c.seq) FILTER (WHERE c.wrong IS NOT NULL))[1] AS reason,
               max(c.seq) AS seq, (array_agg(c.hash ORDER BY c.seq DESC))[1] AS hash
        FROM chain c GROUP BY c.org
    ), heads AS (
        SELECT h.* FROM vigie.journal_head h
        WHERE (organisation IS NULL OR h.organisation_id = organisation) AND (admin OR h.organisation_id = own)
    )
    SELECT coalesce(s.org, h.organisation_id), coalesce(s.entries, 0),
           coalesce(s.bad_seq, CASE WHEN h.seq IS DISTINCT FROM s.seq OR h.hash IS DISTINCT FROM s.hash
                                    THEN least(coalesce(s.seq, 0), coalesce(h.seq, 0)) + 1 END, 0),
           coalesce(s.reason, CASE WHEN h.seq IS DISTINCT FROM s.seq OR h.hash IS DISTINCT FROM s.hash THEN 'head' END, '')
    FROM summed s FULL JOIN heads h ON h.organisation_id = s.org
    ORDER BY 1;
END
$$;
REVOKE ALL ON FUNCTION vigie.journal_verify(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.journal_verify(uuid) TO vigie_operator;
COMMENT ON FUNCTION vigie.journal_verify(uuid) IS
    'Recomputes the chain of an organisation in the caller''s sight, or of all (NULL). bad_seq is the first entry that is wrong, 0 '
    'if none; reason: gap (entries are missing), previous (does not name the entry before), hash (was changed), head (the last '
    'entries are missing or were replaced). Only who can rewrite the whole chain and its head is not found out.';

-- What probes say of the state is marked as such.
ALTER FUNCTION vigie.record(text, json) RENAME TO record_results;
REVOKE ALL ON FUNCTION vigie.record_results(text, json) FROM vigie_operator;
COMMENT ON FUNCTION vigie.record_results(text, json) IS 'Part of vigie.record.';

CREATE FUNCTION vigie.record(holder text, results json) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    recorded integer;
BEGIN
    PERFORM set_config('vigie.kind', 'probe', true), vigie.purge_keys();
    INSERT INTO vigie.journal_probe VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
    recorded := vigie.record_results(holder, results);
    DELETE FROM vigie.journal_probe p WHERE p.writer = pg_current_xact_id();
    PERFORM set_config('vigie.kind', '', true);
    RETURN recorded;
END
$$;
REVOKE ALL ON FUNCTION vigie.record(text, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.record(text, json) TO vigie_operator;
COMMENT ON FUNCTION vigie.record(text, json) IS
    'Writes what a program''s probes found and gives its leases back; returns how many rows it still held. A shared '
    'failure leaves the connexion''s row alone, and nothing here takes it out of inactive, which people write.';
