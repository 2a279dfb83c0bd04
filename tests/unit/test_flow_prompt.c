#include "config.h"

#include "flow_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void organisations(struct console *c)
{
    struct event *event = event_create(EVENT_ORGANISATIONS);
    event->job = c->st->orgs.job;
    event->organisations = organisations_create(3);
    static const char *const names[] = {"Agence du Midi", "Réseau Horizon", "Réseau Horizon Est"};
    for (int i = 0; i < 3; i++) {
        event->organisations->rows[i].nom = strdup(names[i]);
        (void)snprintf(event->organisations->rows[i].id, UUID_TEXT, "00000000-0000-0000-0000-%012u",
                       (unsigned)i % 10U);
    }
    console_send(c, event);
}

Test(flow_prompt, typing_edits_by_whole_characters)
{
    struct console c;
    console_ready(&c, 3);
    console_command(&c, CMD_FILTER, NULL);
    console_type(&c, "été");
    console_command(&c, CMD_ERASE, NULL);
    cr_assert_str_eq(c.st->prompt.line.text, "ét");
    console_command(&c, CMD_CURSOR_START, NULL);
    console_command(&c, CMD_CURSOR_RIGHT, NULL);
    cr_assert_eq(c.st->prompt.line.cursor, 2);
    console_type(&c, "日");
    cr_assert_str_eq(c.st->prompt.line.text, "é日t");
    console_command(&c, CMD_ERASE_WORD, NULL);
    cr_assert_str_eq(c.st->prompt.line.text, "t");
    console_command(&c, CMD_ERASE_LINE, NULL);
    cr_assert_str_eq(c.st->prompt.line.text, "");
    console_close(&c);
}

Test(flow_prompt, a_paste_beyond_the_line_is_refused_whole)
{
    struct console c;
    console_ready(&c, 3);
    char big[2 * FILTER_TEXT_MAX];
    memset(big, 'a', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    console_command(&c, CMD_FILTER, NULL);
    console_type(&c, big);
    cr_assert_str_eq(c.st->prompt.line.text, "");
    cr_assert(c.st->message.text[0]);
    console_close(&c);
}

Test(flow_prompt, a_bad_filter_stays_in_the_line_and_the_list_as_it_was)
{
    struct console c;
    console_ready(&c, 3);
    console_command(&c, CMD_FILTER, NULL);
    console_type(&c, "colour:red");
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_PROMPT);
    cr_assert(c.st->prompt.problem[0]);
    cr_assert_str_eq(c.st->list.filter_text, "");
    console_command(&c, CMD_CANCEL, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    console_close(&c);
}

Test(flow_prompt, small_lists_follow_each_key_and_cancel_returns)
{
    struct console c;
    console_ready(&c, 30);
    struct event *event = event_create(EVENT_TOTALS);
    event->job = c.st->list.job_totals;
    event->totals.connexions = 30;
    event->totals_exact = 1;
    console_send(&c, event);
    console_command(&c, CMD_FILTER, NULL);
    console_type(&c, "m");
    cr_assert_not_null(console_job(&c, JOB_PAGE));
    console_type(&c, "i");
    cr_assert_null(console_job(&c, JOB_PAGE), "one fetch at a time");
    cr_assert_eq(c.st->list.stale_filter, 1);
    console_command(&c, CMD_CANCEL, NULL);
    cr_assert_str_eq(c.st->list.filter_text, "");
    console_close(&c);
}

Test(flow_prompt, the_palette_completes_runs_and_names_what_it_does_not_know)
{
    struct console c;
    console_ready(&c, 3);
    console_command(&c, CMD_PALETTE, NULL);
    organisations(&c);
    console_type(&c, "or");
    cr_assert_geq(c.st->prompt.choices, 2);
    console_command(&c, CMD_ERASE_LINE, NULL);
    console_type(&c, "organisation midi");
    cr_assert_str_eq(c.st->prompt.choice[0].text, "organisation Agence du Midi");
    console_command(&c, CMD_COMPLETE, NULL);
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert_str_eq(c.st->list.organisation_nom, "Agence du Midi");
    cr_assert_str_eq(console_job(&c, JOB_PAGE)->page.organisation,
                     "00000000-0000-0000-0000-000000000000");
    console_command(&c, CMD_PALETTE, NULL);
    console_type(&c, "frobnicate");
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_PROMPT);
    cr_assert(strstr(c.st->prompt.problem, "frobnicate"));
    console_close(&c);
}

Test(flow_prompt, an_exact_organisation_wins_over_longer_names)
{
    struct console c;
    console_ready(&c, 3);
    console_command(&c, CMD_PALETTE, NULL);
    organisations(&c);
    console_type(&c, "organisation réseau horizon");
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert_str_eq(c.st->list.organisation_nom, "Réseau Horizon");
    console_command(&c, CMD_PALETTE, NULL);
    console_type(&c, "organisation horiz");
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert(c.st->message.text[0], "several match");
    console_close(&c);
}

Test(flow_prompt, every_command_without_a_prompt_is_in_the_palette_by_its_whole_name)
{
    for (int i = 1; i < COMMAND_COUNT; i++) {
        const struct command_info *info = command_info((enum command)i);
        cr_assert_eq(command_find(info->name), i);
        if (info->contexts & CONTEXT_PALETTE)
            cr_assert_eq(command_match(info->name, info->contexts, 0) != CMD_NONE, 1);
    }
}

Test(flow_prompt, too_small_a_terminal_only_lets_leave)
{
    struct console c;
    console_ready(&c, 3);
    struct event *event = event_create(EVENT_RESIZE);
    event->rows = 5;
    event->cols = 20;
    console_send(&c, event);
    cr_assert(state_too_small(c.st));
    console_command(&c, CMD_HELP, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    console_command(&c, CMD_QUIT, NULL);
    cr_assert_eq(c.st->quit, 1);
    console_close(&c);
}

Test(flow_prompt, a_sheet_opens_with_the_row_of_the_list_and_fetches_the_whole)
{
    struct console c;
    console_ready(&c, 3);
    console_command(&c, CMD_OPEN, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_CONNEXION);
    cr_assert_not_null(c.st->sheet.row);
    cr_assert_str_eq(console_job(&c, JOB_CONNEXION)->uuid, c.st->list.rows[0]->id);
    console_command(&c, CMD_NEXT, NULL);
    cr_assert_str_eq(c.st->sheet.id, c.st->list.rows[1]->id);
    struct event *event = event_create(EVENT_CONNEXION);
    event->job = c.st->sheet.job;
    console_send(&c, event);
    cr_assert_eq(c.st->sheet.gone, 1);
    console_command(&c, CMD_BACK, NULL);
    cr_assert_eq(console_cursor(&c), 1);
    console_close(&c);
}
