#ifndef VIGIE_DB_SQL_LIMIT_H
#define VIGIE_DB_SQL_LIMIT_H

#include "db/sql_health.h"

/* A line of SQL is a line here. */
/* clang-format off */

#define SQL_ENDED(kind) \
    " LEFT JOIN LATERAL (SELECT p.period, p.amount FROM vigie.period p WHERE p.connexion_id = c.openai_connexion_id" \
    " AND p.kind = '" kind "' ORDER BY p.period DESC LIMIT 1)"

/* $1 connexion. What was ever recorded is the sum of the ended months and what counts of the present one. */
#define SQL_LIMITS \
    "SELECT c.openai_connexion_id AS id, array_to_string(l.soft, ',') AS soft, l.hard AS hard, l.on_spend AS on_spend," \
    " l.on_forecast AS on_forecast, l.source AS source, b.cause AS cause, " SQL_EPOCH("b.since") " AS since, " \
    SQL_EPOCH("b.until") " AS until, left(b.by_name, 95) AS by_name, trim_scale(b.value) AS value, trim_scale(b.limit_value) AS limit_value," \
    " to_char(m.period, 'YYYY-MM') AS last_month, trim_scale(m.amount) AS last_cost," \
    " to_char(d.period, 'YYYY-MM-DD') AS last_day, trunc(d.amount)::bigint AS last_use," \
    " trim_scale(ever.amount + coalesce(vigie.present_cost(c.openai_cout_actuel_mois, f.cost_month, f.cost_at, clock_timestamp()), 0))" \
    " AS lifetime" \
    " FROM public.openai_connexion c CROSS JOIN LATERAL vigie.limits_of(c.openai_connexion_id) l" \
    " LEFT JOIN vigie.block b ON b.connexion_id = c.openai_connexion_id" \
    " LEFT JOIN vigie.figure f ON f.connexion_id = c.openai_connexion_id" \
    SQL_ENDED("month") " m ON true" SQL_ENDED("day") " d ON true" SQL_ENDED("ever") " ever ON true" \
    " WHERE c.openai_connexion_id = $1::uuid"

/* $1 organisation. */
#define SQL_LIMITS_ORGANISATION \
    "SELECT o.organisation_id AS id, array_to_string(coalesce(s.soft, '{50,80,95,100}'), ',') AS soft, coalesce(s.hard, 100) AS hard," \
    " coalesce(s.on_spend, true) AS on_spend, coalesce(s.on_forecast, true) AS on_forecast," \
    " CASE WHEN s.soft IS NULL THEN 'default' ELSE 'organisation' END AS source" \
    " FROM public.organisations o LEFT JOIN vigie.limit_setting s ON s.organisation_id = o.organisation_id" \
    " WHERE o.organisation_id = $1::uuid"

/* clang-format on */

#endif
