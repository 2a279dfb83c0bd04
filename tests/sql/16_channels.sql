-- Channels and their outbox: who sees and makes what; one delivery of each alert to each channel; leases, rests and ends; sealed copies.
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
-- What it came to: ok or the SQLSTATE; what went well stays.
CREATE FUNCTION pg_temp.act(login name, statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL SESSION AUTHORIZATION %I', login);
    EXECUTE statement;
    RESET SESSION AUTHORIZATION;
    RETURN 'ok';
EXCEPTION WHEN others THEN
    RETURN SQLSTATE;
END
$$;
CREATE FUNCTION pg_temp.key(n integer) RETURNS text LANGUAGE sql AS $$ SELECT repeat(lpad(to_hex(n), 2, '0'), 32) $$;
CREATE FUNCTION pg_temp.copies(n integer) RETURNS text LANGUAGE sql AS $$
    SELECT json_build_array(json_build_object('recipient', pg_temp.key(n), 'sealed', repeat('ab', 60)))::text
$$;
CREATE FUNCTION pg_temp.set_channel(login name, called text, kind text, organisation uuid, copies text DEFAULT NULL, gravity integer DEFAULT 0, kinds text DEFAULT NULL)
    RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.act(login, format('SELECT vigie.set_channel(%L, %L, %L, %L, %L, %L, %L)', called, kind, organisation, 'host.example', gravity, kinds, copies))
$$;
CREATE FUNCTION pg_temp.alert(of_kind text, of_gravity integer, organisation uuid, called text) RETURNS uuid LANGUAGE sql AS $$
    INSERT INTO vigie.alert (kind, gravity, organisation_id, about, subject, period, raised_at)
    VALUES (of_kind, of_gravity, organisation, 'account ' || called, called, '2026-11', now()) RETURNING alert_id
$$;
DELETE FROM vigie.channel;
DELETE FROM vigie.alert;

-- The tables ----------------------------------------------------------------------------------------------------------

SELECT ok(relrowsecurity, relname || ' has row level security')
FROM pg_class WHERE relnamespace = 'vigie'::regnamespace AND relname IN ('channel', 'channel_secret', 'outbox');
SELECT is(pg_temp.act(login, format('INSERT INTO vigie.%s DEFAULT VALUES', relation)), '42501', login || ' writes no ' || relation)
FROM unnest(ARRAY['vigie_test_admin', 'vigie_test_a']) login, unnest(ARRAY['channel', 'channel_secret', 'outbox']) relation;
SELECT is(pg_temp.act(login, 'SELECT sealed FROM vigie.channel_secret'), '42501', login || ' reads no sealed copies')
FROM unnest(ARRAY['vigie_test_admin', 'vigie_test_a']) login;
SELECT is(pg_temp.act('vigie_test_admin', format('SELECT vigie.%s', call)), '42501', call || ' is not for operators')
FROM unnest(ARRAY['enqueue_alerts(''{}'')', 'sees_channels(NULL, NULL)', 'find_channel('''')', 'require_channels(NULL)']) call;
SELECT ok(NOT has_function_privilege('public', p.oid, 'EXECUTE'), p.proname || ' is closed to the public')
FROM pg_proc p WHERE p.pronamespace = 'vigie'::regnamespace
  AND p.proname IN ('enlist', 'channel_recipients', 'channel_copies_missing', 'add_channel_copies', 'set_channel', 'remove_channel', 'channels',
                    'open_channel', 'alerts_age', 'enqueue_alerts', 'lease_outbox', 'outbox_due', 'delivered', 'release_outbox');

-- Making them ---------------------------------------------------------------------------------------------------------

SELECT is(pg_temp.act(login, format('SELECT vigie.enlist(decode(%L, ''hex''), ''a program'')', pg_temp.key(n))), 'ok', login || ' registers a program')
FROM (VALUES ('vigie_test_admin', 1), ('vigie_test_a', 2), ('vigie_test_b', 3)) v (login, n);
SELECT is(pg_temp.act('vigie_test_a', format('SELECT vigie.enlist(decode(%L, ''hex''), ''mine'')', pg_temp.key(1))), '23505', 'nobody takes another''s program');
SELECT is(pg_temp.act('vigie_test_anonymous', format('SELECT vigie.enlist(decode(%L, ''hex''), ''x'')', pg_temp.key(4))), '42501', 'who sees nothing registers nothing');

SELECT is(pg_temp.set_channel('vigie_test_admin', 'all', 'mail', NULL), 'ok', 'an administrator makes one for all');
SELECT is(pg_temp.set_channel('vigie_test_admin', 'of-b', 'mail', :B), 'ok', 'and one of an organisation');
SELECT is(pg_temp.set_channel('vigie_test_a', 'own', 'webhook', NULL, pg_temp.copies(2)), 'ok', 'a member makes one of the own organisation');
SELECT is(pg_temp.set_channel('vigie_test_a', 'own-mail', 'mail', :A, NULL, 1, '{budget}'), 'ok', 'named or not');
SELECT is(pg_temp.set_channel('vigie_test_a', 'other', 'mail', :B), '42501', 'and none of another one');
SELECT is(pg_temp.set_channel('vigie_test_admin', 'bare', 'webhook', NULL), '22023', 'a webhook is sealed to somebody');
SELECT is(pg_temp.set_channel('vigie_test_admin', 'pigeon', 'pigeon', NULL), '23514', 'of a kind that there is');
SELECT is(pg_temp.set_channel('vigie_test_admin', 'odd', 'mail', NULL, NULL, 0, '{nonsense}'), '23514', 'for kinds of alerts that there are');
SELECT is((SELECT organisation_id FROM vigie.channel WHERE name = 'own'), :A::uuid, 'a member''s is the organisation''s');
SELECT is((SELECT by_admin FROM vigie.channel WHERE name = 'own'), false, 'and told apart from an administrator''s');

-- A copy for a program of somebody who does not see the channel is dropped.
SELECT is(pg_temp.set_channel('vigie_test_a', 'own', 'webhook', NULL, pg_temp.copies(3)), 'ok', 'sealed to somebody else''s program');
SELECT is((SELECT count(*) FROM vigie.channel_secret), 0::bigint, 'which does not get it');
SELECT is(pg_temp.set_channel('vigie_test_a', 'own', 'webhook', NULL, pg_temp.copies(2)), 'ok', 'sealed to the own one');
SELECT is((SELECT count(*) FROM vigie.channel_secret), 1::bigint, 'it does');

-- Who sees what -------------------------------------------------------------------------------------------------------

SELECT is(pg_temp.as_login(login, 'SELECT string_agg((l.channel).name, '','' ORDER BY (l.channel).name) FROM vigie.channels() l'), seen, login || ' sees: ' || coalesce(seen, 'none'))
FROM (VALUES ('vigie_test_admin', 'all,of-b,own,own-mail'), ('vigie_test_a', 'own,own-mail'), ('vigie_test_b', 'of-b')) v (login, seen);
SELECT is(pg_temp.as_login(login, 'SELECT string_agg(name, '','' ORDER BY name) FROM vigie.channel'), seen, login || ' reads of the table: ' || seen)
FROM (VALUES ('vigie_test_admin', 'all,of-b,own,own-mail'), ('vigie_test_a', 'own,own-mail'), ('vigie_test_b', 'of-b')) v (login, seen);
SELECT is(pg_temp.act(login, format('SELECT * FROM vigie.open_channel(%L, NULL)', called)), outcome, login || ' opens ' || called || ': ' || outcome)
FROM (VALUES ('vigie_test_admin', 'own', 'ok'), ('vigie_test_a', 'own', 'ok'), ('vigie_test_b', 'own', 'P0002'), ('vigie_test_a', 'all', 'P0002'),
             ('vigie_test_a', 'of-b', 'P0002'), ('vigie_test_b', 'of-b', 'ok'), ('vigie_test_admin', 'nothing', 'P0002')) v (login, called, outcome);
SELECT is(pg_temp.act('vigie_test_b', 'SELECT vigie.remove_channel(''own'')'), 'P0002', 'nobody removes another organisation''s');
SELECT is(pg_temp.act('vigie_test_a', format('SELECT vigie.remove_channel(%L)', (SELECT channel_id FROM vigie.channel WHERE name = 'all'))), 'P0002', 'nor by its id');
SELECT is(pg_temp.as_login('vigie_test_a', 'SELECT string_agg(encode(r, ''hex''), '','') FROM vigie.channel_recipients(NULL) r') LIKE '%' || pg_temp.key(2) || '%', true,
          'a member''s channel is for programs of the organisation');
SELECT is(pg_temp.as_login('vigie_test_a', 'SELECT string_agg(encode(r, ''hex''), '','') FROM vigie.channel_recipients(NULL) r') LIKE '%' || pg_temp.key(3) || '%', false,
          'not for another one''s');
SELECT is(pg_temp.as_login('vigie_test_admin', 'SELECT string_agg(encode(r, ''hex''), '','') FROM vigie.channel_recipients(NULL) r') LIKE '%' || pg_temp.key(2) || '%', false,
          'one for all is for administrators'' programs');
SELECT is(pg_temp.act('vigie_test_a', format('SELECT vigie.channel_recipients(%L)', :B)), '42501', 'nobody asks for another organisation''s programs');

-- Copies --------------------------------------------------------------------------------------------------------------

SELECT channel_id AS own FROM vigie.channel WHERE name = 'own' \gset
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT count(*) FROM vigie.channel_copies_missing(decode(%L, ''hex'')) m WHERE m.recipient = decode(%L, ''hex'')', pg_temp.key(2), pg_temp.key(1))), '1',
          'the administrator''s program lacks a copy');
SELECT is(pg_temp.as_login('vigie_test_b', format('SELECT count(*) FROM vigie.channel_copies_missing(decode(%L, ''hex''))', pg_temp.key(2))), '0', 'who does not hold it does not learn of it');
SELECT is(pg_temp.act('vigie_test_b', format('SELECT vigie.add_channel_copies(decode(%L, ''hex''), decode(%L, ''hex''), %L, %L)', pg_temp.key(2), repeat('ab', 60), :'own', pg_temp.copies(3))),
          '42501', 'nor hands it out');
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT vigie.add_channel_copies(decode(%L, ''hex''), decode(%L, ''hex''), %L, %L)', pg_temp.key(2), repeat('cd', 60), :'own', pg_temp.copies(1))),
          '0', 'one that was replaced meanwhile is not spread');
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT vigie.add_channel_copies(decode(%L, ''hex''), decode(%L, ''hex''), %L, %L)', pg_temp.key(2), repeat('ab', 60), :'own', pg_temp.copies(3))),
          '0', 'nor to who may not have it');
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT vigie.add_channel_copies(decode(%L, ''hex''), decode(%L, ''hex''), %L, %L)', pg_temp.key(2), repeat('ab', 60), :'own', pg_temp.copies(1))),
          '1', 'who holds it seals it for others');

-- One delivery of each alert to each channel that wants it ------------------------------------------------------------

SELECT pg_temp.alert('unattributed', 1, NULL, 'one') AS of_all, pg_temp.alert('budget', 1, :A, 'two') AS of_a, pg_temp.alert('budget', 0, :A, 'three') AS low,
       pg_temp.alert('budget', 2, :B, 'four') AS of_b \gset
SELECT lives_ok(format('SELECT vigie.enqueue_alerts(ARRAY[%L, %L, %L, %L]::uuid[])', :'of_all', :'of_a', :'low', :'of_b'), 'what was raised is laid out');
SELECT lives_ok(format('SELECT vigie.enqueue_alerts(ARRAY[%L, %L]::uuid[])', :'of_a', :'of_b'), 'a second time');
CREATE FUNCTION pg_temp.laid(called text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(a.subject, ',' ORDER BY a.subject), '') FROM vigie.outbox b JOIN vigie.alert a USING (alert_id)
    JOIN vigie.channel c ON c.channel_id = b.channel_id WHERE c.name = called
$$;
SELECT is(pg_temp.laid(called), wanted, called || ' gets: ' || wanted)
FROM (VALUES ('all', 'four,one,three,two'), ('own', 'three,two'), ('own-mail', 'two'), ('of-b', 'four')) v (called, wanted);
SELECT is(pg_temp.as_login(login, 'SELECT count(*) FROM vigie.outbox'), n, login || ' sees ' || n || ' deliveries')
FROM (VALUES ('vigie_test_admin', '8'), ('vigie_test_a', '3'), ('vigie_test_b', '1')) v (login, n);
UPDATE vigie.alert SET recorded = true WHERE alert_id = :'of_a';
DELETE FROM vigie.outbox WHERE alert_id = :'of_a';
SELECT lives_ok(format('SELECT vigie.enqueue_alerts(ARRAY[%L]::uuid[])', :'of_a'), 'what is only recorded');
SELECT is((SELECT count(*) FROM vigie.outbox WHERE alert_id = :'of_a'), 0::bigint, 'is delivered to nobody');
UPDATE vigie.alert SET recorded = false WHERE alert_id = :'of_a';
SELECT vigie.enqueue_alerts(ARRAY[:'of_a']::uuid[]);

-- Leases --------------------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.lease(login name, holder text, own integer, mail boolean) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login(login, format('SELECT coalesce(string_agg((l.channel).name || ''/'' || (l.alert).subject, '','' ORDER BY 1), '''')'
        ' FROM (SELECT * FROM vigie.lease_outbox(%L, decode(%L, ''hex''), %L, 100, 60) l ORDER BY (l.channel).name, (l.alert).subject) l', holder,
        CASE WHEN own > 0 THEN pg_temp.key(own) END, mail))
$$;
SELECT is(pg_temp.lease('vigie_test_b', 'b', 3, true), 'of-b/four', 'a member''s program takes those of the organisation');
SELECT is(pg_temp.lease('vigie_test_b', 'b2', 3, true), '', 'what is taken is taken');
SELECT is(pg_temp.lease('vigie_test_a', 'a', 2, false), 'own/three,own/two', 'no mail where none can be sent');
SELECT is(pg_temp.lease('vigie_test_admin', 'x', 0, false), '', 'no webhook without a key pair');
SELECT is(pg_temp.lease('vigie_test_admin', 'x', 1, true), 'all/four,all/one,all/three,all/two,own-mail/two', 'an administrator''s takes all the rest');
UPDATE vigie.outbox SET lease_until = now() - interval '1 second' WHERE lease_owner = 'a';
SELECT is(pg_temp.lease('vigie_test_admin', 'y', 1, false), 'own/three,own/two', 'a lease that ended is another''s, sealed to it');
SELECT is(pg_temp.act('vigie_test_admin', 'SELECT vigie.lease_outbox('''', NULL, true, 1, 60)'), '22023', 'a lease has an owner');
SELECT is(pg_temp.as_login('vigie_test_admin', 'SELECT vigie.release_outbox(''y'')'), '2', 'what is given back');
SELECT is(pg_temp.lease('vigie_test_a', 'a', 2, false), 'own/three,own/two', 'is there for the next');

-- Outcomes ------------------------------------------------------------------------------------------------------------

SELECT outbox_id AS two FROM vigie.outbox b JOIN vigie.channel c USING (channel_id) WHERE c.name = 'own' AND b.alert_id = :'of_a' \gset
SELECT outbox_id AS three FROM vigie.outbox b JOIN vigie.channel c USING (channel_id) WHERE c.name = 'own' AND b.alert_id = :'low' \gset
CREATE FUNCTION pg_temp.tell(login name, holder text, id uuid, ok boolean, absent boolean, rest integer DEFAULT 0) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.as_login(login, format('SELECT vigie.delivered(%L, %L)', holder,
        json_build_array(json_build_object('id', id, 'ok', ok, 'absent', absent, 'answer', 'HTTP 1', 'rest_s', rest))))
$$;
SELECT is(pg_temp.tell('vigie_test_b', 'a', :'two', true, false), '0', 'another organisation''s word');
SELECT is((SELECT delivered_at FROM vigie.outbox WHERE outbox_id = :'two'), NULL, 'counts for nothing');
SELECT is(pg_temp.tell('vigie_test_a', 'b', :'two', false, true), '0', 'nor a failure from who has no lease');
SELECT is((SELECT attempts FROM vigie.outbox WHERE outbox_id = :'two'), 0, 'which is no attempt');
SELECT is(pg_temp.tell('vigie_test_a', 'a', :'two', true, false), '0', 'who holds it says that it is delivered');
SELECT ok(delivered_at IS NOT NULL AND lease_owner IS NULL AND attempts = 1, 'and so it is') FROM vigie.outbox WHERE outbox_id = :'two';
SELECT is(pg_temp.tell('vigie_test_a', 'a', :'three', false, true, 7), '0', 'where the other side was not there');
SELECT ok(next_at BETWEEN now() + interval '6 seconds' AND clock_timestamp() + interval '8 seconds' AND attempts = 1 AND last_error = 'HTTP 1', 'it rests as long as was asked for')
FROM vigie.outbox WHERE outbox_id = :'three';
SELECT ok(failures = 1 AND rest_until > now() AND answer = 'HTTP 1', 'and its channel too') FROM vigie.channel WHERE name = 'own';
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT vigie.outbox_due(decode(%L, ''hex''), false) BETWEEN 1 AND 8', pg_temp.key(2))), 'true', 'a program learns for how long');
UPDATE vigie.outbox SET next_at = now() - interval '1 second' WHERE outbox_id = :'three';
SELECT is(pg_temp.lease('vigie_test_a', 'a', 2, false), '', 'what is due waits for its channel');
UPDATE vigie.channel SET rest_until = now() - interval '1 second' WHERE name = 'own';
UPDATE vigie.outbox SET attempts = 15 WHERE outbox_id = :'three';
SELECT is(pg_temp.lease('vigie_test_a', 'a', 2, false), 'own/three', 'then it is tried again');
SELECT is(pg_temp.tell('vigie_test_a', 'a', :'three', false, false), '1', 'at the sixteenth attempt');
SELECT ok(given_up_at IS NOT NULL, 'it is given up') FROM vigie.outbox WHERE outbox_id = :'three';
SELECT is(pg_temp.as_login('vigie_test_a', 'SELECT l.waiting || '' '' || l.delivered || '' '' || l.given_up || '' '' || l.last_error FROM vigie.channels() l WHERE (l.channel).name = ''own'''),
          '0 1 1 HTTP 1', 'which the list says');
SELECT is(pg_temp.as_login('vigie_test_a', format('SELECT vigie.outbox_due(decode(%L, ''hex''), false)', pg_temp.key(2))), NULL, 'and nothing is due any more');
UPDATE vigie.outbox SET delivered_at = now() - interval '31 days' WHERE outbox_id = :'two';
SELECT is(pg_temp.tell('vigie_test_a', 'a', gen_random_uuid(), true, false), '0', 'a delivery that is not there is nothing');
SELECT is((SELECT count(*) FROM vigie.outbox WHERE outbox_id = :'two'), 0::bigint, 'what was delivered a month ago is forgotten');

-- How long nobody looked ----------------------------------------------------------------------------------------------

UPDATE vigie.alert_turn SET looked_at = now() - interval '100 seconds', connexions = 1;
SELECT is(pg_temp.as_login('vigie_test_admin', 'SELECT vigie.alerts_age() BETWEEN 100 AND 160'), 'true', 'seconds since somebody looked at the alerts');
UPDATE vigie.alert_turn SET looked_at = NULL;
SELECT is(pg_temp.as_login('vigie_test_admin', 'SELECT vigie.alerts_age()'), '2000000000', 'never is very long ago');
DELETE FROM vigie.alert_turn;
SELECT is(pg_temp.as_login('vigie_test_admin', 'SELECT vigie.alerts_age()'), '2000000000', 'also where nobody ever began');
DELETE FROM public.openai_connexion;
SELECT is(pg_temp.as_login('vigie_test_admin', 'SELECT vigie.alerts_age()'), NULL, 'nothing to look at is nothing to miss');

-- The end -------------------------------------------------------------------------------------------------------------

SELECT is(pg_temp.act('vigie_test_a', 'SELECT vigie.remove_channel(''own'')'), 'ok', 'a member removes the own');
SELECT is((SELECT count(*) FROM vigie.outbox b WHERE NOT EXISTS (SELECT FROM vigie.channel c WHERE c.channel_id = b.channel_id)), 0::bigint, 'nothing waits for it');
SELECT * FROM finish();
ROLLBACK;
