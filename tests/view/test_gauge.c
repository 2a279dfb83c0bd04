#include "config.h"

/* The gauge at every width and state. */

#include "fixture.h"
#include "ui/w_gauge.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct term t;

static void open_terminal(const char *type, int ascii)
{
    struct state *st = fixture_state(2, 60);
    fixture_term(&t, type, ascii, st);
    state_destroy(st);
}

static void setup(void)
{
    fixture_world();
    open_terminal("xterm-256color", 0);
}

static void teardown(void)
{
    term_stop(&t);
}

TestSuite(gauge, .init = setup, .fini = teardown);

static struct gauge of(int permille, int elapsed)
{
    struct gauge g = {.source = SOURCE_TABLE, .permille = permille, .elapsed_permille = elapsed};
    g.state = permille >= 1000 ? GAUGE_OVER : permille >= 800 ? GAUGE_HIGH : GAUGE_OK;
    return g;
}

static void check(const struct gauge *g, int width, const char *wanted)
{
    struct surface s;
    struct str out;
    (void)werase(stdscr);
    surface_init(&s, stdscr, &t.theme);
    (void)surface_put(&s, 0, width, ROLE_TEXT, "<");
    gauge_draw(&s, 0, 0, width, g);
    str_init(&out, 10000);
    surface_dump(stdscr, &t.theme, 0, &out);
    *strchr(out.data, '\n') = '\0';
    cr_expect_str_eq(out.data, wanted, "%d columns, %d: %s", width, g->permille, out.data);
    str_finish(&out);
}

static void check_of(int permille, int elapsed, int width, const char *wanted)
{
    struct gauge g = of(permille, elapsed);
    check(&g, width, wanted);
}

Test(gauge, fills_by_eighths)
{
    check_of(0, 0, 15, "│          0 % <");
    check_of(500, 990, 15, "████   │  50 % <");
    check_of(560, 0, 15, "│███▍     56 % <");
    check_of(1, 990, 15, "▏      │  <1 % <");
    check_of(999, 0, 15, "│██████▉  99 %!<");
    check_of(1000, 0, 15, "│███████ 100 %!<");
    check_of(12345, 0, 15, "│███████>999 %!<");
}

Test(gauge, tells_what_is_elapsed)
{
    check_of(600, 70, 17, "│█████      60 % <");
    check_of(600, 500, 17, "█████│      60 % <");
    check_of(600, 1000, 17, "██████   │  60 % <");
    check_of(600, 5000, 17, "██████   │  60 % <");
}

Test(gauge, narrow_ones_have_no_bar)
{
    check_of(620, 0, 10, "     62 % <");
    check_of(850, 0, 7, "  85 %!<");
    check_of(850, 0, 1, " <");
    check_of(620, 0, 0, "<");
}

Test(gauge, every_reason_for_no_bar_has_its_word)
{
    struct gauge g = {.state = GAUGE_NO_LIMIT, .permille = -1};
    check(&g, 15, "no limit       <");
    g.state = GAUGE_ZERO_LIMIT;
    check(&g, 15, "limit 0        <");
    g.state = GAUGE_NO_FIGURE;
    check(&g, 15, "no figure      <");
    g = of(620, 0);
    g.stale = 1;
    check(&g, 15, "stale (62 %)   <");
    check(&g, 8, "stale (…<");
}

Test(gauge, ascii)
{
    term_stop(&t);
    open_terminal("vt100", 1);
    check_of(0, 990, 15, ".......|   0 % <");
    check_of(500, 990, 15, "####...|  50 % <");
    check_of(1, 990, 15, "#......|  <1 % <");
    check_of(999, 0, 15, "|######.  99 %!<");
    check_of(1310, 500, 15, "####|### 131 %!<");
}

Test(gauge, states_differ_without_colour)
{
    struct gauge high = of(850, 0);
    struct gauge over = of(1000, 0);
    struct gauge ok = of(100, 0);
    cr_expect_eq(gauge_role(&high), ROLE_WARN);
    cr_expect_eq(gauge_role(&over), ROLE_BAD);
    cr_expect_eq(gauge_role(&ok), ROLE_TEXT);
}
