#ifndef VIGIE_DB_Q_OVERVIEW_H
#define VIGIE_DB_Q_OVERVIEW_H

#include "db/session.h"
#include "model/overview.h"

/* One cell for each organisation in sight, the worst first, and their sums. The callee of done
 * takes overview, which is NULL only when e says why. */
typedef void (*overview_done)(void *arg, struct overview *overview, struct err *e);
int q_overview(struct session *s, overview_done done, void *arg, struct err *e);

#endif
