-- Alerts: once by kind, period and threshold, whatever the clock does; every kind from real rows; who sees and does what.
\ir fixture.psql
SELECT * FROM no_plan();

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
SELECT pg_temp.nth(:A, 1) AS a1, pg_temp.nth(:A, 2) AS a2, pg_temp.nth(:A, 3) AS a3, pg_temp.nth(:B, 1) AS b1, pg_temp.nth(:B, 2) AS b2 \gset

-- The tables ----------------------------------------------------------------------------------------------------------

SELECT ok(relrowsecurity, relname || ' has row level security')
FROM pg_class WHERE relnamespace = 'vigie'::regnamespace AND relname IN ('alert', 'alert_mark', 'alert_act', 'alert_turn');
SELECT is(pg_temp.attempt(login, format('INSERT INTO vigie.%s DEFAULT VALUES', relation)), '42501', login || ' writes no ' || relation)
FROM unnest(ARRAY['vigie_test_admin', 'vigie_test_a']) login, unnest(ARRAY['alert', 'alert_mark', 'alert_act', 'alert_turn']) relation;
SELECT is(pg_temp.attempt('vigie_test_admin', format('SELECT vigie.%s', call)), '42501', call || ' is not for operators')
FROM unnest(ARRAY['watch_alerts_at(now())', 'enqueue_alerts(''{}'')', 'drifting()', 'raise_causes(now(), ''{}'')',
                  'raise_thresholds(now(), ''{}'')', 'alert_causes(now(), ''{}'')', 'alert_readings(now(), ''{}'')',
                  'alert_sums(true, NULL)', 'alert_do(gen_random_uuid(), ''assign'', '''')']) call;
SELECT lives_ok('SELECT vigie.enqueue_alerts(''{}'')', 'what was raised can be handed on');

-- Driving the clock ---------------------------------------------------------------------------------------------------

GRANT EXECUTE ON FUNCTION vigie.watch_alerts_at(timestamptz) TO vigie_operator;
CREATE FUNCTION pg_temp.watch(at timestamptz, login name DEFAULT 'vigie_test_admin') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login(login, format('SELECT vigie.watch_alerts_at(%L)', at))
$$;
-- The row as the applications' counter would leave it.
CREATE FUNCTION pg_temp.spend(connexion uuid, cost numeric, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.openai_connexion SET openai_cout_actuel_mois = cost WHERE openai_connexion_id = connexion;
    INSERT INTO vigie.figure AS f (connexion_id, cost_source, cost_at, cost_month)
    VALUES (connexion, 'applications', at, date_trunc('month', at AT TIME ZONE 'UTC')::date)
    ON CONFLICT (connexion_id) DO UPDATE SET cost_source = excluded.cost_source, cost_at = excluded.cost_at, cost_month = excluded.cost_month;
END
$$;
CREATE FUNCTION pg_temp.use(connexion uuid, used integer, reset timestamptz, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.openai_connexion SET openai_usage_quotidien = used, openai_reset_quota_at = reset WHERE openai_connexion_id = connexion;
    INSERT INTO vigie.figure AS f (connexion_id, use_source, use_at, use_day) VALUES (connexion, 'applications', at, (at AT TIME ZONE 'UTC')::date)
    ON CONFLICT (connexion_id) DO UPDATE SET use_source = excluded.use_source, use_at = excluded.use_at, use_day = excluded.use_day;
END
$$;
-- What was told in a period: "50 80+1 100+1*", * goes on; +n took n lower ones with it.
CREATE FUNCTION pg_temp.told(connexion uuid, what text, of text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(threshold || CASE WHEN below > 0 THEN '+' || below ELSE '' END || CASE WHEN over_at IS NULL THEN '*' ELSE '' END,
                               ' ' ORDER BY epoch, threshold), '')
    FROM vigie.alert WHERE connexion_id = connexion AND kind = what AND period = of AND NOT recorded
$$;
-- One step: the cost is that, everybody looks, and then this has been told.
CREATE FUNCTION pg_temp.step(connexion uuid, cost numeric, at timestamptz, expected text, why text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.spend(connexion, cost, at);
    PERFORM pg_temp.watch(at, login) FROM unnest(ARRAY['vigie_test_admin', 'vigie_test_a', 'vigie_test_b']) login;
    RETURN tap.is(pg_temp.told(connexion, 'budget', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM')), expected,
                  format('%s at %s of %s: %s', cost, at AT TIME ZONE 'UTC', (SELECT openai_limite_cout_mois FROM public.openai_connexion
                                                                           WHERE openai_connexion_id = connexion), why));
END
$$;
CREATE FUNCTION pg_temp.used(connexion uuid, used integer, reset timestamptz, at timestamptz, expected text, why text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.use(connexion, used, reset, at);
    PERFORM pg_temp.watch(at, login) FROM unnest(ARRAY['vigie_test_a', 'vigie_test_admin']) login;
    RETURN tap.is(pg_temp.told(connexion, 'quota', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD')), expected,
                  format('%s used at %s: %s', used, at AT TIME ZONE 'UTC', why));
END
$$;
CREATE FUNCTION pg_temp.limit_to(connexion uuid, cost numeric, day integer) RETURNS void LANGUAGE sql AS $$
    UPDATE public.openai_connexion SET openai_limite_cout_mois = cost, openai_limite_quotidienne = day WHERE openai_connexion_id = connexion
$$;

-- Budget: months ------------------------------------------------------------------------------------------------------

SELECT pg_temp.limit_to(:'a1', 100, NULL) \g /dev/null
SELECT pg_temp.step(:'a1', cost, at, expected, why) FROM (VALUES
    (49.99,  '2026-01-15 10:00Z'::timestamptz, '',                'under the first threshold'),
    (50.00,  '2026-01-15 10:01Z', '50*',             'exactly at it counts'),
    (50.00,  '2026-01-15 10:02Z', '50*',             'once'),
    (79.99,  '2026-01-16 10:00Z', '50*',             'not yet the next one'),
    (80.00,  '2026-01-16 10:01Z', '50 80*',          'the next one takes its place'),
    (49.00,  '2026-01-17 10:00Z', '50 80',           'a sum that falls ends it'),
    (60.00,  '2026-01-17 11:00Z', '50* 80',          'rises: the same goes on'),
    (85.00,  '2026-01-18 10:00Z', '50 80*',          'nothing is told twice'),
    (100.00, '2026-01-31 23:59:59Z', '50 80 100+1*', 'a jump tells the highest and counts the rest')) AS t (cost, at, expected, why);
SELECT is((SELECT string_agg(threshold::text, ' ') FROM vigie.alert WHERE connexion_id = :'a1' AND recorded), '95', 'the rest is recorded');
SELECT pg_temp.watch('2026-02-01 00:00Z') \g /dev/null
SELECT is(pg_temp.told(:'a1', 'budget', '2026-01') || '|' || pg_temp.told(:'a1', 'budget', '2026-02'), '50 80 100+1|',
          'January''s sum is not February''s: all is over and nothing is told');
SELECT pg_temp.step(:'a1', cost, at, expected, why) FROM (VALUES
    (50,  '2026-02-28 23:59:59Z'::timestamptz, '50*',       're-armed by the month'),
    (50,  '2026-03-01 00:00Z',    '50*',       'and again'),
    (96,  '2026-03-29 00:59:59Z', '50 95+1*',  'the clocks of Europe go forward'),
    (96,  '2026-03-29 01:00Z',    '50 95+1*',  'and nothing happens'),
    (100, '2026-10-25 01:30Z',    '100+3*',    'they go back: months of silence, a jump from nothing'),
    (100, '2026-10-25 02:30Z',    '100+3*',    'once'),
    (50,  '2028-02-29 12:00Z',    '50*',       'a leap day'),
    (50,  '2028-02-29 23:59:59Z', '50*',       'is of February'),
    (50,  '2028-03-01 00:00Z',    '50*',       'and the day after is not')) AS t (cost, at, expected, why);
SET LOCAL timezone = 'Pacific/Kiritimati';
SELECT pg_temp.step(:'a1', 60, '2028-03-31 23:00Z', '50*', 'the session''s time zone is no matter');
SET LOCAL timezone = 'UTC';

-- Budget: limits that change --------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.relimit(connexion uuid, new numeric, cost numeric, at timestamptz, expected text, why text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.limit_to(connexion, new, NULL);
    RETURN pg_temp.step(connexion, cost, at, expected, why);
END
$$;
SELECT pg_temp.relimit(:'a2', new, cost, at, expected, why) FROM (VALUES
    (100.0,          96, '2026-05-02 10:00Z'::timestamptz, '95+2*',                 'three at once'),
    (200.0,          96, '2026-05-03 10:00Z', '95+2',                  'raised: not reached any more'),
    (200.0,         110, '2026-05-04 10:00Z', '95+2 50*',              'exactly one more'),
    (200.0,         110, '2026-05-04 11:00Z', '95+2 50*',              'once'),
    (100.0,         110, '2026-05-05 10:00Z', '95+2 50 100+3*',        'lowered: one more'),
    (NULL,          110, '2026-05-06 10:00Z', '95+2 50 100+3',         'taken away: over'),
    (0,             110, '2026-05-06 11:00Z', '95+2 50 100+3',         '0 is none'),
    (-5,            110, '2026-05-06 11:30Z', '95+2 50 100+3',         'nor is less'),
    ('NaN',         110, '2026-05-06 11:40Z', '95+2 50 100+3',         'nor what is no number'),
    ('Infinity',    110, '2026-05-06 11:50Z', '95+2 50 100+3',         'nor one without end'),
    (100.0,         110, '2026-05-07 10:00Z', '95+2 50 100+3 100+3*',  'set again: one more'),
    (100.000,       110, '2026-05-07 11:00Z', '95+2 50 100+3 100+3*',  'the same limit in other digits'),
    (100.0,        NULL, '2026-05-07 12:00Z', '95+2 50 100+3 100+3',   'no figure'),
    (100.0,       'NaN', '2026-05-07 12:30Z', '95+2 50 100+3 100+3',   'no number'),
    (100.0,          -3, '2026-05-07 13:00Z', '95+2 50 100+3 100+3',   'a credit'),
    (100.0,        1e17, '2026-05-07 14:00Z', '95+2 50 100+3 100+3*',  'a sum beyond sense is told no more often')) AS t (new, cost, at, expected, why);

-- Thresholds of one's own -------------------------------------------------------------------------------------------------

SELECT pg_temp.limit_to(:'a3', 100, NULL) \g /dev/null
SELECT pg_temp.as_login('vigie_test_a', format('SELECT vigie.set_limits(%s, NULL, ''{60}'', 120, true, false)', :'A')) \g /dev/null
SELECT pg_temp.step(:'a3', cost, at, expected, why) FROM (VALUES
    (59,  '2026-06-01 10:00Z'::timestamptz, '',        'the organisation''s threshold'),
    (60,  '2026-06-01 10:01Z', '60*',     'reached'),
    (119, '2026-06-02 10:00Z', '60*',     '100 is none of them'),
    (120, '2026-06-03 10:00Z', '60 120*', 'the hard one is told')) AS t (cost, at, expected, why);
SELECT pg_temp.as_login('vigie_test_a', format('SELECT vigie.set_limits(NULL, %L, ''{110}'', 0, true, false)', :'a3')) \g /dev/null
SELECT pg_temp.step(:'a3', 121, '2026-06-04 10:00Z', '60 120', 'its own: lower ones than were told are not told again');
SELECT pg_temp.as_login('vigie_test_a', format('SELECT vigie.set_limits(NULL, %L, ''{110}'', 0, false, false)', :'a3')) \g /dev/null
SELECT pg_temp.step(:'a3', 300, '2026-07-04 10:00Z', '', 'not held against what is spent');
SELECT pg_temp.as_login('vigie_test_a', format('SELECT vigie.unset_limits(NULL, %L)', :'a3')) \g /dev/null
SELECT pg_temp.as_login('vigie_test_a', format('SELECT vigie.unset_limits(%s, NULL)', :'A')) \g /dev/null

-- Switched off: nothing is held against a limit.
UPDATE public.openai_connexion SET openai_actif = false WHERE openai_connexion_id = :'a3';
SELECT pg_temp.step(:'a3', 300, '2026-07-05 10:00Z', '', 'switched off');
UPDATE public.openai_connexion SET openai_actif = true WHERE openai_connexion_id = :'a3';

-- Quota: days -------------------------------------------------------------------------------------------------------------

SELECT pg_temp.limit_to(:'a1', NULL, 1000), pg_temp.limit_to(:'a2', NULL, NULL), pg_temp.limit_to(:'a3', NULL, NULL) \g /dev/null
SELECT pg_temp.used(:'a1', used, reset, at, expected, why) FROM (VALUES
    (499,  '2026-08-02 00:00Z'::timestamptz, '2026-08-01 09:00Z'::timestamptz, '',        'under'),
    (800,  '2026-08-02 00:00Z', '2026-08-01 10:00Z', '80+1*',           'a jump'),
    (1000, '2026-08-02 00:00Z', '2026-08-01 23:59:59Z', '80+1 100+1*',  'at the end of the day'),
    (1000, '2026-08-02 00:00Z', '2026-08-02 00:00Z', '',                'the reset came, nobody counted'),
    (500,  '2026-08-03 00:00Z', '2026-08-02 08:00Z', '50*',             're-armed'),
    (500,  '2026-08-03 00:00Z', '2026-08-05 08:00Z', '',                'days without anybody'),
    (900,  NULL,                '2026-08-05 09:00Z', '',                'without a reset nothing counts'),
    (900,  '2026-12-01 00:00Z', '2026-08-05 10:00Z', '',                'nor with one that is no reset of a day'),
    (NULL, '2026-08-06 00:00Z', '2026-08-05 11:00Z', '',                'no figure'),
    (-7,   '2026-08-06 00:00Z', '2026-08-05 12:00Z', '',                'less than nothing'),
    (2147483647, '2026-08-06 00:00Z', '2026-08-05 13:00Z', '100+3*',    'as much as there can be')) AS t (used, reset, at, expected, why);
SELECT is(pg_temp.told(:'a1', 'quota', '2026-08-01') || '|' || pg_temp.told(:'a1', 'quota', '2026-08-02'), '80+1 100+1|50', 'ended days are over');
CREATE FUNCTION pg_temp.requota(connexion uuid, day integer, at timestamptz, expected text, why text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.limit_to(connexion, NULL, day);
    RETURN pg_temp.used(connexion, 600, '2026-08-08 00:00Z', at, expected, why);
END
$$;
SELECT pg_temp.requota(:'a1', day, at, expected, why) FROM (VALUES
    (0, '2026-08-07 08:00Z'::timestamptz, '', '0 is none'), (1000, '2026-08-07 09:00Z', '50*', 'a limit'),
    (600, '2026-08-07 10:00Z', '50 100+3*', 'lowered: one more'), (1000, '2026-08-07 11:00Z', '50 100+3 50*', 'raised: one more')) AS t (day, at, expected, why);

-- Forecast ----------------------------------------------------------------------------------------------------------------

SELECT pg_temp.limit_to(:'a1', NULL, NULL), pg_temp.limit_to(:'b1', 100, NULL) \g /dev/null
CREATE TEMP TABLE foretold (connexion_id uuid, basis text, rate numeric, month_end numeric, currency text, permille integer,
                            exhausted_at timestamptz, days integer);
CREATE OR REPLACE FUNCTION vigie.forecasts_of(ids uuid[], at timestamptz)
    RETURNS TABLE (connexion_id uuid, basis text, rate numeric, month_end numeric, currency text, permille integer,
                   exhausted_at timestamptz, days integer) LANGUAGE sql AS $$ SELECT * FROM pg_temp.foretold $$;
GRANT SELECT ON foretold TO PUBLIC;
CREATE FUNCTION pg_temp.foretell(connexion uuid, sure text, share integer, cost numeric, at timestamptz, expected text, why text) RETURNS text
    LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE foretold;
    INSERT INTO foretold VALUES (connexion, sure, 1, share / 10.0, 'usd', share, at + interval '1 day', 7);
    PERFORM pg_temp.spend(connexion, cost, at), pg_temp.watch(at);
    RETURN tap.is(pg_temp.told(connexion, 'forecast', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM')), expected, why);
END
$$;
SELECT pg_temp.foretell(:'b1', sure, share, cost, at, expected, why) FROM (VALUES
    ('thin', 2000, 10, '2026-09-05 10:00Z'::timestamptz, '',    'not enough history says nothing'),
    ('none', NULL, 10, '2026-09-05 10:30Z', '',                 'nor does none'),
    ('week', 490,  10, '2026-09-05 11:00Z', '',                 'under the first'),
    ('week', 960,  10, '2026-09-05 12:00Z', '95+2*',            'a jump'),
    ('day',  700,  10, '2026-09-06 12:00Z', '95+2',             'better: over'),
    ('day',  1200, 10, '2026-09-07 12:00Z', '95+2 100*',        'worse than ever'),
    ('day',  1200, 99, '2026-09-08 12:00Z', '95+2 100*',        'spent under the threshold: it still lies ahead'),
    ('day',  1200, 100, '2026-09-09 12:00Z', '95+2 100',        'what is spent is the budget''s to tell'),
    ('week', 1000, 10, '2026-10-02 12:00Z', '100+3*',           're-armed by the month')) AS t (sure, share, cost, at, expected, why);
SELECT is((SELECT detail FROM vigie.alert WHERE kind = 'forecast' AND period = '2026-10' AND NOT recorded), '2026-10-03', 'and when the limit is reached');
TRUNCATE foretold;
SELECT pg_temp.limit_to(:'b1', NULL, NULL) \g /dev/null

-- The other kinds ---------------------------------------------------------------------------------------------------------

-- What goes on of a kind: "subject: detail".
CREATE FUNCTION pg_temp.going_on(what text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(concat_ws(' ', left(coalesce(c.organisation_id::text, a.subject), 4), nullif(a.detail, ''), a.value::text), '; '
                               ORDER BY a.subject, a.about), '')
    FROM vigie.alert a LEFT JOIN public.openai_connexion c ON c.openai_connexion_id = a.connexion_id WHERE a.kind = what AND a.over_at IS NULL
$$;
CREATE FUNCTION pg_temp.after(change text, what text, at timestamptz, expected text, why text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE change;
    PERFORM pg_temp.watch(at), pg_temp.watch(at + interval '1 second', 'vigie_test_a');
    RETURN tap.is(pg_temp.going_on(what), expected, format('%s: %s', what, why));
END
$$;
UPDATE vigie.alert SET over_at = raised_at WHERE over_at IS NULL;
UPDATE public.openai_connexion SET openai_date_activation = now(), openai_cout_actuel_mois = 0, openai_usage_quotidien = 0;
DELETE FROM vigie.figure;
CREATE FUNCTION pg_temp.verdict(connexion uuid, word text, at timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO vigie.probe (connexion_id, verdict, since) VALUES (%1$L, %2$L, %3$L)
                   ON CONFLICT (connexion_id) DO UPDATE SET verdict = excluded.verdict, since = excluded.since', connexion, word, at)
$$;
SELECT pg_temp.after(pg_temp.verdict(:'a1', word, at), kind, at + interval '1 minute', expected, word) FROM (VALUES
    ('valid',       '2026-11-01 10:00Z'::timestamptz, 'key-revoked', ''),
    ('revoked',     '2026-11-01 11:00Z', 'key-revoked', 'aaaa revoked'),
    ('closed',      '2026-11-01 12:00Z', 'key-revoked', 'aaaa closed'),
    ('no-credit',   '2026-11-01 13:00Z', 'no-credit',   'aaaa no-credit'),
    ('spend-limit', '2026-11-01 14:00Z', 'no-credit',   'aaaa spend-limit'),
    ('limited',     '2026-11-01 15:00Z', 'limited-key', 'aaaa'),
    ('trouble',     '2026-11-01 16:00Z', 'limited-key', ''),
    ('revoked',     '2026-11-01 17:00Z', 'key-revoked', 'aaaa revoked')) AS t (word, at, kind, expected);
SELECT is((SELECT string_agg(period || CASE WHEN over_at IS NULL THEN '*' ELSE '' END, ' ' ORDER BY period) FROM vigie.alert WHERE kind = 'key-revoked'),
          '2026-11-01T11:00:00Z 2026-11-01T12:00:00Z 2026-11-01T17:00:00Z*', 'each time that it begins is told once');
SELECT pg_temp.after(format('UPDATE public.openai_connexion SET openai_actif = %L WHERE openai_connexion_id = %L', active, :'a1'), 'key-revoked', at,
                     expected, 'on: ' || active)
FROM (VALUES (false, '2026-11-02 10:00Z'::timestamptz, ''), (true, '2026-11-02 11:00Z', 'aaaa revoked')) AS t (active, at, expected);

SELECT pg_temp.after(format('UPDATE vigie.probe SET models = %L', models), 'model-retired', at, expected, models) FROM (VALUES
    ('gpt-4 ends 2026-12-01', '2026-11-03 10:00Z'::timestamptz, 'aaaa gpt-4 ends 2026-12-01'),
    ('gpt-4 is missing', '2026-11-03 11:00Z', 'aaaa gpt-4 is missing'), ('', '2026-11-03 12:00Z', '')) AS t (models, at, expected);
SELECT is((SELECT count(*)::int FROM vigie.alert WHERE kind = 'model-retired'), 1, 'the words may change, it is one alert a month');

SELECT pg_temp.after(format(change, :'a2'), 'no-source', at, expected, change) FROM (VALUES
    ('UPDATE openai_connexion SET openai_limite_cout_mois = 5, openai_limite_quotidienne = 0 WHERE openai_connexion_id = %L', '2026-11-05 10:00Z'::timestamptz, 'aaaa cost'),
    ('UPDATE openai_connexion SET openai_limite_quotidienne = 5 WHERE openai_connexion_id = %L', '2026-11-05 11:00Z', 'aaaa cost,use'),
    ('INSERT INTO vigie.figure (connexion_id, cost_source, cost_at, cost_month) VALUES (%L, ''openai'', ''2026-11-05 11:30Z'', ''2026-11-01'')', '2026-11-05 12:00Z', 'aaaa use'),
    ('UPDATE openai_connexion SET openai_usage_quotidien = 1 WHERE openai_connexion_id = %L', '2026-11-05 13:00Z', ''),
    ('UPDATE openai_connexion SET openai_usage_quotidien = 0 WHERE openai_connexion_id = %L', '2026-11-05 14:00Z', 'aaaa use'),
    ('UPDATE vigie.figure SET use_source = ''openai'', use_at = ''2026-11-05 14:30Z'' WHERE connexion_id = %L', '2026-11-05 15:00Z', '')) AS t (change, at, expected);
SELECT is((SELECT count(*)::int FROM vigie.alert WHERE kind = 'no-source'), 1, 'no source: one alert a month');

SELECT pg_temp.after(change, 'stale', at, expected, change || ' at ' || at) FROM (VALUES
    ('SELECT', '2026-11-06 11:29Z'::timestamptz, ''), ('SELECT', '2026-11-06 11:31Z', 'aaaa cost'), ('SELECT', '2026-11-06 15:00Z', 'aaaa cost,use'),
    ('SELECT', '2026-11-07 00:00Z', 'aaaa cost,use'),
    ('UPDATE vigie.figure SET cost_at = ''2026-11-07 01:00Z'', use_at = ''2026-11-07 01:00Z''', '2026-11-07 02:00Z', ''),
    ('UPDATE vigie.figure SET cost_source = ''applications'', cost_at = ''2026-11-01'', use_source = ''applications''', '2026-11-07 03:00Z', '')) AS t (change, at, expected);
SELECT is((SELECT string_agg(period, ' ' ORDER BY period) FROM vigie.alert WHERE kind = 'stale'), '2026-11-06 2026-11-07', 'stale: one a day');
SELECT pg_temp.limit_to(:'a2', NULL, NULL) \g /dev/null

\set clear '''see sk-abcdefghij0123456789 there'''
SELECT pg_temp.after(format('UPDATE public.openai_connexion SET %s WHERE openai_connexion_id = %L', change, :'b1'), 'key-in-clear', at, expected, change) FROM (VALUES
    ('openai_email_compte = ''task-force-of-sixteen@b.example''', '2026-11-08 10:00Z'::timestamptz, ''),
    ('openai_project_id = ' || quote_literal(:clear), '2026-11-08 11:00Z', 'bbbb openai_project_id'),
    ('openai_ia_extensions = ''{"k": ["sk-proj-abcdefghij_0123456789"]}''', '2026-11-08 12:00Z', 'bbbb openai_project_id, openai_ia_extensions'),
    ('openai_project_id = NULL, openai_ia_extensions = NULL, openai_derniere_erreur = ' || quote_literal(:clear), '2026-11-08 13:00Z', 'bbbb openai_derniere_erreur'),
    ('openai_derniere_erreur = ''sk-…''', '2026-11-08 14:00Z', ''),
    ('openai_organisation_id = ' || quote_literal(:clear) || ', openai_email_compte = ' || quote_literal(:clear), '2026-11-08 15:00Z', 'bbbb openai_email_compte, openai_organisation_id'),
    ('openai_organisation_id = NULL, openai_email_compte = ''b1''', '2026-11-08 16:00Z', '')) AS t (change, at, expected);
SELECT is((SELECT string_agg(period, ' ' ORDER BY period) FROM vigie.alert WHERE kind = 'key-in-clear'), '2026-11-08T11:00:00Z 2026-11-08T15:00:00Z',
          'a key in clear: once as long as it lasts');
UPDATE public.openai_connexion SET openai_date_activation = date_trunc('day', now()) - interval '180 days' WHERE openai_connexion_id = :'b2';
SELECT pg_temp.after('SELECT', 'key-old', date_trunc('day', now()) + late, expected, late::text) FROM (VALUES
    ('-1 minute'::interval, ''), ('1 minute', 'bbbb 180')) AS t (late, expected);
UPDATE public.openai_connexion SET openai_api_key = 'sk-test-another' WHERE openai_connexion_id = :'b2';
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT pg_temp.after('SELECT', 'key-old', date_trunc('day', now()) + interval '2 days', '', 'a new key is young');

-- Spending while switched off: of days after that of the switching off.
DELETE FROM vigie.account;
SELECT pg_temp.as_login('vigie_test_admin', format('SELECT vigie.add_recipient(%L, ''ada''::text)', '\x' || repeat('aa', 32))) \g /dev/null
SELECT pg_temp.as_login('vigie_test_admin', format('SELECT vigie.set_account(''acme'', '''', false, ''[{"recipient": "%s", "sealed": "%s"}]'')',
                                                   repeat('aa', 32), repeat('00', 64))) AS account \gset
SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS today, (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month')::date AS next \gset
CREATE FUNCTION pg_temp.bill(project text, day date, amount numeric, currency text DEFAULT 'usd') RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO vigie.cost_day VALUES ((SELECT account_id FROM vigie.account WHERE name = ''acme''), %L, '''', %L, %L, %s)', project, day, currency, amount)
$$;
UPDATE public.openai_connexion SET openai_project_id = 'proj_b1' WHERE openai_connexion_id = :'b1';
UPDATE public.openai_connexion SET openai_actif = false WHERE openai_connexion_id = :'b1';
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
SELECT pg_temp.after(change, 'spending-inactive', at, expected, change) FROM (VALUES
    (pg_temp.bill('proj_b1', :'today', 3), now() + interval '1 minute', ''),
    (pg_temp.bill('proj_b1', :'next', 0.25), :'next'::date + interval '10 hours', 'bbbb 0.25'),
    (pg_temp.bill('proj_b1', :'next'::date + 1, 0.5), :'next'::date + interval '34 hours', 'bbbb 0.75'),
    (format('UPDATE public.openai_connexion SET openai_project_id = ''proj_b1'' WHERE openai_connexion_id = %L', :'b2'), :'next'::date + interval '35 hours', ''),
    (format('UPDATE public.openai_connexion SET openai_project_id = NULL WHERE openai_connexion_id = %L', :'b2'), :'next'::date + interval '36 hours', 'bbbb 0.75'),
    (format('UPDATE public.openai_connexion SET openai_actif = true WHERE openai_connexion_id = %L', :'b1'), :'next'::date + interval '37 hours', '')) AS t (change, at, expected);
SELECT is((SELECT count(*)::int FROM vigie.alert WHERE kind = 'spending-inactive'), 1, 'spending while inactive: one a month');

-- Unattributed.
SELECT pg_temp.after(change, 'unattributed', :'next'::date + interval '38 hours', expected, change) FROM (VALUES
    ('SELECT', ''), (pg_temp.bill('proj_b1', :'next'::date + 1, 1, 'eur'), ''), (pg_temp.bill('', :'next', 0.001), ''),
    (pg_temp.bill('', :'next'::date + 1, 2), 'acme 2.001'), (pg_temp.bill('proj_nobody', :'next', 7), 'acme proj_nobody 9.001'),
    ('DELETE FROM vigie.cost_day WHERE project = ''''', 'acme proj_nobody 7'),
    (pg_temp.bill('proj_nobody', :'next', 1, 'zzz'), 'acme proj_nobody 7; acme proj_nobody 1'),
    ('DELETE FROM vigie.cost_day WHERE project = ''proj_nobody''', '')) AS t (change, expected);
SELECT is(pg_temp.attempt('vigie_test_a', 'SELECT FROM vigie.alert WHERE kind = ''unattributed'''), '0', 'unattributed cost is for administrators');

-- Drift, as the provider's part tells it.
CREATE TEMP TABLE drifts (connexion_id uuid, detail text, since timestamptz);
GRANT SELECT ON drifts TO PUBLIC;
CREATE OR REPLACE FUNCTION vigie.drifting() RETURNS TABLE (connexion_id uuid, detail text, since timestamptz) LANGUAGE sql AS $$ SELECT * FROM pg_temp.drifts $$;
SELECT pg_temp.after(change, 'drift', '2026-11-12 10:00Z', expected, change) FROM (VALUES
    (format('INSERT INTO drifts VALUES (%L, ''spend limit'', ''2026-11-12 09:00Z'')', :'a1'), 'aaaa spend limit'), ('DELETE FROM drifts', '')) AS t (change, expected);

-- Hosts and accounts in trouble.
SELECT pg_temp.after(change, 'provider-trouble', '2026-11-13 10:00Z', expected, change) FROM (VALUES
    ('INSERT INTO vigie.host (host, organisation_id, verdict, since, recorded_at) VALUES (''api.test'', NULL, ''valid'', ''2026-11-13 09:00Z'', ''2026-11-13 09:50Z'')', ''),
    ('UPDATE vigie.host SET verdict = ''network''', 'api. network'), ('UPDATE vigie.host SET verdict = ''tls'', since = ''2026-11-13 09:30Z''', 'api. tls'),
    (format('INSERT INTO vigie.host (host, organisation_id, verdict, since, recorded_at) VALUES (''api.test'', %L, ''trouble'', ''2026-11-13 09:00Z'', ''2026-11-13 09:50Z'')', :A), 'api. tls'),
    ('UPDATE vigie.host SET verdict = ''valid'' WHERE organisation_id IS NULL', 'api. trouble'),
    ('UPDATE vigie.host SET recorded_at = ''2026-11-13 08:50Z''', ''),
    ('UPDATE vigie.account SET failures = 2, verdict = ''revoked''', ''), ('UPDATE vigie.account SET failures = 3', 'acme revoked'),
    ('UPDATE vigie.account SET failures = 9, verdict = ''network''', 'acme network'), ('UPDATE vigie.account SET failures = 0', '')) AS t (change, expected);
SELECT is((SELECT count(*)::int FROM vigie.alert WHERE kind = 'provider-trouble' AND about LIKE 'account %'), 1, 'an account fails once');
SELECT is((SELECT string_agg(DISTINCT kind, ' ' ORDER BY kind) FROM vigie.alert),
          'budget drift forecast key-in-clear key-old key-revoked limited-key model-retired no-credit no-source provider-trouble quota '
          'spending-inactive stale unattributed', 'all fifteen kinds were found');
SELECT is((SELECT count(*)::int FROM (SELECT FROM vigie.alert GROUP BY about, kind, period, threshold, epoch HAVING count(*) > 1) d), 0, 'none twice');
SELECT throws_ok('INSERT INTO vigie.alert (kind, gravity, connexion_id, about, period, threshold, epoch, raised_at) SELECT kind, gravity, connexion_id,
                  about, period, threshold, epoch, now() FROM vigie.alert', '23505', NULL, 'nor can it be');

-- People ------------------------------------------------------------------------------------------------------------------

DELETE FROM vigie.alert;
DELETE FROM vigie.alert_mark;
DELETE FROM vigie.probe;
UPDATE public.openai_connexion SET openai_date_activation = now(), openai_actif = true, openai_limite_cout_mois = 100, openai_cout_actuel_mois = 100 WHERE openai_connexion_id IN (:'a1', :'b1');
DELETE FROM vigie.cost_day;
DELETE FROM vigie.figure;
DELETE FROM vigie.host;
INSERT INTO vigie.host (host, organisation_id, verdict, since, recorded_at) VALUES ('api.test', NULL, 'network', now(), now()), ('b.test', :B, 'tls', now(), now());
UPDATE vigie.account SET failures = 5, verdict = 'revoked';
SELECT is(pg_temp.as_login('vigie_test_b', 'SELECT vigie.watch_alerts()'), '2', 'a member''s program looks at the own organisation');
SELECT is(pg_temp.as_login('vigie_test_admin', 'SELECT vigie.watch_alerts()'), '3', 'an administrator''s at the rest');
SELECT is(pg_temp.as_login(login, 'SELECT vigie.watch_alerts()'), '0', login || ' finds nothing more')
FROM unnest(ARRAY['vigie_test_admin', 'vigie_test_a', 'vigie_test_b', 'vigie_test_nobody', 'vigie_test_unknown', 'vigie_test_anonymous']) login;
SELECT is(pg_temp.attempt('vigie_test_outsider', 'SELECT vigie.watch_alerts()'), '42501', 'an outsider may not even look');
SELECT is(pg_temp.as_login('vigie_test_admin', 'SELECT vigie.alerts_behind()'), 'false', 'all were looked at');

CREATE FUNCTION pg_temp.sight(login name, source text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.value_of(login, format('SELECT coalesce(string_agg(x, '' '' ORDER BY x), '''') FROM (%s) s (x)', source))
$$;
CREATE FUNCTION pg_temp.names() RETURNS text LANGUAGE sql AS $$
    SELECT 'SELECT CASE a.connexion_id WHEN ' || quote_literal(pg_temp.nth('aaaaaaaa-0000-4000-8000-000000000000', 1)) || ' THEN ''a1'' ELSE coalesce(left(a.connexion_id::text, 0) || ''b1'', left(a.about, 6)) END'
$$;
SELECT is(pg_temp.sight(login, pg_temp.names() || source), expected, login || ' sees ' || expected)
FROM (VALUES (' FROM vigie.alert a WHERE NOT a.recorded'), (' FROM (SELECT (alert).* FROM vigie.alerts(NULL, NULL, true, NULL, 100)) a')) AS f (source),
     (VALUES ('vigie_test_admin', 'a1 accoun b1 host a host b'), ('vigie_test_a', 'a1 host a'), ('vigie_test_b', 'b1 host a host b'),
             ('vigie_test_anonymous', '')) AS t (login, expected);
SELECT is(pg_temp.value_of(login, 'SELECT concat_ws('' '', info, warning, critical, acknowledged, snoozed) FROM vigie.alert_counts()'), expected, login || ' counts')
FROM (VALUES ('vigie_test_admin', '0 3 2 0 0'), ('vigie_test_a', '0 1 1 0 0'), ('vigie_test_b', '0 2 1 0 0'), ('vigie_test_nobody', '0 0 0 0 0')) AS t (login, expected);

-- Every login, every alert, everything that can be done with one.
SELECT is(pg_temp.attempt(login, format('SELECT vigie.alert_%s(%L%s)', act, a.alert_id, rest)),
          CASE WHEN login = 'vigie_test_outsider' THEN '42501' WHEN login IN ('vigie_test_admin', a.mine) THEN '1' ELSE 'P0002' END,
          format('%s: %s of %s', login, act, left(a.about, 6)))
FROM (SELECT x.*, CASE x.organisation_id WHEN :A THEN 'vigie_test_a' WHEN :B THEN 'vigie_test_b' ELSE '' END AS mine FROM vigie.alert x
      WHERE NOT x.recorded) a,
     (VALUES ('acknowledge', ''), ('reopen', ''), ('snooze', ', now() + interval ''1 hour'', ''why'''), ('assign', ', ''ada''')) AS t (act, rest),
     (VALUES ('vigie_test_admin'), ('vigie_test_a'), ('vigie_test_b'), ('vigie_test_nobody'), ('vigie_test_unknown'),
             ('vigie_test_anonymous'), ('vigie_test_outsider')) AS l (login);
SELECT is(pg_temp.attempt('vigie_test_admin', 'SELECT vigie.alert_acknowledge(gen_random_uuid())'), 'P0002', 'there is no such alert');

SELECT alert_id AS one FROM vigie.alert WHERE connexion_id = :'a1' AND kind = 'budget' AND NOT recorded \gset
SELECT alert_id AS put_by FROM vigie.alert WHERE connexion_id = :'a1' AND recorded LIMIT 1 \gset
SELECT is(pg_temp.attempt('vigie_test_admin', format('SELECT vigie.alert_acknowledge(%L)', :'put_by')), 'P0002', 'nor one that was only recorded');
CREATE FUNCTION pg_temp.stands(one uuid) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(', ', (SELECT status FROM vigie.alerts(NULL, NULL, true, NULL, 100) l WHERE (l.alert).alert_id = one), acknowledged_by, snoozed_by, reason, assigned_to, assigned_by)
    FROM vigie.alert WHERE alert_id = one
$$;
CREATE FUNCTION pg_temp.does(login name, call text, alert uuid, expected text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.as_login(login, format('SELECT vigie.alert_' || call, alert));
    RETURN tap.is(pg_temp.as_login('vigie_test_admin', format('SELECT pg_temp.stands(%L)', alert)), expected, call || ' by ' || login);
END
$$;
SELECT pg_temp.does('vigie_test_a', 'acknowledge(%L)', :'one', 'acknowledged, Anne A');
SELECT is(pg_temp.value_of('vigie_test_a', 'SELECT concat_ws('' '', info, warning, critical, acknowledged, snoozed) FROM vigie.alert_counts()'), '0 1 0 1 0', 'it is counted apart');
SELECT is(pg_temp.value_of('vigie_test_a', 'SELECT count(*) FROM vigie.alerts(NULL, NULL, false, NULL, 100)'), '1', 'and asks for nobody');
SELECT pg_temp.does('vigie_test_admin', 'reopen(%L)', :'one', 'open');
SELECT pg_temp.does('vigie_test_admin', 'assign(%L, ''anne@a.example'')', :'one', 'open, anne@a.example, Ada Admin');
SELECT pg_temp.does('vigie_test_a', 'snooze(%L, now() + interval ''1 hour'', ''being paid'')', :'one', 'snoozed, Anne A, being paid, anne@a.example, Ada Admin');
SELECT is(pg_temp.value_of('vigie_test_a', 'SELECT concat_ws('' '', info, warning, critical, acknowledged, snoozed) FROM vigie.alert_counts()'), '0 1 0 0 1', 'snoozed is counted apart');
UPDATE vigie.alert SET snoozed_until = now() WHERE alert_id = :'one';
SELECT is(pg_temp.as_login('vigie_test_admin', format('SELECT left(pg_temp.stands(%L), 4)', :'one')), 'open', 'a snooze that ended is open again');
SELECT is(pg_temp.value_of('vigie_test_a', 'SELECT concat_ws('' '', info, warning, critical, acknowledged, snoozed) FROM vigie.alert_counts()'), '0 1 1 0 0', 'and counted so');
SELECT pg_temp.does('vigie_test_a', 'assign(%L, '''')', :'one', 'open, Anne A, being paid');
SELECT is(pg_temp.attempt('vigie_test_a', format('SELECT vigie.alert_snooze(%L, %s)', :'one', rest)), '22023', 'no snooze: ' || rest)
FROM unnest(ARRAY['now(), ''why''', 'NULL, ''why''', 'now() + interval ''2 years'', ''why''', '''infinity'', ''why''', 'now() + interval ''1 hour'', NULL',
                  'now() + interval ''1 hour'', '' ''', 'now() + interval ''1 hour'', repeat(''x'', 240)']) rest;
SELECT is(pg_temp.attempt('vigie_test_a', format('SELECT vigie.alert_assign(%L, repeat(''x'', 96))', :'one')), '22023', 'a name has an end');
SELECT is((SELECT string_agg(act || ' ' || who, ', ' ORDER BY n) FROM vigie.alert_act WHERE alert_id = :'one'),
          'acknowledge Anne A, reopen Ada Admin, assign Ada Admin, snooze Anne A, assign Anne A', 'what was done, and by whom');
SELECT is(pg_temp.value_of(login, 'SELECT count(*) FROM vigie.alert_act'), expected, login || ' reads of it: ' || expected)
FROM (VALUES ('vigie_test_admin', '5'), ('vigie_test_a', '5'), ('vigie_test_b', '0')) AS t (login, expected);

-- Pages: the gravest first, then the newest; none is lost nor shown twice.
DELETE FROM vigie.alert;
INSERT INTO vigie.alert (kind, gravity, connexion_id, organisation_id, about, period, raised_at)
SELECT 'stale', n % 3, :'a1', :A, :'a1', n::text, now() - (n / 7) * interval '1 minute' FROM generate_series(1, 100) n;
CREATE FUNCTION pg_temp.walk(size integer, every boolean, extra text DEFAULT '') RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
    seen uuid[] := '{}';
    page uuid[];
BEGIN
    LOOP
        EXECUTE format('SELECT ARRAY(SELECT (alert).alert_id FROM vigie.alerts(NULL, NULL, %L, %L, %s%s))', every, seen[cardinality(seen)], size, extra) INTO page;
        EXIT WHEN page = '{}';
        seen := seen || page;
    END LOOP;
    RETURN seen;
END
$$;
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT pg_temp.walk(%s, false)', size)),
          (SELECT array_agg(alert_id ORDER BY gravity DESC, raised_at DESC, alert_id DESC)::text FROM vigie.alert), 'pages of ' || size)
FROM unnest(ARRAY[1, 7, 99, 100, 1000]) size;
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT cardinality(pg_temp.walk(7, true, %L))', extra)), expected, 'of a kind and gravity' || extra)
FROM (VALUES (', ''stale'', 1', '67'), (', ''stale''', '100'), (', ''budget''', '0')) AS t (extra, expected);
SELECT is(pg_temp.value_of('vigie_test_b', format('SELECT count(*) FROM vigie.alerts(%L, %L, true, NULL, 100)', :A, :'a1')), '0', 'others have no page');
SELECT is(pg_temp.value_of('vigie_test_a', 'SELECT count(*) FROM vigie.alerts(NULL, NULL, true, gen_random_uuid(), 100)'), '0', 'after nothing comes nothing');

-- A connexion that moves takes its alerts along.
DELETE FROM vigie.alert;
DELETE FROM vigie.alert_mark;
SELECT pg_temp.watch(now()) \g /dev/null
UPDATE public.openai_connexion SET organisation_id = :B WHERE openai_connexion_id = :'a1';
SELECT is(pg_temp.value_of('vigie_test_a', format('SELECT count(*) FROM vigie.alerts(NULL, %L, true, NULL, 100)', :'a1')), '0', 'it is out of sight at once');
SELECT is(pg_temp.value_of('vigie_test_a', format('SELECT count(*) FROM vigie.alert WHERE connexion_id = %L', :'a1')), '0', 'in the table too');
SELECT is((SELECT pg_temp.attempt('vigie_test_a', format('SELECT vigie.alert_acknowledge(%L)', alert_id)) FROM vigie.alert
           WHERE connexion_id = :'a1' AND kind = 'budget' AND NOT recorded), 'P0002', 'and out of reach');
SELECT is(pg_temp.watch(now()), '0', 'nothing is told again');
SELECT is(pg_temp.value_of('vigie_test_b', format('SELECT count(*) FROM vigie.alerts(NULL, %L, false, NULL, 100)', :'a1')), '1', 'the new organisation has it');
UPDATE public.openai_connexion SET organisation_id = :A WHERE openai_connexion_id = :'a1';
SELECT pg_temp.watch(now()) \g /dev/null

-- The board -----------------------------------------------------------------------------------------------------------------

UPDATE public.openai_connexion SET openai_limite_cout_mois = 200 WHERE openai_connexion_id = :'b1';
SELECT pg_temp.watch(now()) \g /dev/null
SELECT is(pg_temp.value_of(login, 'SELECT string_agg(concat_ws('' '', right(organisation_nom, 1), connexions, active, blocked, troubled, cost, cost_limit, '
                                  'budget_permille, critical, warning, info), ''; '') FROM vigie.overview()'), expected, login || '''s board')
FROM (VALUES ('vigie_test_admin', 'A 3 3 0 0 100 100 1000 1 0 0; B 3 3 0 0 100 200 500 0 1 1'), ('vigie_test_b', 'B 3 3 0 0 100 200 500 0 1 1'),
             ('vigie_test_nobody', NULL)) AS t (login, expected);
UPDATE public.openai_connexion SET openai_project_id = 'proj_shared', openai_cout_actuel_mois = 30, openai_limite_cout_mois = NULL WHERE organisation_id = :B;
INSERT INTO vigie.figure (connexion_id, cost_source, cost_at, cost_shared, cost_month)
SELECT openai_connexion_id, 'openai', now(), 3, date_trunc('month', now()) FROM public.openai_connexion WHERE organisation_id = :B;
SELECT is(pg_temp.value_of('vigie_test_b', 'SELECT concat_ws('' '', cost, cost_limit, budget_permille) FROM vigie.overview()'), '30 0', 'a shared project costs once');

SELECT * FROM finish();
ROLLBACK;
