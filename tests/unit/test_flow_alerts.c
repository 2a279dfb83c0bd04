#include "config.h"

/* Alerts in the console: the counter and its news, the list, what is done with one, and the ways to
 * put it right. */

#include "flow_fixture.h"

#include "base/mem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct alert_list *list_of(int n)
{
    struct alert_list *list = alert_list_create(n);
    struct connexion *row = console_row(1);
    for (int i = 0; i < n; i++) {
        struct alert *a = &list->item[i];
        (void)snprintf(a->id, sizeof a->id, "a1e70000-0000-4000-8000-%012d", i);
        a->kind = i == 2 ? ALERT_UNATTRIBUTED : i == 3 ? ALERT_PROVIDER : ALERT_KEY_REVOKED;
        a->gravity = i == 0 ? GRAVITY_CRITICAL : GRAVITY_WARN;
        a->raised_at = 1000 + i;
        a->permille = -1;
        if (alert_about(a->kind) == ABOUT_A_CONNEXION)
            memcpy(a->connexion_id, row->id, sizeof a->connexion_id);
        (void)snprintf(a->subject, sizeof a->subject, "subject %d", i);
    }
    list->counts.open[GRAVITY_CRITICAL] = n > 0;
    list->counts.open[GRAVITY_WARN] = n > 1 ? n - 1 : 0;
    connexion_destroy(row);
    return list;
}

static void answer(struct console *c, unsigned job, struct alert_list *list)
{
    struct event *event = event_create(EVENT_ALERTS);
    event->job = job;
    event->alerts = list;
    console_send(c, event);
}

static void open_screen(struct console *c, int n)
{
    console_ready(c, 5);
    console_command(c, CMD_ALERTS, NULL);
    cr_assert_eq(state_screen(c->st), SCREEN_ALERTS);
    cr_assert_neq(c->st->alerts.job, 0);
    answer(c, c->st->alerts.job, list_of(n));
    cr_assert_eq(c->st->alerts.list->len, n);
}

static void done(struct console *c)
{
    struct event *event = event_create(EVENT_ALERT_DONE);
    event->job = c->st->alerts.job_act;
    console_send(c, event);
}

static void at(struct console *c, int cursor)
{
    c->st->alerts.scroll.cursor = cursor;
}

/* ── the counter ── */

Test(flow_alerts, counter_is_asked_for_at_the_start_and_at_changes)
{
    struct console c;
    console_ready(&c, 3);
    unsigned first = c.st->watch.job;
    cr_assert_neq(first, 0);
    answer(&c, first, list_of(2));
    cr_assert(c.st->watch.known);
    cr_assert_eq(c.st->watch.counts.open[GRAVITY_CRITICAL], 1);
    cr_assert_eq(c.st->announce.pending, 0, "what was there before is no news");
    console_send(&c, event_create(EVENT_CHANGED));
    cr_assert_eq(c.st->watch.job, 0, "sparingly");
    cr_assert_gt(c.st->watch.due_ms, 0);
    console_tick(&c, 5000);
    cr_assert_neq(c.st->watch.job, 0);
    console_close(&c);
}

/* The database changed, and the counter's question is answered. */
static void change(struct console *c, int n)
{
    c->mono_ms += 30000;
    console_send(c, event_create(EVENT_CHANGED));
    unsigned job = c->st->watch.job;
    cr_assert_neq(job, 0);
    console_serve(c);
    answer(c, job, list_of(n));
}

Test(flow_alerts, what_is_new_is_announced_once)
{
    struct console c;
    console_ready(&c, 3);
    answer(&c, c.st->watch.job, list_of(1));
    change(&c, 2);
    cr_assert(c.st->announce.pending);
    cr_assert_eq(c.st->announce.gravity, GRAVITY_WARN);
    cr_assert_not_null(strstr(c.st->announce.text, "subject 1"), "%s", c.st->announce.text);
    cr_assert_not_null(strstr(c.st->message.text, "subject 1"));
    c.st->announce.pending = 0;
    change(&c, 2);
    cr_assert_eq(c.st->announce.pending, 0);
    change(&c, 5);
    cr_assert_not_null(strstr(c.st->announce.text, "3 new alerts"), "%s", c.st->announce.text);
    console_close(&c);
}

Test(flow_alerts, announcing_can_be_tried_without_an_alert)
{
    struct console c;
    console_ready(&c, 3);
    console_command(&c, CMD_ALERTS, NULL);
    cr_assert_eq(c.st->announce.pending, 0);
    console_command(&c, CMD_ANNOUNCE_TEST, NULL);
    cr_assert(c.st->announce.pending);
    cr_assert_not_null(strstr(c.st->announce.text, "test"));
    cr_assert_str_eq(c.st->message.text, c.st->announce.text);
    console_close(&c);
}

Test(flow_alerts, a_counter_that_cannot_be_had_says_nothing)
{
    struct console c;
    console_ready(&c, 3);
    struct event *event = event_create(EVENT_FAULT);
    event->job = c.st->watch.job;
    (void)err_set(&event->err, ERR_DATABASE, "no alerts here");
    console_send(&c, event);
    cr_assert_eq(c.st->watch.job, 0);
    cr_assert_null(strstr(c.st->message.text, "no alerts here"));
    console_send(&c, event_create(EVENT_CHANGED));
    cr_assert_eq(c.st->watch.job, 0, "not again at once");
    console_close(&c);
}

/* ── the list ── */

Test(flow_alerts, the_screen_is_about_what_was_on_screen)
{
    struct console c;
    console_ready(&c, 5);
    console_command(&c, CMD_OPEN, NULL);
    console_command(&c, CMD_ALERTS, NULL);
    const struct job *job = console_job(&c, JOB_ALERTS);
    cr_assert_not_null(job);
    cr_assert_str_eq(job->alerts->connexion, c.st->sheet.id);
    cr_assert_eq(job->alerts->scope, ALERTS_ALL, "its history too");
    console_command(&c, CMD_ALERTS_EVERYWHERE, NULL);
    job = console_job(&c, JOB_ALERTS);
    cr_assert_str_eq(job->alerts->connexion, "");
    console_command(&c, CMD_ALERTS_ALL, NULL);
    job = console_job(&c, JOB_ALERTS);
    cr_assert_eq(job->alerts->scope, ALERTS_OPEN);
    console_close(&c);
}

Test(flow_alerts, pages_follow_the_cursor)
{
    struct console c;
    console_ready(&c, 5);
    console_command(&c, CMD_ALERTS, NULL);
    struct alert_list *page = list_of(60);
    page->more = 1;
    answer(&c, c.st->alerts.job, page);
    cr_assert_eq(c.st->alerts.job_more, 0, "the end is far");
    console_command(&c, CMD_LAST, NULL);
    const struct job *job = console_job(&c, JOB_ALERTS);
    cr_assert_not_null(job);
    cr_assert_str_eq(job->alerts->after, c.st->alerts.list->item[59].id);
    answer(&c, job->id, list_of(10));
    cr_assert_eq(c.st->alerts.list->len, 70);
    cr_assert_eq(c.st->alerts.list->more, 0);
    cr_assert_eq(c.st->alerts.scroll.cursor, 59);
    console_close(&c);
}

Test(flow_alerts, the_cursor_stays_on_its_alert)
{
    struct console c;
    open_screen(&c, 5);
    at(&c, 3);
    console_command(&c, CMD_REFRESH, NULL);
    struct alert_list *list = list_of(5);
    struct alert first = list->item[0];
    memmove(list->item, list->item + 1, 4 * sizeof first);
    list->item[4] = first;
    answer(&c, c.st->alerts.job, list);
    cr_assert_eq(c.st->alerts.scroll.cursor, 2);
    console_command(&c, CMD_REFRESH, NULL);
    answer(&c, c.st->alerts.job, list_of(0));
    cr_assert_eq(c.st->alerts.scroll.cursor, 0);
    console_command(&c, CMD_ACKNOWLEDGE, NULL);
    cr_assert_null(console_job(&c, JOB_ALERT_ACT));
    console_close(&c);
}

/* ── acts ── */

Test(flow_alerts, acknowledge_and_reopen)
{
    struct console c;
    open_screen(&c, 3);
    at(&c, 1);
    console_command(&c, CMD_REOPEN, NULL);
    cr_assert_null(console_job(&c, JOB_ALERT_ACT), "it is open");
    console_command(&c, CMD_ACKNOWLEDGE, NULL);
    const struct job *job = console_job(&c, JOB_ALERT_ACT);
    cr_assert_not_null(job);
    cr_assert_eq(job->action->act, ALERT_ACKNOWLEDGE);
    cr_assert_str_eq(job->action->alert, c.st->alerts.list->item[1].id);
    console_command(&c, CMD_ACKNOWLEDGE, NULL);
    cr_assert_null(console_job(&c, JOB_ALERT_ACT), "one after the other");
    done(&c);
    cr_assert_eq(c.st->alerts.job_act, 0);
    cr_assert_not_null(console_job(&c, JOB_ALERTS), "seen at once");
    c.st->alerts.list->item[1].status = ALERT_ACKNOWLEDGED;
    console_command(&c, CMD_REOPEN, NULL);
    cr_assert_eq(console_job(&c, JOB_ALERT_ACT)->action->act, ALERT_REOPEN);
    done(&c);
    c.st->alerts.list->item[1].status = ALERT_OVER;
    console_command(&c, CMD_ACKNOWLEDGE, NULL);
    cr_assert_null(console_job(&c, JOB_ALERT_ACT), "what is over asks for nothing");
    console_close(&c);
}

Test(flow_alerts, a_snooze_has_an_end_and_a_reason)
{
    static const struct {
        const char *text;
        int64_t after; /* seconds from now; 0: refused */
    } cases[] = {{"7d the client is away", 604800},
                 {"4h later", 14400},
                 {"2w two weeks", 1209600},
                 {"7d", 0},
                 {"7d ", 0},
                 {"", 0},
                 {"7 d x", 0},
                 {"d x", 0},
                 {"0d x", 0},
                 {"-1d x", 0},
                 {"99999d x", 0},
                 {"9999w x", 0},
                 {"soon x", 0},
                 {"2001-01-01 x", 0},
                 {"2026-13-01 x", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct console c;
        open_screen(&c, 3);
        console_command(&c, CMD_SNOOZE, NULL);
        cr_assert_eq(state_screen(c.st), SCREEN_PROMPT);
        console_type(&c, cases[i].text);
        console_command(&c, CMD_ACCEPT, NULL);
        const struct job *job = console_job(&c, JOB_ALERT_ACT);
        cr_expect_eq(job != NULL, cases[i].after > 0, "%s", cases[i].text);
        if (job) {
            cr_expect_eq(job->action->until, c.st->now + cases[i].after, "%s", cases[i].text);
            cr_expect_str_eq(job->action->reason, strchr(cases[i].text, ' ') + 1);
            cr_expect_eq(state_screen(c.st), SCREEN_ALERTS);
        } else {
            cr_expect(c.st->prompt.problem[0], "%s: says why", cases[i].text);
            cr_expect_eq(state_screen(c.st), SCREEN_PROMPT);
        }
        console_close(&c);
    }
}

Test(flow_alerts, a_snooze_on_the_command_line)
{
    struct console c;
    open_screen(&c, 3);
    console_command(&c, CMD_SNOOZE, "3d moving house");
    cr_assert_str_eq(console_job(&c, JOB_ALERT_ACT)->action->reason, "moving house");
    done(&c);
    console_command(&c, CMD_SNOOZE, "3d");
    cr_assert_null(console_job(&c, JOB_ALERT_ACT));
    cr_assert_eq(state_screen(c.st), SCREEN_PROMPT);
    cr_assert_str_eq(c.st->prompt.line.text, "3d");
    cr_assert(c.st->prompt.problem[0]);
    console_close(&c);
}

Test(flow_alerts, assigning_to_somebody_and_to_nobody)
{
    struct console c;
    open_screen(&c, 3);
    console_command(&c, CMD_ASSIGN, NULL);
    console_type(&c, "paul@platform.example");
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert_str_eq(console_job(&c, JOB_ALERT_ACT)->action->to, "paul@platform.example");
    done(&c);
    (void)snprintf(c.st->alerts.list->item[0].assigned_to, ALERT_NAME, "paul@platform.example");
    console_command(&c, CMD_ASSIGN, NULL);
    cr_assert_str_eq(c.st->prompt.line.text, "paul@platform.example");
    console_command(&c, CMD_ERASE_LINE, NULL);
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert_str_eq(console_job(&c, JOB_ALERT_ACT)->action->to, "");
    console_close(&c);
}

Test(flow_alerts, an_act_is_about_the_alert_that_was_asked_about)
{
    struct console c;
    open_screen(&c, 3);
    at(&c, 1);
    console_command(&c, CMD_SNOOZE, NULL);
    console_type(&c, "1d x");
    at(&c, 0); /* the list moved meanwhile */
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert_str_eq(console_job(&c, JOB_ALERT_ACT)->action->alert, c.st->alerts.list->item[1].id);
    console_close(&c);
}

/* ── remedies ── */

Test(flow_alerts, every_kind_has_three_commands)
{
    for (int kind = 0; kind < ALERT_KIND_COUNT; kind++)
        for (int i = 0; i < 3; i++) {
            enum command command = state_remedy((enum alert_kind)kind, i);
            cr_expect_neq(command, CMD_NONE, "%s", alert_word((enum alert_kind)kind));
            for (int j = 0; j < i; j++)
                cr_expect_neq(command, state_remedy((enum alert_kind)kind, j));
        }
    cr_expect_eq(state_remedy(ALERT_BUDGET, 3), CMD_NONE);
    cr_expect_eq(state_remedy(ALERT_KIND_COUNT, 0), CMD_NONE);
}

Test(flow_alerts, remedies_run_on_the_alerts_connexion)
{
    struct console c;
    open_screen(&c, 5);
    console_command(&c, CMD_REMEDY_1, NULL); /* edit */
    cr_assert_eq(state_screen(c.st), SCREEN_FORM);
    cr_assert_str_eq(c.st->form.draft.id, c.st->alerts.list->item[0].connexion_id);
    console_command(&c, CMD_FORM_LEAVE, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_CONNEXION);
    console_command(&c, CMD_BACK, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_ALERTS, "back to where one came from");
    console_command(&c, CMD_REMEDY_2, NULL); /* test */
    const struct job *job = console_job(&c, JOB_TEST);
    cr_assert_not_null(job);
    cr_assert_str_eq(job->ids[0], c.st->alerts.list->item[0].connexion_id);
    console_command(&c, CMD_BACK, NULL);
    console_command(&c, CMD_REMEDY_3, NULL); /* timeline */
    cr_assert_eq(state_screen(c.st), SCREEN_TIMELINE);
    cr_assert_str_eq(c.st->timeline.connexion_id, c.st->alerts.list->item[0].connexion_id);
    console_close(&c);
}

Test(flow_alerts, remedies_of_accounts_and_hosts)
{
    struct console c;
    open_screen(&c, 5);
    at(&c, 2);
    console_command(&c, CMD_REMEDY_1, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_ACCOUNTS);
    console_command(&c, CMD_BACK, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_ALERTS);
    at(&c, 3);
    console_command(&c, CMD_REMEDY_2, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_LOG);
    console_command(&c, CMD_BACK, NULL);
    console_command(&c, CMD_REMEDY_3, NULL);
    cr_assert_neq(c.st->alerts.job, 0, "asked again");
    console_close(&c);
}

Test(flow_alerts, a_connexion_that_is_not_on_hand_is_fetched)
{
    struct console c;
    open_screen(&c, 2);
    struct alert *a = &c.st->alerts.list->item[0];
    (void)snprintf(a->connexion_id, sizeof a->connexion_id, "%s",
                   "ffffffff-0000-4000-8000-000000000001");
    console_command(&c, CMD_OPEN, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_CONNEXION);
    cr_assert_str_eq(console_job(&c, JOB_CONNEXION)->uuid, a->connexion_id);
    cr_assert_str_eq(console_job(&c, JOB_LIMITS)->uuid, a->connexion_id);
    console_command(&c, CMD_TIMELINE, NULL);
    cr_assert_str_eq(c.st->timeline.connexion_id, a->connexion_id);
    console_close(&c);
}

Test(flow_alerts, a_command_of_the_screen_elsewhere_says_where)
{
    struct console c;
    console_ready(&c, 3);
    console_command(&c, CMD_ACKNOWLEDGE, NULL);
    cr_assert_null(console_job(&c, JOB_ALERT_ACT));
    cr_assert(c.st->message.text[0]);
    console_close(&c);
}

Test(flow_alerts, another_identity_sees_nothing_of_it)
{
    struct console c;
    open_screen(&c, 5);
    struct event *event = event_create(EVENT_LINK);
    event->link = LINK_REFUSED;
    (void)err_set(&event->err, ERR_REFUSED, "no more");
    console_send(&c, event);
    cr_assert_null(c.st->alerts.list);
    cr_assert_eq(c.st->watch.known, 0);
    console_close(&c);
}
