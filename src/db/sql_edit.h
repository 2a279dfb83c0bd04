#ifndef VIGIE_DB_SQL_EDIT_H
#define VIGIE_DB_SQL_EDIT_H

#include "db/sql.h"

/* A line of SQL is a line here. */
/* clang-format off */

/* What db/edit_read.h reads. */
#define SQL_OUTCOMES \
    "SELECT s.at AS at, s.id AS id, s.outcome AS outcome, s.sqlstate AS sqlstate, s.rule AS rule," \
    " s.columns AS columns, s.message AS message, s.theirs AS theirs"

/* A plan of several parts of which all or nothing is wanted: each part rolls itself back alone, and
 * leaves a mark for the statement at the end, which rolls the others back. */
#define SQL_EDIT_SAVE \
    SQL_OUTCOMES ", CASE WHEN $4::boolean AND s.outcome NOT IN ('saved', 'same')" \
    " THEN set_config('vigie.given_up', 't', true) END AS given_up" \
    " FROM vigie.save($1::uuid, $2::text, $3::json, $4::boolean) s"
#define SQL_EDIT_END \
    "DO $$ BEGIN IF current_setting('vigie.given_up', true) = 't' THEN" \
    " RAISE EXCEPTION 'the plan is given up: not every change can be saved' USING ERRCODE = 'transaction_rollback';" \
    " END IF; END $$"

/* What a batch wrote, whether or not the rows are still there. */
#define SQL_EDIT_ROWS "SELECT DISTINCT j.connexion_id AS id FROM vigie.journal j WHERE j.batch = $1::uuid"

#define SQL_STAMP(x) "to_char(" x " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
#define SQL_SECONDS(x) "floor(extract(epoch FROM " x "))::bigint"

#define SQL_UNDO_STATE \
    "SELECT u.undo AS undo, u.undo_kind AS undo_kind, u.undo_rows AS undo_rows, " SQL_SECONDS("u.undo_at") " AS undo_at," \
    " u.redo AS redo, u.redo_kind AS redo_kind, u.redo_rows AS redo_rows, " SQL_SECONDS("u.redo_at") " AS redo_at" \
    " FROM vigie.undo_state() u"

/* The journal, the newest first: $1 connexion, $2 organisation, $3 pattern of a person, $4 column, $5 batch, $6 since,
 * $7 until, $8 to $10 the entry before this page, $11 how many. */
#define SQL_PERSON_NAMED "coalesce(nullif(concat_ws(' ', u.users_prenom, u.users_nom), ''), u.users_email)"
#define SQL_JOURNAL_LIKE "(j.login LIKE $3 OR lower(j.login) LIKE lower($3) OR j.user_id::text LIKE lower($3)"
#define SQL_JOURNAL(person, named, join) \
    "SELECT j.seq AS seq, j.organisation_id AS organisation_id, left(o.organisation_nom, 200) AS organisation_nom," \
    " j.connexion_id AS connexion_id, left(j.account, 400) AS account, j.action AS action, " SQL_SECONDS("j.at") " AS at, " \
    SQL_STAMP("j.at") " AS at_text, j.user_id AS user_id, " person " AS user_name, j.login AS login, host(j.address) AS address," \
    " left(j.application, 200) AS application, j.batch AS batch, j.kind AS kind, j.before::text AS before, j.after::text AS after" \
    " FROM vigie.journal j LEFT JOIN public.organisations o ON o.organisation_id = j.organisation_id" join \
    " WHERE ($1::uuid IS NULL OR j.connexion_id = $1) AND ($2::uuid IS NULL OR j.organisation_id = $2)" \
    " AND ($3::text IS NULL OR " SQL_JOURNAL_LIKE named "))" \
    " AND ($4::text IS NULL OR j.before ? $4 OR j.after ? $4) AND ($5::uuid IS NULL OR j.batch = $5)" \
    " AND ($6::timestamp IS NULL OR j.at >= $6 AT TIME ZONE 'UTC') AND ($7::timestamp IS NULL OR j.at < $7 AT TIME ZONE 'UTC')" \
    " AND ($8::timestamp IS NULL OR (j.at, j.organisation_id, j.seq) < ($8 AT TIME ZONE 'UTC', $9::uuid, $10::bigint))" \
    " ORDER BY j.at DESC, j.organisation_id DESC, j.seq DESC LIMIT $11::integer"
#define SQL_JOURNAL_PERSON \
    " LEFT JOIN LATERAL (SELECT left(" SQL_PERSON_NAMED ", 200) AS name FROM public.users u" \
    " WHERE u.users_auth_id = j.user_id LIMIT 1) p ON true"

#define SQL_JOURNAL_VERIFY \
    "SELECT v.organisation_id AS organisation_id, left(o.organisation_nom, 200) AS organisation_nom, v.entries AS entries," \
    " v.bad_seq AS bad_seq, v.reason AS reason FROM vigie.journal_verify($1::uuid) v" \
    " LEFT JOIN public.organisations o ON o.organisation_id = v.organisation_id ORDER BY 2, 1 LIMIT 100000"

/* What a form offers: $1 pattern, $2 how many. */
#define SQL_CHOICE_ORGANISATIONS \
    "SELECT o.organisation_id AS value, left(o.organisation_nom, 200) AS title, o.organisation_id AS organisation_id" \
    " FROM public.organisations o WHERE $1::text IS NULL OR o.organisation_nom ILIKE $1" \
    " OR o.organisation_id::text LIKE lower($1) ORDER BY o.organisation_nom, o.organisation_id LIMIT $2::integer"
#define SQL_CHOICE_CLIENT(table, key, name) \
    " UNION ALL SELECT k." key " AS value, k." name " AS title, k.organisation_id AS organisation_id" \
    " FROM public." table " k WHERE $3::text = '" table "'"
#define SQL_CHOICE_CLIENTS \
    "SELECT c.value AS value, left(c.title, 200) AS title, c.organisation_id AS organisation_id FROM (" \
    "SELECT NULL::uuid AS value, NULL::text AS title, NULL::uuid AS organisation_id WHERE false" \
    SQL_CLIENT_TABLES(SQL_CHOICE_CLIENT) ") c WHERE ($4::uuid IS NULL OR c.organisation_id = $4)" \
    " AND ($1::text IS NULL OR c.title ILIKE $1 OR c.value::text LIKE lower($1)) ORDER BY 2, 1 LIMIT $2::integer"
/* Models that the organisation's connexions name: what is known without asking. */
#define SQL_CHOICE_MODELS \
    "SELECT DISTINCT left(m.name, 128) AS value, left(m.name, 128) AS title, NULL::uuid AS organisation_id FROM (" \
    "SELECT c.openai_modeles_autorises AS names FROM public.openai_connexion c" \
    " WHERE ($3::uuid IS NULL OR c.organisation_id = $3) LIMIT 10000) c" \
    " CROSS JOIN LATERAL unnest(c.names) AS m (name) WHERE m.name <> '' AND ($1::text IS NULL OR m.name ILIKE $1)" \
    " ORDER BY 1 LIMIT $2::integer"

/* clang-format on */

#endif
