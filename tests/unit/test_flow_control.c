#include "config.h"

/* The board, thresholds and the plan at OpenAI in the console. */

#include "flow_fixture.h"

#include "base/mem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* ── the board ── */

static void open_board(struct console *c, int alerts, int organisations)
{
    console_ready(c, 5);
    c->st->rows = 24;
    c->st->cols = 80;
    console_command(c, CMD_OVERVIEW, NULL);
    struct event *event = event_create(EVENT_OVERVIEW);
    event->job = console_job(c, JOB_OVERVIEW)->id;
    unsigned worst = console_job(c, JOB_ALERTS)->id;
    event->overview = overview_create(organisations);
    for (int i = 0; i < organisations; i++) {
        struct overview_cell *cell = &event->overview->item[i];
        (void)snprintf(cell->id, sizeof cell->id, "0f000000-0000-4000-8000-%012d", i);
        (void)snprintf(cell->nom, sizeof cell->nom, "organisation %d", i);
    }
    console_send(c, event);
    event = event_create(EVENT_ALERTS);
    event->job = worst;
    event->alerts = alert_list_create(alerts);
    for (int i = 0; i < alerts; i++)
        (void)snprintf(event->alerts->item[i].connexion_id, UUID_TEXT,
                       "ffffffff-0000-4000-8000-%012d", i);
    console_send(c, event);
}

Test(flow_control, the_cursor_walks_over_lines_and_cells)
{
    struct console c;
    open_board(&c, 2, 300);
    const struct board_view *board = &c.st->board;
    int columns = board_columns(c.st);
    cr_assert_eq(board_lines(c.st), 2);
    cr_assert_geq(columns, 3);
    console_command(&c, CMD_DOWN, NULL);
    cr_assert_eq(board->at, 1);
    console_command(&c, CMD_BOARD_RIGHT, NULL);
    cr_assert_eq(board->at, 1, "a line has no right");
    console_command(&c, CMD_DOWN, NULL);
    cr_assert_eq(board->at, 2, "the first cell");
    console_command(&c, CMD_BOARD_RIGHT, NULL);
    console_command(&c, CMD_DOWN, NULL);
    cr_assert_eq(board->at, 2 + 1 + columns);
    console_command(&c, CMD_BOARD_LEFT, NULL);
    console_command(&c, CMD_UP, NULL);
    cr_assert_eq(board->at, 2);
    console_command(&c, CMD_BOARD_LEFT, NULL);
    cr_assert_eq(board->at, 2, "the first cell has no left");
    console_command(&c, CMD_UP, NULL);
    cr_assert_eq(board->at, 1, "the last line");
    console_command(&c, CMD_LAST, NULL);
    cr_assert_eq(board->at, 301);
    cr_assert_gt(board->top, 0);
    console_command(&c, CMD_DOWN, NULL);
    console_command(&c, CMD_BOARD_RIGHT, NULL);
    cr_assert_eq(board->at, 301);
    console_command(&c, CMD_FIRST, NULL);
    cr_assert_eq(board->at, 0);
    cr_assert_eq(board->top, 0);
    console_close(&c);
}

Test(flow_control, no_step_leaves_the_board)
{
    static const enum command steps[] = {CMD_UP,        CMD_DOWN,       CMD_PAGE_UP,
                                         CMD_PAGE_DOWN, CMD_BOARD_LEFT, CMD_BOARD_RIGHT,
                                         CMD_FIRST,     CMD_LAST};
    static const int sizes[][2] = {{0, 0}, {0, 1}, {1, 0}, {3, 2}, {9, 5}, {20, 300}};
    unsigned seed = 7;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct console c;
        open_board(&c, sizes[i][0], sizes[i][1]);
        for (int n = 0; n < 2000; n++) {
            seed = seed * 1103515245U + 12345U;
            console_command(&c, steps[(seed >> 16) % 8], NULL);
            const struct board_view *board = &c.st->board;
            int lines = board_lines(c.st);
            int all = lines + sizes[i][1];
            cr_assert(board->at >= 0 && (all == 0 ? board->at == 0 : board->at < all));
            int row = board->at < lines ? 0 : (board->at - lines) / board_columns(c.st);
            cr_assert(row >= board->top && row < board->top + board_rows(c.st),
                      "%zu: the cursor is seen", i);
        }
        console_close(&c);
    }
}

Test(flow_control, pages_come_back)
{
    struct console c;
    open_board(&c, 2, 300);
    console_command(&c, CMD_LAST, NULL);
    for (int i = 0; i < 40; i++)
        console_command(&c, CMD_PAGE_UP, NULL);
    cr_assert_eq(c.st->board.at, 0);
    for (int i = 0; i < 40; i++)
        console_command(&c, CMD_PAGE_DOWN, NULL);
    cr_assert_eq(c.st->board.at, 301);
    console_close(&c);
}

Test(flow_control, the_board_opens_what_it_shows)
{
    struct console c;
    open_board(&c, 2, 6);
    console_command(&c, CMD_BOARD_OPEN, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_CONNEXION);
    cr_assert_str_eq(c.st->sheet.id, "ffffffff-0000-4000-8000-000000000000");
    console_command(&c, CMD_BACK, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_BOARD);
    console_command(&c, CMD_LAST, NULL);
    console_command(&c, CMD_BOARD_OPEN, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    cr_assert_str_eq(c.st->list.organisation, "0f000000-0000-4000-8000-000000000005");
    console_command(&c, CMD_OVERVIEW, NULL);
    console_command(&c, CMD_BOARD_BACK, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    console_close(&c);
}

Test(flow_control, a_dear_board_is_asked_for_sparingly)
{
    struct console c;
    open_board(&c, 1, 4);
    console_send(&c, event_create(EVENT_CHANGED));
    cr_assert_null(console_job(&c, JOB_OVERVIEW));
    cr_assert_gt(c.st->board.due_ms, 0);
    console_tick(&c, 60000);
    cr_assert_neq(c.st->board.job, 0);
    console_close(&c);
}

/* ── thresholds ── */

Test(flow_control, thresholds_need_a_session_that_writes)
{
    struct console c;
    console_ready(&c, 5);
    console_command(&c, CMD_LIMITS, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    cr_assert_not_null(strstr(c.st->message.text, "read-only"));
    console_close(&c);
}

Test(flow_control, thresholds_are_sent_for_the_row)
{
    struct console c;
    console_writer(&c, 5);
    console_command(&c, CMD_LIMITS, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_PROMPT);
    cr_assert_str_eq(c.st->prompt.line.text, "50,80,95,100 hard=100 on=spend,forecast");
    console_command(&c, CMD_ERASE_LINE, NULL);
    console_type(&c, "60,90 hard=never on=spend");
    console_command(&c, CMD_ACCEPT, NULL);
    const struct job *job = console_job(&c, JOB_LIMITS_SET);
    cr_assert_not_null(job);
    cr_assert_str_eq(job->limits->connexion, state_current(c.st)->id);
    cr_assert_str_eq(job->limits->organisation, state_current(c.st)->organisation_id);
    const struct thresholds *t = &job->limits->thresholds;
    cr_assert_eq(t->len, 2);
    cr_assert_eq(t->soft[0], 60);
    cr_assert_eq(t->soft[1], 90);
    cr_assert_eq(t->hard, 0);
    cr_assert(t->on_spend && !t->on_forecast && !job->limits->unset);
    struct event *event = event_create(EVENT_LIMITS_DONE);
    event->job = job->id;
    console_send(&c, event);
    cr_assert_eq(c.st->sheet.control.job_set, 0);
    cr_assert_eq(c.st->message.level, MESSAGE_INFO);
    console_close(&c);
}

Test(flow_control, thresholds_of_the_sheet_start_from_what_holds)
{
    struct console c;
    console_writer(&c, 5);
    console_command(&c, CMD_OPEN, NULL);
    const struct job *job = console_job(&c, JOB_LIMITS);
    cr_assert_not_null(job);
    struct event *event = event_create(EVENT_LIMITS);
    event->job = job->id;
    event->limits = mem_zero(1, sizeof *event->limits);
    memcpy(event->limits->id, job->uuid, UUID_TEXT);
    event->limits->thresholds =
        (struct thresholds){.soft = {70}, .len = 1, .hard = 120, .on_spend = 1};
    console_send(&c, event);
    console_command(&c, CMD_LIMITS, NULL);
    cr_assert_str_eq(c.st->prompt.line.text, "70 hard=120 on=spend");
    console_command(&c, CMD_CANCEL, NULL);
    console_command(&c, CMD_LIMITS, "hard=110");
    job = console_job(&c, JOB_LIMITS_SET);
    cr_assert_eq(job->limits->thresholds.soft[0], 70, "what is not said stays");
    cr_assert_eq(job->limits->thresholds.hard, 110);
    console_command(&c, CMD_LIMITS, "default");
    cr_assert(console_job(&c, JOB_LIMITS_SET)->limits->unset);
    console_close(&c);
}

Test(flow_control, thresholds_that_are_none_are_refused)
{
    static const char *const bad[] = {
        "",     "hard=x",    "hard=-1", "hard=1001", "on=",      "on=never", "fifty",
        "50,x", "50 on=a,b", "50,2000", "hard=",     "hard=5 %", "on=spend,"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0] - 1; i++) {
        struct console c;
        console_writer(&c, 5);
        console_command(&c, CMD_LIMITS, NULL);
        console_command(&c, CMD_ERASE_LINE, NULL);
        console_type(&c, bad[i]);
        console_command(&c, CMD_ACCEPT, NULL);
        cr_expect_null(console_job(&c, JOB_LIMITS_SET), "“%s”", bad[i]);
        cr_expect(c.st->prompt.problem[0], "“%s”: says why", bad[i]);
        console_close(&c);
    }
}

/* ── the plan at OpenAI ── */

static struct provider_plan *plan_of(const enum provider_step_kind *kinds, int n)
{
    struct provider_plan *plan = provider_plan_create(n);
    for (int i = 0; i < n; i++)
        plan->item[i].kind = kinds[i];
    (void)snprintf(plan->project, sizeof plan->project, "proj_x");
    return plan;
}

static void give_plan(struct console *c, const enum provider_step_kind *kinds, int n)
{
    console_command(c, CMD_PROVIDER, NULL);
    cr_assert_eq(state_screen(c->st), SCREEN_PROVIDER);
    const struct job *job = console_job(c, JOB_PROVIDER_PLAN);
    cr_assert_not_null(job);
    cr_assert_str_eq(job->uuid, state_current(c->st)->id);
    struct event *event = event_create(EVENT_PROVIDER);
    event->job = job->id;
    event->plan = plan_of(kinds, n);
    console_send(c, event);
    cr_assert_eq(c->st->provider.plan->len, n);
}

Test(flow_control, a_plan_is_applied_after_a_question)
{
    static const enum provider_step_kind kinds[] = {STEP_SAME, STEP_CHANGE, STEP_CREATE};
    struct console c;
    console_writer(&c, 5);
    give_plan(&c, kinds, 3);
    console_command(&c, CMD_PROVIDER_APPLY, NULL);
    cr_assert_eq(c.st->prompt.kind, PROMPT_CONFIRM);
    cr_assert_null(console_job(&c, JOB_PROVIDER_APPLY));
    console_command(&c, CMD_ACCEPT, NULL);
    const struct job *job = console_job(&c, JOB_PROVIDER_APPLY);
    cr_assert_not_null(job);
    cr_assert_eq(job->plan->len, 3, "what was shown travels with it");
    cr_assert_eq(job->plan->item[1].kind, STEP_CHANGE);
    unsigned id = job->id;
    console_command(&c, CMD_PROVIDER_APPLY, NULL);
    cr_assert_null(console_job(&c, JOB_PROVIDER_APPLY), "once");
    struct event *event = event_create(EVENT_PROVIDER);
    event->job = id;
    event->plan = plan_of(kinds, 3);
    event->plan->item[1].state = STEP_VERIFIED;
    console_send(&c, event);
    cr_assert_eq(c.st->provider.job_apply, id, "under way");
    event = event_create(EVENT_PROVIDER);
    event->job = id;
    event->flag = 1;
    event->plan = plan_of(kinds, 3);
    event->plan->item[1].state = event->plan->item[2].state = STEP_VERIFIED;
    console_send(&c, event);
    cr_assert_eq(c.st->provider.job_apply, 0);
    cr_assert_not_null(strstr(c.st->message.text, "2 changes are verified"), "%s",
                       c.st->message.text);
    console_command(&c, CMD_PROVIDER_APPLY, NULL);
    cr_assert_neq(state_screen(c.st), SCREEN_PROMPT, "results are no plan");
    console_close(&c);
}

Test(flow_control, taking_limits_away_wants_the_projects_name)
{
    static const enum provider_step_kind kinds[] = {STEP_REMOVE, STEP_CHANGE};
    struct console c;
    console_writer(&c, 5);
    give_plan(&c, kinds, 2);
    console_command(&c, CMD_PROVIDER_APPLY, NULL);
    cr_assert_eq(c.st->prompt.kind, PROMPT_NAME);
    console_type(&c, "proj_y");
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert_null(console_job(&c, JOB_PROVIDER_APPLY));
    cr_assert(c.st->prompt.problem[0]);
    console_command(&c, CMD_ERASE_LINE, NULL);
    console_type(&c, "proj_x");
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert_not_null(console_job(&c, JOB_PROVIDER_APPLY));
    console_close(&c);
}

Test(flow_control, what_cannot_be_applied_says_why)
{
    static const enum provider_step_kind same[] = {STEP_SAME, STEP_REFUSED};
    static const enum provider_step_kind change[] = {STEP_CHANGE};
    struct console c;
    console_writer(&c, 5);
    give_plan(&c, same, 2);
    console_command(&c, CMD_PROVIDER_APPLY, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_PROVIDER);
    cr_assert(c.st->message.text[0]);
    console_close(&c);
    console_ready(&c, 5);
    give_plan(&c, change, 1);
    console_command(&c, CMD_PROVIDER_APPLY, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_PROVIDER);
    cr_assert_not_null(strstr(c.st->message.text, "read-only"));
    console_close(&c);
}

Test(flow_control, a_plan_that_fails_tells_it_on_its_screen)
{
    struct console c;
    console_ready(&c, 5);
    console_command(&c, CMD_PROVIDER, NULL);
    struct event *event = event_create(EVENT_FAULT);
    event->job = c.st->provider.job;
    (void)err_set(&event->err, ERR_FAILURE, "no admin key");
    console_send(&c, event);
    cr_assert_eq(c.st->provider.job, 0);
    cr_assert_not_null(strstr(c.st->provider.fault, "no admin key"));
    console_command(&c, CMD_REFRESH, NULL);
    cr_assert_neq(c.st->provider.job, 0);
    cr_assert_str_eq(c.st->provider.fault, "");
    console_close(&c);
}

Test(flow_control, a_connection_lost_while_applying_is_told)
{
    static const enum provider_step_kind kinds[] = {STEP_CHANGE};
    struct console c;
    console_writer(&c, 5);
    give_plan(&c, kinds, 1);
    console_command(&c, CMD_PROVIDER_APPLY, NULL);
    console_command(&c, CMD_ACCEPT, NULL);
    console_link(&c, LINK_WAITING, ERR_LOST);
    cr_assert_eq(c.st->provider.job_apply, 0);
    cr_assert(c.st->provider.fault[0]);
    console_close(&c);
}
