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

static void progress(struct console *c, size_t done, size_t total, int unsure)
{
    struct event *event = event_create(EVENT_SAVING);
    event->job = c->st->plan.job;
    event->rows_done = done;
    event->rows_total = total;
    event->unsure = unsure;
    console_send(c, event);
}

static void fault(struct console *c, unsigned job, enum err_code code)
{
    struct event *event = event_create(EVENT_FAULT);
    event->job = job;
    (void)err_set(&event->err, code, "trouble");
    console_send(c, event);
}

/* ── the connection breaks ── */

Test(flow_save, lost_while_the_rows_are_asked_for_they_are_asked_for_again)
{
    struct console c;
    console_writer(&c, 5);
    console_form(&c);
    console_field(&c, FIELD_OF_DAY_LIMIT, "900");
    console_command(&c, CMD_FORM_PLAN, NULL);
    unsigned first = c.st->plan.job;
    console_link(&c, LINK_WAITING, ERR_LOST);
    cr_expect_eq(c.st->plan.stage, PLAN_ASKING);
    console_link(&c, LINK_READY, ERR_OK);
    cr_assert_not_null(console_job(&c, JOB_PREVIEW));
    cr_expect_neq(c.st->plan.job, first);
    struct event *late = console_results(&c, EVENT_PREVIEW, OUTCOME_GONE);
    late->job = first;
    console_send(&c, late);
    cr_expect_eq(c.st->plan.stage, PLAN_ASKING, "a late answer");
    fault(&c, c.st->plan.job, ERR_TIMEOUT);
    cr_expect_eq(c.st->plan.stage, PLAN_ASKING);
    console_command(&c, CMD_PLAN_SAVE, NULL);
    cr_expect_not_null(console_job(&c, JOB_PREVIEW), "Enter asks again");
    console_close(&c);
}

Test(flow_save, lost_before_the_save_the_plan_stays)
{
    struct console c;
    ready_plan(&c);
    console_link(&c, LINK_WAITING, ERR_LOST);
    cr_expect_eq(c.st->plan.stage, PLAN_READY);
    console_command(&c, CMD_PLAN_SAVE, NULL);
    cr_expect_eq(c.jobs.len, 0);
    cr_expect_eq(c.st->plan.stage, PLAN_READY);
    console_close(&c);
}

Test(flow_save, lost_during_the_save_the_end_is_waited_for)
{
    static const enum change_outcome ends[] = {OUTCOME_SAVED, OUTCOME_KEPT};
    for (int i = 0; i < 2; i++) {
        struct console c;
        saving_plan(&c);
        unsigned job = c.st->plan.job;
        console_link(&c, LINK_WAITING, ERR_LOST);
        cr_expect_eq(c.st->plan.stage, PLAN_UNSURE);
        cr_expect_eq(c.st->plan.job, job, "the same question");
        cr_expect(c.st->form.open);
        console_command(&c, CMD_SAVE_STOP, NULL);
        console_command(&c, CMD_PLAN_SAVE, NULL);
        cr_expect_eq(c.jobs.len, 0);
        console_link(&c, LINK_READY, ERR_OK);
        progress(&c, 0, 1, 1);
        cr_expect_eq(c.st->plan.stage, PLAN_UNSURE);
        cr_expect_null(console_job(&c, JOB_SAVE), "never sent twice");
        console_saved(&c, ends[i]);
        cr_expect_eq(c.st->form.open, i, "kept until it is known to be saved");
        console_close(&c);
    }
}

Test(flow_save, what_could_not_be_found_out_is_asked_of_the_rows)
{
    struct console c;
    saving_plan(&c);
    fault(&c, c.st->plan.job, ERR_LOST);
    cr_expect_eq(c.st->plan.stage, PLAN_ASKING);
    cr_assert_not_null(console_job(&c, JOB_PREVIEW));
    cr_expect(c.st->form.open);
    console_send(&c, console_results(&c, EVENT_PREVIEW, OUTCOME_SAME));
    cr_expect_eq(plan_outcome(c.st, 0), OUTCOME_SAME);
    console_close(&c);
}

/* ── giving it up, leaving ── */

Test(flow_save, esc_gives_a_save_up_and_the_answer_tells_what_stayed)
{
    struct console c;
    saving_plan(&c);
    cr_assert_eq(state_context(c.st), CONTEXT_PLAN | CONTEXT_SAVING);
    progress(&c, 300, 1000, 0);
    cr_expect_eq(c.st->plan.rows_done, 300);
    unsigned job = c.st->plan.job;
    console_command(&c, CMD_SAVE_STOP, NULL);
    const struct job *stop = console_job(&c, JOB_SAVE_STOP);
    cr_assert_not_null(stop);
    cr_expect_eq(stop->id, job);
    cr_expect_eq(c.st->plan.stage, PLAN_STOPPING);
    console_saved(&c, OUTCOME_KEPT);
    cr_expect_eq(c.st->plan.stage, PLAN_DONE);
    cr_expect(c.st->form.open);
    console_close(&c);
}

Test(flow_save, a_save_goes_on_when_its_screen_is_left_and_nothing_else_is_saved_meanwhile)
{
    struct console c;
    saving_plan(&c);
    console_command(&c, CMD_BACK, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_FORM);
    cr_expect_eq(c.st->plan.stage, PLAN_SAVING);
    console_command(&c, CMD_FORM_LEAVE, NULL);
    console_command(&c, CMD_DELETE, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    console_command(&c, CMD_QUIT, NULL);
    cr_expect_not(c.st->quit, "not while the end is not known");
    console_saved(&c, OUTCOME_SAVED);
    cr_expect_eq(c.st->plan.stage, PLAN_NONE);
    console_command(&c, CMD_QUIT, NULL);
    cr_expect(c.st->quit);
    console_close(&c);
}

Test(flow_save, leaving_the_program_keeps_the_draft)
{
    static const enum command ways[] = {CMD_EXIT, CMD_QUIT};
    for (int i = 0; i < 2; i++) {
        struct console c;
        ready_plan(&c);
        console_field(&c, FIELD_OF_PROJECT, "x");
        console_command(&c, CMD_BACK, NULL);
        console_field(&c, FIELD_OF_PROJECT, "proj_2");
        if (ways[i] == CMD_QUIT)
            c.st->depth = 1;
        console_command(&c, ways[i], NULL);
        const struct job *job = console_job(&c, JOB_DRAFT_KEEP);
        cr_assert_not_null(job);
        cr_expect(strstr(job->text, "proj_2"));
        cr_expect(c.st->quit);
        console_close(&c);
    }
}

Test(flow_save, an_answer_to_another_question_is_nobody_s)
{
    struct console c;
    saving_plan(&c);
    struct event *event = console_results(&c, EVENT_SAVED, OUTCOME_SAVED);
    event->job += 7;
    console_send(&c, event);
    cr_expect_eq(c.st->plan.stage, PLAN_SAVING);
    event = event_create(EVENT_SAVED);
    event->job = c.st->plan.job;
    console_send(&c, event);
    cr_expect_eq(c.st->plan.stage, PLAN_SAVING, "an answer without outcomes tells nothing");
    event = event_create(EVENT_SAVED);
    event->job = c.st->plan.job;
    event->results = change_results_create(9);
    console_send(&c, event);
    cr_expect_eq(c.st->plan.stage, PLAN_READY, "of other rows");
    console_close(&c);
}

Test(flow_save, what_is_being_saved_cannot_be_changed_under_it)
{
    static const enum command commands[] = {CMD_FIELD_NONE,  CMD_FIELD_RESET,  CMD_FIELD_EDIT,
                                            CMD_FIELD_CYCLE, CMD_FORM_DISCARD, CMD_FIELD_EXTERNAL};
    struct console c;
    saving_plan(&c);
    console_command(&c, CMD_BACK, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_FORM);
    for (int at = 0; at < FIELD_COUNT; at++)
        for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
            c.st->form.at = at;
            console_command(&c, commands[i], NULL);
            console_type(&c, "x");
            cr_assert_eq(state_screen(c.st), SCREEN_FORM);
            cr_assert_not(c.st->form.typing || c.st->edit_externally);
        }
    cr_expect_eq(draft_changed(&c.st->form.draft), 1);
    console_command(&c, CMD_HELP, NULL);
    console_saved(&c, OUTCOME_SAVED);
    cr_expect_eq(state_screen(c.st), SCREEN_HELP, "what was opened meanwhile stays");
    console_command(&c, CMD_BACK, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    console_close(&c);
}

Test(flow_save, a_delete_takes_along_what_the_person_saw)
{
    struct console c;
    console_writer(&c, 5);
    console_command(&c, CMD_DELETE, NULL);
    const struct job *job = console_job(&c, JOB_PREVIEW);
    cr_assert_not_null(job);
    console_preview(&c);
    console_command(&c, CMD_PLAN_SAVE, NULL);
    job = console_job(&c, JOB_SAVE);
    cr_assert_not_null(job);
    const struct change *change = &job->changes->item[0];
    cr_expect(change->field[FIELD_OF_DAY_LIMIT].has_seen);
    cr_expect_str_eq(change->field[FIELD_OF_DAY_LIMIT].seen, "500");
    cr_expect(change->field[FIELD_OF_PROJECT].has_seen, "none was seen");
    cr_expect_null(change->field[FIELD_OF_PROJECT].seen);
    cr_expect_not(change->field[FIELD_OF_STATUS].has_seen, "the poller writes it");
    for (int f = 0; f < FIELD_COUNT; f++)
        cr_expect_not(change->field[f].set);
    console_saved(&c, OUTCOME_CONFLICT);
    cr_expect_eq(c.st->plan.stage, PLAN_DONE, "told, not deleted");
    console_close(&c);
}

Test(flow_save, a_row_that_is_marked_and_not_loaded_goes_as_the_plan_found_it)
{
    struct console c;
    console_writer(&c, 5);
    console_command(&c, CMD_MARK, NULL);
    memcpy(c.st->marks[0], "ffffffff-0000-0000-0000-000000000001", UUID_TEXT);
    console_command(&c, CMD_DELETE, NULL);
    const struct job *job = console_job(&c, JOB_PREVIEW);
    cr_assert_not_null(job);
    cr_expect(job->changes->item[0].field[FIELD_OF_PROJECT].has_seen, "what it holds is asked");
    cr_expect_not(job->changes->item[0].field[FIELD_OF_STATUS].has_seen);
    struct event *event = console_results(&c, EVENT_PREVIEW, OUTCOME_CONFLICT);
    event->results->item[0].theirs[FIELD_OF_PROJECT] = mem_dup("proj_found");
    event->results->item[0].conflict[FIELD_OF_PROJECT] = 1;
    console_send(&c, event);
    cr_assert_eq(c.st->plan.stage, PLAN_READY);
    cr_expect_eq(state_screen(c.st), SCREEN_PLAN, "that nothing was seen is no conflict");
    console_command(&c, CMD_PLAN_SAVE, NULL);
    job = console_job(&c, JOB_SAVE);
    cr_assert_not_null(job);
    const struct change *change = &job->changes->item[0];
    cr_expect_str_eq(change->field[FIELD_OF_PROJECT].seen, "proj_found");
    cr_expect(change->field[FIELD_OF_DAY_LIMIT].has_seen, "none was found");
    cr_expect_null(change->field[FIELD_OF_DAY_LIMIT].seen);
    console_close(&c);
}

Test(flow_save, after_a_creation_the_cursor_goes_to_the_new_row_when_it_is_shown)
{
    static const int rows[] = {3, 700}; /* among those shown, and not */
    for (int i = 0; i < 2; i++) {
        struct console c;
        console_writer(&c, 5);
        console_command(&c, CMD_DUPLICATE, NULL);
        console_whole_row(&c, console_row(0));
        console_field(&c, FIELD_OF_EMAIL, "new@agence.example");
        console_command(&c, CMD_FORM_PLAN, NULL);
        console_preview(&c);
        console_command(&c, CMD_PLAN_SAVE, NULL);
        struct event *event = console_results(&c, EVENT_SAVED, OUTCOME_SAVED);
        struct connexion *row = console_row(rows[i]);
        memcpy(event->results->item[0].id, row->id, sizeof row->id);
        connexion_destroy(row);
        console_send(&c, event);
        console_serve(&c);
        cr_expect_eq(console_cursor(&c), rows[i] == 3 ? 3 : 0);
        cr_expect_str_empty(c.st->list.seek);
        console_close(&c);
    }
}
