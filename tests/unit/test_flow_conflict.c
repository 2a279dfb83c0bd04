#include "config.h"

#include "base/mem.h"
#include "flow_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void conflict(struct change_result *r, enum field field, const char *theirs)
{
    r->outcome = OUTCOME_CONFLICT;
    r->conflict[field] = 1;
    free(r->theirs[field]);
    r->theirs[field] = mem_dup_null(theirs);
}

/* Two fields typed, both changed by somebody else, found when the plan is saved (or shown). */
static void dialog(struct console *c, enum event_kind kind)
{
    console_writer(c, 5);
    console_form(c);
    console_field(c, FIELD_OF_DAY_LIMIT, "900");
    console_field(c, FIELD_OF_PROJECT, "proj_mine");
    console_command(c, CMD_FORM_PLAN, NULL);
    if (kind == EVENT_SAVED) {
        console_preview(c);
        console_command(c, CMD_PLAN_SAVE, NULL);
    }
    struct event *event = console_results(c, kind, OUTCOME_CONFLICT);
    conflict(&event->results->item[0], FIELD_OF_DAY_LIMIT, "600");
    conflict(&event->results->item[0], FIELD_OF_PROJECT, "proj_theirs");
    console_send(c, event);
}

Test(flow_conflict, mine_theirs_and_original_are_side_by_side)
{
    static const enum event_kind kinds[] = {EVENT_PREVIEW, EVENT_SAVED};
    for (int i = 0; i < 2; i++) {
        struct console c;
        dialog(&c, kinds[i]);
        cr_assert_eq(state_screen(c.st), SCREEN_CONFLICT);
        cr_assert_eq(c.st->conflict.len, 2);
        const struct conflict_item *item = &c.st->conflict.item[0];
        cr_expect_eq(item->field, FIELD_OF_DAY_LIMIT);
        cr_expect_str_eq(item->mine, "900");
        cr_expect_str_eq(item->theirs, "600");
        cr_expect_str_eq(item->original, "500");
        cr_expect_eq(item->choice, CHOSE_NOTHING, "nothing is chosen for the person");
        console_close(&c);
    }
}

Test(flow_conflict, each_choice_makes_its_plan)
{
    static const struct {
        enum command command;
        int travels;
        const char *value, *seen, *draft;
    } cases[] = {{CMD_CONFLICT_MINE, 1, "900", "600", "900"},
                 {CMD_CONFLICT_THEIRS, 0, NULL, NULL, NULL},
                 {CMD_CONFLICT_ORIGINAL, 1, "500", "600", "500"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct console c;
        dialog(&c, EVENT_SAVED);
        console_command(&c, cases[i].command, NULL);
        console_command(&c, CMD_CONFLICT_DONE, NULL);
        cr_assert_eq(state_screen(c.st), SCREEN_CONFLICT, "one is not chosen yet");
        console_command(&c, CMD_CONFLICT_MINE, NULL);
        console_command(&c, CMD_CONFLICT_DONE, NULL);
        cr_assert_eq(state_screen(c.st), SCREEN_PLAN);
        const struct job *job = console_job(&c, JOB_PREVIEW);
        cr_assert_not_null(job, "it is planned again, never saved at once");
        const struct change_value *v = &job->changes->item[0].field[FIELD_OF_DAY_LIMIT];
        cr_expect_eq(v->set, cases[i].travels, "case %zu", i);
        if (cases[i].travels) {
            cr_expect_str_eq(v->value, cases[i].value);
            cr_expect_str_eq(v->seen, cases[i].seen);
        }
        const struct draft_field *f = &c.st->form.draft.field[FIELD_OF_DAY_LIMIT];
        cr_expect_str_eq(f->seen, "600", "case %zu", i);
        cr_expect_eq(f->touched, cases[i].draft != NULL, "case %zu", i);
        if (cases[i].draft)
            cr_expect_str_eq(f->text, cases[i].draft);
        cr_expect_str_eq(job->changes->item[0].field[FIELD_OF_PROJECT].seen, "proj_theirs");
        console_preview(&c);
        console_command(&c, CMD_PLAN_SAVE, NULL);
        console_saved(&c, OUTCOME_SAVED);
        cr_expect_not(c.st->form.open);
        console_close(&c);
    }
}

Test(flow_conflict, theirs_everywhere_leaves_nothing_to_save)
{
    struct console c;
    dialog(&c, EVENT_SAVED);
    console_command(&c, CMD_CONFLICT_ALL_THEIRS, NULL);
    console_command(&c, CMD_CONFLICT_DONE, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_FORM);
    cr_expect_eq(c.st->plan.stage, PLAN_NONE);
    cr_expect_eq(draft_changed(&c.st->form.draft), 0);
    const struct job *job = console_job(&c, JOB_DRAFT_KEEP);
    cr_assert_not_null(job);
    cr_expect_null(job->text);
    console_close(&c);
}

Test(flow_conflict, leaving_the_dialog_overwrites_nothing_and_enter_opens_it_again)
{
    struct console c;
    dialog(&c, EVENT_PREVIEW);
    console_command(&c, CMD_BACK, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_PLAN);
    cr_expect_null(console_job(&c, JOB_SAVE));
    console_command(&c, CMD_PLAN_SAVE, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_CONFLICT);
    cr_expect_null(console_job(&c, JOB_SAVE));
    console_command(&c, CMD_BACK, NULL);
    console_command(&c, CMD_BACK, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_FORM);
    cr_expect_str_eq(c.st->form.draft.field[FIELD_OF_DAY_LIMIT].text, "900");
    console_close(&c);
}

Test(flow_conflict, space_goes_round_and_the_cursor_moves)
{
    struct console c;
    dialog(&c, EVENT_PREVIEW);
    struct conflict_item *item = c.st->conflict.item;
    console_command(&c, CMD_CONFLICT_NEXT, NULL);
    cr_expect_eq(item->choice, CHOSE_MINE);
    console_command(&c, CMD_CONFLICT_NEXT, NULL);
    cr_expect_eq(item->choice, CHOSE_THEIRS);
    console_command(&c, CMD_CONFLICT_NEXT, NULL);
    cr_expect_eq(item->choice, CHOSE_ORIGINAL);
    console_command(&c, CMD_CONFLICT_NEXT, NULL);
    cr_expect_eq(item->choice, CHOSE_MINE);
    console_command(&c, CMD_DOWN, NULL);
    console_command(&c, CMD_DOWN, NULL);
    cr_expect_eq(c.st->conflict.cursor, 1);
    console_command(&c, CMD_FIRST, NULL);
    cr_expect_eq(c.st->conflict.cursor, 0);
    console_command(&c, CMD_CONFLICT_ALL_MINE, NULL);
    cr_expect(item[0].choice == CHOSE_MINE && item[1].choice == CHOSE_MINE);
    console_close(&c);
}

Test(flow_conflict, null_is_a_value_of_its_own_in_it)
{
    struct console c;
    console_writer(&c, 5);
    console_form(&c);
    console_field(&c, FIELD_OF_DAY_LIMIT, "900");
    console_command(&c, CMD_FORM_PLAN, NULL);
    struct event *event = console_results(&c, EVENT_PREVIEW, OUTCOME_CONFLICT);
    conflict(&event->results->item[0], FIELD_OF_DAY_LIMIT, NULL);
    console_send(&c, event);
    cr_assert_eq(c.st->conflict.len, 1);
    cr_expect_null(c.st->conflict.item[0].theirs);
    console_command(&c, CMD_CONFLICT_MINE, NULL);
    console_command(&c, CMD_CONFLICT_DONE, NULL);
    const struct change_value *v = &c.st->plan.set->item[0].field[FIELD_OF_DAY_LIMIT];
    cr_expect(v->has_seen);
    cr_expect_null(v->seen);
    console_close(&c);
}

Test(flow_conflict, of_many_rows_only_those_left_are_planned_again)
{
    struct console c;
    console_writer(&c, 5);
    for (int i = 0; i < 4; i++)
        console_command(&c, CMD_MARK, NULL);
    console_command(&c, CMD_CELL, "quota-limit=10");
    console_preview(&c);
    console_command(&c, CMD_PLAN_SAVE, NULL);
    struct event *event = console_results(&c, EVENT_SAVED, OUTCOME_SAVED);
    conflict(&event->results->item[1], FIELD_OF_DAY_LIMIT, "11");
    conflict(&event->results->item[2], FIELD_OF_DAY_LIMIT, "12");
    event->results->item[3].outcome = OUTCOME_GONE;
    console_send(&c, event);
    cr_assert_eq(state_screen(c.st), SCREEN_PLAN);
    console_command(&c, CMD_PLAN_RESOLVE, NULL);
    cr_assert_eq(c.st->conflict.len, 2);
    console_command(&c, CMD_CONFLICT_MINE, NULL);
    console_command(&c, CMD_CONFLICT_THEIRS, NULL);
    console_command(&c, CMD_CONFLICT_DONE, NULL);
    const struct job *job = console_job(&c, JOB_PREVIEW);
    cr_assert_not_null(job);
    cr_assert_eq(job->changes->len, 2, "the one to overwrite and the one that is gone");
    cr_expect_str_eq(job->changes->item[0].field[FIELD_OF_DAY_LIMIT].seen, "11");
    console_close(&c);
}

Test(flow_conflict, a_whole_plan_that_was_taken_back_is_planned_again_as_a_whole)
{
    struct console c;
    console_writer(&c, 5);
    for (int i = 0; i < 3; i++)
        console_command(&c, CMD_MARK, NULL);
    console_command(&c, CMD_CELL, "quota-limit=10");
    console_preview(&c);
    console_command(&c, CMD_PLAN_WHOLE, NULL);
    console_command(&c, CMD_PLAN_SAVE, NULL);
    struct event *event = console_results(&c, EVENT_SAVED, OUTCOME_KEPT);
    conflict(&event->results->item[1], FIELD_OF_DAY_LIMIT, "11");
    console_send(&c, event);
    cr_expect_eq(c.st->marks_len, 3);
    console_command(&c, CMD_PLAN_RESOLVE, NULL);
    console_command(&c, CMD_CONFLICT_MINE, NULL);
    console_command(&c, CMD_CONFLICT_DONE, NULL);
    cr_assert_not_null(console_job(&c, JOB_PREVIEW));
    cr_expect_eq(c.st->plan.set->len, 3);
    cr_expect(c.st->plan.set->all_or_nothing);
    console_close(&c);
}

Test(flow_conflict, the_row_changes_under_the_form_and_only_touched_fields_conflict)
{
    struct console c;
    console_writer(&c, 5);
    console_form(&c);
    console_field(&c, FIELD_OF_DAY_LIMIT, "900");
    console_send(&c, event_create(EVENT_CHANGED));
    struct connexion *row = console_row(0);
    free(row->col[COL_DAY_LIMIT]);
    row->col[COL_DAY_LIMIT] = mem_dup("600");
    free(row->col[COL_EMAIL]);
    row->col[COL_EMAIL] = mem_dup("moved@agence.example");
    free(row->col[COL_COST]);
    row->col[COL_COST] = mem_dup("99");
    console_whole_row(&c, row);
    cr_expect(c.st->form.moved[FIELD_OF_DAY_LIMIT]);
    cr_expect_eq(c.st->message.level, MESSAGE_WARN);
    cr_expect_str_eq(c.st->form.draft.field[FIELD_OF_EMAIL].seen, "moved@agence.example");
    console_command(&c, CMD_FORM_PLAN, NULL);
    const struct change *change = &console_job(&c, JOB_PREVIEW)->changes->item[0];
    cr_expect_eq(change_fields(change), 1);
    cr_expect_str_eq(change->field[FIELD_OF_DAY_LIMIT].seen, "500",
                     "the save finds what the person has not seen");
    console_close(&c);
}
