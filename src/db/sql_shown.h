#ifndef VIGIE_DB_SQL_SHOWN_H
#define VIGIE_DB_SQL_SHOWN_H

#include "db/sql.h"

/* A line of SQL is a line here. */
/* clang-format off */

/* The ids that a filter shows: $1 rows at most, $2 organisation or NULL, then the filter. */
#define SQL_SHOWN(names, filter) \
    names "SELECT c.openai_connexion_id AS id FROM public.openai_connexion c" \
    " WHERE ($2::uuid IS NULL OR c.organisation_id = $2)" filter \
    " ORDER BY c.openai_connexion_id LIMIT $1::bigint"

#endif
