#include "config.h"

#include "openai/limits.h"

#include "base/mem.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT(cents, currency, interval)                                                          \
    "{\"object\":\"project.spend_limit\",\"threshold_amount\":" cents ",\"currency\":\"" currency \
    "\",\"interval\":\"" interval "\",\"enforcement\":{"                                          \
    "\"status\":\"inactive\"}}"
#define LIST(data, rest) "{\"object\":\"list\",\"data\":[" data "]" rest "}"
#define ALERT(id, cents, prefix, to)                                                    \
    "{\"id\":\"" id "\",\"object\":\"project.spend_alert\",\"threshold_amount\":" cents \
    ",\"currency\":\"USD\",\"interval\":\"month\",\"notification_channel\":{\"type\":"  \
    "\"email\",\"recipients\":[" to "],\"subject_prefix\":" prefix "}}"
#define RATE(id, model, rest) "{\"id\":\"" id "\",\"model\":\"" model "\"" rest "}"

static struct provider_seen seen;
static char next[LIMITS_CURSOR];
static struct err e;

static void open_seen(void)
{
    provider_seen_init(&seen);
    next[0] = '\0';
    e = (struct err){0};
}

static void close_seen(void)
{
    provider_seen_finish(&seen);
}

TestSuite(openai_limits, .init = open_seen, .fini = close_seen);

static int parse(enum provider_part part, const char *body)
{
    return limits_parse(part, body, strlen(body), &seen, next, &e);
}

Test(openai_limits, addresses)
{
    char url[200];
    struct provider_step step = {.part = PROVIDER_SPEND_LIMIT};
    cr_assert_eq(limits_project_url(url, sizeof url, "https://x.example/v1//", "proj_1"), 0);
    cr_expect_str_eq(url, "https://x.example/v1/organization/projects/proj_1");
    cr_assert_eq(limits_read_url(url, sizeof url, "https://x.example/v1", "proj_1",
                                 PROVIDER_RATE_LIMITS, ""),
                 0);
    cr_expect_str_eq(url,
                     "https://x.example/v1/organization/projects/proj_1/rate_limits?limit=100");
    cr_assert_eq(limits_read_url(url, sizeof url, "https://x.example/v1", "p",
                                 PROVIDER_SPEND_ALERTS, "alert/&1"),
                 0);
    cr_expect_str_eq(url, "https://x.example/v1/organization/projects/p/spend_alerts?limit=100&"
                          "after=alert%2F%261");
    cr_assert_eq(limits_read_url(url, sizeof url, "https://x.example/v1", "p", PROVIDER_MODELS, ""),
                 0);
    cr_expect_str_eq(url, "https://x.example/v1/organization/projects/p/model_permissions");
    cr_assert_eq(limits_write_url(url, sizeof url, "https://x.example/v1", "p", &step), 0);
    cr_expect_str_eq(url, "https://x.example/v1/organization/projects/p/spend_limit");
    step = (struct provider_step){.part = PROVIDER_RATE_LIMITS, .object = "rl-gpt/../x"};
    cr_assert_eq(limits_write_url(url, sizeof url, "https://x.example/v1", "p", &step), 0);
    cr_expect_str_eq(url,
                     "https://x.example/v1/organization/projects/p/rate_limits/rl-gpt%2F..%2Fx");
    cr_expect_eq(limits_project_url(url, 20, "https://x.example/v1", "p"), -1);
}

static void expect_body(struct provider_step step, const struct provider_want *want,
                        const char *expected)
{
    struct str s;
    str_init(&s, 1000);
    cr_assert_eq(limits_body(&s, &step, want), 0);
    cr_expect_str_eq(str_get(&s), expected);
    str_finish(&s);
}

Test(openai_limits, bodies)
{
    struct provider_want *want = mem_zero(1, sizeof *want);
    (void)snprintf(want->mails, sizeof want->mails, "a@b.example,c\"d@e.example");
    (void)snprintf(want->model[0], PROVIDER_ID, "gpt-4o");
    (void)snprintf(want->model[1], PROVIDER_ID, "o\"\\3");
    want->models = 2;
    expect_body((struct provider_step){.part = PROVIDER_SPEND_LIMIT, .number = 12345}, want,
                "{\"threshold_amount\":12345,\"currency\":\"USD\",\"interval\":\"month\"}");
    expect_body((struct provider_step){.part = PROVIDER_SPEND_ALERTS, .number = 50}, want,
                "{\"threshold_amount\":50,\"currency\":\"USD\",\"interval\":\"month\","
                "\"notification_channel\":{\"type\":\"email\",\"recipients\":[\"a@b.example\","
                "\"cd@e.example\"],\"subject_prefix\":\"[vigie]\"}}");
    expect_body((struct provider_step){.part = PROVIDER_RATE_LIMITS, .number = 1000}, want,
                "{\"max_requests_per_1_day\":1000}");
    expect_body((struct provider_step){.part = PROVIDER_MODELS}, want,
                "{\"mode\":\"allow_list\",\"model_ids\":[\"gpt-4o\",\"o3\"]}");
    free(want);
}

Test(openai_limits, a_limit)
{
    cr_assert_eq(parse(PROVIDER_SPEND_LIMIT, LIMIT("10000", "USD", "month")), 0, "%s", e.text);
    cr_expect_eq(seen.cents, 10000);
    limits_forget(PROVIDER_SPEND_LIMIT, &seen);
    cr_expect_eq(seen.cents, 0);
}

Test(openai_limits, what_is_no_limit)
{
    static const char *const bad[] = {
        LIMIT("0", "USD", "month"),
        LIMIT("-1", "USD", "month"),
        LIMIT("1.5", "USD", "month"),
        LIMIT("\"100\"", "USD", "month"),
        LIMIT("null", "USD", "month"),
        LIMIT("1e3", "USD", "month"),
        LIMIT("9223372036854775807", "USD", "month"),
        LIMIT("99999999999999999999999", "USD", "month"),
        "{}",
        "[]",
        "",
        "null",
        "{\"threshold_amount\":",
        "{\"threshold_amount\":NaN,\"currency\":\"USD\",\"interval\":\"month\"}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_expect_eq(parse(PROVIDER_SPEND_LIMIT, bad[i]), -ERR_USAGE, "%s", bad[i]);
    cr_expect_eq(parse(PROVIDER_SPEND_LIMIT, LIMIT("100", "EUR", "month")), -ERR_REFUSED);
    cr_expect_eq(parse(PROVIDER_SPEND_LIMIT, LIMIT("100", "USD", "day")), -ERR_REFUSED);
    cr_expect(strstr(e.text, "USD a month"));
}

Test(openai_limits, alerts_ours_and_others)
{
    static const char body[] = LIST(
        ALERT("alert_2", "900", "\"[vigie]\"",
              "\"b@x.example\",\"a@x.example\",\"b@x.example\"") "," ALERT("alert_1", "500",
                                                                           "\"[vigie]\"",
                                                                           "") "," ALERT("alert_3",
                                                                                         "0",
                                                                                         "null",
                                                                                         "\"finance"
                                                                                         "@x."
                                                                                         "example"
                                                                                         "\"") ","
                                                                                               "{\""
                                                                                               "id"
                                                                                               "\":"
                                                                                               "\"a"
                                                                                               "ler"
                                                                                               "t_"
                                                                                               "4\""
                                                                                               ",\""
                                                                                               "thr"
                                                                                               "esh"
                                                                                               "old"
                                                                                               "_am"
                                                                                               "oun"
                                                                                               "t\""
                                                                                               ":1,"
                                                                                               "\"c"
                                                                                               "urr"
                                                                                               "enc"
                                                                                               "y\""
                                                                                               ":\""
                                                                                               "EUR"
                                                                                               "\","
                                                                                               "\"i"
                                                                                               "nte"
                                                                                               "rva"
                                                                                               "l\""
                                                                                               ":"
                                                                                               "\"m"
                                                                                               "ont"
                                                                                               "h\""
                                                                                               ",\""
                                                                                               "not"
                                                                                               "ifi"
                                                                                               "cat"
                                                                                               "ion"
                                                                                               "_ch"
                                                                                               "ann"
                                                                                               "el"
                                                                                               "\":"
                                                                                               "{\""
                                                                                               "typ"
                                                                                               "e\""
                                                                                               ":\""
                                                                                               "ema"
                                                                                               "il"
                                                                                               "\"}"
                                                                                               "}",
        ",\"first_id\":\"alert_2\",\"last_id\":\"alert_4\",\"has_more\":false");
    cr_assert_eq(parse(PROVIDER_SPEND_ALERTS, body), 0, "%s", e.text);
    provider_seen_sort(&seen);
    cr_assert_eq(seen.alerts, 4);
    cr_expect_str_eq(seen.alert[3].id, "alert_2");
    cr_expect_str_eq(seen.alert[3].mails, "a@x.example,b@x.example");
    cr_expect(seen.alert[3].ours && seen.alert[2].ours);
    cr_expect_str_eq(seen.alert[2].mails, "");
    cr_expect(!seen.alert[0].ours && !seen.alert[1].ours);
    limits_forget(PROVIDER_SPEND_ALERTS, &seen);
    cr_expect_eq(seen.alerts, 0);
}

Test(openai_limits, addressees_that_equal_none_of_ours)
{
    cr_assert_eq(parse(PROVIDER_SPEND_ALERTS,
                       LIST(ALERT("a", "1", "\"[vigie]\"", "\"x y@z.example\",7"), "")),
                 0);
    cr_expect_str_eq(seen.alert[0].mails, "?");
}

Test(openai_limits, pages)
{
    cr_assert_eq(
        parse(PROVIDER_RATE_LIMITS, LIST(RATE("rl-a", "a", ",\"max_requests_per_1_day\":5"),
                                         ",\"last_id\":\"rl-a\",\"has_more\":true")),
        1);
    cr_expect_str_eq(next, "rl-a");
    cr_assert_eq(
        parse(PROVIDER_RATE_LIMITS, LIST(RATE("rl-b", "b", ",\"max_requests_per_1_minute\":1"),
                                         ",\"last_id\":\"rl-b\",\"has_more\":false")),
        0);
    cr_assert_eq(seen.rates, 2);
    cr_expect_eq(seen.rate[0].daily, 5);
    cr_expect_eq(seen.rate[1].daily, -1);
    cr_expect_str_eq(next, "");
}

Test(openai_limits, pages_that_do_not_end)
{
    static const char body[] =
        LIST(RATE("rl-a", "a", ""), ",\"last_id\":\"rl-a\",\"has_more\":true");
    cr_assert_eq(parse(PROVIDER_RATE_LIMITS, body), 1);
    cr_expect_eq(parse(PROVIDER_RATE_LIMITS, body), -ERR_USAGE);
    close_seen();
    open_seen();
    cr_expect_eq(parse(PROVIDER_RATE_LIMITS, LIST("", ",\"last_id\":\"x\",\"has_more\":true")),
                 -ERR_USAGE);
    cr_expect_eq(parse(PROVIDER_RATE_LIMITS, LIST(RATE("rl-a", "a", ""), ",\"has_more\":true")),
                 -ERR_USAGE);
    cr_expect_eq(parse(PROVIDER_RATE_LIMITS, LIST("", ",\"has_more\":1")), -ERR_USAGE);
}

Test(openai_limits, bounds)
{
    struct str s;
    str_init(&s, 1 << 20);
    (void)str_add(&s, "{\"data\":[");
    for (int i = 0; i <= PROVIDER_RATES_MAX; i++)
        (void)str_addf(&s, "%s{\"id\":\"rl-%d\",\"model\":\"m%d\"}", i ? "," : "", i, i);
    (void)str_add(&s, "]}");
    cr_expect_eq(limits_parse(PROVIDER_RATE_LIMITS, str_get(&s), s.len, &seen, next, &e),
                 -ERR_LIMIT);
    str_clear(&s);
    (void)str_add(&s, "{\"data\":[");
    for (int i = 0; i <= PROVIDER_ALERTS_MAX; i++)
        (void)str_addf(&s, "%s{\"id\":\"a%d\",\"threshold_amount\":1}", i ? "," : "", i);
    (void)str_add(&s, "]}");
    cr_expect_eq(limits_parse(PROVIDER_SPEND_ALERTS, str_get(&s), s.len, &seen, next, &e),
                 -ERR_LIMIT);
    str_clear(&s);
    (void)str_add(&s, "{\"mode\":\"allow_list\",\"model_ids\":[");
    for (int i = 0; i <= PROVIDER_RATES_MAX; i++)
        (void)str_addf(&s, "%s\"m%d\"", i ? "," : "", i);
    (void)str_add(&s, "]}");
    cr_expect_eq(limits_parse(PROVIDER_MODELS, str_get(&s), s.len, &seen, next, &e), -ERR_LIMIT);
    str_finish(&s);
}

Test(openai_limits, names_that_lead_elsewhere)
{
    static const char *const bad[] = {
        RATE("..", "a", ""),
        RATE("", "a", ""),
        RATE("a b", "a", ""),
        RATE("a\\\"b", "a", ""),
        RATE("a", "", ""),
        RATE("a", "\\u001b", ""),
        RATE("a", "a", ",\"max_requests_per_1_day\":-1"),
        RATE("a", "a", ",\"max_requests_per_1_day\":\"5\""),
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char body[200];
        (void)snprintf(body, sizeof body, "{\"data\":[%s]}", bad[i]);
        cr_expect_eq(parse(PROVIDER_RATE_LIMITS, body), -ERR_USAGE, "%s", body);
    }
    cr_expect_eq(parse(PROVIDER_RATE_LIMITS, "{\"data\":{}}"), -ERR_USAGE);
    cr_expect_eq(parse(PROVIDER_RATE_LIMITS, "{\"data\":[7]}"), -ERR_USAGE);
}

Test(openai_limits, permissions)
{
    cr_assert_eq(parse(PROVIDER_MODELS,
                       "{\"object\":\"project.model_permissions\",\"mode\":"
                       "\"allow_list\",\"model_ids\":[\"o3\",\"gpt-4.1\",\"o3\"]}"),
                 0);
    cr_expect_eq(seen.mode, MODELS_ALLOWED);
    cr_assert_eq(seen.models, 2);
    cr_expect_str_eq(seen.model[0], "gpt-4.1");
    cr_expect_str_eq(seen.model[1], "o3");
    cr_assert_eq(parse(PROVIDER_MODELS, "{\"mode\":\"deny_list\",\"model_ids\":[]}"), 0);
    cr_expect_eq(seen.mode, MODELS_DENIED);
    cr_expect_eq(seen.models, 0);
    cr_expect_eq(parse(PROVIDER_MODELS, "{\"mode\":\"open\",\"model_ids\":[]}"), -ERR_USAGE);
    cr_expect_eq(parse(PROVIDER_MODELS, "{\"mode\":\"allow_list\",\"model_ids\":null}"),
                 -ERR_USAGE);
    cr_expect_eq(parse(PROVIDER_MODELS, "{\"mode\":\"allow_list\",\"model_ids\":[\"\"]}"),
                 -ERR_USAGE);
    limits_forget(PROVIDER_MODELS, &seen);
    cr_expect_eq(seen.mode, MODELS_OPEN);
}

static int project(const char *body)
{
    return limits_parse_project(body, strlen(body), &e);
}

Test(openai_limits, a_project)
{
    cr_expect_eq(project("{\"id\":\"proj_1\",\"status\":\"active\"}"), 1);
    cr_expect_eq(project("{\"id\":\"proj_1\",\"status\":\"archived\"}"), 0);
    cr_expect_eq(project("{\"id\":\"proj_1\"}"), -ERR_USAGE);
    cr_expect_eq(project("<html>"), -ERR_USAGE);
}
