#ifndef VIGIE_DB_Q_SHOWN_H
#define VIGIE_DB_Q_SHOWN_H

#include "db/session.h"
#include "model/page.h"

/* The ids of all connexions that filter and organisation show, ascending, most of them at most.
 * ids are owned by the callee of done (free), NULL when e says why or there is none; more: the
 * bound cut them. */
typedef void (*shown_done)(void *arg, char (*ids)[UUID_TEXT], size_t len, int more, struct err *e);
int q_shown(struct session *s, const struct filter *filter, const char *organisation, int most,
            shown_done done, void *arg, struct err *e);

#endif
