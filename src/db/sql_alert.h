#ifndef VIGIE_DB_SQL_ALERT_H
#define VIGIE_DB_SQL_ALERT_H

#include "db/sql_health.h"

/* A line of SQL is a line here. */
/* clang-format off */

/* What row_alert reads, but status, organisation_nom and subject: a of the type vigie.alert. */
#define SQL_ALERT(a) \
    a ".alert_id AS id, " a ".kind AS kind, " a ".gravity AS gravity," \
    " " a ".connexion_id AS connexion_id, " a ".organisation_id AS organisation_id," \
    " " a ".period AS period, " a ".threshold AS threshold, " a ".permille AS permille," \
    " " a ".value AS value, " a ".limit_value AS limit_value, " a ".currency AS currency, " a ".detail AS detail," \
    " " a ".below AS below, " SQL_EPOCH(a ".raised_at") " AS raised_at, " SQL_EPOCH(a ".over_at") " AS over_at, " \
    SQL_EPOCH(a ".acknowledged_at") " AS acknowledged_at, " SQL_EPOCH(a ".snoozed_until") " AS snoozed_until," \
    " coalesce(" a ".acknowledged_by, " a ".snoozed_by) AS acknowledged_by, " a ".assigned_to AS assigned_to," \
    " " a ".reason AS reason"

/* A page: $1 organisation, $2 connexion, $3 whether everything, $4 after, $5 how many, $6 kind, $7 the least gravity. */
#define SQL_ALERTS \
    "SELECT " SQL_ALERT("(l.alert)") ", l.status AS status, left(l.organisation_nom, 96) AS organisation_nom, left(l.subject, 160) AS subject" \
    " FROM vigie.alerts($1::uuid, $2::uuid, $3::boolean, $4::uuid, $5::integer, $6::text, $7::integer) l"
#define SQL_ALERT_COUNTS "SELECT info, warning, critical, acknowledged, snoozed FROM vigie.alert_counts()"

/* clang-format on */

#endif
