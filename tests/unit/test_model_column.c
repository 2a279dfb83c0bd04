#include "config.h"

#include "model/column.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

Test(model_column, the_25_columns_of_the_table)
{
    cr_expect_eq(COLUMN_COUNT, 25);
    cr_expect_str_eq(column_info(COL_ID)->sql, "openai_connexion_id");
    cr_expect_str_eq(column_info(COL_EXTENSIONS)->sql, "openai_ia_extensions");
    for (int i = 0; i < COLUMN_COUNT; i++) {
        const struct column_info *info = column_info((enum column)i);
        cr_expect(info->sql && info->word && info->title, "column %d has no entry", i);
        cr_expect_eq(column_find(info->word), i, "%s", info->word);
        cr_expect_eq(column_find(info->sql), i, "%s", info->sql);
        cr_expect_eq(column_sortable((enum column)i), i != COL_API_KEY);
    }
    cr_expect_eq(column_find(""), -1);
    cr_expect_eq(column_find("Account"), -1);
}

Test(model_column, virtual_ones_are_shown_but_never_asked_for)
{
    enum column out[COLUMN_ALL];
    char bad[64] = "";
    cr_expect_eq(column_find("health"), COL_HEALTH);
    cr_expect_eq(column_info(COL_HEALTH)->kind, COLUMN_VIRTUAL);
    cr_expect(!column_sortable(COL_HEALTH) && column_showable(COL_HEALTH));
    cr_expect(!column_showable(COL_API_KEY));
    cr_expect_eq(column_parse_list("health", out, bad), -1);
    cr_expect_str_eq(bad, "health");
    cr_expect_eq(column_parse_shown("state,health", out, bad), 2);
    cr_expect_eq(out[1], COL_HEALTH);
    cr_expect_eq(column_parse_shown("health,key", out, bad), -1);
    int shown = column_defaults_shown(out);
    cr_expect_eq(shown, column_defaults(out) + 1);
    for (int i = 0; i < shown - 1; i++)
        cr_expect_neq(out[i], COL_HEALTH);
}

Test(model_column, the_only_secret_is_the_key)
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        cr_expect_eq(column_info((enum column)i)->kind == COLUMN_SECRET, i == COL_API_KEY);
}

Test(model_column, lists)
{
    static const struct {
        const char *text;
        int n;
        enum column first, last;
        const char *bad;
    } cases[] = {
        {"account", 1, COL_EMAIL, COL_EMAIL, ""},
        {"account,state,budget", 3, COL_EMAIL, COL_COST, ""},
        {" account , state ,", 2, COL_EMAIL, COL_STATUS, ""},
        {"account,account,state,account", 2, COL_EMAIL, COL_STATUS, ""},
        {"openai_email_compte,id", 2, COL_EMAIL, COL_ID, ""},
        {"", 0, COL_ID, COL_ID, ""},
        {",,", 0, COL_ID, COL_ID, ""},
        {"account,colour", -1, COL_ID, COL_ID, "colour"},
        {"key", -1, COL_ID, COL_ID, "key"},
        {"openai_api_key", -1, COL_ID, COL_ID, "openai_api_key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum column out[COLUMN_COUNT];
        char bad[64] = "";
        int n = column_parse_list(cases[i].text, out, bad);
        cr_expect_eq(n, cases[i].n, "%s", cases[i].text);
        cr_expect_str_eq(bad, cases[i].bad);
        if (n > 0)
            cr_expect(out[0] == cases[i].first && out[n - 1] == cases[i].last, "%s", cases[i].text);
    }
}

Test(model_column, a_list_of_all_and_a_word_without_end)
{
    char text[4000] = "";
    size_t len = 0;
    enum column out[COLUMN_COUNT];
    char bad[64];
    for (int twice = 0; twice < 2; twice++)
        for (int i = 0; i < COLUMN_COUNT; i++)
            if (i != COL_API_KEY) {
                len += (size_t)snprintf(text + len, sizeof text - len, "%s,",
                                        column_info((enum column)i)->word);
            }
    cr_expect_eq(column_parse_list(text, out, bad), COLUMN_COUNT - 1);
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    cr_expect_eq(column_parse_list(text, out, bad), -1);
    cr_expect_eq(strlen(bad), 63);
}

Test(model_column, defaults_are_sortable_and_differ)
{
    enum column out[COLUMN_COUNT];
    int n = column_defaults(out);
    cr_expect(n > 3 && n <= COLUMN_COUNT);
    for (int i = 0; i < n; i++)
        cr_expect(column_sortable(out[i]) && (i == 0 || out[i] != out[i - 1]));
}
