#ifndef VIGIE_CLI_PROVIDE_H
#define VIGIE_CLI_PROVIDE_H

#include "cli/cli.h"
#include "model/provider.h"

#include <json-c/json.h>

/* Limits at OpenAI from the command line: one project after the other, waiting for each. */
struct provide;

/* Opens the key pair and what asks OpenAI; session is borrowed. ERR_USAGE, ERR_SYSTEM. */
int provide_create(struct provide **out, struct cli *cli, struct session *session,
                   const char *login);
void provide_destroy(struct provide *p); /* accepts NULL */

/* Looks at one connexion's project, or applies shown to it. *out is a plan (which may only tell why
 * there is none), or NULL with the error of the database. */
int provide_run(struct provide *p, const char *connexion, const struct provider_plan *shown,
                struct provider_plan **out);

/* A plan for people, and for scripts. label: the connexion. */
void provide_print(const struct provider_plan *plan, const char *label);
struct json_object *provide_json(const struct provider_plan *plan, const char *label);

#endif
