#include "config.h"

#include "base/text.h"
#include "ui/input.h"

#include <criterion/criterion.h>
#include <curses.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STEP_MS = 1, LATER_MS = 2000, TEXT_MAX = 2 * PASTE_MAX };

static struct keymap map;
static struct input in;
static int64_t now;
static char told[TEXT_MAX];

static void setup(void)
{
    struct err e = {0};
    (void)setlocale(LC_ALL, "C.UTF-8");
    cr_assert_eq(keymap_init(&map, &e), 0, "%s", e.text);
    input_init(&in, &map);
    now = 1000;
    told[0] = '\0';
}

static void teardown(void)
{
    input_finish(&in);
}

TestSuite(ui_input, .init = setup, .fini = teardown);

/* Commands by name and inserted text in quotes, in their order. */
static void tell(struct event *event)
{
    size_t at = strlen(told);
    if (!event)
        return;
    if (event->kind == EVENT_COMMAND)
        (void)snprintf(told + at, sizeof told - at, "%s ", command_info(event->command)->name);
    else
        (void)snprintf(told + at, sizeof told - at, "%s'%s' ", event->flag ? "part of " : "",
                       event->text);
    event_destroy(event);
}

static void feed(int value, unsigned context)
{
    tell(input_feed(&in, value, now += STEP_MS, context));
    while (in.backs > 0)
        tell(input_feed(&in, in.back[--in.backs], now, context));
}

/* Bytes that come together; then nothing for a moment. */
static void bytes(const char *text, size_t len, unsigned context)
{
    for (size_t i = 0; i < len; i++)
        feed((unsigned char)text[i], context);
    tell(input_idle(&in, now, context));
}

static void check(const char *text, unsigned context, const char *wanted)
{
    told[0] = '\0';
    bytes(text, strlen(text), context);
    cr_expect_str_eq(told, wanted, "seen: %s", told);
    now += LATER_MS;
}

Test(ui_input, keys_and_codes)
{
    check("j", CONTEXT_LIST, "down ");
    check("\r", CONTEXT_LIST, "open ");
    check("\x03", CONTEXT_LIST, "exit ");
    check("\x7f", CONTEXT_PROMPT, "erase ");
    check("\b", CONTEXT_PROMPT, "erase ");
    check("Z", CONTEXT_LIST, "");
    told[0] = '\0';
    feed(KEY_DOWN, CONTEXT_LIST);
    feed(KEY_FIND, CONTEXT_LIST);
    feed(KEY_SELECT, CONTEXT_LIST);
    feed(KEY_F(40), CONTEXT_LIST);
    cr_expect_str_eq(told, "down first last ");
}

Test(ui_input, typing_into_a_prompt)
{
    check("aé東q", CONTEXT_PROMPT, "'a' 'é' '東' 'q' ");
    check("q", CONTEXT_LIST, "quit ");
    check("\xff\xc3(", CONTEXT_PROMPT, "'(' ");
    check("\xc2\x9b", CONTEXT_PROMPT, "'\\x9b' ");
    check("é", CONTEXT_LIST, "");
}

Test(ui_input, a_character_in_two_parts)
{
    bytes("\xc3", 1, CONTEXT_PROMPT);
    cr_expect_str_eq(told, "");
    bytes("\xa9", 1, CONTEXT_PROMPT);
    cr_expect_str_eq(told, "'é' ");
}

Test(ui_input, escape_alone_and_before_a_key)
{
    check("\033", CONTEXT_LIST, "back ");
    check("\033j", CONTEXT_LIST, "back down ");
    check("\033\033", CONTEXT_LIST, "back back ");
    check("\033", CONTEXT_PROMPT, "cancel ");
}

Test(ui_input, sequences_that_curses_did_not_know)
{
    check("\033[A\033[B\033[6~\033OH", CONTEXT_LIST, "up down page-down first ");
    check("\033[1;5A\033[25~\033[I\033[O", CONTEXT_LIST, "");
    check("\033[A", CONTEXT_PROMPT, "choice-previous ");
}

Test(ui_input, late_answers_never_become_keys)
{
    check("\033[?62;22c", CONTEXT_LIST, "");
    check("\033[24;80R", CONTEXT_LIST, "");
    check("\033]11;rgb:0000/0000/0000\033\\", CONTEXT_LIST, "");
    check("\033]11;rgb:ffff/ffff/ffff\a", CONTEXT_LIST, "");
    check("\033P>|tmux 3.3a\033\\q", CONTEXT_LIST, "quit ");
    check("\033_Gi=31;OK\033\\", CONTEXT_LIST, "");
}

Test(ui_input, answers_in_fragments)
{
    bytes("\033[?6", 4, CONTEXT_LIST);
    bytes("2;2", 3, CONTEXT_LIST);
    bytes("2c", 2, CONTEXT_LIST);
    bytes("\033]11;rg", 8, CONTEXT_LIST);
    bytes("b:00/q/q", 8, CONTEXT_LIST);
    bytes("\033", 1, CONTEXT_LIST);
    bytes("\\", 1, CONTEXT_LIST);
    cr_expect_str_eq(told, "");
    bytes("\033", 1, CONTEXT_LIST);
    bytes("[?1;2c", 6, CONTEXT_LIST);
    cr_expect_str_eq(told, "back ", "split behind the escape: the rest is swallowed");
}

Test(ui_input, nothing_stays_stuck)
{
    bytes("\033[12", 4, CONTEXT_LIST);
    now += LATER_MS;
    bytes("q", 1, CONTEXT_LIST);
    cr_expect_str_eq(told, "quit ");
    told[0] = '\0';
    bytes("\033[12\x03", 5, CONTEXT_LIST);
    bytes("\033]0;x\x03", 6, CONTEXT_LIST);
    cr_expect_str_eq(told, "exit exit ", "C-c always arrives");
}

Test(ui_input, a_paste_is_one_text)
{
    check("\033[200~one two\r\nthree\t\033[201~", CONTEXT_PROMPT, "'one two  three' ");
    check("\033[200~qqq\rq\033[201~j", CONTEXT_LIST, "down ");
    check("\033[200~\033[201~", CONTEXT_PROMPT, "");
    check("\033[200~réseau 東\033[201~", CONTEXT_PROMPT, "'réseau 東' ");
}

Test(ui_input, a_hostile_paste_is_scrubbed)
{
    check("\033[200~a\033[31mb\033]0;t\a c\x01\x03 d\033q\033[201~x", CONTEXT_PROMPT,
          "'ab c\\x01\\x03 dq' 'x' ");
}

Test(ui_input, a_paste_is_bounded)
{
    bytes("\033[200~", 6, CONTEXT_PROMPT);
    for (int i = 0; i < 3 * PASTE_MAX; i++)
        feed('y', CONTEXT_PROMPT);
    bytes("\033[201~", 6, CONTEXT_PROMPT);
    cr_expect_eq(strncmp(told, "part of 'yyy", 12), 0, "what is missing is told");
    cr_expect_leq(strlen(told), PASTE_MAX + strlen("part of '' "));
    cr_expect_gt(strlen(told), PASTE_MAX / 2);
}

Test(ui_input, a_field_keeps_the_breaks_of_a_paste)
{
    check("\033[200~{\r\n\t\"a\": \x01[1]\n}\n\n\033[201~", CONTEXT_FIELD,
          "'{\n \"a\": \\x01[1]\n}' ");
    check("\033[200~a\rb\033[201~", CONTEXT_FORM, "'a\nb' ");
    check("\033[200~a\nb\033[201~", CONTEXT_CHOICES, "'a b' ");
    check("x", CONTEXT_FIELD, "'x' ");
}

Test(ui_input, a_paste_without_end_can_be_left)
{
    bytes("\033[200~text", 10, CONTEXT_PROMPT);
    now += LATER_MS;
    bytes("more q", 6, CONTEXT_PROMPT);
    cr_expect_str_eq(told, "", "a stall alone does not turn text into keys");
    now += LATER_MS;
    bytes("\x03", 1, CONTEXT_PROMPT);
    bytes("z", 1, CONTEXT_PROMPT);
    cr_expect_str_eq(told, "exit 'z' ");
}

/* Whole lines of bytes through a pipe, as the loop reads them. */
static void read_all(const char *text, unsigned context)
{
    int fds[2];
    size_t len = strlen(text);
    cr_assert_eq(pipe(fds), 0);
    cr_assert_eq(write(fds[1], text, len), (ssize_t)len);
    in.readable = 1;
    for (struct event *e; (e = input_next(&in, fds[0], context)) || input_pending(&in);)
        tell(e);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

Test(ui_input, keys_arrive_in_one_read)
{
    read_all("\033OB\033[B\033[6~j", CONTEXT_LIST);
    cr_expect_str_eq(told, "down down page-down down ");
    cr_expect_not(input_pending(&in));
}

Test(ui_input, an_escape_at_the_end_of_a_read_is_waited_for)
{
    read_all("j\033", CONTEXT_PROMPT);
    cr_expect_str_eq(told, "'j' cancel ");
}

Test(ui_input, nothing_is_read_that_may_wait)
{
    cr_expect_null(input_next(&in, -1, CONTEXT_LIST));
}

Test(ui_input, the_keys_of_the_terminal_come_first)
{
    in.owns = 1;
    in.own[0].code = KEY_DOWN;
    memcpy(in.own[0].sequence, "[A", sizeof "[A");
    read_all("\033[A\033[B", CONTEXT_LIST);
    cr_expect_str_eq(told, "down down ");
}

Test(ui_input, function_keys_of_the_linux_console)
{
    in.owns = 1;
    in.own[0].code = KEY_F(1);
    memcpy(in.own[0].sequence, "[[A", sizeof "[[A");
    read_all("\033[[Aj\033[[Bj", CONTEXT_LIST);
    cr_expect_str_eq(told, "help down down ");
}
