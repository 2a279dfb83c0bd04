#ifndef VIGIE_WORKER_COSTER_H
#define VIGIE_WORKER_COSTER_H

#include "db/q_cost.h"
#include "secret/seal.h"
#include "worker/kit.h"
#include "worker/pages.h"

/* What the admin keys tell: the costs of the UTC month, then the requests of the UTC day, one
 * OpenAI organisation after the other. */

enum coster_at {
    COSTER_IDLE,    /* waits for the next lease */
    COSTER_LEASING, /* or registering */
    COSTER_ASKING,  /* pages of costs or usage are under way */
    COSTER_WRITING
};

struct coster {
    struct kit *kit;
    struct keypair *pair; /* NULL: no costs */
    enum coster_at at;
    int registered;
    int64_t due_ms, until_ms; /* mono: next lease; end of the present one */
    int64_t copies_ms;        /* mono: when to look next for programs that lack a copy of a key */
    int copies_left;          /* accounts whose copies are being written */
    struct accounts *accounts;
    int index; /* of the account at hand */
    struct secret key;
    struct pages pages;
    int kinds;            /* of usage that were told */
    int turns;            /* how often midnight made it start over */
    int64_t month, today; /* UTC seconds at the first page */
};

/* The key pair of this program, opened when it is first wanted. NULL with e set. */
const struct keypair *coster_pair(struct coster *coster, struct err *e);

/* Opens the key pair; without one (which is logged) there are no costs. */
void coster_init(struct coster *coster, struct kit *kit);
/* Call it after the sessions and http ended. */
void coster_finish(struct coster *coster);

/* A new connection to the database. */
void coster_connected(struct coster *coster, int64_t mono_ms);
/* Accounts may have changed. */
void coster_changed(struct coster *coster, int64_t mono_ms);
void coster_step(struct coster *coster, int64_t mono_ms);
/* -1 for never. */
int64_t coster_deadline(const struct coster *coster);

#endif
