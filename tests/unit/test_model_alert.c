#include "config.h"

#include "model/alert.h"
#include "model/health.h"
#include "model/overview.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(alert, .timeout = 30);

static struct alert an_alert(enum alert_kind kind, const char *detail)
{
    struct alert a = {.kind = kind, .gravity = alert_gravity(kind), .permille = -1};
    (void)snprintf(a.detail, sizeof a.detail, "%s", detail);
    return a;
}

static void says(const struct alert *a, const char *expected)
{
    char words[ALERT_WORDS];
    alert_words(words, a);
    cr_expect_str_eq(words, expected, "“%s” instead of “%s”", words, expected);
}

static void limit_says(enum alert_kind kind, const char *value, const char *limit,
                       const char *currency, int permille, int threshold, int below,
                       const char *expected)
{
    struct alert a = an_alert(kind, "");
    (void)snprintf(a.value, sizeof a.value, "%s", value);
    (void)snprintf(a.limit, sizeof a.limit, "%s", limit);
    (void)snprintf(a.currency, sizeof a.currency, "%s", currency);
    a.permille = permille;
    a.threshold = threshold;
    a.below = below;
    says(&a, expected);
}

Test(alert, every_kind_has_its_own_word)
{
    for (int i = 0; i < ALERT_KIND_COUNT; i++) {
        enum alert_kind kind = (enum alert_kind)i;
        cr_expect_eq(alert_parse(alert_word(kind)), kind);
        cr_expect_lt(strlen(alert_word(kind)), ALERT_KIND_WORD);
        cr_expect_gt(strlen(alert_title(kind)), 0);
        cr_expect_gt(strlen(alert_meaning(kind)), 0);
        struct alert a = an_alert(kind, "");
        says(&a, alert_title(kind));
    }
    cr_expect_eq(alert_parse(""), ALERT_KIND_COUNT);
    cr_expect_eq(alert_parse("budgets"), ALERT_KIND_COUNT);
}

Test(alert, gravities_and_states_have_words)
{
    for (int i = 0; i < GRAVITY_COUNT; i++) {
        cr_expect_eq(gravity_parse(gravity_word((enum alert_gravity)i)), i);
        cr_expect_gt(strlen(gravity_title((enum alert_gravity)i)), 0);
    }
    cr_expect_eq(gravity_parse("?"), GRAVITY_WARN);
    for (int i = 0; i < ALERT_STATUS_COUNT; i++)
        for (int j = 0; j < i; j++)
            cr_expect_str_neq(alert_status_word((enum alert_status)i),
                              alert_status_word((enum alert_status)j));
    cr_expect_str_eq(alert_status_title(ALERT_SNOOZED), "snoozed");
}

Test(alert, what_it_is_about)
{
    cr_expect_eq(alert_about(ALERT_BUDGET), ABOUT_A_CONNEXION);
    cr_expect_eq(alert_about(ALERT_UNATTRIBUTED), ABOUT_AN_ACCOUNT);
    cr_expect_eq(alert_about(ALERT_PROVIDER), ABOUT_A_HOST);
    cr_expect_eq(alert_gravity(ALERT_KEY_REVOKED), GRAVITY_CRITICAL);
    cr_expect_eq(alert_gravity(ALERT_KEY_OLD), GRAVITY_INFO);
}

Test(alert, thresholds_in_words)
{
    limit_says(ALERT_BUDGET, "96.1", "100", "usd", 961, 95, 0,
               "budget: 96.10 $ of 100.00 $ (96 %), over 95 %");
    limit_says(ALERT_BUDGET, "96.1", "100", "", 961, 95, 1,
               "budget: 96.10 $ of 100.00 $ (96 %), over 95 % and 1 lower threshold");
    limit_says(ALERT_BUDGET, "1234.5", "1000", "eur", 1234, 100, 3,
               "budget: 1 234.50 EUR of 1 000.00 EUR (123 %), over 100 % and 3 lower thresholds");
    limit_says(ALERT_FORECAST, "120", "100", "usd", 1200, 100, 0,
               "forecast: 120.00 $ of 100.00 $ (120 %) at the end of the month, over 100 %");
    limit_says(ALERT_QUOTA, "2147483647", "1000", "", 2000000000, 100, 0,
               "quota: 2 147 483 647 of 1 000 (200000000 %), over 100 %");
    limit_says(ALERT_QUOTA, "1", "2", "", -1, 50, 0, "quota: 1 of 2 (0 %), over 50 %");
}

Test(alert, longest_words_fit)
{
    struct alert a = an_alert(ALERT_MODEL_RETIRED, "");
    memset(a.detail, 'x', sizeof a.detail - 1);
    char words[ALERT_WORDS];
    alert_words(words, &a);
    cr_expect_eq(strlen(words), strlen("model retired: ") + sizeof a.detail - 1);
    a.kind = ALERT_BUDGET;
    a.threshold = 1000;
    a.below = 8;
    a.permille = 2000000000;
    memset(a.value, '9', sizeof a.value - 1);
    memset(a.limit, '9', sizeof a.limit - 1);
    memset(a.currency, 'w', sizeof a.currency - 1);
    alert_words(words, &a);
    cr_expect_lt(strlen(words), ALERT_WORDS);
    cr_expect(strstr(words, "over 1000 %"), "%s", words);
    a.kind = ALERT_UNATTRIBUTED;
    a.threshold = 0;
    alert_words(words, &a);
    cr_expect_lt(strlen(words), ALERT_WORDS);
}

Test(alert, details_in_words)
{
    static const struct {
        enum alert_kind kind;
        const char *detail, *value, *currency, *expected;
    } cases[] = {
        {ALERT_KEY_REVOKED, "revoked", "", "", "key revoked"},
        {ALERT_KEY_REVOKED, "closed", "", "", "key revoked: account closed"},
        {ALERT_NO_CREDIT, "spend-limit", "", "", "out of credit: spend limit reached"},
        {ALERT_PROVIDER, "network", "", "", "provider trouble: our network"},
        {ALERT_PROVIDER, "some thing", "", "", "provider trouble: some thing"},
        {ALERT_NO_SOURCE, "cost", "", "", "no source: the month's cost"},
        {ALERT_STALE, "cost,use", "", "", "stale figure: the month's cost and the day's requests"},
        {ALERT_STALE, "else", "", "", "stale figure: else"},
        {ALERT_MODEL_RETIRED, "gpt-4 is missing", "", "", "model retired: gpt-4 is missing"},
        {ALERT_KEY_CLEAR, "openai_email_compte", "", "", "key in clear: openai_email_compte"},
        {ALERT_KEY_OLD, "", "200", "", "key old: 200 days"},
        {ALERT_KEY_OLD, "", "1", "", "key old: 1 day"},
        {ALERT_KEY_OLD, "", "", "", "key old"},
        {ALERT_SPENDING_INACTIVE, "", "0.25", "usd", "spending while inactive: 0.25 $"},
        {ALERT_UNATTRIBUTED, "", "9", "eur", "unattributed cost: 9.00 EUR of no project"},
        {ALERT_UNATTRIBUTED, "proj_x", "9", "", "unattributed cost: 9.00 $ (proj_x)"},
        {ALERT_DRIFT, "spend limit", "", "", "drift: spend limit"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct alert a = an_alert(cases[i].kind, cases[i].detail);
        (void)snprintf(a.value, sizeof a.value, "%s", cases[i].value);
        (void)snprintf(a.currency, sizeof a.currency, "%s", cases[i].currency);
        says(&a, cases[i].expected);
    }
}

Test(alert, lists_and_boards_are_made_and_destroyed)
{
    for (int len = 0; len < 3; len++) {
        struct alert_list *list = alert_list_create(len);
        struct overview *o = overview_create(len);
        cr_expect_eq(list->len, len);
        cr_expect_eq(o->len, len);
        cr_expect_eq(o->budget_permille, -1);
        for (int i = 0; i < len; i++) {
            cr_expect_eq(list->item[i].id[0], '\0');
            cr_expect_eq(o->item[i].budget_permille, -1);
            cr_expect_eq(o->item[i].forecast_permille, -1);
            cr_expect_eq(o->item[i].worst, GRAVITY_COUNT);
        }
        alert_list_destroy(list);
        overview_destroy(o);
    }
    alert_list_destroy(NULL);
    overview_destroy(NULL);
}
