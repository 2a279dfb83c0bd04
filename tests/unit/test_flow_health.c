#include "config.h"

/* Health of the rows on hand, figures of the sheet, tests: what is asked when, and which answers
 * count. */

#include "flow_fixture.h"

#include "base/mem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct health_list *healths(const char (*ids)[UUID_TEXT], int len, enum verdict verdict)
{
    struct health_list *list = health_list_create(len, 0);
    for (int i = 0; i < len; i++) {
        list->item[i].verdict = verdict;
        list->item[i].checked_at = 1795348000;
        memcpy(list->item[i].id, ids[i], UUID_TEXT);
    }
    return list;
}

/* Answers the question under way for its first rows. */
static void answer_health(struct console *c, int rows, enum verdict verdict)
{
    struct event *event = event_create(EVENT_HEALTH);
    char ids[64][UUID_TEXT];
    event->job = c->st->health.job;
    for (int i = 0; i < rows; i++)
        memcpy(ids[i], c->st->list.rows[i]->id, UUID_TEXT);
    event->health = healths((const char(*)[UUID_TEXT])ids, rows, verdict);
    console_send(c, event);
}

static void host_news(struct console *c, unsigned job, const char *host, enum verdict verdict)
{
    struct event *event = event_create(EVENT_HEALTH);
    event->job = job;
    event->health = health_list_create(0, host ? 1 : 0);
    if (host) {
        (void)snprintf(event->health->host[0].host, EVIDENCE_HOST, "%s", host);
        event->health->host[0].verdict = verdict;
    }
    console_send(c, event);
}

static void tested(struct console *c, unsigned job, int done, int total, enum verdict verdict)
{
    struct event *event = event_create(EVENT_TESTED);
    event->job = job;
    event->tested = done;
    event->test_total = total;
    event->said[verdict] = done;
    console_send(c, event);
}

static const struct health *first(const struct console *c)
{
    return state_health(c->st, c->st->list.rows[0]->id);
}

static void ready(struct console *c, int rows)
{
    console_ready(c, rows);
    cr_assert_neq(c->st->health.job, 0, "health is asked for when the rows have come");
}

Test(flow_health, rows_are_asked_for_when_they_come)
{
    struct console c;
    console_open(&c, 20);
    console_link(&c, LINK_READY, ERR_OK);
    cr_assert_null(console_job(&c, JOB_HEALTH));
    console_serve(&c);
    const struct job *job = console_job(&c, JOB_HEALTH);
    cr_assert_not_null(job);
    cr_assert_eq(job->ids_len, 20);
    cr_assert_str_eq(job->ids[19], c.st->list.rows[19]->id);
    cr_assert_null(first(&c), "asked for, not known");
    answer_health(&c, 5, VERDICT_REVOKED);
    cr_assert_eq(first(&c)->verdict, VERDICT_REVOKED);
    const struct health *silent = state_health(c.st, c.st->list.rows[9]->id);
    cr_assert_eq(silent->verdict, VERDICT_NEVER, "a row without an answer was never probed");
    cr_assert_null(state_health(c.st, "nobody"));
    console_close(&c);
}

Test(flow_health, the_row_of_the_sheet_is_asked_for_once)
{
    struct console c;
    ready(&c, 3);
    console_command(&c, CMD_OPEN, NULL);
    answer_health(&c, 3, VERDICT_VALID);
    console_tick(&c, 20000);
    cr_assert_eq(console_job(&c, JOB_HEALTH)->ids_len, 3);
    cr_assert_eq(c.st->health.len, 3);
    answer_health(&c, 3, VERDICT_VALID);
    console_command(&c, CMD_FILTER, "state:error");
    c.table_rows = 0;
    console_serve(&c);
    cr_assert_eq(c.st->list.len, 0);
    cr_assert_eq(console_job(&c, JOB_HEALTH)->ids_len, 1, "it is not in the list any more");
    cr_assert_eq(c.st->health.len, 1);
    console_close(&c);
}

Test(flow_health, only_the_answer_to_the_last_question_counts)
{
    struct console c;
    ready(&c, 3);
    unsigned late = c.st->health.job;
    answer_health(&c, 3, VERDICT_VALID);
    struct event *event = event_create(EVENT_HEALTH);
    event->job = late;
    event->health = healths((const char(*)[UUID_TEXT])c.st->list.rows[0]->id, 1, VERDICT_CLOSED);
    console_send(&c, event);
    cr_assert_eq(first(&c)->verdict, VERDICT_VALID);
    event = event_create(EVENT_HEALTH);
    console_send(&c, event);
    cr_assert_eq(first(&c)->verdict, VERDICT_VALID, "an answer without a payload is none");
    console_close(&c);
}

Test(flow_health, news_come_unasked_for_rows_on_hand_only)
{
    struct console c;
    ready(&c, 3);
    answer_health(&c, 3, VERDICT_VALID);
    char ids[2][UUID_TEXT] = {"", "99999999-0000-0000-0000-000000000000"};
    memcpy(ids[0], c.st->list.rows[0]->id, UUID_TEXT);
    struct event *event = event_create(EVENT_HEALTH);
    event->health = healths((const char(*)[UUID_TEXT])ids, 2, VERDICT_CLOSED);
    unsigned generation = c.st->generation;
    console_send(&c, event);
    cr_assert_eq(first(&c)->verdict, VERDICT_CLOSED);
    cr_assert_neq(c.st->generation, generation, "the frame is drawn anew");
    cr_assert_null(state_health(c.st, ids[1]));
    cr_assert_eq(c.st->health.len, 3);
    console_close(&c);
}

Test(flow_health, it_is_asked_again_by_time_while_a_screen_shows_it)
{
    struct console c;
    ready(&c, 3);
    cr_assert_eq(c.st->health.due_ms, 0, "not while a question is under way");
    answer_health(&c, 3, VERDICT_VALID);
    cr_assert_eq(state_next_wake(c.st), c.mono_ms + 10000);
    console_tick(&c, 9900);
    cr_assert_null(console_job(&c, JOB_HEALTH));
    console_tick(&c, 200);
    cr_assert_eq(console_job(&c, JOB_HEALTH)->ids_len, 3, "all rows, known or not");
    answer_health(&c, 3, VERDICT_VALID);
    console_command(&c, CMD_LOG, NULL);
    console_tick(&c, 20000);
    cr_assert_null(console_job(&c, JOB_HEALTH), "nobody looks at it");
    console_command(&c, CMD_BACK, NULL);
    cr_assert_leq(state_next_wake(c.st), c.mono_ms);
    console_tick(&c, 0);
    cr_assert_not_null(console_job(&c, JOB_HEALTH));
    console_close(&c);
}

Test(flow_health, a_change_asks_for_all_and_a_new_page_for_what_is_not_known)
{
    struct console c;
    console_ready(&c, 300);
    size_t len = c.st->list.len;
    answer_health(&c, 60, VERDICT_VALID);
    for (int i = 0; i < 3 && !console_job(&c, JOB_PAGE); i++)
        console_command(&c, CMD_PAGE_DOWN, NULL);
    cr_assert_not_null(console_job(&c, JOB_PAGE));
    console_serve(&c);
    const struct job *job = console_job(&c, JOB_HEALTH);
    cr_assert_eq((size_t)job->ids_len, c.st->list.len - len, "only the rows that came");
    answer_health(&c, 0, VERDICT_VALID);
    console_send(&c, event_create(EVENT_CHANGED));
    console_serve(&c);
    cr_assert_eq((size_t)console_job(&c, JOB_HEALTH)->ids_len, c.st->list.len);
    console_close(&c);
}

Test(flow_health, rows_that_come_during_a_question_are_asked_for_after_it)
{
    struct console c;
    ready(&c, 3);
    console_send(&c, event_create(EVENT_CHANGED));
    console_serve(&c);
    cr_assert_null(console_job(&c, JOB_HEALTH), "one question at a time");
    answer_health(&c, 3, VERDICT_VALID);
    cr_assert_eq(console_job(&c, JOB_HEALTH)->ids_len, 3);
    answer_health(&c, 3, VERDICT_VALID);
    cr_assert_null(console_job(&c, JOB_HEALTH));
    console_close(&c);
}

Test(flow_health, what_is_known_stays_bounded)
{
    struct console c;
    console_ready(&c, 5000);
    for (int i = 0; i < 400; i++) {
        answer_health(&c, 0, VERDICT_VALID);
        console_command(&c, CMD_PAGE_DOWN, NULL);
        console_serve(&c);
        cr_assert_leq(c.st->health.len, (size_t)HEALTH_ASK_MAX);
        cr_assert_leq(c.st->health.len, c.st->list.len + 401);
    }
    cr_assert_eq(console_cursor(&c), 4999);
    for (size_t i = 1; i < c.st->health.len; i++)
        cr_assert_lt(strcmp(c.st->health.item[i - 1].id, c.st->health.item[i].id), 0);
    console_close(&c);
}

Test(flow_health, a_refused_question_waits_for_a_minute)
{
    struct console c;
    ready(&c, 3);
    struct event *event = event_create(EVENT_FAULT);
    event->job = c.st->health.job;
    (void)err_set(&event->err, ERR_DATABASE, "no such table");
    console_send(&c, event);
    console_tick(&c, 30000);
    cr_assert_null(console_job(&c, JOB_HEALTH));
    console_tick(&c, 31000);
    cr_assert_not_null(console_job(&c, JOB_HEALTH));
    console_close(&c);
}

Test(flow_health, a_lost_link_forgets_the_question_and_keeps_what_is_known)
{
    struct console c;
    ready(&c, 3);
    answer_health(&c, 3, VERDICT_VALID);
    console_tick(&c, 10001);
    unsigned late = c.st->health.job;
    console_link(&c, LINK_WAITING, ERR_LOST);
    cr_assert_eq(c.st->health.job, 0);
    cr_assert_eq(first(&c)->verdict, VERDICT_VALID);
    host_news(&c, 0, "api.openai.com", VERDICT_TROUBLE);
    cr_assert_null(state_host_trouble(c.st), "news of before");
    console_link(&c, LINK_READY, ERR_OK);
    host_news(&c, late, "api.openai.com", VERDICT_TROUBLE);
    cr_assert_null(state_host_trouble(c.st));
    console_close(&c);
}

Test(flow_health, another_identity_inherits_nothing)
{
    struct console c;
    ready(&c, 3);
    answer_health(&c, 3, VERDICT_VALID);
    console_command(&c, CMD_OPEN, NULL);
    struct event *event = event_create(EVENT_FIGURES);
    event->job = c.st->sheet.job_figures;
    event->figures = mem_zero(1, sizeof *event->figures);
    console_send(&c, event);
    cr_assert_not_null(c.st->sheet.figures);
    console_link(&c, LINK_WAITING, ERR_LOST);
    event = event_create(EVENT_LINK);
    event->link = LINK_READY;
    event->proof = mem_zero(1, sizeof *event->proof);
    (void)snprintf(event->proof->user_id, UUID_TEXT, "33333333-3333-3333-3333-333333333333");
    console_send(&c, event);
    cr_assert_eq(c.st->health.len, 0);
    cr_assert_null(c.st->sheet.figures);
    console_close(&c);
}

Test(flow_health, a_host_in_trouble_takes_a_line_until_it_answers)
{
    struct console c;
    ready(&c, 100);
    int rows = state_body_rows(c.st);
    for (int i = 0; i < rows - 1; i++)
        console_command(&c, CMD_DOWN, NULL);
    host_news(&c, 0, "api.openai.com", VERDICT_TROUBLE);
    cr_assert_eq(state_body_rows(c.st), rows - 1);
    cr_assert_eq(c.st->list.top, 1, "the cursor stays visible");
    host_news(&c, 0, "eu.api.openai.com", VERDICT_VALID);
    cr_assert_str_eq(state_host_trouble(c.st)->host, "api.openai.com");
    host_news(&c, 0, "api.openai.com", VERDICT_VALID);
    cr_assert_null(state_host_trouble(c.st));
    cr_assert_eq(state_body_rows(c.st), rows);
    host_news(&c, 0, "api.openai.com", VERDICT_NETWORK);
    host_news(&c, c.st->health.job, NULL, VERDICT_VALID);
    cr_assert_null(state_host_trouble(c.st), "an answer tells of all hosts");
    for (int i = 0; i < 3 * HOSTS_KEPT_MAX; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "host-%d", i);
        host_news(&c, 0, name, i % 2 ? VERDICT_TLS : VERDICT_VALID);
        cr_assert_leq(c.st->health.hosts, (int)HOSTS_KEPT_MAX);
    }
    console_close(&c);
}

Test(flow_health, the_sheet_asks_for_its_figures)
{
    struct console c;
    ready(&c, 3);
    console_command(&c, CMD_OPEN, NULL);
    const struct job *job = console_job(&c, JOB_FIGURES);
    cr_assert_str_eq(job->uuid, c.st->list.rows[0]->id);
    unsigned late = job->id;
    console_command(&c, CMD_NEXT, NULL);
    cr_assert_str_eq(console_job(&c, JOB_FIGURES)->uuid, c.st->list.rows[1]->id);
    struct event *event = event_create(EVENT_FIGURES);
    event->job = late;
    event->figures = mem_zero(1, sizeof *event->figures);
    console_send(&c, event);
    cr_assert_null(c.st->sheet.figures, "those of the row before");
    event = event_create(EVENT_FIGURES);
    event->job = c.st->sheet.job_figures;
    event->figures = mem_zero(1, sizeof *event->figures);
    console_send(&c, event);
    cr_assert_not_null(c.st->sheet.figures);
    console_command(&c, CMD_REFRESH, NULL);
    event = event_create(EVENT_FIGURES);
    event->job = c.st->sheet.job_figures;
    console_send(&c, event);
    cr_assert_null(c.st->sheet.figures, "nothing is known any more");
    cr_assert_eq(c.st->sheet.job_figures, 0);
    console_close(&c);
}

Test(flow_health, the_screen_of_health_has_neighbours_like_the_sheet)
{
    struct console c;
    ready(&c, 3);
    console_command(&c, CMD_HEALTH, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_HEALTH);
    cr_assert_eq(c.st->depth, 2);
    cr_assert_not_null(console_job(&c, JOB_FIGURES));
    console_command(&c, CMD_NEXT, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_HEALTH);
    cr_assert_str_eq(c.st->sheet.id, c.st->list.rows[1]->id);
    console_command(&c, CMD_BACK, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    console_command(&c, CMD_OPEN, NULL);
    c.st->sheet.scroll.top = 7;
    console_command(&c, CMD_HEALTH, NULL);
    cr_assert_eq(c.st->depth, 3);
    console_command(&c, CMD_HEALTH, NULL);
    cr_assert_eq(c.st->depth, 3);
    console_command(&c, CMD_BACK, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_CONNEXION);
    cr_assert_eq(c.st->sheet.scroll.top, 7);
    console_close(&c);
}

Test(flow_health, the_last_minute_before_a_probe_is_counted_down)
{
    struct console c;
    ready(&c, 1);
    answer_health(&c, 1, VERDICT_VALID);
    c.st->health.item[0].next_at = c.now + 300;
    console_command(&c, CMD_HEALTH, NULL);
    struct event *event = event_create(EVENT_CONNEXION);
    event->job = c.st->sheet.job;
    console_send(&c, event);
    cr_assert_gt(state_next_wake(c.st), c.mono_ms + 1000);
    c.st->health.item[0].next_at = c.now + 30;
    cr_assert_eq(state_next_wake(c.st), c.mono_ms + 1000);
    c.st->health.item[0].next_at = c.now - 1;
    cr_assert_gt(state_next_wake(c.st), c.mono_ms + 1000);
    console_close(&c);
}

Test(flow_health, a_test_is_of_the_marked_rows_else_of_the_one_on_screen)
{
    struct console c;
    ready(&c, 5);
    console_command(&c, CMD_DOWN, NULL);
    console_command(&c, CMD_TEST, NULL);
    const struct job *job = console_job(&c, JOB_TEST);
    cr_assert_eq(job->ids_len, 1);
    cr_assert_str_eq(job->ids[0], c.st->list.rows[1]->id);
    tested(&c, c.st->testing.job, 1, 1, VERDICT_VALID);
    console_command(&c, CMD_MARK_ALL, NULL);
    console_command(&c, CMD_TEST, NULL);
    cr_assert_eq(console_job(&c, JOB_TEST)->ids_len, 5);
    tested(&c, c.st->testing.job, 5, 5, VERDICT_VALID);
    console_command(&c, CMD_OPEN, NULL);
    console_command(&c, CMD_TEST, NULL);
    job = console_job(&c, JOB_TEST);
    cr_assert_eq(job->ids_len, 1, "the sheet's, whatever is marked");
    cr_assert_str_eq(job->ids[0], c.st->sheet.id);
    console_close(&c);
}

Test(flow_health, a_test_tells_its_progress_and_its_sum)
{
    struct console c;
    ready(&c, 12);
    console_command(&c, CMD_MARK_ALL, NULL);
    console_command(&c, CMD_TEST, NULL);
    unsigned job = c.st->testing.job;
    cr_assert(state_context(c.st) & CONTEXT_TEST);
    struct event *event = event_create(EVENT_TESTED);
    event->job = job;
    event->tested = 3;
    event->test_total = 12;
    event->said[VERDICT_VALID] = 2;
    event->said[VERDICT_NETWORK] = 1;
    event->health =
        healths((const char(*)[UUID_TEXT])c.st->list.rows[0]->id, 1, VERDICT_SPEND_LIMIT);
    console_send(&c, event);
    cr_assert_eq(c.st->testing.done, 3);
    cr_assert_eq(first(&c)->verdict, VERDICT_SPEND_LIMIT, "what a test finds is shown at once");
    cr_assert_eq(c.st->message.until_ms, 0);
    event = event_create(EVENT_TESTED);
    event->job = job;
    event->tested = event->test_total = 12;
    event->said[VERDICT_VALID] = 10;
    event->said[VERDICT_REVOKED] = 1;
    event->said[VERDICT_NETWORK] = 1;
    console_send(&c, event);
    cr_assert_eq(c.st->testing.job, 0);
    cr_assert_str_eq(c.st->message.text, "12 tested: 10 key valid, 1 key revoked, 1 our network");
    cr_assert_eq(c.st->message.level, MESSAGE_WARN);
    cr_assert_eq(state_context(c.st) & CONTEXT_TEST, 0);
    console_close(&c);
}

Test(flow_health, a_test_that_others_prevent_in_part_says_so)
{
    struct console c;
    ready(&c, 12);
    console_command(&c, CMD_MARK_ALL, NULL);
    console_command(&c, CMD_TEST, NULL);
    tested(&c, c.st->testing.job, 10, 10, VERDICT_VALID);
    cr_assert_str_eq(c.st->message.text, "10 of 12 tested: 10 key valid");
    cr_assert_eq(c.st->message.level, MESSAGE_INFO);
    console_command(&c, CMD_TEST, NULL);
    tested(&c, c.st->testing.job, 0, 0, VERDICT_VALID);
    cr_assert_eq(c.st->testing.job, 0);
    cr_assert(strstr(c.st->message.text, "Nothing was tested"));
    console_close(&c);
}

Test(flow_health, esc_ends_the_test_and_nothing_else)
{
    struct console c;
    ready(&c, 4);
    console_command(&c, CMD_MARK_ALL, NULL);
    console_command(&c, CMD_TEST, NULL);
    unsigned job = c.st->testing.job;
    tested(&c, job, 1, 4, VERDICT_VALID);
    console_command(&c, CMD_TEST, NULL);
    cr_assert_null(console_job(&c, JOB_TEST), "one test at a time");
    console_command(&c, CMD_STOP, NULL);
    cr_assert_eq(console_job(&c, JOB_TEST_STOP)->id, job);
    cr_assert_eq(c.st->testing.job, 0);
    cr_assert_eq(c.st->marks_len, 4, "the marks stay");
    cr_assert_str_eq(c.st->message.text, "Test ended: 1 of 4 tested: 1 key valid");
    tested(&c, job, 4, 4, VERDICT_REVOKED);
    cr_assert_str_eq(c.st->message.text, "Test ended: 1 of 4 tested: 1 key valid",
                     "a late answer is of a test that has ended");
    console_command(&c, CMD_STOP, NULL);
    cr_assert_null(console_job(&c, JOB_TEST_STOP));
    console_close(&c);
}

Test(flow_health, a_test_ends_with_the_link_or_with_its_failure)
{
    struct console c;
    ready(&c, 4);
    console_command(&c, CMD_TEST, NULL);
    unsigned job = c.st->testing.job;
    console_link(&c, LINK_WAITING, ERR_LOST);
    cr_assert_eq(c.st->testing.job, 0);
    cr_assert(strstr(c.st->message.text, "the test is ended"));
    console_command(&c, CMD_TEST, NULL);
    cr_assert_eq(c.st->testing.job, 0);
    cr_assert(c.st->message.text[0], "no connection, no test");
    console_link(&c, LINK_READY, ERR_OK);
    console_serve(&c);
    tested(&c, job, 1, 1, VERDICT_VALID);
    cr_assert_null(strstr(c.st->message.text, "tested"));
    console_command(&c, CMD_TEST, NULL);
    struct event *event = event_create(EVENT_FAULT);
    event->job = c.st->testing.job;
    (void)err_set(&event->err, ERR_DATABASE, "not allowed");
    console_send(&c, event);
    cr_assert_eq(c.st->testing.job, 0);
    cr_assert(strstr(c.st->message.text, "not allowed"));
    console_close(&c);
}

Test(flow_health, nothing_to_test)
{
    struct console c;
    console_ready(&c, 0);
    console_command(&c, CMD_TEST, NULL);
    cr_assert_null(console_job(&c, JOB_TEST));
    cr_assert(c.st->message.text[0]);
    console_command(&c, CMD_HEALTH, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    console_close(&c);
}

Test(flow_health, health_is_asked_more_often_during_a_test)
{
    struct console c;
    ready(&c, 3);
    answer_health(&c, 3, VERDICT_VALID);
    console_command(&c, CMD_TEST, NULL);
    console_tick(&c, 3000);
    cr_assert_not_null(console_job(&c, JOB_HEALTH));
    answer_health(&c, 3, VERDICT_VALID);
    cr_assert_eq(c.st->health.due_ms, c.mono_ms + 3000);
    console_close(&c);
}

Test(flow_health, many_marks_are_tested_up_to_a_bound)
{
    struct console c;
    ready(&c, 3);
    c.st->marks = mem_zero(TEST_MAX + 5, sizeof *c.st->marks);
    c.st->marks_len = TEST_MAX + 5;
    for (int i = 0; i < TEST_MAX + 5; i++)
        (void)snprintf(c.st->marks[i], UUID_TEXT, "%036d", i);
    console_command(&c, CMD_TEST, NULL);
    cr_assert_eq(console_job(&c, JOB_TEST)->ids_len, TEST_MAX);
    cr_assert(strstr(c.st->message.text, "500"));
    console_close(&c);
}

Test(flow_health, the_column_comes_with_the_room_unless_chosen)
{
    struct console c;
    enum column shown[COLUMN_ALL];
    ready(&c, 3);
    c.st->cols = HEALTH_COLUMN_COLS - 1;
    int narrow = state_columns(c.st, shown);
    c.st->cols = HEALTH_COLUMN_COLS;
    cr_assert_eq(state_columns(c.st, shown), narrow + 1);
    c.st->cols = 80;
    console_command(&c, CMD_COLUMNS, "account,health");
    cr_assert_eq(state_columns(c.st, shown), 2);
    cr_assert_eq(shown[1], COL_HEALTH);
    console_command(&c, CMD_SORT, "health");
    cr_assert_null(console_job(&c, JOB_PAGE), "nothing to sort by");
    console_command(&c, CMD_SORT, "account");
    console_serve(&c);
    console_command(&c, CMD_SORT_NEXT, NULL);
    cr_assert_eq(c.st->list.order.column, COL_EMAIL, "the next that can be sorted by");
    console_command(&c, CMD_COLUMNS, "health");
    console_command(&c, CMD_SORT_NEXT, NULL);
    console_close(&c);
}

Test(flow_health, the_menu_of_columns_starts_from_what_is_on_screen)
{
    struct console c;
    enum column shown[COLUMN_ALL];
    ready(&c, 3);
    int before = state_columns(c.st, shown);
    console_command(&c, CMD_COLUMNS, NULL);
    console_command(&c, CMD_MARK, NULL);
    cr_assert_eq(state_columns(c.st, shown), before + 1);
    console_command(&c, CMD_LAST, NULL);
    console_command(&c, CMD_MARK, NULL);
    cr_assert_eq(state_columns(c.st, shown), before + 2);
    cr_assert_eq(shown[before + 1], COL_HEALTH, "the last of the menu");
    console_close(&c);
}

Test(flow_health, jobs_own_copies_of_their_ids)
{
    char id[UUID_TEXT] = "00000000-0000-0000-0000-000000000001";
    const char *ids[] = {id, id};
    struct job *job = job_create_ids(JOB_TEST, 7, ids, 2);
    id[0] = 'x';
    cr_assert_eq(job->ids_len, 2);
    cr_assert_eq(job->id, 7);
    cr_assert_str_eq(job->ids[1], "00000000-0000-0000-0000-000000000001");
    job_set_ids(job, NULL, 0);
    cr_assert_null(job->ids);
    job_destroy(job);
}
