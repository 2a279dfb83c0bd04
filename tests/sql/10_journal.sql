-- The journal: who changed what, whatever program wrote; nothing can be changed in it; every tampering is found.
\ir fixture.psql
SELECT no_plan();

SELECT user_id AS "admin" FROM vigie.operator WHERE role_name = 'vigie_test_admin' \gset
SELECT user_id AS "anne" FROM vigie.operator WHERE role_name = 'vigie_test_a' \gset
SELECT tableowner AS owner FROM pg_tables WHERE schemaname = 'public' AND tablename = 'openai_connexion' \gset
SELECT openai_connexion_id AS row FROM openai_connexion WHERE openai_email_compte = 'n1@test.example' AND organisation_id = :A \gset
SELECT set_config('test.row', :'row', true) AS ignored \gset

-- What a statement of that login leaves in the journal: one line an entry, as the owner sees it.
CREATE FUNCTION pg_temp.entries(login text, VARIADIC statements text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    statement text;
    found     text[];
    from_seq  bigint := (SELECT coalesce(sum(seq), 0) FROM vigie.journal_head);
BEGIN
    EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', login);
    FOREACH statement IN ARRAY statements LOOP
        EXECUTE statement;
    END LOOP;
    RESET SESSION AUTHORIZATION;
    SET CONSTRAINTS ALL IMMEDIATE;
    found := ARRAY(SELECT concat_ws(' ', left(j.organisation_id::text, 1), j.seq, j.action, j.before, '->', j.after)
                   FROM vigie.journal j ORDER BY j.organisation_id, j.seq);
    RAISE EXCEPTION USING ERRCODE = 'UNDO0';
EXCEPTION
    WHEN SQLSTATE 'UNDO0' THEN RETURN QUERY SELECT unnest(found);
    WHEN others THEN RETURN NEXT SQLSTATE || ' ' || SQLERRM;
END
$$;
CREATE FUNCTION pg_temp.updating(assignments text) RETURNS text LANGUAGE sql AS $$
    SELECT format('UPDATE public.openai_connexion SET %s WHERE openai_connexion_id = %L', assignments, current_setting('test.row'))
$$;

-- Each column of a person's, old and new in PostgreSQL's own texts; programs' columns leave nothing.
SELECT is((SELECT string_agg(e, ' | ') FROM pg_temp.entries('vigie_test_a', pg_temp.updating(assignment)) e), expected, assignment)
FROM (VALUES
    ('client_type = ''reseau_agence''', 'a 1 update {"client_type": "reseau"} -> {"client_type": "reseau_agence"}'),
    ('openai_email_compte = ''''', 'a 1 update {"openai_email_compte": "n1@test.example"} -> {"openai_email_compte": ""}'),
    ('openai_organisation_id = ''org-x''', 'a 1 update {"openai_organisation_id": null} -> {"openai_organisation_id": "org-x"}'),
    ('openai_project_id = ''proj_x''', 'a 1 update {"openai_project_id": null} -> {"openai_project_id": "proj_x"}'),
    ('openai_actif = false', 'a 1 update {"openai_actif": "t"} -> {"openai_actif": "f"}'),
    ('openai_statut_connexion = ''inactive''', 'a 1 update {"openai_statut_connexion": "active"} -> {"openai_statut_connexion": "inactive"}'),
    ('openai_limite_quotidienne = 0', 'a 1 update {"openai_limite_quotidienne": null} -> {"openai_limite_quotidienne": "0"}'),
    ('openai_modeles_autorises = ''{"a b",NULL}''', 'a 1 update {"openai_modeles_autorises": "{gpt-3.5-turbo,gpt-4}"} -> {"openai_modeles_autorises": "{\"a b\",NULL}"}'),
    ('openai_limite_cout_mois = 12.50', 'a 1 update {"openai_limite_cout_mois": null} -> {"openai_limite_cout_mois": "12.50"}'),
    ('openai_ia_extensions = ''{"b": 1}''', 'a 1 update {"openai_ia_extensions": "{}"} -> {"openai_ia_extensions": "{\"b\": 1}"}'),
    ('openai_ia_extensions = ''null''', 'a 1 update {"openai_ia_extensions": "{}"} -> {"openai_ia_extensions": "null"}'),
    ('openai_ia_extensions = NULL', 'a 1 update {"openai_ia_extensions": "{}"} -> {"openai_ia_extensions": null}'),
    ('openai_audit_log = ''{"note": 1}''', 'a 1 update {"openai_audit_log": null} -> {"openai_audit_log": "{\"note\": 1}"}'),
    ('client_id = ''11111111-0000-4000-8000-000000000000'', openai_actif = false, openai_usage_quotidien = 7',
        format('a 1 update {"client_id": "%1$s", "openai_actif": "t"} -> {"client_id": "11111111-0000-4000-8000-000000000000", "openai_actif": "f"}',
               (SELECT client_id FROM openai_connexion WHERE openai_connexion_id = :'row'))),
    ('openai_project_id = NULL', NULL),
    ('openai_derniere_synchro = now()', NULL),
    ('openai_derniere_erreur = ''401''', NULL),
    ('openai_usage_quotidien = 9, openai_reset_quota_at = now()', NULL),
    ('openai_cout_actuel_mois = 3', NULL),
    ('openai_updated_by = NULL, openai_updated_at = now(), openai_created_at = now()', NULL)
) AS t (assignment, expected);
SELECT is((SELECT count(*)::int FROM pg_temp.entries('vigie_test_a',
              pg_temp.updating('openai_date_activation = ''2026-02-03 04:05:06.07+02''')) e
           WHERE e LIKE '%-> {"openai_date_activation": "2026-02-03T02:05:06.070000Z"}'), 1, 'instants are in UTC, whatever the session''s zone');

-- Keys
SELECT is((SELECT count(*)::int FROM pg_temp.entries('vigie_test_a', pg_temp.updating('openai_api_key = ''sk-test-new''')) e
           WHERE e ~ '^a 1 update \{"openai_api_key": "sha256:[0-9a-f]{16}"\} -> \{"openai_api_key": "sha256:[0-9a-f]{16}"\}$'), 1,
          'a key is two fingerprints');
SELECT isnt(vigie.fingerprint('sk-test-new'), 'sha256:' || left(encode(sha256('sk-test-new'), 'hex'), 16), 'fingerprints are salted');
SELECT is(vigie.fingerprint(''), '', 'no key is no fingerprint');

-- Inserts, deletes, moves, truncation
SELECT is((SELECT count(*)::int FROM pg_temp.entries('vigie_test_a', format('INSERT INTO openai_connexion (organisation_id, client_id, openai_api_key, '
               'openai_email_compte) VALUES (%L, gen_random_uuid(), ''sk-test-secret'', ''new@test.example'')', :A)) e
           WHERE e LIKE 'a 1 insert -> {%"openai_email_compte": "new@test.example"%' AND e NOT LIKE '%sk-test%'
             AND e LIKE '%"openai_api_key": "sha256:%' AND e LIKE '%"openai_limite_cout_mois": null%'), 1, 'an INSERT holds the whole row');
SELECT is((SELECT array_agg(left(e, 16)) FROM pg_temp.entries('vigie_test_a', 'DELETE FROM openai_connexion') e),
          '{"a 1 delete {\"cli","a 2 delete {\"cli","a 3 delete {\"cli"}', 'a DELETE of three rows holds the three');
SELECT is((SELECT array_agg(left(e, 10)) FROM pg_temp.entries('vigie_test_admin', pg_temp.updating(format('organisation_id = %L', :B))) e),
          '{"a 1 update","b 1 update"}', 'a move is told to both organisations');
SELECT is((SELECT count(*)::int FROM pg_temp.entries(:'owner', 'TRUNCATE openai_connexion CASCADE') e WHERE e ~ '^[ab] [123] delete'), 6,
          'a TRUNCATE is six deletions');

SELECT is((SELECT string_agg(split_part(e, '->', 2), '') FROM pg_temp.entries('vigie_test_a', 'SET CONSTRAINTS ALL IMMEDIATE', pg_temp.updating('openai_project_id = ''1'''),
              pg_temp.updating('openai_project_id = ''2'''), 'SET CONSTRAINTS ALL DEFERRED', pg_temp.updating('openai_project_id = ''3''')) e),
          ' {"openai_project_id": "1"} {"openai_project_id": "2"} {"openai_project_id": "3"}', 'whenever constraints are checked, nothing is left out');
SELECT is((SELECT string_agg(split_part(e, '->', 2), '') FROM pg_temp.entries('vigie_test_a',
              format('DO $d$ BEGIN BEGIN %s; RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END; %s; END $d$',
                     pg_temp.updating('openai_project_id = ''undone'''), pg_temp.updating('openai_project_id = ''done'''))) e),
          ' {"openai_project_id": "done"}', 'what was rolled back is not told, what came after is');

-- Figures lowered by hand
SELECT is((SELECT string_agg(e, ' | ') FROM pg_temp.entries(login, pg_temp.updating('openai_usage_quotidien = 10, openai_cout_actuel_mois = 2.5'),
                                                            pg_temp.updating(assignment)) e), expected, login || ': ' || assignment)
FROM (VALUES
    ('vigie_test_a', 'openai_usage_quotidien = 9', 'a 1 update {"openai_usage_quotidien": "10"} -> {"openai_usage_quotidien": "9"}'),
    (:'owner', 'openai_usage_quotidien = NULL', 'a 1 update {"openai_usage_quotidien": "10"} -> {"openai_usage_quotidien": null}'),
    ('vigie_test_a', 'openai_cout_actuel_mois = 2.49', 'a 1 update {"openai_cout_actuel_mois": "2.5"} -> {"openai_cout_actuel_mois": "2.49"}'),
    ('vigie_test_a', 'openai_usage_quotidien = 0, openai_reset_quota_at = now()', NULL),
    ('vigie_test_a', 'openai_usage_quotidien = 11, openai_cout_actuel_mois = 3', NULL)
) AS t (login, assignment, expected);
SELECT is((SELECT string_agg(e, ' | ') FROM pg_temp.entries('vigie_test_a',
              format('SELECT vigie.compter_usage_at(%L, 1, 5, now() - interval ''40 days'')', :'row'),
              format('SELECT vigie.compter_usage_at(%L, 1, 2, now())', :'row')) e), NULL,
          'the applications'' count of a new month is no lowering by hand');

-- Who
SET LOCAL application_name = 'test';
SELECT is((pg_temp.value_of('vigie_test_a', pg_temp.updating('openai_actif = false'), 'SET CONSTRAINTS ALL IMMEDIATE',
    $$ SELECT concat_ws(' ', user_id, login, role, address, application, batch, kind, account, at > now() - interval '1 minute') FROM vigie.journal $$)),
    :'anne' || ' vigie_test_a vigie_test_a test n1@test.example t', 'who: the user, the login, the role, the program');
SELECT is((pg_temp.value_of('vigie_test_a', 'SET LOCAL ROLE vigie_operator', pg_temp.updating('openai_actif = false'),
    'SET CONSTRAINTS ALL IMMEDIATE', 'SELECT concat_ws('' '', login, role) FROM vigie.journal')),
    'vigie_test_a vigie_operator', 'the login stays after SET ROLE');
SELECT is((pg_temp.value_of('vigie_test_a', 'SELECT set_config(''vigie.batch'', ''x'', true), set_config(''vigie.kind'', ''A B'', true)',
    pg_temp.updating('openai_actif = false'), 'SET CONSTRAINTS ALL IMMEDIATE', 'SELECT num_nulls(batch, kind) FROM vigie.journal')),
    '2', 'nonsense for batch and kind does not hinder a change');

-- The poller's changes of the state are journalled as such, and leave no entry in the row.
SELECT is(pg_temp.value_of('vigie_test_a', 'SELECT vigie.enrol(); SELECT vigie.take(''w'', ARRAY[' || quote_literal(:'row') || ']::uuid[], 60)',
    format($$ SELECT vigie.record('w', '[{"id": "%s", "verdict": "revoked", "checked_at": 1, "due_s": 1, "status": "error", "error": "401"}]') $$, :'row'),
    'SET CONSTRAINTS ALL IMMEDIATE',
    'SELECT concat_ws('' '', j.kind, j.before, j.after, c.openai_audit_log) FROM vigie.journal j JOIN openai_connexion c ON c.openai_connexion_id = j.connexion_id'),
    'probe {"openai_statut_connexion": "active"} {"openai_statut_connexion": "error"} {}', 'what a probe says of the state');

-- openai_audit_log: bounded, structured, the applications' own keys left alone
CREATE FUNCTION pg_temp.log_after(login text, VARIADIC statements text[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.value_of(login::name, VARIADIC statements ||
        format('SELECT openai_audit_log FROM public.openai_connexion WHERE openai_connexion_id = %L', current_setting('test.row')))::jsonb
$$;
SELECT is(pg_temp.log_after('vigie_test_a', pg_temp.updating('openai_actif = false, openai_project_id = ''p''')) #- '{entries,0,at}',
          jsonb_build_object('version', 1, 'entries', jsonb_build_array(jsonb_build_object('by', :'anne', 'login', 'vigie_test_a',
                             'fields', '["openai_project_id", "openai_actif"]'::jsonb))), 'an entry: who and which columns, no value');
SELECT is(jsonb_array_length(pg_temp.log_after('vigie_test_a', VARIADIC (SELECT array_agg(pg_temp.updating('openai_limite_quotidienne = ' || i))
                                               FROM generate_series(1, 25) i)) -> 'entries'), 20, 'at most twenty entries');
SELECT is(pg_temp.log_after('vigie_test_a', pg_temp.updating('openai_actif = false'), pg_temp.updating('openai_project_id = ''p''')) #> '{entries,0,fields}',
          '["openai_project_id"]', 'the newest first');
SELECT is(pg_temp.log_after('vigie_test_a', pg_temp.updating(format('openai_audit_log = %L', given)), pg_temp.updating('openai_actif = false'))
              - 'version' - 'entries', expected::jsonb, 'what was there: ' || given)
FROM (VALUES
    ('{"note": "old tool", "lot": 3}', '{"note": "old tool", "lot": 3}'),
    ('["a"]', '{"legacy": ["a"]}'),
    ('"text"', '{"legacy": "text"}'),
    ('null', '{}'),
    ('{"version": "2.1", "entries": {"x": 1}, "z": 0}', '{"z": 0, "legacy": {"version": "2.1", "entries": {"x": 1}}}')
) AS t (given, expected);
SELECT is(pg_temp.log_after('vigie_test_a', pg_temp.updating('openai_audit_log = NULL'), pg_temp.updating('openai_actif = false')) #> '{entries,0,fields}',
          '["openai_actif"]', 'no log is an empty log');
SELECT is(pg_temp.log_after('vigie_test_a', pg_temp.updating('openai_audit_log = to_jsonb(repeat(''x'', 5000))'), pg_temp.updating('openai_actif = false'))
              - 'version' - 'entries', '{}', 'a foreign value that is not small goes');
SELECT is(pg_temp.log_after('vigie_test_a', pg_temp.updating('openai_actif = false'),
              pg_temp.updating('openai_audit_log = ''{"version": 1, "entries": [{"by": "me"}], "mine": 1}''')) - 'version' #- '{entries,0,at}' #- '{entries,1,at}',
          jsonb_build_object('mine', 1, 'entries', jsonb_build_array(
              jsonb_build_object('by', :'anne', 'login', 'vigie_test_a', 'fields', '["openai_audit_log"]'::jsonb),
              jsonb_build_object('by', :'anne', 'login', 'vigie_test_a', 'fields', '["openai_actif"]'::jsonb))), 'entries cannot be forged by an update');
SELECT is(pg_temp.log_after('vigie_test_a', pg_temp.updating('openai_usage_quotidien = 5, openai_derniere_erreur = ''x''')), '{}', 'measures leave no entry');

-- Who sees what of it, and that nobody changes it
SET LOCAL SESSION AUTHORIZATION vigie_test_admin;
UPDATE openai_connexion SET openai_project_id = 'p1';
UPDATE openai_connexion SET openai_limite_quotidienne = 7, openai_ia_extensions = '{"k": "v"}';
INSERT INTO openai_connexion (organisation_id, client_id, openai_api_key, openai_email_compte) VALUES (:A, gen_random_uuid(), 'sk-test-i', 'i@test.example');
DELETE FROM openai_connexion WHERE openai_email_compte = 'i@test.example';
RESET SESSION AUTHORIZATION;
SELECT is_empty('SELECT FROM vigie.journal', 'entries get their places when the transaction ends');
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT results_eq('SELECT organisation_id, seq FROM vigie.journal_head ORDER BY 1', format('VALUES (%L::uuid, 8::bigint), (%L, 6)', :A, :B), 'two chains');
SELECT is_empty('SELECT FROM vigie.journal_pending UNION ALL SELECT FROM vigie.journal_turn', 'nothing is pending');

SELECT is(pg_temp.attempt(login::name, statement), expected, format('%s: %s -> %s', login, statement, expected))
FROM (VALUES
    ('vigie_test_admin', 'SELECT * FROM vigie.journal', '14'),
    ('vigie_test_a', 'SELECT * FROM vigie.journal', '8'),
    ('vigie_test_b', 'SELECT * FROM vigie.journal', '6'),
    ('vigie_test_unknown', 'SELECT * FROM vigie.journal', '0'),
    ('vigie_test_nobody', 'SELECT * FROM vigie.journal', '0'),
    ('vigie_test_anonymous', 'SELECT * FROM vigie.journal', '0'),
    ('vigie_test_outsider', 'SELECT * FROM vigie.journal', '42501'),
    ('vigie_test_admin', 'SELECT * FROM vigie.journal_verify(NULL)', '2'),
    ('vigie_test_a', 'SELECT * FROM vigie.journal_verify(NULL)', '1'),
    ('vigie_test_a', format('SELECT * FROM vigie.journal_verify(%L)', :B), '0'),
    ('vigie_test_anonymous', 'SELECT * FROM vigie.journal_verify(NULL)', '0'),
    ('vigie_test_outsider', 'SELECT * FROM vigie.journal_verify(NULL)', '42501'),
    (:'owner', 'UPDATE vigie.journal SET login = ''x''', '42501'),
    (:'owner', 'DELETE FROM vigie.journal', '42501'),
    (:'owner', 'TRUNCATE vigie.journal', '42501')
) AS t (login, statement, expected);
SELECT is(pg_temp.attempt('vigie_test_admin', statement), '42501', 'refused: ' || statement)
FROM (VALUES ('journal'), ('journal_head'), ('journal_pending'), ('journal_turn'), ('journal_salt'), ('former_key'), ('pad'), ('batch')) AS t (name),
     LATERAL (VALUES ('DELETE FROM vigie.' || name), ('TRUNCATE vigie.' || name), ('INSERT INTO vigie.' || name || ' SELECT')) AS s (statement);
SELECT is(pg_temp.attempt('vigie_test_admin', 'SELECT FROM vigie.' || name), '42501', 'out of sight: ' || name)
FROM (VALUES ('journal_head'), ('journal_pending'), ('journal_turn'), ('journal_salt'), ('former_key'), ('pad'), ('batch')) AS t (name);
SELECT is(pg_temp.attempt('vigie_test_admin', statement), '42501', 'refused: ' || statement)
FROM (VALUES
    ('SELECT vigie.fingerprint(''x'')'),
    ('SELECT vigie.journal_note(gen_random_uuid(), gen_random_uuid(), '''', ''update'', NULL, NULL)'),
    ('SELECT vigie.record_results(''w'', ''[]'')'),
    ('SELECT vigie.journal_hash(j) FROM vigie.journal j'),
    ('ALTER TABLE vigie.journal DISABLE TRIGGER journal_refuse'),
    ('ALTER TABLE openai_connexion DISABLE TRIGGER vigie_journal_update'),
    ('CREATE TEMP TABLE journal_pending (a int)')
) AS t (statement);

-- Tampering: each byte of each column of each entry.
ALTER TABLE vigie.journal DISABLE TRIGGER journal_refuse;
CREATE FUNCTION pg_temp.verdict(VARIADIC statements text[]) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.value_of((SELECT tableowner FROM pg_tables WHERE tablename = 'journal' AND schemaname = 'vigie'), VARIADIC statements
        || 'SET LOCAL SESSION AUTHORIZATION vigie_test_admin'::text
        || 'SELECT string_agg(concat_ws('' '', left(organisation_id::text, 1), entries, bad_seq, nullif(reason, '''')), ''; '' ORDER BY organisation_id) FROM vigie.journal_verify(NULL)'::text)
$$;
SELECT is(pg_temp.verdict('SELECT 1'), 'a 8 0; b 6 0', 'two whole chains');
SELECT is(pg_temp.verdict(statement), expected, statement)
FROM (VALUES
    ('DELETE FROM vigie.journal WHERE seq = 1', 'a 7 2 gap; b 5 2 gap'),
    ('DELETE FROM vigie.journal WHERE seq = 4', 'a 7 5 gap; b 5 5 gap'),
    ('DELETE FROM vigie.journal WHERE seq >= 6', 'a 5 6 head; b 5 6 head'),
    ('DELETE FROM vigie.journal', 'a 0 1 head; b 0 1 head'),
    ('DELETE FROM vigie.journal_head', 'a 8 1 head; b 6 1 head'),
    ('UPDATE vigie.journal_head SET seq = seq - 1', 'a 8 8 head; b 6 6 head'),
    ('UPDATE vigie.journal SET seq = seq + 100 WHERE seq = 6', 'a 8 7 gap; b 6 106 gap'),
    ('UPDATE vigie.journal SET organisation_id = ''cccccccc-0000-4000-8000-000000000000'' WHERE seq = 6 AND organisation_id::text LIKE ''b%''',
     'a 8 0; b 5 6 head; c 1 6 gap'),
    ('UPDATE vigie.journal SET previous = '''' WHERE seq = 3', 'a 8 3 previous; b 6 3 previous'),
    ('UPDATE vigie.journal SET hash = set_byte(hash, 31, (get_byte(hash, 31) + 1) % 256) WHERE seq = 3', 'a 8 3 hash; b 6 3 hash'),
    ('UPDATE vigie.journal SET address = ''10.0.0.1'' WHERE seq = 2', 'a 8 2 hash; b 6 2 hash'),
    ('UPDATE vigie.journal SET kind = ''edit'' WHERE seq = 2', 'a 8 2 hash; b 6 2 hash'),
    ('UPDATE vigie.journal SET batch = gen_random_uuid() WHERE seq = 2', 'a 8 2 hash; b 6 2 hash'),
    ('UPDATE vigie.journal SET user_id = NULL WHERE seq = 2', 'a 8 2 hash; b 6 2 hash'),
    ('UPDATE vigie.journal SET at = at + interval ''1 microsecond'' WHERE seq = 2', 'a 8 2 hash; b 6 2 hash'),
    ('UPDATE vigie.journal SET before = after, after = before WHERE seq = 2', 'a 8 2 hash; b 6 2 hash')
) AS t (statement, expected);

-- A change of one character wherever there is one, of each text column, one at a time.
CREATE FUNCTION pg_temp.spoilt(org uuid, at_seq bigint) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    col    text;
    length integer;
    found  integer;
    set    text;
    whole  vigie.journal := (SELECT j FROM vigie.journal j WHERE j.organisation_id = org AND j.seq = at_seq);
    spoil  text := 'overlay(%1$s PLACING CASE substr(%1$s, %2$s, 1) WHEN ''%3$s'' THEN ''%4$s'' ELSE ''%3$s'' END FROM %2$s FOR 1)';
BEGIN
    FOR col IN SELECT attname FROM pg_attribute WHERE attrelid = 'vigie.journal'::regclass AND attnum > 0 LOOP
        EXECUTE format('SELECT length(%I::text) FROM vigie.journal WHERE organisation_id = $1 AND seq = $2', col) INTO length USING org, at_seq;
        FOR i IN 1 .. coalesce(length, 0) LOOP
            set := format(spoil, quote_ident(col) || '::text', i, '1', '2');
            BEGIN
                EXECUTE format('UPDATE vigie.journal SET %I = (%s)::%s WHERE organisation_id = $1 AND seq = $2', col, set,
                               (SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'vigie.journal'::regclass AND attname = col))
                USING org, at_seq;
                SELECT count(*) INTO found FROM vigie.journal_verify(NULL) v WHERE v.reason <> '';
                IF found = 0 AND NOT EXISTS (SELECT FROM vigie.journal j WHERE j.organisation_id = org AND j.seq = at_seq AND j = whole) THEN
                    RAISE EXCEPTION USING ERRCODE = 'MISS0';
                END IF;
                RAISE EXCEPTION USING ERRCODE = 'UNDO0';
            EXCEPTION
                WHEN SQLSTATE 'MISS0' THEN RETURN NEXT format('%s, character %s', col, i);
                WHEN SQLSTATE 'UNDO0' OR data_exception OR integrity_constraint_violation THEN NULL;
            END;
        END LOOP;
    END LOOP;
END
$$;
INSERT INTO vigie.operator SELECT current_user, user_id FROM vigie.operator WHERE role_name = 'vigie_test_admin';
SELECT is_empty(format('SELECT pg_temp.spoilt(%L, %s)', org, seq), format('every character of entry %s', seq))
FROM (VALUES (:A, 1), (:A, 8), (:B, 6)) AS t (org, seq);

-- Who loses the tail cannot hide it by going on.
SET LOCAL SESSION AUTHORIZATION :owner;
DELETE FROM vigie.journal WHERE seq >= 7;
SET LOCAL SESSION AUTHORIZATION vigie_test_a;
UPDATE openai_connexion SET openai_actif = false WHERE openai_connexion_id = :'row';
SET CONSTRAINTS ALL IMMEDIATE;
SELECT results_eq('SELECT entries, bad_seq, reason FROM vigie.journal_verify(NULL)', $$ VALUES (7::bigint, 9::bigint, 'gap') $$,
                  'the next entry shows the gap');

SELECT * FROM finish();
ROLLBACK;
