-- Limits at OpenAI: what the rows ask for in whole cents, who may apply, one at a time, what counts as applied, what as drift.
\ir fixture.psql
SELECT no_plan();

CREATE FUNCTION pg_temp.as_login(login name, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    value text;
BEGIN
    EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', login);
    EXECUTE statement INTO value;
    RESET SESSION AUTHORIZATION;
    RETURN value;
END
$$;
CREATE FUNCTION pg_temp.admin(statement text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login('vigie_test_admin', statement)
$$;
CREATE FUNCTION pg_temp.conn(n integer) RETURNS uuid LANGUAGE sql AS $$
    SELECT openai_connexion_id FROM public.openai_connexion
    WHERE organisation_id = 'aaaaaaaa-0000-4000-8000-000000000000' AND openai_email_compte LIKE 'n' || n || '@%'
$$;
-- Values of a word of the first connexion's want, in order.
CREATE FUNCTION pg_temp.want(wanted text, n integer DEFAULT 1) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.admin(format('SELECT string_agg(value, '' '') FROM vigie.provider_want(%L) WHERE word = %L', pg_temp.conn(n), wanted))
$$;

-- Cents -----------------------------------------------------------------------------------------------------------------

SELECT is(vigie.limit_cents(amount), cents, coalesce(amount::text, 'NULL') || ' USD in cents')
FROM (VALUES (NULL::numeric, NULL::bigint), (0, NULL), (-5, NULL), (0.01, 1), (0.019999999999, 1), (0.009999999999, -1), (1e-100, -1),
             (1, 100), (123.459, 12345), (99.995, 9999), (1234567890.99, 123456789099), (89999999999999.99, 8999999999999999),
             (90000000000000, -2), (1e300, -2), ('NaN', -2)) AS t (amount, cents);

-- What the rows ask for -------------------------------------------------------------------------------------------------

SELECT is(pg_temp.want('project'), '', 'a connexion without a project asks for nothing');
SELECT is(pg_temp.want('connexions'), NULL, 'at all');
SELECT is(pg_temp.admin('SELECT count(*) FROM vigie.provider_want(gen_random_uuid())'), '0', 'nor does one that is not there');
UPDATE public.openai_connexion SET openai_project_id = 'proj_1', openai_limite_cout_mois = 50.999, openai_limite_quotidienne = 10,
    openai_modeles_autorises = '{o3,gpt-4o,o3,NULL,""}'
WHERE openai_connexion_id = pg_temp.conn(1);
SELECT is(pg_temp.want(word), value, word || ' of one connexion')
FROM (VALUES ('project', 'proj_1'), ('connexions', '1'), ('cents', '5099'), ('daily', '10'), ('model', 'gpt-4o o3'),
             ('mail', 'n1@test.example'), ('differ', NULL), ('currency', NULL), ('applied_at', NULL), ('run_at', NULL)) AS t (word, value);
SELECT is((SELECT string_agg(v, ' ' ORDER BY v::integer) FROM regexp_split_to_table(pg_temp.want('alert'), ' ') AS v),
    (SELECT string_agg(floor(50.999 * t)::text, ' ' ORDER BY t)
    FROM (SELECT DISTINCT unnest(l.soft) AS t FROM vigie.effective_limits l WHERE l.connexion_id = pg_temp.conn(1)) AS s),
    'alerts at the thresholds, rounded down');
UPDATE public.openai_connexion SET openai_limite_cout_mois = NULL, openai_limite_quotidienne = -3, openai_modeles_autorises = NULL,
    openai_email_compte = 'no address'
WHERE openai_connexion_id = pg_temp.conn(1) OR openai_email_compte = 'no address';
SELECT is(pg_temp.admin(format('SELECT string_agg(word || ''='' || value, '' '' ORDER BY word) FROM vigie.provider_want(%L)', openai_connexion_id)),
          'connexions=1 daily=0 project=proj_1', 'no limits, no models and no address are none')
FROM public.openai_connexion WHERE openai_project_id = 'proj_1';
UPDATE public.openai_connexion SET openai_email_compte = 'n1@test.example', openai_limite_cout_mois = 50, openai_limite_quotidienne = 10,
    openai_modeles_autorises = '{o3}' WHERE openai_project_id = 'proj_1';
UPDATE public.openai_connexion SET openai_project_id = 'proj_1', openai_limite_cout_mois = 50.00, openai_limite_quotidienne = 10,
    openai_modeles_autorises = '{o3,o3}' WHERE openai_connexion_id = pg_temp.conn(2);
SELECT is(pg_temp.want('differ'), NULL, 'two that ask for the same agree');
SELECT is(pg_temp.want('mail'), 'n1@test.example n2@test.example', 'and both are written to');
UPDATE public.openai_connexion SET openai_limite_cout_mois = 51, openai_limite_quotidienne = NULL, openai_modeles_autorises = '{}'
WHERE openai_connexion_id = pg_temp.conn(2);
SELECT is(pg_temp.want('differ'), 'spend_limit spend_alerts rate_limits models', 'else each part says so');
SELECT is(pg_temp.want('differ', 2), 'spend_limit spend_alerts rate_limits models', 'for both');
UPDATE public.openai_connexion SET openai_project_id = NULL WHERE openai_connexion_id = pg_temp.conn(2);

-- Applying --------------------------------------------------------------------------------------------------------------

INSERT INTO vigie.account (account_id, name) VALUES ('cccccccc-0000-4000-8000-000000000000', 'acme');
CREATE FUNCTION pg_temp.begin(holder text, at timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT vigie.provider_begin_at(holder, pg_temp.conn(1), 'cccccccc-0000-4000-8000-000000000000', 'proj_1', 60, at)
$$;
CREATE FUNCTION pg_temp.note(holder text, steps text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.admin(format('SELECT vigie.provider_note(%L, ''proj_1'', %L, 60)', holder, steps))
$$;
CREATE FUNCTION pg_temp.end(holder text, applied text, seen text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.admin(format('SELECT vigie.provider_end(%L, ''proj_1'', ''[]'', %L, %L)', holder, applied, seen))
$$;
CREATE FUNCTION pg_temp.drift() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(detail, ';') FROM vigie.drifting()
$$;
CREATE FUNCTION pg_temp.look(seen text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.admin(format('SELECT drift FROM vigie.provider_look(''w'', ''proj_1'', %L)', seen))
$$;
SELECT is(pg_temp.look('{"spend_limit": 1}'), NULL, 'what was never applied does not drift');
SELECT is(pg_temp.begin('one', now()), NULL, 'the first holds the project');
SELECT is(pg_temp.begin('two', now() + interval '59 s'), 'one', 'the second learns who does');
SELECT is(pg_temp.begin('two', now() + interval '60 s'), NULL, 'and has it when the first is silent');
SELECT is(pg_temp.note('one', '[]'), 'false', 'the first may send nothing more');
SELECT is(pg_temp.end('one', '{}', '{}'), 'false', 'nor end what is not its own');
SELECT is(pg_temp.note('two', '[{"kind":"create","state":"verified"},{"kind":"create","state":"sent"},{"kind":"same","state":"verified"}]'), 'true',
          'who holds it says how far it is');
UPDATE vigie.provider_run SET lease_until = now();
SELECT is(pg_temp.want('run_total') || pg_temp.want('run_verified') || pg_temp.want('run_sent') || pg_temp.want('run_by'), '211two',
          'an apply that was interrupted is told');
SELECT is(pg_temp.drift(), 'interrupted', 'and is a source of alerts');
SELECT is(pg_temp.attempt('vigie_test_admin', format('SELECT vigie.provider_note(''two'', ''proj_1'', ''{}'', 60)')), '22023', 'steps are a list');
SELECT is(pg_temp.end('two', '{"spend_limit": 5000, "rate_limits": {"rl-a": 5}}', '{"spend_limit": 5000, "rate_limits": {"rl-a": 5, "rl-b": 1}}'),
          'true', 'an apply ends');
SELECT is(pg_temp.drift(), NULL, 'and nothing drifts');
SELECT is(pg_temp.want('run_at'), NULL, 'nor is anything open');
SELECT isnt(pg_temp.want('applied_at'), NULL, 'it was applied');
SELECT is((SELECT seen::text FROM vigie.provider_state), '{"rate_limits": {"rl-a": 5}, "spend_limit": 5000}', 'rate limits of nobody are not kept');
SELECT is((SELECT applied_by FROM vigie.provider_state), 'two', 'with who did it');

-- Drift -----------------------------------------------------------------------------------------------------------------

SELECT is(pg_temp.look(seen), expected, seen || ' drifts: ' || expected)
FROM (VALUES ('{"spend_limit": 5000, "rate_limits": {"rl-a": 5, "rl-b": 2}}', ''),
             ('{"spend_limit": 5001, "rate_limits": {"rl-a": 5}}', 'spend_limit'),
             ('{"spend_limit": null, "rate_limits": {}}', 'rate_limits, spend_limit'),
             ('{}', 'rate_limits, spend_limit'),
             ('{"spend_limit": 5000, "rate_limits": {"rl-a": 6}, "models": null}', 'rate_limits')) AS t (seen, expected);
SELECT is(pg_temp.drift(), 'rate_limits', 'what drifts is a source of alerts');
UPDATE vigie.provider_state SET drift_since = now() - interval '1 day';
SELECT is(pg_temp.look('{"rate_limits": {}}'), 'rate_limits, spend_limit', 'more drifts');
SELECT is((SELECT since FROM vigie.drifting()), now() - interval '1 day', 'since it began');
SELECT is(pg_temp.look('{"spend_limit": 5000, "rate_limits": {"rl-a": 5}}'), '', 'until it is mended');
SELECT is((SELECT drift_since FROM vigie.provider_state), NULL, 'then it is over');
SELECT pg_temp.begin('three', now());
SELECT is(pg_temp.look('{"spend_limit": 1}'), '', 'while an apply is open nothing drifts');
SELECT is(pg_temp.end('three', '{"rate_limits": {"rl-b": 7}}', '{"spend_limit": 5000, "rate_limits": {"rl-a": 4, "rl-b": 7}}'), 'true', 'another apply');
SELECT is((SELECT applied ->> 'rate_limits' FROM vigie.provider_state), '{"rl-a": 5, "rl-b": 7}', 'adds to the rate limits');
SELECT is(pg_temp.drift(), 'rate_limits', 'those applied before still count');
SELECT pg_temp.begin('four', now());
SELECT is(pg_temp.admin('SELECT vigie.provider_end(''four'', ''proj_1'', ''[]'', ''{}'', NULL)'), 'true', 'a project that could not be read');
SELECT is(pg_temp.drift(), 'rate_limits', 'is as it was seen last');

-- The watch -------------------------------------------------------------------------------------------------------------

SELECT pg_temp.admin(format('SELECT vigie.add_recipient(%L, ''program''::text)', decode(repeat('aa', 32), 'hex')));
INSERT INTO vigie.sealed_key VALUES ('cccccccc-0000-4000-8000-000000000000', decode(repeat('aa', 32), 'hex'), decode(repeat('11', 64), 'hex'));
CREATE FUNCTION pg_temp.due(holder text, at timestamptz, byte text DEFAULT 'aa') RETURNS text LANGUAGE sql AS $$
    SELECT project FROM vigie.lease_drift_at(holder, decode(repeat(byte, 32), 'hex'), 3600, 300, at)
$$;
UPDATE vigie.provider_state SET applied_at = now(), checked_at = NULL;
SELECT is(pg_temp.due('w1', now() + interval '59 min'), NULL, 'what was applied just now is not looked at');
SELECT is(pg_temp.due('w1', now() + interval '60 min', 'bb'), NULL, 'nor by who has no key');
SELECT is(pg_temp.due('w1', now() + interval '60 min'), 'proj_1', 'an hour later it is');
SELECT is(pg_temp.due('w2', now() + interval '60 min'), NULL, 'by one program');
SELECT is(pg_temp.due('w2', now() + interval '119 min'), NULL, 'which may fail: the next look is an hour later');
SELECT is(pg_temp.due('w2', now() + interval '120 min'), 'proj_1', 'by whoever comes');
UPDATE vigie.provider_state SET lease_owner = NULL, lease_until = NULL, checked_at = now() - interval '2 hours', applied_at = now() - interval '3 hours';
UPDATE vigie.provider_run SET ended_at = NULL, lease_until = now() + interval '1 min';
SELECT is(pg_temp.due('w1', now()), NULL, 'not while somebody applies');
UPDATE vigie.provider_run SET ended_at = now();
UPDATE public.openai_connexion SET openai_project_id = NULL;
SELECT is(pg_temp.due('w1', now()), NULL, 'nor what no connexion names any more');
SELECT is(pg_temp.drift(), NULL, 'which is nobody''s drift');

-- Who -------------------------------------------------------------------------------------------------------------------

SELECT is(pg_temp.attempt(login, statement), '42501', login || ': ' || statement)
FROM (VALUES ('vigie_test_a'), ('vigie_test_nobody'), ('vigie_test_anonymous'), ('vigie_test_outsider')) AS l (login),
     (VALUES ('SELECT * FROM vigie.provider_want(gen_random_uuid())'),
             ('SELECT * FROM vigie.provider_accounts(''p'', ''x'')'),
             ('SELECT vigie.provider_begin(''h'', gen_random_uuid(), gen_random_uuid(), ''p'', 60)'),
             ('SELECT vigie.provider_note(''h'', ''p'', ''[]'', 60)'),
             ('SELECT * FROM vigie.provider_look(''h'', ''p'', ''{}'')'),
             ('SELECT vigie.provider_end(''h'', ''p'', ''[]'', ''{}'', ''{}'')'),
             ('SELECT * FROM vigie.lease_drift(''h'', ''x'', 60, 60)')) AS s (statement);
SELECT is(pg_temp.attempt('vigie_test_admin', statement), '42501', 'nobody calls ' || statement)
FROM (VALUES ('SELECT vigie.limit_cents(1)'), ('SELECT * FROM vigie.drifting()'),
             ('SELECT vigie.provider_begin_at(''h'', NULL, NULL, ''p'', 60, now())'),
             ('SELECT vigie.provider_look_at(''h'', ''p'', ''{}'', now())'),
             ('SELECT * FROM vigie.lease_drift_at(''h'', ''x'', 60, 60, now())'),
             ('INSERT INTO vigie.provider_run (project, started_by, lease_until) VALUES (''p'', ''h'', now())'),
             ('UPDATE vigie.provider_state SET applied = ''{}''')) AS s (statement);
SELECT is(pg_temp.as_login('vigie_test_a', 'SELECT count(*) FROM vigie.provider_state') || pg_temp.as_login('vigie_test_a',
          'SELECT count(*) FROM vigie.provider_run'), '00', 'a member sees neither');
SELECT is(pg_temp.admin('SELECT count(*) FROM vigie.provider_state'), '1', 'an administrator does');
SELECT is(concat_ws(' ', proname, prosecdef, proconfig::text), proname || ' t {"search_path=pg_catalog, pg_temp"}', proname || ' has a path of its own')
FROM pg_proc WHERE pronamespace = 'vigie'::regnamespace
    AND proname IN ('provider_want', 'provider_accounts', 'provider_begin', 'provider_note', 'provider_look', 'provider_end', 'lease_drift', 'drifting');
SELECT * FROM finish();
ROLLBACK;
