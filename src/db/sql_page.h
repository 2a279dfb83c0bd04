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

/* By any column: key is the value to sort by, anchor the parameter in the key's type, text the key
 * in full as text. */
#define SQL_PAGE(dir, key, anchor, text, also, names, filter, client) \
    names "SELECT " SQL_ROW("300") ", " text " AS key1 FROM (" \
    "SELECT c.openai_connexion_id AS id, " key " AS s FROM public.openai_connexion c" \
    " WHERE " SQL_IN_ORGANISATION also \
    " AND ($3::uuid IS NULL OR " SQL_AFTER_##dir(key, anchor) ")" filter \
    " ORDER BY s " #dir ", id " #dir " LIMIT $1::bigint)" SQL_OF_PAGE(client) \
    " ORDER BY p.s " #dir ", p.id " #dir

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
#define SQL_PAGE_KEY(dir, name, names, filter, client) \
    names "SELECT " SQL_ROW("300") " FROM (" \
    "SELECT c." name " AS id FROM public.openai_connexion c WHERE " SQL_IN_ORGANISATION \
    " AND ($3::uuid IS NULL OR c." name SQL_FROM_##dir "$3)" \
    " AND ($3 IS NULL OR $4::boolean OR c." name " <> $3)" filter \
    " ORDER BY id " #dir " LIMIT $1::bigint)" SQL_OF_PAGE(client) " ORDER BY p.id " #dir

/* By organisation: its name, its id, the account. The organisations are few and come sorted; per
 * organisation the index gives the rows. Without a filter no organisation gives more rows than the
 * page has (SQL_SHORT), so that the walk stops early even where the index is missing; with one the
 * planner chooses. */
#define SQL_OF_ORGANISATION(dir) \
    "SELECT c.openai_connexion_id AS id, c.openai_email_compte AS s3" \
    " FROM public.openai_connexion c WHERE c.organisation_id = g.organisation_id" \
    " AND ($3 IS NULL OR g.organisation_id <> $6" \
    " OR " SQL_AFTER_##dir("c.openai_email_compte", "$7::text") ")"
#define SQL_SHORT(dir) " ORDER BY s3 " #dir ", id " #dir " LIMIT $1"
#define SQL_PAGE_ORGANISATION(dir, name, names, filter, client) \
    names "SELECT " SQL_ROW("300") ", p.s1 AS key1, p.s2::text AS key2, p.s3 AS key3 FROM (" \
    "SELECT x.id, g.organisation_nom AS s1, g.organisation_id AS s2, x.s3 FROM (" \
    "SELECT organisation_id, organisation_nom FROM public.organisations" \
    " WHERE ($2::uuid IS NULL OR organisation_id = $2) AND ($3::uuid IS NULL" \
    " OR (organisation_nom, organisation_id)" SQL_FROM_##dir "($5::text, $6::uuid))" \
    " ORDER BY organisation_nom " #dir ", organisation_id " #dir ") g" \
    " JOIN LATERAL (" SQL_OF_ORGANISATION(dir) filter ") x ON true" \
    " ORDER BY s1 " #dir ", s2 " #dir ", s3 " #dir ", id " #dir " LIMIT $1::bigint)" \
    SQL_OF_PAGE(client) \
    " ORDER BY p.s1 " #dir ", p.s2 " #dir ", p.s3 " #dir ", p.id " #dir

/* clang-format on */

#endif
