#ifndef VIGIE_DB_SQL_SUMS_H
#define VIGIE_DB_SQL_SUMS_H

#include "db/sql.h"
#include "db/sql_page.h"

/* A line of SQL is a line here. */
/* clang-format off */

/* Sums per organisation first: that aggregate can run in parallel, and the number of organisations
 * takes no sort. Rows with NaN, infinite or absurd money do not spoil the sum. */
#define SQL_SUM_OF(x, also) \
    "sum(c." x ") FILTER (WHERE c." x " BETWEEN -1e18 AND 1e18 AND " also ")"
#define SQL_IS_OVER \
    "(c.openai_cout_actuel_mois >= c.openai_limite_cout_mois AND c.openai_limite_cout_mois > 0" \
    " OR c.openai_usage_quotidien >= c.openai_limite_quotidienne" \
    " AND c.openai_limite_quotidienne > 0)"
#define SQL_SUMS(fits) \
    "count(*) FILTER (WHERE " fits ") AS connexions," \
    " count(*) FILTER (WHERE " fits " AND c.openai_actif) AS active," \
    " count(*) FILTER (WHERE " fits " AND " SQL_IS_OVER ") AS over," \
    " count(*) FILTER (WHERE " fits " AND c.openai_actif" \
    " AND c.openai_statut_connexion <> 'active') AS troubled, " \
    SQL_SUM_OF("openai_cout_actuel_mois", fits) " AS cost, " \
    SQL_SUM_OF("openai_limite_cout_mois", fits " AND c.openai_limite_cout_mois > 0") " AS budget, " \
    SQL_SUM_OF("openai_cout_actuel_mois", fits " AND c.openai_limite_cout_mois > 0") " AS measured"

/* The figures of struct totals from the sums; g(x) adds up, or not; less(x) is what stands in the
 * sum x more than once. */
#define SQL_FIGURES(g, less) \
    g("connexions") " AS connexions, " g("active") " AS active, " g("over") " AS over, " \
    g("troubled") " AS troubled, trim_scale(coalesce(" g("cost") ", 0)" less("cost") ") AS cost," \
    " trim_scale(coalesce(" g("budget") ", 0)) AS budget," \
    " CASE WHEN " g("budget") " > 0 THEN least(div(greatest(" g("measured") less("measured") \
    ", 0) * 1000, " g("budget") "), 9999999)::integer END AS budget_permille"
#define SQL_ADDED(x) "sum(t." x ")"
#define SQL_AS_IS(x) "t." x

/* Connexions on one OpenAI project all show the project's cost: all but one of them are taken off
 * again, per project and by. Few rows are such, and an index has them. NONE: a database without
 * vigie.figure. */
#define SQL_LESS_NONE(x) ""
#define SQL_LESS_ADDED(x) " - coalesce(max(d." x "), 0)"
#define SQL_LESS_AS_IS(x) " - coalesce(d." x ", 0)"
#define SQL_TWICE(by, filter) \
    "(SELECT " by "sum(c.cost - c.one) AS cost, sum(c.measured - c.one_measured) AS measured FROM" \
    " (SELECT " by "sum(c.openai_cout_actuel_mois) AS cost, max(c.openai_cout_actuel_mois) AS one," \
    " sum(c.openai_cout_actuel_mois) FILTER (WHERE c.openai_limite_cout_mois > 0) AS measured," \
    " max(c.openai_cout_actuel_mois) FILTER (WHERE c.openai_limite_cout_mois > 0) AS one_measured" \
    " FROM vigie.figure f JOIN public.openai_connexion c ON c.openai_connexion_id = f.connexion_id" \
    " WHERE f.cost_shared > 1 AND f.cost_source = 'openai' AND " filter \
    " AND c.openai_cout_actuel_mois BETWEEN -1e18 AND 1e18" \
    " GROUP BY " by "c.openai_project_id) c"

/* The bound is on rows looked at, so that it holds whatever the policies cost per row; cut tells
 * that it was reached, elapsed the server's milliseconds. Without a bound PostgreSQL can work in
 * parallel. */
#define SQL_BOUND " LIMIT $1 + 1"
#define SQL_SUM_ROWS(from, filter, bound) \
    "SELECT c.organisation_id, c.openai_actif, c.openai_statut_connexion," \
    " c.openai_usage_quotidien, c.openai_limite_quotidienne, c.openai_cout_actuel_mois," \
    " c.openai_limite_cout_mois, (true" filter ") AS fits" \
    " FROM " from " WHERE " SQL_IN_ORGANISATION bound
#define SQL_SUM_ALL(filter, bound) SQL_SUM_ROWS("public.openai_connexion c", filter, bound)
#define SQL_TOTALS_OF(names, rows, less, also) \
    names "SELECT " SQL_FIGURES(SQL_ADDED, less) \
    ", count(*) FILTER (WHERE t.connexions > 0) AS organisations" \
    ", coalesce(sum(t.looked_at), 0) > $1::bigint AS cut" \
    ", (extract(epoch FROM clock_timestamp() - statement_timestamp()) * 1000)::integer AS elapsed" \
    " FROM (SELECT c.organisation_id, count(*) AS looked_at, " SQL_SUMS("c.fits") \
    " FROM (" rows ") c" \
    " GROUP BY c.organisation_id) t" also
#define SQL_TOTALS(names, filter, bound) \
    SQL_TOTALS_OF(names, SQL_SUM_ALL(filter, bound), SQL_LESS_NONE, "")
#define SQL_TOTALS_ONCE_OF(names, filter, rows) \
    SQL_TOTALS_OF(names, rows, SQL_LESS_ADDED, \
                  " CROSS JOIN " SQL_TWICE("", SQL_IN_ORGANISATION filter) ") d")
#define SQL_TOTALS_ONCE(names, filter, bound) \
    SQL_TOTALS_ONCE_OF(names, filter, SQL_SUM_ALL(filter, bound))
/* Over what vigie.search found; by the filter when that was too much. */
#define SQL_TOTALS_FOUND(args) \
    SQL_TOTALS_ONCE_OF(SQL_NAMES ", " args(SQL_FOUND), args(SQL_FILTER), \
                       "(" SQL_SUM_ROWS(SQL_IF_FOUND, args(SQL_FILTER_REST), "") ") UNION ALL (" \
                       SQL_SUM_ALL(args(SQL_FILTER), SQL_UNLESS_FOUND SQL_BOUND) ")")

/* $1 organisation or NULL. */
#define SQL_ONE_ORGANISATION "($1::uuid IS NULL OR c.organisation_id = $1)"
#define SQL_ORGANISATIONS_OF(less, also) \
    "SELECT o.organisation_id, " SQL_CUT("o.organisation_nom", "300") " AS organisation_nom, " \
    SQL_CUT("o.organisation_statut_compte", "300") " AS statut_compte, " \
    SQL_FIGURES(SQL_AS_IS, less) \
    " FROM public.organisations o LEFT JOIN (SELECT c.organisation_id, " SQL_SUMS("true") \
    " FROM public.openai_connexion c WHERE " SQL_ONE_ORGANISATION \
    " GROUP BY c.organisation_id) t ON t.organisation_id = o.organisation_id" also \
    " WHERE ($1 IS NULL OR o.organisation_id = $1) ORDER BY o.organisation_nom, o.organisation_id"
#define SQL_ORGANISATIONS SQL_ORGANISATIONS_OF(SQL_LESS_NONE, "")
#define SQL_ORGANISATIONS_ONCE \
    SQL_ORGANISATIONS_OF(SQL_LESS_AS_IS, \
                         " LEFT JOIN " SQL_TWICE("c.organisation_id, ", SQL_ONE_ORGANISATION) \
                         " GROUP BY c.organisation_id) d ON d.organisation_id = o.organisation_id")

/* $1 id. */
#define SQL_SHEET(client) \
    "SELECT " SQL_ROW("65536") " FROM public.openai_connexion c" SQL_JOINED(client) \
    " WHERE c.openai_connexion_id = $1::uuid"

/* clang-format on */

#endif
