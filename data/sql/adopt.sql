-- What an adopted database needs beside the migrations that are the console's alone: who may use the schema. The platform's
-- own tables keep their grants; a role that signs people in becomes a member of the group (the program names it).

GRANT USAGE ON SCHEMA vigie TO vigie_operator;
GRANT SELECT ON vigie.migration TO vigie_operator;

-- A platform's own functions often name their tables without a schema and fix no search_path: they then see what their caller
-- searches. The console's functions name everything in full, so `public` behind pg_catalog changes nothing for them.
DO $$
DECLARE
    f regprocedure;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_proc p
                   WHERE p.oid IN (to_regprocedure('public.is_admin_presenca(uuid)'),
                                   to_regprocedure('public.get_user_organisation_id(uuid)'))
                     AND NOT EXISTS (SELECT FROM unnest(p.proconfig) o (o) WHERE o.o LIKE 'search_path=%')) THEN
        RETURN;
    END IF;
    FOR f IN SELECT p.oid FROM pg_catalog.pg_proc p
             WHERE p.pronamespace = 'vigie'::regnamespace AND 'search_path=pg_catalog, pg_temp' = ANY (p.proconfig)
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', f);
    END LOOP;
END
$$;
