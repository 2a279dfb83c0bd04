#include "config.h"

#include "flow/job.h"

#include "base/mem.h"

#include <stdlib.h>

struct job *job_create(enum job_kind kind, unsigned id)
{
    struct job *job = mem_zero(1, sizeof *job);
    job->kind = kind;
    job->id = id;
    page_request_init(&job->page);
    return job;
}

void job_destroy(struct job *job)
{
    if (!job)
        return;
    page_request_finish(&job->page);
    free(job);
}

void jobs_add(struct jobs *jobs, struct job *job)
{
    if (jobs->len < JOBS_MAX)
        jobs->item[jobs->len++] = job;
    else
        job_destroy(job);
}

void jobs_finish(struct jobs *jobs)
{
    for (int i = 0; i < jobs->len; i++)
        job_destroy(jobs->item[i]);
    jobs->len = 0;
}
