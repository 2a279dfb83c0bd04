#ifndef VIGIE_WORKER_KEEPER_H
#define VIGIE_WORKER_KEEPER_H

#include "flow/job.h"
#include "worker/coster.h"

/* What a person asks of admin keys: what is known of them, entering one (it is tried with a small
 * question for costs, sealed and stored), removing one. Told by EVENT_ACCOUNTS and
 * EVENT_ACCOUNT_DONE; failures by EVENT_FAULT. */
struct keeper {
    struct kit *kit;
    struct coster *coster; /* has the key pair */
    unsigned job;          /* entering or removing, 0 when nothing is under way */
    struct secret key;
    struct account_outcome outcome;
    char base_url[ACCOUNT_URL];
    int by_key;
};

void keeper_init(struct keeper *keeper, struct kit *kit, struct coster *coster);
/* Call it after the sessions and http ended. */
void keeper_finish(struct keeper *keeper);

/* Does not take the job, but wipes what is secret in it. */
void keeper_start(struct keeper *keeper, struct job *job);

#endif
