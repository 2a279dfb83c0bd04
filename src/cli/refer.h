#ifndef VIGIE_CLI_REFER_H
#define VIGIE_CLI_REFER_H

#include "cli/assign.h"
#include "cli/edits.h"

/* What the database knows about values: names of organisations and clients become their ids, and
 * reality is held against what is typed. */

/* Turns names in the REFERENCE fields into ids, in place. organisation and type are those that the
 * client is looked for in, unless the fields say others; "" when not known. ERR_NOT_FOUND,
 * ERR_USAGE. */
int refer_names(struct edits *e, struct assign *a, const char *organisation, const char *type);

/* What reality says to the draft of one row (row NULL: a new one), kept for checks of its fields.
 */
struct refer {
    struct field_facts facts;
    const char **models;
    void *choices; /* owned: what models borrow from */
};
/* Only what the fields touched need is asked. Failing to know is no failure. */
void refer_facts(struct refer *r, struct edits *e, const struct draft *d,
                 const struct connexion *row);
void refer_finish(struct refer *r);

/* Checks every touched field with the facts: warnings go to the row that was added last; the first
 * one that is bad drops it and gives 1. */
int refer_check(struct edits *e, const struct draft *d, const struct field_facts *facts);

#endif
