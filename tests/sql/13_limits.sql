-- Limits that act: what counts when, thresholds, states that come and go, what applications are answered.
\ir fixture.psql
SELECT plan(217);

SELECT openai_connexion_id AS a FROM openai_connexion WHERE organisation_id = :A ORDER BY 1 LIMIT 1 \gset
SELECT openai_connexion_id AS a2 FROM openai_connexion WHERE organisation_id = :A ORDER BY 1 OFFSET 1 LIMIT 1 \gset
SELECT openai_connexion_id AS b FROM openai_connexion WHERE organisation_id = :B ORDER BY 1 LIMIT 1 \gset
SELECT set_config('test.a', :'a', true) \gset ignore_
GRANT EXECUTE ON FUNCTION vigie.autoriser_at(uuid, text, numeric, timestamptz), vigie.consulter_at(uuid, text, numeric, timestamptz),
    vigie.regler_at(uuid, numeric, numeric, timestamptz), vigie.enforce_at(timestamptz) TO vigie_operator;

CREATE FUNCTION pg_temp.as_login(login name, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    value text;
BEGIN
    EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', login);
    EXECUTE query INTO value;
    RESET SESSION AUTHORIZATION;
    RETURN coalesce(value, 'none');
EXCEPTION WHEN others THEN
    RESET SESSION AUTHORIZATION;
    RETURN SQLSTATE;
END
$$;
-- "t 3" or "f quota 2026-03-01": allowed, why not, until when, what is left.
CREATE FUNCTION pg_temp.ask(at text, cost text DEFAULT '0', model text DEFAULT 'gpt-4', how text DEFAULT 'autoriser', login name DEFAULT 'vigie_test_a')
    RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login(login, format(
        'SELECT concat_ws('' '', allowed, nullif(reason, ''''), to_char(until AT TIME ZONE ''UTC'', ''YYYY-MM-DD HH24:MI''), remaining) '
        'FROM vigie.%I(%L, %L, %s, %L)', how || '_at', current_setting('test.a'), model, cost, at))
$$;
CREATE FUNCTION pg_temp.enforce(at text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login('vigie_test_a', format('SELECT vigie.enforce_at(%L)', at))
$$;
CREATE FUNCTION pg_temp.row() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', openai_statut_connexion, openai_usage_quotidien, trim_scale(openai_cout_actuel_mois),
                     to_char(openai_reset_quota_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'))
    FROM public.openai_connexion WHERE openai_connexion_id = current_setting('test.a')::uuid
$$;
CREATE FUNCTION pg_temp.block() RETURNS text LANGUAGE sql AS $$
    SELECT coalesce((SELECT concat_ws(' ', cause, to_char(since AT TIME ZONE 'UTC', 'DD HH24:MI'), to_char(until AT TIME ZONE 'UTC', 'DD HH24:MI'),
                                      trim_scale(value), trim_scale(limit_value), resume_status)
                     FROM vigie.block WHERE connexion_id = current_setting('test.a')::uuid), 'none')
$$;
CREATE FUNCTION pg_temp.put(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'UPDATE public.openai_connexion SET ' || what || ' WHERE openai_connexion_id = current_setting(''test.a'')::uuid';
END
$$;
CREATE FUNCTION pg_temp.fresh(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM vigie.figure;
    DELETE FROM vigie.block;
    DELETE FROM vigie.period;
    DELETE FROM vigie.limit_setting;
    PERFORM pg_temp.put('openai_actif = true, openai_statut_connexion = ''active'', openai_usage_quotidien = 0, openai_reset_quota_at = NULL, '
        'openai_cout_actuel_mois = 0, openai_limite_quotidienne = NULL, openai_limite_cout_mois = NULL, openai_derniere_synchro = NULL');
    PERFORM pg_temp.put(what);
END
$$;

-- Periods are UTC's, whatever the session's time zone, month ends and leap days included
SET LOCAL TIME ZONE 'Europe/Paris';
SELECT is(concat_ws(' ', vigie.day_of(at), vigie.month_of(at), vigie.next_day(at) AT TIME ZONE 'UTC', vigie.next_month(at) AT TIME ZONE 'UTC'), expected,
          'periods at ' || at)
FROM (VALUES
    ('2026-01-31 23:59:59.999999Z'::timestamptz, '2026-01-31 2026-01-01 2026-02-01 00:00:00 2026-02-01 00:00:00'),
    ('2026-02-01 00:00Z', '2026-02-01 2026-02-01 2026-02-02 00:00:00 2026-03-01 00:00:00'),
    ('2026-02-28 23:30Z', '2026-02-28 2026-02-01 2026-03-01 00:00:00 2026-03-01 00:00:00'),
    ('2028-02-28 23:30Z', '2028-02-28 2028-02-01 2028-02-29 00:00:00 2028-03-01 00:00:00'),
    ('2028-02-29 00:00Z', '2028-02-29 2028-02-01 2028-03-01 00:00:00 2028-03-01 00:00:00'),
    ('2026-03-29 00:59Z', '2026-03-29 2026-03-01 2026-03-30 00:00:00 2026-04-01 00:00:00'),
    ('2026-03-29 22:30Z', '2026-03-29 2026-03-01 2026-03-30 00:00:00 2026-04-01 00:00:00'),
    ('2026-10-24 22:30Z', '2026-10-24 2026-10-01 2026-10-25 00:00:00 2026-11-01 00:00:00'),
    ('2026-10-25 23:30Z', '2026-10-25 2026-10-01 2026-10-26 00:00:00 2026-11-01 00:00:00'),
    ('2026-12-31 23:59Z', '2026-12-31 2026-12-01 2027-01-01 00:00:00 2027-01-01 00:00:00')
) AS t (at, expected);
SELECT is(vigie.present_use(used, reset, '2026-03-29 10:00Z'), expected, format('%s with a reset at %s', used, reset))
FROM (VALUES
    (7, '2026-03-30 00:00Z'::timestamptz, 7),
    (7, '2026-03-29 10:00:01Z', 7),
    (7, '2026-03-31 10:00Z', 7),
    (7, '2026-03-31 10:00:01Z', 0),
    (7, 'infinity', 0),
    (7, '2026-03-29 10:00Z', 0),
    (7, '2026-03-29 00:00Z', 0),
    (7, '2026-03-01 00:00Z', 0),
    (7, '-infinity', 0),
    (7, NULL, 0),
    (NULL, '2026-03-30 00:00Z', 0),
    (-3, '2026-03-30 00:00Z', 0)
) AS t (used, reset, expected);
SELECT is(vigie.present_cost(cost, month, seen, '2026-03-01 00:00Z'), expected, format('%s of %s, seen %s', cost, month, seen))
FROM (VALUES
    (5.0, '2026-03-01'::date, NULL::timestamptz, 5.0),
    (5.0, '2026-02-01', '2026-03-01 00:00Z', 0.0),
    (5.0, '2026-04-01', NULL, 5.0),
    (5.0, NULL, '2026-02-28 23:59:59Z', 0.0),
    (5.0, NULL, '2026-03-01 00:00Z', 5.0),
    (5.0, NULL, NULL, 5.0),
    (NULL, '2026-03-01', NULL, NULL),
    ('NaN', '2026-03-01', NULL, NULL),
    (-5.0, '2026-03-01', NULL, 0)
) AS t (cost, month, seen, expected);
SELECT is(vigie.permille(value, of), expected, format('%s of %s', value, of))
FROM (VALUES
    (50.0, 100.0, 500), (99.9999, 100, 999), (100, 100, 1000), (0, 100, 0), (-1, 100, 0), (1, 0, NULL), (1, -1, NULL), (1, NULL, NULL),
    (NULL, 1, NULL), (1e15, 0.001, 2000000000), ('NaN', 1, NULL), (1, 'NaN', NULL), ('Infinity', 1, 2000000000), (1, 'Infinity', 0)
) AS t (value, of, expected);
SET LOCAL TIME ZONE DEFAULT;

-- Thresholds
CREATE FUNCTION pg_temp.limits(id uuid, login name DEFAULT 'vigie_test_a') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login(login, format('SELECT concat_ws('' '', soft, hard, on_spend, on_forecast, source) FROM vigie.limits_of(%L)', id))
$$;
CREATE FUNCTION pg_temp.set_limits(organisation uuid, connexion uuid, soft text, hard text, login name DEFAULT 'vigie_test_a') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login(login, format('SELECT vigie.set_limits(%L, %L, %L, %s, true, false)', organisation, connexion, soft, hard))
$$;
SELECT is(pg_temp.limits(:'a'), '{50,80,95,100} 100 t t default', 'the defaults');
SELECT is(pg_temp.set_limits(:A, NULL, '{90,60,90}', '120'), '', 'of an organisation');
SELECT is(pg_temp.limits(:'a'), '{60,90} 120 t f organisation', 'in order, each once');
SELECT is(pg_temp.limits(:'a', 'vigie_test_admin'), '{60,90} 120 t f organisation', 'for an administrator too');
SELECT is(pg_temp.set_limits(NULL, :'a', '{}', '0'), '', 'of a connexion');
SELECT is(pg_temp.limits(:'a'), '{} 0 t f connexion', 'which come first');
SELECT is(pg_temp.limits(:'a2'), '{60,90} 120 t f organisation', 'the other one has its organisation''s');
SELECT is(pg_temp.limits(:'b', 'vigie_test_b'), '{50,80,95,100} 100 t t default', 'another organisation has its own');
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT vigie.unset_limits(NULL, %L)', :'a')), '', 'forgotten');
SELECT is(pg_temp.limits(:'a'), '{60,90} 120 t f organisation', 'the organisation''s are back');
SELECT is(pg_temp.as_login('vigie_test_admin', format('SELECT vigie.unset_limits(%L, NULL)', :A)), '', 'forgotten too');
SELECT is(pg_temp.limits(:'a'), '{50,80,95,100} 100 t t default', 'and the defaults');
SELECT is(pg_temp.set_limits(organisation, connexion, soft, hard, login), expected, format('refused: %s %s %s %s by %s', organisation, connexion, soft, hard, login))
FROM (VALUES
    (:B::uuid, NULL::uuid, '{50}', '100', 'vigie_test_a', 'P0002'), (NULL, :'b', '{50}', '100', 'vigie_test_a', 'P0002'),
    (:A, NULL, '{50}', '100', 'vigie_test_nobody', 'P0002'), (gen_random_uuid(), NULL, '{50}', '100', 'vigie_test_admin', 'P0002'),
    (NULL, NULL, '{50}', '100', 'vigie_test_a', '22023'), (:A, :'a', '{50}', '100', 'vigie_test_a', '22023'),
    (:A, NULL, '{0}', '100', 'vigie_test_a', '22023'), (:A, NULL, '{1001}', '100', 'vigie_test_a', '22023'),
    (:A, NULL, '{NULL}', '100', 'vigie_test_a', '22023'), (:A, NULL, '{1,2,3,4,5,6,7,8,9}', '100', 'vigie_test_a', '22023'),
    (:A, NULL, '{50}', '-1', 'vigie_test_a', '22023'), (:A, NULL, '{50}', '1001', 'vigie_test_a', '22023'),
    (:A, NULL, '{50}', 'NULL', 'vigie_test_a', '22023'), (:A, NULL, '{50}', '100', 'vigie_test_outsider', '42501')
) AS t (organisation, connexion, soft, hard, login, expected);
SELECT is(pg_temp.limits(:'b'), 'none', 'thresholds of another organisation are out of sight');
SELECT is(pg_temp.attempt(login, statement), expected, format('%s: %s', login, statement))
FROM (VALUES
    ('vigie_test_admin', 'SELECT FROM vigie.effective_limits', '42501'),
    ('vigie_test_a', 'INSERT INTO vigie.limit_setting (organisation_id, soft, hard, on_spend, on_forecast) VALUES (gen_random_uuid(), ''{}'', 0, true, true)', '42501'),
    ('vigie_test_a', 'INSERT INTO vigie.block VALUES (gen_random_uuid(), ''quota'', now(), now(), ''x'', 1, 1, ''active'')', '42501'),
    ('vigie_test_a', 'DELETE FROM vigie.block', '42501'),
    ('vigie_test_a', 'UPDATE vigie.period SET amount = 0', '42501'),
    ('vigie_test_a', format('SELECT vigie.hold(%L, now())', :'a'), '42501'),
    ('vigie_test_a', format('SELECT vigie.judge(%L, '''', 0, now())', :'b'), '42501'),
    ('vigie_test_a', format('SELECT vigie.standing(ARRAY[%L::uuid], now())', :'b'), '42501'),
    ('vigie_test_a', format('SELECT vigie.add_figure(%L, 1, false, now())', :'a'), '42501'),
    ('vigie_test_outsider', format('SELECT vigie.autoriser(%L, '''', 0)', :'a'), '42501'),
    ('vigie_test_outsider', 'SELECT vigie.enforce()', '42501')
) AS t (login, statement, expected);

-- A quota, over the days of a leap year's February, and a day on which nobody asks
SELECT pg_temp.fresh('openai_limite_quotidienne = 3');
SELECT is(pg_temp.ask(at), expected, 'asked at ' || at)
FROM (VALUES
    ('2028-02-28 10:00Z', 't 2'), ('2028-02-28 23:59:59.9Z', 't 1'), ('2028-02-28 23:59:59.95Z', 't 0'),
    ('2028-02-28 23:59:59.99Z', 'f quota 2028-02-29 00:00 0'), ('2028-02-28 23:59:59.999999Z', 'f quota 2028-02-29 00:00 0'),
    ('2028-02-29 00:00Z', 't 2'), ('2028-02-29 12:00Z', 't 1'), ('2028-02-29 13:00Z', 't 0'), ('2028-02-29 14:00Z', 'f quota 2028-03-01 00:00 0'),
    ('2028-03-02 00:30Z', 't 2')
) AS t (at, expected);
SELECT is(pg_temp.row(), 'active 1 0 2028-03-03', 'the state has returned by itself, though nobody came on the first of March');
SELECT is(pg_temp.block(), 'none', 'nothing is held');
SELECT is((SELECT string_agg(concat_ws(' ', kind, period, amount), ', ' ORDER BY kind, period) FROM vigie.period),
          'day 2028-02-28 3, day 2028-02-29 3, ever 2028-02-01 0, month 2028-02-01 0', 'what the periods were when they ended');
SELECT is((SELECT string_agg(format('%s %s %s', coalesce(kind, '-'), coalesce(user_id::text, 'nobody'), after ->> 'openai_statut_connexion'), ', ' ORDER BY n)
           FROM vigie.journal_pending WHERE connexion_id = :'a' AND kind = 'limit'),
          'limit nobody quota_exceeded, limit nobody active, limit nobody quota_exceeded, limit nobody active',
          'the journal tells each turn once, and of no person');

-- Raised, lowered, taken away
SELECT pg_temp.fresh('openai_limite_quotidienne = 2, openai_usage_quotidien = 2, openai_reset_quota_at = ''2026-03-30 00:00Z''');
SELECT is(pg_temp.enforce('2026-03-29 10:00Z'), '1', 'a program finds the quota reached');
SELECT is(pg_temp.row() || ' / ' || pg_temp.block(), 'quota_exceeded 2 0 2026-03-30 / quota 29 10:00 30 00:00 2 2 active', 'and holds it until the reset');
SELECT is(pg_temp.enforce('2026-03-29 10:01Z'), '0', 'once');
SELECT is(pg_temp.ask('2026-03-29 10:02Z'), 'f quota 2026-03-30 00:00 0', 'an application is told until when');
SELECT pg_temp.put('openai_limite_quotidienne = 4');
SELECT is(pg_temp.ask('2026-03-29 10:03Z', how => 'consulter'), 't 2', 'a raised limit is seen before anybody acts');
SELECT is(pg_temp.ask('2026-03-29 10:03Z'), 't 1', 'and lets it go on');
SELECT is(pg_temp.row() || ' / ' || pg_temp.block(), 'active 3 0 2026-03-30 / none', 'in the table too');
SELECT pg_temp.put('openai_limite_quotidienne = 1');
SELECT is(pg_temp.enforce('2026-03-29 11:00Z') || pg_temp.block(), '1quota 29 11:00 30 00:00 3 1 active', 'a lowered one stops it');
SELECT pg_temp.put('openai_limite_quotidienne = 0');
SELECT is(pg_temp.enforce('2026-03-29 11:01Z') || pg_temp.row(), '1active 3 0 2026-03-30', '0 is no limit');
SELECT pg_temp.put('openai_limite_quotidienne = 1');
SELECT is(pg_temp.enforce('2026-03-29 11:02Z'), '1', 'again');
SELECT pg_temp.put('openai_limite_quotidienne = NULL');
SELECT is(pg_temp.enforce('2026-03-29 11:03Z') || pg_temp.row(), '1active 3 0 2026-03-30', 'NULL is none either');
SELECT is(pg_temp.ask('2026-03-29 11:04Z'), 't', 'and nothing is left to tell');
SELECT pg_temp.put('openai_limite_quotidienne = 1');
SELECT is(pg_temp.enforce('2026-03-30 00:00Z') || pg_temp.row(), '0active 4 0 2026-03-30', 'at the reset the old count is none');
SELECT pg_temp.put('openai_usage_quotidien = 9, openai_reset_quota_at = NULL');
SELECT is(pg_temp.enforce('2026-03-30 01:00Z'), '0', 'a count of no known day holds nothing');
SELECT pg_temp.put('openai_reset_quota_at = ''2026-03-30 06:00Z''');
SELECT is(pg_temp.enforce('2026-03-30 01:00Z') || pg_temp.block(), '1quota 30 01:00 30 06:00 9 1 active', 'a program may reset at another hour');
SELECT is(pg_temp.enforce('2026-03-30 06:00Z') || pg_temp.row(), '1active 9 0 2026-03-30', 'then it is at that hour');
SELECT pg_temp.put('openai_reset_quota_at = ''2099-01-01 00:00Z''');
SELECT is(pg_temp.enforce('2026-03-30 07:00Z'), '0', 'a reset in years is no reset of this count');

-- A budget, month ends, a sum that falls, a hard threshold beside 100 %
SELECT pg_temp.fresh('openai_limite_cout_mois = 10');
SELECT is(pg_temp.ask(at, cost), expected, format('%s asked at %s', cost, at))
FROM (VALUES
    ('2026-01-31 10:00Z', '4', 't'), ('2026-01-31 11:00Z', '6.01', 'f budget 2026-02-01 00:00'), ('2026-01-31 12:00Z', '5.99', 't'),
    ('2026-01-31 13:00Z', '0.01', 't'), ('2026-01-31 14:00Z', '0', 'f budget 2026-02-01 00:00'), ('2026-01-31 23:59:59.99Z', '0', 'f budget 2026-02-01 00:00'),
    ('2026-02-01 00:00Z', '2', 't')
) AS t (at, cost, expected);
SELECT is(pg_temp.row() || ' / ' || pg_temp.block(), 'active 1 2 2026-02-02 / none', 'the month starts anew');
SELECT is((SELECT string_agg(concat_ws(' ', kind, period, trim_scale(amount)), ', ' ORDER BY kind, period) FROM vigie.period WHERE kind <> 'day'),
          'ever 2026-01-01 10, month 2026-01-01 10', 'the last month is kept');
SELECT pg_temp.put('openai_cout_actuel_mois = 10');
SELECT is(pg_temp.enforce('2026-02-10 10:00Z') || pg_temp.block(), '1budget 10 10:00 01 00:00 10 10 active', 'the cost is at the limit');
SELECT pg_temp.put('openai_cout_actuel_mois = 9.99');
SELECT is(pg_temp.enforce('2026-02-10 10:01Z') || pg_temp.row(), '1active 1 9.99 2026-02-02', 'a sum that falls lets it go on');
SELECT is(pg_temp.set_limits(NULL, :'a', '{50}', '50'), '', 'stopped at half of it');
SELECT is(pg_temp.enforce('2026-02-10 10:02Z') || pg_temp.block(), '1budget 10 10:02 01 00:00 9.99 5 active', 'which is reached');
SELECT is(pg_temp.set_limits(NULL, :'a', '{50}', '150'), '', 'later than at the limit');
SELECT is(pg_temp.enforce('2026-02-10 10:03Z'), '1', 'released');
SELECT is(pg_temp.ask('2026-02-10 10:04Z', '5.01'), 't', 'up to one and a half of it');
SELECT is(pg_temp.row() || pg_temp.block(), 'quota_exceeded 1 15 2026-02-11budget 10 10:04 01 00:00 15 15 active', 'where it is stopped');
SELECT is(pg_temp.set_limits(NULL, :'a', '{50}', '0'), '', 'never');
SELECT is(pg_temp.enforce('2026-02-10 10:05Z') || pg_temp.row(), '1active 1 15 2026-02-11', 'nothing is stopped by itself');
SELECT is(pg_temp.ask('2026-02-10 10:06Z', '100'), 't', 'nor refused');
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT vigie.unset_limits(NULL, %L)', :'a')), '', 'the defaults again');
SELECT is(pg_temp.enforce('2026-02-10 10:07Z'), '1', 'stopped');
SELECT is(pg_temp.enforce('2026-03-01 00:00Z') || pg_temp.row(), '1active 2 115 2026-02-11', 'until the month ends, though nobody has counted since');
SELECT pg_temp.put('openai_limite_cout_mois = ''NaN''');
SELECT is(pg_temp.enforce('2026-02-10 10:08Z'), '0', 'an amount that is no number holds nothing');

-- Budget and quota at once: the one that lasts longer is told, and then the other one
SELECT pg_temp.fresh('openai_limite_quotidienne = 1, openai_usage_quotidien = 1, openai_reset_quota_at = ''2026-06-11 00:00Z'', openai_limite_cout_mois = 1, openai_cout_actuel_mois = 1');
SELECT is(pg_temp.enforce('2026-06-10 10:00Z') || pg_temp.block(), '1budget 10 10:00 01 00:00 1 1 active', 'the month');
SELECT pg_temp.put('openai_limite_cout_mois = 2');
SELECT is(pg_temp.enforce('2026-06-10 11:00Z') || pg_temp.block(), '1quota 10 11:00 11 00:00 1 1 active', 'the day is left');
SELECT is(pg_temp.row(), 'quota_exceeded 1 1 2026-06-11', 'without a turn in between');

-- A person's off, a person's state, a probe's no-credit
SELECT pg_temp.fresh('openai_limite_quotidienne = 1, openai_usage_quotidien = 1, openai_reset_quota_at = ''2026-06-11 00:00Z'', openai_actif = false');
SELECT is(pg_temp.enforce('2026-06-10 10:00Z') || pg_temp.row(), '0active 1 0 2026-06-11', 'what is switched off is not stopped');
SELECT is(pg_temp.ask('2026-06-10 10:00Z'), 'f inactive 0', 'and refused as such');
SELECT pg_temp.put('openai_actif = true, openai_statut_connexion = ''inactive''');
SELECT is(pg_temp.enforce('2026-06-10 10:00Z') || pg_temp.ask('2026-06-10 10:00Z') || ' ' || pg_temp.row(), '0f state 0 inactive 1 0 2026-06-11', 'nor is what is inactive');
SELECT pg_temp.put('openai_statut_connexion = ''quota_exceeded''');
SELECT is(pg_temp.enforce('2026-06-10 10:00Z') || pg_temp.ask('2026-06-12 10:00Z') || ' ' || pg_temp.row(), '0f state 1 quota_exceeded 1 0 2026-06-11',
          'what a person or a probe put is not taken back by a reset');
SELECT pg_temp.put('openai_statut_connexion = ''active''');
SELECT is(pg_temp.enforce('2026-06-10 10:00Z'), '1', 'held');
SELECT pg_temp.put('openai_actif = false');
SELECT is(pg_temp.enforce('2026-06-11 00:00Z') || pg_temp.row() || (SELECT openai_actif FROM openai_connexion WHERE openai_connexion_id = :'a'),
          '1active 1 0 2026-06-11false', 'what was switched off meanwhile stays off');
SELECT pg_temp.put('openai_actif = true, openai_reset_quota_at = ''2026-06-12 00:00Z''');
SELECT is(pg_temp.enforce('2026-06-11 10:00Z'), '1', 'held again');
SELECT pg_temp.put('openai_statut_connexion = ''inactive''');
SELECT is(pg_temp.enforce('2026-06-11 10:01Z') || pg_temp.row() || pg_temp.block(), '1inactive 1 0 2026-06-12none', 'a person''s inactive ends the hold');
SELECT is(pg_temp.enforce('2026-06-12 00:00Z') || pg_temp.row(), '0inactive 1 0 2026-06-12', 'and stays');

-- Probes see the state that would be without the hold, and what they find is what returns
SELECT pg_temp.fresh('openai_limite_quotidienne = 1, openai_usage_quotidien = 1, openai_reset_quota_at = now() + interval ''1 hour''');
SELECT is(pg_temp.as_login('vigie_test_a', 'SELECT vigie.enforce()'), '1', 'held');
CREATE FUNCTION pg_temp.probe(verdict text, status text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login('vigie_test_a', format($q$ SELECT t.statut || ' ' || vigie.record('w', json_build_array(json_build_object(
        'id', (t.probe).connexion_id, 'verdict', %L, 'checked_at', 1, 'due_s', 60, 'status', %L))) FROM vigie.take('w', ARRAY[%L::uuid], 60) t $q$,
        verdict, status, current_setting('test.a')))
$$;
SELECT is(pg_temp.probe('valid', NULL) || ' ' || pg_temp.row(), 'active 1 ' || pg_temp.row(), 'a good probe');
SELECT alike(pg_temp.row(), 'quota_exceeded %', 'changes nothing');
SELECT is(pg_temp.probe('revoked', 'error') || ' ' || split_part(pg_temp.row(), ' ', 1), 'active 1 quota_exceeded', 'a bad one neither');
SELECT alike(pg_temp.block(), '% error', 'but it is kept');
SELECT is(pg_temp.probe('no-credit', 'quota_exceeded'), 'error 1', 'the next one finds that state');
SELECT pg_temp.put('openai_limite_quotidienne = 5');
SELECT is(pg_temp.as_login('vigie_test_a', 'SELECT vigie.enforce()') || split_part(pg_temp.row(), ' ', 1) || pg_temp.block(), '1quota_exceedednone',
          'no credit is what is left when the hold ends');
SELECT is(pg_temp.probe('valid', 'active') || ' ' || split_part(pg_temp.row(), ' ', 1), 'quota_exceeded 1 active', 'and probes lift it');

-- Models, sight, arguments
SELECT pg_temp.fresh('openai_modeles_autorises = ''{gpt-4o,gpt-4o-mini}''');
SELECT is(pg_temp.ask('2026-06-10 10:00Z', model => model), expected, 'model ' || model)
FROM (VALUES ('gpt-4o', 't'), ('gpt-4o-mini', 't'), ('gpt-4', 'f model'), ('GPT-4O', 'f model'), ('', 't')) AS t (model, expected);
SELECT pg_temp.put('openai_modeles_autorises = ''{}''');
SELECT is(pg_temp.ask('2026-06-10 10:00Z', model => 'gpt-4o'), 'f model', 'an empty list allows none');
SELECT pg_temp.put('openai_modeles_autorises = NULL');
SELECT is(pg_temp.ask('2026-06-10 10:00Z', model => 'gpt-4o'), 't', 'no list allows any');
SELECT is(pg_temp.ask('2026-06-10 10:00Z', login => login), expected, login || ' asks')
FROM (VALUES ('vigie_test_admin', 't'), ('vigie_test_b', 'f unknown'), ('vigie_test_nobody', 'f unknown'), ('vigie_test_anonymous', 'f unknown'),
             ('vigie_test_outsider', '42501')) AS t (login, expected);
SELECT is(pg_temp.as_login('vigie_test_a', 'SELECT reason FROM vigie.autoriser(NULL, NULL, NULL)'), 'unknown', 'nothing is asked for');
SELECT is(pg_temp.ask('2026-06-10 10:00Z', cost), expected, 'a cost of ' || cost)
FROM (VALUES ('NULL', 't'), ('-1', '22023'), ('''NaN''', '22023'), ('''Infinity''', '22023'), ('1e15', 't'), ('1e-30', 't')) AS t (cost, expected);

-- The quick way and the thorough one say the same, at the present time
SELECT pg_temp.fresh('openai_limite_quotidienne = 5, openai_limite_cout_mois = 100, openai_modeles_autorises = ''{gpt-4}''');
CREATE FUNCTION pg_temp.now(call text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login('vigie_test_a', format('SELECT concat_ws('' '', allowed, reason, remaining) FROM vigie.' || call, current_setting('test.a')))
$$;
CREATE TEMP TABLE said AS SELECT n, pg_temp.now('autoriser(%L, ''gpt-4'', 0.25)') AS answer FROM generate_series(1, 7) n;
SELECT is((SELECT string_agg(answer, ', ' ORDER BY n) FROM said), 't  4, t  3, t  2, t  1, t  0, f quota 0, f quota 0', 'five of five');
SELECT is(split_part(pg_temp.row(), ' ', 1) || ' ' || split_part(pg_temp.row(), ' ', 2) || ' ' || split_part(pg_temp.row(), ' ', 3), 'quota_exceeded 5 1.25', 'counted and reserved');
SELECT pg_temp.put('openai_limite_quotidienne = 100');
SELECT is(pg_temp.now('autoriser(%L, ''gpt-4'', 0)') || pg_temp.now('autoriser(%L, ''no-such'', 0)') || pg_temp.now('autoriser(%L, ''gpt-4'', 98.76)'),
          't  94f model 94f budget 94', 'each reason');
SELECT is(pg_temp.now('autoriser(%L, ''gpt-4'', 98.74)') || pg_temp.now('autoriser(%L, ''gpt-4'', 0.01)') || pg_temp.now('autoriser(%L, ''gpt-4'', 0)'),
          't  93t  92f budget 92', 'up to the budget');
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT trim_scale(vigie.regler(%L, 98.74, 0.5))', :'a')), '1.76', 'the real cost takes the place of the estimate');
SELECT is(pg_temp.now('autoriser(%L, ''gpt-4'', 0)'), 't  91', 'and there is room again');
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT trim_scale(vigie.regler(%L, 1e9, 0))', :'a')), '0', 'never below nothing');
SELECT is(pg_temp.as_login('vigie_test_b', format('SELECT vigie.regler(%L, 1, 0)', :'a')), 'P0002', 'of another organisation''s: refused');
SELECT is((SELECT concat_ws(' ', cost_source, use_source, counted_month = vigie.month_of(now()), trim_scale(cost_counted)) FROM vigie.figure), 'applications applications t 0',
          'the source is the applications');

-- A changed threshold holds for the next request
SELECT pg_temp.fresh('openai_limite_cout_mois = 10');
SELECT is(pg_temp.now('autoriser(%L, ''gpt-4'', 4)') || pg_temp.now('autoriser(%L, ''gpt-4'', 1)'), 't t ', 'half of the budget');
SELECT is(pg_temp.set_limits(:A, NULL, '{50}', '60'), '', 'the organisation stops earlier');
SELECT is(pg_temp.now('autoriser(%L, ''gpt-4'', 1.5)') || pg_temp.now('autoriser(%L, ''gpt-4'', 0.5)'), 'f budgett ', 'at once');
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT vigie.unset_limits(%L, NULL)', :A)), '', 'forgotten');
SELECT is(pg_temp.now('autoriser(%L, ''gpt-4'', 1.5)'), 't ', 'at once as well');

-- What was counted keeps apart from what the row held before
SELECT pg_temp.fresh('openai_cout_actuel_mois = 40');
SELECT is(pg_temp.now('autoriser(%L, ''gpt-4'', 1)') || pg_temp.now('autoriser(%L, ''gpt-4'', 1)'), 't t ', 'two requests');
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT trim_scale(cout_actuel_mois) FROM vigie.compter_usage(%L, 0, 0.5)', :'a')), '42.5', 'and a count');
SELECT is((SELECT trim_scale(cost_counted) FROM vigie.figure), 2.5, 'of which so much was counted');

-- OpenAI's costs are shown: reservations stand beside them until OpenAI tells more
SELECT pg_temp.fresh('openai_limite_cout_mois = 10, openai_cout_actuel_mois = 6');
INSERT INTO vigie.figure (connexion_id, cost_source, cost_at, cost_month) VALUES (:'a', 'openai', '2026-06-10 09:00Z', '2026-06-01');
SELECT is(pg_temp.ask('2026-06-10 10:00Z', '3') || pg_temp.ask('2026-06-10 10:01Z', '3') || pg_temp.ask('2026-06-10 10:02Z', '1'), 'tf budget 2026-07-01 00:00t',
          'what is reserved is not given twice');
SELECT is(pg_temp.row() || pg_temp.block(), 'quota_exceeded 2 6 2026-06-11budget 10 10:02 01 00:00 10 10 active', 'OpenAI''s cost is not added to, but the limit is reached');
UPDATE vigie.figure SET cost_at = '2026-06-10 11:00Z';
SELECT is(pg_temp.ask('2026-06-10 11:00Z', '3'), 't', 'what OpenAI tells later takes their place');

-- The older call stops as well
SELECT pg_temp.fresh('openai_limite_quotidienne = 3, openai_limite_cout_mois = 5');
CREATE FUNCTION pg_temp.count(requests text, cost text, at text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login('vigie_test_a', format('SELECT usage_quotidien FROM vigie.compter_usage_at(%L, %s, %s, %L)', current_setting('test.a'), requests, cost, at))
           || ' ' || pg_temp.row() || ' / ' || pg_temp.block()
$$;
SELECT is(pg_temp.count('2', '1', '2026-06-10 10:00Z'), '2 active 2 1 2026-06-11 / none', 'below');
SELECT is(pg_temp.count('5', '1', '2026-06-10 10:01Z'), '7 quota_exceeded 7 2 2026-06-11 / quota 10 10:01 11 00:00 7 3 active', 'what was used is counted, and stopped');
SELECT is(pg_temp.count('1', '0', '2026-06-11 00:00Z'), '1 active 1 2 2026-06-12 / none', 'a count of the next day finds the reset');
SELECT is(pg_temp.count('1', '3', '2026-06-11 00:01Z'), '2 quota_exceeded 2 5 2026-06-12 / budget 11 00:01 01 00:00 5 5 active', 'the budget');
SELECT is(pg_temp.count('1', '0.5', '2026-07-01 00:00Z'), '1 active 1 0.5 2026-07-02 / none', 'the next month');

-- The words of a CHECK that fails show the whole row: where there is one, nothing is counted without a guard
SELECT pg_temp.fresh('openai_limite_quotidienne = 5');
SELECT is(pg_temp.ask('2026-06-10 23:59:30Z'), 't 4', 'asked');
SELECT is((SELECT quick_until FROM vigie.figure WHERE connexion_id = :'a'), '2026-06-11 00:00Z', 'quick for a minute, and not into the next day');
ALTER TABLE openai_connexion ADD CONSTRAINT few CHECK (openai_usage_quotidien < 1000000);
SELECT is(pg_temp.ask('2026-06-11 10:00Z'), 't 4', 'asked on the next day');
SELECT is((SELECT quick_until FROM vigie.figure WHERE connexion_id = :'a'), NULL, 'never quick beside a CHECK');
ALTER TABLE openai_connexion DROP CONSTRAINT few;

-- Sight of what is held, and of the sweep
SELECT pg_temp.fresh('openai_limite_quotidienne = 1, openai_usage_quotidien = 1, openai_reset_quota_at = ''2026-06-11 00:00Z''');
SELECT is(pg_temp.as_login('vigie_test_b', 'SELECT vigie.enforce_at(''2026-06-10 10:00Z'')'), '0', 'another organisation''s program does not stop it');
SELECT is(pg_temp.as_login('vigie_test_nobody', 'SELECT vigie.enforce_at(''2026-06-10 10:00Z'')'), '0', 'nor who sees nothing');
SELECT is(pg_temp.as_login('vigie_test_admin', 'SELECT vigie.enforce_at(''2026-06-10 10:00Z'')'), '1', 'an administrator''s does');
SELECT is(pg_temp.attempt(login, 'SELECT FROM vigie.block'), expected, login || ' sees so many: ' || expected)
FROM (VALUES ('vigie_test_a', '1'), ('vigie_test_admin', '1'), ('vigie_test_b', '0'), ('vigie_test_nobody', '0')) AS t (login, expected);
SELECT is((SELECT by_name FROM vigie.block), left(coalesce(nullif(current_setting('application_name'), ''), session_user), 95), 'by whom');
DELETE FROM openai_connexion WHERE openai_connexion_id = :'a';
SELECT is((SELECT count(*)::int FROM vigie.block), 0, 'what is held goes with the connexion');

-- The defaults of the identity functions are those of the first migrations
SELECT is(pg_temp.as_login('vigie_test_a', 'SELECT get_user_organisation_id(auth.uid())'), :A, 'whose organisation');
SELECT is(pg_temp.as_login('vigie_test_anonymous', 'SELECT auth.uid()'), 'none', 'nobody is nobody');

SELECT * FROM finish();
ROLLBACK;
