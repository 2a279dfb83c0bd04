-- The applications' counter: midnight, months, sources, overflow, refusals, sight.
\ir fixture.psql
SELECT plan(45);

CREATE FUNCTION pg_temp.counted(login name, id uuid, requests text, cost text, at text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    value text;
BEGIN
    EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', login);
    EXECUTE format('SELECT concat_ws('' '', usage_quotidien, to_char(reset_quota_at AT TIME ZONE ''UTC'', ''YYYY-MM-DD HH24:MI''), '
                   'cout_actuel_mois) FROM vigie.compter_usage_at(%L, %s, %s, %s)', id, requests, cost, at) INTO value;
    RESET SESSION AUTHORIZATION;
    RETURN value;
EXCEPTION WHEN others THEN
    RESET SESSION AUTHORIZATION;
    RETURN SQLSTATE;
END
$$;
SELECT openai_connexion_id AS a FROM openai_connexion WHERE organisation_id = :A ORDER BY 1 LIMIT 1 \gset
SELECT openai_connexion_id AS b FROM openai_connexion WHERE organisation_id = :B ORDER BY 1 LIMIT 1 \gset
CREATE FUNCTION pg_temp.count(requests text, cost text, at text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.counted('vigie_test_a', (SELECT openai_connexion_id FROM public.openai_connexion
                                            WHERE organisation_id = 'aaaaaaaa-0000-4000-8000-000000000000' ORDER BY 1 LIMIT 1),
                           requests, cost, quote_literal(at))
$$;
CREATE FUNCTION pg_temp.figure() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', cost_source, cost_month, cost_counted, counted_month, use_source, use_day, use_clamped) FROM vigie.figure
$$;

-- A count of yesterday that nobody reset, and money of an unknown month, which is not lost.
UPDATE openai_connexion SET openai_usage_quotidien = 99, openai_reset_quota_at = '2026-05-30 00:00Z', openai_cout_actuel_mois = 10
WHERE openai_connexion_id = :'a';
SELECT is(pg_temp.count('3', '0.25', '2026-05-30 10:00Z'), '3 2026-05-31 00:00 10.25', 'the day starts anew');
SELECT is(pg_temp.figure(), 'applications 2026-05-01 0.25 2026-05-01 applications 2026-05-30 f', 'the applications are the source');
SELECT is(pg_temp.count('4', '0.0000001', '2026-05-30 23:59:59.999Z'), '7 2026-05-31 00:00 10.2500001', 'a call adds to the day and to the month');
SELECT is(pg_temp.count('0', '0', '2026-05-30 23:59:59.999Z'), '7 2026-05-31 00:00 10.2500001', 'nothing used is nothing added');
SELECT is(pg_temp.count('1', '0E-6176', '2026-05-31 00:00Z'), '1 2026-06-01 00:00 10.2500001', 'at UTC midnight the day starts anew');
SELECT is(pg_temp.count('1', '1', '2026-05-31 23:59:59Z'), '2 2026-06-01 00:00 11.2500001', 'the last second of the month');
SELECT is(pg_temp.count('1', '0.5', '2026-06-01 00:00Z'), '1 2026-06-02 00:00 0.5', 'the month starts anew as well');
SELECT is(pg_temp.figure(), 'applications 2026-06-01 0.5 2026-06-01 applications 2026-06-01 f', 'with what was counted in it');
SET LOCAL TIME ZONE 'Pacific/Auckland';
SELECT is(pg_temp.count('1', '0', '2026-06-01 23:30Z'), '2 2026-06-02 00:00 0.5', 'whatever the session''s time zone');
SET LOCAL TIME ZONE DEFAULT;
UPDATE openai_connexion SET openai_reset_quota_at = NULL WHERE openai_connexion_id = :'a';
SELECT is(pg_temp.count('5', '0', '2026-06-01 23:40Z'), '5 2026-06-02 00:00 0.5', 'without a reset the day starts anew');
UPDATE openai_connexion SET openai_usage_quotidien = NULL, openai_cout_actuel_mois = NULL WHERE openai_connexion_id = :'a';
SELECT is(pg_temp.count('5', '0.5', '2026-06-01 23:50Z'), '5 2026-06-02 00:00 0.5', 'empty counters count as 0');

-- Overflow
SELECT is(pg_temp.count('2147483647', '0', '2026-06-01 23:51Z'), '2147483647 2026-06-02 00:00 0.5', 'more than the column holds is clamped');
SELECT alike(pg_temp.figure(), '% t', 'and said so');
SELECT is(pg_temp.count('0', '0', '2026-06-01 23:52Z'), '2147483647 2026-06-02 00:00 0.5', 'the next call');
SELECT alike(pg_temp.figure(), '% t', 'does not make it true');
SELECT is(pg_temp.count('2', '0', '2026-06-02 00:10Z'), '2 2026-06-03 00:00 0.5', 'the next day');
SELECT alike(pg_temp.figure(), '% f', 'does');

-- OpenAI's costs are shown this month: the row's cost is theirs, what is counted stands beside.
UPDATE vigie.figure SET cost_source = 'openai', cost_month = '2026-06-01', cost_shared = 2;
UPDATE openai_connexion SET openai_cout_actuel_mois = 42 WHERE openai_connexion_id = :'a';
SELECT is(pg_temp.count('1', '0.5', '2026-06-02 00:20Z'), '3 2026-06-03 00:00 42', 'OpenAI''s cost is not added to');
SELECT is(pg_temp.figure(), 'openai 2026-06-01 1.5 2026-06-01 applications 2026-06-02 f', 'but what was counted is kept');
SELECT is(pg_temp.count('1', '0.5', '2026-07-01 00:20Z'), '1 2026-07-02 00:00 0.5', 'a month that OpenAI has not told of is counted');
SELECT is(pg_temp.figure(), 'applications 2026-07-01 0.5 2026-07-01 applications 2026-07-01 f', 'by the applications');
SELECT is((SELECT cost_shared FROM vigie.figure), 0, 'each on its own');

-- Refusals are errors with a reason, and change nothing.
SELECT is(pg_temp.counted('vigie_test_a', :'a', requests, cost, '''2026-07-01 00:30Z'''), state, format('refused: %s requests, cost %s', requests, cost))
FROM (VALUES ('-1', '0', '22023'), ('NULL', '0', '22023'), ('1', '-0.01', '22023'), ('1', 'NULL', '22023'), ('1', '''NaN''', '22023'),
             ('1', '''Infinity''', '22023'), ('1', '1e16', '22023'), ('2147483648', '0', '42883')) AS t (requests, cost, state);
SELECT is(pg_temp.counted(login, id::uuid, '1', '0', 'NULL'), expected, format('%s for %s: %s', login, what, expected))
FROM (VALUES ('vigie_test_a', :'b', 'another''s', 'P0002'), ('vigie_test_a', gen_random_uuid()::text, 'nobody''s', 'P0002'),
             ('vigie_test_a', NULL, 'none', '22004'), ('vigie_test_unknown', :'a', 'any', 'P0002'), ('vigie_test_nobody', :'a', 'any', 'P0002'),
             ('vigie_test_anonymous', :'a', 'any', 'P0002'), ('vigie_test_outsider', :'a', 'any', '42501')) AS t (login, id, what, expected);
SELECT is(pg_temp.attempt(login, format('SELECT vigie.count_figure(%L, 1, false, now())', :'b')), expected, login || ' and a part of it: ' || expected)
FROM (VALUES ('vigie_test_a', 'P0002'), ('vigie_test_b', '1'), ('vigie_test_nobody', 'P0002'), ('vigie_test_outsider', '42501')) AS t (login, expected);
SELECT is(pg_temp.figure(), 'applications 2026-07-01 0.5 2026-07-01 applications 2026-07-01 f', 'and nothing was counted');

-- What an application calls.
SELECT is(pg_temp.value_of('vigie_test_b', format('SELECT concat_ws('' '', usage_quotidien, reset_quota_at > now(), cout_actuel_mois)'
                                                  ' FROM vigie.compter_usage(%L, 2, 0.125)', :'b')), '2 t 0.1250',
          'now is the default');
SELECT is(pg_temp.value_of('vigie_test_admin', format('SELECT usage_quotidien FROM vigie.compter_usage(%L, 2, 0)', :'b')), '2',
          'an administrator may count everywhere');
SELECT is(pg_temp.value_of('vigie_test_b', format('SELECT usage_quotidien FROM vigie.compter_usage(%L, 2, 0)', :'b'),
                           format('SELECT openai_updated_at = ''2021-01-01 00:00Z'' FROM openai_connexion WHERE openai_connexion_id = %L', :'b')),
          'true', 'counting is no person''s edit');

SELECT * FROM finish();
ROLLBACK;
