#include "config.h"

#include "db/param.h"

#include <criterion/criterion.h>
#include <string.h>

Test(db_param, patterns_escape_the_wildcards)
{
    char out[32];
    cr_expect_eq(param_pattern(out, sizeof out, "abc"), 0);
    cr_expect_str_eq(out, "%abc%");
    cr_expect_eq(param_pattern(out, sizeof out, "50%_a\\b"), 0);
    cr_expect_str_eq(out, "%50\\%\\_a\\\\b%");
    cr_expect_eq(param_pattern(out, sizeof out, "é'\"長"), 0);
    cr_expect_str_eq(out, "%é'\"長%");
    cr_expect_eq(param_pattern(out, 3, ""), 0);
    cr_expect_str_eq(out, "%%");
}

Test(db_param, a_pattern_that_does_not_fit_is_refused)
{
    char out[8];
    cr_expect_eq(param_pattern(out, sizeof out, "12345"), 0);
    cr_expect_eq(param_pattern(out, sizeof out, "123456"), -1);
    cr_expect_eq(param_pattern(out, sizeof out, "%%%"), -1);
    cr_expect_eq(param_pattern(out, 2, ""), -1);
}

Test(db_param, arrays_quote_their_elements)
{
    struct str s;
    str_init(&s, 200);
    param_array_open(&s);
    param_array_close(&s);
    cr_expect_str_eq(str_get(&s), "{}");
    str_clear(&s);
    param_array_open(&s);
    param_array_add(&s, "plain");
    param_array_add(&s, "");
    param_array_add(&s, "a,b}{ \"q\" \\ NULL");
    param_array_close(&s);
    cr_expect_str_eq(str_get(&s), "{\"plain\",\"\",\"a,b}{ \\\"q\\\" \\\\ NULL\"}");
    str_finish(&s);
}

static void values_of(const char *text, struct param_filter *p, const char *values[PARAM_FILTER])
{
    struct filter f;
    struct err e = {0};
    cr_assert_eq(filter_parse(&f, text, &e), 0, "%s", e.text);
    param_filter(p, &f, values);
}

Test(db_param, an_empty_filter_is_all_null)
{
    struct param_filter p;
    const char *values[PARAM_FILTER];
    values_of("", &p, values);
    for (int i = 0; i < PARAM_FILTER; i++)
        cr_expect_null(values[i], "%d", i);
}

Test(db_param, each_term_has_its_place)
{
    enum {
        ORGANISATION = FILTER_WORDS,
        CLIENT,
        MODEL,
        STATES,
        ACTIVE,
        BUDGET_MIN,
        BUDGET_MAX,
        QUOTA_MIN,
        QUOTA_MAX
    };
    struct param_filter p;
    const char *v[PARAM_FILTER];
    values_of("one two_ org:midi client:lyon model:gpt state:error,expired inactive budget:>=80 "
              "quota:<50",
              &p, v);
    cr_expect_str_eq(v[0], "%one%");
    cr_expect_str_eq(v[1], "%two\\_%");
    cr_expect_null(v[2]);
    cr_expect_null(v[3]);
    cr_expect_str_eq(v[ORGANISATION], "%midi%");
    cr_expect_str_eq(v[CLIENT], "%lyon%");
    cr_expect_str_eq(v[MODEL], "%gpt%");
    cr_expect_str_eq(v[STATES], "{\"error\",\"expired\"}");
    cr_expect_str_eq(v[ACTIVE], "f");
    cr_expect_str_eq(v[BUDGET_MIN], "800");
    cr_expect_null(v[BUDGET_MAX]);
    cr_expect_null(v[QUOTA_MIN]);
    cr_expect_str_eq(v[QUOTA_MAX], "499");
    values_of("active", &p, v);
    cr_expect_str_eq(v[ACTIVE], "t");
}

Test(db_param, the_longest_word_fits_with_every_character_escaped)
{
    struct param_filter p;
    const char *v[PARAM_FILTER];
    struct filter f;
    filter_init(&f);
    f.words = 1;
    memset(f.word[0], '%', FILTER_WORD_MAX - 1);
    f.word[0][FILTER_WORD_MAX - 1] = '\0';
    f.states = (1U << STATUS_COUNT) - 1;
    param_filter(&p, &f, v);
    cr_assert_not_null(v[0]);
    cr_expect_eq(strlen(v[0]), 2 * (FILTER_WORD_MAX - 1) + 2);
    cr_expect_str_eq(v[FILTER_WORDS + 3],
                     "{\"active\",\"inactive\",\"error\",\"expired\",\"quota_exceeded\"}");
}
