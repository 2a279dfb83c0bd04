-- What an operator might try to become more than it is.
\ir fixture.psql
SELECT plan(101);

SELECT user_id AS "admin" FROM vigie.operator WHERE role_name = 'vigie_test_admin' \gset
SELECT user_id AS "bruno" FROM vigie.operator WHERE role_name = 'vigie_test_b' \gset
SELECT tableowner AS owner FROM pg_tables WHERE schemaname = 'public' AND tablename = 'openai_connexion' \gset
\set count '''SELECT count(*) FROM openai_connexion'''

-- Claims, as PostgREST sends them, mean nothing where the login is the identity.
SELECT is(pg_temp.value_of('vigie_test_b', setting, query), expected, format('%s is still %s after %s', query, expected, setting))
FROM (VALUES ('SELECT auth.uid()', :'bruno'), (:count, '3')) AS q (query, expected),
(VALUES
    (format('SELECT set_config(''request.jwt.claims'', ''{"sub": "%s", "role": "service_role"}'', true)', :'admin')),
    (format('SELECT set_config(''request.jwt.claims'', ''{"sub": "%s"}'', false)', :'admin')),
    (format('SELECT set_config(''request.jwt.claim.sub'', %L, true)', :'admin')),
    ('SET LOCAL application_name = ''vigie_test_admin'''),
    ('SET LOCAL ROLE vigie_operator'),
    ('SET LOCAL search_path = pg_temp, vigie, public')
) AS t (setting);
SELECT is(pg_temp.value_of('vigie_test_anonymous',
              format('SELECT set_config(''request.jwt.claims'', ''{"sub": "%s"}'', true)', :'admin'), :count),
          '0', 'a login without an identity does not get one by claims');

-- Roles
SELECT is(pg_temp.attempt('vigie_test_b', statement), '42501', 'refused: ' || statement)
FROM (VALUES
    (format('SET LOCAL ROLE %I', :'owner')),
    ('SET LOCAL ROLE vigie_test_admin'),
    ('SET LOCAL ROLE vigie_test_a'),
    ('SET LOCAL ROLE pg_read_all_data'),
    ('SET LOCAL session_replication_role = replica'),
    ('CREATE ROLE vigie_test_new'),
    ('ALTER ROLE vigie_test_b SUPERUSER'),
    ('ALTER ROLE vigie_test_b BYPASSRLS'),
    ('GRANT vigie_test_admin TO vigie_test_b'),
    (format('GRANT %I TO vigie_test_b', :'owner'))
) AS t (statement);

-- Isolation itself
SELECT is(pg_temp.attempt('vigie_test_b', statement), '42501', 'refused: ' || statement)
FROM (VALUES
    ('ALTER TABLE openai_connexion DISABLE ROW LEVEL SECURITY'),
    ('DROP POLICY organisation_only_access_openai_connexion ON openai_connexion'),
    ('CREATE POLICY mine ON openai_connexion USING (true)'),
    ('ALTER TABLE openai_connexion DISABLE TRIGGER USER'),
    ('TRUNCATE openai_connexion'),
    ('CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS ''SELECT NULL::uuid'''),
    ('CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS ''SELECT 1'''),
    ('CREATE TABLE public.mine (a int)'),
    ('CREATE TABLE vigie.mine (a int)'),
    ('CREATE TEMP TABLE users (a int)'),
    ('CREATE TRIGGER mine BEFORE UPDATE ON openai_connexion EXECUTE FUNCTION suppress_redundant_updates_trigger()'),
    ('CREATE SCHEMA mine')
) AS t (statement);
SELECT is(pg_temp.value_of('vigie_test_b', 'SET LOCAL row_security = off', :count), '42501',
          'row_security = off fails, it does not unfilter');

-- One's own row of users, and the others'
SELECT is(pg_temp.attempt('vigie_test_b', statement), expected, format('users: %s -> %s', statement, expected))
FROM (VALUES
    ('SELECT * FROM users', '1'),
    ('UPDATE users SET users_prenom = ''Benoît'', users_nom = ''Bé'', users_email = ''b@b.example''', '1'),
    ('UPDATE users SET users_role_systeme = ''admin_presenca''', '42501'),
    ('UPDATE users SET users_organisation_id = ''aaaaaaaa-0000-4000-8000-000000000000''', '42501'),
    ('UPDATE users SET users_auth_id = gen_random_uuid()', '42501'),
    ('UPDATE users SET users_id = gen_random_uuid()', '42501'),
    ('INSERT INTO users (users_auth_id, users_role_systeme) VALUES (auth.uid(), ''admin_presenca'')', '42501'),
    ('DELETE FROM users', '42501')
) AS t (statement, expected);
SELECT is(pg_temp.attempt('vigie_test_admin', 'SELECT * FROM users'), '4', 'users: an administrator sees all of them');
SELECT is(pg_temp.attempt('vigie_test_admin', 'UPDATE users SET users_role_systeme = ''admin_presenca'''), '42501',
          'users: not even an administrator''s login hands out rights');

-- ... and if a grant were given by mistake, the policies still stand.
GRANT INSERT, DELETE ON users TO vigie_operator;
SELECT is(pg_temp.attempt('vigie_test_b', statement), expected, format('users, although granted: %s -> %s', statement, expected))
FROM (VALUES
    ('INSERT INTO users (users_auth_id, users_role_systeme) VALUES (auth.uid(), ''admin_presenca'')', '42501'),
    ('DELETE FROM users', '0')
) AS t (statement, expected);

-- Organisations
SELECT is(pg_temp.attempt(login, statement), expected, format('organisations, %s: %s -> %s', login, statement, expected))
FROM (VALUES
    ('vigie_test_b', 'SELECT * FROM organisations', '1'),
    ('vigie_test_b', 'UPDATE organisations SET organisation_nom = ''B2''', '1'),
    ('vigie_test_b', 'UPDATE organisations SET organisation_nom = ''B2'' WHERE organisation_nom = ''Organisation A''', '0'),
    ('vigie_test_b', 'UPDATE organisations SET organisation_id = gen_random_uuid()', '42501'),
    ('vigie_test_b', 'UPDATE organisations SET organisation_date_creation = now()', '42501'),
    ('vigie_test_b', 'INSERT INTO organisations (organisation_nom) VALUES (''C'')', '42501'),
    ('vigie_test_b', 'DELETE FROM organisations', '0'),
    ('vigie_test_admin', 'SELECT * FROM organisations', '2'),
    ('vigie_test_admin', 'INSERT INTO organisations (organisation_nom) VALUES (''C'')', '1'),
    ('vigie_test_admin', 'UPDATE organisations SET organisation_nom = ''same''', '2'),
    ('vigie_test_admin', 'UPDATE organisations SET organisation_id = gen_random_uuid() WHERE organisation_nom = ''C''', '42501'),
    ('vigie_test_admin', 'UPDATE organisations SET organisation_date_creation = now()', '42501'),
    ('vigie_test_anonymous', 'SELECT * FROM organisations', '0'),
    ('vigie_test_anonymous', 'INSERT INTO organisations (organisation_nom) VALUES (''C'')', '42501')
) AS t (login, statement, expected);

-- Clients
SELECT is(pg_temp.attempt(login, 'SELECT * FROM ' || client), expected, format('%s: %s sees %s', client, login, expected))
FROM (VALUES ('reseau'), ('reseau_agence'), ('agence_independante')) AS c (client),
     (VALUES ('vigie_test_admin', '2'), ('vigie_test_b', '1'), ('vigie_test_anonymous', '0')) AS t (login, expected);
SELECT is(pg_temp.attempt('vigie_test_b', 'DELETE FROM ' || client), '42501', client || ': nobody''s login writes it')
FROM (VALUES ('reseau'), ('reseau_agence'), ('agence_independante')) AS c (client);

-- The console's own tables
SELECT is(pg_temp.attempt(login, statement), expected, format('%s: %s -> %s', login, statement, expected))
FROM (VALUES
    ('vigie_test_b', 'SELECT * FROM vigie.operator', '42501'),
    ('vigie_test_admin', 'SELECT * FROM vigie.operator', '42501'),
    ('vigie_test_b', 'UPDATE vigie.operator SET role_name = ''x''', '42501'),
    ('vigie_test_b', 'INSERT INTO vigie.operator SELECT ''x'', auth.uid()', '42501'),
    ('vigie_test_b', 'DELETE FROM vigie.operator', '42501'),
    ('vigie_test_b', 'INSERT INTO vigie.migration VALUES (99, ''x'', ''x'')', '42501'),
    ('vigie_test_admin', 'SELECT vigie.add_operator(''vigie_test_new'', ''N'', ''N'', ''n@test.example'', true, NULL)', '42501')
) AS t (login, statement, expected);

-- The key goes in and does not come out.
SELECT is(pg_temp.attempt('vigie_test_admin', statement), expected, format('key: %s -> %s', statement, expected))
FROM (VALUES
    ('SELECT openai_api_key FROM openai_connexion', '42501'),
    ('SELECT * FROM openai_connexion', '42501'),
    ('SELECT c FROM openai_connexion c', '42501'),
    ('SELECT count(*) FROM openai_connexion WHERE openai_api_key LIKE ''sk-test%''', '42501'),
    ('SELECT openai_connexion_id FROM openai_connexion ORDER BY openai_api_key', '42501'),
    ('UPDATE openai_connexion SET openai_email_compte = openai_api_key', '42501'),
    ('UPDATE openai_connexion SET openai_actif = true RETURNING openai_api_key', '42501'),
    ('UPDATE openai_connexion SET openai_api_key = ''sk-test-other''', '6'),
    ('UPDATE openai_connexion SET openai_actif = true RETURNING openai_connexion_id', '6')
) AS t (statement, expected);

-- Making an operator
CREATE ROLE vigie_test_super SUPERUSER LOGIN;
CREATE ROLE vigie_test_bypass BYPASSRLS LOGIN;
CREATE ROLE vigie_test_heir LOGIN;
SELECT format('GRANT %I TO vigie_test_heir', :'owner') \gexec
SELECT is(pg_temp.attempt(:'owner', format('SELECT vigie.add_operator(%L, ''N'', ''N'', ''n@test.example'', %L, %L)',
                                            role_name, is_admin, organisation)),
          expected, why)
FROM (VALUES
    ('vigie_test_super', true, NULL, '28000', 'a superuser cannot be an operator'),
    ('vigie_test_bypass', true, NULL, '28000', 'a role with BYPASSRLS cannot be an operator'),
    ('vigie_test_heir', true, NULL, '28000', 'a role that may become the owner cannot be an operator'),
    ('vigie_operator', true, NULL, '28000', 'the group cannot be an operator'),
    ('vigie_test_b', true, NULL, '42710', 'an operator cannot be made twice'),
    ('vigie_test_new', false, NULL, '22023', 'an operator has rights or an organisation'),
    ('', true, NULL, '22004', 'an operator has a name'),
    ('vigie_test_new', false, 'cccccccc-0000-4000-8000-000000000000', '23503', 'an operator''s organisation exists'),
    ('vigie_test_outsider', false, 'bbbbbbbb-0000-4000-8000-000000000000', '1', 'an existing login can become an operator')
) AS t (role_name, is_admin, organisation, expected, why);
SELECT is(pg_temp.value_of(:'owner',
              $$ SELECT vigie.add_operator('Vigie test "new"', 'Nina', 'N', 'nina@test.example', false, 'bbbbbbbb-0000-4000-8000-000000000000') $$,
              $$ SELECT concat_ws(' ', r.rolcanlogin, r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolbypassrls, r.rolreplication,
                        pg_has_role(r.oid, 'vigie_operator', 'USAGE'), u.users_prenom, u.users_role_systeme, u.users_auth_id <> u.users_id)
                 FROM pg_roles r JOIN vigie.operator o ON o.role_name = r.rolname JOIN users u ON u.users_auth_id = o.user_id
                 WHERE r.rolname = 'Vigie test "new"' $$),
          't f f f f f t Nina t', 'a new operator''s login may log in and nothing else, whatever its name');
SELECT is(pg_temp.value_of(:'owner', 'SELECT rolpassword IS NULL FROM pg_authid WHERE rolname = ''vigie_test_b'''), '42501',
          'the owner of the database reads no password');

SELECT * FROM finish();
ROLLBACK;
