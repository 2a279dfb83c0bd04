#include "config.h"

#include "worker/letter.h"
#include "worker/post.h"

#include <criterion/criterion.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

static const struct alert budget = {.id = "11111111-2222-4333-8444-555555555555",
                                    .kind = ALERT_BUDGET,
                                    .gravity = GRAVITY_WARN,
                                    .organisation = "Agence \"du\" Midi",
                                    .subject = "ia@midi.example",
                                    .period = "2026-11",
                                    .threshold = 95,
                                    .permille = 961,
                                    .value = "96.1",
                                    .limit = "100",
                                    .currency = "usd",
                                    .raised_at = 1795348800};

static const char *text_of(struct json_object *o, const char *key)
{
    return json_object_get_string(json_object_object_get(o, key));
}

Test(post, the_body_is_json_with_all_that_is_told)
{
    struct str out;
    struct channel channel = {.name = "desk"};
    str_init(&out, POST_BODY_MAX);
    post_body(&out, "the-delivery", &budget, &channel);
    struct json_object *o = json_tokener_parse(str_get(&out));
    cr_assert_not_null(o, "%s", str_get(&out));
    struct json_object *a = json_object_object_get(o, "alert");
    cr_assert_eq(json_object_get_int(json_object_object_get(o, "version")), 1);
    cr_assert_str_eq(text_of(o, "delivery"), "the-delivery");
    cr_assert_str_eq(text_of(a, "id"), budget.id);
    cr_assert_str_eq(text_of(a, "kind"), "budget");
    cr_assert_str_eq(text_of(a, "gravity"), "warning");
    cr_assert_str_eq(text_of(a, "organisation"), budget.organisation);
    cr_assert_str_eq(text_of(a, "subject"), "ia@midi.example");
    cr_assert_str_eq(text_of(a, "period"), "2026-11");
    cr_assert_eq(json_object_get_int(json_object_object_get(a, "threshold")), 95);
    cr_assert_str_eq(text_of(a, "value"), "96.1");
    cr_assert_str_eq(text_of(a, "limit"), "100");
    cr_assert_str_eq(text_of(a, "currency"), "usd");
    cr_assert_str_eq(text_of(a, "raised_at"), "2026-11-22T12:00:00Z");
    cr_assert_not_null(strstr(text_of(a, "words"), "95 %"));
    (void)json_object_put(o);
    str_clear(&out);
    post_body(&out, "x", NULL, &channel);
    o = json_tokener_parse(str_get(&out));
    cr_assert_not_null(o, "%s", str_get(&out));
    a = json_object_object_get(o, "alert");
    cr_assert_str_eq(text_of(a, "kind"), "test");
    cr_assert_null(json_object_object_get(a, "threshold"));
    (void)json_object_put(o);
    str_finish(&out);
}

Test(post, what_answers_mean)
{
    static const struct {
        int curl, status;
        const char *retry;
        int ok, absent, rest;
    } cases[] = {
        {0, 200, "", 1, 0, 0},  {0, 204, "", 1, 0, 0},        {0, 302, "", 0, 0, 0},
        {0, 404, "", 0, 0, 0},  {0, 410, "9", 0, 0, 0},       {0, 408, "", 0, 1, 0},
        {0, 429, "9", 0, 1, 9}, {0, 503, "7200", 0, 1, 3600}, {0, 500, "-1", 0, 1, 0},
        {7, 0, "", 0, 1, 0},    {56, 200, "", 0, 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct delivered out = {0};
        const struct http_answer answer = {.curl = cases[i].curl,
                                           .status = cases[i].status,
                                           .retry_after = cases[i].retry,
                                           .error = "no\033way",
                                           .total_ms = 3};
        post_judge(&answer, 0, &out);
        cr_assert_eq(out.ok, cases[i].ok, "%d", cases[i].status);
        cr_assert_eq(out.absent, cases[i].absent, "%d", cases[i].status);
        cr_assert_eq(out.rest_s, cases[i].rest, "%d: %d", cases[i].status, out.rest_s);
        cr_assert(out.answer[0] && !strchr(out.answer, 033));
    }
}

Test(post, new_ids_are_ids)
{
    char one[UUID_TEXT];
    char two[UUID_TEXT];
    post_new_id(one);
    post_new_id(two);
    cr_assert_eq(strlen(one), UUID_TEXT - 1);
    cr_assert(one[8] == '-' && one[14] == '4' && strchr("89ab", one[19]), "%s", one);
    cr_assert_str_neq(one, two);
}

Test(letter, headers_hold_what_they_should_and_no_more)
{
    static struct delivery d = {.id = "the-delivery"};
    struct str out;
    d.alert = budget;
    (void)snprintf(d.channel.target, CHANNEL_TARGET, "%s", "desk@x.example");
    (void)snprintf(d.alert.subject, ALERT_SUBJECT, "%s", "\xc3\xa9\xc3\xa9\xc3\xa9\nBcc: x@y");
    str_init(&out, LETTER_MAX);
    letter_write(&out, &d, 1);
    const char *end = strstr(str_get(&out), "\n\n");
    cr_assert_not_null(end);
    cr_assert_eq(strncmp(str_get(&out), "To: desk@x.example\nSubject: =?UTF-8?B?", 38), 0);
    for (const char *p = str_get(&out); p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
        size_t len = strcspn(p, "\n");
        cr_assert_leq(len, 76, "%.*s", (int)len, p);
        cr_assert_neq(strncmp(p, "Bcc", 3), 0);
    }
    for (const char *p = str_get(&out); *p; p++)
        cr_assert(*p == '\n' || (*p >= ' ' && *p < 0x7f));
    str_finish(&out);
}
