#ifndef VIGIE_CLI_FETCH_HEALTH_H
#define VIGIE_CLI_FETCH_HEALTH_H

#include "db/q_cost.h"
#include "db/q_health.h"

/* The questions of db about probes and costs as plain calls: each asks, waits for the answer and
 * hands it over, to destroy. Changes nothing of out when it fails. */
int fetch_health(struct session *s, const char *const *ids, int count, struct health_list **out,
                 struct err *e);

/* The figures of many connexions in one go, fewer than a session lets wait; an item is NULL where
 * nothing is known. free() each. */
enum { FIGURES_AT_ONCE = 32 };
int fetch_figures(struct session *s, const char *const *ids, int count, struct figures **out,
                  struct err *e);

int fetch_accounts(struct session *s, const unsigned char recipient[PUBLIC_KEY],
                   struct accounts **out, struct err *e);

/* recipient: our public key, NULL when there is none. */
int fetch_account_list(struct session *s, const unsigned char *recipient, struct account_list **out,
                       struct err *e);

struct unattributed_list {
    struct unattributed *item; /* owned */
    int len;
};
int fetch_unattributed(struct session *s, struct unattributed_list *out, struct err *e);

/* A call that is answered by success or failure alone. */
struct outcome_of {
    int failed;
    struct err err;
};
void fetch_outcome(void *arg, struct err *e); /* poll_done; arg is a struct outcome_of */
/* Waits; rc is what the call returned. */
int fetch_wait(struct session *s, int rc, const struct outcome_of *o, struct err *e);

#endif
