#include "config.h"

#include "flow_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(flow_link, a_first_refusal_ends_the_program_with_its_reason)
{
    struct console c;
    console_open(&c, 0);
    console_link(&c, LINK_REFUSED, ERR_SUPERUSER);
    cr_assert_eq(c.st->quit, 1);
    cr_assert_eq(c.st->exit_err.code, ERR_SUPERUSER);
    console_close(&c);
}

Test(flow_link, a_lost_connection_keeps_rows_cursor_and_filter)
{
    struct console c;
    console_ready(&c, 200);
    for (int i = 0; i < 7; i++)
        console_command(&c, CMD_DOWN, NULL);
    console_command(&c, CMD_FILTER, "state:active");
    console_serve(&c);
    for (int i = 0; i < 7; i++)
        console_command(&c, CMD_DOWN, NULL);
    console_link(&c, LINK_WAITING, ERR_LOST);
    cr_assert_eq(c.st->quit, 0);
    cr_assert_eq(c.st->list.len, 64);
    console_command(&c, CMD_DOWN, NULL);
    cr_assert_null(console_job(&c, JOB_PAGE), "nothing is asked for without a connection");
    console_link(&c, LINK_CONNECTING, ERR_OK);
    console_link(&c, LINK_READY, ERR_OK);
    cr_assert_not_null(console_job(&c, JOB_PAGE));
    cr_assert_eq(console_job(&c, JOB_PAGE)->page.filter.states, 1U << STATUS_ACTIVE);
    console_serve(&c);
    cr_assert_eq(console_cursor(&c), 8);
    cr_assert_str_eq(c.st->list.filter_text, "state:active");
    console_close(&c);
}

Test(flow_link, another_identity_after_reconnecting_sees_nothing_of_the_first)
{
    struct console c;
    console_ready(&c, 20);
    console_link(&c, LINK_WAITING, ERR_LOST);
    struct event *event = event_create(EVENT_LINK);
    event->link = LINK_READY;
    event->proof = calloc(1, sizeof *event->proof);
    (void)snprintf(event->proof->user_id, UUID_TEXT, "%s", "33333333-3333-3333-3333-333333333333");
    console_send(&c, event);
    cr_assert_eq(c.st->list.len, 0);
    console_close(&c);
}

Test(flow_link, a_refusal_in_the_middle_takes_the_rows_away_and_stays)
{
    struct console c;
    console_ready(&c, 20);
    console_link(&c, LINK_REFUSED, ERR_RLS_OFF);
    cr_assert_eq(c.st->quit, 0);
    cr_assert_eq(c.st->list.len, 0);
    cr_assert_eq(c.st->link.err.code, ERR_RLS_OFF);
    console_command(&c, CMD_REFRESH, NULL);
    cr_assert_not_null(console_job(&c, JOB_RECONNECT));
    console_close(&c);
}

Test(flow_link, waiting_is_counted_from_the_first_unanswered_question)
{
    struct console c;
    console_ready(&c, 20);
    cr_assert_eq(state_waiting_s(c.st), 0);
    console_command(&c, CMD_REFRESH, NULL);
    console_tick(&c, 3200);
    cr_assert_eq(state_waiting_s(c.st), 3);
    cr_assert_eq(state_next_wake(c.st), c.mono_ms + 800, "wakes at the next second");
    console_link(&c, LINK_WAITING, ERR_TIMEOUT);
    cr_assert_eq(state_waiting_s(c.st), 0);
    console_close(&c);
}

Test(flow_link, an_idle_console_wakes_once_a_minute)
{
    struct console c;
    console_ready(&c, 20);
    struct event *event = event_create(EVENT_TOTALS);
    event->job = c.st->list.job_totals;
    event->totals_exact = 1;
    console_send(&c, event);
    cr_assert_geq(state_next_wake(c.st) - c.mono_ms, 30000);
    console_close(&c);
}

Test(flow_link, the_timer_refreshes_where_a_pooler_stands_between)
{
    struct console c;
    console_ready(&c, 20);
    c.st->link.proof.pooler = 1;
    console_send(&c, event_create(EVENT_CHANGED));
    console_serve(&c);
    console_tick(&c, 9000);
    cr_assert_null(console_job(&c, JOB_PAGE));
    console_tick(&c, 1500);
    cr_assert_not_null(console_job(&c, JOB_PAGE));
    console_close(&c);
}

Test(flow_link, totals_rest_ten_times_as_long_as_they_took)
{
    struct console c;
    console_ready(&c, 20);
    unsigned job = c.st->list.job_totals;
    c.mono_ms += 2000;
    struct event *event = event_create(EVENT_TOTALS);
    event->job = job;
    console_send(&c, event);
    console_send(&c, event_create(EVENT_CHANGED));
    cr_assert_null(console_job(&c, JOB_TOTALS));
    console_serve(&c);
    console_tick(&c, 19000);
    cr_assert_null(console_job(&c, JOB_TOTALS));
    console_tick(&c, 1500);
    cr_assert_not_null(console_job(&c, JOB_TOTALS));
    console_close(&c);
}

Test(flow_link, a_failed_question_is_told_and_forgotten)
{
    struct console c;
    console_ready(&c, 20);
    console_command(&c, CMD_REFRESH, NULL);
    struct event *event = event_create(EVENT_FAULT);
    event->job = c.st->list.job_reset;
    (void)err_set(&event->err, ERR_DATABASE, "the server is out of disk space");
    console_send(&c, event);
    cr_assert(strstr(c.st->message.text, "out of disk"));
    cr_assert_eq(c.st->list.job_reset, 0);
    cr_assert_eq(c.st->list.len, 20);
    console_close(&c);
}
