#ifndef VIGIE_DB_SQL_PAGE_H
#define VIGIE_DB_SQL_PAGE_H

#include "db/sql.h"

/* A line of SQL is a line here. */
/* clang-format off */

/* The statements of a page: $1 rows at most, $2 organisation or NULL, $3 id of the anchor or NULL
 * for the edge, $4 whether the anchor's row counts, then the anchor's key, then the filter. First
 * the page is found by its narrow key alone, so that the order can come from an index or a small
 * heap; then its few rows are joined to their values. */

#define SQL_IN_ORGANISATION "($2::uuid IS NULL OR c.organisation_id = $2)"

/* Rows after the anchor in an order whose NULLs come last ascending and first descending. */
#define SQL_TIE(cmp) \
    "(c.openai_connexion_id " cmp " $3 OR ($4::boolean AND c.openai_connexion_id = $3))"
#define SQL_AFTER_ASC(key, anchor) \
    "CASE WHEN " anchor " IS NOT NULL" \
    " THEN " key " > " anchor " OR (" key " = " anchor " AND " SQL_TIE(">") ") OR " key " IS NULL" \
    " ELSE " key " IS NULL AND " SQL_TIE(">") " END"
#define SQL_AFTER_DESC(key, anchor) \
    "CASE WHEN " anchor " IS NOT NULL" \
    " THEN " key " < " anchor " OR (" key " = " anchor " AND " SQL_TIE("<") ")" \
    " ELSE " key " IS NOT NULL OR " SQL_TIE("<") " END"
#define SQL_FROM_ASC " >= "
#define SQL_FROM_DESC " <= "

#define SQL_OF_PAGE(client) \
    " p JOIN public.openai_connexion c ON c.openai_connexion_id = p.id" SQL_JOINED(client)

/* The ways to the rows of a page, of the macro lines(from, filter, ...), which is the query of an
 * order. Plain; by a filter, whose parameters are args(f); or among what vigie.search found, and by
 * the filter only when that was too much: one of the two halves costs nothing. */
#define SQL_WAY_PLAIN(order, args, lines, ...) lines(ALONE, "", __VA_ARGS__)
#define SQL_WAY_FILTERED(order, args, lines, ...) lines(ROWS, args(SQL_FILTER), __VA_ARGS__)
#define SQL_WAY_FOUND(order, args, lines, ...) \
    "(" lines(FOUND, args(SQL_FILTER_REST), __VA_ARGS__) ") UNION ALL (" \
    lines(ROWS, SQL_UNLESS_FOUND args(SQL_FILTER), __VA_ARGS__) ") ORDER BY " order \
    " LIMIT $1::bigint"
#define SQL_C_ALONE "public.openai_connexion c"
#define SQL_C_ROWS "public.openai_connexion c"
#define SQL_C_FOUND SQL_IF_FOUND

/* By any column: key is the value to sort by, anchor the parameter in the key's type, text the key
 * in full as text. */
#define SQL_LINES(from, filter, dir, key, anchor, also) \
    "SELECT c.openai_connexion_id AS id, " key " AS s FROM " SQL_C_##from \
    " WHERE " SQL_IN_ORGANISATION also \
    " AND ($3::uuid IS NULL OR " SQL_AFTER_##dir(key, anchor) ")" filter \
    " ORDER BY s " #dir ", id " #dir " LIMIT $1::bigint"
#define SQL_OF_LINES(dir, text, names, client, lines) \
    names "SELECT " SQL_ROW("300") ", " text " AS key1 FROM (" lines ")" SQL_OF_PAGE(client) \
    " ORDER BY p.s " #dir ", p.id " #dir
#define SQL_PAGE(dir, key, anchor, text, also, way, names, args, client) \
    SQL_OF_LINES(dir, text, names, client, \
                 SQL_WAY_##way("s " #dir ", id " #dir, args, SQL_LINES, dir, key, anchor, also))

#define SQL_PAGE_UUID(dir, name, ...) \
    SQL_PAGE(dir, "c." name, "$5::uuid", "p.s::text", "", __VA_ARGS__)
#define SQL_PAGE_TEXT(dir, name, ...) \
    SQL_PAGE(dir, "c." name, "$5::text", "p.s", "", __VA_ARGS__)
#define SQL_PAGE_BOOL(dir, name, ...) \
    SQL_PAGE(dir, "c." name, "$5::boolean", "p.s::text", "", __VA_ARGS__)
#define SQL_PAGE_INT(dir, name, ...) \
    SQL_PAGE(dir, "c." name, "$5::integer", "p.s::text", "", __VA_ARGS__)
#define SQL_PAGE_MONEY(dir, name, ...) \
    SQL_PAGE(dir, "c." name, "$5::numeric", "p.s::text", "", __VA_ARGS__)
#define SQL_PAGE_TIME(dir, name, ...) \
    SQL_PAGE(dir, "c." name, "($5::timestamp AT TIME ZONE 'UTC')", \
             "(p.s AT TIME ZONE 'UTC')::text", "", __VA_ARGS__)
#define SQL_PAGE_LIST(dir, name, ...) \
    SQL_PAGE(dir, "left(c." name "::text, 300)", "$5::text", "p.s", "", __VA_ARGS__)
#define SQL_PAGE_JSON SQL_PAGE_LIST

/* A column that is indexed and never NULL: the bound starts the scan of its index at the anchor. */
#define SQL_PAGE_INDEXED(dir, name, ...) \
    SQL_PAGE(dir, "c." name, "$5::uuid", "p.s::text", \
             " AND ($3::uuid IS NULL OR c." name SQL_FROM_##dir "$5::uuid)", __VA_ARGS__)

/* By the primary key: the anchor's id is the whole key. */
#define SQL_KEY_LINES(from, filter, dir, name) \
    "SELECT c." name " AS id FROM " SQL_C_##from " WHERE " SQL_IN_ORGANISATION \
    " AND ($3::uuid IS NULL OR c." name SQL_FROM_##dir "$3)" \
    " AND ($3 IS NULL OR $4::boolean OR c." name " <> $3)" filter \
    " ORDER BY id " #dir " LIMIT $1::bigint"
#define SQL_PAGE_KEY(dir, name, way, names, args, client) \
    names "SELECT " SQL_ROW("300") " FROM (" \
    SQL_WAY_##way("id " #dir, args, SQL_KEY_LINES, dir, name) ")" SQL_OF_PAGE(client) \
    " ORDER BY p.id " #dir

/* By organisation: its name, its id, the account. The organisations are few and come sorted; per
 * organisation the index gives the rows. Without a filter no organisation gives more rows than the
 * page has (SQL_SHORT), so that the walk stops early even where the index is missing; with one the
 * planner chooses. */
#define SQL_AFTER_ORGANISATION(dir) \
    "($3::uuid IS NULL OR (organisation_nom, g.organisation_id)" SQL_FROM_##dir "($5::text, $6::uuid))"
#define SQL_AFTER_ACCOUNT(dir) \
    "($3 IS NULL OR g.organisation_id <> $6" \
    " OR " SQL_AFTER_##dir("c.openai_email_compte", "$7::text") ")"
#define SQL_BY_ORGANISATION(dir) \
    " ORDER BY s1 " #dir ", s2 " #dir ", s3 " #dir ", id " #dir " LIMIT $1::bigint"
#define SQL_EACH_ORGANISATION(dir, filter) \
    "SELECT x.id, g.organisation_nom AS s1, g.organisation_id AS s2, x.s3 FROM (" \
    "SELECT g.organisation_id, g.organisation_nom FROM public.organisations g" \
    " WHERE ($2::uuid IS NULL OR g.organisation_id = $2) AND " SQL_AFTER_ORGANISATION(dir) \
    " ORDER BY organisation_nom " #dir ", organisation_id " #dir ") g" \
    " JOIN LATERAL (SELECT c.openai_connexion_id AS id, c.openai_email_compte AS s3" \
    " FROM public.openai_connexion c WHERE c.organisation_id = g.organisation_id" \
    " AND " SQL_AFTER_ACCOUNT(dir) filter ") x ON true" SQL_BY_ORGANISATION(dir)
#define SQL_SHORT(dir) " ORDER BY s3 " #dir ", id " #dir " LIMIT $1"
#define SQL_ORGANISATION_ALONE(filter, dir) SQL_EACH_ORGANISATION(dir, SQL_SHORT(dir))
#define SQL_ORGANISATION_ROWS(filter, dir) SQL_EACH_ORGANISATION(dir, filter)
#define SQL_ORGANISATION_FOUND(filter, dir) \
    "SELECT c.openai_connexion_id AS id, g.organisation_nom AS s1, g.organisation_id AS s2," \
    " c.openai_email_compte AS s3 FROM " SQL_IF_FOUND \
    " JOIN public.organisations g ON g.organisation_id = c.organisation_id" \
    " WHERE " SQL_IN_ORGANISATION " AND " SQL_AFTER_ORGANISATION(dir) \
    " AND " SQL_AFTER_ACCOUNT(dir) filter SQL_BY_ORGANISATION(dir)
#define SQL_ORGANISATION_LINES(from, filter, dir) SQL_ORGANISATION_##from(filter, dir)
#define SQL_PAGE_ORGANISATION(dir, name, way, names, args, client) \
    names "SELECT " SQL_ROW("300") ", p.s1 AS key1, p.s2::text AS key2, p.s3 AS key3 FROM (" \
    SQL_WAY_##way("s1 " #dir ", s2 " #dir ", s3 " #dir ", id " #dir, args, \
                  SQL_ORGANISATION_LINES, dir) ")" SQL_OF_PAGE(client) \
    " ORDER BY p.s1 " #dir ", p.s2 " #dir ", p.s3 " #dir ", p.id " #dir

/* By what is used of a limit: its per mille, which the gauge shows. Rows without one come last in
 * both orders, so that each has its own key: TOP, the most first, and LOW, the least first. */
#define SQL_NEVER "2147483647"
#define SQL_PAGE_LOW(dir, ratio, ...) \
    SQL_PAGE(dir, "coalesce((" ratio ")::integer, " SQL_NEVER ")", "$5::integer", "p.s::text", "", \
             __VA_ARGS__)
#define SQL_PAGE_TOP(dir, ratio, ...) \
    SQL_PAGE(dir, "coalesce((" ratio ")::integer, -1)", "$5::integer", "p.s::text", "", __VA_ARGS__)

/* The same read from vigie.rank, which has -1 for rows without a limit. */
#define SQL_R_ALONE "vigie.rank r"
#define SQL_R_ROWS \
    "vigie.rank r JOIN public.openai_connexion c ON c.openai_connexion_id = r.connexion_id"
#define SQL_R_FOUND SQL_IF_FOUND " JOIN vigie.rank r ON r.connexion_id = u.id"
#define SQL_RANKED(from, filter, dir, kind, value, also, order) \
    "SELECT r.connexion_id AS id, " value " AS s FROM " SQL_R_##from " WHERE r.kind = '" kind "'" \
    " AND ($2::uuid IS NULL OR r.organisation_id = $2) AND " also \
    " AND ($3::uuid IS NULL OR $4::boolean OR r.connexion_id <> $3)" filter \
    " ORDER BY " order "r.connexion_id " #dir " LIMIT $1::bigint"
#define SQL_RANK_AFTER(dir) \
    "($3::uuid IS NULL OR (r.permille, r.connexion_id)" SQL_FROM_##dir "($5::integer, $3))"
#define SQL_RANK_TOP(from, filter, dir, kind) \
    SQL_RANKED(from, filter, dir, kind, "r.permille", SQL_RANK_AFTER(dir), "r.permille " #dir ", ")
/* The least first is two parts of the index one after the other, the second read only if need be. */
#define SQL_RANK_SOME(from, filter, dir, kind, also) \
    SQL_RANKED(from, filter, dir, kind, "r.permille", "r.permille >= 0 AND " SQL_RANK_AFTER(dir) also, \
               "r.permille " #dir ", ")
#define SQL_RANK_NONE_ASC "$5::integer < " SQL_NEVER " OR r.connexion_id >= $3"
#define SQL_RANK_NONE_DESC "$5::integer = " SQL_NEVER " AND r.connexion_id <= $3"
#define SQL_RANK_NONE(from, filter, dir, kind, also) \
    SQL_RANKED(from, filter, dir, kind, SQL_NEVER, \
               "r.permille = -1 AND ($3::uuid IS NULL OR " SQL_RANK_NONE_##dir ")" also, "")
#define SQL_RANK_PARTS(one, other, dir) \
    "WITH part AS MATERIALIZED (" one ") SELECT part.id, part.s FROM part UNION ALL (" other ")" \
    " ORDER BY s " #dir ", id " #dir " LIMIT $1::bigint"
#define SQL_RANK_FEW " AND (SELECT count(*) < $1::bigint FROM part)"
#define SQL_RANK_LOW_ASC(from, filter, dir, kind) \
    SQL_RANK_PARTS(SQL_RANK_SOME(from, filter, dir, kind, ""), \
                   SQL_RANK_NONE(from, filter, dir, kind, SQL_RANK_FEW), dir)
#define SQL_RANK_LOW_DESC(from, filter, dir, kind) \
    SQL_RANK_PARTS(SQL_RANK_NONE(from, filter, dir, kind, ""), \
                   SQL_RANK_SOME(from, filter, dir, kind, SQL_RANK_FEW), dir)
#define SQL_RANK_LOW(from, filter, dir, kind) SQL_RANK_LOW_##dir(from, filter, dir, kind)
#define SQL_PAGE_RANKED(dir, lines, kind, way, names, args, client) \
    SQL_OF_LINES(dir, "p.s::text", names, client, \
                 SQL_WAY_##way("s " #dir ", id " #dir, args, lines, dir, kind))
#define SQL_PAGE_RANKED_TOP(dir, kind, ...) SQL_PAGE_RANKED(dir, SQL_RANK_TOP, kind, __VA_ARGS__)
#define SQL_PAGE_RANKED_LOW(dir, kind, ...) SQL_PAGE_RANKED(dir, SQL_RANK_LOW, kind, __VA_ARGS__)

/* clang-format on */

#endif
