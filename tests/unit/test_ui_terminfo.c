#include "config.h"

#include "ui/terminfo.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void refused(const char *type, const char *word)
{
    struct err e = {0};
    cr_expect_eq(terminfo_check(type, 1, &e), -ERR_TERMINAL, "%s", type ? type : "unset");
    cr_expect_not_null(strstr(e.text, word), "%s", e.text);
    cr_expect_not_null(strstr(e.cure, "TERM="), "the cure says what to do: %s", e.cure);
}

Test(ui_terminfo, refuses_what_cannot_show_a_screen)
{
    refused(NULL, "not set");
    refused("", "not set");
    refused("no-such-terminal", "not known");
    refused("dumb", "cannot show");
}

Test(ui_terminfo, accepts_terminals)
{
    static const char *const types[] = {"xterm-256color", "xterm",  "vt100",        "vt220",
                                        "linux",          "screen", "tmux-256color"};
    struct err e = {0};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        cr_expect_eq(terminfo_check(types[i], 1, &e), 0, "%s: %s", types[i], e.text);
}

Test(ui_terminfo, delays_are_left_out)
{
    char out[8];
    size_t n = terminfo_append(out, sizeof out, 0, "a$<50>b$<2/>c");
    cr_expect(n == 3 && memcmp(out, "abc", 3) == 0);
    cr_expect_eq(terminfo_append(out, sizeof out, n, NULL), 3);
    cr_expect_eq(terminfo_append(out, sizeof out, n, "$<open"), 3);
    cr_expect_eq(terminfo_append(out, sizeof out, n, "0123456789"), sizeof out);
}
