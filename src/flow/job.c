#include "config.h"

#include "flow/job.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job *job_create(enum job_kind kind, unsigned id)
{
    struct job *job = mem_zero(1, sizeof *job);
    job->kind = kind;
    job->id = id;
    page_request_init(&job->page);
    return job;
}

struct job *job_create_ids(enum job_kind kind, unsigned id, const char *const *ids, int len)
{
    struct job *job = job_create(kind, id);
    job_set_ids(job, ids, len);
    return job;
}

void job_set_ids(struct job *job, const char *const *ids, int len)
{
    free(job->ids);
    job->ids = len > 0 ? mem_zero((size_t)len, sizeof *job->ids) : NULL;
    job->ids_len = len > 0 ? len : 0;
    for (int i = 0; i < job->ids_len; i++)
        (void)snprintf(job->ids[i], UUID_TEXT, "%s", ids[i]);
}

void job_set_secret(struct job *job, const char *text)
{
    job_wipe(job);
    job->secret = mem_dup(text);
}

static void drop(char *text)
{
    if (text)
        mem_wipe(text, strlen(text));
    free(text);
}

void job_wipe(struct job *job)
{
    drop(job->secret);
    job->secret = NULL;
}

static void choice_drop(struct choice_request *choice)
{
    if (choice)
        mem_wipe(choice, sizeof *choice);
    free(choice);
}

void job_destroy(struct job *job)
{
    if (!job)
        return;
    page_request_finish(&job->page);
    free(job->ids);
    job_wipe(job);
    change_set_destroy(job->changes);
    free(job->journal);
    choice_drop(job->choice);
    drop(job->text); /* what a person typed */
    free(job->alerts);
    free(job->action);
    free(job->limits);
    provider_plan_destroy(job->plan);
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
