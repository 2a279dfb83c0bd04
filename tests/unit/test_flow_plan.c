#include "config.h"

#include "base/mem.h"
#include "flow_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A plan of one edit, shown and ready to be saved. */
static void ready_plan(struct console *c)
{
    console_writer(c, 5);
    console_form(c);
    console_field(c, FIELD_OF_DAY_LIMIT, "900");
    console_command(c, CMD_FORM_PLAN, NULL);
    console_preview(c);
}

static void saving_plan(struct console *c)
{
    ready_plan(c);
    console_command(c, CMD_PLAN_SAVE, NULL);
}

static void mark(struct console *c, int n)
{
    for (int i = 0; i < n; i++)
        console_command(c, CMD_MARK, NULL);
}

static void fault(struct console *c, unsigned job, enum err_code code)
{
    struct event *event = event_create(EVENT_FAULT);
    event->job = job;
    (void)err_set(&event->err, code, "trouble");
    console_send(c, event);
}

Test(flow_plan, old_and_new_are_shown_before_anything_is_written)
{
    struct console c;
    const char *old = NULL;
    const char *to = NULL;
    int known = 0;
    char text[MESSAGE_MAX];
    console_writer(&c, 5);
    console_form(&c);
    console_field(&c, FIELD_OF_DAY_LIMIT, "900");
    console_command(&c, CMD_FORM_PLAN, NULL);
    cr_assert_eq(c.st->plan.stage, PLAN_ASKING);
    cr_expect_null(console_job(&c, JOB_SAVE));
    console_command(&c, CMD_PLAN_SAVE, NULL);
    cr_expect_null(console_job(&c, JOB_SAVE), "not before the rows were looked at");
    console_preview(&c);
    cr_assert_eq(c.st->plan.stage, PLAN_READY);
    plan_values(c.st, 0, FIELD_OF_DAY_LIMIT, &old, &known, &to);
    cr_expect(known);
    cr_expect_str_eq(old, "500");
    cr_expect_str_eq(to, "900");
    plan_title(c.st, text, sizeof text);
    cr_expect_str_eq(text, "1 field of one connexion");
    console_command(&c, CMD_PLAN_SAVE, NULL);
    const struct job *job = console_job(&c, JOB_SAVE);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->edit_kind, "edit");
    cr_expect_eq(change_fields(&job->changes->item[0]), 1, "only changed fields travel");
    cr_expect_str_eq(job->changes->item[0].field[FIELD_OF_DAY_LIMIT].seen, "500");
    console_close(&c);
}

Test(flow_plan, a_read_only_session_plans_and_does_not_save)
{
    struct console c;
    console_ready(&c, 5);
    cr_expect_not(c.st->arming.wanted);
    console_form(&c);
    console_field(&c, FIELD_OF_DAY_LIMIT, "900");
    console_command(&c, CMD_FORM_PLAN, NULL);
    console_preview(&c);
    console_command(&c, CMD_PLAN_SAVE, NULL);
    cr_expect_null(console_job(&c, JOB_SAVE));
    cr_expect_eq(c.st->message.level, MESSAGE_WARN);
    cr_expect_eq(state_screen(c.st), SCREEN_PLAN);
    console_command(&c, CMD_ARM, NULL);
    cr_assert_eq(c.st->prompt.about, ABOUT_ARM);
    console_command(&c, CMD_CANCEL, NULL);
    cr_expect_null(console_job(&c, JOB_ARM));
    console_command(&c, CMD_ARM, NULL);
    console_command(&c, CMD_ACCEPT, NULL);
    const struct job *job = console_job(&c, JOB_ARM);
    cr_assert_not_null(job);
    cr_expect_eq(job->flag, 1);
    struct event *event = event_create(EVENT_ARMED);
    event->job = job->id;
    event->flag = 1;
    console_send(&c, event);
    cr_expect_eq(state_screen(c.st), SCREEN_PLAN, "the plan is still there");
    console_command(&c, CMD_PLAN_SAVE, NULL);
    cr_expect_not_null(console_job(&c, JOB_SAVE));
    console_close(&c);
}

static void armed(struct console *c, unsigned job, int flag)
{
    struct event *event = event_create(EVENT_ARMED);
    event->job = job;
    event->flag = flag;
    console_send(c, event);
}

Test(flow_plan, the_wish_to_write_outlives_the_connection_and_the_server_decides)
{
    struct console c;
    console_writer(&c, 5);
    cr_expect(c.st->arming.armed);
    console_link(&c, LINK_WAITING, ERR_LOST);
    cr_expect_not(c.st->arming.armed, "unknown is read-only");
    console_link(&c, LINK_READY, ERR_OK);
    const struct job *job = console_job(&c, JOB_ARM);
    cr_assert_not_null(job);
    cr_expect_eq(job->flag, 1);
    armed(&c, 12345, 1);
    cr_expect_not(c.st->arming.armed, "an answer to another question");
    armed(&c, c.st->arming.job, 1);
    cr_expect(c.st->arming.armed);
    console_command(&c, CMD_ARM, NULL);
    job = console_job(&c, JOB_ARM);
    cr_assert_not_null(job, "no question is asked for what is harmless");
    cr_expect_eq(job->flag, 0);
    armed(&c, job->id, 0);
    cr_expect_not(c.st->arming.armed || c.st->arming.wanted);
    console_command(&c, CMD_ARM, NULL);
    console_command(&c, CMD_ACCEPT, NULL);
    armed(&c, c.st->arming.job, 0);
    cr_expect_not(c.st->arming.wanted, "the server says no");
    cr_expect_eq(c.st->message.level, MESSAGE_WARN);
    console_close(&c);
}

Test(flow_plan, after_a_lost_connection_the_plan_says_that_the_server_is_asked)
{
    struct console c;
    char text[EDIT_LABEL];
    console_writer(&c, 5);
    console_form(&c);
    console_field(&c, FIELD_OF_DAY_LIMIT, "900");
    console_link(&c, LINK_WAITING, ERR_LOST);
    console_command(&c, CMD_FORM_PLAN, NULL);
    console_link(&c, LINK_READY, ERR_OK);
    unsigned asked = c.st->arming.job;
    console_preview(&c);
    plan_prompt(c.st, text, sizeof text);
    cr_expect_str_eq(text, "asking whether this session may write…");
    console_command(&c, CMD_PLAN_SAVE, NULL);
    cr_expect_null(console_job(&c, JOB_SAVE));
    cr_expect_null(strstr(c.st->message.text, "W"), "W would make it read-only: %s",
                   c.st->message.text);
    armed(&c, asked, 1);
    plan_prompt(c.st, text, sizeof text);
    cr_expect_str_eq(text, "Enter saves; Esc goes back");
    console_link(&c, LINK_WAITING, ERR_LOST);
    plan_prompt(c.st, text, sizeof text);
    cr_expect_str_eq(text, "waiting for the connection");
    console_link(&c, LINK_READY, ERR_OK);
    armed(&c, c.st->arming.job, 0);
    plan_prompt(c.st, text, sizeof text);
    cr_expect_not_null(strstr(text, "W lets it write"), "the server refused: %s", text);
    console_close(&c);
}

Test(flow_plan, started_with_write_it_arms_by_itself)
{
    struct settings settings = {.refresh_s = 10, .read_only = 0};
    struct console c;
    console_open(&c, 3);
    state_destroy(c.st);
    c.st = state_create(&settings);
    console_link(&c, LINK_READY, ERR_OK);
    const struct job *job = console_job(&c, JOB_ARM);
    cr_assert_not_null(job);
    cr_expect_eq(job->flag, 1);
    console_close(&c);
}

Test(flow_plan, saved_goes_back_to_the_list_and_reads_it_again)
{
    struct console c;
    saving_plan(&c);
    console_saved(&c, OUTCOME_SAVED);
    cr_expect_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    cr_expect_not(c.st->form.open);
    cr_expect_eq(c.st->plan.stage, PLAN_NONE);
    const struct job *page = console_job(&c, JOB_PAGE);
    cr_assert_not_null(page);
    cr_expect(c.st->list.reset_keeps_cursor);
    const struct job *forget = console_job(&c, JOB_DRAFT_KEEP);
    cr_assert_not_null(forget);
    cr_expect_null(forget->text, "the draft on disk is dropped");
    console_close(&c);
}

Test(flow_plan, an_edit_from_the_sheet_refreshes_the_sheet)
{
    struct console c;
    console_writer(&c, 5);
    console_command(&c, CMD_OPEN, NULL);
    console_form(&c);
    console_field(&c, FIELD_OF_DAY_LIMIT, "900");
    console_command(&c, CMD_FORM_PLAN, NULL);
    console_preview(&c);
    console_command(&c, CMD_PLAN_SAVE, NULL);
    console_saved(&c, OUTCOME_SAVED);
    cr_expect_eq(state_screen(c.st), SCREEN_CONNEXION);
    const struct job *job = console_job(&c, JOB_CONNEXION);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->uuid, c.st->sheet.id);
    console_close(&c);
}

Test(flow_plan, every_outcome_that_is_not_saved_keeps_the_draft_and_says_why)
{
    static const struct {
        enum change_outcome outcome;
        enum screen_kind screen;
        int kept;
    } cases[] = {{OUTCOME_SAVED, SCREEN_CONNEXIONS, 0}, {OUTCOME_SAME, SCREEN_CONNEXIONS, 0},
                 {OUTCOME_CONFLICT, SCREEN_PLAN, 1},    {OUTCOME_GONE, SCREEN_PLAN, 1},
                 {OUTCOME_HIDDEN, SCREEN_PLAN, 1},      {OUTCOME_DENIED, SCREEN_PLAN, 1},
                 {OUTCOME_REFUSED, SCREEN_PLAN, 1},     {OUTCOME_KEPT, SCREEN_PLAN, 1}};
    cr_assert_eq(sizeof cases / sizeof cases[0], OUTCOME_COUNT);
    for (size_t i = 0; i < OUTCOME_COUNT; i++) {
        struct console c;
        saving_plan(&c);
        console_saved(&c, cases[i].outcome);
        cr_expect_eq(state_screen(c.st), cases[i].screen, "%s",
                     outcome_info(cases[i].outcome)->word);
        cr_expect_eq(c.st->form.open, cases[i].kept, "%s", outcome_info(cases[i].outcome)->word);
        cr_expect(c.st->message.text[0]);
        if (cases[i].kept) {
            cr_expect_eq(plan_outcome(c.st, 0), (int)cases[i].outcome);
            console_command(&c, CMD_BACK, NULL);
            cr_expect_eq(state_screen(c.st), SCREEN_FORM);
            cr_expect_str_eq(c.st->form.draft.field[FIELD_OF_DAY_LIMIT].text, "900");
        }
        console_close(&c);
    }
}

Test(flow_plan, a_refusal_goes_to_the_field_that_it_is_about)
{
    struct console c;
    saving_plan(&c);
    struct event *event = console_results(&c, EVENT_SAVED, OUTCOME_REFUSED);
    event->results->item[0].field = FIELD_OF_DAY_LIMIT;
    (void)snprintf(event->results->item[0].text, FIELD_PROBLEM, "at most 800 a day");
    console_send(&c, event);
    cr_expect(strstr(c.st->message.text, "at most 800 a day"));
    console_command(&c, CMD_BACK, NULL);
    cr_expect_eq(c.st->form.at, FIELD_OF_DAY_LIMIT);
    cr_expect_str_eq(c.st->form.problem[FIELD_OF_DAY_LIMIT], "at most 800 a day");
    console_close(&c);
}

Test(flow_plan, a_plan_as_a_whole_can_fail_and_stays)
{
    struct console c;
    saving_plan(&c);
    struct event *event = console_results(&c, EVENT_SAVED, OUTCOME_KEPT);
    (void)err_set(&event->results->err, ERR_DATABASE, "the disk is full");
    console_send(&c, event);
    cr_expect_eq(c.st->plan.stage, PLAN_READY);
    cr_expect(strstr(c.st->message.text, "the disk is full"));
    console_command(&c, CMD_PLAN_SAVE, NULL);
    fault(&c, c.st->plan.job, ERR_DENIED);
    cr_expect_eq(c.st->plan.stage, PLAN_READY);
    cr_expect(c.st->form.open);
    console_command(&c, CMD_PLAN_SAVE, NULL);
    cr_expect_not_null(console_job(&c, JOB_SAVE));
    console_close(&c);
}

/* ── without a form ── */

Test(flow_plan, switching_off_and_deleting_are_planned_too)
{
    struct console c;
    char text[MESSAGE_MAX];
    console_writer(&c, 5);
    console_command(&c, CMD_OFF, NULL);
    cr_assert_eq(c.st->plan.stage, PLAN_ASKING);
    cr_expect_str_eq(c.st->plan.set->item[0].field[FIELD_OF_ACTIVE].value, "f");
    cr_expect_eq(c.st->plan.danger, DANGER_UNDOABLE);
    console_command(&c, CMD_BACK, NULL);
    cr_expect_null(c.st->plan.set);
    console_command(&c, CMD_ON, NULL);
    cr_expect_str_eq(c.st->plan.set->item[0].field[FIELD_OF_ACTIVE].value, "t");
    console_command(&c, CMD_BACK, NULL);
    mark(&c, 3);
    console_command(&c, CMD_DELETE, NULL);
    cr_assert_eq(c.st->plan.set->len, 3);
    cr_expect_eq(c.st->plan.set->item[2].op, CHANGE_DELETE);
    cr_expect_str_eq(c.st->plan.set->item[2].label, "ia2@agence.example");
    cr_expect_eq(c.st->plan.danger, DANGER_MANY);
    plan_title(c.st, text, sizeof text);
    cr_expect_str_eq(text, "delete 3 connexions");
    console_preview(&c);
    plan_prompt(c.st, text, sizeof text);
    cr_expect(strstr(text, "3"), "the number is shown");
    console_command(&c, CMD_PLAN_SAVE, NULL);
    cr_expect_not_null(console_job(&c, JOB_SAVE));
    console_saved(&c, OUTCOME_SAVED);
    cr_expect_eq(c.st->marks_len, 0);
    console_close(&c);
}

Test(flow_plan, a_large_delete_wants_its_number_typed)
{
    struct console c;
    console_writer(&c, 80);
    mark(&c, 60);
    console_command(&c, CMD_DELETE, NULL);
    console_preview(&c);
    cr_expect_eq(c.st->plan.danger, DANGER_FINAL);
    console_command(&c, CMD_PLAN_SAVE, NULL);
    cr_assert_eq(c.st->prompt.about, ABOUT_SAVE);
    console_command(&c, CMD_ACCEPT, NULL);
    cr_expect_null(console_job(&c, JOB_SAVE));
    console_type(&c, "59");
    console_command(&c, CMD_ACCEPT, NULL);
    cr_expect(c.st->prompt.problem[0]);
    console_command(&c, CMD_ERASE_LINE, NULL);
    console_type(&c, "60");
    console_command(&c, CMD_ACCEPT, NULL);
    const struct job *job = console_job(&c, JOB_SAVE);
    cr_assert_not_null(job);
    cr_expect_eq(job->changes->len, 60);
    console_close(&c);
}

Test(flow_plan, rows_out_of_the_window_get_what_they_hold_from_the_database)
{
    struct console c;
    const char *old = NULL;
    const char *to = NULL;
    int known = 0;
    console_writer(&c, 2000);
    mark(&c, 2);
    memcpy(c.st->marks[1], "ffffffff-0000-0000-0000-000000000001", UUID_TEXT);
    console_command(&c, CMD_CELL, "quota-limit=10");
    cr_assert_eq(c.st->plan.set->len, 2);
    struct event *event = console_results(&c, EVENT_PREVIEW, OUTCOME_SAVED);
    for (int i = 0; i < 2; i++) {
        free(event->results->item[i].theirs[FIELD_OF_DAY_LIMIT]);
        event->results->item[i].theirs[FIELD_OF_DAY_LIMIT] = mem_dup(i ? "7" : "500");
    }
    console_send(&c, event);
    plan_values(c.st, 1, FIELD_OF_DAY_LIMIT, &old, &known, &to);
    cr_expect(known);
    cr_expect_str_eq(old, "7");
    console_command(&c, CMD_PLAN_SAVE, NULL);
    const struct job *job = console_job(&c, JOB_SAVE);
    cr_expect_str_eq(job->changes->item[1].field[FIELD_OF_DAY_LIMIT].seen, "7",
                     "the save must find what the plan showed");
    console_close(&c);
}

Test(flow_plan, partial_refusals_are_shown_and_stay_marked)
{
    struct console c;
    console_writer(&c, 5);
    mark(&c, 3);
    console_command(&c, CMD_CELL, "quota-limit=10");
    console_preview(&c);
    cr_expect_not(c.st->plan.set->all_or_nothing);
    console_command(&c, CMD_PLAN_WHOLE, NULL);
    cr_expect(c.st->plan.set->all_or_nothing);
    console_command(&c, CMD_PLAN_WHOLE, NULL);
    console_command(&c, CMD_PLAN_SAVE, NULL);
    struct event *event = console_results(&c, EVENT_SAVED, OUTCOME_SAVED);
    event->results->item[1].outcome = OUTCOME_REFUSED;
    console_send(&c, event);
    cr_expect_eq(state_screen(c.st), SCREEN_PLAN);
    cr_expect_eq(plan_count(c.st, OUTCOME_SAVED), 2);
    cr_expect_eq(plan_count(c.st, OUTCOME_REFUSED), 1);
    cr_expect_eq(c.st->marks_len, 1);
    cr_expect_str_eq(c.st->marks[0], c.st->plan.set->item[1].id);
    cr_expect_not_null(console_job(&c, JOB_PAGE), "what was saved is read again");
    console_command(&c, CMD_PLAN_SAVE, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    console_close(&c);
}

Test(flow_plan, the_last_edit_again)
{
    struct console c;
    console_writer(&c, 5);
    console_command(&c, CMD_REPEAT, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    console_command(&c, CMD_CELL, "budget-limit=42");
    console_preview(&c);
    console_command(&c, CMD_PLAN_SAVE, NULL);
    console_saved(&c, OUTCOME_SAVED);
    console_serve(&c);
    console_command(&c, CMD_DOWN, NULL);
    console_command(&c, CMD_REPEAT, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_PLAN);
    cr_expect_str_eq(c.st->plan.set->item[0].field[FIELD_OF_COST_LIMIT].value, "42");
    cr_expect_str_eq(c.st->plan.set->item[0].id, c.st->list.rows[1]->id);
    console_close(&c);
}

Test(flow_plan, a_cell_is_edited_in_a_line_with_completion)
{
    struct console c;
    console_writer(&c, 5);
    console_command(&c, CMD_CELL, NULL);
    cr_assert_eq(c.st->prompt.kind, PROMPT_PALETTE);
    cr_expect_eq(strncmp(c.st->prompt.line.text, "set budget-limit=", 17), 0,
                 "not the identifier of the organisation that the list is sorted by");
    console_command(&c, CMD_ERASE_LINE, NULL);
    console_type(&c, "set quota");
    cr_assert_eq(c.st->prompt.choices, 1);
    console_command(&c, CMD_COMPLETE, NULL);
    cr_expect_str_eq(c.st->prompt.line.text, "set quota-limit=");
    console_type(&c, "many");
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_PROMPT, "what is refused stays");
    cr_expect_str_eq(c.st->prompt.line.text, "set quota-limit=many");
    cr_expect(c.st->prompt.problem[0]);
    console_command(&c, CMD_CANCEL, NULL);
    console_command(&c, CMD_CELL, "nonsense=1");
    cr_expect(strstr(c.st->prompt.problem, "nonsense"));
    console_command(&c, CMD_CANCEL, NULL);
    console_command(&c, CMD_CELL, "state=exp");
    cr_expect_eq(state_screen(c.st), SCREEN_PROMPT);
    console_command(&c, CMD_COMPLETE, NULL);
    console_command(&c, CMD_CANCEL, NULL);
    console_command(&c, CMD_CELL, "state=expired");
    cr_expect_str_eq(c.st->plan.set->item[0].field[FIELD_OF_STATUS].value, "expired");
    console_command(&c, CMD_BACK, NULL);
    console_command(&c, CMD_CELL, NULL);
    cr_expect_str_eq(c.st->prompt.line.text, "set state=active", "the field of the last time");
    console_command(&c, CMD_CANCEL, NULL);
    console_command(&c, CMD_CELL, "key=sk-x");
    cr_expect_eq(state_screen(c.st), SCREEN_FORM, "a line to read is no place for a key");
    cr_expect_eq(c.st->form.at, FIELD_OF_API_KEY);
    cr_expect_not(c.st->form.draft.field[FIELD_OF_API_KEY].touched);
    console_close(&c);
}

Test(flow_plan, an_empty_list_has_nothing_to_change)
{
    static const enum command commands[] = {CMD_EDIT, CMD_DELETE, CMD_ON, CMD_OFF, CMD_DUPLICATE};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        struct console c;
        console_writer(&c, 0);
        console_command(&c, commands[i], NULL);
        cr_expect_eq(state_screen(c.st), SCREEN_CONNEXIONS);
        cr_expect(c.st->message.text[0]);
        console_close(&c);
    }
}

Test(flow_plan, a_warning_of_many_rows_moves_through_its_lines)
{
    struct console c;
    console_writer(&c, 100);
    mark(&c, 60);
    console_command(&c, CMD_CELL, "quota-limit=10");
    console_preview(&c);
    c.st->text_len = 120;
    console_command(&c, CMD_LAST, NULL);
    cr_expect_eq(c.st->plan.top, 120 - state_body_rows(c.st));
    console_command(&c, CMD_DOWN, NULL);
    cr_expect_eq(c.st->plan.top, 120 - state_body_rows(c.st));
    console_command(&c, CMD_FIRST, NULL);
    cr_expect_eq(c.st->plan.top, 0);
    console_command(&c, CMD_UP, NULL);
    cr_expect_eq(c.st->plan.top, 0);
    console_command(&c, CMD_PLAN_SQL, NULL);
    cr_expect(c.st->plan.sql);
    console_close(&c);
}
