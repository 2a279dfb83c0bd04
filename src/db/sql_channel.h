#ifndef VIGIE_DB_SQL_CHANNEL_H
#define VIGIE_DB_SQL_CHANNEL_H

#include "db/sql_alert.h"

/* A line of SQL is a line here. */
/* clang-format off */

/* What row_channel reads: c of the type vigie.channel. */
#define SQL_CHANNEL(c) \
    c ".channel_id AS channel_id, " c ".name AS channel_name, " c ".kind AS channel_kind, " c ".organisation_id AS channel_organisation," \
    " left(" c ".target, 253) AS target, " c ".gravity AS least, array_to_string(" c ".kinds, ',') AS kinds, " c ".by_admin AS by_admin," \
    " " c ".made_by AS made_by, " c ".failures AS failures, " SQL_EPOCH(c ".rest_until") " AS rest_until, " \
    SQL_EPOCH(c ".answered_at") " AS answered_at, " c ".answer AS answer"

#define SQL_CHANNELS \
    "SELECT " SQL_CHANNEL("(l.channel)") ", l.organisation_nom AS channel_of, l.programs, l.waiting, l.delivered, l.given_up, " \
    SQL_EPOCH("l.oldest") " AS oldest, l.last_error FROM vigie.channels() l"

/* $1 name or id, $2 own key. */
#define SQL_CHANNEL_OPEN \
    "SELECT " SQL_CHANNEL("(l.channel)") ", l.name AS channel_of, encode(l.sealed, 'hex') AS sealed" \
    " FROM vigie.open_channel($1::text, decode($2::text, 'hex')) l"

/* $1 owner, $2 own key, $3 whether mail can be sent, $4 how many, $5 seconds. */
#define SQL_OUTBOX_LEASE \
    "SELECT l.outbox_id, l.attempts, encode(l.sealed, 'hex') AS sealed, " SQL_CHANNEL("(l.channel)") ", " \
    SQL_ALERT("(l.alert)") ", NULL AS status, l.organisation_nom AS organisation_nom, (l.alert).subject AS subject" \
    " FROM vigie.lease_outbox($1::text, decode($2::text, 'hex'), $3::boolean, $4::integer, $5::integer) l"

/* $1 own key. */
#define SQL_CHANNEL_COPIES \
    "SELECT l.channel_id AS account_id, l.name, encode(l.sealed, 'hex') AS sealed, encode(l.recipient, 'hex') AS recipient" \
    " FROM vigie.channel_copies_missing(decode($1::text, 'hex')) l"

/* clang-format on */

#endif
