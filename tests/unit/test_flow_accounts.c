#include "config.h"

/* Admin keys in the console: who may, what is asked for, where the text of a key is and is not. */

#include "flow_fixture.h"

#include "base/mem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char KEY[] = "sk-admin-of-the-test";

static struct account_known *item(struct account_list *list, int i, const char *name, int has_key)
{
    struct account_known *a = &list->item[i];
    (void)snprintf(a->name, sizeof a->name, "%s", name);
    a->has_key = has_key;
    return a;
}

/* Answers the question for the list: acme has a key, org-b has none. */
static void answer(struct console *c)
{
    struct event *event = event_create(EVENT_ACCOUNTS);
    event->job = c->st->accounts.job;
    event->accounts = account_list_create(2, 0);
    struct account_known *a = item(event->accounts, 0, "acme", 1);
    a->by_key = 1;
    (void)snprintf(a->base_url, sizeof a->base_url, "https://eu.example/v1");
    (void)item(event->accounts, 1, "org-b", 0);
    console_send(c, event);
}

static void open_screen(struct console *c)
{
    console_ready(c, 3);
    console_command(c, CMD_ACCOUNTS, NULL);
    cr_assert_not_null(console_job(c, JOB_ACCOUNTS));
    answer(c);
    cr_assert_eq(state_screen(c->st), SCREEN_ACCOUNTS);
}

static void tell(struct console *c, int stored, int removed, enum verdict verdict)
{
    struct event *event = event_create(EVENT_ACCOUNT_DONE);
    event->job = c->st->accounts.job_act;
    event->outcome = mem_zero(1, sizeof *event->outcome);
    *event->outcome = (struct account_outcome){
        .name = "acme", .stored = stored, .removed = removed, .copies = 2, .verdict = verdict};
    console_send(c, event);
}

/* Whether the text is anywhere in the state. */
static int holds(const struct state *st, const char *text)
{
    return memmem(st, sizeof *st, text, strlen(text)) != NULL;
}

Test(flow_accounts, a_member_gets_a_sentence_and_no_screen)
{
    struct console c;
    console_ready(&c, 3);
    c.st->link.proof.admin = 0;
    console_command(&c, CMD_ACCOUNTS, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    cr_assert_not_null(strstr(c.st->message.text, "administrators"));
    console_command(&c, CMD_KEY_ENTER, "acme");
    cr_assert_eq(state_screen(c.st), SCREEN_CONNEXIONS);
    cr_assert_eq(c.jobs.len, 0);
    console_close(&c);
}

Test(flow_accounts, a_key_goes_into_its_job_and_nowhere_else)
{
    struct console c;
    open_screen(&c);
    console_command(&c, CMD_OPEN, NULL);
    cr_assert_eq(c.st->prompt.kind, PROMPT_SECRET);
    console_type(&c, KEY);
    cr_assert(holds(c.st, KEY), "it is being typed");
    console_command(&c, CMD_ACCEPT, NULL);
    const struct job *job = console_job(&c, JOB_ACCOUNT_SET);
    cr_assert_not_null(job);
    cr_assert_str_eq(job->name, "acme");
    cr_assert_str_eq(job->secret, KEY);
    cr_assert_str_eq(job->base_url, "https://eu.example/v1", "a place that is set stays");
    cr_assert(job->by_key);
    cr_assert_eq(state_screen(c.st), SCREEN_ACCOUNTS);
    cr_assert(!holds(c.st, KEY) && !holds(c.st, KEY + 9), "wiped");
    console_command(&c, CMD_KEY_ENTER, "org-b");
    cr_assert_eq(state_screen(c.st), SCREEN_ACCOUNTS, "one after the other");
    tell(&c, 1, 0, VERDICT_VALID);
    cr_assert_str_eq(c.st->message.text,
                     "The admin key of acme works; it is sealed to 2 programs.");
    cr_assert_not_null(console_job(&c, JOB_ACCOUNTS));
    console_close(&c);
}

Test(flow_accounts, leaving_the_line_wipes_it)
{
    struct console c;
    open_screen(&c);
    console_command(&c, CMD_OPEN, NULL);
    console_type(&c, KEY);
    console_command(&c, CMD_CANCEL, NULL);
    cr_assert(!holds(c.st, KEY + 9));
    console_command(&c, CMD_OPEN, NULL);
    console_type(&c, KEY);
    console_command(&c, CMD_ERASE_WORD, NULL);
    console_command(&c, CMD_ERASE, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_ACCOUNTS, "an empty line is left");
    cr_assert(!holds(c.st, KEY + 9), "what was erased, too");
    console_close(&c);
}

Test(flow_accounts, nothing_is_proposed_or_kept_of_a_secret_line)
{
    struct console c;
    open_screen(&c);
    console_command(&c, CMD_OPEN, NULL);
    console_type(&c, "he");
    console_command(&c, CMD_COMPLETE, NULL);
    cr_assert_eq(c.st->prompt.choices, 0);
    cr_assert_str_eq(c.st->prompt.line.text, "he");
    cr_assert_str_eq(c.st->prompt.saved, "");
    console_close(&c);
}

Test(flow_accounts, an_odd_key_is_taken_and_an_unusable_one_not)
{
    static const struct {
        const char *text;
        int taken, told;
    } cases[] = {
        {"sk-proj-else", 1, 1},      {"k", 1, 0},          {"", 0, 1}, {"sk-admin-a b", 0, 1},
        {"sk-admin-\xc3\xa9", 0, 1}, {"sk-admin-ok", 1, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct console c;
        open_screen(&c);
        console_command(&c, CMD_OPEN, NULL);
        console_type(&c, cases[i].text);
        int told = c.st->prompt.problem[0] != '\0';
        console_command(&c, CMD_ACCEPT, NULL);
        int taken = console_job(&c, JOB_ACCOUNT_SET) != NULL;
        told = told || (!taken && c.st->prompt.problem[0]);
        cr_expect_eq(taken, cases[i].taken, "%s", cases[i].text);
        cr_expect_eq(told, cases[i].told, "%s", cases[i].text);
        console_close(&c);
    }
}

Test(flow_accounts, a_line_that_is_too_long_is_refused_whole)
{
    struct console c;
    char big[2 * TYPED_MAX];
    memset(big, 'a', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    open_screen(&c);
    console_command(&c, CMD_OPEN, NULL);
    console_type(&c, big);
    cr_assert_str_eq(c.st->prompt.line.text, "");
    cr_assert_eq(state_screen(c.st), SCREEN_PROMPT);
    console_close(&c);
}

Test(flow_accounts, a_new_one_asks_for_its_name_first)
{
    struct console c;
    open_screen(&c);
    console_command(&c, CMD_KEY_ENTER, NULL);
    cr_assert_eq(c.st->prompt.kind, PROMPT_NAME);
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert(c.st->prompt.problem[0], "no name");
    console_type(&c, "org-new");
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert_eq(c.st->prompt.kind, PROMPT_SECRET);
    cr_assert_not_null(strstr(c.st->prompt.label, "org-new"));
    console_type(&c, KEY);
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert_str_eq(console_job(&c, JOB_ACCOUNT_SET)->name, "org-new");
    tell(&c, 0, 0, VERDICT_REVOKED);
    cr_assert_eq(c.st->message.level, MESSAGE_ERROR);
    cr_assert_not_null(strstr(c.st->message.text, "Nothing was changed"));
    console_close(&c);
}

Test(flow_accounts, removing_asks_first)
{
    struct console c;
    open_screen(&c);
    console_command(&c, CMD_KEY_REMOVE, NULL);
    cr_assert_eq(c.st->prompt.kind, PROMPT_CONFIRM);
    console_type(&c, "y");
    console_command(&c, CMD_CANCEL, NULL);
    cr_assert_null(console_job(&c, JOB_ACCOUNT_REMOVE));
    console_command(&c, CMD_KEY_REMOVE, NULL);
    console_command(&c, CMD_ACCEPT, NULL);
    cr_assert_str_eq(console_job(&c, JOB_ACCOUNT_REMOVE)->name, "acme");
    tell(&c, 0, 1, VERDICT_NEVER);
    cr_assert_str_eq(c.st->message.text, "The admin key of acme is removed.");
    console_command(&c, CMD_DOWN, NULL);
    console_command(&c, CMD_KEY_REMOVE, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_ACCOUNTS, "org-b has none");
    console_close(&c);
}

Test(flow_accounts, a_broken_connection_frees_what_was_under_way)
{
    struct console c;
    open_screen(&c);
    console_command(&c, CMD_OPEN, NULL);
    console_type(&c, KEY);
    console_command(&c, CMD_ACCEPT, NULL);
    console_link(&c, LINK_WAITING, ERR_LOST);
    cr_assert_eq(c.st->accounts.job_act, 0);
    console_command(&c, CMD_OPEN, NULL);
    cr_assert_eq(state_screen(c.st), SCREEN_ACCOUNTS);
    cr_assert(c.st->message.text[0]);
    console_link(&c, LINK_READY, ERR_OK);
    cr_assert_not_null(console_job(&c, JOB_ACCOUNTS), "the screen is fetched again");
    console_close(&c);
}

Test(flow_accounts, another_identity_takes_a_half_typed_key_away)
{
    struct console c;
    open_screen(&c);
    console_command(&c, CMD_OPEN, NULL);
    console_type(&c, KEY);
    console_link(&c, LINK_WAITING, ERR_LOST);
    c.st->link.proof.user_id[0] = '2';
    console_link(&c, LINK_READY, ERR_OK);
    cr_assert(!holds(c.st, KEY + 9));
    cr_assert_eq(state_screen(c.st), SCREEN_ACCOUNTS);
    console_close(&c);
}

Test(flow_accounts, a_dear_question_is_not_asked_at_each_change)
{
    struct console c;
    open_screen(&c);
    console_command(&c, CMD_REFRESH, NULL);
    console_serve(&c);
    c.mono_ms += 3000;
    answer(&c);
    console_send(&c, event_create(EVENT_CHANGED));
    cr_assert_not_null(console_job(&c, JOB_PAGE), "the list is fetched");
    cr_assert_null(console_job(&c, JOB_ACCOUNTS));
    console_serve(&c);
    console_command(&c, CMD_REFRESH, NULL);
    cr_assert_not_null(console_job(&c, JOB_ACCOUNTS), "a person may");
    console_serve(&c);
    answer(&c);
    console_send(&c, event_create(EVENT_CHANGED));
    cr_assert_not_null(console_job(&c, JOB_ACCOUNTS), "it was quick this time");
    console_close(&c);
}

Test(flow_accounts, what_is_on_screen_is_fetched_again_by_time)
{
    struct console c;
    open_screen(&c);
    console_tick(&c, 11000);
    cr_assert_not_null(console_job(&c, JOB_ACCOUNTS));
    answer(&c);
    console_command(&c, CMD_BACK, NULL);
    console_tick(&c, 11000);
    cr_assert_null(console_job(&c, JOB_ACCOUNTS));
    console_close(&c);
}
