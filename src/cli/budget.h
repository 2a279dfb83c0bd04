#ifndef VIGIE_CLI_BUDGET_H
#define VIGIE_CLI_BUDGET_H

#include "base/str.h"
#include "model/forecast.h"
#include "model/gauge.h"

#include <json-c/json.h>

/* What `vigie budget` knows of one connexion. */
struct budget {
    const struct connexion *row;
    struct gauge gauge;
    const struct figures *sources; /* NULL: not known */
    const struct forecast *forecast;
    const struct reconciliation *figures;
};

/* No source is no figure: a 0 that nobody measured is not shown. */
int budget_is_known(const struct budget *b);

struct json_object *json_budget(const struct budget *b);
/* The discrepancies in words, the worst first, a line each behind a line that names the connexion;
 * nothing when there are none. seen: a flag for each kind, set for those that there are. */
void budget_differences(struct str *out, const struct budget *b, int seen[DISCREPANCY_COUNT]);
/* What the kinds seen mean and what to do, a line each. */
void budget_meanings(struct str *out, const int seen[DISCREPANCY_COUNT]);

#endif
