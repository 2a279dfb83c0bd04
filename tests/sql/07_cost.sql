-- Accounts, costs and use: the tables to the letter, who reads and writes what, and sums to the last decimal.
\ir fixture.psql
SELECT plan(162);

CREATE FUNCTION pg_temp.columns(relation regclass) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN '!' END,
                                pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum)
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
$$;
SELECT is(pg_temp.columns(relation), columns, relation::text)
FROM (VALUES
    ('vigie.account'::regclass,
     'account_id uuid ! gen_random_uuid(), name text !, base_url text ! ''''::text, by_key boolean ! false, '
     'by_key_refused_at timestamp with time zone, costs_at timestamp with time zone, usage_at timestamp with time zone, '
     'failures integer ! 0, failed_at timestamp with time zone, verdict vigie.verdict, evidence vigie.evidence, '
     'lease_owner text, lease_until timestamp with time zone'),
    ('vigie.recipient', 'public_key bytea !, name text !, user_id uuid !, added_at timestamp with time zone ! now()'),
    ('vigie.sealed_key', 'account_id uuid !, recipient bytea !, sealed bytea !'),
    ('vigie.cost_day', 'account_id uuid !, project text !, key text !, day date !, currency text !, amount numeric !'),
    ('vigie.usage_day', 'account_id uuid !, project text !, day date !, requests numeric !'),
    ('vigie.figure',
     'connexion_id uuid !, cost_source text ! ''''::text, cost_at timestamp with time zone, cost_month date, '
     'cost_currency text ! ''''::text, cost_shared integer ! 0, cost_account uuid, cost_counted numeric ! 0, '
     'counted_month date, use_source text ! ''''::text, use_at timestamp with time zone, use_day date, '
     'use_clamped boolean ! false, cost_base numeric ! 0, cost_reserved numeric ! 0, reserved_at timestamp with time zone, hard integer, '
     'quick_until timestamp with time zone')) AS t (relation, columns);
SELECT results_eq(
    $$ SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
       WHERE contype = 'f' AND conrelid::regclass::text IN ('vigie.account', 'vigie.recipient', 'vigie.sealed_key', 'vigie.cost_day',
                                                            'vigie.usage_day', 'vigie.figure') ORDER BY 1, 2 $$,
    $$ VALUES
       ('vigie.cost_day', 'FOREIGN KEY (account_id) REFERENCES vigie.account(account_id) ON DELETE CASCADE'),
       ('vigie.figure', 'FOREIGN KEY (connexion_id) REFERENCES openai_connexion(openai_connexion_id) ON DELETE CASCADE'),
       ('vigie.figure', 'FOREIGN KEY (cost_account) REFERENCES vigie.account(account_id) ON DELETE SET NULL'),
       ('vigie.recipient', 'FOREIGN KEY (user_id) REFERENCES users(users_auth_id) ON UPDATE CASCADE ON DELETE CASCADE'),
       ('vigie.sealed_key', 'FOREIGN KEY (account_id) REFERENCES vigie.account(account_id) ON DELETE CASCADE'),
       ('vigie.sealed_key', 'FOREIGN KEY (recipient) REFERENCES vigie.recipient(public_key) ON DELETE CASCADE'),
       ('vigie.usage_day', 'FOREIGN KEY (account_id) REFERENCES vigie.account(account_id) ON DELETE CASCADE') $$,
    'what goes with what');

-- A story: projects p1 (two connexions, one in A and one in B), p2 (one in A), p3 (nobody's), and what no project carries.
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
SELECT pg_temp.nth(:A, 1) AS a1, pg_temp.nth(:A, 2) AS a2, pg_temp.nth(:A, 3) AS a3, pg_temp.nth(:B, 1) AS b1 \gset
UPDATE openai_connexion SET openai_project_id = 'p1' WHERE openai_connexion_id IN (:'a1', :'b1');
UPDATE openai_connexion SET openai_project_id = 'p2' WHERE openai_connexion_id = :'a2';

SELECT is(pg_temp.as_login('vigie_test_admin', format('SELECT vigie.add_recipient(%L, ''ada''::text)', '\x' || repeat('aa', 32))), '',
          'an administrator''s program registers');
SELECT is(pg_temp.attempt(login, format('SELECT vigie.add_recipient(%L, ''x''::text)', '\x' || repeat('bb', 32))), expected,
          login || ' registers: ' || expected)
FROM (VALUES ('vigie_test_admin', '1'), ('vigie_test_a', '42501'), ('vigie_test_nobody', '42501'), ('vigie_test_unknown', '42501'),
             ('vigie_test_anonymous', '42501'), ('vigie_test_outsider', '42501')) AS t (login, expected);
SELECT is((SELECT count(*)::int FROM vigie.recipient r JOIN vigie.operator o USING (user_id) WHERE o.role_name = 'vigie_test_admin'), 1,
          'under the own identity');
SELECT throws_ok(format('INSERT INTO vigie.recipient (public_key, name, user_id) SELECT %L, ''short'', user_id FROM vigie.recipient', '\xaa'),
                 '23514', NULL, 'a public key has 32 bytes');

CREATE FUNCTION pg_temp.set_account(name text, recipient text DEFAULT 'aa') RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT vigie.set_account(%L, '''', false, ''[{"recipient": "%s", "sealed": "%s"}]'')', name,
                  repeat(recipient, 32), repeat('00', 64))
$$;
SELECT isnt(pg_temp.as_login('vigie_test_admin', pg_temp.set_account('acme')), NULL, 'an account is made');
SELECT is(pg_temp.attempt('vigie_test_admin', pg_temp.set_account('acme')), '1', 'and given another key');
SELECT is(pg_temp.attempt('vigie_test_admin', pg_temp.set_account('acme', 'cc')), '23503', 'but not one for a stranger');
SELECT is(pg_temp.attempt('vigie_test_admin', 'SELECT vigie.set_account(''x'', '''', false, ''[]'')'), '22023',
          'nor one that nobody can open');
SELECT account_id AS account FROM vigie.account \gset
SELECT is(pg_temp.as_login('vigie_test_admin', format('SELECT count(*) FROM vigie.lease_accounts(''me'', %L, 60, 60)', '\x' || repeat('aa', 32))), '1',
          'it is due');
SELECT is(pg_temp.as_login('vigie_test_admin', format('SELECT count(*) FROM vigie.lease_accounts(''you'', %L, 60, 60)', '\x' || repeat('aa', 32))), '0',
          'for one program at a time');

-- Exactness -----------------------------------------------------------------------------------------------------------

SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM') AS month, to_char(now() AT TIME ZONE 'UTC' - interval '1 month', 'YYYY-MM') AS before \gset
-- The last day of the month before, and a day of this one.
SELECT format('%s-01', :'before') AS first, (now() AT TIME ZONE 'UTC')::date AS today,
       (date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 day')::date AS eve \gset
CREATE FUNCTION pg_temp.replace_costs(holder text, costs text, currency text DEFAULT 'usd', since date DEFAULT
        (date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month')::date) RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT vigie.replace_costs(%L, %L, %L, %L, %L, %L, ''{"verdict": "valid", "evidence": {"http": 200}}'')', holder,
                  (SELECT account_id FROM vigie.account), since, (now() AT TIME ZONE 'UTC')::date, currency, costs)
$$;
CREATE FUNCTION pg_temp.told(costs text, currency text DEFAULT 'usd', since date DEFAULT
        (date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month')::date) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    UPDATE vigie.account SET lease_owner = 'me', lease_until = now();
    RETURN pg_temp.as_login('vigie_test_admin', pg_temp.replace_costs('me', costs, currency, since));
END
$$;
CREATE FUNCTION pg_temp.row(day text, project text, amount text, currency text DEFAULT 'usd', key text DEFAULT '') RETURNS text
    LANGUAGE sql AS $$
    SELECT json_build_object('day', day, 'project', project, 'amount', amount, 'currency', currency, 'key', key)::text
$$;
CREATE FUNCTION pg_temp.cost_of(id uuid) RETURNS text LANGUAGE sql AS $$
    SELECT openai_cout_actuel_mois::text FROM public.openai_connexion WHERE openai_connexion_id = id
$$;
SELECT is(pg_temp.told('[' || concat_ws(',', pg_temp.row(:'today', 'p1', amount), pg_temp.row(:'today', 'p2', '1')) || ']')
          || ' ' || pg_temp.cost_of(:'a1'), 'true ' || expected, format('told %s, shown %s', amount, expected))
FROM (VALUES ('12.50', '12.5'), ('0E-6176', '0'), ('0.003627500000000000000000000000000000', '0.0036275'), ('-0.3', '-0.3'),
             ('1e-7', '0.0000001'), ('1E+3', '1000'), ('123456789012345678.000000000001', '123456789012345678.000000000001'),
             ('0.1234567890125', '0.123456789013'), ('0', '0')) AS t (amount, expected);
-- 34 digits, a third at a time: added up before they are rounded.
SELECT is(pg_temp.told('[' || concat_ws(',', pg_temp.row(:'today', 'p1', '0.3333333333333333333333333333333333'),
                                        pg_temp.row(:'today', 'p1', '0.3333333333333333333333333333333333'),
                                        pg_temp.row(:'today', 'p1', '0.3333333333333333333333333333333334'), pg_temp.row(:'today', 'p1', '0E-6176')) || ']'),
          'true', 'told: thirds of 34 digits and a zero of 6176');
SELECT is(pg_temp.cost_of(:'a1'), '1', 'shown: 1');
SELECT is((SELECT max(scale(amount)) FROM vigie.cost_day), 0, 'no scale is kept that means nothing');

-- A whole month: its days, keys, two currencies, a late row, a credit, and what is of the month before.
SELECT is(pg_temp.told((SELECT '[' || string_agg(r, ',') || ']' FROM (
        SELECT pg_temp.row(d::date::text, 'p1', '0.1', 'usd', 'key_' || k) AS r
        FROM generate_series(:'first'::timestamp, :'today', '1 day') d, generate_series(1, 3) k
        UNION ALL SELECT pg_temp.row(:'today', 'p1', '-0.05') UNION ALL SELECT pg_temp.row(:'today', 'p1', '99', 'eur')
        UNION ALL SELECT pg_temp.row(:'today', '', '7.25') UNION ALL SELECT pg_temp.row(:'eve', 'p2', '5')
        UNION ALL SELECT pg_temp.row(:'today', 'p3', '1')) rows)), 'true', 'two months by key');
SELECT is(pg_temp.cost_of(:'a1')::numeric, (extract(day FROM :'today'::date) * 0.3 - 0.05)::numeric, 'this month''s dollars of p1');
SELECT is(pg_temp.cost_of(:'b1'), pg_temp.cost_of(:'a1'), 'the other connexion of p1 shows the same');
SELECT is(pg_temp.cost_of(:'a2'), '0', 'what p2 cost was last month');
SELECT is(pg_temp.cost_of(:'a3'), '0.0000', 'a connexion without a project is left alone');
SELECT results_eq(format('SELECT cost_source, cost_currency, cost_shared, cost_month::text FROM vigie.figure WHERE connexion_id = %L', :'a1'),
                  format('VALUES (''openai'', ''usd'', 2, %L)', :'month' || '-01'), 'source, currency, sharing and month');
SELECT is((SELECT cost_shared FROM vigie.figure WHERE connexion_id = :'a2'), 1, 'p2 is not shared');
SELECT is((SELECT count(*)::int FROM vigie.figure), 3, 'nothing is known of the others');
SELECT is((SELECT sum(amount) FROM vigie.cost_day WHERE project = ''), 7.25, 'what no project carries is kept apart');
SELECT is(pg_temp.told('[' || pg_temp.row(:'today', 'p1', '2.5') || ']', 'usd', :'today'), 'true', 'a late row: today again');
SELECT is(pg_temp.cost_of(:'a1')::numeric, ((extract(day FROM :'today'::date) - 1) * 0.3 + 2.5)::numeric, 'replaces today, and today alone');
SELECT is(pg_temp.told('[' || pg_temp.row(:'today', 'p1', '2.5') || ']', 'eur', :'today'), 'true', 'another currency is asked for');
SELECT is(pg_temp.cost_of(:'a1'), '0', 'there is nothing of it');
SELECT is(pg_temp.told('[]'), 'true', 'OpenAI tells nothing any more');
SELECT is((SELECT count(*)::int FROM vigie.cost_day), 0, 'then nothing is left');
SELECT is((SELECT string_agg(cost_source, '') FROM vigie.figure), '', 'and nothing is the source');

-- The month rolls: at the first poll the sum starts anew.
SELECT is(pg_temp.told('[' || concat_ws(',', pg_temp.row(:'today', 'p1', '4'), pg_temp.row(:'eve', 'p2', '5')) || ']'), 'true', 'told again');
SELECT vigie.apply_costs(:'account', 'usd', (:'eve'::date + time '23:59:59') AT TIME ZONE 'UTC') AS ignored \gset
SELECT is(pg_temp.cost_of(:'a1') || ' ' || pg_temp.cost_of(:'a2'), '0 5', 'a second before midnight: last month''s');
SELECT ok(vigie.apply_costs(:'account', 'usd', (:'eve'::date + 1)::timestamp AT TIME ZONE 'UTC'), 'at midnight');
SELECT is(pg_temp.cost_of(:'a1') || ' ' || pg_temp.cost_of(:'a2'), '4 0', 'this month''s');
SELECT ok(NOT vigie.apply_costs(:'account', 'usd', (:'eve'::date + 1)::timestamp AT TIME ZONE 'UTC'), 'the same again is no change');
UPDATE openai_connexion SET openai_project_id = 'p9' WHERE openai_connexion_id = :'b1';
SELECT ok(vigie.apply_costs(:'account', 'usd', now()), 'a connexion names another project');
SELECT is((SELECT cost_source || cost_shared FROM vigie.figure WHERE connexion_id = :'b1'), '0', 'it has no source any more');
SELECT is((SELECT cost_shared FROM vigie.figure WHERE connexion_id = :'a1'), 1, 'and the other one is alone');
UPDATE openai_connexion SET openai_project_id = 'p1' WHERE openai_connexion_id = :'b1';
SELECT is(pg_temp.told('[' || concat_ws(',', pg_temp.row(:'today', 'p1', '4'), pg_temp.row(:'today', '', '1')) || ']'), 'true', 'together again');

-- What is refused
UPDATE vigie.account SET lease_owner = 'other', lease_until = now() + interval '1 minute';
SELECT is(pg_temp.as_login('vigie_test_admin', pg_temp.replace_costs('me', '[]')), 'false', 'without the lease nothing is written');
SELECT is((SELECT count(*)::int FROM vigie.cost_day), 2, 'nothing was');
UPDATE vigie.account SET lease_owner = 'me';
SELECT is(pg_temp.attempt('vigie_test_admin', pg_temp.replace_costs('me', '[' || pg_temp.row(:'today', 'p1', amount) || ']')), state, 'refused: ' || amount)
FROM (VALUES ('NaN', '23514'), ('Infinity', '23514'), ('1e19', '23514'), ('a lot', '22P02'), ('', '22P02')) AS t (amount, state);
SELECT is(pg_temp.attempt('vigie_test_admin', pg_temp.replace_costs('me', '[]', 'usd', :'today'::date + 1)), '22023', 'refused: the last day before the first');
SELECT is(pg_temp.value_of('vigie_test_admin', pg_temp.replace_costs('me', '[' || pg_temp.row('1999-01-01', 'p1', '8') || ']'),
                           'SELECT count(*) FROM vigie.cost_day WHERE day = ''1999-01-01'''), '0', 'a day that is not replaced is not added to');

-- Use -----------------------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.used(id uuid) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', c.openai_usage_quotidien, c.openai_reset_quota_at AT TIME ZONE 'UTC', f.use_source, f.use_clamped)
    FROM public.openai_connexion c LEFT JOIN vigie.figure f ON f.connexion_id = c.openai_connexion_id WHERE c.openai_connexion_id = id
$$;
SELECT (:'today'::date + 1)::timestamp::text AS midnight \gset
CREATE FUNCTION pg_temp.usage(day date, usage text) RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT vigie.replace_usage(''me'', %L, %L, %L)', (SELECT account_id FROM vigie.account), day, usage)
$$;
SELECT is(pg_temp.as_login('vigie_test_admin', pg_temp.usage(:'today', '[{"project": "p1", "amount": "7"}, {"project": "p1", "amount": "5"}]')), 'true', 'requests of today');
SELECT is(pg_temp.used(:'a1'), '12 ' || :'midnight' || ' openai f', 'are the day''s use until midnight');
SELECT is(pg_temp.used(:'b1'), pg_temp.used(:'a1'), 'of every connexion of the project');
SELECT is(pg_temp.used(:'a2'), '0  f', 'a project of which OpenAI told nothing lately is left alone');
SELECT is(pg_temp.as_login('vigie_test_admin', pg_temp.usage(:'today', '[{"project": "p1", "amount": "2147483648"}]')), 'true', 'more than the column holds');
SELECT is(pg_temp.used(:'a1'), '2147483647 ' || :'midnight' || ' openai t', 'is clamped and said so');
SELECT is(pg_temp.as_login('vigie_test_admin', pg_temp.usage(:'today', '[{"project": "p1", "amount": "2147483647"}]')), 'true', 'as much as it holds');
SELECT is(pg_temp.used(:'a1'), '2147483647 ' || :'midnight' || ' openai f', 'is not');
SELECT is(pg_temp.as_login('vigie_test_admin', pg_temp.usage(:'eve', '[{"project": "p1", "amount": "3"}]')), 'true', 'requests of another day');
SELECT is(pg_temp.used(:'a1'), '2147483647 ' || :'midnight' || ' openai f', 'are not today''s');
SELECT is((SELECT requests FROM vigie.usage_day WHERE day = :'eve'), 3::numeric, 'but kept');
SELECT is(pg_temp.as_login('vigie_test_admin', pg_temp.usage(:'today', '[]')), 'true', 'no requests');
SELECT is(pg_temp.used(:'a1'), '0 ' || :'midnight' || ' openai f', 'are 0');
SELECT ok(vigie.apply_usage(:'account', :'midnight'::timestamp AT TIME ZONE 'UTC'), 'the day turns');
SELECT is(pg_temp.used(:'a1'), '0 ' || (:'midnight'::timestamp + interval '1 day') || ' openai f', 'the count starts anew');
UPDATE vigie.figure SET use_source = 'applications', use_day = :'today' WHERE connexion_id = :'a1';
UPDATE openai_connexion SET openai_usage_quotidien = 77 WHERE openai_connexion_id = :'a1';
SELECT is(pg_temp.as_login('vigie_test_admin', pg_temp.usage(:'today', '[{"project": "p1", "amount": "5"}]')), 'true', 'requests again');
SELECT is(pg_temp.used(:'a1'), '77 ' || (:'midnight'::timestamp + interval '1 day') || ' applications f', 'where the applications count theirs stay');
SELECT is(pg_temp.used(:'b1'), '5 ' || :'midnight' || ' openai f', 'elsewhere OpenAI''s');
UPDATE vigie.figure SET use_day = :'eve' WHERE connexion_id = :'a1';
SELECT is(pg_temp.as_login('vigie_test_admin', pg_temp.usage(:'today', '[{"project": "p1", "amount": "6"}]')), 'true', 'they counted yesterday');
SELECT is(pg_temp.used(:'a1'), '6 ' || :'midnight' || ' openai f', 'then OpenAI''s count is shown');

-- Who sees and does what ------------------------------------------------------------------------------------------------

CREATE TEMP TABLE sight (login name, account text, costs text, use text, figures text);
INSERT INTO sight VALUES
    ('vigie_test_admin', '1', '2', '2', '3'), ('vigie_test_a', '0', '1', '2', '2'), ('vigie_test_b', '0', '1', '2', '1'),
    ('vigie_test_unknown', '0', '0', '0', '0'), ('vigie_test_anonymous', '0', '0', '0', '0'), ('vigie_test_nobody', '0', '0', '0', '0'),
    ('vigie_test_outsider', '42501', '42501', '42501', '42501');
SELECT is(pg_temp.attempt(login, 'SELECT FROM vigie.account') || pg_temp.attempt(login, 'SELECT FROM vigie.recipient')
          || pg_temp.attempt(login, 'SELECT FROM vigie.sealed_key'), repeat(account, 3), login || ' sees accounts, recipients, keys: ' || account)
FROM sight;
SELECT is(pg_temp.attempt(login, 'SELECT FROM vigie.cost_day'), costs, login || ' sees costs: ' || costs) FROM sight;
SELECT is(pg_temp.attempt(login, 'SELECT FROM vigie.usage_day'), use, login || ' sees use: ' || use) FROM sight;
SELECT is(pg_temp.attempt(login, 'SELECT FROM vigie.figure'), figures, login || ' sees figures: ' || figures) FROM sight;
UPDATE openai_connexion SET openai_project_id = '' WHERE openai_connexion_id = :'a3';
SELECT is(pg_temp.attempt('vigie_test_a', 'SELECT FROM vigie.cost_day WHERE project = '''''), '0',
          'an empty project id does not open what no project carries');
SELECT is_empty(
    $$ SELECT r.relname, l.login, v.verb FROM pg_class r, sight l, (VALUES ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE')) AS v (verb)
       WHERE r.relnamespace = 'vigie'::regnamespace AND r.relkind = 'r' AND has_table_privilege(l.login, r.oid, v.verb) $$,
    'nobody''s login writes any table of the console but through functions');
SELECT is(pg_temp.attempt(login, statement), '42501', login || ' may not ' || left(statement, 40))
FROM (VALUES ('vigie_test_a'), ('vigie_test_nobody'), ('vigie_test_anonymous'), ('vigie_test_outsider')) AS l (login),
     (SELECT pg_temp.set_account('mine') UNION ALL SELECT 'SELECT vigie.remove_account(''acme'')'
      UNION ALL SELECT format('SELECT vigie.lease_accounts(''me'', %L, 60, 60)', '\x' || repeat('aa', 32))
      UNION ALL SELECT 'SELECT vigie.recipients()' UNION ALL SELECT pg_temp.replace_costs('me', '[]')
      UNION ALL SELECT pg_temp.usage(current_date, '[]')
      UNION ALL SELECT format('SELECT vigie.account_failed(''me'', %L, ''{"verdict": "revoked"}'')', :'account')) AS s (statement);
SELECT is(pg_temp.attempt('vigie_test_admin', format('SELECT vigie.%s(%L, %s)', f, :'account', arguments)), '42501', f || ' is not called alone')
FROM (VALUES ('apply_costs', '''usd'', now()'), ('apply_usage', 'now()')) AS t (f, arguments);

-- Failures and the rest after them; the end of an account ----------------------------------------------------------------

UPDATE vigie.account SET costs_at = now() - interval '1 day', failures = 0;
CREATE FUNCTION pg_temp.due_after(seconds integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    n text;
BEGIN
    UPDATE vigie.account SET failed_at = now() - make_interval(secs => seconds), lease_owner = NULL, lease_until = NULL;
    SELECT count(*) INTO n FROM vigie.account a;
    RETURN pg_temp.as_login('vigie_test_admin',
                            format('SELECT count(*) FROM vigie.lease_accounts(''me'', %L, 1800, 60)', '\x' || repeat('aa', 32)));
END
$$;
SELECT is(pg_temp.as_login('vigie_test_admin', format('SELECT vigie.account_failed(''me'', %L, %L)', :'account',
              '{"verdict": "rate-limited", "by_key_refused_at": 5, "evidence": {"http": 429, "code": "slow_down"}}')), 'true', 'a poll fails');
SELECT is((SELECT concat_ws(' ', verdict, failures, (evidence).code, extract(epoch FROM by_key_refused_at)::int, lease_owner) FROM vigie.account),
          'rate-limited 1 slow_down 5', 'which is kept, and the lease given back');
SELECT is(pg_temp.due_after(59) || pg_temp.due_after(61), '01', 'the account rests for a minute');
UPDATE vigie.account SET failures = 3;
SELECT is(pg_temp.due_after(239) || pg_temp.due_after(241), '01', 'for four after three failures');
UPDATE vigie.account SET failures = 1000;
SELECT is(pg_temp.due_after(3839) || pg_temp.due_after(3841), '01', 'for an hour at most');
UPDATE vigie.account SET failures = 1, evidence.retry_after_s = 600;
SELECT is(pg_temp.due_after(599) || pg_temp.due_after(601), '01', 'and as long as OpenAI asked for');
SELECT is(pg_temp.as_login('vigie_test_admin', format('SELECT vigie.account_failed(''you'', %L, ''{"verdict": "revoked"}'')', :'account')), 'false',
          'who has not the lease has nothing to tell');

UPDATE public.users SET users_role_systeme = NULL WHERE users_email = 'ada@test.example';
SELECT is(pg_temp.attempt('vigie_test_admin', 'SELECT vigie.recipients()'), '42501', 'who is no administrator any more gets no keys');
UPDATE public.users SET users_role_systeme = 'admin_presenca' WHERE users_email = 'noe@test.example';
SELECT is(pg_temp.value_of('vigie_test_nobody', 'SELECT count(*) FROM vigie.recipients()'), '0', 'and is sealed nothing by others');
SELECT is(pg_temp.attempt('vigie_test_nobody', format('SELECT vigie.add_recipient(%L, ''x''::text)', '\x' || repeat('aa', 32))), '23505',
          'nor can another take over the public key');
UPDATE public.users SET users_role_systeme = 'admin_presenca' WHERE users_email = 'ada@test.example';
SELECT is(pg_temp.attempt('vigie_test_admin', 'SELECT vigie.remove_account(''nobody''''s'')'), 'P0002', 'no such account');
SELECT is(pg_temp.as_login('vigie_test_admin', 'SELECT vigie.remove_account(''acme'')'), '', 'an account is forgotten');
SELECT is((SELECT count(*)::int FROM vigie.cost_day) + (SELECT count(*)::int FROM vigie.sealed_key) + (SELECT count(*)::int FROM vigie.usage_day), 0,
          'with all that it told');
SELECT is((SELECT string_agg(DISTINCT cost_source, '') FROM vigie.figure), '', 'and is no source any more');

SELECT * FROM finish();
ROLLBACK;
