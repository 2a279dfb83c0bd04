#ifndef VIGIE_DB_SQL_HEALTH_H
#define VIGIE_DB_SQL_HEALTH_H

#include "db/sql.h"

/* A line of SQL is a line here. */
/* clang-format off */

/* UTC seconds, NULL for what is infinite. */
#define SQL_EPOCH(x) "CASE WHEN isfinite(" x ") THEN floor(extract(epoch FROM " x "))::bigint END"

/* What row_evidence reads (db/row_health.h): v of the type vigie.evidence. */
#define SQL_EVIDENCE(v) \
    "(" v ").http AS http, (" v ").curl AS curl, (" v ").code AS code, (" v ").request_id AS request_id," \
    " (" v ").message AS message, (" v ").host AS evidence_host, (" v ").dns_ms AS dns_ms," \
    " (" v ").connect_ms AS connect_ms, (" v ").tls_ms AS tls_ms, (" v ").first_ms AS first_ms," \
    " (" v ").total_ms AS total_ms, (" v ").retry_after_s AS retry_after_s"

/* What row_health reads: p of the type vigie.probe. */
#define SQL_HEALTH(p) \
    p ".connexion_id AS connexion_id, " p ".verdict AS verdict, " SQL_EPOCH(p ".since") " AS since, " \
    p ".candidate AS candidate, " p ".failures AS failures, " p ".calm AS calm, " \
    SQL_EPOCH(p ".checked_at") " AS checked_at, " SQL_EPOCH(p ".next_at") " AS next_at, " \
    "array_to_string(" p ".latencies, ',') AS latencies, " p ".models AS missing, " \
    "CASE WHEN " p ".lease_until > now() THEN " p ".lease_owner END AS owner, " \
    SQL_EVIDENCE(p ".evidence")

/* Leased work. The key is cut one byte past what the program takes: longer is not a key. */
#define SQL_WORK(function) \
    "SELECT " SQL_HEALTH("(l.probe)") ", left(l.api_key, 512) AS api_key, left(l.base_url, 1024) AS base_url," \
    " left(l.openai_organisation, 96) AS openai_organisation, left(l.project, 96) AS project," \
    " l.statut AS statut, left(l.modeles, 8192) AS modeles FROM " function " l"

/* How far away on the server's clock: the program's may differ. */
#define SQL_NEXT_DUE \
    "SELECT CASE WHEN isfinite(d) THEN ceil(extract(epoch FROM d - now()))::bigint END AS due_s" \
    " FROM vigie.next_due($1::text) d"

/* A program that stopped telling of a host leaves its word behind: an hour later it is no news. */
#define SQL_HOSTS \
    "SELECT DISTINCT ON (h.host) h.host AS host, h.verdict AS verdict, " SQL_EPOCH("h.since") " AS since," \
    " h.failing AS failing, " SQL_EVIDENCE("h.evidence") " FROM vigie.host h" \
    " WHERE h.recorded_at > now() - interval '1 hour' ORDER BY h.host, h.recorded_at DESC LIMIT 100"

/* Where the figures of one connexion come from, and its project's costs per day in the same
 * currency: this UTC month and the one before. $1 id. */
#define SQL_UTC "(now() AT TIME ZONE 'UTC')"
#define SQL_SOURCES \
    "SELECT f.cost_source AS cost_source, " SQL_EPOCH("f.cost_at") " AS cost_at, f.cost_shared AS cost_shared," \
    " f.use_source AS use_source, " SQL_EPOCH("f.use_at") " AS use_at," \
    " f.use_clamped AND f.use_day = " SQL_UTC "::date AS use_clamped, f.cost_currency AS currency, a.name AS account," \
    " (SELECT nullif(trim_scale(sum(d.amount)), 0) FROM vigie.cost_day d WHERE d.account_id = f.cost_account" \
    " AND d.project = '' AND d.currency = f.cost_currency AND d.day >= date_trunc('month', " SQL_UTC ")) AS unattributed" \
    " FROM vigie.figure f LEFT JOIN vigie.account a ON a.account_id = f.cost_account WHERE f.connexion_id = $1::uuid"
#define SQL_COST_OF_PROJECT \
    " FROM vigie.figure f" \
    " JOIN public.openai_connexion c ON c.openai_connexion_id = f.connexion_id" \
    " JOIN vigie.cost_day d ON d.account_id = f.cost_account AND d.project = c.openai_project_id" \
    " AND d.currency = f.cost_currency WHERE f.connexion_id = $1::uuid AND d.project <> ''" \
    " AND d.day >= date_trunc('month', " SQL_UTC ") - interval '1 month'"
/* permille: of the month's largest day, for the height of a bar. */
#define SQL_COST_DAYS \
    "SELECT to_char(t.day, 'YYYY-MM-DD') AS day, t.amount AS amount, CASE WHEN t.amount < 0 THEN -1" \
    " ELSE coalesce(trunc(t.amount * 1000 / nullif(greatest(max(t.amount) OVER (PARTITION BY date_trunc('month', t.day)), 0), 0)), 0)" \
    " END::integer AS permille FROM (SELECT d.day AS day, trim_scale(sum(d.amount)) AS amount" SQL_COST_OF_PROJECT \
    " GROUP BY d.day) t ORDER BY t.day LIMIT 62"
#define SQL_COST_MONTHS \
    "SELECT to_char(d.day, 'YYYY-MM') AS month, trim_scale(sum(d.amount)) AS amount" SQL_COST_OF_PROJECT \
    " GROUP BY 1 ORDER BY 1 LIMIT 2"

/* What read_account reads (db/q_account.c): a of the type vigie.account. Recipients who are no
 * administrators any more are not missed. */
#define SQL_ACCOUNT(a, sealed) \
    "SELECT " a ".account_id AS account_id, " a ".name AS name, " a ".base_url AS base_url, " a ".by_key AS by_key, " \
    SQL_EPOCH(a ".by_key_refused_at") " AS by_key_refused_at, " SQL_EPOCH(a ".costs_at") " AS costs_at, " \
    SQL_EPOCH(a ".usage_at") " AS usage_at, " SQL_EPOCH(a ".failed_at") " AS failed_at, " a ".verdict AS verdict, " SQL_EVIDENCE(a ".evidence") "," \
    " encode(" sealed ", 'hex') AS sealed, (SELECT count(*) FROM vigie.recipient r" \
    " WHERE public.is_admin_presenca(r.user_id) AND NOT EXISTS (SELECT FROM vigie.sealed_key k" \
    " WHERE k.account_id = " a ".account_id AND k.recipient = r.public_key)) AS missing"
#define SQL_ACCOUNTS \
    SQL_ACCOUNT("a", "s.sealed") " FROM vigie.account a LEFT JOIN vigie.sealed_key s" \
    " ON s.account_id = a.account_id AND s.recipient = decode($1::text, 'hex') ORDER BY a.name"
#define SQL_ACCOUNTS_LEASE \
    SQL_ACCOUNT("(l.account)", "l.sealed") \
    " FROM vigie.lease_accounts($1::text, decode($2::text, 'hex'), $3::integer, $4::integer) l"
#define SQL_UNATTRIBUTED \
    "SELECT a.name AS name, d.currency AS currency, trim_scale(sum(d.amount)) AS amount FROM vigie.cost_day d" \
    " JOIN vigie.account a ON a.account_id = d.account_id WHERE d.project = ''" \
    " AND d.day >= date_trunc('month', " SQL_UTC ") GROUP BY a.name, d.currency ORDER BY 1, 2 LIMIT 1000"

/* OpenAI organisations that connexions in sight name and that no admin key tells of, neither under
 * this name nor another. */
#define SQL_KEYLESS \
    "SELECT left(c.openai_organisation_id, 95) AS name, count(*) AS connexions FROM public.openai_connexion c" \
    " LEFT JOIN vigie.figure f ON f.connexion_id = c.openai_connexion_id WHERE c.openai_organisation_id <> ''" \
    " AND NOT EXISTS (SELECT FROM vigie.account a WHERE a.name = c.openai_organisation_id)" \
    " GROUP BY c.openai_organisation_id HAVING count(f.cost_account) = 0 ORDER BY 1 LIMIT 500"

/* Who lacks a copy of a key that is sealed to $1 too: a row for each. */
#define SQL_COPIES_MISSING \
    "SELECT a.account_id AS account_id, a.name AS name, encode(k.sealed, 'hex') AS sealed," \
    " encode(r.public_key, 'hex') AS recipient FROM vigie.sealed_key k JOIN vigie.account a ON a.account_id = k.account_id" \
    " JOIN vigie.recipient r ON public.is_admin_presenca(r.user_id) AND NOT EXISTS (SELECT FROM vigie.sealed_key o" \
    " WHERE o.account_id = k.account_id AND o.recipient = r.public_key)" \
    " WHERE k.recipient = decode($1::text, 'hex') ORDER BY a.name, r.added_at, r.public_key LIMIT 200"

/* clang-format on */

#endif
