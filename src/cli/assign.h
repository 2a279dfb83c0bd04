#ifndef VIGIE_CLI_ASSIGN_H
#define VIGIE_CLI_ASSIGN_H

#include "cli/cli.h"
#include "model/draft.h"

/* What a person wants fields to hold, from operands "FIELD=VALUE"; "none" is SQL's NULL. The key
 * never stands in an operand: it comes from --key-file or --key-command. */
struct assign {
    int set[FIELD_COUNT];
    char *text[FIELD_COUNT]; /* as typed; NULL is SQL's NULL; the key is wiped */
};

/* Whether an operand looks like FIELD=VALUE and not like a connection ("dbname=x"). */
int assign_is(const char *word);

/* Reads the operands from index first on and the key of the options. ERR_USAGE names the field that
 * is unknown or the value that cannot be taken; assign_finish in any case. */
int assign_read(struct assign *a, struct cli *cli, int first);
void assign_finish(struct assign *a);

/* Whether a key is offered by the options. */
int assign_has_key(const struct cli *cli);
/* Reads it (asking on the terminal when ask is set and no option says where it is). */
int assign_key(struct assign *a, struct cli *cli, int ask);

int assign_fields(const struct assign *a);
/* Puts the values into a draft. */
void assign_apply(const struct assign *a, struct draft *d);

#endif
