-- Who is behind a session, what that person is, and the policies that follow from it.
--
-- Identity "role": one PostgreSQL login per operator. auth.uid() looks the login up in vigie.operator; the login is
-- session_user, which neither SET ROLE nor any setting changes. A platform that brings its own auth.uid() keeps it.
--
-- Every SECURITY DEFINER function names its objects in full and searches pg_catalog alone, pg_temp last.

CREATE TABLE vigie.operator (
    role_name name PRIMARY KEY,
    user_id   uuid NOT NULL REFERENCES public.users (users_auth_id)
);
-- Nobody but the owner reads it: auth.uid() is the only way in. Without a policy a careless grant shows nothing either.
ALTER TABLE vigie.operator ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE vigie.operator IS 'Which user each PostgreSQL login is. Delete the row when the login is dropped.';

DO $do$
BEGIN
    IF to_regprocedure('auth.uid()') IS NOT NULL THEN
        RETURN;
    END IF;
    CREATE SCHEMA IF NOT EXISTS auth;
    CREATE FUNCTION auth.uid() RETURNS uuid
        LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp
    BEGIN ATOMIC
        SELECT o.user_id FROM vigie.operator o WHERE o.role_name = session_user;
    END;
    REVOKE ALL ON FUNCTION auth.uid() FROM PUBLIC;
    COMMENT ON FUNCTION auth.uid() IS
        'The user behind the PostgreSQL login of this session; NULL when the login is no operator.';
END
$do$;

CREATE FUNCTION public.is_admin_presenca(user_uuid uuid) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM public.users u
                   WHERE u.users_auth_id = user_uuid AND u.users_role_systeme = 'admin_presenca')
$$;
REVOKE ALL ON FUNCTION public.is_admin_presenca(uuid) FROM PUBLIC;
COMMENT ON FUNCTION public.is_admin_presenca(uuid) IS 'Whether the user administers the whole platform; never NULL.';

CREATE FUNCTION public.get_user_organisation_id(user_uuid uuid) RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT u.users_organisation_id FROM public.users u WHERE u.users_auth_id = user_uuid
$$;
REVOKE ALL ON FUNCTION public.get_user_organisation_id(uuid) FROM PUBLIC;
COMMENT ON FUNCTION public.get_user_organisation_id(uuid) IS 'The user''s organisation, or NULL.';

-- The calls stand in (SELECT ...) so that they run once per statement and not once per row.

CREATE POLICY admin_presenca_full_access_organisations ON public.organisations
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid()))));
CREATE POLICY member_read_organisations ON public.organisations FOR SELECT
    USING (organisation_id = (SELECT public.get_user_organisation_id((SELECT auth.uid()))));
CREATE POLICY member_update_organisations ON public.organisations FOR UPDATE
    USING (organisation_id = (SELECT public.get_user_organisation_id((SELECT auth.uid()))));

-- A person reads and corrects the own row. No FOR ALL here: who may delete and insert the own row chooses its role.
CREATE POLICY admin_presenca_full_access_users ON public.users
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid()))));
CREATE POLICY own_read_users ON public.users FOR SELECT
    USING (users_auth_id = (SELECT auth.uid()));
CREATE POLICY own_update_users ON public.users FOR UPDATE
    USING (users_auth_id = (SELECT auth.uid()));

CREATE POLICY admin_presenca_full_access_reseau ON public.reseau
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid()))));
CREATE POLICY organisation_only_access_reseau ON public.reseau
    USING (organisation_id = (SELECT public.get_user_organisation_id((SELECT auth.uid()))));

CREATE POLICY admin_presenca_full_access_reseau_agence ON public.reseau_agence
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid()))));
CREATE POLICY organisation_only_access_reseau_agence ON public.reseau_agence
    USING (organisation_id = (SELECT public.get_user_organisation_id((SELECT auth.uid()))));

CREATE POLICY admin_presenca_full_access_agence_independante ON public.agence_independante
    USING ((SELECT public.is_admin_presenca((SELECT auth.uid()))));
CREATE POLICY organisation_only_access_agence_independante ON public.agence_independante
    USING (organisation_id = (SELECT public.get_user_organisation_id((SELECT auth.uid()))));

-- Makes an operator: the login (without a password: how it authenticates is the server's business), its place in the
-- group, the user and the mapping. Returns the new user's users_auth_id.
CREATE FUNCTION vigie.add_operator(role_name name, prenom text, nom text, email text, is_admin boolean,
                                   organisation uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY INVOKER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    auth_id uuid := gen_random_uuid();
    login   pg_roles%ROWTYPE;
BEGIN
    IF coalesce(role_name, '') = '' THEN
        RAISE EXCEPTION 'an operator needs the name of a PostgreSQL role' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF is_admin IS NOT TRUE AND organisation IS NULL THEN
        RAISE EXCEPTION 'operator %: neither an administrator nor a member of an organisation', role_name
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name the organisation or make the operator an administrator.';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_depend d
                   WHERE d.classid = 'pg_proc'::regclass AND d.objid = to_regprocedure('auth.uid()')
                     AND d.refclassid = 'pg_class'::regclass AND d.refobjid = 'vigie.operator'::regclass) THEN
        RAISE EXCEPTION 'this database identifies people by its own auth.uid(), not by their PostgreSQL role'
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Add the person on the platform instead.';
    END IF;
    IF EXISTS (SELECT FROM vigie.operator o WHERE o.role_name = add_operator.role_name) THEN
        RAISE EXCEPTION 'the role % is an operator already', role_name USING ERRCODE = 'duplicate_object';
    END IF;

    SELECT * INTO login FROM pg_roles r WHERE r.rolname = add_operator.role_name;
    IF NOT FOUND THEN
        EXECUTE format('CREATE ROLE %I LOGIN', role_name);
    ELSIF login.rolsuper OR login.rolbypassrls OR login.rolcreaterole OR NOT login.rolcanlogin
          OR pg_has_role(login.oid, (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database()), 'MEMBER') THEN
        RAISE EXCEPTION 'the role % exists and cannot be an operator', role_name
            USING ERRCODE = 'invalid_authorization_specification',
                  HINT = 'An operator logs in, and is neither superuser, BYPASSRLS, CREATEROLE nor the database''s owner.';
    END IF;

    BEGIN
        IF NOT pg_has_role(role_name, 'vigie_operator', 'MEMBER') THEN
            EXECUTE format('GRANT vigie_operator TO %I', role_name);
        END IF;
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE EXCEPTION '% may not add % to the group vigie_operator', current_user, role_name
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('Let an administrator of the server run: GRANT vigie_operator TO %I WITH ADMIN OPTION;',
                                current_user);
    END;

    INSERT INTO public.users (users_auth_id, users_nom, users_prenom, users_email, users_role_systeme,
                              users_organisation_id)
    VALUES (auth_id, nom, prenom, email, CASE WHEN is_admin THEN 'admin_presenca' END, organisation);
    INSERT INTO vigie.operator (role_name, user_id) VALUES (add_operator.role_name, auth_id);
    RETURN auth_id;
END
$$;
REVOKE ALL ON FUNCTION vigie.add_operator(name, text, text, text, boolean, uuid) FROM PUBLIC;
COMMENT ON FUNCTION vigie.add_operator(name, text, text, text, boolean, uuid) IS
    'Makes an operator: login role if absent, group, user and mapping. For the owner of the database.';
