-- The console's own schema, the record of the migrations, and the group that every operator's login belongs to.

CREATE SCHEMA vigie;
COMMENT ON SCHEMA vigie IS 'What the console needs beyond the platform''s own tables.';

CREATE TABLE vigie.migration (
    number     integer     PRIMARY KEY,
    name       text        NOT NULL,
    checksum   text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    applied_by name        NOT NULL DEFAULT session_user
);
COMMENT ON TABLE vigie.migration IS 'The migrations applied to this database, with the checksum of each file as it was then.';

-- Roles belong to the whole server: another database of it may have made the group already.
DO $$
DECLARE
    found pg_catalog.pg_roles%ROWTYPE;
BEGIN
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'vigie_operator') THEN
            CREATE ROLE vigie_operator NOLOGIN;
        END IF;
    EXCEPTION
        WHEN duplicate_object OR unique_violation THEN
            NULL;  -- made by somebody else in the meantime
        WHEN insufficient_privilege THEN
            RAISE EXCEPTION 'the role vigie_operator does not exist and % may not create it', current_user
                USING ERRCODE = 'insufficient_privilege',
                      HINT = format('Let an administrator of the server run: ALTER ROLE %I CREATEROLE;', current_user);
    END;

    SELECT * INTO found FROM pg_catalog.pg_roles WHERE rolname = 'vigie_operator';
    IF found.rolsuper OR found.rolbypassrls OR found.rolcreaterole OR found.rolcanlogin THEN
        RAISE EXCEPTION 'the role vigie_operator exists and holds privileges that operators must not have'
            USING ERRCODE = 'invalid_authorization_specification',
                  HINT = 'Let an administrator of the server run: '
                         'ALTER ROLE vigie_operator NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOLOGIN;';
    END IF;
END
$$;
