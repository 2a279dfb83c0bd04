-- Forecasts, samples of what applications counted, reconciliation and back-test: under a clock that the test drives.
\ir fixture.psql
SELECT plan(121);

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
CREATE FUNCTION pg_temp.nth(organisation uuid, n integer) RETURNS uuid LANGUAGE sql AS $$
    SELECT openai_connexion_id FROM public.openai_connexion WHERE organisation_id = organisation
    ORDER BY openai_email_compte OFFSET n - 1 LIMIT 1
$$;
SELECT pg_temp.nth(:A, 1) AS a1, pg_temp.nth(:A, 2) AS a2, pg_temp.nth(:B, 1) AS b1 \gset
UPDATE openai_connexion SET openai_project_id = 'p1', openai_limite_cout_mois = 100 WHERE openai_connexion_id = :'a1';
INSERT INTO vigie.account (account_id, name) VALUES ('acc00000-0000-4000-8000-000000000000', 'acme');

-- What may be done ----------------------------------------------------------------------------------------------------

SELECT is(has_table_privilege('vigie_operator', 'vigie.cost_sample', verb), verb = 'SELECT', 'operators and samples: ' || verb)
FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) verb;
SELECT is(has_table_privilege('vigie_operator', 'vigie.cost_sampled', 'SELECT'), false, 'when samples were taken is nobody''s matter');
SELECT is(count(*)::int, 0, 'PUBLIC may call nothing of it')
FROM pg_proc p WHERE p.pronamespace = 'vigie'::regnamespace AND has_function_privilege('public', p.oid, 'EXECUTE')
    AND p.proname IN ('sample_costs', 'sample_costs_at', 'counted_cost', 'total_between', 'forecast', 'forecasts_of', 'forecasts_at', 'burn',
                      'sources_of', 'differs', 'reconcile_of', 'reconcile_at', 'backtest_of', 'backtest');
SELECT is(count(*)::int, 0, 'who reads what policies hide says where names are found')
FROM pg_proc p WHERE p.pronamespace = 'vigie'::regnamespace AND p.prosecdef
    AND p.proname IN ('sample_costs_at', 'forecasts_of', 'sources_of', 'reconcile_of', 'backtest_of')
    AND NOT p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp'];

-- The core ------------------------------------------------------------------------------------------------------------

SELECT is((SELECT concat_ws(' ', month_end, permille, to_char(exhausted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'))
           FROM vigie.forecast(spent, rate, ceiling, at::timestamptz)), expected, name)
FROM (VALUES
    ('half of November', 50, 2, 100, '2026-11-16 00:00Z', '80 800'),
    ('the limit is reached in time', 50, 5, 100, '2026-11-16 00:00Z', '125 1250 2026-11-26 00:00'),
    ('reached exactly when the month ends is not reached', 70, 2, 100, '2026-11-16 00:00Z', '100 1000'),
    ('it was reached already', 100, 1, 100, '2026-11-16 00:00Z', '115 1150 2026-11-16 00:00'),
    ('February has 28 days', 0, 1, 100, '2026-02-01 00:00Z', '28 280'),
    ('and 29 in a leap year', 0, 1, 100, '2028-02-01 00:00Z', '29 290'),
    ('the 29th itself', 28, 1, NULL, '2028-02-29 12:00Z', '28.5'),
    ('the last microsecond', 31, 100, 100, '2026-12-31 23:59:59.999999Z', '31 310'),
    ('a December ends with the year', 0, 31, 961, '2026-12-01 00:00Z', '961 1000'),
    ('no limit', 10, 1, NULL, '2026-11-21 00:00Z', '20'),
    ('a limit of 0 is none', 10, 1, 0, '2026-11-21 00:00Z', '20'),
    ('nor one below', 10, 1, -5, '2026-11-21 00:00Z', '20'),
    ('nor one that is no number', 10, 1, 'NaN', '2026-11-21 00:00Z', '20'),
    ('nor one without end', 10, 1, 'Infinity', '2026-11-21 00:00Z', '20'),
    ('a rate below 0 is none', 10, -3, 100, '2026-11-21 00:00Z', '10 100'),
    ('more was given back than spent', -5, 1, 100, '2026-11-21 00:00Z', '5 50'),
    ('fractions of a cent', 0.0001, 0.00005, 0.01, '2026-11-21 00:00Z', '0.0006 60'),
    ('a clock that was put forward in Paris changes nothing', 0, 1, 100, '2026-03-29 00:00Z', '3 30'),
    ('no figure', NULL, 1, 100, '2026-11-21 00:00Z', NULL),
    ('no rate', 10, NULL, 100, '2026-11-21 00:00Z', NULL),
    ('a figure that is no number', 'NaN', 1, 100, '2026-11-21 00:00Z', NULL)
) AS t (name, spent, rate, ceiling, at, expected);
SET LOCAL TIME ZONE 'Europe/Paris';
SELECT is((SELECT month_end FROM vigie.forecast(0, 1, NULL, '2026-10-25 00:00Z')), 7::numeric, 'days are UTC''s whatever the session''s zone');
RESET TIME ZONE;

-- History from OpenAI's costs -----------------------------------------------------------------------------------------

-- tell('2026-11-16 00:00Z', '{"2026-11-01": 2, ...}'): all that the account has told by then.
CREATE FUNCTION pg_temp.tell(at timestamptz, days jsonb, name text DEFAULT 'p1') RETURNS void LANGUAGE sql AS $$
    DELETE FROM vigie.cost_day WHERE project = name;
    INSERT INTO vigie.cost_day (account_id, project, key, day, currency, amount)
    SELECT 'acc00000-0000-4000-8000-000000000000', name, '', d.key::date, 'usd', d.value::numeric FROM jsonb_each_text(days) d;
    SELECT vigie.apply_costs('acc00000-0000-4000-8000-000000000000', 'usd', at);
$$;
-- The same amount on each day of a span.
CREATE FUNCTION pg_temp.each(first date, last date, amount numeric) RETURNS jsonb LANGUAGE sql AS $$
    SELECT coalesce(jsonb_object_agg(d::date::text, amount), '{}') FROM generate_series(first::timestamp, last, '1 day') d
$$;
CREATE FUNCTION pg_temp.foretold(connexion uuid, at timestamptz, login name DEFAULT 'vigie_test_admin') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login(login, format(
        'SELECT concat_ws('' '', f.basis, f.rate, f.month_end, f.permille, to_char(f.exhausted_at AT TIME ZONE ''UTC'', ''YYYY-MM-DD''), f.days || ''d'')
         FROM vigie.burn(%L, %L) f', connexion, at))
$$;
CREATE FUNCTION pg_temp.after(at timestamptz, days jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.tell(at, days);
    RETURN pg_temp.foretold((SELECT openai_connexion_id FROM public.openai_connexion WHERE openai_project_id = 'p1'), at);
END
$$;
SELECT is(pg_temp.foretold(:'a1', '2026-11-16 00:00Z'), NULL, 'nobody counts: nothing is told');
SELECT is(pg_temp.after(at::timestamptz, days), expected, name)
FROM (VALUES
    ('a steady 2 a day', '2026-11-16 00:00Z', pg_temp.each('2026-10-20', '2026-11-15', 2), 'week 2 60 600 7d'),
    ('the last day was higher', '2026-11-16 00:00Z', pg_temp.each('2026-10-20', '2026-11-14', 2) || '{"2026-11-15": 8}', 'day 8 156 1560 2026-11-24 7d'),
    ('the last day was lower: the week counts', '2026-11-16 00:00Z', pg_temp.each('2026-10-20', '2026-11-14', 2) || '{"2026-11-15": 0}',
     'week 1.7143 53.7145 537 7d'),
    ('at noon half of the day before lies within 24 hours', '2026-11-16 12:00Z',
     pg_temp.each('2026-10-20', '2026-11-14', 2) || '{"2026-11-15": 4, "2026-11-16": 3}', 'day 5 107.5 1075 2026-11-29 7d'),
    ('today''s first hours are not told yet: the day before still counts', '2026-11-16 01:12Z', pg_temp.each('2026-10-20', '2026-11-15', 2), 'week 1.9857 59.6862 596 7d'),
    ('the first day of the month stands on the month before', '2026-11-01 12:00Z', pg_temp.each('2026-10-01', '2026-10-31', 2) || '{"2026-11-01": 1}',
     'week 2 60 600 7d'),
    ('and the first hour', '2026-11-01 00:00Z', pg_temp.each('2026-10-01', '2026-10-31', 2), 'week 2 60 600 7d'),
    ('the last hour of the month, of which all is told', '2026-11-30 23:00Z', pg_temp.each('2026-11-01', '2026-11-30', 2), 'day 2.0833 60.0868 600 7d'),
    ('a leap day', '2028-02-29 00:00Z', pg_temp.each('2028-02-01', '2028-02-28', 2), 'week 2 58 580 7d'),
    ('the first day of a project', '2026-11-16 12:00Z', '{"2026-11-16": 50}', 'thin 0d'),
    ('the second', '2026-11-16 12:00Z', '{"2026-11-15": 50, "2026-11-16": 50}', 'thin 1d'),
    ('two days and a half', '2026-11-16 12:00Z', '{"2026-11-14": 9, "2026-11-15": 9, "2026-11-16": 9}', 'thin 2d'),
    ('three days', '2026-11-17 00:00Z', '{"2026-11-14": 3, "2026-11-15": 3, "2026-11-16": 3}', 'week 3 51 510 3d'),
    ('of which two told nothing', '2026-11-17 00:00Z', '{"2026-11-14": 3}', 'week 1 17 170 3d'),
    ('a gap of a week in an old project is no new project', '2026-11-17 00:00Z', '{"2026-10-20": 3, "2026-11-15": 7, "2026-11-16": 7}', 'day 7 112 1120 2026-11-29 7d'),
    ('a day alone behind a week of nothing is no rate', '2026-11-16 12:00Z', '{"2026-10-20": 3, "2026-10-21": 3, "2026-11-16": 70}', 'thin 7d'),
    ('nor on the first day of a month', '2026-11-01 12:00Z', '{"2026-10-10": 3, "2026-10-21": 3, "2026-11-01": 70}', 'thin 7d'),
    ('a project that rests spends nothing more', '2026-11-16 00:00Z', pg_temp.each('2026-11-01', '2026-11-05', 4), 'week 0 20 200 7d'),
    ('what is older than 40 days is no history', '2026-11-16 12:00Z', '{"2026-09-01": 3, "2026-11-16": 7}', 'thin 0d'),
    ('a credit makes the month cheaper and is no rate', '2026-11-16 00:00Z', pg_temp.each('2026-10-20', '2026-11-14', 2) || '{"2026-11-15": -20}',
     'week 1.7143 33.7145 337 7d'),
    ('the sum fell: a correction', '2026-11-16 00:00Z', pg_temp.each('2026-10-20', '2026-11-15', 1), 'week 1 30 300 7d'),
    ('more was given back than spent', '2026-11-16 00:00Z', pg_temp.each('2026-11-01', '2026-11-15', -1), 'week 0 0 0 7d')
) AS t (name, at, days, expected);

SELECT is(pg_temp.after('2026-11-16 00:00Z', pg_temp.each('2026-10-20', '2026-11-15', 2)), 'week 2 60 600 7d', 'told at midnight');
SELECT is(pg_temp.foretold(:'a1', at::timestamptz), expected, name)
FROM (VALUES
    ('the rate goes on from when it was told', '2026-11-17 18:00Z', 'week 2 60 600 7d'),
    ('a figure two days old is no base', '2026-11-18 00:01Z', 'thin 0d'),
    ('nor is one of the month before', '2026-12-02 00:00Z', 'thin 0d')) AS t (name, at, expected);
SELECT is(pg_temp.after('2026-11-30 23:50Z', pg_temp.each('2026-10-20', '2026-11-30', 2)), 'day 2.0139 60.014 600 7d', 'ten minutes before the month ends');
SELECT is(pg_temp.foretold(:'a1', '2026-12-01 00:10Z'), 'day 2.0139 62.4309 624 7d', 'twenty minutes later: nothing is spent, the rate stands');
UPDATE openai_connexion SET openai_limite_cout_mois = 40 WHERE openai_connexion_id = :'a1';
SELECT is(pg_temp.after('2026-11-16 00:00Z', pg_temp.each('2026-10-20', '2026-11-15', 2)), 'week 2 60 1500 2026-11-21 7d', 'a lowered limit');
UPDATE openai_connexion SET openai_limite_cout_mois = NULL WHERE openai_connexion_id = :'a1';
SELECT is(pg_temp.foretold(:'a1', '2026-11-16 00:00Z'), 'week 2 60 7d', 'no limit: no share and no day');
UPDATE openai_connexion SET openai_limite_cout_mois = 100 WHERE openai_connexion_id = :'a1';
SELECT is(pg_temp.foretold(:'a1', '2026-11-16 00:00Z', login), expected, 'as ' || login)
FROM (VALUES ('vigie_test_a'::name, 'week 2 60 600 7d'), ('vigie_test_b', NULL), ('vigie_test_nobody', NULL)) AS t (login, expected);
SELECT is(pg_temp.as_login(login, 'SELECT count(*) FROM vigie.forecasts_at(''2026-11-16 00:00Z'')'), expected, 'all in sight of ' || login)
FROM (VALUES ('vigie_test_admin'::name, '1'), ('vigie_test_a', '1'), ('vigie_test_b', '0')) AS t (login, expected);

-- What the applications counted ---------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.count(connexion uuid, cost numeric, at timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login('vigie_test_a', format('SELECT cout_actuel_mois FROM vigie.compter_usage_at(%L, 1, %s, %L)', connexion, cost, at))
$$;
CREATE FUNCTION pg_temp.sample(at timestamptz, login name DEFAULT 'vigie_test_admin') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login(login, format('SELECT vigie.sample_costs_at(%L)', at))
$$;
UPDATE openai_connexion SET openai_limite_cout_mois = 100 WHERE openai_connexion_id = :'a2';
SELECT is(pg_temp.sample('2026-10-25 00:10Z'), '0', 'nobody has counted: nothing is kept');
SELECT is(pg_temp.count(:'a2', 5, '2026-10-25 01:05Z')::numeric, 5::numeric, 'counted');
SELECT is(pg_temp.sample('2026-10-25 01:10Z'), '1', 'a sample');
SELECT is(pg_temp.sample('2026-10-25 01:50Z'), '0', 'one an hour');
SELECT is(pg_temp.sample('2026-10-25 01:50Z', 'vigie_test_a'), '0', 'a member''s program takes none where an administrator''s does');
SELECT is(pg_temp.foretold(:'a2', '2026-10-25 02:00Z'), 'thin 0d', 'history begins with the first sample');
SELECT is(pg_temp.sample('2026-10-25 02:00Z'), '1', 'the next hour');
SELECT is((SELECT count(*)::int FROM vigie.cost_sample), 1, 'the same sum makes the sample longer');
SELECT pg_temp.count(:'a2', 3, ('2026-10-25 06:00Z'::timestamptz + n * interval '1 day')), pg_temp.sample('2026-10-25 06:00Z'::timestamptz + n * interval '1 day')
FROM generate_series(1, 6) n \g /dev/null
SELECT is((SELECT concat_ws(' ', count(*), min(cost), max(cost), max(total)) FROM vigie.cost_sample), '7 5 23 18', 'six more, added up since the first');
SELECT is(pg_temp.foretold(:'a2', '2026-10-31 06:00Z'), 'day 3 25.25 252 6d', '3 a day');
SELECT is(pg_temp.count(:'a2', 3, '2026-11-01 06:00Z')::numeric, 3::numeric, 'the month turns: the row begins anew');
SELECT is(pg_temp.sample('2026-11-01 06:00Z'), '1', 'a sample of the new month');
SELECT is((SELECT concat_ws(' ', month, cost, total) FROM vigie.cost_sample ORDER BY at DESC LIMIT 1), '2026-11-01 3 21', 'its sum is added');
SELECT is(pg_temp.foretold(:'a2', '2026-11-01 06:00Z'), 'day 3 92.25 922 7d', 'on the first day the rate stands on the month before');
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT vigie.compter_usage_at(%L, 1, 2, ''2026-11-01 12:00Z'')', :'a2')) IS NOT NULL, true, 'two more');
SELECT is(pg_temp.foretold(:'a2', '2026-11-01 12:00Z'), 'day 4.25 130.375 1303 2026-11-23 7d', 'and what no sample has yet counts');
UPDATE vigie.figure SET cost_counted = 1 WHERE connexion_id = :'a2';
UPDATE openai_connexion SET openai_cout_actuel_mois = 1 WHERE openai_connexion_id = :'a2';
SELECT is(pg_temp.sample('2026-11-01 13:00Z'), '1', 'the sum fell');
SELECT is((SELECT concat_ws(' ', cost, total) FROM vigie.cost_sample ORDER BY at DESC LIMIT 1), '1 21', 'what was given back is no rate');
SELECT is(pg_temp.sample('2026-11-04 13:00Z'), '1', 'three days later, nothing more counted');
SELECT is(pg_temp.foretold(:'a2', '2026-11-04 13:00Z'), 'week 1.5893 43.0502 430 7d', 'it rests: the week counts');
SELECT is(pg_temp.sample('2026-12-20 00:00Z'), '1', 'many days later');
SELECT is((SELECT count(*)::int FROM vigie.cost_sample WHERE until < '2026-11-10'), 0, 'what is older than 40 days is gone');
SELECT is(pg_temp.sample('2027-02-20 00:00Z'), '0', 'who stopped counting two months ago is left out');
UPDATE vigie.cost_sampled SET at = '2026-01-01';
SELECT is(pg_temp.sample('2027-02-21 00:00Z', 'vigie_test_b'), '0', 'a member samples what is in sight');
SELECT is(pg_temp.sample('2027-02-21 00:00Z', 'vigie_test_nobody'), '0', 'who sees nothing samples nothing');
SELECT is(pg_temp.as_login('vigie_test_b', 'SELECT count(*) FROM vigie.cost_sample'), '0', 'nor reads the samples of others');

-- Back-test -----------------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.fired(connexion uuid, percent integer, on_forecast boolean, months integer, at timestamptz, login name DEFAULT 'vigie_test_admin')
    RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login(login, format(
        'SELECT string_agg(concat_ws('' '', b.fired_on, b.value, b.limit_value), '', '' ORDER BY b.period) FROM vigie.backtest_of(ARRAY[%L::uuid], %s, %L, %s, %L) b',
        connexion, percent, on_forecast, months, at))
$$;
SELECT pg_temp.tell('2026-11-16 00:00Z', pg_temp.each('2026-09-01', '2026-09-30', 1) || pg_temp.each('2026-10-01', '2026-11-15', 4)) \g /dev/null
SELECT is(pg_temp.fired(:'a1', 80, false, 1, '2026-11-16 00:00Z'), '2026-10-20 80 100', '80 % of spend: on the 20th of October, not yet in November');
SELECT is(pg_temp.fired(:'a1', 50, false, 1, '2026-11-16 00:00Z'), '2026-10-13 52 100, 2026-11-13 52 100', 'once a month, whatever came later');
SELECT is(pg_temp.fired(:'a1', 30, false, 2, '2026-11-16 00:00Z'), '2026-09-30 30 100, 2026-10-08 32 100, 2026-11-08 32 100', 'two months back');
SELECT is(pg_temp.fired(:'a1', 100, true, 1, '2026-11-16 00:00Z'), '2026-10-01 124 100, 2026-11-01 120 100', 'on the forecast: on the first day already');
SELECT is(pg_temp.fired(:'a1', 31, true, 2, '2026-11-16 00:00Z'), '2026-10-01 124 100, 2026-11-01 120 100', 'September''s forecast was 30');
SELECT is(pg_temp.fired(:'a1', 30, true, 2, '2026-11-16 00:00Z'), '2026-09-03 30 100, 2026-10-01 124 100, 2026-11-01 120 100', 'and not told before its third day');
SELECT is(pg_temp.fired(:'a1', 500, true, 3, '2026-11-16 00:00Z'), NULL, 'a threshold that nothing reached');
SELECT is(pg_temp.fired(:'a1', 80, false, 1, '2026-11-16 00:00Z', 'vigie_test_b'), NULL, 'not for another organisation');
SELECT is(pg_temp.fired(:'a1', 80, false, 1, '2026-11-16 00:00Z', 'vigie_test_a'), '2026-10-20 80 100', 'for its own');
UPDATE openai_connexion SET openai_limite_cout_mois = 0 WHERE openai_connexion_id = :'a1';
SELECT is(pg_temp.fired(:'a1', 80, false, 1, '2026-11-16 00:00Z'), NULL, 'without a limit nothing fires');
UPDATE openai_connexion SET openai_limite_cout_mois = 100 WHERE openai_connexion_id = :'a1';
SELECT is(pg_temp.attempt('vigie_test_admin', format('SELECT vigie.backtest_of(NULL, %s, false, %s, now())', percent, months)), '22023',
          format('refused: %s per cent, %s months', percent, months))
FROM (VALUES ('0', '1'), ('1001', '1'), ('NULL', '1'), ('80', '0'), ('80', '25'), ('80', 'NULL')) AS t (percent, months);
SELECT is(pg_temp.attempt('vigie_test_admin', 'SELECT vigie.backtest(NULL, NULL, 80, false, 24)') ~ '^\d+$', true, 'as of now, for all in sight');

-- Of what applications counted: by the days of the samples.
DELETE FROM vigie.cost_sample;
INSERT INTO vigie.cost_sample (connexion_id, at, until, month, cost, total)
SELECT :'a2', d, d, '2027-03-01', n * 10, n * 10 FROM generate_series(0, 8) n, LATERAL (SELECT '2027-03-01 12:00Z'::timestamptz + n * interval '1 day' AS d) x;
SELECT is(pg_temp.fired(:'a2', 50, false, 1, '2027-03-09 13:00Z'), '2027-03-06 50 100', 'what was counted passes half of the limit on the 6th');
SELECT is(pg_temp.fired(:'a2', 100, true, 1, '2027-03-09 13:00Z'), '2027-03-03 300 100', 'foreseen on the third day');
-- Nobody sampled for four days: what was counted since is spread over them.
DELETE FROM vigie.cost_sample WHERE at > '2027-03-02';
UPDATE openai_connexion SET openai_cout_actuel_mois = 40 WHERE openai_connexion_id = :'a2';
UPDATE vigie.figure SET counted_month = '2027-03-01', cost_month = '2027-03-01', cost_counted = 40, cost_base = 0 WHERE connexion_id = :'a2';
SELECT is(pg_temp.foretold(:'a2', '2027-03-05 12:00Z'), 'week 10 305 3050 2027-03-11 4d', 'a gap between samples is no burst');

-- Reconciliation: what the e2e tests do not reach ---------------------------------------------------------------------

CREATE FUNCTION pg_temp.differs(connexion uuid, at timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login('vigie_test_admin', format(
        'SELECT string_agg(concat_ws('' '', r.kind, r.period, r.one, r.other, r.difference, r.permille), '', '' ORDER BY r.kind, r.period) FROM vigie.reconcile_at(%L, %L) r',
        connexion, at))
$$;
DELETE FROM vigie.figure WHERE connexion_id = :'a2';
DELETE FROM vigie.cost_sample;
DELETE FROM vigie.cost_sampled;
UPDATE openai_connexion SET openai_project_id = 'p2', openai_cout_actuel_mois = 0 WHERE openai_connexion_id = :'a2';
SELECT pg_temp.count(:'a2', 40, '2026-11-10 10:00Z'), pg_temp.sample('2026-11-10 10:30Z'), pg_temp.count(:'a2', 10, '2026-11-12 08:00Z') \g /dev/null
UPDATE vigie.account SET costs_at = '2026-11-12 09:00Z', usage_at = NULL;
SELECT pg_temp.tell('2026-11-12 09:00Z', '{"2026-11-10": 40, "2026-11-12": 2}', 'p2') \g /dev/null
SELECT is(pg_temp.differs(:'a2', '2026-11-12 09:00Z'), 'delayed 2026-11 42 50 -8 160, endpoint-missing 2026-11-12 -1',
          'what is missing was counted within a day: OpenAI is behind');
SELECT pg_temp.tell('2026-11-12 09:00Z', '{"2026-11-10": 30, "2026-11-12": 2}', 'p2') \g /dev/null
SELECT is(pg_temp.differs(:'a2', '2026-11-12 09:00Z'), 'cost-lower 2026-11 32 50 -18 360, endpoint-missing 2026-11-12 -1',
          'more is missing than a day can explain: it bills less');
SELECT pg_temp.tell('2026-11-12 09:00Z', '{"2026-11-10": 30}', 'p2') \g /dev/null
SELECT is(pg_temp.differs(:'a2', '2026-11-12 09:00Z'), 'cost-lower 2026-11 30 50 -20 400, delayed 2026-11 30 50 -20 400, endpoint-missing 2026-11-12 -1',
          'both: today is missing, and before it was less');
SELECT pg_temp.tell('2026-11-12 09:00Z', '{"2026-11-10": 49.6}', 'p2') \g /dev/null
SELECT is(pg_temp.differs(:'a2', '2026-11-12 09:00Z'), 'endpoint-missing 2026-11-12 -1', 'less than one per cent is no difference');
UPDATE vigie.account SET usage_at = '2026-11-12 06:59Z';
SELECT is(pg_temp.differs(:'a2', '2026-11-12 09:00Z') LIKE '%endpoint-missing 2026-11-12%', true, 'usage has not answered for two hours');
UPDATE vigie.account SET usage_at = '2026-11-12 07:01Z';
SELECT is(pg_temp.differs(:'a2', '2026-11-12 09:00Z') LIKE '%endpoint-missing%', false, 'or a little less');
SELECT is(pg_temp.differs(:'b1', '2026-11-12 09:00Z'), NULL, 'without limits nobody has to count');
SELECT is(pg_temp.differs(:'a2', '2026-12-01 00:01Z'), 'no-source 2026-12 -1', 'in a new month nobody has told anything yet');

SELECT * FROM finish();
ROLLBACK;
