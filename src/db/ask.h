#ifndef VIGIE_DB_ASK_H
#define VIGIE_DB_ASK_H

#include "base/str.h"
#include "db/session.h"

/* What the queries on the console's own tables share. */

/* Nonzero, with e set (ERR_DATABASE), when the session's database has not these tables. */
int ask_refused(const struct session *s, struct err *e);

/* Sends one statement that writes and whose answer does not matter, with as many values as it has
 * parameters; done learns how it went. */
typedef void (*ask_done)(void *arg, struct err *e);
int ask_write(struct session *s, enum stmt stmt, const char *const *values, ask_done done,
              void *arg, struct err *e);

/* The same for what a person changes: it goes out READ ONLY unless the session is armed. */
int ask_edit(struct session *s, enum stmt stmt, const char *const *values, ask_done done, void *arg,
             struct err *e);

/* The text of an array of identifiers, for the caller to finish. */
void ask_ids(struct str *out, const char *const *ids, int count);

#endif
