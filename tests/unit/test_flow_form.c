#include "config.h"

#include "base/mem.h"
#include "flow_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char key[] = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789";

static const char *text_of(struct console *c, enum field field)
{
    static char buf[FIELD_VALUE_MAX];
    struct str out;
    str_init(&out, sizeof buf - 1);
    form_text(c->st, field, &out);
    (void)snprintf(buf, sizeof buf, "%s", str_get(&out));
    str_finish(&out);
    return buf;
}

Test(flow_form, every_kind_of_field_is_typed_and_ends_in_the_plan)
{
    static const struct {
        enum field field;
        const char *typed, *saved;
    } cases[] = {
        {FIELD_OF_EMAIL, "new@agence.example", "new@agence.example"},
        {FIELD_OF_DAY_LIMIT, "1200", "1200"},
        {FIELD_OF_DAY_LIMIT, "none", NULL},
        {FIELD_OF_DAY_LIMIT, "0", "0"},
        {FIELD_OF_COST_LIMIT, "99.50", "99.5"},
        {FIELD_OF_MODELS, "gpt-4o, o3", "{gpt-4o,o3}"},
        {FIELD_OF_OPENAI_ORGANISATION, "org-abc", "org-abc"},
        {FIELD_OF_PROJECT, "proj_1", "proj_1"},
        {FIELD_OF_ACTIVATION, "2026-02-01 10:00:00", "2026-02-01T10:00:00.000000Z"},
        {FIELD_OF_EXTENSIONS, "{\"a\": 1}", "{\"a\": 1}"},
        {FIELD_OF_CLIENT_ID, "cccccccc-0000-0000-0000-000000000009",
         "cccccccc-0000-0000-0000-000000000009"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct console c;
        console_writer(&c, 3);
        console_form(&c);
        console_field(&c, cases[i].field, cases[i].typed);
        console_command(&c, CMD_FORM_PLAN, NULL);
        const struct job *job = console_job(&c, JOB_PREVIEW);
        cr_assert_not_null(job, "case %zu: %s", i, c.st->message.text);
        const struct change *change = &job->changes->item[0];
        cr_expect_eq(change_fields(change), 1, "case %zu", i);
        const struct change_value *v = &change->field[cases[i].field];
        cr_expect(v->set && v->has_seen, "case %zu", i);
        cr_expect(field_same(cases[i].field, v->value, cases[i].saved), "case %zu: %s", i,
                  v->value ? v->value : "NULL");
        console_close(&c);
    }
}

Test(flow_form, switch_and_choice_cycle_with_space)
{
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    c.st->form.at = FIELD_OF_ACTIVE;
    console_command(&c, CMD_FIELD_CYCLE, NULL);
    cr_expect(draft_changes(&c.st->form.draft, FIELD_OF_ACTIVE));
    console_command(&c, CMD_FIELD_CYCLE, NULL);
    cr_expect_not(draft_changes(&c.st->form.draft, FIELD_OF_ACTIVE));
    c.st->form.at = FIELD_OF_STATUS;
    for (int i = 1; i < STATUS_COUNT; i++) {
        console_command(&c, CMD_FIELD_CYCLE, NULL);
        cr_expect_str_eq(c.st->form.draft.field[FIELD_OF_STATUS].text, status_word((enum status)i));
    }
    console_command(&c, CMD_FIELD_CYCLE, NULL);
    cr_expect_not(draft_changed(&c.st->form.draft), "once around is no change");
    console_close(&c);
}

Test(flow_form, none_zero_and_empty_are_three_values)
{
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    c.st->form.at = FIELD_OF_DAY_LIMIT;
    console_command(&c, CMD_FIELD_NONE, NULL);
    cr_expect_str_eq(text_of(&c, FIELD_OF_DAY_LIMIT), "none");
    console_field(&c, FIELD_OF_DAY_LIMIT, "0");
    cr_expect_str_eq(text_of(&c, FIELD_OF_DAY_LIMIT), "0");
    console_field(&c, FIELD_OF_PROJECT, "x");
    console_command(&c, CMD_FIELD_PREVIOUS, NULL);
    console_command(&c, CMD_FIELD_EDIT, NULL);
    console_command(&c, CMD_ERASE, NULL);
    console_command(&c, CMD_FIELD_NEXT, NULL);
    cr_expect_str_eq(text_of(&c, FIELD_OF_PROJECT), "empty");
    console_close(&c);
}

Test(flow_form, esc_while_typing_returns_the_field_and_esc_again_leaves_and_keeps)
{
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    console_field(&c, FIELD_OF_PROJECT, "proj_kept");
    c.st->form.at = FIELD_OF_PROJECT;
    console_type(&c, "other");
    cr_assert_eq(state_context(c.st), CONTEXT_FIELD);
    console_command(&c, CMD_FIELD_CANCEL, NULL);
    cr_assert_eq(state_context(c.st), CONTEXT_FORM);
    cr_expect_str_eq(c.st->form.draft.field[FIELD_OF_PROJECT].text, "proj_kept");
    console_command(&c, CMD_FORM_LEAVE, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    const struct job *job = console_job(&c, JOB_DRAFT_KEEP);
    cr_assert_not_null(job);
    cr_expect(strstr(job->text, "proj_kept"));
    console_command(&c, CMD_EDIT, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_FORM);
    cr_expect_str_eq(c.st->form.draft.field[FIELD_OF_PROJECT].text, "proj_kept");
    console_close(&c);
}

Test(flow_form, a_form_left_as_it_was_leaves_nothing)
{
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    console_command(&c, CMD_FORM_LEAVE, NULL);
    cr_expect_not(c.st->form.open);
    cr_expect_null(console_job(&c, JOB_DRAFT_KEEP));
    console_close(&c);
}

Test(flow_form, another_row_asks_before_it_throws_a_draft_away)
{
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    console_field(&c, FIELD_OF_PROJECT, "proj_1");
    console_command(&c, CMD_FORM_LEAVE, NULL);
    console_command(&c, CMD_DOWN, NULL);
    console_command(&c, CMD_EDIT, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_PROMPT);
    cr_expect_eq(c.st->prompt.about, ABOUT_REPLACE);
    console_command(&c, CMD_CANCEL, NULL);
    cr_expect_str_eq(c.st->form.draft.field[FIELD_OF_PROJECT].text, "proj_1");
    console_command(&c, CMD_EDIT, NULL);
    console_command(&c, CMD_ACCEPT, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_FORM);
    cr_expect_not(c.st->form.draft.field[FIELD_OF_PROJECT].touched);
    const struct job *forget = console_job(&c, JOB_DRAFT_KEEP);
    cr_assert_not_null(forget);
    cr_expect_null(forget->text);
    console_close(&c);
}

Test(flow_form, the_form_survives_a_lost_connection_and_asks_for_its_row_again)
{
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    c.st->form.at = FIELD_OF_PROJECT;
    console_type(&c, "proj_");
    console_link(&c, LINK_WAITING, ERR_LOST);
    console_type(&c, "half");
    cr_expect_str_eq(editor_text(&c.st->form.editor), "proj_half");
    console_link(&c, LINK_CONNECTING, ERR_OK);
    console_link(&c, LINK_READY, ERR_OK);
    cr_expect_eq(state_screen(c.st), SCREEN_FORM);
    cr_expect_str_eq(editor_text(&c.st->form.editor), "proj_half");
    cr_assert_neq(c.st->form.job, 0);
    struct connexion *row = console_row(0);
    free(row->col[COL_DAY_LIMIT]);
    row->col[COL_DAY_LIMIT] = mem_dup("77");
    console_whole_row(&c, row);
    cr_expect_str_eq(editor_text(&c.st->form.editor), "proj_half");
    cr_expect_str_eq(text_of(&c, FIELD_OF_DAY_LIMIT), "77", "what was not touched follows");
    console_close(&c);
}

Test(flow_form, a_row_that_goes_leaves_the_draft)
{
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    console_field(&c, FIELD_OF_PROJECT, "proj_1");
    console_send(&c, event_create(EVENT_CHANGED));
    console_serve(&c);
    cr_assert_neq(c.st->form.job, 0);
    console_whole_row(&c, NULL);
    cr_expect(c.st->form.gone);
    cr_expect_str_eq(c.st->form.draft.field[FIELD_OF_PROJECT].text, "proj_1");
    console_close(&c);
}

Test(flow_form, a_resize_changes_nothing_that_was_typed)
{
    static const int sizes[][2] = {{10, 40}, {3, 10}, {50, 200}};
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    c.st->form.at = FIELD_OF_PROJECT;
    console_type(&c, "proj_1");
    for (size_t i = 0; i < 3; i++) {
        struct event *event = event_create(EVENT_RESIZE);
        event->rows = sizes[i][0];
        event->cols = sizes[i][1];
        console_send(&c, event);
        cr_expect_str_eq(editor_text(&c.st->form.editor), "proj_1");
    }
    console_close(&c);
}

Test(flow_form, what_cannot_be_saved_stops_at_its_field_with_its_sentence)
{
    static const struct {
        enum field field;
        const char *typed;
    } bad[] = {{FIELD_OF_EMAIL, "no address"},     {FIELD_OF_DAY_LIMIT, "many"},
               {FIELD_OF_COST_LIMIT, "1e9999"},    {FIELD_OF_EXTENSIONS, "{\"a\":"},
               {FIELD_OF_ACTIVATION, "yesterday"}, {FIELD_OF_API_KEY, "sk-\aproj"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct console c;
        console_writer(&c, 3);
        console_form(&c);
        console_field(&c, bad[i].field, bad[i].typed);
        cr_expect(c.st->form.problem[bad[i].field][0], "case %zu", i);
        c.st->form.at = 0;
        console_command(&c, CMD_FORM_PLAN, NULL);
        cr_expect_eq(state_screen(c.st), SCREEN_FORM, "case %zu", i);
        cr_expect_eq(c.st->form.at, (int)bad[i].field, "case %zu", i);
        cr_expect_str_eq(c.st->form.draft.field[bad[i].field].text, bad[i].typed);
        console_close(&c);
    }
}

Test(flow_form, a_paste_of_any_size_is_taken_whole_or_refused_with_a_sentence)
{
    struct console c;
    char *big = mem_alloc(FIELD_VALUE_MAX + 2);
    memset(big, 'a', FIELD_VALUE_MAX + 1);
    big[FIELD_VALUE_MAX + 1] = '\0';
    console_writer(&c, 3);
    console_form(&c);
    c.st->form.at = FIELD_OF_PROJECT;
    console_type(&c, big);
    cr_expect_eq(c.st->message.level, MESSAGE_ERROR);
    cr_expect_eq(c.st->form.editor.len, 0);
    big[60000] = '\0';
    console_type(&c, big);
    cr_expect_eq(c.st->form.editor.len, 60000);
    console_type(&c, big);
    cr_expect_eq(c.st->form.editor.len, 60000, "what does not fit is refused whole");
    console_command(&c, CMD_FIELD_CANCEL, NULL);
    struct event *event = event_create(EVENT_INSERT);
    event->text = mem_dup("cut");
    event->flag = 1;
    console_send(&c, event);
    cr_expect_not(c.st->form.draft.field[FIELD_OF_PROJECT].touched);
    free(big);
    console_close(&c);
}

Test(flow_form, hostile_text_stays_text)
{
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    c.st->form.at = FIELD_OF_PROJECT;
    console_type(&c, "a\nb");
    cr_expect_str_eq(editor_text(&c.st->form.editor), "a b", "one line");
    console_command(&c, CMD_FIELD_CANCEL, NULL);
    c.st->form.at = FIELD_OF_EXTENSIONS;
    console_type(&c, "{\n\"%s%n\": \"'; DROP TABLE x; --\"\n}");
    console_command(&c, CMD_LINE_UP, NULL);
    console_command(&c, CMD_CURSOR_START, NULL);
    console_command(&c, CMD_CURSOR_LEFT, NULL);
    console_type(&c, " ");
    console_command(&c, CMD_FIELD_NEXT, NULL);
    cr_expect_eq(c.st->form.grade[FIELD_OF_EXTENSIONS], FIELD_FINE, "%s",
                 c.st->form.problem[FIELD_OF_EXTENSIONS]);
    console_close(&c);
}

Test(flow_form, json_is_edited_in_lines)
{
    struct console c;
    size_t line = 0;
    size_t at = 0;
    console_writer(&c, 3);
    console_form(&c);
    c.st->form.at = FIELD_OF_EXTENSIONS;
    console_type(&c, "{");
    console_command(&c, CMD_FIELD_ACCEPT, NULL);
    console_type(&c, "\"a\": 1}");
    cr_expect_str_eq(editor_text(&c.st->form.editor), "{\n\"a\": 1}");
    editor_place(&c.st->form.editor, &line, &at);
    cr_expect(line == 1 && at == 7);
    console_command(&c, CMD_LINE_UP, NULL);
    cr_expect(c.st->form.typing);
    editor_place(&c.st->form.editor, &line, &at);
    cr_expect(line == 0 && at == 1);
    console_command(&c, CMD_LINE_UP, NULL);
    cr_expect_not(c.st->form.typing, "above the first line is the field before");
    cr_expect_eq(c.st->form.at, FIELD_OF_EXTENSIONS - 1);
    console_close(&c);
}

static void edited(struct console *c, const char *text)
{
    struct event *event = event_create(EVENT_EDITED);
    event->text = mem_dup_null(text);
    if (!text)
        (void)err_set(&event->err, ERR_SYSTEM, "the editor failed");
    console_send(c, event);
}

Test(flow_form, the_external_editor_gives_back_text_that_is_kept_even_when_refused)
{
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    c.st->form.at = FIELD_OF_EXTENSIONS;
    console_command(&c, CMD_FIELD_EXTERNAL, NULL);
    cr_assert(c.st->edit_externally);
    cr_expect_str_eq(form_external_text(c.st), "{}");
    edited(&c, "{\"a\":\n");
    cr_expect_not(c.st->edit_externally);
    cr_expect(c.st->form.typing, "refused: back in the editor");
    cr_expect_str_eq(editor_text(&c.st->form.editor), "{\"a\":");
    cr_expect(c.st->form.problem[FIELD_OF_EXTENSIONS][0]);
    console_command(&c, CMD_FIELD_EXTERNAL, NULL);
    cr_expect_str_eq(form_external_text(c.st), "{\"a\":");
    edited(&c, "{\"a\": 1}\n");
    cr_expect_not(c.st->form.typing);
    cr_expect(draft_changes(&c.st->form.draft, FIELD_OF_EXTENSIONS));
    console_command(&c, CMD_FIELD_EXTERNAL, NULL);
    edited(&c, NULL);
    cr_expect_eq(c.st->message.level, MESSAGE_ERROR);
    cr_expect_str_eq(c.st->form.draft.field[FIELD_OF_EXTENSIONS].text, "{\"a\": 1}");
    console_command(&c, CMD_FIELD_CANCEL, NULL);
    c.st->form.at = FIELD_OF_API_KEY;
    console_command(&c, CMD_FIELD_EXTERNAL, NULL);
    cr_expect_not(c.st->edit_externally, "a key is never in a file");
    console_close(&c);
}

static int holds(const void *bytes, size_t len, const char *text)
{
    return memmem(bytes, len, text, strlen(text)) != NULL;
}

static int results_hold(const struct change_results *r, const char *text)
{
    for (size_t i = 0; r && i < r->len; i++)
        for (int f = 0; f < FIELD_COUNT; f++)
            if (r->item[i].theirs[f] && strstr(r->item[i].theirs[f], text))
                return 1;
    return 0;
}

Test(flow_form, a_key_is_in_the_draft_and_the_save_and_nowhere_else)
{
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    console_field(&c, FIELD_OF_API_KEY, key);
    cr_expect_not(holds(c.st, sizeof *c.st, key), "not in the state itself");
    cr_expect_null(c.st->form.editor.text);
    cr_expect_null(strstr(text_of(&c, FIELD_OF_API_KEY), "sk-"));
    console_tick(&c, 1100);
    const struct job *keep = console_job(&c, JOB_DRAFT_KEEP);
    cr_assert_not_null(keep);
    cr_expect_null(strstr(keep->text, "sk-"));
    const struct job *same = console_job(&c, JOB_CHOICES);
    cr_assert_not_null(same);
    cr_expect_str_eq(same->choice->secret, key);
    struct event *event = event_create(EVENT_CHOICES);
    event->job = same->id;
    event->choices = choice_list_create(0);
    event->choices->count = 2;
    console_send(&c, event);
    cr_expect_eq(c.st->form.grade[FIELD_OF_API_KEY], FIELD_WARNING);
    cr_expect_null(strstr(c.st->form.problem[FIELD_OF_API_KEY], "sk-"));
    console_command(&c, CMD_FORM_PLAN, NULL);
    const struct job *preview = console_job(&c, JOB_PREVIEW);
    cr_assert_not_null(preview);
    cr_expect_null(preview->changes->item[0].field[FIELD_OF_API_KEY].value,
                   "a question needs no key");
    console_send(&c, console_results(&c, EVENT_PREVIEW, OUTCOME_SAME));
    cr_expect_eq(plan_outcome(c.st, 0), OUTCOME_SAVED);
    const char *old = key;
    const char *to = key;
    int known = 1;
    plan_values(c.st, 0, FIELD_OF_API_KEY, &old, &known, &to);
    cr_expect(!old && !to && !known);
    console_command(&c, CMD_PLAN_SAVE, NULL);
    const struct job *save = console_job(&c, JOB_SAVE);
    cr_assert_not_null(save);
    cr_expect_str_eq(save->changes->item[0].field[FIELD_OF_API_KEY].value, key);
    cr_expect_null(save->text);
    cr_expect_null(save->secret);
    cr_expect_not(results_hold(c.st->plan.preview, "sk-"));
    cr_expect_not(holds(c.st, sizeof *c.st, key));
    console_saved(&c, OUTCOME_SAVED);
    cr_expect_not(c.st->form.open);
    cr_expect_null(c.st->plan.set);
    cr_expect_not(c.st->repeat.known, "a key is never repeated");
    console_close(&c);
}

Test(flow_form, fields_are_found_by_a_part_of_their_name)
{
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    console_command(&c, CMD_FIELD_FIND, NULL);
    console_type(&c, "proj");
    cr_expect_eq(c.st->form.at, FIELD_OF_PROJECT);
    console_command(&c, CMD_ACCEPT, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_FORM);
    console_command(&c, CMD_FIELD_FIRST, NULL);
    cr_expect_eq(c.st->form.at, 0);
    console_command(&c, CMD_FIELD_PREVIOUS, NULL);
    cr_expect_eq(c.st->form.at, 0);
    console_command(&c, CMD_LINES_DOWN, NULL);
    cr_expect_eq(c.st->form.at, 5);
    console_command(&c, CMD_FIELD_LAST, NULL);
    console_command(&c, CMD_LINE_DOWN, NULL);
    cr_expect_eq(c.st->form.at, FIELD_COUNT - 1);
    console_close(&c);
}

Test(flow_form, a_new_connexion_needs_its_fields_and_a_duplicate_has_them)
{
    struct console c;
    console_writer(&c, 3);
    console_command(&c, CMD_NEW, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_FORM);
    console_command(&c, CMD_FORM_PLAN, NULL);
    cr_expect_eq(c.st->form.at, FIELD_OF_EMAIL);
    cr_expect_eq(state_screen(c.st), SCREEN_FORM);
    console_field(&c, FIELD_OF_EMAIL, "new@agence.example");
    console_field(&c, FIELD_OF_API_KEY, key);
    console_field(&c, FIELD_OF_ORGANISATION_ID, "aaaaaaaa-0000-0000-0000-000000000001");
    console_field(&c, FIELD_OF_CLIENT_ID, "cccccccc-0000-0000-0000-000000000001");
    console_command(&c, CMD_FORM_PLAN, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_PLAN, "%s", c.st->message.text);
    cr_expect_eq(c.st->plan.set->item[0].op, CHANGE_INSERT);
    console_close(&c);

    console_writer(&c, 3);
    console_command(&c, CMD_DUPLICATE, NULL);
    cr_expect(c.st->form.waiting);
    console_type(&c, "x");
    cr_expect_not(c.st->form.typing, "not before the row is there");
    console_whole_row(&c, console_row(0));
    console_command(&c, CMD_FORM_PLAN, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_PLAN, "%s", c.st->message.text);
    const struct change *change = &c.st->plan.set->item[0];
    cr_expect_str_eq(change->copy_of, "00000000-0000-0000-0000-000000000000");
    cr_expect_not(change->field[FIELD_OF_API_KEY].set);
    cr_expect_str_eq(change->field[FIELD_OF_DAY_LIMIT].value, "500");
    console_close(&c);
}

Test(flow_form, a_clipped_text_of_the_list_waits_for_the_whole_row)
{
    struct console c;
    console_writer(&c, 3);
    char *clipped = mem_alloc(301);
    memset(clipped, 'x', 300);
    clipped[300] = '\0';
    c.st->list.rows[0]->col[COL_PROJECT] = clipped;
    console_command(&c, CMD_EDIT, NULL);
    c.st->form.at = FIELD_OF_PROJECT;
    console_type(&c, "y");
    cr_expect_not(c.st->form.typing);
    struct connexion *row = console_row(0);
    row->col[COL_PROJECT] = mem_alloc(401);
    memset(row->col[COL_PROJECT], 'x', 400);
    row->col[COL_PROJECT][400] = '\0';
    console_whole_row(&c, row);
    console_command(&c, CMD_FIELD_EDIT, NULL);
    cr_expect_eq(c.st->form.editor.len, 400);
    console_close(&c);
}

Test(flow_form, a_value_typed_as_it_was_is_no_change_and_follows_the_row)
{
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    console_field(&c, FIELD_OF_DAY_LIMIT, "500");
    cr_expect_not(c.st->form.draft.field[FIELD_OF_DAY_LIMIT].touched);
    console_send(&c, event_create(EVENT_CHANGED));
    struct connexion *row = console_row(0);
    free(row->col[COL_DAY_LIMIT]);
    row->col[COL_DAY_LIMIT] = mem_dup("600");
    console_whole_row(&c, row);
    cr_expect_not(c.st->form.moved[FIELD_OF_DAY_LIMIT]);
    cr_expect_str_eq(text_of(&c, FIELD_OF_DAY_LIMIT), "600");
    console_field(&c, FIELD_OF_DAY_LIMIT, "700");
    c.st->form.at = FIELD_OF_DAY_LIMIT;
    console_command(&c, CMD_FIELD_RESET, NULL);
    cr_expect_not(draft_changed(&c.st->form.draft));
    console_close(&c);
}
