#ifndef VIGIE_WORKER_POLLER_H
#define VIGIE_WORKER_POLLER_H

#include "worker/kit.h"

/* The schedule: leases connexions that are due, probes them and hands the results on. Many programs
 * may do so on one database. */
struct poller {
    struct kit *kit;
    struct line line; /* leased, not yet asked */
    int asked;        /* probes under way */
    int leasing, enrolling;
    int ask;          /* how many to lease next */
    int64_t lease_ms; /* mono instants: of the next lease, */
    int64_t enrol_ms; /* of the next enrolment, */
    int64_t enrolled_ms;
    int64_t began_ms; /* of the lease under way */
    int failures;     /* leases in a row that the database refused */
};

void poller_init(struct poller *poller, struct kit *kit);
/* What is under way is dropped; call it after the sessions ended. */
void poller_finish(struct poller *poller);

/* The table changed. */
void poller_changed(struct poller *poller, int64_t mono_ms);
/* A new connection to the database. */
void poller_connected(struct poller *poller, int64_t mono_ms);

void poller_step(struct poller *poller, int64_t mono_ms);
/* -1 for never. */
int64_t poller_deadline(const struct poller *poller);

#endif
