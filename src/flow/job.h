#ifndef VIGIE_FLOW_JOB_H
#define VIGIE_FLOW_JOB_H

#include "model/page.h"

enum job_kind {
    JOB_PAGE,          /* a page of the list */
    JOB_CONNEXION,     /* one whole row, by id */
    JOB_TOTALS,        /* sums over what the filter shows */
    JOB_ORGANISATIONS, /* all organisations in sight, with totals */
    JOB_HEALTH,        /* what probes found of some connexions, and of the hosts */
    JOB_FIGURES,       /* sources and daily costs of one connexion */
    JOB_TEST,          /* probe these connexions now, TEST_MAX at most */
    JOB_TEST_STOP,     /* ask for no further answer of the test under way */
    JOB_RECONNECT,     /* do not wait for the next attempt */
    JOB_STOP           /* end the worker */
};

/* Work for the worker. The id comes back with the answer, so that a late one is recognised. A job
 * belongs, with its ids, to whoever holds it: state, queue, worker. */
struct job {
    enum job_kind kind;
    unsigned id;
    struct page_request page; /* JOB_PAGE; JOB_TOTALS uses its filter and organisation */
    char uuid[UUID_TEXT];     /* JOB_CONNEXION, JOB_FIGURES */
    char (*ids)[UUID_TEXT];   /* JOB_HEALTH (HEALTH_ASK_MAX at most), JOB_TEST: owned */
    int ids_len;
};

struct job *job_create(enum job_kind kind, unsigned id);
/* With a copy of these connexions' ids. */
struct job *job_create_ids(enum job_kind kind, unsigned id, const char *const *ids, int len);
void job_set_ids(struct job *job, const char *const *ids, int len);
void job_destroy(struct job *job);

enum { JOBS_MAX = 16, TEST_MAX = 500, HEALTH_ASK_MAX = 1024 };

/* What one turn of update asks for. */
struct jobs {
    struct job *item[JOBS_MAX];
    int len;
};

/* Takes the job; destroys it when the list is full (a turn asks for three at most). */
void jobs_add(struct jobs *jobs, struct job *job);
void jobs_finish(struct jobs *jobs);

#endif
