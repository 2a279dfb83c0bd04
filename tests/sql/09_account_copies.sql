-- Copies of admin keys for programs that register later: who adds them, for whom, and which stay as they are.
\ir fixture.psql
SELECT plan(29);

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
CREATE FUNCTION pg_temp.key(byte text) RETURNS bytea LANGUAGE sql AS $$ SELECT decode(repeat(byte, 32), 'hex') $$;
CREATE FUNCTION pg_temp.sealed(byte text) RETURNS bytea LANGUAGE sql AS $$ SELECT decode(repeat(byte, 64), 'hex') $$;
CREATE FUNCTION pg_temp.register(byte text) RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT vigie.add_recipient(%L, ''program''::text)', pg_temp.key(byte))
$$;
CREATE FUNCTION pg_temp.add(own text, held text, recipients text[], whose text DEFAULT 'acme') RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT vigie.add_copies(%L, %L, %L, %L)', pg_temp.key(own), pg_temp.sealed(held),
                  (SELECT account_id FROM vigie.account WHERE name = whose),
                  (SELECT coalesce(json_agg(json_build_object('recipient', repeat(r, 32), 'sealed', repeat('77', 64))), '[]')
                   FROM unnest(recipients) AS r))
$$;
CREATE FUNCTION pg_temp.copies() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(left(encode(recipient, 'hex'), 2) || ':' || left(encode(sealed, 'hex'), 2), ' ' ORDER BY recipient) FROM vigie.sealed_key
$$;

-- Ada has a program (aa) that holds the key; Noé, an administrator now, has one (bb), and Ada another one (cc).
UPDATE public.users SET users_role_systeme = 'admin_presenca' WHERE users_email = 'noe@test.example';
SELECT pg_temp.as_login('vigie_test_admin', pg_temp.register('aa'));
SELECT isnt(pg_temp.as_login('vigie_test_admin', format('SELECT vigie.set_account(''acme'', '''', false, %L)',
            json_build_array(json_build_object('recipient', repeat('aa', 32), 'sealed', repeat('11', 64))))), NULL, 'a key, sealed to one program');
SELECT pg_temp.as_login('vigie_test_nobody', pg_temp.register('bb')), pg_temp.as_login('vigie_test_admin', pg_temp.register('cc'));
SELECT is(pg_temp.copies(), 'aa:11', 'who registers later has no copy');

SELECT is(pg_temp.as_login('vigie_test_admin', pg_temp.add('aa', '11', '{}')), '0', 'nothing to add is nothing');
SELECT is(pg_temp.as_login('vigie_test_admin', pg_temp.add('aa', '22', '{bb}')), '0', 'a key that was replaced meanwhile is not spread');
SELECT is(pg_temp.copies(), 'aa:11', 'and nothing changes');
SELECT is(pg_temp.as_login('vigie_test_admin', pg_temp.add('aa', '11', '{bb,cc}')), '2', 'a holder serves those who lack a copy');
SELECT is(pg_temp.copies(), 'aa:11 bb:77 cc:77', 'each its own');
SELECT is(pg_temp.as_login('vigie_test_admin', pg_temp.add('aa', '11', '{aa,bb}')), '0', 'who has a copy is left alone');
SELECT is(pg_temp.copies(), 'aa:11 bb:77 cc:77', 'the holder, too');
SELECT is(pg_temp.as_login('vigie_test_admin', pg_temp.add('aa', '11', '{dd}')), '0', 'nobody registered this one');
DELETE FROM vigie.sealed_key WHERE recipient = pg_temp.key('cc');
SELECT is(pg_temp.as_login('vigie_test_nobody', pg_temp.add('bb', '77', '{cc}')), '1', 'who was served serves others');

DELETE FROM vigie.sealed_key WHERE recipient = pg_temp.key('cc');
SELECT is(pg_temp.attempt('vigie_test_nobody', pg_temp.add('aa', '11', '{cc}')), '42501', 'not in the name of another person''s program');
SELECT is(pg_temp.attempt('vigie_test_admin', pg_temp.add('cc', '11', '{cc}')), '42501', 'not who holds none');
SELECT is(pg_temp.attempt('vigie_test_admin', pg_temp.add('aa', '11', '{cc}', 'another')), '42501', 'not of an account that is not there');
SELECT is(pg_temp.attempt(login, pg_temp.add('aa', '11', '{cc}')), '42501', login || ' adds no copy')
FROM (VALUES ('vigie_test_a'), ('vigie_test_unknown'), ('vigie_test_anonymous'), ('vigie_test_outsider')) AS t (login);
SELECT is(pg_temp.copies(), 'aa:11 bb:77', 'and nothing came of all that');

UPDATE public.users SET users_role_systeme = NULL WHERE users_email = 'noe@test.example';
DELETE FROM vigie.sealed_key WHERE recipient = pg_temp.key('bb');
SELECT is(pg_temp.as_login('vigie_test_admin', pg_temp.add('aa', '11', '{bb,cc}')), '1', 'who is no administrator any more gets none');
SELECT is(pg_temp.copies(), 'aa:11 cc:77', 'the others do');
SELECT is(pg_temp.attempt('vigie_test_nobody', pg_temp.add('bb', '77', '{cc}')), '42501', 'nor gives any');

-- What the function is, and that the one it replaces still is what it was.
SELECT is((SELECT concat_ws(' ', prosecdef, proconfig::text, pg_get_userbyid(proowner) = tableowner) FROM pg_proc, pg_tables
           WHERE proname = 'add_copies' AND schemaname = 'public' AND tablename = 'openai_connexion'),
          't {"search_path=pg_catalog, pg_temp"} t', 'the owner''s, with a path of its own');
SELECT is(has_function_privilege(role, f, 'EXECUTE'), role = 'vigie_operator', role || ' calls ' || f)
FROM (VALUES ('public'), ('vigie_operator')) AS r (role),
     (VALUES ('vigie.add_copies(bytea, bytea, uuid, json)'), ('vigie.add_recipient(bytea, text)')) AS t (f);
SELECT is(pg_temp.attempt('vigie_test_a', pg_temp.register('ee')), '42501', 'a member registers nothing');
SELECT is(pg_temp.attempt('vigie_test_nobody', pg_temp.register('aa')), '42501', 'nor does who was an administrator');

SELECT * FROM finish();
ROLLBACK;
