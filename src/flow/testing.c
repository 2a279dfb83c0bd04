#include "config.h"

/* A test that a person asks for: of the marked rows, else of the one on screen. */

#include "base/i18n.h"
#include "flow/turn.h"

#include <stdio.h>
#include <string.h>

enum { SAID_MAX = 220, TESTING_FIRST_MS = 3000 };

static int collect(const struct state *st, const char *ids[TEST_MAX])
{
    int n = 0;
    if (state_context(st) & CONTEXT_SHEET) {
        ids[0] = st->sheet.id;
        return st->sheet.id[0] != '\0';
    }
    for (size_t i = 0; i < st->marks_len && n < TEST_MAX; i++)
        ids[n++] = st->marks[i];
    const struct connexion *row = state_current(st);
    if (n == 0 && row)
        ids[n++] = row->id;
    return n;
}

void testing_start(struct turn *t)
{
    struct state *st = t->st;
    const char *ids[TEST_MAX];
    int n = collect(st, ids);
    if (st->testing.job) {
        turn_message(t, MESSAGE_INFO, "%s", _("A test is under way; Esc ends it."));
        return;
    }
    if (n == 0) {
        turn_message(t, MESSAGE_INFO, "%s", _("There is no connexion to test."));
        return;
    }
    struct job *job = turn_job(t, JOB_TEST);
    if (!job) {
        turn_message(t, MESSAGE_WARN, "%s", _("Nothing can be tested without a connection."));
        return;
    }
    job_set_ids(job, ids, n);
    st->testing = (struct testing){.job = job->id, .asked = n, .total = n};
    st->health.due_ms = st->mono_ms + TESTING_FIRST_MS;
    if (n == TEST_MAX && st->marks_len > TEST_MAX)
        turn_message(t, MESSAGE_WARN, _("At most %d are tested at once: the first ones marked."),
                     TEST_MAX);
}

/* "10 key valid, 1 key revoked". */
static void list_said(const int said[VERDICT_COUNT], char *buf, size_t size)
{
    size_t at = 0;
    buf[0] = '\0';
    for (int i = 0; i < VERDICT_COUNT; i++) {
        if (said[i] == 0)
            continue;
        int n = snprintf(buf + at, size - at, "%s%d %s", at ? ", " : "", said[i],
                         verdict_title((enum verdict)i));
        if (n < 0 || (size_t)n >= size - at)
            return;
        at += (size_t)n;
    }
}

static int all_good(const int said[VERDICT_COUNT])
{
    for (int i = 0; i < VERDICT_COUNT; i++)
        if (said[i] > 0 && verdict_effect((enum verdict)i) != EFFECT_GOOD)
            return 0;
    return 1;
}

static void count_test(struct testing *test, const struct event *event)
{
    int told = 0;
    for (int i = 0; i < VERDICT_COUNT; i++)
        told += event->said[i];
    if (told > 0) {
        memcpy(test->said, event->said, sizeof test->said);
        return;
    }
    for (int i = 0; event->health && i < event->health->len; i++) {
        const struct health *h = &event->health->item[i];
        enum verdict found = h->seen != VERDICT_NEVER ? h->seen : h->verdict;
        test->said[found]++;
    }
}

static void say_result(struct turn *t, const struct testing *test)
{
    char said[SAID_MAX];
    enum message_level level = all_good(test->said) ? MESSAGE_INFO : MESSAGE_WARN;
    list_said(test->said, said, sizeof said);
    if (test->done == 0)
        turn_message(t, MESSAGE_WARN, "%s",
                     _("Nothing was tested: held by another program, or out of sight."));
    else if (test->done < test->asked)
        turn_message(t, level, _("%d of %d tested: %s"), test->done, test->asked, said);
    else
        turn_message(t, level,
                     ngettext("%d tested: %s", "%d tested: %s", (unsigned long)test->done),
                     test->done, said);
}

void testing_take(struct turn *t, struct event *event)
{
    struct state *st = t->st;
    struct testing *test = &st->testing;
    if (event->job == 0 || event->job != test->job)
        return;
    health_merge(t, event->health);
    count_test(test, event);
    test->done = event->tested;
    test->total = event->test_total;
    if (test->done < test->total)
        return;
    test->job = 0;
    say_result(t, test);
    health_ask(t, 0);
}

void testing_stop(struct turn *t)
{
    struct testing *test = &t->st->testing;
    char said[SAID_MAX];
    if (!test->job)
        return;
    struct job *job = turn_job(t, JOB_TEST_STOP);
    if (job)
        job->id = test->job;
    test->job = 0;
    list_said(test->said, said, sizeof said);
    turn_message(t, MESSAGE_INFO, _("Test ended: %d of %d tested%s%s"), test->done, test->total,
                 said[0] ? ": " : "", said);
}

void testing_break(struct turn *t)
{
    if (!t->st->testing.job)
        return;
    t->st->testing.job = 0;
    turn_message(t, MESSAGE_WARN, "%s", _("The connection was lost: the test is ended."));
}
