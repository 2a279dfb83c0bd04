#include "config.h"

#include "worker/asker.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "db/q_alert.h"
#include "db/q_forecast.h"
#include "db/q_limit.h"
#include "db/q_overview.h"
#include "db/q_shown.h"
#include "flow/event.h"
#include "worker/answer.h"

#include <stdlib.h>

struct question {
    struct queue *events;
    unsigned job;
    enum event_kind kind;
    /* of JOB_LIMITS, which is two questions */
    int left;
    struct limits *limits;
    struct forecast *forecast;
    struct reconciliation *figures;
    struct err why;
};

/* The event to fill in; NULL when the answer is a failure, which is told here. A lost connection is
 * told by the link itself. */
static struct event *answered(const struct question *q, const struct err *e)
{
    struct event *event = NULL;
    if (!e || e->code == ERR_OK) {
        event = event_create(q->kind);
        event->job = q->job;
    } else if (e->code != ERR_LOST) {
        answer_fault(q->events, q->job, e);
    }
    return event;
}

static void got_alerts(void *arg, struct alert_list *list, struct err *e)
{
    struct question *q = arg;
    struct event *event = answered(q, e);
    if (event) {
        event->alerts = list;
        answer_post(q->events, event);
    } else {
        alert_list_destroy(list);
    }
    free(q);
}

static void got_overview(void *arg, struct overview *overview, struct err *e)
{
    struct question *q = arg;
    struct event *event = answered(q, e);
    if (event) {
        event->overview = overview;
        answer_post(q->events, event);
    } else {
        overview_destroy(overview);
    }
    free(q);
}

static void done(void *arg, struct err *e)
{
    struct question *q = arg;
    struct event *event = answered(q, e);
    if (event)
        answer_post(q->events, event);
    free(q);
}

static void got_shown(void *arg, char (*ids)[UUID_TEXT], size_t len, int more, struct err *e)
{
    struct question *q = arg;
    struct event *event = answered(q, e);
    if (event) {
        event->ids = ids;
        event->ids_len = len;
        event->flag = more;
        answer_post(q->events, event);
    } else {
        free(ids);
    }
    free(q);
}

/* One of the two questions of JOB_LIMITS has ended. */
static void got_part(struct question *q, const struct err *e)
{
    if (e->code != ERR_OK && q->why.code == ERR_OK)
        q->why = *e;
    if (--q->left > 0)
        return;
    struct event *event = answered(q, &q->why);
    if (event) {
        event->limits = q->limits;
        event->forecast = q->forecast;
        event->reconciliation = q->figures;
        answer_post(q->events, event);
    } else {
        free(q->limits);
        free(q->forecast);
        free(q->figures);
    }
    free(q);
}

static void got_limits(void *arg, struct limits *limits, struct err *e)
{
    struct question *q = arg;
    q->limits = limits;
    got_part(q, e);
}

static void got_forecast(void *arg, struct forecast *forecast, struct reconciliation *figures,
                         struct err *e)
{
    struct question *q = arg;
    q->forecast = forecast;
    q->figures = figures;
    got_part(q, e);
}

/* The first question's failure ends both; the second one's is its answer. */
static int ask_limits(const struct job *job, struct session *s, struct question *q, struct err *e)
{
    struct err second = {0};
    q->kind = EVENT_LIMITS;
    q->left = 2;
    int rc = q_limits(s, job->uuid, got_limits, q, e);
    if (rc == 0 && q_forecast(s, job->uuid, got_forecast, q, &second) < 0)
        got_part(q, &second);
    return rc;
}

/* The session is armed for this one edit, as the person's is. */
static int set_limits(const struct job *job, struct session *s, struct question *q, struct err *e)
{
    const struct limits_edit *edit = job->limits;
    q->kind = EVENT_LIMITS_DONE;
    session_arm(s, job->flag);
    int rc = q_limits_set(s, edit->organisation, edit->connexion,
                          edit->unset ? NULL : &edit->thresholds, done, q, e);
    session_arm(s, 0);
    return rc;
}

static int ask(const struct job *job, struct session *s, struct question *q, struct err *e)
{
    switch ((int)job->kind) {
    case JOB_ALERTS:
        q->kind = EVENT_ALERTS;
        return q_alerts(s, job->alerts, got_alerts, q, e);
    case JOB_ALERT_ACT:
        q->kind = EVENT_ALERT_DONE;
        return q_alert_act(s, job->action, done, q, e);
    case JOB_OVERVIEW:
        q->kind = EVENT_OVERVIEW;
        return q_overview(s, got_overview, q, e);
    case JOB_SHOWN:
        q->kind = EVENT_SHOWN;
        return q_shown(s, &job->page.filter, job->page.organisation, MARKS_MAX, got_shown, q, e);
    case JOB_LIMITS:
        return ask_limits(job, s, q, e);
    case JOB_LIMITS_SET:
        return set_limits(job, s, q, e);
    default:
        break;
    }
    return err_set(e, ERR_FAILURE, "job %d is no question", (int)job->kind);
}

int asker_knows(const struct job *job)
{
    return job->kind == JOB_ALERTS || job->kind == JOB_ALERT_ACT || job->kind == JOB_OVERVIEW ||
           job->kind == JOB_LIMITS || job->kind == JOB_LIMITS_SET || job->kind == JOB_SHOWN;
}

void asker_start(const struct job *job, struct session *session, struct queue *events)
{
    struct err e = {0};
    struct question *q = mem_zero(1, sizeof *q);
    q->events = events;
    q->job = job->id;
    if (ask(job, session, q, &e)) {
        answer_fault(events, job->id, &e);
        free(q);
    }
}
