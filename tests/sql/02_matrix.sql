-- Who may do what to whose rows: every identity x verb x own or foreign organisation.
--
-- A cell is the number of rows that the statement reads or writes, or its SQLSTATE. "own" and "foreign" hold three rows
-- each; for identities without an organisation they stand for A and B.
\ir fixture.psql
SELECT plan(95);

CREATE TEMP TABLE cells (login name, target text, own uuid, "SELECT" text, "INSERT" text, "UPDATE" text, "DELETE" text, "MOVE" text);
INSERT INTO cells VALUES
    ('vigie_test_admin',     'own',     :A, '3',     '1',     '3',     '3',     '3'),
    ('vigie_test_admin',     'foreign', :A, '3',     '1',     '3',     '3',     '3'),
    ('vigie_test_a',         'own',     :A, '3',     '1',     '3',     '3',     '42501'),
    ('vigie_test_a',         'foreign', :A, '0',     '42501', '0',     '0',     '0'),
    ('vigie_test_b',         'own',     :B, '3',     '1',     '3',     '3',     '42501'),
    ('vigie_test_b',         'foreign', :B, '0',     '42501', '0',     '0',     '0'),
    ('vigie_test_unknown',   'own',     :A, '0',     '42501', '0',     '0',     '0'),
    ('vigie_test_unknown',   'foreign', :A, '0',     '42501', '0',     '0',     '0'),
    ('vigie_test_anonymous', 'own',     :A, '0',     '42501', '0',     '0',     '0'),
    ('vigie_test_anonymous', 'foreign', :A, '0',     '42501', '0',     '0',     '0'),
    ('vigie_test_nobody',    'own',     :A, '0',     '42501', '0',     '0',     '0'),
    ('vigie_test_nobody',    'foreign', :A, '0',     '42501', '0',     '0',     '0'),
    ('vigie_test_outsider',  'own',     :A, '42501', '42501', '42501', '42501', '42501'),
    ('vigie_test_outsider',  'foreign', :A, '42501', '42501', '42501', '42501', '42501');

-- The fixture is what the expectations assume, and the identities are what their names say.
SELECT results_eq('SELECT organisation_id, count(*) FROM openai_connexion GROUP BY 1 ORDER BY 1',
                  format('VALUES (%L::uuid, 3::bigint), (%L::uuid, 3::bigint)', :A, :B), 'three rows in A and three in B');
SELECT is(pg_temp.value_of(login, 'SELECT auth.uid() IS NOT NULL'), expected, login || ' has an identity: ' || expected)
FROM (VALUES ('vigie_test_admin', 'true'), ('vigie_test_a', 'true'), ('vigie_test_b', 'true'), ('vigie_test_unknown', 'true'),
             ('vigie_test_nobody', 'true'), ('vigie_test_anonymous', 'false')) AS t (login, expected);
SELECT is_empty('SELECT FROM users u JOIN vigie.operator o ON o.user_id = u.users_auth_id WHERE o.role_name = ''vigie_test_unknown''',
                'there is no user behind vigie_test_unknown');

CREATE TEMP TABLE statements AS
SELECT c.login, c.target, v.verb, e.expected,
       format(v.statement,
              CASE c.target WHEN 'own' THEN c.own ELSE other.id END,   -- %1: the organisation aimed at
              CASE c.target WHEN 'own' THEN other.id ELSE c.own END)   -- %2: the other one
       AS statement
FROM cells c
CROSS JOIN LATERAL (SELECT o.organisation_id AS id FROM organisations o WHERE o.organisation_id <> c.own
                    AND o.organisation_nom IN ('Organisation A', 'Organisation B')) other
CROSS JOIN (VALUES
    ('SELECT', 'SELECT openai_connexion_id FROM openai_connexion WHERE organisation_id = %1$L'),
    ('INSERT', 'INSERT INTO openai_connexion (organisation_id, client_id, openai_api_key, openai_email_compte) '
               'VALUES (%1$L, gen_random_uuid(), ''sk-test-not-a-key'', ''new@test.example'')'),
    ('UPDATE', 'UPDATE openai_connexion SET openai_email_compte = ''taken@test.example'' WHERE organisation_id = %1$L'),
    ('DELETE', 'DELETE FROM openai_connexion WHERE organisation_id = %1$L'),
    ('MOVE',   'UPDATE openai_connexion SET organisation_id = %2$L WHERE organisation_id = %1$L')
) AS v (verb, statement)
CROSS JOIN LATERAL (SELECT to_jsonb(c) ->> v.verb AS expected) e;

SELECT is((SELECT count(*)::int FROM statements), 70, '7 identities x 5 verbs x own and foreign');
SELECT is(pg_temp.attempt(login, statement), expected, format('%s: %s %s -> %s', login, verb, target, expected))
FROM statements ORDER BY login, verb, target DESC;

-- Without any condition of its own a statement reaches the same rows and no more.
SELECT is(pg_temp.attempt(login, statement), expected, format('%s: %s -> %s', login, statement, expected))
FROM (VALUES ('vigie_test_admin', '6'), ('vigie_test_a', '3'), ('vigie_test_b', '3'), ('vigie_test_unknown', '0'),
             ('vigie_test_anonymous', '0')) AS i (login, expected),
     (VALUES ('SELECT openai_email_compte FROM openai_connexion'),
             ('UPDATE openai_connexion SET openai_project_id = ''proj_x'''),
             ('DELETE FROM openai_connexion')) AS s (statement);

SELECT results_eq('SELECT organisation_id, count(*) FROM openai_connexion GROUP BY 1 ORDER BY 1',
                  format('VALUES (%L::uuid, 3::bigint), (%L::uuid, 3::bigint)', :A, :B), 'every attempt was undone');

SELECT * FROM finish();
ROLLBACK;
