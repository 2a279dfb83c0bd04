-- Editing: plans of changes that a console saves in one transaction, each change with what became of it; and their undoing.
--
-- What writes to connexions runs with the caller's own rights: row level security decides. Only what an operator may not see
-- (pads, former keys, who did which save) is behind SECURITY DEFINER functions, which apply the two policies' conditions
-- themselves. A plan locks its rows in the order of their identifiers before it writes any.

CREATE TABLE vigie.pad (
    id      uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid,
    login   name        NOT NULL DEFAULT session_user,
    at      timestamptz NOT NULL DEFAULT now(),
    pad     bytea       NOT NULL CHECK (octet_length(pad) = 512)
);
CREATE INDEX idx_pad_at ON vigie.pad (at);
ALTER TABLE vigie.pad ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE vigie.pad IS
    'Random bytes, each for one key on its way here: a server''s log may show statements with their parameters.';

CREATE TABLE vigie.batch (
    id        uuid        PRIMARY KEY,
    n         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    user_id   uuid,
    login     name        NOT NULL DEFAULT session_user,
    at        timestamptz NOT NULL DEFAULT now(),
    writer    xid8        NOT NULL DEFAULT pg_current_xact_id(),
    kind      text        NOT NULL,
    origin    text        NOT NULL,
    rows      integer     NOT NULL DEFAULT 0,
    written   integer     NOT NULL DEFAULT 0,
    undoes    uuid,
    undone_by uuid,
    struck    boolean     NOT NULL DEFAULT false,
    outcomes  jsonb       NOT NULL DEFAULT '[]'
);
CREATE INDEX idx_batch_user ON vigie.batch (user_id, n);
CREATE INDEX idx_batch_at ON vigie.batch (at);
ALTER TABLE vigie.batch ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE vigie.batch IS 'Saves of the consoles, for thirty days: what became of each, and which can be undone.';
COMMENT ON COLUMN vigie.batch.origin IS 'The kind of the save that was undone or redone; else kind.';
COMMENT ON COLUMN vigie.batch.struck IS 'Its console asked before it came: it may not come any more.';
COMMENT ON COLUMN vigie.batch.outcomes IS 'Of the first thousand rows that were not plainly saved.';

CREATE TABLE vigie.former_key (
    connexion_id    uuid        NOT NULL,
    fingerprint     text        NOT NULL,
    organisation_id uuid        NOT NULL,
    api_key         text        NOT NULL,
    at              timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (connexion_id, fingerprint, organisation_id)
);
CREATE INDEX idx_former_key_at ON vigie.former_key (at);
ALTER TABLE vigie.former_key ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE vigie.former_key IS
    'Keys that a save of a console replaced or deleted, for a day, so that it can be undone. They go back into their row and '
    'nowhere else.';

-- Keys ----------------------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.purge_keys() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM vigie.former_key f WHERE f.ctid = ANY (ARRAY(
        SELECT x.ctid FROM vigie.former_key x WHERE x.at < now() - interval '24 hours' LIMIT 1000 FOR UPDATE SKIP LOCKED));
    DELETE FROM vigie.pad p WHERE p.ctid = ANY (ARRAY(
        SELECT x.ctid FROM vigie.pad x WHERE x.at < now() - interval '10 minutes' LIMIT 1000 FOR UPDATE SKIP LOCKED));
END
$$;
REVOKE ALL ON FUNCTION vigie.purge_keys() FROM PUBLIC;
COMMENT ON FUNCTION vigie.purge_keys() IS
    'Part of vigie.record, vigie.pad and vigie.save: removes former keys and pads that are too old. For the owner.';

CREATE FUNCTION vigie.pad(count integer) RETURNS TABLE (id uuid, pad text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF count IS NULL OR count NOT BETWEEN 1 AND 1000 THEN
        RAISE EXCEPTION 'from 1 to 1000 pads at a time' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM vigie.purge_keys();
    RETURN QUERY
    INSERT INTO vigie.pad AS p (user_id, pad)
    SELECT auth.uid(), (SELECT string_agg(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), '')
                        FROM generate_series(1, 16) WHERE i > 0)
    FROM generate_series(1, count) AS i
    RETURNING p.id, encode(p.pad, 'hex');
END
$$;
REVOKE ALL ON FUNCTION vigie.pad(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.pad(integer) TO vigie_operator;
COMMENT ON FUNCTION vigie.pad(integer) IS
    'Makes pads: 512 random bytes in hex, each for one use by the same caller within ten minutes.';

CREATE FUNCTION vigie.use_pad(pad uuid, x text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    bytes bytea;
    key   bytea := '';
BEGIN
    DELETE FROM vigie.pad p
    WHERE p.id = use_pad.pad AND p.user_id IS NOT DISTINCT FROM auth.uid() AND p.login = session_user
      AND p.at >= now() - interval '10 minutes'
    RETURNING p.pad INTO bytes;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this pad was used, is too old, or is somebody else''s' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF x IS NULL OR length(x) <> 1024 OR x !~ '^[0-9a-fA-F]*$' THEN
        RAISE EXCEPTION 'a key travels as 512 bytes in hex' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR i IN 0 .. 511 LOOP
        key := key || set_byte('\x00', 0, get_byte(bytes, i) # get_byte(decode(substr(x, 2 * i + 1, 2), 'hex'), 0));
    END LOOP;
    BEGIN
        RETURN convert_from(rtrim(key, '\x00'), 'UTF8');
    EXCEPTION WHEN data_exception THEN  -- its words would show bytes of the key
        RAISE EXCEPTION 'the key is no text' USING ERRCODE = 'invalid_parameter_value';
    END;
END
$$;
REVOKE ALL ON FUNCTION vigie.use_pad(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.use_pad(uuid, text) TO vigie_operator;
COMMENT ON FUNCTION vigie.use_pad(uuid, text) IS 'The key that its own caller hid with a pad; the pad is spent.';

CREATE FUNCTION vigie.key_of(given jsonb) RETURNS text
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    key text;
BEGIN
    IF jsonb_typeof(given) = 'null' OR given = '""' THEN
        RETURN given #>> '{}';
    ELSIF given ->> 'former' = '' THEN
        RETURN '';
    ELSIF given ? 'former' THEN
        RETURN 'vigie-key:former:' || (given ->> 'former');
    ELSIF given ? 'pad' AND given ? 'x' THEN
        key := vigie.use_pad((given ->> 'pad')::uuid, given ->> 'x');
        IF NOT starts_with(key, 'vigie-key:') THEN
            RETURN key;
        END IF;
    END IF;
    RAISE EXCEPTION 'a key is null, or hidden with a pad, or a former one' USING ERRCODE = 'invalid_parameter_value';
END
$$;
REVOKE ALL ON FUNCTION vigie.key_of(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.key_of(jsonb) TO vigie_operator;
COMMENT ON FUNCTION vigie.key_of(jsonb) IS 'Part of vigie.save: the text for openai_api_key.';

CREATE FUNCTION vigie.keep_key(c public.openai_connexion) RETURNS void
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    IF coalesce(current_setting('vigie.batch', true), '') = '' OR coalesce(c.openai_api_key, '') = '' THEN
        RETURN;
    END IF;
    INSERT INTO vigie.former_key (connexion_id, fingerprint, organisation_id, api_key)
    VALUES (c.openai_connexion_id, vigie.fingerprint(c.openai_api_key), c.organisation_id, c.openai_api_key)
    ON CONFLICT (connexion_id, fingerprint, organisation_id) DO UPDATE SET at = now();
END
$$;
REVOKE ALL ON FUNCTION vigie.keep_key(public.openai_connexion) FROM PUBLIC;
COMMENT ON FUNCTION vigie.keep_key(public.openai_connexion) IS
    'Part of the journal''s triggers: a key that a save takes out of its row.';

-- A key that its writer may use and not see is named: "vigie-key:copy:" and a connexion, or "vigie-key:former:" and a fingerprint
-- of a key that was in this very row less than a day ago.
CREATE FUNCTION vigie.put_key() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
    what  text := split_part(NEW.openai_api_key, ':', 2);
    named text := substr(NEW.openai_api_key, length('vigie-key::') + length(what) + 1);
    key   text;
BEGIN
    IF what = 'copy' AND named ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        SELECT c.openai_api_key INTO key FROM public.openai_connexion c
        WHERE c.openai_connexion_id = named::uuid AND (admin OR c.organisation_id = own);
    ELSIF what = 'former' AND TG_OP = 'UPDATE' AND vigie.fingerprint(OLD.openai_api_key) = named
          AND (admin OR OLD.organisation_id = own) THEN
        NEW.openai_api_key := OLD.openai_api_key;
        RETURN NEW;
    ELSIF what = 'former' THEN
        SELECT f.api_key INTO key FROM vigie.former_key f
        WHERE f.connexion_id = coalesce(OLD.openai_connexion_id, NEW.openai_connexion_id) AND f.fingerprint = named AND (admin OR f.organisation_id = own)
          AND f.at >= now() - interval '24 hours' LIMIT 1;
    END IF;
    IF NOT FOUND OR what NOT IN ('copy', 'former') THEN
        RAISE EXCEPTION 'the key to put in is not there any more, or out of sight'
            USING ERRCODE = 'no_data_found', CONSTRAINT = what || '_key', COLUMN = 'openai_api_key';
    END IF;
    NEW.openai_api_key := key;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION vigie.put_key() FROM PUBLIC;
COMMENT ON FUNCTION vigie.put_key() IS 'Puts a key that was named in its row, if both are in the caller''s sight.';
CREATE TRIGGER aa_vigie_key BEFORE INSERT OR UPDATE OF openai_api_key ON public.openai_connexion
    FOR EACH ROW WHEN (starts_with(NEW.openai_api_key, 'vigie-key:')) EXECUTE FUNCTION vigie.put_key();

CREATE FUNCTION vigie.key_print(connexion uuid) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
BEGIN
    RETURN (SELECT vigie.fingerprint(c.openai_api_key) FROM public.openai_connexion c
            WHERE c.openai_connexion_id = connexion AND (admin OR c.organisation_id = own));
END
$$;
REVOKE ALL ON FUNCTION vigie.key_print(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.key_print(uuid) TO vigie_operator;
COMMENT ON FUNCTION vigie.key_print(uuid) IS
    'The journal''s fingerprint of the key that a connexion in the caller''s sight has now.';

CREATE FUNCTION vigie.key_is(connexion uuid, fingerprint text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
BEGIN
    RETURN EXISTS (SELECT FROM public.openai_connexion c
                   WHERE c.openai_connexion_id = connexion AND (admin OR c.organisation_id = own)
                     AND vigie.fingerprint(c.openai_api_key) IS NOT DISTINCT FROM key_is.fingerprint);
END
$$;
REVOKE ALL ON FUNCTION vigie.key_is(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.key_is(uuid, text) TO vigie_operator;
COMMENT ON FUNCTION vigie.key_is(uuid, text) IS
    'Whether the journal''s fingerprint is that of the key which a connexion in the caller''s sight has now.';

CREATE FUNCTION vigie.same_key(pad uuid, x text, except_id uuid) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    admin boolean := vigie.caller_is_admin();
    own   uuid := vigie.caller_organisation();
    key   text := vigie.use_pad(pad, x);
BEGIN
    RETURN (SELECT count(*) FROM public.openai_connexion c
            WHERE c.openai_api_key = key AND (admin OR c.organisation_id = own) AND c.openai_connexion_id IS DISTINCT
                FROM except_id);
END
$$;
REVOKE ALL ON FUNCTION vigie.same_key(uuid, text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.same_key(uuid, text, uuid) TO vigie_operator;
COMMENT ON FUNCTION vigie.same_key(uuid, text, uuid) IS 'How many other connexions in the caller''s sight have this key.';

-- Nobody can give a new row entries of a past that it has not had. A deletion that is undone brings its own back.
CREATE FUNCTION vigie.audit_new() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM vigie.journal j WHERE j.connexion_id = NEW.openai_connexion_id AND j.action = 'delete'
                      AND j.before ->> 'openai_audit_log' = NEW.openai_audit_log::text) THEN
        NEW.openai_audit_log := coalesce(vigie.foreign_log(NEW.openai_audit_log), '{}');
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION vigie.audit_new() FROM PUBLIC;
COMMENT ON FUNCTION vigie.audit_new() IS 'Takes entries that a client made up out of a new row''s openai_audit_log.';
CREATE TRIGGER zz_vigie_audit_new BEFORE INSERT ON public.openai_connexion
    FOR EACH ROW WHEN (jsonb_typeof(NEW.openai_audit_log -> 'entries') = 'array') EXECUTE FUNCTION vigie.audit_new();

-- Batches -------------------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.begin_batch(batch uuid, kind text, target uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    person uuid := auth.uid();
    found_batch vigie.batch%ROWTYPE;
    undone vigie.batch%ROWTYPE;
BEGIN
    IF batch IS NULL OR kind IS NULL OR kind !~ '^[a-z]{1,16}$' OR kind = 'probe' OR (kind IN ('undo',
        'redo')) <> (target IS NOT NULL) THEN
        RAISE EXCEPTION 'a save needs a batch and a kind' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF target IS NOT NULL THEN
        SELECT * INTO undone FROM vigie.batch b WHERE b.id = target FOR UPDATE;
        IF undone.id IS NULL OR undone.struck OR undone.undone_by IS NOT NULL OR (undone.kind = 'undo') <> (kind = 'redo')
           OR undone.user_id IS DISTINCT FROM person OR undone.login <> session_user THEN
            RAISE EXCEPTION 'there is nothing to undo or redo by that name' USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('vigie.batch ' || batch, 0));
    INSERT INTO vigie.batch (id, user_id, kind, origin, undoes)
    VALUES (batch, person, kind, coalesce(undone.origin, kind), target) ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO found_batch FROM vigie.batch b WHERE b.id = batch;
        IF found_batch.struck THEN
            RAISE EXCEPTION 'batch_struck' USING ERRCODE = 'object_not_in_prerequisite_state';
        ELSIF found_batch.writer IS DISTINCT FROM pg_current_xact_id() OR found_batch.kind <> kind
              OR found_batch.user_id IS DISTINCT FROM person THEN
            RAISE EXCEPTION 'batch_used' USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
    ELSE
        PERFORM vigie.purge_keys();
        DELETE FROM vigie.batch b WHERE b.ctid = ANY (ARRAY(
            SELECT x.ctid FROM vigie.batch x WHERE x.at < now() - interval '30 days' LIMIT 100 FOR UPDATE SKIP LOCKED));
    END IF;
    PERFORM set_config('vigie.batch', batch::text, true), set_config('vigie.kind', kind, true);
END
$$;
REVOKE ALL ON FUNCTION vigie.begin_batch(uuid, text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.begin_batch(uuid, text, uuid) TO vigie_operator;
COMMENT ON FUNCTION vigie.begin_batch(uuid, text, uuid) IS
    'Part of vigie.save and vigie.undo: from here on the transaction is this batch. Refuses one that was struck out ("batch_struck") '
    'or committed before ("batch_used").';

CREATE FUNCTION vigie.end_batch(batch uuid, results jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    done  integer := (SELECT count(*) FROM jsonb_array_elements(results) AS r (item) WHERE r.item ->> 'outcome' = 'saved');
    owned vigie.batch%ROWTYPE;
BEGIN
    UPDATE vigie.batch b SET
        written = b.written + done,
        outcomes = b.outcomes || coalesce((
            SELECT jsonb_agg(r.item || jsonb_build_object('at', (r.item ->> 'at')::integer + b.rows) ORDER BY r.n)
            FROM jsonb_array_elements(results) WITH ORDINALITY AS r (item, n)
            WHERE jsonb_array_length(b.outcomes) < 1000 AND (r.item ->> 'outcome' <> 'saved' OR r.item ? 'new') AND r.n <= 1000),
                '[]'),
        rows = b.rows + jsonb_array_length(results)
    WHERE b.id = batch AND b.writer = pg_current_xact_id() AND b.login = session_user
    RETURNING * INTO owned;
    IF owned.undoes IS NOT NULL AND owned.written > 0 THEN
        UPDATE vigie.batch b SET undone_by = batch WHERE b.id = owned.undoes;
    END IF;
    PERFORM set_config('vigie.batch', '', true), set_config('vigie.kind', '', true);
END
$$;
REVOKE ALL ON FUNCTION vigie.end_batch(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.end_batch(uuid, jsonb) TO vigie_operator;
COMMENT ON FUNCTION vigie.end_batch(uuid, jsonb) IS 'Part of vigie.save and vigie.undo: records what became of the rows.';

CREATE FUNCTION vigie.batch_result(batch uuid) RETURNS json
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    b vigie.batch%ROWTYPE;
BEGIN
    IF batch IS NULL THEN
        RAISE EXCEPTION 'which batch must be given' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('vigie.batch ' || batch, 0));
    INSERT INTO vigie.batch (id, user_id, kind, origin, struck) VALUES (batch, auth.uid(), 'struck', 'struck', true)
    ON CONFLICT (id) DO NOTHING;
    SELECT * INTO b FROM vigie.batch x WHERE x.id = batch;
    IF b.user_id IS DISTINCT FROM auth.uid() OR b.login <> session_user THEN
        RAISE EXCEPTION 'this batch is somebody else''s' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF b.struck THEN
        RETURN NULL;
    END IF;
    RETURN json_build_object('rows', b.rows, 'written', b.written, 'kind', b.kind, 'results', b.outcomes);
END
$$;
REVOKE ALL ON FUNCTION vigie.batch_result(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.batch_result(uuid) TO vigie_operator;
COMMENT ON FUNCTION vigie.batch_result(uuid) IS
    'What became of a save whose answer was lost, waiting while it still runs: {"rows", "written", "kind", "results": [as vigie.save '
    'returns them, of rows that were not plainly saved, and of new ones]}. NULL: nothing of it was written, and it is struck out, so '
    'that it cannot be carried out later. Must itself be committed.';

-- Undo ----------------------------------------------------------------------------------------------------------------

CREATE FUNCTION vigie.undo_key(fingerprint text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN CASE WHEN coalesce(fingerprint, '') = '' THEN fingerprint ELSE 'vigie-key:former:' || fingerprint END;
END
$$;
REVOKE ALL ON FUNCTION vigie.undo_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.undo_key(text) TO vigie_operator;
COMMENT ON FUNCTION vigie.undo_key(text) IS 'Part of vigie.undo: names the key that the journal shows by its fingerprint.';

-- The state of a new row may be the probes' by now: that does not keep it from being undone.
CREATE FUNCTION vigie.undo(batch uuid, target uuid, redo boolean)
    RETURNS TABLE (at integer, id uuid, outcome text, sqlstate text, rule text, columns text[], message text, theirs json)
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    fields  text[] := ARRAY['openai_api_key', 'organisation_id', 'client_type', 'client_id', 'openai_email_compte',
        'openai_organisation_id', 'openai_project_id', 'openai_actif', 'openai_date_activation', 'openai_statut_connexion',
            'openai_limite_quotidienne', 'openai_modeles_autorises', 'openai_limite_cout_mois', 'openai_ia_extensions'];
    items   jsonb;
    results jsonb;
BEGIN
    PERFORM vigie.begin_batch(batch, CASE WHEN redo THEN 'redo' ELSE 'undo' END, target);
    WITH entries AS (
        SELECT row_number() OVER (ORDER BY j.at DESC, j.seq DESC) - 1 AS at, j.connexion_id AS id, j.action, j.before, j.after,
               (SELECT coalesce(jsonb_object_agg(b.key, b.value), '{}') FROM jsonb_each(j.before) b
                   WHERE b.key = ANY (fields)) AS old,
               (SELECT coalesce(jsonb_object_agg(a.key, a.value), '{}') FROM jsonb_each(j.after) a
                   WHERE a.key = ANY (fields)) AS new
        FROM vigie.journal j
        WHERE j.batch = target AND j.user_id IS NOT DISTINCT FROM auth.uid() AND j.login = session_user
          AND j.organisation_id = coalesce((j.after ->> 'organisation_id')::uuid, j.organisation_id)
    )
    SELECT jsonb_agg(CASE e.action
        WHEN 'update' THEN jsonb_build_object('at', e.at, 'op', 'update', 'id', e.id, 'set', e.old, 'seen', e.new)
                           || CASE WHEN e.old ? 'openai_api_key'
                                   THEN jsonb_build_object('key', vigie.undo_key(e.old ->> 'openai_api_key')) ELSE '{}' END
        WHEN 'insert' THEN jsonb_build_object('at', e.at, 'op', 'delete', 'id', e.id, 'set', '{}'::jsonb, 'seen',
            e.new - 'openai_statut_connexion')
        ELSE jsonb_build_object('at', e.at, 'op', 'insert', 'id', e.id, 'set', e.before, 'seen', '{}'::jsonb,
                                'key', vigie.undo_key(e.old ->> 'openai_api_key')) END ORDER BY e.at)
    INTO items FROM entries e;

    results := vigie.apply(coalesce(items, '[]'), false);
    PERFORM vigie.end_batch(batch, results);
    RETURN QUERY
    SELECT r.* FROM jsonb_to_recordset(results) AS r (at integer, id uuid, outcome text, sqlstate text, rule text, columns text[],
                                                      message text, theirs json) ORDER BY r.at;
END
$$;
REVOKE ALL ON FUNCTION vigie.undo(uuid, uuid, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.undo(uuid, uuid, boolean) TO vigie_operator;
COMMENT ON FUNCTION vigie.undo(uuid, uuid, boolean) IS
    'Takes back what an own batch did, the newest first, as a new batch and where the rows still are as it left them; redo: the same '
    'for a batch that was an undo. Keys come back for a day. Returns what vigie.save does.';

CREATE FUNCTION vigie.undo_state()
    RETURNS TABLE (undo uuid, undo_kind text, undo_rows integer, undo_at timestamptz,
                   redo uuid, redo_kind text, redo_rows integer, redo_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    person uuid := auth.uid();
BEGIN
    RETURN QUERY
    SELECT u.id, u.origin, u.written, u.at, r.id, r.origin, r.written, r.at
    FROM (VALUES (1)) AS one
    LEFT JOIN LATERAL (
        SELECT b.* FROM vigie.batch b
        WHERE b.user_id = person AND b.login = session_user AND NOT b.struck AND b.kind <> 'undo' AND b.undone_by IS NULL
            AND b.written > 0
        ORDER BY b.n DESC LIMIT 1) u ON true
    LEFT JOIN LATERAL (
        SELECT b.* FROM vigie.batch b
        WHERE b.user_id = person AND b.login = session_user AND b.kind = 'undo' AND b.undone_by IS NULL AND b.written > 0
          AND NOT EXISTS (SELECT FROM vigie.batch x WHERE x.user_id = person AND x.login = session_user AND x.n > b.n
              AND x.written > 0
                                                      AND x.kind NOT IN ('undo', 'redo'))
        ORDER BY b.n DESC LIMIT 1) r ON true;
END
$$;
REVOKE ALL ON FUNCTION vigie.undo_state() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.undo_state() TO vigie_operator;
COMMENT ON FUNCTION vigie.undo_state() IS
    'The caller''s newest batch that is not undone, and the newest undo that was not redone and after which no new edit came.';
