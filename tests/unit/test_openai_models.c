#include "config.h"

#include "openai/models.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char list[] = "{\"object\":\"list\",\"data\":["
                           "{\"id\":\"gpt-4\",\"object\":\"model\",\"created\":1,\"owned_by\":"
                           "\"openai\",\"shutdown_date\":null},"
                           "{\"id\":\"gpt-3.5-turbo\",\"object\":\"model\",\"shutdown_date\":"
                           "\"2026-12-31\",\"later\":{\"x\":[1]}},"
                           "{\"id\":\"odd\",\"shutdown_date\":\"soon\\u001b[2J\"},"
                           "{\"id\":\"odder\",\"shutdown_date\":20261231},"
                           "{\"id\":\"twice\"},{\"id\":\"twice\"},{\"id\":\"\"},"
                           "{\"id\":\"ft:gpt-4o:org::abc\",\"id\":\"ft:last\"}]}";

Test(openai_models, addresses)
{
    char url[40];
    cr_expect_eq(models_url(url, sizeof url, "https://api.openai.com/v1"), 0);
    cr_expect_str_eq(url, "https://api.openai.com/v1/models");
    cr_expect_eq(models_url(url, sizeof url, "https://api.openai.com/v1//"), 0);
    cr_expect_str_eq(url, "https://api.openai.com/v1/models");
    cr_expect_eq(models_url(url, 32, "https://api.openai.com/v1"), -1);
    cr_expect_eq(models_url(url, 33, "https://api.openai.com/v1"), 0);
}

Test(openai_models, allowed_models_that_are_missing_or_end)
{
    static const struct {
        const char *allowed, *wanted;
    } cases[] = {
        {NULL, ""},
        {"{}", ""},
        {"", ""},
        {"gpt-9", ""}, /* no array */
        {"{gpt-4}", ""},
        {"{gpt-4,odd,odder,twice,ft:last}", ""},
        {"{gpt-5}", "not offered: gpt-5"},
        {"{gpt-5,\"gpt 6\",NULL,\"\"}", "not offered: gpt-5, gpt 6"},
        {"{gpt-3.5-turbo,gpt-4}", "ends: gpt-3.5-turbo 2026-12-31"},
        {"{gpt-3.5-turbo,gpt-5}", "not offered: gpt-5; ends: gpt-3.5-turbo 2026-12-31"},
        {"{GPT-4}", "not offered: GPT-4"},
        {"{ft:gpt-4o:org::abc}", "not offered: ft:gpt-4o:org::abc"},
        {"{\"\x1b[2J\"}", "not offered: \\e[2J"},
    };
    struct models *m = models_create();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char words[100];
        cr_expect_eq(models_parse(list, strlen(list), cases[i].allowed, words, sizeof words), 0);
        cr_expect_str_eq(words, cases[i].wanted);
        cr_expect_eq(models_read(m, list, strlen(list)), 0);
        for (int twice = 0; twice < 2; twice++) {
            models_words(m, cases[i].allowed, words, sizeof words);
            cr_expect_str_eq(words, cases[i].wanted);
        }
        char small[12];
        models_words(m, cases[i].allowed, small, sizeof small);
        cr_expect_lt(strlen(small), sizeof small);
    }
    models_destroy(m);
    models_destroy(NULL);
}

Test(openai_models, a_list_that_differs_in_one_byte_is_another)
{
    char words[100];
    char body[sizeof list];
    struct models *m = models_create();
    models_words(m, "{gpt-4}", words, sizeof words);
    cr_expect_str_eq(words, "");
    memcpy(body, list, sizeof list);
    cr_expect_eq(models_read(m, body, strlen(body)), 0);
    models_words(m, "{gpt-4}", words, sizeof words);
    cr_expect_str_eq(words, "");
    *strstr(body, "gpt-4") = 'h';
    cr_expect_eq(models_read(m, body, strlen(body)), 0);
    models_words(m, "{gpt-4}", words, sizeof words);
    cr_expect_str_eq(words, "not offered: gpt-4");
    cr_expect_eq(models_read(m, body, strlen(body) - 1), -1);
    cr_expect_eq(models_read(m, body, strlen(body) - 1), -1);
    models_words(m, "{gpt-4}", words, sizeof words);
    cr_expect_str_eq(words, "");
    cr_expect_eq(models_read(m, body, strlen(body)), 0);
    models_destroy(m);
}

/* A list of so many models, in body; its length. */
static size_t make_list(char *body, size_t size, int count)
{
    size_t len = (size_t)snprintf(body, size, "{\"object\":\"list\",\"data\":[");
    for (int i = 0; i < count; i++)
        len += (size_t)snprintf(body + len, size - len, "%s{\"id\":\"m-%d\"}", i ? "," : "", i);
    return len + (size_t)snprintf(body + len, size - len, "]}");
}

Test(openai_models, long_lists)
{
    enum { MANY = 5000, TOO_MANY = 20001, BYTES = TOO_MANY * 24 };
    char words[64];
    char *body = malloc(BYTES);
    cr_assert(body);
    size_t len = make_list(body, BYTES, MANY);
    cr_expect_eq(models_parse(body, len, "{m-0,m-4999,m-5000}", words, sizeof words), 0);
    cr_expect_str_eq(words, "not offered: m-5000");
    len = make_list(body, BYTES, TOO_MANY);
    cr_expect_eq(models_parse(body, len, NULL, words, sizeof words), -1);
    free(body);
}

Test(openai_models, many_missing_names_are_cut)
{
    char words[400];
    char allowed[4000] = "{first";
    size_t len = strlen(allowed);
    for (int i = 0; i < 300; i++)
        len += (size_t)snprintf(allowed + len, sizeof allowed - len, ",model-%d", i);
    (void)snprintf(allowed + len, sizeof allowed - len, "}");
    cr_expect_eq(models_parse(list, strlen(list), allowed, words, sizeof words), 0);
    cr_expect_eq(strncmp(words, "not offered: first, model-0, ", 29), 0);
    cr_expect(strlen(words) < sizeof words && strstr(words, "…"), "%s", words);
}
