#include "config.h"

#include "flow_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(flow_list, first_page_is_asked_for_when_the_link_is_ready)
{
    struct console c;
    console_open(&c, 10);
    console_link(&c, LINK_READY, ERR_OK);
    const struct job *job = console_job(&c, JOB_PAGE);
    cr_assert_not_null(job);
    cr_assert_eq(job->page.from_edge, 1);
    cr_assert_eq(job->page.backward, 0);
    cr_assert_not_null(console_job(&c, JOB_TOTALS));
    console_serve(&c);
    cr_assert_eq(c.st->list.len, 10);
    cr_assert(c.st->list.at_start && c.st->list.at_end);
    cr_assert_eq(console_cursor(&c), 0);
    console_close(&c);
}

Test(flow_list, walking_down_visits_every_row_once_and_keeps_a_bounded_window)
{
    struct console c;
    console_ready(&c, 3000);
    for (int i = 0; i < 3000; i++) {
        cr_assert_eq(console_cursor(&c), i, "at step %d the cursor is on %d", i,
                     console_cursor(&c));
        cr_assert_leq(c.st->list.len, 700);
        cr_assert_eq(c.st->list.before + (int64_t)c.st->list.cursor, i);
        console_command(&c, CMD_DOWN, NULL);
        console_serve(&c);
    }
    cr_assert_eq(console_cursor(&c), 2999);
    for (int i = 2999; i > 0; i--) {
        console_command(&c, CMD_UP, NULL);
        console_serve(&c);
        cr_assert_eq(console_cursor(&c), i - 1);
    }
    cr_assert(c.st->list.at_start);
    cr_assert_eq(c.st->list.before, 0);
    console_close(&c);
}

Test(flow_list, pages_overlap_nothing_and_the_cursor_is_always_visible)
{
    struct console c;
    console_ready(&c, 500);
    size_t body = (size_t)state_body_rows(c.st);
    for (int i = 0; i < 60; i++) {
        console_command(&c, i < 30 ? CMD_PAGE_DOWN : CMD_PAGE_UP, NULL);
        console_serve(&c);
        cr_assert_geq(c.st->list.cursor, c.st->list.top);
        cr_assert_lt(c.st->list.cursor, c.st->list.top + body);
    }
    cr_assert_eq(console_cursor(&c), 0);
    console_close(&c);
}

Test(flow_list, end_and_home_fetch_the_edges)
{
    struct console c;
    console_ready(&c, 100000);
    console_command(&c, CMD_LAST, NULL);
    const struct job *job = console_job(&c, JOB_PAGE);
    cr_assert_not_null(job);
    cr_assert(job->page.backward && job->page.from_edge);
    console_serve(&c);
    cr_assert_eq(console_cursor(&c), 99999);
    cr_assert(c.st->list.at_end);
    console_command(&c, CMD_UP, NULL);
    cr_assert_eq(console_cursor(&c), 99998);
    console_command(&c, CMD_FIRST, NULL);
    console_serve(&c);
    cr_assert_eq(console_cursor(&c), 0);
    cr_assert(c.st->list.at_start);
    console_close(&c);
}

Test(flow_list, a_refresh_keeps_the_row_under_the_cursor)
{
    struct console c;
    console_ready(&c, 5000);
    for (int i = 0; i < 10; i++) {
        console_command(&c, CMD_PAGE_DOWN, NULL);
        console_serve(&c);
    }
    int before = console_cursor(&c);
    size_t top = c.st->list.top;
    console_send(&c, event_create(EVENT_CHANGED));
    cr_assert_not_null(console_job(&c, JOB_PAGE));
    console_serve(&c);
    cr_assert_eq(console_cursor(&c), before);
    cr_assert_eq(c.st->list.top, top);
    console_close(&c);
}

Test(flow_list, changes_during_a_fetch_cause_one_fetch_more)
{
    struct console c;
    console_ready(&c, 50);
    console_send(&c, event_create(EVENT_CHANGED));
    struct event *late = event_create(EVENT_PAGE);
    late->job = console_job(&c, JOB_PAGE)->id;
    late->page = page_create(0);
    for (int i = 0; i < 5; i++) {
        console_send(&c, event_create(EVENT_CHANGED));
        cr_assert_null(console_job(&c, JOB_PAGE));
    }
    console_send(&c, late);
    cr_assert_not_null(console_job(&c, JOB_PAGE));
    console_close(&c);
}

Test(flow_list, answers_to_forgotten_questions_are_dropped)
{
    struct console c;
    console_ready(&c, 50);
    struct event *stranger = event_create(EVENT_PAGE);
    stranger->job = 999;
    stranger->page = page_create(0);
    console_send(&c, stranger);
    cr_assert_eq(c.st->list.len, 50);
    struct event *zero = event_create(EVENT_PAGE);
    zero->page = page_create(0);
    console_send(&c, zero);
    cr_assert_eq(c.st->list.len, 50);
    console_close(&c);
}

Test(flow_list, an_empty_list_takes_every_command)
{
    struct console c;
    console_ready(&c, 0);
    for (int i = 1; i < COMMAND_COUNT; i++) {
        if (i == CMD_EXIT || i == CMD_QUIT)
            continue;
        console_command(&c, (enum command)i, NULL);
        console_serve(&c);
    }
    cr_assert_eq(c.st->quit, 0);
    console_close(&c);
}

Test(flow_list, a_member_always_sends_the_own_organisation)
{
    struct console c;
    console_open(&c, 5);
    struct event *event = event_create(EVENT_LINK);
    event->link = LINK_READY;
    event->proof = calloc(1, sizeof *event->proof);
    (void)snprintf(event->proof->organisation_id, UUID_TEXT, "%s",
                   "22222222-2222-2222-2222-222222222222");
    console_send(&c, event);
    const struct job *job = console_job(&c, JOB_PAGE);
    cr_assert_str_eq(job->page.organisation, "22222222-2222-2222-2222-222222222222");
    console_close(&c);
}

Test(flow_list, sorting_asks_from_the_edge_in_the_new_order)
{
    struct console c;
    console_ready(&c, 300);
    console_command(&c, CMD_SORT, "-budget");
    const struct job *job = console_job(&c, JOB_PAGE);
    cr_assert_eq(job->page.order.column, COL_COST);
    cr_assert_eq(job->page.order.descending, 1);
    cr_assert_eq(job->page.from_edge, 1);
    console_serve(&c);
    console_command(&c, CMD_REVERSE, NULL);
    cr_assert_eq(console_job(&c, JOB_PAGE)->page.order.descending, 0);
    console_serve(&c);
    console_command(&c, CMD_SORT, "key");
    cr_assert_null(console_job(&c, JOB_PAGE), "the key is never sorted by");
    cr_assert(c.st->message.text[0]);
    console_close(&c);
}

Test(flow_list, the_sort_menu_reaches_every_column_but_the_key)
{
    for (int i = 0; i < COLUMN_COUNT - 1; i++) {
        struct console c;
        console_ready(&c, 3);
        console_command(&c, CMD_SORT, NULL);
        cr_assert_eq(state_screen(c.st), SCREEN_SORT);
        console_command(&c, CMD_FIRST, NULL);
        for (int k = 0; k < i; k++)
            console_command(&c, CMD_DOWN, NULL);
        console_command(&c, CMD_OPEN, NULL);
        cr_assert_not_null(console_job(&c, JOB_PAGE));
        cr_assert_neq(console_job(&c, JOB_PAGE)->page.order.column, COL_API_KEY);
        cr_assert_eq(state_screen(c.st), SCREEN_CONNEXIONS);
        console_close(&c);
    }
}

Test(flow_list, columns_can_be_chosen_but_never_all_removed)
{
    struct console c;
    console_ready(&c, 3);
    console_command(&c, CMD_COLUMNS, "account,state");
    cr_assert_eq(c.st->list.columns_len, 2);
    console_command(&c, CMD_COLUMNS, NULL);
    for (int pass = 0; pass < 2; pass++) {
        console_command(&c, CMD_FIRST, NULL);
        for (int i = 0; i < COLUMN_COUNT; i++) {
            console_command(&c, CMD_MARK, NULL);
            console_command(&c, CMD_DOWN, NULL);
        }
        cr_assert_geq(c.st->list.columns_len, 1);
        cr_assert_lt(c.st->list.columns_len, COLUMN_COUNT);
    }
    console_command(&c, CMD_COLUMNS, "nonsense");
    cr_assert(strstr(c.st->message.text, "nonsense"));
    console_close(&c);
}

Test(flow_list, marks_follow_the_rows_not_the_lines)
{
    struct console c;
    console_ready(&c, 30);
    console_command(&c, CMD_MARK, NULL);
    console_command(&c, CMD_MARK, NULL);
    cr_assert_eq(c.st->marks_len, 2);
    cr_assert(state_marked(c.st, c.st->list.rows[0]->id));
    console_command(&c, CMD_SORT, "-account");
    console_serve(&c);
    cr_assert_eq(c.st->marks_len, 2);
    console_command(&c, CMD_BACK, NULL);
    cr_assert_eq(c.st->marks_len, 0);
    console_command(&c, CMD_MARK_ALL, NULL);
    cr_assert_eq(c.st->marks_len, 30);
    console_close(&c);
}

Test(flow_list, rows_of_an_earlier_order_are_no_place_to_read_on_from)
{
    struct console c;
    console_ready(&c, 3000);
    console_command(&c, CMD_SORT, "account");
    struct event *fault = event_create(EVENT_FAULT);
    fault->job = c.st->list.job_reset;
    (void)err_set(&fault->err, ERR_TIMEOUT, "no answer");
    console_send(&c, fault);
    for (int i = 0; i < 5; i++) {
        console_command(&c, CMD_PAGE_DOWN, NULL);
        cr_assert_null(console_job(&c, JOB_PAGE), "the keys of the old order mean nothing in it");
    }
    console_command(&c, CMD_REFRESH, NULL);
    cr_assert_eq(console_job(&c, JOB_PAGE)->page.from_edge, 1);
    console_serve(&c);
    cr_assert_eq(console_cursor(&c), 0);
    console_command(&c, CMD_PAGE_DOWN, NULL);
    console_close(&c);
}
