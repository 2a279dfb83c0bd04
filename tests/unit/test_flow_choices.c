#include "config.h"

#include "base/mem.h"
#include "flow_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static struct choice_list *names(const char *const *titles, int n)
{
    struct choice_list *list = choice_list_create((size_t)n);
    for (int i = 0; i < n; i++) {
        (void)snprintf(list->item[i].title, OFFER_TEXT, "%s", titles[i]);
        (void)snprintf(list->item[i].value, OFFER_TEXT, "bbbbbbbb-0000-0000-0000-00000000000%d",
                       i % 10);
        memcpy(list->item[i].organisation_id, list->item[i].value, UUID_TEXT);
    }
    return list;
}

static void choices(struct console *c, unsigned job, struct choice_list *list)
{
    struct event *event = event_create(EVENT_CHOICES);
    event->job = job;
    event->choices = list;
    console_send(c, event);
}

Test(flow_choices, references_are_searched_as_they_are_typed)
{
    static const char *const found[] = {"Agence du Nord", "Agence de l'Est"};
    struct console c;
    console_writer(&c, 3);
    console_form(&c);
    c.st->form.at = FIELD_OF_ORGANISATION_ID;
    console_type(&c, "a");
    cr_assert_eq(state_screen(c.st), SCREEN_CHOICES);
    const struct job *job = console_job(&c, JOB_CHOICES);
    cr_assert_not_null(job);
    cr_expect_eq(job->choice->kind, CHOICES_ORGANISATIONS);
    cr_expect_str_eq(job->choice->search, "a");
    console_type(&c, "ge");
    cr_expect_null(console_job(&c, JOB_CHOICES), "not at each key");
    console_tick(&c, 200);
    cr_expect_null(console_job(&c, JOB_CHOICES), "one question at a time");
    choices(&c, c.st->offers.job, names(found, 2));
    console_tick(&c, 200);
    job = console_job(&c, JOB_CHOICES);
    cr_assert_not_null(job);
    cr_expect_str_eq(job->choice->search, "age");
    choices(&c, 999999, names(found, 1));
    choices(&c, c.st->offers.job, names(found, 2));
    cr_expect_eq(choices_shown(c.st), 2);
    console_command(&c, CMD_LINE_DOWN, NULL);
    console_command(&c, CMD_CHOICES_TAKE, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_FORM);
    cr_expect_str_eq(text_of(&c, FIELD_OF_ORGANISATION_ID), "Agence de l'Est");
    c.st->form.at = FIELD_OF_CLIENT_ID;
    console_command(&c, CMD_FIELD_EDIT, NULL);
    job = console_job(&c, JOB_CHOICES);
    cr_assert_not_null(job);
    cr_expect_eq(job->choice->kind, CHOICES_CLIENTS);
    cr_expect_str_eq(job->choice->organisation_id, "bbbbbbbb-0000-0000-0000-000000000001");
    cr_expect_str_eq(job->choice->client_type, "reseau");
    choices(&c, c.st->offers.job, names(found, 1));
    console_command(&c, CMD_CHOICES_TAKE, NULL);
    cr_expect_eq(c.st->form.grade[FIELD_OF_CLIENT_ID], FIELD_WARNING, "another organisation's");
    console_close(&c);
}

Test(flow_choices, esc_in_a_list_leaves_the_field_and_closed_lists_need_no_database)
{
    struct console c;
    int chosen = 0;
    console_writer(&c, 3);
    console_form(&c);
    console_link(&c, LINK_WAITING, ERR_LOST);
    c.st->form.at = FIELD_OF_STATUS;
    console_command(&c, CMD_FIELD_EDIT, NULL);
    cr_assert_eq(choices_shown(c.st), STATUS_COUNT);
    cr_expect_not_null(choices_at(c.st, 0, &chosen));
    cr_expect(chosen, "the present one");
    cr_expect_null(choices_at(c.st, STATUS_COUNT, NULL));
    console_command(&c, CMD_CHOICES_LEAVE, NULL);
    cr_expect_not(draft_changed(&c.st->form.draft));
    console_type(&c, "exp");
    cr_assert_eq(state_screen(c.st), SCREEN_CHOICES);
    cr_expect_eq(choices_shown(c.st), 1);
    struct event *event = event_create(EVENT_INSERT);
    event->text = mem_dup("cut");
    event->flag = 1;
    console_send(&c, event);
    cr_expect_eq(choices_shown(c.st), 1, "a paste that was cut is refused");
    console_command(&c, CMD_CHOICES_TAKE, NULL);
    cr_expect_str_eq(c.st->form.draft.field[FIELD_OF_STATUS].text, "expired");
    c.st->form.at = FIELD_OF_ACTIVE;
    console_command(&c, CMD_FIELD_EDIT, NULL);
    cr_expect_eq(choices_shown(c.st), 2);
    console_command(&c, CMD_CHOICES_LEAVE, NULL);
    console_close(&c);
}

Test(flow_choices, models_are_toggled_and_typed)
{
    static const char *const usable[] = {"gpt-4o", "o3"};
    struct console c;
    int chosen = 0;
    console_writer(&c, 3);
    console_form(&c);
    c.st->form.at = FIELD_OF_MODELS;
    console_command(&c, CMD_FIELD_EDIT, NULL);
    cr_assert_eq(state_context(c.st), CONTEXT_CHOICES | CONTEXT_MODELS);
    const struct job *job = console_job(&c, JOB_CHOICES);
    cr_assert_not_null(job);
    cr_expect_eq(job->choice->kind, CHOICES_MODELS);
    struct choice_list *list = names(usable, 2);
    for (int i = 0; i < 2; i++)
        (void)snprintf(list->item[i].value, OFFER_TEXT, "%s", usable[i]);
    choices(&c, job->id, list);
    cr_assert_eq(choices_shown(c.st), 3, "what is chosen without being usable is there too");
    cr_expect_str_eq(choices_at(c.st, 0, &chosen)->value, "gpt-4o-mini");
    cr_expect(chosen);
    console_command(&c, CMD_CHOICES_TOGGLE, NULL);
    console_type(&c, "o3");
    console_command(&c, CMD_CHOICES_TAKE, NULL);
    console_type(&c, "my-own");
    cr_expect_eq(choices_shown(c.st), 0);
    console_command(&c, CMD_CHOICES_TAKE, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_CHOICES);
    console_command(&c, CMD_CHOICES_TAKE, NULL);
    cr_expect_eq(state_screen(c.st), SCREEN_FORM);
    cr_expect_str_eq(text_of(&c, FIELD_OF_MODELS), "gpt-4o, o3, my-own");
    cr_expect_eq(c.st->form.grade[FIELD_OF_MODELS], FIELD_WARNING, "the key cannot use it");
    console_close(&c);
}
