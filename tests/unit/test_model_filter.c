#include "config.h"

#include "model/filter.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define BIT(id) (1U << STATUS_##id)

static struct filter parsed(const char *text)
{
    struct filter f;
    struct err e = {0};
    cr_assert_eq(filter_parse(&f, text, &e), 0, "%s: %s", text, e.text);
    return f;
}

Test(model_filter, nothing_matches_everything)
{
    static const char *const cases[] = {"", " ", "   \t\n "};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct filter f = parsed(cases[i]);
        cr_expect(filter_is_empty(&f));
    }
}

Test(model_filter, words)
{
    struct filter f = parsed("  midi \"deux  mots\"  \"active\" \"state:x\" ");
    cr_assert_eq(f.words, 4);
    cr_expect_str_eq(f.word[0], "midi");
    cr_expect_str_eq(f.word[1], "deux  mots");
    cr_expect_str_eq(f.word[2], "active");
    cr_expect_str_eq(f.word[3], "state:x");
    cr_expect_eq(f.active, -1);
    f = parsed("Réseau api@midi.example 東京 100%");
    cr_expect_eq(f.words, 4);
    cr_expect_str_eq(f.word[2], "東京");
}

Test(model_filter, names)
{
    struct filter f = parsed("org:midi client:\"du nord\" model:gpt-4");
    cr_expect_str_eq(f.organisation, "midi");
    cr_expect_str_eq(f.client, "du nord");
    cr_expect_str_eq(f.model, "gpt-4");
    cr_expect_eq(f.words, 0);
    f = parsed("org:a:b");
    cr_expect_str_eq(f.organisation, "a:b");
}

Test(model_filter, states)
{
    static const struct {
        const char *text;
        unsigned states;
    } cases[] = {
        {"state:active", BIT(ACTIVE)},
        {"state:error,expired", BIT(ERROR) | BIT(EXPIRED)},
        {"state:quota_exceeded,", BIT(QUOTA)},
        {"state:\"inactive\"", BIT(INACTIVE)},
        {"state:active,inactive,error,expired,quota_exceeded", 31},
        {"state:active,error state:error,expired", BIT(ERROR)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct filter f = parsed(cases[i].text);
        cr_expect_eq(f.states, cases[i].states, "%s gives %x", cases[i].text, f.states);
        cr_expect(!filter_is_empty(&f));
    }
}

Test(model_filter, percentages)
{
    static const struct {
        const char *text;
        int min, max;
    } cases[] = {
        {"budget:>80", 801, -1},
        {"budget:>=80", 800, -1},
        {"budget:<80", -1, 799},
        {"budget:<=80", -1, 800},
        {"budget:=100", 1000, 1000},
        {"budget:>80%", 801, -1},
        {"budget:>99.5", 996, -1},
        {"budget:>=99.5%", 995, -1},
        {"budget:>0", 1, -1},
        {"budget:>=0", 0, -1},
        {"budget:<=0", -1, 0},
        {"budget:=0", 0, 0},
        {"budget:>100000", 1000001, -1},
        {"budget:<0.1", -1, 0},
        {"budget:>80 budget:<100", 801, 999},
        {"budget:<100 budget:>80 budget:>=90", 900, 999},
        {"budget:>=80 budget:<=80", 800, 800},
        {"budget:\">80\"", 801, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct filter f = parsed(cases[i].text);
        cr_expect(f.budget.min == cases[i].min && f.budget.max == cases[i].max, "%s gives %d..%d",
                  cases[i].text, f.budget.min, f.budget.max);
        cr_expect(f.quota.min == -1 && f.quota.max == -1);
        cr_expect(!filter_is_empty(&f), "%s", cases[i].text);
    }
    struct filter f = parsed("quota:>80 budget:<5");
    cr_expect(f.quota.min == 801 && f.budget.max == 49);
}

Test(model_filter, switch_words)
{
    cr_expect_eq(parsed("active").active, 1);
    cr_expect_eq(parsed("inactive").active, 0);
    cr_expect_eq(parsed("inactive inactive").active, 0);
    cr_expect_eq(parsed("Active").active, -1, "only the exact word is the switch");
    cr_expect_eq(parsed("Active").words, 1);
}

/* Each wrong filter, what its sentence must name and what its cure must offer. */
Test(model_filter, errors_name_the_term_and_the_cure)
{
    static const struct {
        const char *text, *names, *cure;
    } cases[] = {
        {"colour:red", "\"colour:\"",
         "state:, budget:, quota:, org:, client:, model:, active, inactive"},
        {"sate:error", "\"sate:\"", "\"state:\""},
        {"State:error", "\"State:\"", "\"state:\""},
        {"budgte:>80", "\"budgte:\"", "\"budget:\""},
        {"bud:>80", "\"bud:\"", "\"budget:\""},
        {":x", "\":\"", "state:"},
        {"active:yes", "\"active:\"", "active"},
        {"http://x", "\"http:\"", ""},
        {"state:eror", "\"eror\"", "\"error\""},
        {"state:err", "\"err\"", "\"error\""},
        {"state:actif", "\"actif\"", "\"active\""},
        {"state:Active", "\"Active\"", "\"active\""},
        {"state:blue", "\"blue\"", "active, inactive, error, expired, quota_exceeded"},
        {"state:,", "\",\"", "active, inactive"},
        {"state:", "\"state:\"", "state:error,expired"},
        {"org:", "\"org:\"", "org:midi"},
        {"org:\"\"", "\"org:\"", "org:midi"},
        {"budget:", "\"budget:\"", "budget:>80"},
        {"budget:80", "\"budget:80\"", "budget:>80"},
        {"quota:>", "\"quota:>\"", "quota:>=100"},
        {"budget:>80x", "budget:>80x", "operator"},
        {"budget:>80%%", "budget:>80%%", "operator"},
        {"budget:>8,5", "budget:>8,5", "operator"},
        {"budget:>1.25", "budget:>1.25", "one decimal"},
        {"budget:>-5", "budget:>-5", "operator"},
        {"budget:==5", "budget:==5", "operator"},
        {"budget:!5", "budget:!5", "operator"},
        {"budget:>100001", "budget:>100001", "operator"},
        {"budget:>99999999999999999999", "budget:>9999", "operator"},
        {"budget:> 80", "\"budget:>\"", "budget:>80"},
        {"budget:<0", "\"budget:<0\"", "out"},
        {"budget:>80 budget:<20", "\"budget:<20\"", "out"},
        {"state:active state:error", "\"state:error\"", "out"},
        {"active inactive", "\"inactive\"", "out"},
        {"inactive active", "\"active\"", "out"},
        {"org:a org:b", "\"org:\"", "one of them"},
        {"\"open", "\"open", "Add"},
        {"org:\"open", "org:\"open", "Add"},
        {"\"a\"b", "\"a\"", ""},
        {"\"\"", "empty", ""},
        {"a b c d e", "4", "quotes"},
        {"a\x1b[2J", "\\e[2J", ""},
        {"\xff", "\\xff", ""},
        {"\u202e", "\\u{202e}", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct filter f;
        struct filter empty;
        struct err e = {0};
        filter_init(&empty);
        cr_expect_eq(filter_parse(&f, cases[i].text, &e), -ERR_USAGE, "%s is accepted",
                     cases[i].text);
        cr_expect_eq(e.code, ERR_USAGE);
        cr_expect(strstr(e.text, cases[i].names), "%s: «%s» lacks %s", cases[i].text, e.text,
                  cases[i].names);
        cr_expect(strstr(e.cure, cases[i].cure), "%s: «%s» lacks %s", cases[i].text, e.cure,
                  cases[i].cure);
        cr_expect_eq(memcmp(&f, &empty, sizeof f), 0, "%s leaves something behind", cases[i].text);
    }
}

static int with_length(const char *start, size_t len, struct filter *f)
{
    char text[FILTER_TEXT_MAX + 200];
    struct err e = {0};
    size_t at = strlen(start);
    memcpy(text, start, at);
    memset(text + at, 'x', len);
    text[at + len] = '\0';
    return filter_parse(f, text, &e);
}

Test(model_filter, lengths_are_bounded)
{
    struct filter f;
    cr_expect_eq(with_length("", FILTER_WORD_MAX - 1, &f), 0);
    cr_expect_eq(strlen(f.word[0]), FILTER_WORD_MAX - 1);
    cr_expect_eq(with_length("", FILTER_WORD_MAX, &f), -ERR_USAGE);
    cr_expect_eq(with_length("org:", FILTER_WORD_MAX - 1, &f), 0);
    cr_expect_eq(with_length("org:", FILTER_WORD_MAX, &f), -ERR_USAGE);
    cr_expect_eq(with_length("state:", FILTER_WORD_MAX, &f), -ERR_USAGE);
    cr_expect_eq(with_length("", FILTER_TEXT_MAX - 1, &f), -ERR_USAGE);
    cr_expect_eq(with_length("", FILTER_TEXT_MAX, &f), -ERR_USAGE);
    cr_expect_eq(with_length("", FILTER_TEXT_MAX + 100, &f), -ERR_USAGE);
}

Test(model_filter, the_keys_are_listed_for_completion)
{
    const char *help = NULL;
    int n = 0;
    cr_expect_str_eq(filter_key(0, &help), "state:");
    for (; filter_key(n, NULL); n++) {
        struct filter f;
        struct err e = {0};
        const char *key = filter_key(n, &help);
        cr_expect(help[0]);
        int rc = filter_parse(&f, key, &e);
        cr_expect_eq(rc, strchr(key, ':') ? -ERR_USAGE : 0, "%s", key);
        cr_expect(!strstr(e.text, "no key"), "%s is not taken", key);
    }
    cr_expect_eq(n, 8);
    cr_expect_null(filter_key(-1, NULL));
}

Test(model_filter, no_error_wanted_is_no_crash)
{
    struct filter f;
    cr_expect_eq(filter_parse(&f, "colour:red", NULL), -ERR_USAGE);
    cr_expect_eq(filter_parse(&f, "state:blue", NULL), -ERR_USAGE);
    cr_expect_eq(filter_parse(&f, "budget:x", NULL), -ERR_USAGE);
}
