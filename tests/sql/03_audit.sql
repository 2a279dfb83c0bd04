-- The audit fields: who and when, set by the triggers and by nobody else.
\ir fixture.psql
SELECT plan(42);

CREATE TEMP VIEW stamps AS
SELECT openai_created_at, openai_created_by, openai_updated_at, openai_updated_by FROM openai_connexion;
GRANT SELECT ON stamps TO PUBLIC;
SELECT user_id AS "admin" FROM vigie.operator WHERE role_name = 'vigie_test_admin' \gset
SELECT user_id AS "anne" FROM vigie.operator WHERE role_name = 'vigie_test_a' \gset
SELECT set_config('test.row', openai_connexion_id::text, true) AS ignored FROM openai_connexion
WHERE organisation_id = :A ORDER BY 1 LIMIT 1 \gset

CREATE FUNCTION pg_temp.stamps_after(login name, statement text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.value_of(login, statement,
        $q$ SELECT concat_ws(' ',
                CASE openai_created_at WHEN now() THEN 'now' WHEN '2020-01-01 00:00Z' THEN '2020' ELSE '?' END,
                coalesce(openai_created_by::text, 'nobody'),
                CASE openai_updated_at WHEN now() THEN 'now' WHEN '2021-01-01 00:00Z' THEN '2021' ELSE '?' END,
                coalesce(openai_updated_by::text, 'nobody'))
            FROM openai_connexion WHERE openai_connexion_id = current_setting('test.row')::uuid $q$)
$$;
SELECT tableowner AS owner FROM pg_tables WHERE schemaname = 'public' AND tablename = 'openai_connexion' \gset
\set old_c '00000000-0000-4000-8000-00000000000c'
\set old_d '00000000-0000-4000-8000-00000000000d'
\set other '00000000-0000-4000-8000-00000000000e'

-- INSERT
CREATE FUNCTION pg_temp.insertion(columns text DEFAULT '', given text DEFAULT '') RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO openai_connexion (openai_connexion_id, organisation_id, client_id, openai_api_key, '
                  'openai_email_compte %s) VALUES (''11111111-0000-4000-8000-000000000000'', '
                  '''aaaaaaaa-0000-4000-8000-000000000000'', gen_random_uuid(), ''sk-test-not-a-key'', ''x@test.example'' %s)',
                  columns, given)
$$;
SELECT current_setting('test.row') AS existing, set_config('test.row', '11111111-0000-4000-8000-000000000000', true) AS ignored \gset
SELECT is(pg_temp.stamps_after('vigie_test_a', pg_temp.insertion()),
          format('now %s now %s', :'anne', :'anne'), 'INSERT by a member: now, by the member');
SELECT is(pg_temp.stamps_after('vigie_test_admin', pg_temp.insertion()),
          format('now %s now %s', :'admin', :'admin'), 'INSERT by an administrator: now, by the administrator');
SELECT is(pg_temp.stamps_after('vigie_test_a', pg_temp.insertion(
              ', openai_created_at, openai_created_by, openai_updated_at, openai_updated_by',
              format(', ''1999-01-01'', %L, ''1999-01-01'', %L', :'admin', :'admin'))),
          format('now %s now %s', :'anne', :'anne'), 'INSERT: what a client sends for the audit fields is not believed');
SELECT is(pg_temp.stamps_after(:'owner', pg_temp.insertion()), 'now nobody now nobody', 'INSERT by the owner: by nobody');
SELECT is(pg_temp.stamps_after(:'owner', pg_temp.insertion(', openai_created_by, openai_updated_by',
                                                            format(', %L, %L', :'other', :'anne'))),
          format('now %s now %s', :'other', :'anne'), 'INSERT by the owner: the given users are kept');
SELECT set_config('test.row', :'existing', true) AS ignored \gset

-- UPDATE of one column at a time
CREATE FUNCTION pg_temp.updating(assignments text) RETURNS text LANGUAGE sql AS $$
    SELECT format('UPDATE openai_connexion SET %s WHERE openai_connexion_id = current_setting(''test.row'')::uuid', assignments)
$$;
CREATE TEMP TABLE assignment (whose text, assignment text);
INSERT INTO assignment VALUES
    ('person', 'client_type = ''reseau_agence'''),
    ('person', 'client_id = gen_random_uuid()'),
    ('person', 'openai_api_key = ''sk-test-other'''),
    ('person', 'openai_email_compte = ''other@test.example'''),
    ('person', 'openai_organisation_id = ''org-x'''),
    ('person', 'openai_project_id = ''proj_x'''),
    ('person', 'openai_actif = false'),
    ('person', 'openai_date_activation = ''2024-01-01'''),
    ('person', 'openai_limite_quotidienne = 5'),
    ('person', 'openai_modeles_autorises = NULL'),
    ('person', 'openai_limite_cout_mois = 0'),
    ('person', 'openai_audit_log = ''{"a": 1}'''),
    ('person', 'openai_ia_extensions = ''{"a": 1}'''),
    ('poller', 'openai_derniere_synchro = now()'),
    ('poller', 'openai_statut_connexion = ''error'''),
    ('poller', 'openai_derniere_erreur = ''401'''),
    ('poller', 'openai_usage_quotidien = NULL'),
    ('poller', 'openai_reset_quota_at = now()'),
    ('poller', 'openai_cout_actuel_mois = 12.3456'),
    ('poller', 'openai_statut_connexion = ''error'', openai_usage_quotidien = 7, openai_cout_actuel_mois = 1'),
    ('poller', 'openai_email_compte = openai_email_compte, openai_usage_quotidien = 8'),
    ('poller', 'openai_usage_quotidien = openai_usage_quotidien'),
    ('poller', 'openai_updated_at = ''1999-01-01'', openai_updated_by = gen_random_uuid(), openai_usage_quotidien = 9'),
    ('poller', 'openai_updated_at = ''1999-01-01'', openai_updated_by = NULL'),
    ('poller', 'openai_created_at = ''1999-01-01'', openai_created_by = NULL'),
    ('person', 'openai_project_id = ''proj_x'', openai_usage_quotidien = 9'),
    ('person', 'openai_project_id = ''proj_x'', openai_updated_at = ''1999-01-01'', openai_updated_by = gen_random_uuid()'),
    ('person', 'openai_project_id = ''proj_x'', openai_created_at = ''1999-01-01'', openai_created_by = gen_random_uuid()');
SELECT is(pg_temp.stamps_after('vigie_test_a', pg_temp.updating(assignment)),
          format('2020 %s %s', :'old_c', CASE whose WHEN 'person' THEN 'now ' || :'anne' ELSE '2021 ' || :'old_d' END),
          format('UPDATE, a %s''s change: %s', whose, assignment))
FROM assignment;
SELECT is((SELECT count(DISTINCT c.column_name)::int FROM information_schema.columns c, assignment a
           WHERE c.table_schema = 'public' AND c.table_name = 'openai_connexion'
             AND a.assignment ~ ('\m' || c.column_name || ' =')),
          23, 'every column but the two below was tried');
SELECT is(pg_temp.stamps_after('vigie_test_admin', pg_temp.updating('organisation_id = ''bbbbbbbb-0000-4000-8000-000000000000''')),
          format('2020 %s now %s', :'old_c', :'admin'), 'UPDATE, a person''s change: the organisation');
SELECT is(pg_temp.value_of('vigie_test_a',
              pg_temp.updating('openai_connexion_id = ''11111111-0000-4000-8000-000000000000'''),
              'SELECT openai_updated_by FROM openai_connexion WHERE openai_connexion_id = ''11111111-0000-4000-8000-000000000000'''),
          :'anne', 'UPDATE, a person''s change: the identifier');

-- UPDATE by the owner, who is nobody
SELECT is(pg_temp.stamps_after(:'owner', pg_temp.updating('openai_project_id = ''proj_x''')),
          format('2020 %s now nobody', :'old_c'), 'UPDATE by the owner: not in the name of the one who wrote before');
SELECT is(pg_temp.stamps_after(:'owner', pg_temp.updating(format('openai_project_id = ''proj_x'', openai_updated_by = %L', :'other'))),
          format('2020 %s now %s', :'old_c', :'other'), 'UPDATE by the owner: the given user is kept');
SELECT is(pg_temp.stamps_after(:'owner', pg_temp.updating('openai_project_id = ''proj_x'', openai_created_at = now(), openai_created_by = NULL')),
          format('2020 %s now nobody', :'old_c'), 'UPDATE by the owner: the creation fields never change');

-- Several rows, each judged by itself
SELECT is(pg_temp.value_of('vigie_test_a',
              'UPDATE openai_connexion SET openai_usage_quotidien = 5, openai_project_id = CASE openai_connexion_id '
              'WHEN current_setting(''test.row'')::uuid THEN ''proj_x'' END',
              'SELECT count(*) FROM openai_connexion WHERE openai_updated_at = now()'),
          '1', 'an UPDATE of three rows stamps the one where a person''s column changed');
SELECT is(pg_temp.attempt('vigie_test_a', 'DELETE FROM openai_connexion'), '3', 'DELETE is not disturbed');
SELECT is(pg_temp.value_of('vigie_test_a', 'SET LOCAL search_path = ''''',
              'UPDATE public.openai_connexion SET openai_project_id = ''proj_x''',
              'SELECT count(*) FROM public.openai_connexion WHERE openai_updated_at = now()'),
          '3', 'the triggers do not depend on the session''s search_path');

SELECT * FROM finish();
ROLLBACK;
