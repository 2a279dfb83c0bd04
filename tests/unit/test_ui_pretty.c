#include "config.h"

#include "ui/pretty.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void check(const char *json, const char *wanted)
{
    struct str out;
    str_init(&out, 4096);
    pretty_json(&out, json);
    cr_expect_str_eq(str_get(&out), wanted, "%s", str_get(&out));
    str_finish(&out);
}

Test(ui_pretty, lays_out)
{
    check("{}", "{}");
    check("[ ]", "[]");
    check("{\"a\": 1, \"b\": [true, null]}",
          "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ]\n}");
    check("\"a, {b} \\\" [c]\"", "\"a, {b} \\\" [c]\"");
    check("0.060", "0.060");
}

Test(ui_pretty, survives_what_is_no_json)
{
    check("", "");
    check("}}]]", "\n}\n}\n]\n]");
    check("\"open", "\"open");
    check("{\"cut\": \"off…", "{\n  \"cut\": \"off…");
    check("\"ends in \\", "\"ends in \\");
}

Test(ui_pretty, is_bounded)
{
    struct str out;
    char deep[2000];
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    str_init(&out, 1000);
    pretty_json(&out, deep);
    cr_expect_leq(out.len, 1000);
    str_finish(&out);
}
