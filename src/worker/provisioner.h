#ifndef VIGIE_WORKER_PROVISIONER_H
#define VIGIE_WORKER_PROVISIONER_H

#include "flow/job.h"
#include "worker/coster.h"
#include "worker/provision.h"

/* Limits at OpenAI: the plans and applies that people ask for, one after the other, and in between,
 * once an hour a project and by one program, whether what was applied still stands. */
enum { PROVISIONER_JOBS = 8, PROVISIONER_PERIOD_S = 3600 };

struct provisioner {
    struct kit *kit;
    struct coster *coster; /* whose key pair it uses */
    struct provision run;
    struct job *job[PROVISIONER_JOBS]; /* the first is under way while the run is for a job */
    int jobs;
    int asking;     /* a lease of the watch is under way */
    int refused;    /* the database refused a lease: not for this operator */
    int for_job;    /* what the run is for; else the watch's */
    int64_t due_ms; /* mono: the next look of the watch */
};

void provisioner_init(struct provisioner *p, struct kit *kit, struct coster *coster);
/* Call it after the sessions and http ended, before coster_finish. */
void provisioner_finish(struct provisioner *p);

/* JOB_PROVIDER_PLAN and JOB_PROVIDER_APPLY. Takes the job. Told by EVENT_PROVIDER, or by a fault
 * when the database failed. */
void provisioner_start(struct provisioner *p, struct job *job);

/* A new connection to the database. */
void provisioner_connected(struct provisioner *p, int64_t mono_ms);
/* Something changed in the database. */
void provisioner_changed(struct provisioner *p, int64_t mono_ms);
void provisioner_step(struct provisioner *p, int64_t mono_ms);
/* -1 for never. */
int64_t provisioner_deadline(const struct provisioner *p);

#endif
