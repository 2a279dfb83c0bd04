#include "config.h"

#include "worker/worker.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "worker/answer.h"
#include "worker/chooser.h"
#include "worker/coster.h"
#include "worker/courier.h"
#include "worker/drafts.h"
#include "worker/keeper.h"
#include "worker/kit.h"
#include "worker/poller.h"
#include "worker/provisioner.h"
#include "worker/saver.h"
#include "worker/renewal.h"
#include "worker/side.h"
#include "worker/tester.h"
#include "worker/warden.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Bursts of notifications become one event a quarter of a second; leases are given back if the
 * database answers so soon; an end that does not come is waited for this long. */
enum { CHANGED_GAP_MS = 250, RELEASE_MS = 400, STOP_MS = 900, WAITING_MAX = 8, WATCHED = 4 };

static const long NS_PER_MS = 1000000;
static const long NS_PER_S = 1000000000;

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
    struct kit kit;
    struct poller poller;
    struct tester tester;
    struct coster coster;
    struct provisioner provisioner;
    struct warden warden;
    struct courier courier;
    struct keeper keeper;
    struct saver saver;
    struct chooser chooser;
    struct drafts drafts;
    struct renewal renewal;
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
    event->needs_sign_in = w->renewal.ended;
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
    poller_changed(&w->poller, clock_mono_ms());
    coster_changed(&w->coster, clock_mono_ms());
    provisioner_changed(&w->provisioner, clock_mono_ms());
    warden_changed(&w->warden, clock_mono_ms());
    courier_changed(&w->courier, clock_mono_ms());
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
    return job->kind == JOB_TOTALS || job->kind == JOB_ORGANISATIONS || job->kind == JOB_VERIFY ||
           job->kind == JOB_OVERVIEW;
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

static void export_journal(struct worker *w, const struct job *job)
{
    struct session *s = kit_either(&w->kit);
    struct err lost = {.code = ERR_LOST};
    if (s) {
        exporter_start(job, s, w->kit.options.journal_line, w->events);
        return;
    }
    (void)err_set(&lost, ERR_LOST, "%s",
                  _("There is no connection to the database at the moment."));
    answer_fault(w->events, job->id, &lost);
}

static void do_job(struct worker *w, struct job *job)
{
    switch (job->kind) {
    case JOB_STOP:
    case JOB_RECONNECT:
        w->stop = job->kind == JOB_STOP;
        if (w->renewal.ended)
            break;
        side_retry(&w->front);
        side_retry(&w->back);
        saver_retry(&w->saver);
        break;
    case JOB_SIGN_IN:
        renewal_password(&w->renewal, job->secret);
        break;
    case JOB_TEST:
        tester_start(&w->tester, job);
        break;
    case JOB_TEST_STOP:
        tester_stop(&w->tester);
        break;
    case JOB_GUARD:
        warden_now(&w->warden, clock_mono_ms());
        break;
    case JOB_JOURNAL_EXPORT:
        export_journal(w, job);
        break;
    case JOB_ACCOUNTS:
    case JOB_ACCOUNT_SET:
    case JOB_ACCOUNT_REMOVE:
        keeper_start(&w->keeper, job);
        break;
    case JOB_PROVIDER_PLAN:
    case JOB_PROVIDER_APPLY:
        provisioner_start(&w->provisioner, job);
        return;
    case JOB_SAVE:
    case JOB_SAVE_STOP:
    case JOB_UNDO:
    case JOB_REDO:
    case JOB_ARM:
        saver_start(&w->saver, job);
        return;
    case JOB_CHOICES:
        chooser_start(&w->chooser, job, w->front.status == SIDE_READY ? w->front.session : NULL);
        break;
    case JOB_DRAFT_KEEP:
        drafts_keep(&w->drafts, job->id, job->text);
        break;
    default:
        start(w, job);
        return;
    }
    job_destroy(job);
}

static void take_jobs(struct worker *w)
{
    struct job *job = NULL;
    while (!w->stop && (job = queue_pop(&w->jobs)))
        do_job(w, job);
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

static int64_t next_ms(const struct worker *w)
{
    int64_t at = earliest(side_deadline(&w->front), back_matters(w) ? side_deadline(&w->back) : -1);
    if (w->changed_ms)
        at = earliest(at, w->changed_ms);
    at = earliest(at, poller_deadline(&w->poller));
    at = earliest(at, tester_deadline(&w->tester));
    at = earliest(at, coster_deadline(&w->coster));
    at = earliest(at, provisioner_deadline(&w->provisioner));
    at = earliest(at, warden_deadline(&w->warden));
    at = earliest(at, courier_deadline(&w->courier));
    at = earliest(at, saver_deadline(&w->saver));
    at = earliest(at, renewal_deadline(&w->renewal, clock_mono_ms()));
    return earliest(at, outbox_deadline(&w->kit));
}

static int timeout_ms(const struct worker *w)
{
    int64_t at = next_ms(w);
    if (at < 0)
        return -1;
    int64_t left = at - clock_mono_ms();
    return left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static void front_news(struct worker *w)
{
    w->front.news = 0;
    tell_link(w);
    if (w->front.status == SIDE_READY) {
        side_retry(&w->back);
        drafts_tell(&w->drafts);
    }
}

static void back_news(struct worker *w)
{
    w->back.news = 0;
    if (w->back.status == SIDE_READY) {
        listen_for_changes(w);
        poller_connected(&w->poller, clock_mono_ms());
        coster_connected(&w->coster, clock_mono_ms());
        provisioner_connected(&w->provisioner, clock_mono_ms());
        warden_connected(&w->warden, clock_mono_ms());
        courier_connected(&w->courier, clock_mono_ms());
    }
    if (w->back.status != SIDE_CONNECTING && w->back.status != SIDE_PROVING)
        start_waiting(w);
}

/* Answers first: what they free makes room for the next questions. */
static void probing(struct worker *w, int64_t now)
{
    if (w->kit.http)
        http_step(w->kit.http);
    tester_step(&w->tester, now);
    poller_step(&w->poller, now);
    coster_step(&w->coster, now);
    provisioner_step(&w->provisioner, now);
    warden_step(&w->warden, now);
    courier_step(&w->courier, now);
    outbox_step(&w->kit, now, 0);
    hosts_step(&w->kit, now);
}

static void renew(struct worker *w, int64_t now)
{
    struct side *const sides[] = {&w->front, &w->back, &w->saver.side};
    renewal_step(&w->renewal, now);
    if (w->renewal.news)
        renewal_apply(&w->renewal, &w->spec, sides, sizeof sides / sizeof sides[0]);
}

static void turn(struct worker *w)
{
    int64_t now = clock_mono_ms();
    renew(w, now);
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
    saver_step(&w->saver, now);
    probing(w, now);
}

static int watched(const struct worker *w, struct pollfd fds[WATCHED])
{
    int n = 0;
    fds[n++] = (struct pollfd){.fd = w->jobs.fd, .events = POLLIN};
    if (w->front.session)
        fds[n++] =
            (struct pollfd){session_fd(w->front.session), session_events(w->front.session), 0};
    if (w->back.session)
        fds[n++] = (struct pollfd){session_fd(w->back.session), session_events(w->back.session), 0};
    if (w->saver.side.session)
        fds[n++] = (struct pollfd){session_fd(w->saver.side.session),
                                   session_events(w->saver.side.session), 0};
    return n;
}

/* The transfers know their own descriptors; without them it is a poll. */
static int wait_for_something(struct worker *w, int timeout)
{
    struct pollfd fds[WATCHED];
    struct curl_waitfd extra[WATCHED];
    int n = watched(w, fds);
    if (!w->kit.http)
        return poll(fds, (nfds_t)n, timeout) < 0 && errno != EINTR ? -1 : 0;
    for (int i = 0; i < n; i++) {
        int in = fds[i].events & POLLIN ? CURL_WAIT_POLLIN : 0;
        int out = fds[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0;
        extra[i] = (struct curl_waitfd){.fd = fds[i].fd, .events = (short)(in | out)};
    }
    return http_wait(w->kit.http, extra, (unsigned)n, timeout) < 0 ? -1 : 0;
}

static void released(void *arg, struct err *e)
{
    (void)arg;
    if (e && e->code != ERR_OK)
        log_write(LOG_DEBUG, "leases are not given back: %s", e->text);
}

/* Writes what is known and gives the leases back, as far as the database answers at once. What is
 * under way on the network is not waited for. */
static void release(struct worker *w)
{
    struct err e = {0};
    struct session *s = kit_either(&w->kit);
    const int64_t until = clock_mono_ms() + RELEASE_MS;
    if (!s || (w->kit.stats.leased == 0 && !w->kit.options.probe))
        return;
    outbox_step(&w->kit, clock_mono_ms(), 1);
    courier_release(&w->courier, s);
    if (q_poll_release(s, w->kit.owner, released, NULL, &e))
        return;
    for (int64_t now; session_pending(s) && (now = clock_mono_ms()) < until;) {
        struct pollfd fd = {session_fd(s), session_events(s), 0};
        if (poll(&fd, 1, (int)(until - now)) < 0 && errno != EINTR)
            return;
        if (session_step(s, clock_mono_ms(), &e))
            return;
    }
}

static void *run(void *arg)
{
    struct worker *w = arg;
    while (!w->stop) {
        turn(w);
        if (!w->stop && wait_for_something(w, timeout_ms(w))) {
            log_write(LOG_ERROR, "worker: poll: %s", strerror(errno));
            break;
        }
    }
    release(w);
    saver_stop(&w->saver);
    side_finish(&w->front);
    side_finish(&w->back);
    kit_stop(&w->kit);
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

static int equip(struct worker *w, const struct worker_options *options, const struct proof *proof)
{
    w->jobs.fd = -1;
    if (kit_init(&w->kit, options, proof, w->events))
        return -1;
    w->kit.front = &w->front;
    w->kit.back = &w->back;
    poller_init(&w->poller, &w->kit);
    tester_init(&w->tester, &w->kit);
    coster_init(&w->coster, &w->kit);
    provisioner_init(&w->provisioner, &w->kit, &w->coster);
    warden_init(&w->warden, &w->kit);
    courier_init(&w->courier, &w->kit, &w->coster);
    keeper_init(&w->keeper, &w->kit, &w->coster);
    saver_init(&w->saver, &w->kit, &w->spec);
    renewal_init(&w->renewal, options->signin);
    chooser_init(&w->chooser, &w->kit);
    drafts_init(&w->drafts, &w->kit, proof);
    return queue_init(&w->jobs);
}

/* The thread has ended, or was never started. */
static void dismantle(struct worker *w)
{
    for (struct job *job; w->jobs.fd >= 0 && (job = queue_pop(&w->jobs));)
        job_destroy(job);
    for (int i = 0; i < w->waiting_len; i++)
        job_destroy(w->waiting[i]);
    poller_finish(&w->poller);
    tester_finish(&w->tester);
    chooser_finish(&w->chooser);
    saver_finish(&w->saver);
    renewal_finish(&w->renewal);
    kit_finish(&w->kit);
    courier_finish(&w->courier);
    keeper_finish(&w->keeper);
    provisioner_finish(&w->provisioner);
    coster_finish(&w->coster);
    queue_finish(&w->jobs);
    conn_spec_finish(&w->spec);
    free(w);
}

int worker_create(struct worker **out, const struct conn_spec *spec, struct session *session,
                  const struct proof *proof, const struct worker_options *options,
                  struct queue *events, struct err *e)
{
    struct worker *w = mem_zero(1, sizeof *w);
    w->events = events;
    conn_spec_copy(&w->spec, spec);
    side_init(&w->front, "front", &w->spec, session, proof);
    side_init(&w->back, "back", &w->spec, NULL, NULL);
    int rc = equip(w, options, proof) ? errno : start_thread(w);
    if (rc == 0) {
        *out = w;
        return 0;
    }
    side_finish(&w->front);
    dismantle(w);
    errno = rc;
    return err_errno(e, ERR_SYSTEM, "%s", _("The worker thread cannot be started"));
}

void worker_stats(struct worker *w, struct worker_stats *out)
{
    (void)pthread_mutex_lock(&w->kit.lock);
    *out = w->kit.stats;
    (void)pthread_mutex_unlock(&w->kit.lock);
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
    until.tv_nsec += STOP_MS * NS_PER_MS;
    until.tv_sec += until.tv_nsec / NS_PER_S;
    until.tv_nsec %= NS_PER_S;
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
    dismantle(w);
}
