#include "config.h"

#include "ui/announce.h"

#include <criterion/criterion.h>
#include <string.h>

static struct err err;
static struct str out;

static const char *bytes(struct announce_how *how, const char *text)
{
    str_clear(&out);
    announce_bytes(&out, how, text);
    return str_get(&out);
}

static struct announce_how made(const char *bell, const char *title, const char *notify,
                                const char *type, const char *tmux, const char *screen)
{
    struct announce_how how;
    struct options o;
    options_init(&o);
    if (bell)
        option_set(&o, OPT_BELL, bell, 2);
    if (title)
        option_set(&o, OPT_TITLE, title, 2);
    if (notify)
        option_set(&o, OPT_NOTIFY, notify, 2);
    cr_assert_eq(announce_options(&how, &o, type, tmux, screen, &err), 0, "%s", err.text);
    options_finish(&o);
    return how;
}

static void open_text(void)
{
    str_init(&out, ANNOUNCE_BYTES);
}

static void close_text(void)
{
    str_finish(&out);
}

TestSuite(announce, .init = open_text, .fini = close_text);

Test(announce, bell_and_title_where_there_is_a_title)
{
    struct announce_how how = made(NULL, NULL, NULL, "xterm-256color", NULL, NULL);
    cr_assert_str_eq(bytes(&how, "budget"), "\033[22;2t\033]2;vigie: budget\033\\\a");
    cr_assert_str_eq(bytes(&how, "again"), "\033]2;vigie: again\033\\\a");
    str_clear(&out);
    announce_end(&out, &how);
    cr_assert_str_eq(str_get(&out), "\033[23;2t");
    str_clear(&out);
    announce_end(&out, &how);
    cr_assert_str_eq(str_get(&out), "");
}

Test(announce, a_terminal_without_a_title_gets_the_bell_alone)
{
    static const char *const types[] = {"linux", "vt100", "vt220", "dumb", "ansi", "stv52", NULL};
    for (int i = 0; types[i]; i++) {
        struct announce_how how = made("on", "on", "osc9", types[i], NULL, NULL);
        cr_assert_str_eq(bytes(&how, "budget"), "\a", "%s", types[i]);
    }
    struct announce_how how = made(NULL, NULL, "osc777", NULL, NULL, NULL);
    cr_assert_str_eq(bytes(&how, "budget"), "\a");
}

Test(announce, each_can_be_switched_off)
{
    struct announce_how how = made("off", "off", "off", "xterm", NULL, NULL);
    cr_assert_str_eq(bytes(&how, "budget"), "");
    how = made("on", "off", NULL, "xterm", NULL, NULL);
    cr_assert_str_eq(bytes(&how, "budget"), "\a");
    struct options o;
    options_init(&o);
    option_set(&o, OPT_BELL, "loud", 2);
    cr_assert_eq(announce_options(&how, &o, "xterm", NULL, NULL, &err), -ERR_USAGE);
    option_set(&o, OPT_BELL, "on", 2);
    option_set(&o, OPT_NOTIFY, "osc10", 2);
    cr_assert_eq(announce_options(&how, &o, "xterm", NULL, NULL, &err), -ERR_USAGE);
    options_finish(&o);
}

Test(announce, notifications_reach_the_terminal_behind_a_multiplexer)
{
    struct announce_how how = made("off", "off", "osc9", "xterm", NULL, NULL);
    cr_assert_str_eq(bytes(&how, "a; b"), "\033]9;a, b\a");
    how = made("off", "off", "osc777", "xterm", NULL, NULL);
    cr_assert_str_eq(bytes(&how, "a; b"), "\033]777;notify;vigie;a, b\a");
    how = made("off", "off", "osc9", "tmux-256color", "/tmp/tmux,1,0", NULL);
    cr_assert_str_eq(bytes(&how, "a"), "\033Ptmux;\033\033]9;a\a\033\\");
    how = made("off", "off", "osc777", "screen", NULL, "17.pts");
    cr_assert_str_eq(bytes(&how, "a"), "\033P\033]777;notify;vigie;a\a\033\\");
}

Test(announce, no_byte_of_the_text_is_a_command)
{
    char text[600];
    struct announce_how how = made("off", "on", "osc777", "xterm", NULL, NULL);
    const char *said = bytes(&how, "x\033]2;owned\a\n\r\t\x9b"
                                   "31m\xc2\x9d\x7f\xe2\x80\xae y");
    cr_assert_eq(strstr(said, "\033]2;owned"), NULL);
    for (const char *p = said; *p; p++)
        cr_assert(*p == 033 || *p == '\a' || (unsigned char)*p >= ' ', "%02x", *p);
    int escapes = 0;
    for (const char *p = said; (p = strchr(p, 033)); p++)
        escapes++;
    cr_assert_eq(escapes, 4, "%d", escapes);
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    cr_assert_lt(strlen(bytes(&how, text)), 2 * ANNOUNCE_TEXT + 64);
    how.ascii = 1;
    for (const char *p = bytes(&how, "d\xc3\xa9pass\xc3\xa9 \xe2\x82\xac"); *p; p++)
        cr_assert_lt((unsigned char)*p, 0x80);
}
