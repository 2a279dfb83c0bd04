#include "config.h"

#include "worker/poller.h"

#include "base/clock.h"
#include "base/log.h"
#include "worker/probe.h"

#include <assert.h>
#include <stdlib.h>

enum { MS = 1000 };
enum {
    ASK_FEW = 2 * HTTP_AT_ONCE,
    UNRECORDED_MAX = 4 * POLL_BATCH,
    ENROL_GAP_MS = 5 * MS,
    ENROL_EVERY_MS = 180 * MS,
    IDLE_MAX_MS = 15 * MS,
    IDLE_MIN_MS = 500,
    CHANGED_MS = 1 * MS,
    REFUSED_FIRST_MS = 5 * MS,
    REFUSED_STEPS = 6, /* up to 5 min 20 s */
    RECORD_MS = 5 * MS,
    DEFER_MIN_S = 30,
    DEFER_PARTS = 5
};

static_assert(LEASE_MIN_S * MS > 2 * HTTP_TOTAL_MS + RECORD_MS, "a lease leaves time to start");

/* A probe may wait for its turn as long as another one takes, then take as long itself, and must be
 * recorded before the lease ends. */
static int64_t start_until(const struct poller *p, const struct batch *batch)
{
    return batch->leased_ms + (int64_t)p->kit->options.lease_s * MS -
           (2 * HTTP_TOTAL_MS + RECORD_MS);
}

void poller_init(struct poller *p, struct kit *kit)
{
    *p = (struct poller){.kit = kit, .ask = ASK_FEW};
}

void poller_finish(struct poller *p)
{
    line_drop(&p->line);
}

void poller_changed(struct poller *p, int64_t mono_ms)
{
    int64_t enrol = p->enrolled_ms + ENROL_GAP_MS;
    if (p->enrol_ms > enrol)
        p->enrol_ms = enrol;
    if (p->lease_ms > mono_ms + CHANGED_MS)
        p->lease_ms = mono_ms + CHANGED_MS;
}

void poller_connected(struct poller *p, int64_t mono_ms)
{
    p->enrol_ms = mono_ms;
    p->lease_ms = mono_ms;
    p->failures = 0;
}

static int64_t refused_ms(struct poller *p)
{
    int step = p->failures < REFUSED_STEPS ? p->failures : REFUSED_STEPS;
    p->failures++;
    return clock_mono_ms() + ((int64_t)REFUSED_FIRST_MS << step);
}

static int is_refusal(const struct err *e)
{
    return e && e->code != ERR_OK && e->code != ERR_LOST && e->code != ERR_TIMEOUT;
}

/* A database without the console's tables, or rights that are missing: said once, tried again less
 * and less often. */
static void refused(struct poller *p, const struct err *e)
{
    if (p->failures == 0 && is_refusal(e))
        log_write(LOG_WARN, "no work from the database: %s", e->text);
    p->lease_ms = refused_ms(p);
}

static void enrolled(void *arg, struct err *e)
{
    struct poller *p = arg;
    int64_t now = clock_mono_ms();
    p->enrolling = 0;
    p->enrolled_ms = now;
    p->enrol_ms = now + ENROL_EVERY_MS;
    if (is_refusal(e))
        log_write(LOG_WARN, "connexions are not enrolled: %s", e->text);
    else if (p->failures == 0)
        p->lease_ms = now;
}

static void enrol(struct poller *p, struct session *s, int64_t mono_ms)
{
    struct err e = {0};
    p->enrolling = 1;
    if (q_poll_enrol(s, enrolled, p, &e)) {
        p->enrolling = 0;
        p->enrol_ms = mono_ms + (is_refusal(&e) ? ENROL_EVERY_MS : ENROL_GAP_MS);
    }
}

/* When to look for work again after a lease that found less than it asked for. */
static int64_t idle_ms(const struct poll_work *work)
{
    int64_t wait = IDLE_MAX_MS;
    if (work && work->next_due > 0)
        wait = (work->next_due - clock_now()) * MS;
    if (wait < IDLE_MIN_MS)
        wait = IDLE_MIN_MS;
    return wait < IDLE_MAX_MS ? wait : IDLE_MAX_MS;
}

/* The pipe must not run dry while thousands are due, nor hold many when few are. */
static void plan(struct poller *p, const struct poll_work *work)
{
    int full = work && work->len >= p->ask;
    int64_t now = clock_mono_ms();
    p->failures = 0;
    if (full) {
        p->ask = 2 * p->ask < POLL_BATCH ? 2 * p->ask : POLL_BATCH;
        p->lease_ms = now;
    } else {
        p->ask = ASK_FEW;
        p->lease_ms = now + idle_ms(work);
    }
}

static void leased(void *arg, struct poll_work *work, struct err *e)
{
    struct poller *p = arg;
    p->leasing = 0;
    if (e && e->code != ERR_OK)
        refused(p, e);
    else
        plan(p, work);
    kit_count_lease(p->kit);
    if (!work || work->len == 0) {
        poll_work_destroy(work);
        return;
    }
    struct batch *batch = batch_create(p->kit, work, p->began_ms, p->kit->options.lease_s);
    for (int i = 0; i < work->len; i++)
        line_add(&p->line, &batch->ticket[i]);
}

static int wants_work(const struct poller *p, int64_t mono_ms)
{
    return !p->leasing && mono_ms >= p->lease_ms && p->line.len + p->asked <= p->ask / 2 &&
           p->kit->outbox.line.len < UNRECORDED_MAX;
}

static void lease(struct poller *p, struct session *s, int64_t mono_ms)
{
    struct err e = {0};
    p->leasing = 1;
    p->began_ms = mono_ms;
    if (q_poll_lease(s, p->kit->owner, p->ask, p->kit->options.lease_s, leased, p, &e)) {
        p->leasing = 0;
        refused(p, &e);
    }
}

static void answered(void *arg, struct ticket *t, int cancelled)
{
    struct poller *p = arg;
    const struct evidence *evidence = &t->item->health.evidence;
    p->asked--;
    if (t->host)
        t->host->in_flight--;
    if (cancelled) {
        outbox_return(p->kit, t, 0);
        return;
    }
    if (evidence->http || evidence->curl)
        host_answered(p->kit, t->host, t->item->health.id, t->seen, evidence);
    outbox_add(p->kit, t);
}

/* Not asked this time, for its host is in trouble or did not get round to it. */
static void defer(struct poller *p, struct ticket *t)
{
    int64_t wait = p->kit->options.schedule.period_s / DEFER_PARTS;
    if (wait < DEFER_MIN_S)
        wait = DEFER_MIN_S;
    if (wait > p->kit->options.schedule.period_s)
        wait = p->kit->options.schedule.period_s;
    outbox_return(p->kit, t, clock_now() + wait + (int64_t)(arc4random() % (uint32_t)(wait + 1)));
}

static void probe(struct poller *p, struct ticket *t)
{
    p->asked++;
    if (t->host)
        t->host->in_flight++;
    probe_start(p->kit, t, answered, p);
}

/* 1 when the ticket left the line's hands. */
static int try_ticket(struct poller *p, struct ticket *t, int64_t mono_ms)
{
    t->host = hosts_of(&p->kit->hosts, probe_base(p->kit, t->item), mono_ms);
    int late = mono_ms >= start_until(p, t->batch);
    int free_now = host_is_free(t->host);
    if (!late && free_now)
        probe(p, t);
    else if (late || host_is_down(t->host))
        defer(p, t);
    else
        return 0;
    return 1;
}

static void dispatch(struct poller *p, int64_t mono_ms)
{
    for (int left = p->line.len; left > 0 && p->asked < ASK_FEW; left--) {
        struct ticket *t = line_pop(&p->line);
        if (!try_ticket(p, t, mono_ms))
            line_add(&p->line, t);
    }
}

static void look_at_written(struct poller *p, int64_t mono_ms)
{
    int64_t wait = (p->kit->soonest - clock_now()) * MS;
    if (p->kit->soonest && p->failures == 0 && p->lease_ms > mono_ms + wait)
        p->lease_ms = mono_ms + (wait > IDLE_MIN_MS ? wait : IDLE_MIN_MS);
    p->kit->soonest = 0;
}

void poller_step(struct poller *p, int64_t mono_ms)
{
    struct session *s = kit_back(p->kit);
    if (!p->kit->options.probe || !p->kit->http)
        return;
    look_at_written(p, mono_ms);
    if (s && !p->enrolling && mono_ms >= p->enrol_ms)
        enrol(p, s, mono_ms);
    if (s && wants_work(p, mono_ms))
        lease(p, s, mono_ms);
    dispatch(p, mono_ms);
}

int64_t poller_deadline(const struct poller *p)
{
    if (!p->kit->options.probe || !p->kit->http)
        return -1;
    /* What waits for a calm host is looked at again before its lease ends. */
    int waits = p->line.head && p->asked < ASK_FEW;
    int64_t at = waits ? start_until(p, p->line.head->batch) : -1;
    if (kit_back(p->kit)) {
        if (!p->enrolling && (at < 0 || p->enrol_ms < at))
            at = p->enrol_ms;
        if (wants_work(p, INT64_MAX) && (at < 0 || p->lease_ms < at))
            at = p->lease_ms;
    }
    return at;
}
