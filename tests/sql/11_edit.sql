-- Editing: what becomes of each change of a plan, for whom; keys that go in unseen; undo and redo.
\ir fixture.psql
SELECT no_plan();

SELECT openai_connexion_id AS a1 FROM openai_connexion WHERE openai_email_compte = 'n1@test.example' AND organisation_id = :A \gset
SELECT openai_connexion_id AS a2 FROM openai_connexion WHERE openai_email_compte = 'n2@test.example' AND organisation_id = :A \gset
SELECT openai_connexion_id AS b1 FROM openai_connexion WHERE openai_email_compte = 'n1@test.example' AND organisation_id = :B \gset
SELECT set_config('test.a1', :'a1', true), set_config('test.a2', :'a2', true), set_config('test.b1', :'b1', true) \gset ignored_
\set gone '''99999999-0000-4000-8000-000000000000'''
SELECT tableowner AS owner FROM pg_tables WHERE schemaname = 'public' AND tablename = 'openai_connexion' \gset

CREATE FUNCTION pg_temp.batch(n integer) RETURNS uuid LANGUAGE sql AS $$ SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.item(op text, id text, set json DEFAULT '{}', seen json DEFAULT '{}', copy_of text DEFAULT NULL) RETURNS json LANGUAGE sql AS $$
    SELECT json_build_object('op', op, 'id', CASE id WHEN 'a1' THEN current_setting('test.a1') WHEN 'a2' THEN current_setting('test.a2')
                                                     WHEN 'b1' THEN current_setting('test.b1') ELSE id END,
                             'set', set, 'seen', seen, 'copy_of', CASE copy_of WHEN 'a1' THEN current_setting('test.a1')
                                                                  WHEN 'b1' THEN current_setting('test.b1') ELSE copy_of END)
$$;
-- "outcome sqlstate rule columns theirs", one a change, as text
CREATE FUNCTION pg_temp.saved(n integer, all_or_nothing boolean, VARIADIC items json[]) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', s.outcome, s.sqlstate, s.rule, s.columns, s.theirs), '; ' ORDER BY s.at)
    FROM vigie.save(pg_temp.batch(n), 'edit', to_json(items), all_or_nothing) s
$$;
CREATE FUNCTION pg_temp.undone(n integer, target integer, redo boolean DEFAULT false) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', s.outcome, s.sqlstate, s.rule, s.columns, s.theirs), '; ' ORDER BY s.at)
    FROM vigie.undo(pg_temp.batch(n), pg_temp.batch(target), redo) s
$$;
CREATE FUNCTION pg_temp.previewed(VARIADIC items json[]) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', s.outcome, s.sqlstate, s.rule, s.columns, s.theirs), '; ' ORDER BY s.at) FROM vigie.preview(to_json(items)) s
$$;
-- A key as a console hides it.
CREATE FUNCTION pg_temp.hidden(key text) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
    p    record;
    x    text := '';
    wide bytea := convert_to(key, 'UTF8') || decode(repeat('00', 512 - octet_length(key)), 'hex');
BEGIN
    SELECT * INTO p FROM vigie.pad(1);
    FOR i IN 0 .. 511 LOOP
        x := x || lpad(to_hex(get_byte(wide, i) # get_byte(decode(p.pad, 'hex'), i)), 2, '0');
    END LOOP;
    RETURN json_build_object('pad', p.id, 'x', x);
END
$$;
CREATE FUNCTION pg_temp.key_of(id uuid) RETURNS text LANGUAGE sql SECURITY DEFINER AS $$
    SELECT openai_api_key FROM public.openai_connexion WHERE openai_connexion_id = id
$$;
GRANT USAGE ON SCHEMA public TO PUBLIC;

-- Everybody x every function: nothing of a foreign row
SELECT is(pg_temp.value_of(login::name, statement), expected, format('%s: %s', login, statement))
FROM (VALUES
    ('vigie_test_a', $$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_project_id": "p"}')) $$, 'saved'),
    ('vigie_test_admin', $$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_project_id": "p"}')) $$, 'saved'),
    ('vigie_test_b', $$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_project_id": "p"}')) $$, 'gone'),
    ('vigie_test_nobody', $$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_project_id": "p"}')) $$, 'gone'),
    ('vigie_test_anonymous', $$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_project_id": "p"}')) $$, 'gone'),
    ('vigie_test_outsider', $$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_project_id": "p"}')) $$, '42501'),
    ('vigie_test_a', $$ SELECT pg_temp.saved(1, false, pg_temp.item('delete', 'a1')) $$, 'saved'),
    ('vigie_test_b', $$ SELECT pg_temp.saved(1, false, pg_temp.item('delete', 'a1')) $$, 'gone'),
    ('vigie_test_a', $$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"organisation_id": "bbbbbbbb-0000-4000-8000-000000000000"}')) $$, 'denied 42501'),
    ('vigie_test_admin', $$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"organisation_id": "bbbbbbbb-0000-4000-8000-000000000000"}')) $$, 'saved'),
    ('vigie_test_b', $$ SELECT pg_temp.saved(1, false, pg_temp.item('insert', NULL, '{"organisation_id": "aaaaaaaa-0000-4000-8000-000000000000", "client_id": "aaaaaaaa-0000-4000-8000-000000000000", "openai_email_compte": "x"}', '{}', 'b1')) $$, 'denied 42501'),
    ('vigie_test_b', $$ SELECT pg_temp.saved(1, false, pg_temp.item('insert', NULL, '{"organisation_id": "bbbbbbbb-0000-4000-8000-000000000000", "client_id": "aaaaaaaa-0000-4000-8000-000000000000", "openai_email_compte": "x"}', '{}', 'a1')) $$,
     'refused P0002 copy_key {openai_api_key}'),
    ('vigie_test_b', $$ SELECT pg_temp.saved(1, false, pg_temp.item('insert', NULL, '{"organisation_id": "bbbbbbbb-0000-4000-8000-000000000000", "client_id": "aaaaaaaa-0000-4000-8000-000000000000", "openai_email_compte": "x"}', '{}', 'b1')) $$, 'saved'),
    ('vigie_test_b', $$ SELECT pg_temp.previewed(pg_temp.item('update', 'a1', '{"openai_project_id": "p"}')) $$, 'gone'),
    ('vigie_test_anonymous', $$ SELECT pg_temp.previewed(pg_temp.item('update', 'a1', '{"openai_project_id": "p"}')) $$, 'gone'),
    ('vigie_test_a', $$ SELECT vigie.same_key((h ->> 'pad')::uuid, h ->> 'x', NULL) FROM pg_temp.hidden('sk-test-not-a-key-1') h $$, '1'),
    ('vigie_test_admin', $$ SELECT vigie.same_key((h ->> 'pad')::uuid, h ->> 'x', NULL) FROM pg_temp.hidden('sk-test-not-a-key-1') h $$, '2'),
    ('vigie_test_admin', $$ SELECT vigie.same_key((h ->> 'pad')::uuid, h ->> 'x', current_setting('test.a1')::uuid) FROM pg_temp.hidden('sk-test-not-a-key-1') h $$, '1'),
    ('vigie_test_nobody', $$ SELECT vigie.same_key((h ->> 'pad')::uuid, h ->> 'x', NULL) FROM pg_temp.hidden('sk-test-not-a-key-1') h $$, '0'),
    ('vigie_test_b', $$ SELECT vigie.fate(current_setting('test.a1')::uuid) $$, 'gone'),
    ('vigie_test_b', $$ SELECT vigie.key_is(current_setting('test.a1')::uuid, NULL) $$, 'false'),
    ('vigie_test_b', $$ SELECT coalesce(vigie.key_print(current_setting('test.a1')::uuid), 'none') $$, 'none'),
    ('vigie_test_a', $$ SELECT vigie.key_is(current_setting('test.a1')::uuid, vigie.key_print(current_setting('test.a1')::uuid)) $$, 'true'),
    ('vigie_test_outsider', 'SELECT vigie.pad(1)', '42501'),
    ('vigie_test_outsider', 'SELECT vigie.undo_state()', '42501')
) AS t (login, statement, expected);
SELECT is((SELECT count(*)::int FROM pg_proc p WHERE p.pronamespace = 'vigie'::regnamespace AND NOT p.prosecdef AND p.proconfig IS NULL
              AND p.prosqlbody IS NULL), 0,  -- such a body was read when it was made
          'no function of the schema takes the caller''s search_path');

-- What a plan can meet
SELECT is(pg_temp.value_of('vigie_test_a', statement), expected, statement)
FROM (VALUES
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_email_compte": "x@y"}', '{"openai_email_compte": "n1@test.example"}')) $$, 'saved'),
    ($$ SELECT split_part(pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_email_compte": "x@y"}', '{"openai_api_key": "sha256:0000000000000000"}')), ' {"', 1) $$,
     'conflict {openai_api_key}'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_email_compte": "x@y"}',
               json_build_object('openai_api_key', vigie.key_print(current_setting('test.a1')::uuid)))) $$, 'saved'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_email_compte": "x@y"}', '{"openai_api_key": "sk-typed"}')) $$, '22023'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_email_compte": "x@y"}', '{"openai_email_compte": "other"}')) $$,
     'conflict {openai_email_compte} {"openai_email_compte": "n1@test.example"}'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_limite_quotidienne": "5"}', '{"openai_limite_quotidienne": "0"}')) $$,
     'conflict {openai_limite_quotidienne} {"openai_limite_quotidienne": null}'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_project_id": ""}', '{"openai_project_id": null}')) $$, 'saved'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_project_id": null}', '{"openai_project_id": null}')) $$, 'same'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{}')) $$, 'same'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', '99999999-0000-4000-8000-000000000000', '{"openai_project_id": "x"}')) $$, 'gone'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('delete', 'a1', '{}', '{"openai_email_compte": "other"}')) $$,
     'conflict {openai_email_compte} {"openai_email_compte": "n1@test.example"}'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('delete', 'a1', '{}', '{"openai_email_compte": "n1@test.example"}')) $$, 'saved'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_email_compte": null}')) $$, 'refused 23502 {openai_email_compte}'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_limite_quotidienne": "1x"}')) $$, 'refused 22P02 {openai_limite_quotidienne}'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_limite_quotidienne": "99999999999"}')) $$, 'refused 22003 {openai_limite_quotidienne}'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_limite_cout_mois": "NaN"}')) $$, 'refused 22003 overflow {openai_limite_cout_mois}'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_limite_cout_mois": "12.3456789"}')) $$, 'saved'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_date_activation": "2026-01-01T00:00:00.1234567Z"}')) $$, 'refused 22003 rounded {openai_date_activation}'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_ia_extensions": "{"}')) $$, 'refused 22P02 {openai_ia_extensions}'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_modeles_autorises": "{a"}')) $$, 'refused 22P02 {openai_modeles_autorises}'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('insert', NULL, '{"organisation_id": "aaaaaaaa-0000-4000-8000-000000000000", "client_id": "aaaaaaaa-0000-4000-8000-000000000000", "openai_email_compte": "x"}')) $$,
     'refused 23502 {openai_api_key}'),
    -- one bad row among good ones; or all or nothing
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_project_id": "x"}'), pg_temp.item('update', 'a2', '{"openai_limite_quotidienne": "x"}')) $$,
     'saved; refused 22P02 {openai_limite_quotidienne}'),
    ($$ SELECT pg_temp.saved(1, true, pg_temp.item('update', 'a1', '{"openai_project_id": "x"}'), pg_temp.item('update', 'a2', '{"openai_limite_quotidienne": "x"}')) $$,
     'kept; refused 22P02 {openai_limite_quotidienne}'),
    ($$ SELECT pg_temp.saved(1, true, pg_temp.item('update', 'a1', '{"openai_project_id": "x"}'), pg_temp.item('update', 'a2', '{"openai_project_id": "y"}', '{"openai_actif": "f"}')) $$,
     'kept; conflict {openai_actif} {"openai_actif": "t"}'),
    ($$ SELECT pg_temp.saved(1, true, pg_temp.item('update', 'a1', '{"openai_project_id": "x"}'), pg_temp.item('update', 'a1', '{"openai_actif": "f"}')) $$, 'saved; saved'),
    ($$ SELECT vigie.save(pg_temp.batch(1), 'edit', '[]', true) $$, NULL),
    -- not a plan
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('upsert', 'a1')) $$, '22023'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', NULL, '{"openai_project_id": "x"}')) $$, '22023'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_usage_quotidien": "1"}')) $$, '22023'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_created_by": null}')) $$, '22023'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_audit_log": "{}"}')) $$, '22023'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{}', '{"openai_api_key": "x"}')) $$, '22023'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_api_key": "sk-clear"}')) $$, '22023'),
    ($$ SELECT pg_temp.saved(1, false, pg_temp.item('delete', 'a1', '{"openai_project_id": "x"}')) $$, '22023'),
    ($$ SELECT vigie.save(pg_temp.batch(1), 'edit', '{}', false) $$, '22023'),
    ($$ SELECT vigie.save(pg_temp.batch(1), 'undo', '[]', false) $$, '22023'),
    ($$ SELECT vigie.save(NULL, 'edit', '[]', false) $$, '22023'),
    -- before it is written
    ($$ SELECT pg_temp.previewed(pg_temp.item('update', 'a1', '{"openai_project_id": "x"}', '{"openai_actif": "t"}'), pg_temp.item('update', 'a2', '{"openai_limite_quotidienne": "x"}'),
                                 pg_temp.item('delete', 'a1', '{}', '{"openai_email_compte": "o"}')) $$,
     'saved {"openai_actif": "t", "openai_project_id": null}; refused 22P02 {openai_limite_quotidienne}; conflict {openai_email_compte} {"openai_email_compte": "n1@test.example"}')
) AS t (statement, expected);
SELECT is(pg_temp.value_of('vigie_test_a', 'SET LOCAL transaction_read_only = on',
          $$ SELECT pg_temp.previewed(pg_temp.item('update', 'a1', '{"openai_project_id": "x"}')) $$), 'saved {"openai_project_id": null}', 'a preview writes nothing');
SELECT is(pg_temp.value_of('vigie_test_a', 'SET LOCAL transaction_read_only = on',
          $$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_project_id": "x"}')) $$), '25006', 'a session that is not armed saves nothing');
SELECT is(pg_temp.value_of('vigie_test_a', $$ SELECT pg_temp.saved(1, true, pg_temp.item('update', 'a1', '{"openai_project_id": "x"}'), pg_temp.item('update', 'a2', '{"openai_email_compte": null}')) $$,
          'SELECT count(*) FROM openai_connexion WHERE openai_project_id = ''x'''), '0', 'all or nothing: nothing');
SELECT is(pg_temp.value_of('vigie_test_admin', 'UPDATE openai_connexion SET openai_project_id = ''m'' WHERE openai_connexion_id::text = current_setting(''test.a1'')',
          'SET CONSTRAINTS ALL IMMEDIATE', format('UPDATE openai_connexion SET organisation_id = %L WHERE openai_connexion_id::text = current_setting(''test.a1'')', :B),
          'SET LOCAL SESSION AUTHORIZATION vigie_test_a', $$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_project_id": "x"}')) $$),
          'hidden', 'who could see the row is told that it was moved out of sight');

-- A poller beside an edit
SELECT is(pg_temp.value_of('vigie_test_a', 'UPDATE openai_connexion SET openai_derniere_synchro = now(), openai_usage_quotidien = 9, openai_statut_connexion = ''error''',
          $$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_email_compte": "x@y"}', '{"openai_email_compte": "n1@test.example"}')) $$,
          'SELECT concat_ws('' '', openai_email_compte, openai_usage_quotidien, openai_statut_connexion) FROM openai_connexion WHERE openai_connexion_id::text = current_setting(''test.a1'')'),
          'x@y 9 error', 'what a program writes meanwhile neither conflicts nor is lost');

-- Keys
SELECT is(pg_temp.value_of('vigie_test_a', $$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', json_build_object('openai_api_key', pg_temp.hidden('sk-clé')))) $$,
          'SELECT pg_temp.key_of(current_setting(''test.a1'')::uuid)'), 'sk-clé', 'a hidden key arrives');
SELECT is(pg_temp.value_of('vigie_test_a', $$ SELECT pg_temp.saved(1, false, pg_temp.item('insert', NULL, json_build_object('organisation_id', 'aaaaaaaa-0000-4000-8000-000000000000',
          'client_id', 'aaaaaaaa-0000-4000-8000-000000000000', 'openai_email_compte', 'copy'), '{}', 'a1')) $$,
          'SELECT pg_temp.key_of(openai_connexion_id) FROM openai_connexion WHERE openai_email_compte = ''copy'''), 'sk-test-not-a-key-1', 'a copy has the key of its original');
CREATE TEMP TABLE pads AS SELECT * FROM vigie.pad(3);
GRANT ALL ON pads TO PUBLIC;
SELECT ok((SELECT count(DISTINCT pad) = 3 AND bool_and(length(pad) = 1024) FROM pads), 'pads are 512 bytes, each different');
SELECT is(pg_temp.value_of('vigie_test_a', 'SELECT vigie.use_pad(id, pad) FROM pads LIMIT 1'), '22023', 'another''s pad is no use');
SELECT is(pg_temp.value_of('vigie_test_a', 'DELETE FROM pads', 'INSERT INTO pads SELECT * FROM vigie.pad(1)', 'SELECT vigie.use_pad(id, pad) FROM pads',
                           'SELECT vigie.use_pad(id, pad) FROM pads'), '22023', 'a pad is for one use');
SELECT is(pg_temp.value_of('vigie_test_a', 'DELETE FROM pads', 'INSERT INTO pads SELECT * FROM vigie.pad(1)', 'RESET SESSION AUTHORIZATION',
                           'UPDATE vigie.pad SET at = now() - interval ''11 minutes''', 'SET LOCAL SESSION AUTHORIZATION vigie_test_a',
                           'SELECT vigie.use_pad(id, pad) FROM pads'), '22023', 'a pad is for ten minutes');
SELECT is(pg_temp.value_of('vigie_test_a', 'SELECT vigie.pad(1001)'), '22023', 'a thousand pads at most');
SELECT is(pg_temp.value_of('vigie_test_a', format('UPDATE openai_connexion SET openai_api_key = %L WHERE openai_connexion_id::text = current_setting(''test.a2'')', token)),
          expected, token)
FROM (VALUES ('vigie-key:copy:' || :'b1', 'P0002'), ('vigie-key:former:sha256:0123456789abcdef', 'P0002'), ('vigie-key:', 'P0002'), ('vigie-key:copy:x', 'P0002')) AS t (token, expected);

-- A refusal never shows the row, and no key, not even one that a trigger of the owner tells.
CREATE FUNCTION pg_temp.teller() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no: %', NEW.openai_api_key; END $$;
CREATE TRIGGER teller BEFORE UPDATE ON openai_connexion FOR EACH ROW WHEN (NEW.openai_project_id = 'tell') EXECUTE FUNCTION pg_temp.teller();
SELECT is(pg_temp.value_of('vigie_test_a', $$ SELECT (s.*)::text FROM vigie.save(pg_temp.batch(1), 'edit', json_build_array(pg_temp.item('update', 'a1',
          json_build_object('openai_project_id', 'tell', 'openai_api_key', pg_temp.hidden('sk-proj-secret')))), false) s $$),
          format('(0,%s,refused,P0001,,,"no: …",)', :'a1'), 'a key that a trigger tells is left out');
DROP TRIGGER teller ON openai_connexion;
CREATE OR REPLACE FUNCTION pg_temp.teller() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$;
CREATE TRIGGER teller BEFORE UPDATE ON openai_connexion FOR EACH ROW EXECUTE FUNCTION pg_temp.teller();
SELECT is(pg_temp.value_of('vigie_test_a', $$ SELECT pg_temp.saved(1, false, pg_temp.item('update', 'a1', '{"openai_project_id": "x"}')) $$), '40001',
          'what fails the whole transaction is no refusal of a row');
DROP TRIGGER teller ON openai_connexion;
ALTER TABLE openai_connexion ADD CONSTRAINT one_key UNIQUE (organisation_id, openai_api_key);
SELECT ok(pg_temp.value_of('vigie_test_a', $$ SELECT (s.*)::text FROM vigie.save(pg_temp.batch(1), 'edit', json_build_array(pg_temp.item('update', 'a1',
          json_build_object('openai_api_key', pg_temp.hidden('sk-test-not-a-key-2')))), false) s $$)
          LIKE '(0,%,refused,23505,one_key,"{organisation_id,openai_api_key}",%' , 'a unique key: the rule and its columns');
SELECT ok(pg_temp.value_of('vigie_test_a', $$ SELECT (s.*)::text FROM vigie.save(pg_temp.batch(1), 'edit', json_build_array(pg_temp.item('update', 'a1',
          json_build_object('openai_api_key', pg_temp.hidden('sk-test-not-a-key-2')))), false) s $$) NOT LIKE '%not-a-key%', 'and not the key');
ALTER TABLE openai_connexion DROP CONSTRAINT one_key;

-- Undo and redo
CREATE TEMP VIEW present AS
SELECT string_agg((to_jsonb(c) - '{openai_updated_at,openai_updated_by,openai_created_at,openai_created_by,openai_audit_log}'::text[])::text, E'\n'
                  ORDER BY openai_connexion_id) AS rows FROM openai_connexion c;
UPDATE openai_connexion SET openai_usage_quotidien = 7, openai_cout_actuel_mois = 1.50, openai_derniere_erreur = 'e', openai_derniere_synchro = '2026-01-02 03:04:05.678901Z';
UPDATE openai_connexion SET openai_audit_log = '{"note": "kept"}', openai_ia_extensions = 'null', openai_limite_cout_mois = 5.00 WHERE openai_connexion_id = :'a2';
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
CREATE TEMP TABLE start AS SELECT * FROM present;
CREATE TEMP TABLE middle (rows text);
SELECT is((SELECT count(*)::int FROM vigie.former_key), 0, 'changes outside a save keep no former key');
SET LOCAL SESSION AUTHORIZATION vigie_test_a;
SELECT is(pg_temp.saved(1, true,
    pg_temp.item('update', 'a1', json_build_object('openai_email_compte', '', 'openai_limite_quotidienne', '0', 'openai_limite_cout_mois', '2.50', 'openai_modeles_autorises', '{}',
                                                   'openai_actif', 'f', 'openai_ia_extensions', NULL, 'openai_date_activation', '2026-05-05T05:05:05.000005Z',
                                                   'openai_statut_connexion', 'inactive', 'openai_api_key', pg_temp.hidden('sk-other'))),
    pg_temp.item('delete', 'a2'),
    pg_temp.item('insert', '77777777-0000-4000-8000-000000000000', '{"organisation_id": "aaaaaaaa-0000-4000-8000-000000000000", "client_id": "aaaaaaaa-0000-4000-8000-000000000000", "openai_email_compte": "new"}', '{}', 'a1')),
    'saved; saved; saved', 'an edit, a deletion, a copy');
SELECT is(pg_temp.key_of(:'a1'), 'sk-other', 'the key changed');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
RESET SESSION AUTHORIZATION;
INSERT INTO middle SELECT * FROM present;
SET LOCAL SESSION AUTHORIZATION vigie_test_a;
SELECT is((SELECT count(*)::int FROM vigie.journal WHERE batch = pg_temp.batch(1) AND kind = 'edit'), 3, 'the journal names the batch');
SELECT is(pg_temp.value_of('vigie_test_b', $$ SELECT vigie.fate(current_setting('test.a1')::uuid) $$), 'gone', 'whoever never saw a row is not told that it exists');
SELECT results_eq('SELECT undo, undo_kind, undo_rows, redo FROM vigie.undo_state()', 'SELECT pg_temp.batch(1), ''edit'', 3, NULL::uuid', 'it can be undone');
SELECT is(pg_temp.value_of('vigie_test_b', 'SELECT undo FROM vigie.undo_state()'), NULL, 'by nobody else');
SELECT is(pg_temp.value_of('vigie_test_b', 'SELECT pg_temp.undone(9, 1)'), '55000', 'even by name');
SELECT is(pg_temp.value_of('vigie_test_admin', 'SELECT pg_temp.undone(9, 1)'), '55000', 'nor by an administrator');
SET LOCAL SESSION AUTHORIZATION vigie_test_a;
SELECT is(pg_temp.undone(2, 1), 'saved; saved; saved', 'undo');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
RESET SESSION AUTHORIZATION;
SELECT is((SELECT rows FROM present), (SELECT rows FROM start), 'everything is as it was, keys and measures too');
SELECT is((SELECT openai_audit_log ->> 'note' FROM openai_connexion WHERE openai_connexion_id = :'a2'), 'kept', 'what an application kept in the log is back');
SET LOCAL SESSION AUTHORIZATION vigie_test_a;
SELECT results_eq('SELECT undo, redo, redo_kind, redo_rows FROM vigie.undo_state()', 'SELECT NULL::uuid, pg_temp.batch(2), ''edit'', 3', 'now it can be redone');
SELECT throws_ok('SELECT pg_temp.undone(3, 1)', '55000', NULL, 'not undone twice');
SELECT throws_ok('SELECT pg_temp.undone(3, 2)', '55000', NULL, 'an undo is redone, not undone');
SELECT is(pg_temp.undone(3, 2, true), 'saved; saved; saved', 'redo');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
RESET SESSION AUTHORIZATION;
SELECT is(regexp_replace((SELECT rows FROM present), '"openai_(date_activation|derniere_synchro)[^,]*,', '', 'g'),
          regexp_replace((SELECT rows FROM middle), '"openai_(date_activation|derniere_synchro)[^,]*,', '', 'g'), 'redone');
SET LOCAL SESSION AUTHORIZATION vigie_test_a;
SELECT results_eq('SELECT undo, undo_kind, redo FROM vigie.undo_state()', 'SELECT pg_temp.batch(3), ''edit'', NULL::uuid', 'and can be undone again');
UPDATE openai_connexion SET openai_email_compte = 'somebody else' WHERE openai_connexion_id = :'a1';
UPDATE openai_connexion SET openai_statut_connexion = 'error' WHERE openai_email_compte = 'new';
SELECT is(pg_temp.undone(4, 3), 'saved; conflict {openai_email_compte} {"openai_email_compte": "somebody else"}; saved',
          'where somebody else changed the same field the undo overwrites nothing; a probe''s state does not count');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT is(pg_temp.saved(5, true, pg_temp.item('update', 'a2', '{"openai_project_id": "later"}')), 'saved', 'a new edit');
SELECT results_eq('SELECT undo, redo FROM vigie.undo_state()', 'SELECT pg_temp.batch(5), NULL::uuid', 'ends what could be redone');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
RESET SESSION AUTHORIZATION;
CREATE TEMP TABLE former AS TABLE vigie.former_key;
UPDATE vigie.former_key SET at = now() - interval '25 hours';
SET LOCAL SESSION AUTHORIZATION vigie_test_a;
SELECT is(pg_temp.saved(6, true, pg_temp.item('update', 'a1', json_build_object('openai_api_key', (SELECT json_build_object('former', before ->> 'openai_api_key') FROM vigie.journal
              WHERE before ? 'openai_api_key' AND action = 'update' ORDER BY seq LIMIT 1)))), 'refused P0002 former_key {openai_api_key}', 'former keys are kept for a day');
RESET SESSION AUTHORIZATION;
SELECT is((SELECT count(*)::int FROM vigie.former_key), 0, 'and no longer, though they were not asked for');
INSERT INTO vigie.former_key TABLE former;
SET LOCAL SESSION AUTHORIZATION vigie_test_a;
SELECT is(pg_temp.saved(7, true, pg_temp.item('update', 'a1', json_build_object('openai_api_key', (SELECT json_build_object('former', before ->> 'openai_api_key') FROM vigie.journal
              WHERE before ? 'openai_api_key' AND action = 'update' ORDER BY seq LIMIT 1)))), 'saved', 'within it they come back');
SELECT is(pg_temp.key_of(:'a1'), 'sk-test-not-a-key-1', 'the right one');
SELECT is(pg_temp.saved(8, false, pg_temp.item('update', 'a2', json_build_object('openai_api_key', (SELECT json_build_object('former', before ->> 'openai_api_key') FROM vigie.journal
              WHERE before ? 'openai_api_key' AND action = 'update' ORDER BY seq LIMIT 1)))), 'refused P0002 former_key {openai_api_key}', 'into their own row and no other');

-- A batch is carried out once, and not at all once its console was told that it was not.
SELECT is(vigie.batch_result(pg_temp.batch(5)) ->> 'written', '1', 'what became of a save');
SELECT is((SELECT string_agg(concat_ws(' ', r ->> 'outcome', r ->> 'new'), '; ') FROM json_array_elements(vigie.batch_result(pg_temp.batch(4)) -> 'results') r),
          'conflict; saved true', 'with what was not plainly saved');
SELECT is(vigie.batch_result(pg_temp.batch(50))::text, NULL, 'one that never came is struck out');
SELECT throws_ok('SELECT pg_temp.saved(50, true, pg_temp.item(''update'', ''a2'', ''{"openai_project_id": "late"}''))', '55000', 'batch_struck', 'and does not come later');
RESET SESSION AUTHORIZATION;
UPDATE vigie.batch SET writer = '3';
SET LOCAL SESSION AUTHORIZATION vigie_test_a;
SELECT throws_ok('SELECT pg_temp.saved(5, true, pg_temp.item(''update'', ''a2'', ''{"openai_project_id": "late"}''))', '55000', 'batch_used', 'nor is one carried out twice');
SELECT is(pg_temp.value_of('vigie_test_b', 'SELECT vigie.batch_result(pg_temp.batch(5))'), '42501', 'a batch is its own user''s');
SET LOCAL SESSION AUTHORIZATION vigie_test_a;
SELECT is(pg_temp.saved(60, true, pg_temp.item('update', 'a1', '{"openai_project_id": "one"}')) || pg_temp.saved(60, true, pg_temp.item('update', 'a2', '{"openai_project_id": "two"}'),
              pg_temp.item('update', 'a2', '{}')), 'savedsaved; same', 'parts of a batch follow each other');
SELECT is((SELECT (r ->> 'rows') || ' ' || (r ->> 'written') || ' ' || (r -> 'results' -> 0 ->> 'at') FROM vigie.batch_result(pg_temp.batch(60)) r), '3 2 2', 'and are one batch');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT is_empty('SELECT FROM vigie.journal_verify(NULL) WHERE reason <> ''''', 'after all this the chain is whole');

SELECT * FROM finish();
ROLLBACK;
