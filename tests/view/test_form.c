#include "config.h"

/* The form: its fields, what is said of each, the list of a field, the text being typed. */

#include "base/mem.h"
#include "drive.h"
#include "fixture.h"
#include "golden.h"
#include "ui/draw.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(form, .init = fixture_world);

static struct state *open_form(int row)
{
    struct state *st = fixture_state(24, 80);
    st->list.cursor = (size_t)row;
    drive_arm(st);
    drive_command(st, CMD_EDIT);
    drive_row(st, row);
    return st;
}

static void type_into(struct state *st, enum field field, const char *text)
{
    drive_to(st, field);
    drive_type(st, text);
    drive_command(st, CMD_FIELD_ACCEPT);
}

static void at(struct state *st, int rows, int cols, const char *name)
{
    st->rows = rows;
    st->cols = cols;
    golden_check(name, st, &(struct look){0});
}

static void sizes(struct state *st, const char *name)
{
    char file[64];
    (void)snprintf(file, sizeof file, "%s-80x24", name);
    at(st, 24, 80, file);
    (void)snprintf(file, sizeof file, "%s-120x36", name);
    at(st, 36, 120, file);
    (void)snprintf(file, sizeof file, "%s-200x50", name);
    at(st, 50, 200, file);
}

Test(form, opened)
{
    struct state *st = open_form(1);
    sizes(st, "form");
    at(st, 10, 40, "form-40x10");
    state_destroy(st);
}

Test(form, changed)
{
    struct state *st = open_form(1);
    type_into(st, FIELD_OF_DAY_LIMIT, "1200");
    type_into(st, FIELD_OF_PROJECT, "project nine");
    type_into(st, FIELD_OF_EMAIL, "no address");
    drive_to(st, FIELD_OF_DAY_LIMIT);
    sizes(st, "form-changed");
    golden_check("form-mono", st, &(struct look){.no_color = 1, .ascii = 1, .attributes = 1});
    state_destroy(st);
}

Test(form, typing)
{
    struct state *st = open_form(1);
    drive_to(st, FIELD_OF_PROJECT);
    drive_type(st, "proj_a name that is much longer than the line has room for, to see it scroll");
    at(st, 24, 80, "form-typing-80x24");
    drive_command(st, CMD_CURSOR_START);
    at(st, 24, 80, "form-typing-start");
    at(st, 10, 40, "form-typing-40x10");
    state_destroy(st);
}

Test(form, key_is_masked)
{
    struct state *st = open_form(1);
    drive_to(st, FIELD_OF_API_KEY);
    drive_type(st, "sk-proj-Secret0Typed0Here0123456789");
    at(st, 24, 80, "form-key");
    golden_check("form-key-ascii", st, &(struct look){.no_color = 1, .ascii = 1, .attributes = 1});
    drive_command(st, CMD_FIELD_ACCEPT);
    char *dump = golden_dump(st, &(struct look){0});
    cr_assert_null(strstr(dump, "Secret"));
    cr_assert_null(strstr(dump, "sk-proj"));
    free(dump);
    state_destroy(st);
}

Test(form, json_in_lines)
{
    struct state *st = open_form(1);
    drive_to(st, FIELD_OF_EXTENSIONS);
    drive_type(st, "{\n  \"base_url\": \"https://eu.api.openai.com/v1\",\n  \"teams\": [\n    "
                   "\"front\",\n    \"back\"\n  ],\n  \"note\": \"東京 é\"\n}");
    sizes(st, "form-json");
    drive_commands(st, CMD_LINE_UP, 4);
    drive_type(st, ",,");
    at(st, 24, 80, "form-json-wrong");
    drive_command(st, CMD_FIELD_NEXT);
    drive_to(st, FIELD_OF_EXTENSIONS);
    at(st, 24, 80, "form-json-kept");
    state_destroy(st);
}

static void offer(struct state *st, const char *const *titles, int n, int more)
{
    struct event *event = event_create(EVENT_CHOICES);
    event->choices = choice_list_create((size_t)n);
    event->choices->kind =
        st->offers.field == FIELD_OF_MODELS ? CHOICES_MODELS : CHOICES_ORGANISATIONS;
    event->choices->more = more;
    for (int i = 0; i < n; i++) {
        (void)snprintf(event->choices->item[i].title, OFFER_TEXT, "%s", titles[i]);
        if (st->offers.field == FIELD_OF_MODELS)
            (void)snprintf(event->choices->item[i].value, OFFER_TEXT, "%s", titles[i]);
        else
            (void)snprintf(event->choices->item[i].value, OFFER_TEXT,
                           "11111111-0000-4000-8000-%012d", i);
    }
    drive_event(st, event, JOB_CHOICES);
}

Test(form, list_of_a_field)
{
    static const char *const names[] = {"Agence du Midi", "Réseau Horizon", "東京不動産",
                                        "Étude Lévêque & Fils"};
    static const char *const models[] = {"gpt-4o", "gpt-4o-mini", "gpt-4", "o3-mini",
                                         "gpt-3.5-turbo"};
    struct state *st = open_form(1);
    drive_to(st, FIELD_OF_STATUS);
    drive_command(st, CMD_FIELD_EDIT);
    drive_command(st, CMD_LINE_DOWN);
    sizes(st, "choices-state");
    drive_command(st, CMD_CHOICES_LEAVE);
    drive_to(st, FIELD_OF_ORGANISATION_ID);
    drive_command(st, CMD_FIELD_EDIT);
    at(st, 24, 80, "choices-coming");
    offer(st, names, 4, 1);
    sizes(st, "choices-organisation");
    at(st, 10, 40, "choices-40x10");
    drive_command(st, CMD_CHOICES_LEAVE);
    drive_to(st, FIELD_OF_MODELS);
    drive_command(st, CMD_FIELD_EDIT);
    offer(st, models, 5, 0);
    drive_command(st, CMD_CHOICES_TOGGLE);
    sizes(st, "choices-models");
    golden_check("choices-mono", st, &(struct look){.no_color = 1, .ascii = 1, .attributes = 1});
    drive_type(st, "o9-huge");
    at(st, 24, 80, "choices-none");
    state_destroy(st);
}

Test(form, states_of_the_whole)
{
    struct state *st = fixture_state(24, 80);
    st->list.cursor = 1;
    drive_command(st, CMD_DUPLICATE);
    at(st, 24, 80, "form-coming");
    drive_command(st, CMD_FORM_LEAVE);
    drive_command(st, CMD_NEW);
    at(st, 24, 80, "form-new");
    state_destroy(st);
    st = open_form(1);
    type_into(st, FIELD_OF_DAY_LIMIT, "1200");
    free(st->list.rows[1]->col[COL_DAY_LIMIT]);
    st->list.rows[1]->col[COL_DAY_LIMIT] = mem_dup("333");
    st->form.moved[FIELD_OF_DAY_LIMIT] = 1;
    free(st->form.row->col[COL_DAY_LIMIT]);
    st->form.row->col[COL_DAY_LIMIT] = mem_dup("333");
    drive_to(st, FIELD_OF_DAY_LIMIT);
    at(st, 24, 80, "form-moved");
    st->form.gone = 1;
    at(st, 24, 80, "form-gone");
    state_destroy(st);
}
