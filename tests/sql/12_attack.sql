-- A member with psql and every right of an operator tries to read keys, to forge what is remembered, and to write unseen.
\ir fixture.psql
SELECT no_plan();

SELECT openai_connexion_id AS a1 FROM openai_connexion WHERE openai_email_compte = 'n1@test.example' AND organisation_id = :A \gset
SELECT openai_connexion_id AS b1 FROM openai_connexion WHERE openai_email_compte = 'n1@test.example' AND organisation_id = :B \gset
SELECT set_config('test.a1', :'a1', true), set_config('test.b1', :'b1', true) \gset ignored_
CREATE FUNCTION pg_temp.setting(assignments text) RETURNS text LANGUAGE sql AS $$
    SELECT format('UPDATE public.openai_connexion SET %s WHERE openai_connexion_id = %L', assignments, current_setting('test.a1'))
$$;
CREATE FUNCTION pg_temp.insertion(id text, key text, log text, rest text) RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO public.openai_connexion AS c (openai_connexion_id, organisation_id, client_id, openai_api_key, openai_email_compte, openai_audit_log) '
                  'VALUES (%L, ''aaaaaaaa-0000-4000-8000-000000000000'', gen_random_uuid(), %L, ''i@test.example'', %L) %s', id, key, log, rest)
$$;

-- What an upsert would have inserted is the console's own doing where a key is named: it needs the right to read keys.
SELECT is(pg_temp.value_of('vigie_test_a', pg_temp.insertion(:'a1', 'vigie-key:copy:' || :'a1', NULL,
              'ON CONFLICT (openai_connexion_id) DO UPDATE SET openai_email_compte = excluded.openai_email_compte RETURNING c.openai_email_compte')),
          'i@test.example', 'an upsert works');
SELECT is(pg_temp.value_of('vigie_test_a', pg_temp.insertion(:'a1', 'vigie-key:copy:' || :'a1', NULL,
              'ON CONFLICT (openai_connexion_id) DO UPDATE SET openai_email_compte = excluded.openai_api_key RETURNING c.openai_email_compte')), '42501',
          'no upsert shows a key that was copied');
SELECT is(pg_temp.value_of('vigie_test_a', pg_temp.insertion(:'a1', 'vigie-key:former:sha256:0123456789abcdef', NULL,
              'ON CONFLICT (openai_connexion_id) DO UPDATE SET openai_email_compte = excluded.openai_api_key RETURNING c.openai_email_compte')), '42501',
          'nor a former one');
SELECT is(pg_temp.value_of('vigie_test_a', statement), '42501', 'no key: ' || statement)
FROM (VALUES
    (pg_temp.setting('openai_email_compte = openai_api_key')),
    (pg_temp.setting('openai_api_key = ''vigie-key:copy:'' || openai_connexion_id') || ' RETURNING openai_api_key'),
    ('SELECT c FROM openai_connexion c'),
    ('MERGE INTO openai_connexion c USING (VALUES (1)) v ON true WHEN MATCHED THEN UPDATE SET openai_email_compte = c.openai_api_key'),
    ('SELECT vigie.keep_key(NULL)'), ('SELECT vigie.connexion_text(NULL)'), ('SELECT vigie.fingerprint(''x'')'),
    ('SELECT salt FROM vigie.journal_salt'), ('SELECT api_key FROM vigie.former_key'),
    ('CREATE TEMP TABLE t (openai_api_key text)')
) AS t (statement);

SELECT is(pg_temp.attempt('vigie_test_a', 'CREATE FUNCTION pg_temp.x() RETURNS int LANGUAGE sql AS ''SELECT 1'''), '42501', 'no function of a member''s own');

-- Forged entries in openai_audit_log
CREATE FUNCTION pg_temp.log_after(VARIADIC statements text[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.value_of('vigie_test_a', VARIADIC statements ||
        'SELECT openai_audit_log - ''version'' FROM public.openai_connexion WHERE openai_email_compte IN (''i@test.example'', ''n1@test.example'') ORDER BY 1 DESC LIMIT 1'::text)::jsonb
$$;
SELECT is(pg_temp.log_after('SELECT set_config(''vigie.kind'', ''probe'', true)',
              pg_temp.setting('openai_statut_connexion = ''error'', openai_audit_log = ''{"version": 1, "entries": [{"by": "victim"}]}''')) #> '{entries,0,login}',
          '"vigie_test_a"', 'who says to be a probe forges nothing');
SELECT is(pg_temp.log_after(pg_temp.setting('openai_actif = false'), 'SELECT set_config(''vigie.kind'', ''probe'', true)',
              pg_temp.setting('openai_statut_connexion = ''error'', openai_audit_log = NULL')) #> '{entries,1,fields}',
          '["openai_actif"]', 'and empties nothing');
SELECT is(pg_temp.value_of('vigie_test_a', pg_temp.insertion('99999999-0000-4000-8000-000000000000', 'sk-test-x', '{"version": 1, "note": "kept", "entries": [{"by": "victim"}]}', ''),
              'SELECT openai_audit_log FROM openai_connexion WHERE openai_email_compte = ''i@test.example''')::jsonb, '{"note": "kept"}'::jsonb,
          'a new row has no past');

-- Journal: who says to be a probe is believed for what probes write
SELECT is(pg_temp.value_of('vigie_test_a', 'SELECT set_config(''vigie.kind'', ''probe'', true)', pg_temp.setting('openai_project_id = ''x'''),
              'SET CONSTRAINTS ALL IMMEDIATE', 'SELECT coalesce(kind, ''none'') FROM vigie.journal'), 'none', 'an edit does not pass for a probe');
SELECT is(pg_temp.value_of('vigie_test_a', 'SELECT set_config(''vigie.kind'', ''probe'', true)', pg_temp.setting('openai_statut_connexion = ''error'''),
              'SET CONSTRAINTS ALL IMMEDIATE', 'SELECT coalesce(kind, ''none'') FROM vigie.journal'), 'none', 'nor a state written by hand');

-- What a row becomes when it moves is nothing to those who lose it.
SELECT is(pg_temp.value_of('vigie_test_admin', pg_temp.setting(format('organisation_id = %L, openai_email_compte = ''secret'', openai_api_key = ''sk-test-b''', :B)),
              'SET CONSTRAINTS ALL IMMEDIATE', 'SET LOCAL SESSION AUTHORIZATION vigie_test_a',
              'SELECT concat_ws('' '', account, before, after) FROM vigie.journal'),
          'n1@test.example {"organisation_id": "aaaaaaaa-0000-4000-8000-000000000000"} {"organisation_id": "bbbbbbbb-0000-4000-8000-000000000000"}',
          'a move shows the former organisation no new value');

-- Use lowered together with its reset
SELECT is(pg_temp.value_of('vigie_test_a', pg_temp.setting('openai_usage_quotidien = 10, openai_reset_quota_at = now() + interval ''1 hour'''),
              pg_temp.setting('openai_usage_quotidien = 1, openai_reset_quota_at = openai_reset_quota_at + interval ''1 microsecond'''),
              'SET CONSTRAINTS ALL IMMEDIATE', 'SELECT after ->> ''openai_usage_quotidien'' FROM vigie.journal'), '1', 'a reset before its time is told');
SELECT is(pg_temp.value_of('vigie_test_a', pg_temp.setting('openai_usage_quotidien = 10, openai_reset_quota_at = now() - interval ''1 hour'''),
              pg_temp.setting('openai_usage_quotidien = 1, openai_reset_quota_at = now() + interval ''1 day'''),
              'SET CONSTRAINTS ALL IMMEDIATE', 'SELECT count(*) FROM vigie.journal'), '0', 'one that was due is not');

-- Savepoints and early checks leave nothing out
SELECT is(pg_temp.value_of('vigie_test_a', pg_temp.setting('openai_project_id = ''1'''),
              format('DO $d$ BEGIN BEGIN %s; SET CONSTRAINTS ALL IMMEDIATE; RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END; END $d$', pg_temp.setting('openai_project_id = ''2''')),
              pg_temp.setting('openai_project_id = ''3'''), 'SET CONSTRAINTS ALL IMMEDIATE',
              'SELECT string_agg(after ->> ''openai_project_id'', '' '' ORDER BY seq) FROM vigie.journal'), '1 3', 'an early check that is rolled back');

-- Former keys are gone after a day even if nobody saves any more
INSERT INTO vigie.former_key VALUES (:'a1', 'sha256:0', :A, 'sk-test-old', now() - interval '25 hours');
INSERT INTO vigie.pad (pad, at) VALUES (decode(repeat('00', 512), 'hex'), now() - interval '11 minutes');
SELECT is(pg_temp.value_of('vigie_test_b', 'SELECT vigie.record(''w'', ''[]'')', 'RESET SESSION AUTHORIZATION',
                           'SELECT (SELECT count(*) FROM vigie.former_key) + (SELECT count(*) FROM vigie.pad)'), '0', 'any poller removes keys and pads that are too old');

-- Somebody else's batch
SELECT is(pg_temp.value_of('vigie_test_a', 'SELECT vigie.begin_batch(''00000000-0000-4000-8000-000000000001'', ''edit'', NULL)', pg_temp.setting('openai_project_id = ''1'''),
              'SELECT vigie.end_batch(''00000000-0000-4000-8000-000000000001'', ''[{"at": 0, "outcome": "saved"}]'')', 'SET LOCAL SESSION AUTHORIZATION vigie_test_b', statement), expected, statement)
FROM (VALUES
    ('SELECT vigie.batch_result(''00000000-0000-4000-8000-000000000001'')', '42501'),
    ('SELECT vigie.begin_batch(''00000000-0000-4000-8000-000000000001'', ''edit'', NULL)', '55000'),
    ('SELECT vigie.undo(''00000000-0000-4000-8000-000000000002'', ''00000000-0000-4000-8000-000000000001'', false)', '55000'),
    ('SELECT vigie.end_batch(''00000000-0000-4000-8000-000000000001'', ''[{"at": 0, "outcome": "saved"}]'')', '')
) AS t (statement, expected);

SELECT * FROM finish();
ROLLBACK;
