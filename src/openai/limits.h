#ifndef VIGIE_OPENAI_LIMITS_H
#define VIGIE_OPENAI_LIMITS_H

#include "base/err.h"
#include "base/str.h"
#include "model/provider.h"

/* The limits of a project in the Admin API: spend_limit, spend_alerts, rate_limits and
 * model_permissions under /organization/projects/{id}, for an admin key with the scopes
 * api.management.read and api.management.write. */

/* GET /organization/projects/{id}: whether this key's organisation has the project. -1 when it does
 * not fit. */
int limits_project_url(char *out, size_t size, const char *base, const char *project);
/* GET of a part; after is the last id of the page before, "" for the first page. */
int limits_read_url(char *out, size_t size, const char *base, const char *project,
                    enum provider_part part, const char *after);
/* POST or DELETE of a step. */
int limits_write_url(char *out, size_t size, const char *base, const char *project,
                     const struct provider_step *step);
/* What is posted; nothing for STEP_REMOVE. -1 when it does not fit into s. */
int limits_body(struct str *s, const struct provider_step *step, const struct provider_want *want);

/* GET of the project: 1 active, 0 archived, negative (ERR_USAGE) when it is no project. */
int limits_parse_project(const char *body, size_t len, struct err *e);

/* Adds what a page of a part says. 1: another page follows, its cursor is next (LIMITS_CURSOR
 * bytes); 0: that was all; negative when the body is not what OpenAI promises, goes beyond the
 * bounds of provider_seen (ERR_LIMIT), or is a limit in another currency or of another period
 * (ERR_REFUSED). Then nothing of seen may be used. */
enum { LIMITS_CURSOR = PROVIDER_ID };
int limits_parse(enum provider_part part, const char *body, size_t len, struct provider_seen *seen,
                 char next[LIMITS_CURSOR], struct err *e);

/* Forgets what seen holds of a part, before it is read anew, or because OpenAI says there is none
 * (404). */
void limits_forget(enum provider_part part, struct provider_seen *seen);

#endif
