#ifndef VIGIE_DB_ADOPT_H
#define VIGIE_DB_ADOPT_H

#include "db/session.h"
#include "model/proof.h"

/* Adds the schema vigie to a platform's existing database, as the owner of its table: one
 * transaction, all of it or nothing. The platform's tables, columns, rows, policies, functions and
 * triggers stay as they are; the table of connexions gets the triggers of the journal beside its
 * own. Blocking; command line only. */

enum adopt_step_kind {
    ADOPT_ROLE,     /* the group vigie_operator */
    ADOPT_FILE,     /* a migration that is the console's alone; what is its name */
    ADOPT_TRIGGERS, /* on the table of connexions */
    ADOPT_MEMBER,   /* the role that signs people in joins the group; what is its name */
    ADOPT_STEP_COUNT
};

struct adopt_step {
    enum adopt_step_kind kind;
    const char *what;
    int there; /* nothing to do: it is so already */
};

enum { ADOPT_STEPS_MAX = 64 };

/* What was found and what is to be done. */
struct adopt_plan {
    char database[NAME_TEXT], login[NAME_TEXT], owner[NAME_TEXT];
    char triggers[4 * NAME_TEXT]; /* of the platform, which stay */
    char role[NAME_TEXT];
    int adopted; /* the schema is there already */
    struct adopt_step step[ADOPT_STEPS_MAX];
    int len;
};

/* Looks at the database and makes the plan. ERR_FAILURE with the cure where it cannot be done: no
 * table, not its owner, columns or functions missing, an unfit schema vigie. */
int adopt_plan(const struct conn_spec *spec, const char *role, struct adopt_plan *plan,
               struct err *e);

/* Does it, looking again in the transaction that does. */
int adopt_run(const struct conn_spec *spec, const char *role, struct err *e);

#endif
