#include "config.h"

#include "worker/worker.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "worker/answer.h"
#include "worker/side.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Bursts of notifications become one event a quarter of a second; an end that does not come is
 * waited for this long. */
enum { CHANGED_GAP_MS = 250, STOP_MS = 1000, WAITING_MAX = 8 };

struct worker {
    pthread_t thread;
    struct queue jobs;
    struct queue *events;
    struct conn_spec spec;
    struct side front;                /* what the person waits for */
    struct side back;                 /* notifications and what may take long */
    struct job *waiting[WAITING_MAX]; /* for the back connection to be ready */
    int waiting_len;
    int64_t changed_ms; /* mono instant at which to tell of changes, 0 for none */
    int stop;
};

static enum link_status link_of(const struct side *side)
{
    switch (side->status) {
    case SIDE_READY:
        return LINK_READY;
    case SIDE_WAITING:
        return LINK_WAITING;
    case SIDE_REFUSED:
        return LINK_REFUSED;
    case SIDE_CONNECTING:
    case SIDE_PROVING:
        break;
    }
    return LINK_CONNECTING;
}

static void tell_link(struct worker *w)
{
    struct side *side = &w->front;
    struct event *event = event_create(EVENT_LINK);
    event->link = link_of(side);
    event->retry_ms = side->retry_ms;
    event->err = event->link == LINK_READY ? (struct err){0} : side->err;
    if (event->link == LINK_READY || event->link == LINK_REFUSED) {
        event->proof = mem_alloc(sizeof *event->proof);
        *event->proof = side->proof;
    }
    answer_post(w->events, event);
}

static void on_notify(void *arg)
{
    struct worker *w = arg;
    if (w->changed_ms == 0)
        w->changed_ms = clock_mono_ms() + CHANGED_GAP_MS;
}

static void listening(void *arg, PGresult *const *results, int count, struct err *e)
{
    (void)arg;
    (void)results;
    (void)count;
    if (e && e->code != ERR_OK)
        log_write(LOG_WARN, "back: notifications are not to be had: %s", e->text);
}

static void listen_for_changes(struct worker *w)
{
    struct err e = {0};
    const struct query query = {.stmt = STMT_LISTEN};
    if (w->back.proof.pooler) {
        log_write(LOG_INFO, "back: a pooler stands between, refreshing by timer");
        return;
    }
    session_on_notify(w->back.session, on_notify, w);
    if (session_send(w->back.session, TRANSACTION_READ, &query, 1, listening, w, &e))
        log_write(LOG_WARN, "back: %s", e.text);
}

static int is_slow(const struct job *job)
{
    return job->kind == JOB_TOTALS || job->kind == JOB_ORGANISATIONS;
}

/* Sums go to the back connection, so that no page waits behind them; while that one is down they
 * use the front. */
static void start(struct worker *w, struct job *job)
{
    struct err lost = {.code = ERR_LOST};
    int back_soon =
        w->back.status != SIDE_READY && w->back.status != SIDE_REFUSED && w->back.attempt == 0;
    if (w->front.status != SIDE_READY) {
        (void)err_set(&lost, ERR_LOST, "%s",
                      _("There is no connection to the database at the moment."));
        answer_fault(w->events, job->id, &lost);
    } else if (is_slow(job) && w->back.status == SIDE_READY) {
        answer_job(job, w->back.session, w->events);
    } else if (is_slow(job) && back_soon && w->waiting_len < WAITING_MAX) {
        w->waiting[w->waiting_len++] = job;
        return;
    } else {
        answer_job(job, w->front.session, w->events);
    }
    job_destroy(job);
}

static void start_waiting(struct worker *w)
{
    int n = w->waiting_len;
    w->waiting_len = 0;
    for (int i = 0; i < n; i++)
        start(w, w->waiting[i]);
}

static void take_jobs(struct worker *w)
{
    struct job *job = NULL;
    while (!w->stop && (job = queue_pop(&w->jobs))) {
        if (job->kind == JOB_STOP || job->kind == JOB_RECONNECT) {
            w->stop = job->kind == JOB_STOP;
            side_retry(&w->front);
            side_retry(&w->back);
            job_destroy(job);
        } else {
            start(w, job);
        }
    }
}

static int64_t earliest(int64_t a, int64_t b)
{
    if (b < 0)
        return a;
    return a < 0 || b < a ? b : a;
}

/* The back connects only behind a proven front; what it has is looked after in any case: a broken
 * socket that nobody reads would wake the thread without end. */
static int back_matters(const struct worker *w)
{
    return w->front.status == SIDE_READY || w->back.session;
}

static int timeout_ms(const struct worker *w)
{
    int64_t at = earliest(side_deadline(&w->front), back_matters(w) ? side_deadline(&w->back) : -1);
    if (w->changed_ms)
        at = earliest(at, w->changed_ms);
    if (at < 0)
        return -1;
    int64_t left = at - clock_mono_ms();
    return left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static struct pollfd watched(const struct side *side)
{
    if (!side->session)
        return (struct pollfd){.fd = -1};
    return (struct pollfd){.fd = session_fd(side->session),
                           .events = session_events(side->session)};
}

static void front_news(struct worker *w)
{
    w->front.news = 0;
    tell_link(w);
    if (w->front.status == SIDE_READY)
        side_retry(&w->back);
}

static void back_news(struct worker *w)
{
    w->back.news = 0;
    if (w->back.status == SIDE_READY)
        listen_for_changes(w);
    if (w->back.status != SIDE_CONNECTING && w->back.status != SIDE_PROVING)
        start_waiting(w);
}

static void turn(struct worker *w)
{
    int64_t now = clock_mono_ms();
    side_step(&w->front, now);
    if (w->front.news)
        front_news(w);
    if (back_matters(w))
        side_step(&w->back, now);
    if (w->back.news)
        back_news(w);
    if (w->changed_ms && now >= w->changed_ms) {
        w->changed_ms = 0;
        answer_post(w->events, event_create(EVENT_CHANGED));
    }
    take_jobs(w);
}

static void *run(void *arg)
{
    struct worker *w = arg;
    while (!w->stop) {
        turn(w);
        struct pollfd fds[3] = {
            {.fd = w->jobs.fd, .events = POLLIN}, watched(&w->front), watched(&w->back)};
        if (!w->stop && poll(fds, 3, timeout_ms(w)) < 0 && errno != EINTR) {
            log_write(LOG_ERROR, "worker: poll: %s", strerror(errno));
            break;
        }
    }
    side_finish(&w->front);
    side_finish(&w->back);
    return NULL;
}

/* The thread takes no signal: they belong to the loop of the screen. */
static int start_thread(struct worker *w)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    int rc = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (rc == 0) {
        rc = pthread_create(&w->thread, NULL, run, w);
        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    return rc;
}

int worker_create(struct worker **out, const struct conn_spec *spec, struct session *session,
                  const struct proof *proof, struct queue *events, struct err *e)
{
    struct worker *w = mem_zero(1, sizeof *w);
    w->events = events;
    conn_spec_copy(&w->spec, spec);
    side_init(&w->front, "front", &w->spec, session, proof);
    side_init(&w->back, "back", &w->spec, NULL, NULL);
    int rc = queue_init(&w->jobs) ? errno : start_thread(w);
    if (rc == 0) {
        *out = w;
        return 0;
    }
    errno = rc;
    side_finish(&w->front);
    conn_spec_finish(&w->spec);
    free(w);
    return err_errno(e, ERR_SYSTEM, "%s", _("The worker thread cannot be started"));
}

int worker_post(void *worker, struct job *job)
{
    struct worker *w = worker;
    if (queue_push(&w->jobs, job) == 0)
        return 0;
    struct err e = {0};
    (void)err_set(&e, ERR_LIMIT, "%s", _("The worker is too far behind to take more work."));
    answer_fault(w->events, job->id, &e);
    job_destroy(job);
    return -(int)ERR_LIMIT;
}

static int join(struct worker *w)
{
    struct timespec until;
    if (clock_gettime(CLOCK_REALTIME, &until))
        return -1;
    until.tv_sec += STOP_MS / 1000;
    return pthread_timedjoin_np(w->thread, NULL, &until);
}

void worker_destroy(struct worker *w)
{
    if (!w)
        return;
    struct job *stop = job_create(JOB_STOP, 0);
    if (queue_push(&w->jobs, stop))
        job_destroy(stop);
    if (join(w)) {
        log_write(LOG_WARN, "worker: does not end in time and is left behind");
        return;
    }
    for (struct job *job; (job = queue_pop(&w->jobs));)
        job_destroy(job);
    for (int i = 0; i < w->waiting_len; i++)
        job_destroy(w->waiting[i]);
    queue_finish(&w->jobs);
    conn_spec_finish(&w->spec);
    free(w);
}
