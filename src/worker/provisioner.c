#include "config.h"

#include "worker/provisioner.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "flow/event.h"
#include "worker/answer.h"

#include <stdio.h>
#include <string.h>

enum {
    MS = 1000,
    LOOK_MS = 60 * MS,     /* between looks for projects that are due */
    REFUSED_MS = 600 * MS, /* after the database refused: not for this operator */
    CHANGED_MS = 2 * MS,
    LEASE_S_OF_LOOK = 300
};

void provisioner_init(struct provisioner *p, struct kit *kit, struct coster *coster)
{
    *p = (struct provisioner){.kit = kit, .coster = coster};
    provision_init(&p->run);
}

void provisioner_finish(struct provisioner *p)
{
    provision_finish(&p->run);
    for (int i = 0; i < p->jobs; i++)
        job_destroy(p->job[i]);
    p->jobs = 0;
}

static struct session *session_of(void *arg)
{
    struct provisioner *p = arg;
    return p->for_job ? kit_either(p->kit) : kit_back(p->kit);
}

static void drop_first(struct provisioner *p)
{
    job_destroy(p->job[0]);
    p->jobs--;
    memmove(p->job, p->job + 1, (size_t)p->jobs * sizeof p->job[0]);
}

static void tell(struct provisioner *p, const struct provider_plan *plan, int last)
{
    struct event *event = event_create(EVENT_PROVIDER);
    event->job = p->job[0]->id;
    event->plan = provider_plan_copy(plan);
    event->flag = last;
    answer_post(p->kit->events, event);
}

static void told_job(void *arg, const struct provider_plan *plan, int last, const struct err *e)
{
    struct provisioner *p = arg;
    if (plan)
        tell(p, plan, last);
    else
        answer_fault(p->kit->events, p->job[0]->id, e);
    if (last)
        drop_first(p);
}

static void told_watch(void *arg, const struct provider_plan *plan, int last, const struct err *e)
{
    struct provisioner *p = arg;
    (void)last;
    if (!plan)
        log_write(LOG_WARN, "limits at OpenAI: %s", e->text);
    else if (plan->fault[0])
        log_write(LOG_WARN, "limits of %s: %s", plan->project, plan->fault);
    else if (plan->drift)
        log_write(LOG_WARN, "limits of %s are not as they were applied: %s", plan->project,
                  plan->drifted);
    p->due_ms = clock_mono_ms() + (plan ? 0 : LOOK_MS);
}

static void start(struct provisioner *p, const char *connexion, const struct provider_plan *shown,
                  provision_told told)
{
    const struct provision_place place = {.http = p->kit->http,
                                          .session = session_of,
                                          .arg = p,
                                          .pair = coster_pair(p->coster, NULL),
                                          .owner = p->kit->owner,
                                          .base_url = p->kit->options.base_url};
    provision_start(&p->run, &place, connexion, shown, told, p);
}

static void start_job(struct provisioner *p)
{
    const struct job *job = p->job[0];
    const struct provider_plan *shown = job->kind == JOB_PROVIDER_APPLY ? job->plan : NULL;
    struct err e = {0};
    p->for_job = 1;
    if (!p->kit->http)
        (void)err_set(&e, ERR_SYSTEM, "%s", _("No request can be made: see the log."));
    else if (job->kind == JOB_PROVIDER_APPLY && !shown)
        (void)err_set(&e, ERR_USAGE, "%s", _("There is no plan to apply."));
    else
        (void)coster_pair(p->coster, &e);
    if (e.code != ERR_OK)
        told_job(p, NULL, 1, &e);
    else
        start(p, shown ? shown->connexion_id : job->uuid, shown, told_job);
}

void provisioner_start(struct provisioner *p, struct job *job)
{
    struct err e = {0};
    if (p->jobs < PROVISIONER_JOBS) {
        p->job[p->jobs++] = job;
        return;
    }
    (void)err_set(&e, ERR_LIMIT, "%s", _("The worker is too far behind to take more work."));
    answer_fault(p->kit->events, job->id, &e);
    job_destroy(job);
}

static void leased(void *arg, const char *connexion, struct err *e)
{
    struct provisioner *p = arg;
    p->asking = 0;
    if (e && e->code != ERR_OK) {
        int gone = e->code == ERR_LOST || e->code == ERR_TIMEOUT;
        if (!gone && e->code != ERR_DENIED)
            log_write(LOG_WARN, "limits at OpenAI: %s", e->text);
        p->refused = !gone;
        p->due_ms = clock_mono_ms() + (gone ? (int64_t)MS : (int64_t)REFUSED_MS);
    } else if (connexion[0] == '\0' || p->run.busy) {
        p->due_ms = clock_mono_ms() + LOOK_MS;
    } else {
        p->for_job = 0;
        start(p, connexion, NULL, told_watch);
    }
}

static int is_off(const struct provisioner *p)
{
    return !p->coster->pair || !p->kit->options.costs || !p->kit->http;
}

static void look(struct provisioner *p, struct session *s)
{
    struct err none = {0};
    p->asking = 1;
    if (q_drift_lease(s, p->kit->owner, keypair_public(p->coster->pair), PROVISIONER_PERIOD_S,
                      LEASE_S_OF_LOOK, leased, p, &none))
        leased(p, "", &none);
}

void provisioner_connected(struct provisioner *p, int64_t mono_ms)
{
    p->refused = 0;
    p->due_ms = mono_ms;
}

void provisioner_changed(struct provisioner *p, int64_t mono_ms)
{
    if (!p->refused && p->due_ms > mono_ms + CHANGED_MS)
        p->due_ms = mono_ms + CHANGED_MS;
}

void provisioner_step(struct provisioner *p, int64_t mono_ms)
{
    struct session *s = kit_back(p->kit);
    provision_step(&p->run, mono_ms);
    if (p->run.busy)
        return;
    if (p->jobs > 0)
        start_job(p);
    else if (s && !is_off(p) && !p->asking && mono_ms >= p->due_ms)
        look(p, s);
}

int64_t provisioner_deadline(const struct provisioner *p)
{
    if (p->run.busy)
        return provision_deadline(&p->run);
    if (p->jobs > 0)
        return 0;
    return is_off(p) || p->asking || !kit_back(p->kit) ? -1 : p->due_ms;
}
