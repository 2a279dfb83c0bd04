#ifndef VIGIE_DB_SQL_FORECAST_H
#define VIGIE_DB_SQL_FORECAST_H

#include "db/sql_health.h"

/* A line of SQL is a line here. */
/* clang-format off */

/* $1 identifiers. */
#define SQL_FORECASTS \
    "SELECT f.connexion_id AS connexion_id, f.basis AS basis, f.rate AS rate, f.month_end AS month_end, f.currency AS currency," \
    " f.permille AS permille, " SQL_EPOCH("f.exhausted_at") " AS exhausted_at, f.days AS days" \
    " FROM vigie.forecasts_of($1::uuid[], clock_timestamp()) f"
#define SQL_SOURCES_OF \
    "SELECT s.connexion_id AS connexion_id, s.costs AS costs, s.costs_currency AS costs_currency, " SQL_EPOCH("s.costs_at") " AS costs_at," \
    " s.usage AS usage, " SQL_EPOCH("s.usage_at") " AS usage_at, s.counted_cost AS counted_cost, s.counted_use AS counted_use, " \
    SQL_EPOCH("s.counted_at") " AS counted_at, s.table_cost AS table_cost, s.table_use AS table_use" \
    " FROM vigie.sources_of($1::uuid[], clock_timestamp()) s"
#define SQL_RECONCILE \
    "SELECT r.connexion_id AS connexion_id, r.kind AS kind, r.period AS period, r.one AS one, r.other AS other," \
    " r.difference AS difference, r.permille AS permille FROM vigie.reconcile_of($1::uuid[], clock_timestamp()) r"
/* $1 identifiers, $2 per cent, $3 on the forecast, $4 months. */
#define SQL_BACKTEST \
    "SELECT b.connexion_id AS connexion_id, to_char(b.period, 'YYYY-MM') AS month, to_char(b.fired_on, 'YYYY-MM-DD') AS day," \
    " b.value AS value, b.limit_value AS limit_value, b.currency AS currency, left(c.openai_email_compte, 95) AS account" \
    " FROM vigie.backtest_of($1::uuid[], $2::integer, $3::boolean, $4::integer, clock_timestamp()) b" \
    " JOIN public.openai_connexion c ON c.openai_connexion_id = b.connexion_id"

/* clang-format on */

#endif
