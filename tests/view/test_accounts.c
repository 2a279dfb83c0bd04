#include "config.h"

/* The screen of admin keys and its prompts. */

#include "fixture.h"
#include "golden.h"

#include "base/mem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(accounts, .init = fixture_world);

static struct state *screen(int rows, int cols)
{
    struct state *st = fixture_state(rows, cols);
    fixture_accounts(st);
    fixture_push(st, SCREEN_ACCOUNTS);
    return st;
}

static void give(struct state *st, enum command command, const char *text)
{
    struct jobs jobs = {.len = 0};
    struct event *event = event_create(command == CMD_NONE ? EVENT_INSERT : EVENT_COMMAND);
    event->command = command;
    event->text = text ? mem_dup(text) : NULL;
    event->now = st->now;
    event->mono_ms = st->mono_ms;
    update(st, event, &jobs);
    event_destroy(event);
    jobs_finish(&jobs);
}

Test(accounts, sizes)
{
    struct state *st = screen(24, 80);
    golden_check("accounts-80x24", st, &(struct look){0});
    st->accounts.scroll.cursor = 1;
    golden_check("accounts-refused-80x24", st, &(struct look){.attributes = 1});
    st->accounts.scroll.cursor = 2;
    st->rows = 36;
    st->cols = 120;
    golden_check("accounts-120x36", st, &(struct look){0});
    st->accounts.scroll.cursor = 3;
    golden_check("accounts-keyless-120x36", st, &(struct look){.ascii = 1});
    st->rows = 10;
    st->cols = 44;
    golden_check("accounts-44x10", st, &(struct look){0});
    state_destroy(st);
}

Test(accounts, nothing_yet)
{
    struct state *st = fixture_state(12, 80);
    fixture_push(st, SCREEN_ACCOUNTS);
    golden_check("accounts-coming", st, &(struct look){0});
    st->accounts.all = account_list_create(0, 0);
    golden_check("accounts-empty", st, &(struct look){0});
    state_destroy(st);
}

Test(accounts, a_key_is_signs_only_on_every_surface)
{
    static const char key[] = "sk-proj-SecretOfTheView";
    struct state *st = screen(24, 80);
    give(st, CMD_OPEN, NULL);
    give(st, CMD_NONE, key);
    golden_check("accounts-typing", st, &(struct look){0});
    golden_check("accounts-typing-ascii", st, &(struct look){.ascii = 1, .no_color = 1});
    for (int cols = MIN_COLS; cols <= 200; cols += 40) {
        st->cols = cols;
        char *dump = golden_dump(st, &(struct look){.attributes = 1});
        cr_assert_null(strstr(dump, "Secret"));
        cr_assert_null(strstr(dump, "sk-proj"));
        free(dump);
    }
    state_destroy(st);
}

Test(accounts, the_end_of_a_long_key_is_where_the_cursor_is)
{
    char key[TYPED_MAX];
    struct state *st = screen(12, 60);
    memset(key, 'k', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    memcpy(key, "sk-admin-", 9);
    give(st, CMD_OPEN, NULL);
    give(st, CMD_NONE, key);
    golden_check("accounts-long", st, &(struct look){0});
    state_destroy(st);
}

Test(accounts, removing_asks)
{
    struct state *st = screen(24, 80);
    give(st, CMD_KEY_REMOVE, NULL);
    golden_check("accounts-remove", st, &(struct look){.attributes = 1});
    give(st, CMD_CANCEL, NULL);
    st->accounts.job_act = 7;
    (void)snprintf(st->accounts.acting, sizeof st->accounts.acting, "Groupe Horizon");
    st->cols = 120;
    golden_check("accounts-acting", st, &(struct look){0});
    state_destroy(st);
}
