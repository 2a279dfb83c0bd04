#include "config.h"

#include "model/list.h"

#include <criterion/criterion.h>
#include <string.h>

Test(model_list, arrays_of_postgresql)
{
    static const struct {
        const char *text, *joined;
        int items; /* -1: no array */
    } cases[] = {
        {"{}", "", 0},
        {"{gpt-3.5-turbo,gpt-4}", "gpt-3.5-turbo, gpt-4", 2},
        {"{\"a, b\",c}", "a, b, c", 2},
        {"{\"a\\\"b\",\"c\\\\d\"}", "a\"b, c\\d", 2},
        {"{NULL,\"NULL\",\"\"}", ", NULL, ", 3},
        {"{a\\e[2J}", "a\\e[2J", 1},
        {"{é,東京}", "é, 東京", 2},
        {"{a b}", "a b", 1},
        {"", "", -1},
        {"gpt-4", "gpt-4", -1},
        {"{a", "{a", -1},
        {"{a,", "{a,", -1},
        {"{a,}", "{a,}", -1},
        {"{,a}", "{,a}", -1},
        {"{a,,b}", "{a,,b}", -1},
        {"{a}x", "{a}x", -1},
        {"{\"a}", "{\"a}", -1},
        {"{\"a\"b}", "{\"a\"b}", -1},
        {"{{a},{b}}", "{{a},{b}}", -1},
        {"{a…", "{a…", -1},
        {"[\"gpt-4\"]", "[\"gpt-4\"]", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[100];
        char item[50];
        int n = -1;
        const char *p = list_start(cases[i].text);
        if (p)
            for (n = 0; (p = list_next(p, item, sizeof item, NULL)); n++)
                ;
        cr_expect_eq(n, cases[i].items, "%s has %d", cases[i].text, n);
        list_join(out, sizeof out, cases[i].text);
        cr_expect_str_eq(out, cases[i].joined);
    }
}

Test(model_list, null_is_told_from_its_word)
{
    char item[10];
    int null = -1;
    const char *p = list_next(list_start("{NULL,\"NULL\"}"), item, sizeof item, &null);
    cr_expect(null == 1 && item[0] == '\0');
    (void)list_next(p, item, sizeof item, &null);
    cr_expect(null == 0);
    cr_expect_str_eq(item, "NULL");
}

Test(model_list, what_is_too_long_is_cut_between_characters)
{
    char out[8];
    list_join(out, 4, "{abéd}");
    cr_expect_str_eq(out, "ab");
    list_join(out, 4, "éé");
    cr_expect_str_eq(out, "é");
    list_join(out, 1, "{a}");
    cr_expect_str_eq(out, "");
    memset(out, 'Z', sizeof out);
    list_join(out, 0, "{a}");
    cr_expect_eq(out[0], 'Z');
    const char *p = list_next(list_start("{abcdef,g}"), out, 4, NULL);
    cr_expect_str_eq(out, "abc");
    (void)list_next(p, out, 4, NULL);
    cr_expect_str_eq(out, "g");
}
