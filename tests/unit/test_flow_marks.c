#include "config.h"

/* Marks: kept in order, each once; all that the filter shows at once. */

#include "flow_fixture.h"

#include "base/mem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void id_of(char out[UUID_TEXT], int i)
{
    (void)snprintf(out, UUID_TEXT, "00000000-0000-4000-9000-%012d", i);
}

static void answer(struct console *c, int from, int n, int more)
{
    struct event *event = event_create(EVENT_SHOWN);
    event->job = c->st->job_shown;
    event->ids = mem_zero((size_t)n + 1, sizeof *event->ids);
    event->ids_len = (size_t)n;
    event->flag = more;
    for (int i = 0; i < n; i++)
        id_of(event->ids[i], from + i);
    console_send(c, event);
}

static void check_order(const struct state *st)
{
    for (size_t i = 1; i < st->marks_len; i++)
        cr_assert_lt(strcmp(st->marks[i - 1], st->marks[i]), 0, "at %zu", i);
}

Test(flow_marks, lines_marked_in_any_order_are_kept_in_order)
{
    struct console c;
    console_ready(&c, 20);
    console_command(&c, CMD_LAST, NULL);
    for (int i = 0; i < 5; i++) {
        console_command(&c, CMD_MARK, NULL);
        console_command(&c, CMD_UP, NULL);
        console_command(&c, CMD_UP, NULL);
    }
    cr_assert_geq(c.st->marks_len, 3);
    check_order(c.st);
    console_close(&c);
}

Test(flow_marks, all_that_the_filter_shows)
{
    struct console c;
    console_ready(&c, 5);
    console_command(&c, CMD_FILTER, "midi");
    console_serve(&c);
    console_command(&c, CMD_MARK_SHOWN, NULL);
    const struct job *job = console_job(&c, JOB_SHOWN);
    cr_assert_not_null(job);
    cr_assert(!filter_is_empty(&job->page.filter), "the filter travels with it");
    console_command(&c, CMD_MARK_SHOWN, NULL);
    cr_assert_null(console_job(&c, JOB_SHOWN), "one question at a time");
    answer(&c, 100, 3000, 0);
    cr_assert_eq(c.st->marks_len, 3000);
    char id[UUID_TEXT];
    id_of(id, 100 + 2999);
    cr_assert(state_marked(c.st, id));
    id_of(id, 99);
    cr_assert_not(state_marked(c.st, id));
    check_order(c.st);
    cr_assert_not_null(strstr(c.st->message.text, "lines are marked"));
    console_close(&c);
}

Test(flow_marks, what_was_marked_before_stays_and_is_there_once)
{
    struct console c;
    console_ready(&c, 5);
    console_command(&c, CMD_MARK, NULL);
    console_command(&c, CMD_MARK_SHOWN, NULL);
    answer(&c, 0, 10, 0);
    cr_assert_eq(c.st->marks_len, 11);
    console_command(&c, CMD_MARK_SHOWN, NULL);
    answer(&c, 5, 10, 0);
    cr_assert_eq(c.st->marks_len, 16);
    check_order(c.st);
    console_command(&c, CMD_MARK_ALL, NULL);
    cr_assert_eq(c.st->marks_len, 0);
    console_close(&c);
}

Test(flow_marks, the_bound_is_told)
{
    struct console c;
    console_ready(&c, 5);
    console_command(&c, CMD_MARK_SHOWN, NULL);
    answer(&c, 0, MARKS_MAX, 1);
    cr_assert_eq(c.st->marks_len, MARKS_MAX);
    cr_assert_eq(c.st->message.level, MESSAGE_WARN);
    console_command(&c, CMD_MARK, NULL);
    cr_assert_eq(c.st->marks_len, MARKS_MAX);
    console_close(&c);
}

Test(flow_marks, an_answer_to_an_earlier_filter_marks_nothing)
{
    struct console c;
    console_ready(&c, 5);
    console_command(&c, CMD_MARK_SHOWN, NULL);
    unsigned job = c.st->job_shown;
    console_command(&c, CMD_FILTER, "midi");
    struct event *event = event_create(EVENT_SHOWN);
    event->job = job;
    event->ids = mem_zero(1, sizeof *event->ids);
    event->ids_len = 1;
    id_of(event->ids[0], 1);
    console_send(&c, event);
    cr_assert_eq(c.st->marks_len, 0);
    console_close(&c);
}

Test(flow_marks, without_a_connection_it_says_so)
{
    struct console c;
    console_ready(&c, 5);
    console_link(&c, LINK_WAITING, ERR_LOST);
    console_command(&c, CMD_MARK_SHOWN, NULL);
    cr_assert_eq(c.st->job_shown, 0);
    cr_assert(c.st->message.text[0]);
    console_close(&c);
}
