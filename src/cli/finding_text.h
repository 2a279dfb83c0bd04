#ifndef VIGIE_CLI_FINDING_TEXT_H
#define VIGIE_CLI_FINDING_TEXT_H

#include "cli/print.h"
#include "model/finding.h"

#include <json-c/json.h>

/* The doctor's findings for people, the grave ones first, each with the SQL that mends it; and as
 * an array for scripts. */
void findings_print(const struct print *out, const struct findings *f);
struct json_object *json_findings(const struct findings *f);

#endif
