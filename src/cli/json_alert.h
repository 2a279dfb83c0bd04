#ifndef VIGIE_CLI_JSON_ALERT_H
#define VIGIE_CLI_JSON_ALERT_H

#include "model/alert.h"
#include "model/overview.h"

#include <json-c/json.h>

/* Alerts and the board as JSON, by the rules of cli/json.h. */
struct json_object *json_alert(const struct alert *a);
struct json_object *json_alert_counts(const struct alert_counts *counts);
/* {"alerts": …, "organisations": [...]} */
struct json_object *json_overview(const struct overview *o);

#endif
