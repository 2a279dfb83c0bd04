#include "config.h"

#include "worker/tester.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "flow/event.h"
#include "worker/answer.h"
#include "worker/probe.h"

#include <stdlib.h>
#include <string.h>

/* A lease's worth of probes is answered within the lease, even if each takes all its time. */
enum { TAKE_MAX = 2 * HTTP_AT_ONCE, TELL_MS = 100 };

void tester_init(struct tester *tester, struct kit *kit)
{
    *tester = (struct tester){.kit = kit};
}

static void line_remove(struct line *line, struct ticket *ticket)
{
    for (int left = line->len; left > 0; left--) {
        struct ticket *t = line_pop(line);
        if (t == ticket)
            return;
        line_add(line, t);
    }
}

static void test_destroy(struct test *test)
{
    line_drop(&test->asked);
    line_drop(&test->answered);
    free(test->ids);
    free(test);
}

void tester_finish(struct tester *tester)
{
    for (struct test *test = tester->tests, *next; test; test = next) {
        next = test->next;
        test_destroy(test);
    }
    tester->tests = NULL;
}

/* How many have answered, and what those said that came since the last time; their results go their
 * way then. */
static void tell(struct test *test)
{
    struct kit *kit = test->tester->kit;
    const struct health *health[TAKE_MAX];
    int len = 0;
    for (struct ticket *t = test->answered.head; t && len < TAKE_MAX; t = t->next)
        health[len++] = &t->item->health;
    struct event *event = event_create(EVENT_TESTED);
    event->job = test->job;
    event->tested = test->tested;
    event->test_total = test->total;
    memcpy(event->said, test->said, sizeof event->said);
    event->health = kit_health_list(kit, health, len);
    answer_post(kit->events, event);
    for (struct ticket *t; len-- > 0 && (t = line_pop(&test->answered));) {
        t->news = 1; /* once written: who reads before that is corrected */
        outbox_add(kit, t);
    }
    outbox_hurry(kit);
    test->tell_ms = test->answered.len ? clock_mono_ms() : 0;
}

static void answered(void *arg, struct ticket *t, int cancelled)
{
    struct test *test = arg;
    const struct evidence *evidence = &t->item->health.evidence;
    line_remove(&test->asked, t);
    if (t->host)
        t->host->tests--;
    if (cancelled) {
        test->total--;
        outbox_return(t->kit, t, 0);
    } else {
        test->tested++;
        test->said[t->seen]++;
        if (evidence->http || evidence->curl)
            host_answered(t->kit, t->host, t->item->health.id, t->seen, evidence);
        line_add(&test->answered, t);
    }
    if (test->tell_ms == 0)
        test->tell_ms = clock_mono_ms() + TELL_MS;
}

static void ask(struct test *test, struct ticket *t)
{
    struct kit *kit = test->tester->kit;
    t->host = hosts_of(&kit->hosts, probe_base(kit, t->item), clock_mono_ms());
    if (t->host)
        t->host->tests++;
    line_add(&test->asked, t);
    probe_start(kit, t, answered, test);
}

static void got_work(struct test *test, struct poll_work *work, int wanted)
{
    struct kit *kit = test->tester->kit;
    int len = work ? work->len : 0;
    test->total -= wanted - len;
    if (len == 0) {
        poll_work_destroy(work);
        return;
    }
    struct batch *batch = batch_create(kit, work, test->began_ms, kit->options.lease_s);
    for (int i = 0; i < len; i++) {
        if (test->stopped)
            outbox_return(kit, &batch->ticket[i], 0);
        else
            ask(test, &batch->ticket[i]);
    }
    if (test->stopped)
        test->total -= len;
}

static void taken(void *arg, struct poll_work *work, struct err *e)
{
    struct test *test = arg;
    int wanted = test->taking;
    test->taking = 0;
    if (e && e->code != ERR_OK) {
        answer_fault(test->tester->kit->events, test->job, e);
        test->total -= wanted;
        test->stopped = 1;
    } else {
        got_work(test, work, wanted);
    }
    test->tell_ms = clock_mono_ms();
}

static void take(struct test *test, struct session *s)
{
    struct kit *kit = test->tester->kit;
    const char *ids[TAKE_MAX];
    struct err e = {0};
    int len = 0;
    while (len < TAKE_MAX && test->taken_from + len < test->ids_len) {
        ids[len] = test->ids[test->taken_from + len];
        len++;
    }
    test->taking = len;
    test->taken_from += len;
    test->began_ms = clock_mono_ms();
    if (q_poll_take(s, kit->owner, ids, len, kit->options.lease_s, taken, test, &e))
        taken(test, NULL, &e);
}

static int unasked(const struct test *test)
{
    return test->ids_len - test->taken_from;
}

static void stop_test(struct test *test)
{
    struct kit *kit = test->tester->kit;
    test->stopped = 1;
    test->total -= unasked(test);
    test->taken_from = test->ids_len;
    for (int left = test->asked.len; left > 0 && test->asked.head; left--) {
        struct ticket *t = line_pop(&test->asked);
        line_add(&test->asked, t);
        http_cancel(kit->http, t);
    }
    test->tell_ms = clock_mono_ms();
}

void tester_stop(struct tester *tester)
{
    for (struct test *test = tester->tests; test; test = test->next)
        stop_test(test);
}

static int cannot(struct tester *tester, unsigned job, enum err_code code, const char *text)
{
    struct err e = {0};
    int rc = err_set(&e, code, "%s", text);
    answer_fault(tester->kit->events, job, &e);
    return rc;
}

void tester_start(struct tester *tester, struct job *job)
{
    if (!tester->kit->http) {
        (void)cannot(tester, job->id, ERR_SYSTEM, _("No request can be made: see the log."));
        return;
    }
    struct test *test = mem_zero(1, sizeof *test);
    test->tester = tester;
    test->job = job->id;
    test->ids = job->ids;
    test->ids_len = job->ids_len;
    test->total = job->ids_len;
    test->next = tester->tests;
    tester->tests = test;
    job->ids = NULL;
    job->ids_len = 0;
}

/* 1 when it is over. */
static int step_test(struct test *test, struct session *s, int64_t mono_ms)
{
    if (test->stopped && unasked(test)) {
        test->total -= unasked(test);
        test->taken_from = test->ids_len;
    }
    if (!test->taking && unasked(test) && test->asked.len == 0 && s)
        take(test, s);
    int over = !test->taking && test->asked.len == 0 && unasked(test) == 0;
    if (test->tell_ms && (over || mono_ms >= test->tell_ms))
        tell(test);
    return over && test->answered.len == 0;
}

static void lost(struct test *test)
{
    (void)cannot(test->tester, test->job, ERR_LOST,
                 _("There is no connection to the database at the moment."));
    stop_test(test);
}

void tester_step(struct tester *tester, int64_t mono_ms)
{
    struct session *s = kit_either(tester->kit);
    for (struct test **link = &tester->tests; *link;) {
        struct test *test = *link;
        if (!s && unasked(test) && !test->taking)
            lost(test);
        if (step_test(test, s, mono_ms)) {
            *link = test->next;
            test_destroy(test);
        } else {
            link = &test->next;
        }
    }
}

int64_t tester_deadline(const struct tester *tester)
{
    int64_t at = -1;
    for (const struct test *test = tester->tests; test; test = test->next) {
        if (test->tell_ms && (at < 0 || test->tell_ms < at))
            at = test->tell_ms;
    }
    return at;
}
