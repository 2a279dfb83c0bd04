#ifndef VIGIE_DB_Q_HEALTH_H
#define VIGIE_DB_Q_HEALTH_H

#include "db/session.h"
#include "model/health.h"

/* Health and sources of figures, for the screens and the command line. A database without the
 * tables (never migrated that far) answers with empty lists. */

/* The health of these connexions, in any order, and of all hosts. The callee of done takes list,
 * which is NULL only when e says why. */
typedef void (*health_done)(void *arg, struct health_list *list, struct err *e);
int q_health_of(struct session *s, const char *const *ids, int count, health_done done, void *arg,
                struct err *e);

/* Sources, sharing and daily costs of one connexion: empty where nobody counts. The callee of done
 * takes figures (free); NULL when the database has no such tables, or e says why. */
typedef void (*figures_done)(void *arg, struct figures *figures, struct err *e);
int q_figures_of(struct session *s, const char *id, figures_done done, void *arg, struct err *e);

#endif
