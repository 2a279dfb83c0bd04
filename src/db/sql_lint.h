#ifndef VIGIE_DB_SQL_LINT_H
#define VIGIE_DB_SQL_LINT_H

#include "db/sql.h"
#include "db/sql_gate.h"

/* A line of SQL is a line here. */
/* clang-format off */

/* What a database administrator's linter would say of the tables that the console shows, from the
 * catalogues alone, each with the SQL that mends it: word of model/finding.def, subject, fix. The
 * words and the rules for functions, views and policies follow Supabase's splinter (lints 0001,
 * 0003, 0010, 0011, 0028). Names are quoted by format(); nothing here runs what it writes. */
#define SQL_LINT_NAMES \
    "WITH c AS (SELECT t.oid, t.relname FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n" \
    " ON n.oid = t.relnamespace WHERE n.nspname = 'public' AND t.relname IN ('openai_connexion'," \
    " 'organisations', 'users', 'reseau', 'reseau_agence', 'agence_independante'))," \
    " t AS (SELECT oid FROM c WHERE relname = 'openai_connexion')," \
    " f AS (SELECT p.oid, p.provolatile, p.prosecdef, p.proconfig, p.proname, p.prorettype," \
    " n.nspname, p.proacl, p.proowner FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n" \
    " ON n.oid = p.pronamespace WHERE (n.nspname = 'public' OR n.nspname = 'auth' AND p.proname = 'uid')" \
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_proc'::regclass" \
    " AND d.objid = p.oid AND d.deptype = 'e'))," \
    " pol AS (SELECT l.polname, c.relname, pg_get_expr(l.polqual, l.polrelid) AS qual," \
    " pg_get_expr(l.polwithcheck, l.polrelid) AS also" \
    " FROM pg_catalog.pg_policy l JOIN c ON c.oid = l.polrelid) "

#define SQL_LINT_WRAP(expression) \
    "regexp_replace(regexp_replace(" expression ", 'auth\\.uid\\(\\)', '(SELECT auth.uid())', 'g')," \
    " '(public\\.)?(is_admin_presenca|get_user_organisation_id)\\(\\(SELECT auth\\.uid\\(\\)\\)\\)'," \
    " '(SELECT public.\\2((SELECT auth.uid())))', 'g')"

#define SQL_LINT_AUTHOR_KEY \
    "SELECT 'author-key', format('%s (%s)', k.conname, coalesce((SELECT string_agg(g.tgname, ', ')" \
    " FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid" \
    " WHERE g.tgrelid = k.conrelid AND NOT g.tgisinternal AND p.prosrc LIKE '%auth.uid()%'), '?'))," \
    " format('ALTER TABLE public.openai_connexion DROP CONSTRAINT %I, ADD CONSTRAINT %I FOREIGN KEY (%I)" \
    " REFERENCES public.users (users_auth_id) NOT VALID;', k.conname, k.conname, a.attname)" \
    " FROM t JOIN pg_catalog.pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f'" \
    " AND cardinality(k.conkey) = 1 JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid" \
    " AND a.attnum = k.conkey[1] AND a.attname IN ('openai_created_by', 'openai_updated_by')" \
    " JOIN c u ON u.oid = k.confrelid AND u.relname = 'users' JOIN pg_catalog.pg_attribute r" \
    " ON r.attrelid = k.confrelid AND r.attnum = k.confkey[1] AND r.attname <> 'users_auth_id'"

#define SQL_LINT_VIEWS \
    " UNION ALL SELECT DISTINCT 'view-open', v.oid::regclass::text," \
    " format('ALTER VIEW %s SET (security_invoker = true);', v.oid::regclass)" \
    " FROM t JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid" \
    " AND d.classid = 'pg_rewrite'::regclass JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid" \
    " JOIN pg_catalog.pg_class v ON v.oid = w.ev_class AND v.relkind = 'v'" \
    " WHERE NOT coalesce(v.reloptions::text[] && ARRAY['security_invoker=true', 'security_invoker=on'," \
    " 'security_invoker=1'], false)"

/* Trigger functions cannot be called by hand. */
#define SQL_LINT_FUNCTIONS \
    " UNION ALL SELECT 'definer-open', f.oid::regprocedure::text," \
    " format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION %s TO %I;'," \
    " f.oid::regprocedure, f.oid::regprocedure, current_user)" \
    " FROM f JOIN pg_catalog.pg_roles anon ON anon.rolname = 'anon'" \
    " WHERE f.prosecdef AND f.prorettype <> 'trigger'::regtype" \
    " AND has_function_privilege(anon.oid, f.oid, 'EXECUTE')" \
    " UNION ALL SELECT 'search-path', f.oid::regprocedure::text," \
    " format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp;', f.oid::regprocedure)" \
    " FROM f WHERE f.prosecdef AND NOT EXISTS (SELECT FROM unnest(f.proconfig) o (o)" \
    " WHERE o.o LIKE 'search_path=%')" \
    " UNION ALL SELECT 'function-volatile', f.oid::regprocedure::text," \
    " format('ALTER FUNCTION %s STABLE;', f.oid::regprocedure) FROM f WHERE f.provolatile = 'v'" \
    " AND f.proname IN ('uid', 'is_admin_presenca', 'get_user_organisation_id')"

#define SQL_LINT_TABLE \
    " UNION ALL SELECT 'table-open', 'anon', 'REVOKE ALL ON public.openai_connexion FROM anon;'" \
    " FROM t JOIN pg_catalog.pg_roles anon ON anon.rolname = 'anon'" \
    " WHERE has_table_privilege(anon.oid, t.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')" \
    " UNION ALL SELECT 'public-open', 'public', 'REVOKE CREATE ON SCHEMA public FROM PUBLIC;'" \
    " FROM pg_catalog.pg_namespace n WHERE n.nspname = 'public'" \
    " AND EXISTS (SELECT FROM aclexplode(n.nspacl) a WHERE a.grantee = 0 AND a.privilege_type = 'CREATE')" \
    " UNION ALL SELECT 'published', b.pubname," \
    " format('ALTER PUBLICATION %I DROP TABLE public.openai_connexion;', b.pubname)" \
    " FROM pg_catalog.pg_publication_tables b WHERE b.schemaname = 'public'" \
    " AND b.tablename = 'openai_connexion'" \
    " UNION ALL SELECT 'policy-unwrapped', format('%s on %s', pol.polname, pol.relname)," \
    " format('ALTER POLICY %I ON public.%I USING (%s)%s;', pol.polname, pol.relname, " \
    SQL_LINT_WRAP("pol.qual") ", CASE WHEN pol.also IS NULL THEN '' ELSE format(' WITH CHECK (%s)', " \
    SQL_LINT_WRAP("pol.also") ") END) FROM pol WHERE pol.qual !~* 'select'" \
    " AND pol.qual ~ '(auth\\.uid|is_admin_presenca|get_user_organisation_id)\\('" \
    " UNION ALL SELECT 'index-missing', a.attname," \
    " format('CREATE INDEX CONCURRENTLY ON public.openai_connexion (%I);', a.attname)" \
    " FROM t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid" \
    " AND a.attname IN ('organisation_id', 'client_id') WHERE NOT EXISTS (SELECT FROM" \
    " pg_catalog.pg_index i WHERE i.indrelid = t.oid AND i.indkey[0] = a.attnum AND i.indpred IS NULL" \
    " AND i.indisvalid)" \
    " UNION ALL SELECT 'no-journal', 'openai_connexion', 'vigie adopt' FROM t WHERE NOT EXISTS" \
    " (SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = t.oid AND g.tgname LIKE 'vigie_journal%')"

/* What lists are read from, where it was made. */
#define SQL_LINT_LISTS \
    " UNION ALL SELECT 'lists-behind', 'vigie.rank, vigie.haystack', 'SELECT vigie.refill_lists();'" \
    " FROM t, pg_catalog.pg_class r JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace" \
    " WHERE n.nspname = 'vigie' AND r.relname = 'rank' AND NOT " SQL_IN_STEP \
    " UNION ALL SELECT 'search-slow', 'vigie.haystack'," \
    " 'CREATE EXTENSION IF NOT EXISTS pg_trgm; SELECT vigie.index_search();'" \
    " FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace" \
    " WHERE n.nspname = 'vigie' AND r.relname = 'haystack' AND NOT EXISTS (SELECT FROM pg_catalog.pg_class x" \
    " WHERE x.relnamespace = n.oid AND x.relname = 'idx_haystack_words')"

#define SQL_LINT \
    SQL_LINT_NAMES "SELECT word, subject, fix FROM (" SQL_LINT_AUTHOR_KEY SQL_LINT_VIEWS \
    SQL_LINT_FUNCTIONS SQL_LINT_TABLE SQL_LINT_LISTS ") found (word, subject, fix) ORDER BY word, subject LIMIT 500"

/* Counts over the rows in sight, in one pass: f(word, name of the count, condition on c). */
#define SQL_ROWS_PLAIN(f) \
    f("email-empty", "email", "coalesce(c.openai_email_compte, '') = ''") \
    f("state-unknown", "state", "coalesce(c.openai_statut_connexion, '') NOT IN" \
      " ('active', 'inactive', 'error', 'expired', 'quota_exceeded')") \
    f("reset-past", "reset", "c.openai_reset_quota_at < now() - interval '1 day'") \
    f("models-empty", "models", "coalesce(cardinality(c.openai_modeles_autorises), 0) = 0")
#define SQL_ROWS_KEY(f) \
    f("key-empty", "empty", "coalesce(c.openai_api_key, '') = ''") \
    f("key-shape", "shape", "c.openai_api_key <> '' AND c.openai_api_key NOT LIKE 'sk-%'")
#define SQL_ROWS_COUNT(word, name, condition) ", count(*) FILTER (WHERE " condition ") AS " name
#define SQL_ROWS_TOLD(word, name, condition) \
    ", ('" word "', x." name "," \
    " $q$SELECT openai_connexion_id FROM public.openai_connexion c WHERE " condition ";$q$)"
#define SQL_LINT_COUNTS(list) \
    "SELECT v.word, v.n::text AS subject, v.fix FROM (SELECT 0" list(SQL_ROWS_COUNT) \
    " FROM public.openai_connexion c) x, LATERAL (VALUES ('', 0::bigint, '')" list(SQL_ROWS_TOLD) \
    ") v (word, n, fix) WHERE v.n > 0"
#define SQL_LINT_ROWS SQL_LINT_COUNTS(SQL_ROWS_PLAIN)
#define SQL_LINT_KEYS SQL_LINT_COUNTS(SQL_ROWS_KEY)

/* The polymorphic reference, followed the two ways that databases use. */
#define SQL_LINT_CLIENT_OF(table, key, name) \
    " UNION ALL SELECT c.openai_connexion_id, '" table "', c.client_id," \
    " EXISTS (SELECT FROM public." table " k WHERE k." key " = c.client_id)" \
    " OR EXISTS (SELECT FROM public." table " k WHERE k.client_id = c.client_id)," \
    " EXISTS (SELECT FROM public." table " k WHERE k." key " = c.client_id" \
    " AND k.organisation_id = c.organisation_id) OR EXISTS (SELECT FROM public." table " k" \
    " WHERE k.client_id = c.client_id AND k.organisation_id = c.organisation_id)" \
    " FROM public.openai_connexion c WHERE c.client_type = '" table "'"
#define SQL_LINT_CLIENTS \
    "WITH l (id, kind, client, there, own) AS MATERIALIZED (SELECT NULL::uuid, ''::text, NULL::uuid," \
    " true, true WHERE false" SQL_CLIENT_TABLES(SQL_LINT_CLIENT_OF) ")" \
    " SELECT 'client-missing' AS word, count(*)::text AS subject, '' AS fix FROM l WHERE NOT there" \
    " HAVING count(*) > 0" \
    " UNION ALL SELECT 'client-elsewhere', count(*)::text, '' FROM l WHERE there AND NOT own" \
    " HAVING count(*) > 0" \
    " UNION ALL SELECT 'client-twice', count(*)::text, $q$SELECT client_type, client_id, count(*) FROM" \
    " public.openai_connexion GROUP BY 1, 2 HAVING count(*) > 1;$q$ FROM" \
    " (SELECT kind, client FROM l GROUP BY 1, 2 HAVING count(*) > 1) d HAVING count(*) > 0"

/* The links from a client back to a connexion. */
#define SQL_LINT_DANGLING(table, link) \
    "public." table " k WHERE k." link " IS NOT NULL AND NOT EXISTS (SELECT FROM" \
    " public.openai_connexion c WHERE c.openai_connexion_id = k." link ")"
#define SQL_LINT_LINK(table, link) \
    " UNION ALL SELECT 'link-dangling', '" table "." link ": ' || count(*)," \
    " $q$SELECT " link " FROM " SQL_LINT_DANGLING(table, link) ";$q$ FROM " \
    SQL_LINT_DANGLING(table, link) " HAVING count(*) > 0"
#define SQL_LINT_LINKS \
    "SELECT word, subject, fix FROM (SELECT ''::text, ''::text, ''::text WHERE false" \
    SQL_LINT_LINK("reseau", "reseau_openai_connexion_id") \
    SQL_LINT_LINK("reseau_agence", "reseau_openai_connexion_id") \
    SQL_LINT_LINK("agence_independante", "agence_indep_openai_connexion_id") \
    ") d (word, subject, fix)"
/* clang-format on */

#endif
