#ifndef VIGIE_CLI_CHOOSE_H
#define VIGIE_CLI_CHOOSE_H

#include "cli/edits.h"

/* The connexions that a command is about: operands that are ids (see find.h), or all that --filter
 * and --organisation of the command line choose. A filter of the configuration file chooses nothing
 * here. */

/* Whether the options of the command line choose. */
int choose_by_options(const struct cli *cli);

/* visit borrows the row, with its texts in full. ids: the first ids of cli->argv. ERR_USAGE when
 * nothing says which. Rows not found end it. */
typedef int (*choose_visit)(void *arg, const struct connexion *row);
int choose_each(struct edits *e, int ids, choose_visit visit, void *arg);
/* What the options choose; without any, all in sight. ERR_LIMIT when it is more than max. */
int choose_all(struct edits *e, size_t max, choose_visit visit, void *arg);

/* The account of a row, or its id, as a plan names it: scrubbed. */
const char *choose_label(const struct connexion *row);

#endif
