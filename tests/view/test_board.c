#include "config.h"

/* The board, and the plan at OpenAI. */

#include "drive.h"
#include "fixture.h"
#include "golden.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(board, .init = fixture_world);

static struct state *screen(int rows, int cols, int organisations)
{
    struct state *st = fixture_state(rows, cols);
    fixture_alerts(st);
    fixture_overview(st, organisations);
    fixture_push(st, SCREEN_BOARD);
    return st;
}

static void check(int rows, int cols, int organisations, const char *name)
{
    struct state *st = screen(rows, cols, organisations);
    golden_check(name, st, &(struct look){0});
    state_destroy(st);
}

Test(board, sizes)
{
    check(24, 80, 5, "board-5-80x24");
    check(24, 80, 300, "board-300-80x24");
    check(36, 120, 300, "board-300-120x36");
    check(50, 200, 300, "board-300-200x50");
    check(12, 44, 300, "board-300-44x12");
}

Test(board, told_without_colour)
{
    struct state *st = screen(24, 80, 12);
    st->board.at = board_lines(st) + 1;
    golden_check("board-mono", st, &(struct look){.no_color = 1, .ascii = 1, .attributes = 1});
    golden_check("board-colour", st, &(struct look){.attributes = 1});
    state_destroy(st);
}

Test(board, scrolls_to_the_last)
{
    struct state *st = screen(24, 80, 300);
    drive_command(st, CMD_LAST);
    golden_check("board-last", st, &(struct look){0});
    drive_commands(st, CMD_UP, 3);
    golden_check("board-up", st, &(struct look){0});
    drive_command(st, CMD_FIRST);
    golden_check("board-300-80x24", st, &(struct look){0});
    state_destroy(st);
}

Test(board, nothing_wrong_and_nothing_yet)
{
    struct state *st = fixture_state(14, 80);
    fixture_push(st, SCREEN_BOARD);
    golden_check("board-coming", st, &(struct look){0});
    fixture_overview(st, 4);
    st->board.worst->len = 0;
    golden_check("board-calm", st, &(struct look){0});
    state_destroy(st);
}

static struct state *plan(int rows, int cols)
{
    struct state *st = fixture_state(rows, cols);
    fixture_provider(st);
    fixture_push(st, SCREEN_PROVIDER);
    return st;
}

Test(board, plan_at_openai)
{
    struct state *st = plan(24, 80);
    golden_check("provider-80x24", st, &(struct look){0});
    st->provider.scroll.cursor = 5;
    st->rows = 36;
    st->cols = 120;
    golden_check("provider-120x36", st, &(struct look){0});
    drive_arm(st);
    drive_command(st, CMD_PROVIDER_APPLY);
    golden_check("provider-confirm", st, &(struct look){0});
    drive_type(st, "proj_9Zz01");
    drive_command(st, CMD_ACCEPT);
    st->provider.plan->item[0].state = STEP_VERIFIED;
    st->provider.plan->item[1].state = STEP_SENT;
    golden_check("provider-applying", st, &(struct look){0});
    state_destroy(st);
}

Test(board, plan_that_cannot_be)
{
    struct state *st = fixture_state(14, 80);
    fixture_push(st, SCREEN_PROVIDER);
    (void)snprintf(st->provider.account, sizeof st->provider.account, "ia0@midi.example");
    golden_check("provider-coming", st, &(struct look){0});
    st->provider.plan = provider_plan_create(0);
    (void)snprintf(st->provider.plan->fault, sizeof st->provider.plan->fault,
                   "No admin key is known for org-Kx81aBcDeF: enter it with A.");
    golden_check("provider-fault", st, &(struct look){0});
    state_destroy(st);
}
