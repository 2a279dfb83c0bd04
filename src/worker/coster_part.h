#ifndef VIGIE_WORKER_COSTER_PART_H
#define VIGIE_WORKER_COSTER_PART_H

#include "worker/coster.h"

/* What the files of the coster share; nobody else includes it. */

enum { DAY_TEXT = 11, TURNS_MAX = 3 };

struct account *coster_account(struct coster *c);
const char *coster_base(struct coster *c);

/* Goes on with the next account, or to rest after the last one. */
void coster_next(struct coster *c);
/* Gives up what was leased and looks again at due_ms. */
void coster_idle(struct coster *c, int64_t due_ms);
/* 1 when the database did not do it: then nothing more is to be done. */
int coster_lost(struct coster *c, const struct err *e, const char *what);
/* "YYYY-MM-DD" of an instant. */
void coster_day(char out[DAY_TEXT], int64_t at);
/* The failure of the pages at hand, into the database, which makes the account rest; then the next
 * account. */
void costs_failed(struct coster *c);
/* 1 when the database did not take what an account told: it counts as that account's failure. */
int costs_unwritten(struct coster *c, const struct err *e);

/* coster_copies.c: seals the keys that this program holds to those who lack them; then idle, with
 * the next lease due at once. */
void copies_start(struct coster *c, struct session *s);

/* coster_costs.c, then coster_usage.c: the parts of one account's poll. */
void costs_start(struct coster *c);
void usage_start(struct coster *c);

#endif
