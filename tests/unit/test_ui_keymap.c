#include "config.h"

#include "ui/keymap.h"

#include <criterion/criterion.h>
#include <curses.h>
#include <stdlib.h>
#include <string.h>

static struct keymap map;

static void setup(void)
{
    struct err e = {0};
    cr_assert_eq(keymap_init(&map, &e), 0, "%s", e.text);
}

TestSuite(ui_keymap, .init = setup);

static enum command given(unsigned context, const char *name)
{
    struct key key = {0};
    cr_assert_eq(key_parse(name, &key), 0, "%s", name);
    return keymap_find(&map, context, key);
}

Test(ui_keymap, names_of_keys)
{
    static const struct {
        const char *name;
        int is_code;
        int32_t value;
    } names[] = {{"Up", 1, KEY_UP},   {"NPage", 1, KEY_NPAGE}, {"Enter", 1, KEY_ENTER},
                 {"F5", 1, KEY_F(5)}, {"Esc", 0, 27},          {"Space", 0, ' '},
                 {"Tab", 0, 9},       {"C-a", 0, 1},           {"C-z", 0, 26},
                 {"/", 0, '/'},       {"é", 0, 0xe9},          {"C", 0, 'C'},
                 {"-", 0, '-'},       {"東", 0, 0x6771}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct key key = {0};
        cr_expect_eq(key_parse(names[i].name, &key), 0, "%s", names[i].name);
        cr_expect_eq(key.is_code, names[i].is_code, "%s", names[i].name);
        cr_expect_eq(key.value, names[i].value, "%s", names[i].name);
    }
}

Test(ui_keymap, names_that_are_no_keys)
{
    static const char *const names[] = {"",   "up",  "C-", "C-1",  "C-aa",
                                        "ab", "F13", " ",  "\xff", "\x7f"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct key key = {0};
        cr_expect_eq(key_parse(names[i], &key), -1, "“%s”", names[i]);
    }
}

Test(ui_keymap, a_key_means_what_its_context_says)
{
    cr_expect_eq(given(CONTEXT_LIST, "Enter"), CMD_OPEN);
    cr_expect_eq(given(CONTEXT_PROMPT, "Enter"), CMD_ACCEPT);
    cr_expect_eq(given(CONTEXT_LIST, "Esc"), CMD_BACK);
    cr_expect_eq(given(CONTEXT_PROMPT, "Esc"), CMD_CANCEL);
    cr_expect_eq(given(CONTEXT_LIST, "/"), CMD_FILTER);
    cr_expect_eq(given(CONTEXT_SHEET, "/"), CMD_NONE);
    cr_expect_eq(given(CONTEXT_PROMPT, "q"), CMD_NONE, "letters are text in a prompt");
    cr_expect_eq(given(CONTEXT_TEXT, "j"), CMD_DOWN);
}

Test(ui_keymap, esc_ends_a_test_before_anything_else)
{
    cr_expect_eq(given(CONTEXT_LIST | CONTEXT_TEST, "Esc"), CMD_STOP);
    cr_expect_eq(given(CONTEXT_SHEET | CONTEXT_TEST, "Esc"), CMD_STOP);
    cr_expect_eq(given(CONTEXT_SHEET | CONTEXT_TEST, "h"), CMD_BACK);
    cr_expect_eq(given(CONTEXT_SHEET | CONTEXT_TEST, "C-c"), CMD_EXIT);
    cr_expect_eq(given(CONTEXT_SHEET, "Esc"), CMD_BACK);
    cr_expect_eq(given(CONTEXT_LIST, "t"), CMD_TEST);
    cr_expect_eq(given(CONTEXT_SHEET, "H"), CMD_HEALTH);
}

Test(ui_keymap, leaving_works_everywhere)
{
    static const unsigned contexts[] = {CONTEXT_LIST, CONTEXT_SHEET, CONTEXT_ORGS,
                                        CONTEXT_MENU, CONTEXT_TEXT,  CONTEXT_PROMPT};
    for (size_t i = 0; i < sizeof contexts / sizeof contexts[0]; i++) {
        cr_expect_eq(given(contexts[i], "C-c"), CMD_EXIT, "context %u", contexts[i]);
        cr_expect_eq(given(contexts[i], "C-z"), CMD_SUSPEND, "context %u", contexts[i]);
    }
}

Test(ui_keymap, no_key_that_multiplexers_take)
{
    static const char *const taken[] = {"C-a", "C-b", "C-s", "C-q"};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        cr_expect_eq(given(~0U, taken[i]), CMD_NONE, "%s", taken[i]);
}

Test(ui_keymap, conflicts_are_refused)
{
    struct err e = {0};
    cr_expect_eq(keymap_bind(&map, CMD_LOG, CONTEXT_LIST, "F12 q", &e), -ERR_CONFIG);
    cr_expect(strstr(e.text, "quit") && strstr(e.text, "log"), "%s", e.text);
    cr_expect_eq(keymap_bind(&map, CMD_LOG, CONTEXT_LIST, "Nope", &e), -ERR_CONFIG);
    cr_expect_eq(keymap_bind(&map, CMD_LOG, CONTEXT_PROMPT, "F11", &e), 0);
    cr_expect_eq(given(CONTEXT_PROMPT, "F11"), CMD_LOG);
}

Test(ui_keymap, labels)
{
    char buf[KEY_LABELS_MAX];
    keymap_label(&map, CMD_OPEN, CONTEXT_LIST, 1, 0, buf, sizeof buf);
    cr_expect_str_eq(buf, "⏎");
    keymap_label(&map, CMD_OPEN, CONTEXT_LIST, 1, 1, buf, sizeof buf);
    cr_expect_str_eq(buf, "Enter");
    keymap_label(&map, CMD_PAGE_DOWN, CONTEXT_LIST, 9, 0, buf, sizeof buf);
    cr_expect_str_eq(buf, "PgDn ^D");
    keymap_label(&map, CMD_ORGANISATION, CONTEXT_LIST, 9, 0, buf, sizeof buf);
    cr_expect_str_eq(buf, "");
    keymap_label(&map, CMD_PAGE_DOWN, CONTEXT_LIST, 9, 0, buf, 6);
    cr_expect_str_eq(buf, "PgDn", "what does not fit whole is left out");
}
