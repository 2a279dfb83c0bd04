#ifndef VIGIE_DB_COPIES_H
#define VIGIE_DB_COPIES_H

#include "base/str.h"
#include "db/q_cost.h"

/* What the queries on sealed copies share. */

/* The text of the copies, for the caller to finish. ERR_LIMIT. */
int copies_open(struct str *copies, const struct sealed *sealed, int count, struct err *e);

/* Asks who lacks one, by a statement with the columns of SQL_COPIES_MISSING. */
int copies_ask(struct session *s, enum stmt stmt, const unsigned char own[PUBLIC_KEY],
               copies_done done, void *arg, struct err *e);

#endif
