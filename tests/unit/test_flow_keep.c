#include "config.h"

#include "base/mem.h"
#include "flow_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char key[] = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789";

Test(flow_keep, the_draft_is_kept_a_second_after_typing_and_thrown_away_on_request)
{
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    console_field(&c, FIELD_OF_PROJECT, "proj_1");
    console_tick(&c, 500);
    cr_expect_null(console_job(&c, JOB_DRAFT_KEEP));
    cr_expect_leq(state_next_wake(c.st), c.mono_ms + 500);
    console_tick(&c, 600);
    cr_expect_not_null(console_job(&c, JOB_DRAFT_KEEP));
    console_tick(&c, 2000);
    cr_expect_null(console_job(&c, JOB_DRAFT_KEEP), "once");
    console_command(&c, CMD_FORM_DISCARD, NULL);
    cr_assert_eq(c.st->prompt.about, ABOUT_DISCARD);
    console_command(&c, CMD_ACCEPT, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    cr_expect_not(c.st->form.open);
    const struct job *job = console_job(&c, JOB_DRAFT_KEEP);
    cr_assert_not_null(job);
    cr_expect_null(job->text);
    console_close(&c);
}

static void offer(struct console *c, const char *text)
{
    struct event *event = event_create(EVENT_DRAFT);
    event->text = mem_dup(text);
    console_send(c, event);
}

Test(flow_keep, a_draft_of_an_earlier_session_is_offered_and_meets_the_row_as_it_is_now)
{
    struct console c;
    char *text = NULL;
    console_writer(&c, 3);
    console_form(&c);
    console_field(&c, FIELD_OF_DAY_LIMIT, "900");
    console_field(&c, FIELD_OF_API_KEY, key);
    console_command(&c, CMD_FORM_LEAVE, NULL);
    text = mem_dup(console_job(&c, JOB_DRAFT_KEEP)->text);
    cr_expect_null(strstr(text, key), "a key is never kept");
    console_close(&c);

    console_writer(&c, 3);
    offer(&c, text);
    free(text);
    cr_assert_eq(c.st->prompt.about, ABOUT_DRAFT);
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_FORM);
    cr_expect_str_eq(c.st->form.draft.field[FIELD_OF_DAY_LIMIT].text, "900");
    cr_expect(c.st->form.draft.field[FIELD_OF_API_KEY].lost);
    cr_expect(c.st->form.problem[FIELD_OF_API_KEY][0]);
    struct connexion *row = console_row(0);
    free(row->col[COL_DAY_LIMIT]);
    row->col[COL_DAY_LIMIT] = mem_dup("600");
    console_whole_row(&c, row);
    cr_expect(c.st->form.moved[FIELD_OF_DAY_LIMIT]);
    cr_expect_str_eq(c.st->form.draft.field[FIELD_OF_DAY_LIMIT].seen, "500");
    console_close(&c);
}

Test(flow_keep, a_draft_can_wait_and_rubbish_is_refused)
{
    struct console c;
    console_writer(&c, 3);
    offer(&c, "vigie-draft 1\nkind create\nlabel =\ntext project =proj_9\n");
    console_command(&c, CMD_CANCEL, NULL);
    cr_expect_not(c.st->form.open);
    console_command(&c, CMD_DRAFT, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_FORM);
    cr_expect_str_eq(c.st->form.draft.field[FIELD_OF_PROJECT].text, "proj_9");
    console_close(&c);

    console_writer(&c, 3);
    offer(&c, "\033]0;rubbish");
    console_command(&c, CMD_ACCEPT, NULL);
    cr_expect_not(c.st->form.open);
    cr_expect_eq(c.st->message.level, MESSAGE_ERROR);
    console_command(&c, CMD_DRAFT, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    console_close(&c);
}

Test(flow_keep, marked_rows_are_edited_together_and_differences_stay)
{
    struct console c;
    console_writer(&c, 5);
    for (int i = 0; i < 3; i++)
        console_command(&c, CMD_MARK, NULL);
    console_command(&c, CMD_EDIT, NULL);
    cr_assert_eq(c.st->form.draft.kind, DRAFT_BULK);
    cr_expect_eq(form_rows(c.st), 3);
    cr_expect(form_field_mixed(c.st, FIELD_OF_EMAIL));
    cr_expect_str_eq(c.st->form.draft.id, "");
    cr_expect_not(form_field_mixed(c.st, FIELD_OF_DAY_LIMIT));
    console_command(&c, CMD_FORM_PLAN, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_FORM, "nothing was changed");
    console_field(&c, FIELD_OF_DAY_LIMIT, "100");
    console_command(&c, CMD_FORM_LEAVE, NULL);
    const char *text = console_job(&c, JOB_DRAFT_KEEP)->text;
    cr_expect_eq(strncmp(text, "rows 00000000-", 14), 0);
    char *copy = mem_dup(text);
    console_command(&c, CMD_EDIT, NULL);
    console_command(&c, CMD_FORM_PLAN, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_PLAN);
    cr_expect_eq(c.st->plan.set->len, 3);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(change_fields(&c.st->plan.set->item[i]), 1);
    console_close(&c);

    console_writer(&c, 5);
    offer(&c, copy);
    console_command(&c, CMD_ACCEPT, NULL);
    cr_expect_eq(form_rows(c.st), 3);
    console_command(&c, CMD_FORM_PLAN, NULL);
    cr_expect_eq(c.st->plan.set->len, 3);
    free(copy);
    console_close(&c);
}

Test(flow_keep, of_rows_that_are_not_held_nothing_is_taken_for_granted)
{
    struct console c;
    console_writer(&c, 5);
    for (int i = 0; i < 2; i++)
        console_command(&c, CMD_MARK, NULL);
    memcpy(c.st->marks[0], "ffffffff-0000-0000-0000-000000000001", UUID_TEXT);
    console_command(&c, CMD_EDIT, NULL);
    for (int f = 0; f < FIELD_COUNT; f++)
        cr_expect(form_field_mixed(c.st, (enum field)f), "field %d", f);
    c.st->form.at = FIELD_OF_DAY_LIMIT;
    console_command(&c, CMD_FIELD_NONE, NULL);
    console_command(&c, CMD_FORM_PLAN, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_PLAN);
    cr_expect_null(c.st->plan.set->item[0].field[FIELD_OF_DAY_LIMIT].value);
    cr_expect(c.st->plan.set->item[0].field[FIELD_OF_DAY_LIMIT].set);
    console_close(&c);
}
