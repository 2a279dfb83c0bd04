#ifndef VIGIE_DB_SQL_H
#define VIGIE_DB_SQL_H

/* A line of SQL is a line here. */
/* clang-format off */

/* The parts that statements of stmt.def are made of, as literals that the compiler joins. In all of
 * them c is public.openai_connexion; no part names openai_api_key. A condition of the form
 * ($n IS NULL OR ...) costs nothing: the unnamed statement is planned with its values, which folds
 * it away or leaves an index condition. */

/* Thousandths of a limit, NULL without one. div() is exact; the bounds keep NaN, infinities and
 * absurd values in an integer. */
#define SQL_BUDGET \
    "CASE WHEN c.openai_limite_cout_mois > 0 AND c.openai_cout_actuel_mois IS NOT NULL THEN" \
    " least(div(greatest(least(c.openai_cout_actuel_mois, 1e18), 0) * 1000," \
    " least(c.openai_limite_cout_mois, 1e18)), 9999999) END"
#define SQL_QUOTA \
    "CASE WHEN c.openai_limite_quotidienne > 0 AND c.openai_usage_quotidien IS NOT NULL THEN" \
    " least(greatest(c.openai_usage_quotidien, 0)::bigint * 1000 / c.openai_limite_quotidienne," \
    " 9999999) END"

/* The shape of a row: every column of model/column.def but the secret one, under its own name (a
 * test compares). Text is cut to n characters and one more, which tells that something is missing. */
#define SQL_CUT(expression, n) "left(" expression ", " n " + 1)"
#define SQL_TEXT(name, n) SQL_CUT("c." name, n) " AS " name ", "
#define SQL_CAST(name, n) SQL_CUT("c." name "::text", n) " AS " name ", "
#define SQL_PLAIN(name) "c." name ", "
#define SQL_TIME(name) \
    "CASE WHEN isfinite(c." name ") THEN to_char(c." name " AT TIME ZONE 'UTC'," \
    " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') ELSE c." name "::text END AS " name ", "
#define SQL_ROW(n) \
    SQL_PLAIN("openai_connexion_id") \
    SQL_PLAIN("organisation_id") \
    SQL_TEXT("client_type", n) \
    SQL_PLAIN("client_id") \
    SQL_TEXT("openai_email_compte", n) \
    SQL_TEXT("openai_organisation_id", n) \
    SQL_TEXT("openai_project_id", n) \
    SQL_PLAIN("openai_actif") \
    SQL_TIME("openai_date_activation") \
    SQL_TIME("openai_derniere_synchro") \
    SQL_TEXT("openai_statut_connexion", n) \
    SQL_TEXT("openai_derniere_erreur", n) \
    SQL_PLAIN("openai_limite_quotidienne") \
    SQL_PLAIN("openai_usage_quotidien") \
    SQL_TIME("openai_reset_quota_at") \
    SQL_CAST("openai_modeles_autorises", n) \
    SQL_CAST("openai_cout_actuel_mois", n) \
    SQL_CAST("openai_limite_cout_mois", n) \
    SQL_TIME("openai_created_at") \
    SQL_PLAIN("openai_created_by") \
    SQL_TIME("openai_updated_at") \
    SQL_PLAIN("openai_updated_by") \
    SQL_CAST("openai_audit_log", n) \
    SQL_CAST("openai_ia_extensions", n) \
    SQL_CUT("o.organisation_nom", n) " AS organisation_nom, " \
    SQL_CUT("k.client[1]", n) " AS client_nom, k.client[2] AS client_organisation, " \
    "(" SQL_QUOTA ")::integer AS quota_permille, (" SQL_BUDGET ")::integer AS budget_permille"

/* The tables of clients, named as client_type says: f(table, primary key, name). */
#define SQL_CLIENT_TABLES(f) \
    f("reseau", "reseau_id", "reseau_nom") \
    f("reseau_agence", "reseau_agence_id", "reseau_agence_nom") \
    f("agence_independante", "agence_indep_id", "agence_indep_nom")

/* The client as {name, organisation}: by primary key, else by the table's own client_id; the own
 * organisation's first where that is not unique. */
#define SQL_CLIENT_IN(table, key, name) \
    " WHEN '" table "' THEN coalesce(" \
    "(SELECT ARRAY[k." name ", k.organisation_id::text] FROM public." table " k" \
    " WHERE k." key " = c.client_id)," \
    " (SELECT ARRAY[k." name ", k.organisation_id::text] FROM public." table " k" \
    " WHERE k.client_id = c.client_id ORDER BY k.organisation_id <> c.organisation_id LIMIT 1))"
#define SQL_CLIENT "CASE c.client_type" SQL_CLIENT_TABLES(SQL_CLIENT_IN) " END"
/* Where the tables of clients are not there or not readable. */
#define SQL_NO_CLIENT "NULL::text[]"

/* What belongs to a row of c: o its organisation, k its client. */
#define SQL_JOINED(client) \
    " LEFT JOIN public.organisations o ON o.organisation_id = c.organisation_id" \
    " CROSS JOIN LATERAL (SELECT " client " AS client OFFSET 0) k"

/* The filter language. Names are looked up once, in the small tables, and compared by identifier. */
#define SQL_NAMES_IN(table, key, name) \
    " UNION ALL SELECT '" table "', " key ", " name " FROM public." table \
    " UNION ALL SELECT '" table "', client_id, " name " FROM public." table
#define SQL_NAMES_OF_ORGANISATIONS \
    "SELECT '' AS kind, organisation_id AS id, organisation_nom AS nom FROM public.organisations"
#define SQL_NAMES \
    "WITH names AS (" SQL_NAMES_OF_ORGANISATIONS SQL_CLIENT_TABLES(SQL_NAMES_IN) ") "
#define SQL_FEW_NAMES "WITH names AS (" SQL_NAMES_OF_ORGANISATIONS ") "
#define SQL_ORGANISATION_LIKE(p) \
    "c.organisation_id IN (SELECT id FROM names WHERE kind = '' AND nom ILIKE " p ")"
#define SQL_CLIENT_LIKE(p) \
    "(c.client_type, c.client_id) IN (SELECT kind, id FROM names WHERE nom ILIKE " p ")"
/* lower() LIKE takes half the time of ILIKE; the id is only read for a word that can occur in one. */
#define SQL_WORD(p) \
    " AND (" p "::text IS NULL OR lower(c.openai_email_compte) LIKE lower(" p ")" \
    " OR lower(c.openai_project_id) LIKE lower(" p ")" \
    " OR lower(" p ") ~ '^%[0-9a-f-]*%$' AND c.openai_connexion_id::text LIKE lower(" p ")" \
    " OR " SQL_ORGANISATION_LIKE(p) " OR " SQL_CLIENT_LIKE(p) ")"
#define SQL_RANGE(ratio, min, max) \
    " AND (" min "::integer IS NULL OR " ratio " >= " min ")" \
    " AND (" max "::integer IS NULL OR " ratio " <= " max ")"
/* 13 parameters, in the order of param_filter (db/param.h). */
#define SQL_FILTER_PLAIN(m, s, a, b1, b2, q1, q2) \
    " AND (" m "::text IS NULL" \
    " OR array_to_string(c.openai_modeles_autorises, chr(10)) ILIKE " m ")" \
    " AND (" s "::text[] IS NULL OR c.openai_statut_connexion = ANY (" s "))" \
    " AND (" a "::boolean IS NULL OR c.openai_actif = " a ")" \
    SQL_RANGE("(" SQL_BUDGET ")", b1, b2) SQL_RANGE("(" SQL_QUOTA ")", q1, q2)
#define SQL_FILTER(w1, w2, w3, w4, o, k, m, s, a, b1, b2, q1, q2) \
    SQL_WORD(w1) SQL_WORD(w2) SQL_WORD(w3) SQL_WORD(w4) \
    " AND (" o "::text IS NULL OR " SQL_ORGANISATION_LIKE(o) ")" \
    " AND (" k "::text IS NULL OR " SQL_CLIENT_LIKE(k) ")" \
    SQL_FILTER_PLAIN(m, s, a, b1, b2, q1, q2)
/* The same without the texts, which vigie.search has answered; and how it is asked: the connexions
 * that they are found in, NULL when the rows have to be read. $2 organisation or NULL. */
#define SQL_FILTER_REST(w1, w2, w3, w4, o, k, m, s, a, b1, b2, q1, q2) \
    SQL_FILTER_PLAIN(m, s, a, b1, b2, q1, q2)
#define SQL_FOUND(w1, w2, w3, w4, o, k, m, s, a, b1, b2, q1, q2) \
    "found AS MATERIALIZED (SELECT vigie.search(ARRAY[" w1 ", " w2 ", " w3 ", " w4 ", " o ", " k \
    "]::text[], $2::uuid, 5000) AS ids) "
#define SQL_IF_FOUND "found CROSS JOIN LATERAL unnest(found.ids) u (id)" \
    " JOIN public.openai_connexion c ON c.openai_connexion_id = u.id"
#define SQL_UNLESS_FOUND " AND (SELECT f.ids IS NULL FROM found f)"

/* f with the 13 parameters of the filter, by where they start. */
#define SQL_FROM_3(f) \
    f("$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15")
#define SQL_FROM_5(f) \
    f("$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$16", "$17")
#define SQL_FROM_6(f) \
    f("$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$16", "$17", "$18")
#define SQL_FROM_8(f) \
    f("$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$16", "$17", "$18", "$19", "$20")

/* clang-format on */

#endif
