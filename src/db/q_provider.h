#ifndef VIGIE_DB_Q_PROVIDER_H
#define VIGIE_DB_Q_PROVIDER_H

#include "db/q_cost.h"
#include "model/provider.h"

/* Limits at OpenAI: what the rows ask for, how far an apply is, what was seen. For administrators
 * of the platform only: others get ERR_DENIED. A session without session_health refuses all of it.
 */

/* The callee takes both, which are NULL only when e says why (ERR_NOT_FOUND: no such connexion in
 * sight). want->project "" : the connexion names none. accounts: those that may reach the project,
 * the likeliest first; sealed_len 0: not sealed to us. */
typedef void (*provider_want_done)(void *arg, struct provider_want *want, struct accounts *accounts,
                                   struct err *e);
int q_provider_want(struct session *s, const char *connexion, const unsigned char own[PUBLIC_KEY],
                    provider_want_done done, void *arg, struct err *e);

/* other: who holds the project; "" when owner holds it now, for so many seconds. */
typedef void (*provider_begin_done)(void *arg, const char *other, struct err *e);
int q_provider_begin(struct session *s, const char *owner, const struct provider_plan *plan,
                     const char *account_id, int seconds, provider_begin_done done, void *arg,
                     struct err *e);

/* How far the steps are; holds the project for so many seconds more. held 0: somebody else has it,
 * and nothing more may be sent. */
typedef void (*provider_held)(void *arg, int held, struct err *e);
int q_provider_note(struct session *s, const char *owner, const struct provider_plan *plan,
                    int seconds, provider_held done, void *arg, struct err *e);

/* Records what is seen now; drift: words of the parts that are not as they were applied, "" none;
 * the instants are 0 when there is none. */
typedef void (*provider_look_done)(void *arg, const char *drift, int64_t since, int64_t applied_at,
                                   struct err *e);
int q_provider_look(struct session *s, const char *owner, const char *project,
                    const struct provider_seen *seen, provider_look_done done, void *arg,
                    struct err *e);

/* Ends an apply. now: a plan made of what was read last, whose parts that are as they should be
 * count as applied; NULL: nothing was. seen NULL: it could not be read. */
int q_provider_end(struct session *s, const char *owner, const struct provider_plan *plan,
                   const struct provider_plan *now, const struct provider_seen *seen,
                   provider_held done, void *arg, struct err *e);

/* A project to look at: one of its connexions; "" when none is due. */
typedef void (*drift_lease_done)(void *arg, const char *connexion, struct err *e);
int q_drift_lease(struct session *s, const char *owner, const unsigned char own[PUBLIC_KEY],
                  int period_s, int lease_s, drift_lease_done done, void *arg, struct err *e);

#endif
