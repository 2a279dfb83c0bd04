-- The demonstration's data holds what it promises, looks alive, and can be brought up to date.
\ir fixture.psql
TRUNCATE organisations, users CASCADE;  -- without the fixture's rows
SELECT plan(34);

SELECT tableowner AS owner FROM pg_tables WHERE schemaname = 'public' AND tablename = 'openai_connexion' \gset
SELECT format('SET LOCAL SESSION AUTHORIZATION %I', :'owner') \gexec
\ir ../../data/sql/demo.sql
RESET SESSION AUTHORIZATION;

SELECT cmp_ok((SELECT count(*)::int FROM organisations), '>=', 14, 'organisations');
SELECT cmp_ok((SELECT count(*)::int FROM openai_connexion), '>=', 72, 'connexions');
SELECT bag_eq('SELECT role_name::text FROM vigie.operator', ARRAY['claire', 'karim', 'lea'], 'three operators');
SELECT is(pg_temp.value_of('claire', 'SELECT is_admin_presenca(auth.uid())'), 'true', 'claire is an administrator');
SELECT is(pg_temp.value_of(login, 'SELECT organisation_nom FROM organisations'), organisation, login || ' is a member of ' || organisation)
FROM (VALUES ('karim', 'Réseau Horizon'), ('lea', 'Agence du Midi')) AS t (login, organisation);
SELECT bag_eq('SELECT DISTINCT openai_statut_connexion FROM openai_connexion',
              ARRAY['active', 'inactive', 'error', 'expired', 'quota_exceeded'], 'all states');
SELECT bag_eq('SELECT DISTINCT client_type FROM openai_connexion', ARRAY['reseau', 'reseau_agence', 'agence_independante'],
              'all kinds of client');
SELECT ok(EXISTS (SELECT FROM openai_connexion WHERE NOT openai_actif), 'some are switched off');

CREATE TEMP VIEW clients AS
SELECT 'reseau' AS type, reseau_id AS id, client_id, organisation_id FROM reseau
UNION ALL SELECT 'reseau_agence', reseau_agence_id, client_id, organisation_id FROM reseau_agence
UNION ALL SELECT 'agence_independante', agence_indep_id, client_id, organisation_id FROM agence_independante;
SELECT isnt_empty('SELECT FROM openai_connexion c WHERE ' || condition, what)
FROM (VALUES
    ('openai_limite_quotidienne IS NULL', 'no daily limit: NULL'),
    ('openai_limite_quotidienne = 0', 'no daily limit: 0'),
    ('openai_limite_cout_mois IS NULL', 'no budget: NULL'),
    ('openai_limite_cout_mois = 0', 'no budget: 0'),
    ('openai_usage_quotidien IS NULL', 'no counter'),
    ('openai_reset_quota_at IS NULL', 'no reset'),
    ('openai_reset_quota_at < now()', 'a reset in the past'),
    ('openai_reset_quota_at > now()', 'a reset to come'),
    ('openai_usage_quotidien > openai_limite_quotidienne AND openai_limite_quotidienne > 0', 'over the daily limit'),
    ('openai_cout_actuel_mois > openai_limite_cout_mois AND openai_limite_cout_mois > 0', 'over the budget'),
    ('openai_api_key NOT LIKE ''sk-%''', 'base64 in place of a key'),
    ('openai_modeles_autorises IS NULL', 'no list of models'),
    ('openai_modeles_autorises = ''{gpt-3.5-turbo,gpt-4}''', 'the default list of models'),
    ('EXISTS (SELECT FROM clients k WHERE k.client_id = c.client_id AND k.type = c.client_type)', 'a client by its own client_id'),
    ('EXISTS (SELECT FROM clients k WHERE k.id = c.client_id AND k.organisation_id <> c.organisation_id)',
     'a client of another organisation'),
    ('NOT EXISTS (SELECT FROM clients k WHERE c.client_id IN (k.id, k.client_id))', 'a client that does not exist'),
    ('openai_derniere_synchro > now() - interval ''5 minutes''', 'a synchronisation minutes ago')
) AS t (condition, what);
SELECT isnt_empty(E'SELECT FROM organisations WHERE organisation_nom ~ ''\u0301''', 'combining marks');
SELECT is_empty($$ SELECT openai_email_compte FROM openai_connexion WHERE openai_email_compte NOT LIKE '%.example'
                   OR openai_api_key LIKE 'sk-%' AND openai_api_key !~ '^sk-proj-demo-\d{3}-not-a-key$' $$,
                'no address and no key that could be somebody''s');
SELECT is_empty($$ SELECT openai_email_compte FROM openai_connexion
                   WHERE openai_updated_at < openai_created_at OR openai_updated_at > now() OR openai_derniere_synchro > now() $$,
                'times are in order');

-- Ten days later
CREATE TEMPORARY TABLE unseen AS SELECT openai_connexion_id FROM openai_connexion WHERE openai_derniere_synchro IS NULL;
SET LOCAL session_replication_role = replica;
UPDATE openai_connexion SET openai_derniere_synchro = openai_derniere_synchro - interval '10 days',
    openai_reset_quota_at = openai_reset_quota_at - interval '10 days', openai_updated_at = openai_updated_at - interval '10 days';
UPDATE vigie.demo SET seeded_at = seeded_at - interval '10 days';
SET LOCAL session_replication_role = origin;
SELECT format('SET LOCAL SESSION AUTHORIZATION %I', :'owner') \gexec
\ir ../../data/sql/demo_touch.sql
RESET SESSION AUTHORIZATION;
SELECT ok((SELECT max(openai_derniere_synchro) BETWEEN now() - interval '3 minutes' AND now() FROM openai_connexion),
          'brought up to date: synchronised minutes ago');
SELECT results_eq('SELECT DISTINCT openai_reset_quota_at FROM openai_connexion WHERE openai_reset_quota_at > now()',
                  $$ VALUES ((date_trunc('day', now() AT TIME ZONE 'UTC') + interval '1 day') AT TIME ZONE 'UTC') $$,
                  'brought up to date: the quotas reset at the next UTC midnight');
SELECT isnt_empty('SELECT FROM unseen', 'some were never synchronised');
SELECT is_empty('SELECT FROM unseen JOIN openai_connexion USING (openai_connexion_id) WHERE openai_derniere_synchro IS NOT NULL',
                'brought up to date: what was never synchronised stays so');
SELECT is((SELECT seeded_at FROM vigie.demo), now(), 'brought up to date: and marked so');

SELECT * FROM finish();
ROLLBACK;
