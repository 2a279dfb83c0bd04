#ifndef VIGIE_CLI_JSON_HEALTH_H
#define VIGIE_CLI_JSON_HEALTH_H

#include "db/q_cost.h"
#include "model/health.h"

#include <json-c/json.h>

/* What is known by probes and accounts as JSON, by the rules of cli/json.h; NULL gives null. */
struct json_object *json_health(const struct health *h);
struct json_object *json_host(const struct host_health *host);
struct json_object *json_probe_evidence(const struct evidence *v);
struct json_object *json_figures(const struct figures *f);
/* With what no project carries of it, from the same list. */
struct json_object *json_account(const struct account_known *a, const struct account_list *all);
/* "good", "own", "keep", "shared": whose matter a verdict is. */
struct json_object *json_effect(enum verdict verdict);

#endif
