#ifndef VIGIE_CLI_CELL_H
#define VIGIE_CLI_CELL_H

#include "base/str.h"
#include "cli/print.h"
#include "model/connexion.h"
#include "model/health.h"

/* What a column of a connexion says to people, translated; "-" for SQL's NULL. now is the present
 * instant. */
void cell_text(struct str *out, const struct connexion *c, enum column column, int64_t now);

/* The same with all that is known, for a sheet: exact amounts, ids beside names, dates beside ages,
 * bars, and where the figures come from (NULL: not known). */
void cell_full(struct str *out, const struct connexion *c, enum column column,
               const struct figures *figures, int64_t now, int ascii);

enum print_role cell_role(const struct connexion *c, enum column column, int64_t now);

enum { CELL_TEXT_MAX = 64 * 1024 };

#endif
