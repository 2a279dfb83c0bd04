#ifndef VIGIE_DB_SQL_GATE_H
#define VIGIE_DB_SQL_GATE_H

#include "db/sql.h"

/* A line of SQL is a line here. */
/* clang-format off */

#define SQL_ENTER \
    "SELECT set_config('transaction_read_only'," \
    " coalesce($1::text, current_setting('transaction_read_only')), true)," \
    " set_config('statement_timeout', $2::text, true), set_config('DateStyle', 'ISO', true)"
#define SQL_CLAIMS(claims, sub) \
    ", set_config('request.jwt.claims', " claims "::text, true)" \
    ", set_config('request.jwt.claim.sub', " sub "::text, true)"
#define SQL_TAKE_ROLE(role) ", set_config('role', " role "::text, true)"

/* Facts from the catalogues alone: nothing in it fails because something is missing or may not be
 * used, and no function of the database runs. $1: the columns that the console reads. */
#define SQL_COLUMNS_READABLE(relation, columns) \
    "(SELECT count(*) FROM seen WHERE relname = '" relation "' AND attname " columns ")"
#define SQL_CLIENT_READABLE(relation, key, name) \
    " + " SQL_COLUMNS_READABLE(relation, "IN ('" key "', '" name "', 'organisation_id', 'client_id')")
#define SQL_NAMED(relation, key, name) ", '" relation "'"
#define SQL_CALLABLE \
    "(SELECT count(*) = 3 FROM (VALUES ('auth', 'uid', '', 'uuid'::regtype)," \
    " ('public', 'is_admin_presenca', '2950', 'boolean')," \
    " ('public', 'get_user_organisation_id', '2950', 'uuid')) f (place, name, given, result)" \
    " JOIN pg_catalog.pg_namespace n ON n.nspname = f.place" \
    " JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid AND p.proname = f.name" \
    " AND p.proargtypes::text = f.given AND p.prorettype = f.result" \
    " WHERE has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE'))"
#define SQL_ANNOUNCED \
    "EXISTS (SELECT FROM t JOIN pg_catalog.pg_trigger g ON g.tgrelid = t.oid AND g.tgenabled <> 'D'" \
    " JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid" \
    " WHERE p.prosrc ~* 'pg_notify\\s*\\(\\s*''vigie''|notify\\s+vigie')"
/* The console's own tables, of the last migration that the queries need. */
#define SQL_HAS_HEALTH \
    "(SELECT count(*) = 4 FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n" \
    " ON n.oid = t.relnamespace WHERE n.nspname = 'vigie'" \
    " AND t.relname IN ('probe', 'host', 'figure', 'cost_day')" \
    " AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(t.oid, 'SELECT'))"
/* What lists are read from, there, readable, and never left behind (vigie.lists_in_step). */
#define SQL_IN_STEP \
    "(SELECT count(*) = 2 FROM t JOIN pg_catalog.pg_trigger g ON g.tgrelid = t.oid" \
    " JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_trigger'::regclass AND d.objoid = g.oid" \
    " WHERE g.tgname IN ('vigie_lists_insert', 'vigie_lists_update')" \
    " AND g.tgenabled = 'A' AND d.description = 'in step since ' || g.xmin)"
#define SQL_HAS_LISTS \
    "EXISTS (SELECT FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n" \
    " ON n.oid = t.relnamespace JOIN pg_catalog.pg_proc p ON p.pronamespace = n.oid" \
    " WHERE n.nspname = 'vigie' AND t.relname = 'rank' AND p.proname = 'search'" \
    " AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(t.oid, 'SELECT')" \
    " AND has_function_privilege(p.oid, 'EXECUTE')) AND " SQL_IN_STEP
#define SQL_GATE_FACTS \
    "WITH t AS (SELECT t.oid, t.relowner, t.relrowsecurity FROM pg_catalog.pg_class t" \
    " JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace" \
    " WHERE n.nspname = 'public' AND t.relname = 'openai_connexion' AND t.relkind IN ('r', 'p'))," \
    " me AS (SELECT * FROM pg_catalog.pg_roles WHERE rolname IN (session_user, current_user))," \
    " seen AS MATERIALIZED (SELECT t.relname, a.attname FROM pg_catalog.pg_class t" \
    " JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace" \
    " JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped" \
    " WHERE n.nspname = 'public' AND t.relname IN ('openai_connexion', 'organisations', 'users'" \
    SQL_CLIENT_TABLES(SQL_NAMED) ") AND has_schema_privilege(n.oid, 'USAGE')" \
    " AND has_column_privilege(t.oid, a.attnum, 'SELECT'))" \
    " SELECT session_user::text AS login, current_user::text AS role," \
    " current_database()::text AS database, pg_backend_pid() AS pid, " \
    SQL_COLUMNS_READABLE("openai_connexion", "= ANY ($1::name[])") \
    " = cardinality($1) AND EXISTS (SELECT FROM t) AS table_readable," \
    " (SELECT bool_or(rolsuper) FROM me) AS superuser," \
    " (SELECT bool_or(rolbypassrls) FROM me) AS bypassrls," \
    " EXISTS (SELECT FROM t, me WHERE pg_has_role(me.oid, t.relowner, 'USAGE')) AS owner," \
    " coalesce((SELECT relrowsecurity FROM t), false) AS rls_on," \
    " coalesce((SELECT row_security_active(oid) FROM t), false)" \
    " AND current_setting('row_security')::boolean AS rls_active, " \
    SQL_CALLABLE " AS functions_usable," \
    " EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE (r.rolsuper OR r.rolbypassrls" \
    " OR r.oid = (SELECT relowner FROM t)) AND r.rolname NOT IN (session_user, current_user)" \
    " AND pg_has_role(session_user, r.oid, 'MEMBER')) AS escalable, " \
    SQL_COLUMNS_READABLE("openai_connexion", "= 'openai_api_key'") " = 1 AS key_readable, " \
    SQL_ANNOUNCED " AS announced, " \
    "0" SQL_CLIENT_TABLES(SQL_CLIENT_READABLE) \
    " = 12 AS clients_readable, " \
    SQL_COLUMNS_READABLE("users", \
                         "IN ('users_auth_id', 'users_prenom', 'users_nom', 'users_email')") \
    " = 4 AS users_readable, " \
    SQL_COLUMNS_READABLE("organisations", "IN ('organisation_id', 'organisation_nom')") \
    " = 2 AS organisations_readable, " SQL_HAS_HEALTH " AS health, " SQL_HAS_LISTS " AS lists"

#define SQL_GATE_IDENTITY \
    "SELECT u.id, public.is_admin_presenca(u.id) AS admin," \
    " public.get_user_organisation_id(u.id) AS organisation" \
    " FROM (SELECT auth.uid() AS id OFFSET 0) u"
#define SQL_GATE_PERSON \
    "SELECT left(coalesce(nullif(concat_ws(' ', users_prenom, users_nom), ''), users_email), 200)" \
    " AS person FROM public.users WHERE users_auth_id = (SELECT auth.uid()) LIMIT 1"
#define SQL_GATE_PLACE \
    "SELECT left(organisation_nom, 200) AS place FROM public.organisations" \
    " WHERE organisation_id = (SELECT public.get_user_organisation_id((SELECT auth.uid())))"

#define SQL_THERE(schema, relation) \
    "EXISTS (SELECT FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n" \
    " ON n.oid = t.relnamespace WHERE n.nspname = '" schema "' AND t.relname = '" relation "')"
#define SQL_MIGRATION_STATE \
    "SELECT " SQL_THERE("vigie", "migration") ", " SQL_THERE("public", "openai_connexion")

/* clang-format on */

#endif
