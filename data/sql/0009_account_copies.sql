-- An administrator's program that registers after an admin key was entered has no copy of it. Whoever holds one seals it one:
-- by itself, as soon as it hears of it.

CREATE OR REPLACE FUNCTION vigie.add_recipient(own_key bytea, whose text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM vigie.require_admin();
    INSERT INTO vigie.recipient (public_key, name, user_id) VALUES (own_key, left(whose, 159), auth.uid())
    ON CONFLICT (public_key) DO UPDATE SET name = excluded.name
    WHERE recipient.user_id = excluded.user_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this public key is registered for somebody else' USING ERRCODE = 'unique_violation';
    END IF;
    IF EXISTS (SELECT FROM vigie.account a WHERE NOT EXISTS (
            SELECT FROM vigie.sealed_key k WHERE k.account_id = a.account_id AND k.recipient = own_key)) THEN
        PERFORM pg_notify('vigie', '');
    END IF;
END
$$;

-- Naming a public key proves nothing, but it must be registered for the caller: an administrator cannot pass for another one's
-- program. held is that program's own copy: a key that was replaced meanwhile is not spread. A copy that is there stays.
CREATE FUNCTION vigie.add_copies(own_key bytea, held bytea, account uuid, copies json) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    present bytea;
    added   integer;
BEGIN
    PERFORM vigie.require_admin();
    SELECT k.sealed INTO present FROM vigie.sealed_key k JOIN vigie.recipient r ON r.public_key = k.recipient
    WHERE k.account_id = account AND k.recipient = own_key AND r.user_id = auth.uid() FOR SHARE OF k;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only who holds a copy of an admin key can seal it for others' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF present IS DISTINCT FROM held THEN
        RETURN 0;
    END IF;
    INSERT INTO vigie.sealed_key (account_id, recipient, sealed)
    SELECT account, r.public_key, decode(c.sealed, 'hex')
    FROM json_to_recordset(copies) AS c (recipient text, sealed text)
    JOIN vigie.recipient r ON r.public_key = decode(c.recipient, 'hex')
    WHERE public.is_admin_presenca(r.user_id)
    ON CONFLICT (account_id, recipient) DO NOTHING;
    GET DIAGNOSTICS added = ROW_COUNT;
    IF added > 0 THEN
        PERFORM pg_notify('vigie', '');
    END IF;
    RETURN added;
END
$$;
REVOKE ALL ON FUNCTION vigie.add_copies(bytea, bytea, uuid, json) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vigie.add_copies(bytea, bytea, uuid, json) TO vigie_operator;
COMMENT ON FUNCTION vigie.add_copies(bytea, bytea, uuid, json) IS
    'Adds sealed copies of an admin key for registered programs of administrators that have none; for a program that holds one. '
    'How many were added.';
