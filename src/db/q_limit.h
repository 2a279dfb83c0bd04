#ifndef VIGIE_DB_Q_LIMIT_H
#define VIGIE_DB_Q_LIMIT_H

#include "db/ask.h"
#include "model/limit.h"

/* Thresholds, what holds a connexion at a hard limit, and the periods that have ended. A database
 * without these tables refuses with ERR_DATABASE. */

/* The callee takes limits (free); NULL with e->code ERR_OK: there is no such connexion in sight. */
typedef void (*limits_done)(void *arg, struct limits *limits, struct err *e);
int q_limits(struct session *s, const char *id, limits_done done, void *arg, struct err *e);

/* The same of an organisation: its thresholds alone. */
int q_limits_organisation(struct session *s, const char *organisation, limits_done done, void *arg,
                          struct err *e);

/* Sets the thresholds of a connexion, or where that is "" of an organisation; NULL: takes them
 * away. A person's edit: refused while the session is read-only. ERR_NOT_FOUND through done for
 * what is out of sight. */
int q_limits_set(struct session *s, const char *organisation, const char *connexion,
                 const struct thresholds *thresholds, ask_done done, void *arg, struct err *e);

#endif
