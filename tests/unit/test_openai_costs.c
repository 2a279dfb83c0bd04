#include "config.h"

#include "openai/costs.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 1785542400 };

#define PAGE(buckets, rest) "{\"object\":\"page\",\"data\":[" buckets "]" rest "}"
#define BUCKET(results)                                                                     \
    "{\"object\":\"bucket\",\"start_time\":1785542400,\"end_time\":1785628800,\"results\":" \
    "[" results "]}"
#define COST(value)                                                          \
    "{\"object\":\"organization.costs.result\",\"amount\":{\"value\":" value \
    ",\"currency\":\"usd\"},\"line_item\":null,\"project_id\":\"proj_1\"}"
#define LAST ",\"has_more\":false,\"next_page\":null"

static int costs(const char *body, struct bucket_page *page, struct err *e)
{
    return costs_parse(body, strlen(body), page, e);
}

Test(openai_costs, a_page)
{
    static const char body[] = PAGE(
        "{\"object\":\"bucket\",\"start_time\":1785542400,\"end_time\":1785628800,\"results\":["
        "{\"object\":\"organization.costs.result\",\"amount\":{\"value\":0.06,\"currency\":\"usd\"}"
        ","
        "\"line_item\":null,\"project_id\":\"proj_1\",\"api_key_id\":\"key_1\",\"quantity\":1.5,"
        "\"quantity_unit\":\"tokens\",\"organization_id\":\"org-1\",\"organization_name\":"
        "\"\\u001b\"},"
        "{\"object\":\"organization.costs.result\",\"amount\":{\"value\":\"12.50\",\"currency\":"
        "\"EUR\"},"
        "\"project_id\":null},"
        "{\"object\":\"organization.costs.result\",\"project_id\":\"proj_1\"},"
        "{\"object\":\"organization.costs.result\",\"amount\":null},"
        "{\"object\":\"organization.costs.result\",\"amount\":{\"value\":null,\"currency\":\"usd\"}"
        "}]},"
        "{\"object\":\"bucket\",\"start_time\":1785628800,\"end_time\":1785715200,\"results\":[]},"
        "{\"object\":\"bucket\",\"start_time\":1785715200,\"result\":["
        "{\"amount\":{\"value\":\"-3e-2\",\"currency\":\"usd\"},\"project_id\":\"proj_2\"}]}",
        ",\"has_more\":true,\"next_page\":\"page_AAAA==\"");
    struct bucket_page page;
    struct err e = {0};
    cr_assert_eq(costs(body, &page, &e), 0, "%s", e.text);
    cr_assert_eq(page.len, 3);
    cr_expect_eq(page.row[0].day, DAY);
    cr_expect_str_eq(page.row[0].project, "proj_1");
    cr_expect_str_eq(page.row[0].key, "key_1");
    cr_expect_str_eq(page.row[0].currency, "usd");
    cr_expect_str_eq(page.row[0].amount, "0.06");
    cr_expect_str_eq(page.row[1].project, "");
    cr_expect_str_eq(page.row[1].key, "");
    cr_expect_str_eq(page.row[1].currency, "eur");
    cr_expect_str_eq(page.row[1].amount, "12.50");
    cr_expect_eq(page.row[2].day, DAY + 2 * 86400);
    cr_expect_str_eq(page.row[2].amount, "-3e-2");
    cr_expect(page.has_more && strcmp(page.next, "page_AAAA==") == 0);
    bucket_page_finish(&page);
    bucket_page_finish(&page);
}

/* The text of an amount comes through as it was, number or string, whatever the locale. */
Test(openai_costs, amounts_keep_their_text)
{
    static const char *const amounts[] = {
        "0",
        "12.50",
        "12.5",
        "0.0042",
        "-0.3",
        "0E-6176",
        "1e-7",
        "1E+3",
        "42",
        "-42",
        "100000000000000000",
        "0.003627500000000000000000000000000000",
        "1234567890123456.123456789012345678",
        "0.1",
        "9223372036854775806",
    };
    static const char *const locales[] = {"C", "fr_FR.UTF-8"};
    for (size_t l = 0; l < sizeof locales / sizeof locales[0]; l++) {
        if (!setlocale(LC_ALL, locales[l]))
            continue;
        for (size_t i = 0; i < 2 * sizeof amounts / sizeof amounts[0]; i++) {
            char body[600];
            const char *quote = i % 2 ? "\"" : "";
            struct bucket_page page;
            struct err e = {0};
            (void)snprintf(body, sizeof body, PAGE(BUCKET(COST("%s%s%s")), LAST), quote,
                           amounts[i / 2], quote);
            cr_assert_eq(costs(body, &page, &e), 0, "%s: %s: %s", locales[l], body, e.text);
            cr_expect_eq(page.len, 1);
            cr_expect_str_eq(page.row[0].amount, amounts[i / 2]);
            bucket_page_finish(&page);
        }
    }
}

Test(openai_costs, what_is_no_page)
{
    static const char *const bodies[] = {
        "",
        "{",
        "[]",
        "null",
        "{\"error\":{\"message\":\"x\"}}",
        "{\"data\":{}}",
        PAGE("7", LAST),
        PAGE("{}", LAST),
        PAGE("{\"start_time\":1785542400}", LAST),
        PAGE("{\"start_time\":\"1785542400\",\"results\":[]}", LAST),
        PAGE("{\"start_time\":-1,\"results\":[]}", LAST),
        PAGE("{\"start_time\":1e9,\"results\":[]}", LAST),
        PAGE("{\"start_time\":999999999999,\"results\":[]}", LAST),
        PAGE("{\"start_time\":99999999999999999999,\"results\":[]}", LAST),
        PAGE("{\"start_time\":1785542400,\"results\":{}}", LAST),
        PAGE(BUCKET("7"), LAST),
        PAGE(BUCKET("null"), LAST),
        PAGE(BUCKET("{\"amount\":7}"), LAST),
        PAGE(BUCKET("{\"amount\":\"7\"}"), LAST),
        PAGE(BUCKET("{\"amount\":{\"value\":1}}"), LAST),
        PAGE(BUCKET("{\"amount\":{\"value\":1,\"currency\":null}}"), LAST),
        PAGE(BUCKET("{\"amount\":{\"value\":1,\"currency\":\"\"}}"), LAST),
        PAGE(BUCKET("{\"amount\":{\"value\":1,\"currency\":\"us\"}}"), LAST),
        PAGE(BUCKET("{\"amount\":{\"value\":1,\"currency\":\"dollars\"}}"), LAST),
        PAGE(BUCKET("{\"amount\":{\"value\":1,\"currency\":\"u$d\"}}"), LAST),
        PAGE(BUCKET("{\"amount\":{\"value\":1,\"currency\":17}}"), LAST),
        PAGE(BUCKET(COST("NaN")), LAST),
        PAGE(BUCKET(COST("Infinity")), LAST),
        PAGE(BUCKET(COST("\"NaN\"")), LAST),
        PAGE(BUCKET(COST("\"Infinity\"")), LAST),
        PAGE(BUCKET(COST("\"\"")), LAST),
        PAGE(BUCKET(COST("\"12,50\"")), LAST),
        PAGE(BUCKET(COST("\" 12.50\"")), LAST),
        PAGE(BUCKET(COST("\"12.50\\u0000\"")), LAST),
        PAGE(BUCKET(COST("\"0x10\"")), LAST),
        PAGE(BUCKET(COST("true")), LAST),
        PAGE(BUCKET(COST("[]")), LAST),
        PAGE(BUCKET(COST("{}")), LAST),
        PAGE(BUCKET(COST("1e400")), LAST),
        PAGE(BUCKET(COST("\"1e400\"")), LAST),
        PAGE(BUCKET(COST("1e-99999")), LAST),
        PAGE(BUCKET(COST("99999999999999999999")), LAST), /* json-c would give another number */
        PAGE(BUCKET(COST("-99999999999999999999")), LAST),
        PAGE(BUCKET(COST("9223372036854775807")), LAST),
        PAGE(BUCKET("{\"project_id\":7,\"amount\":{\"value\":1,\"currency\":\"usd\"}}"), LAST),
        PAGE(BUCKET("{\"project_id\":\"a b\",\"amount\":{\"value\":1,\"currency\":\"usd\"}}"),
             LAST),
        PAGE(BUCKET("{\"project_id\":\"\\u001b\",\"amount\":{\"value\":1,\"currency\":\"usd\"}}"),
             LAST),
        PAGE(BUCKET("{\"project_id\":\"\xc3\xa9\",\"amount\":{\"value\":1,\"currency\":\"usd\"}}"),
             LAST),
        PAGE(BUCKET("{\"api_key_id\":[],\"amount\":{\"value\":1,\"currency\":\"usd\"}}"), LAST),
        PAGE("", ",\"has_more\":\"yes\""),
        PAGE("", ",\"has_more\":1"),
        PAGE("", ",\"has_more\":true,\"next_page\":7"),
        PAGE("", ",\"has_more\":true,\"next_page\":\"a b\""),
        PAGE("", ",\"has_more\":true,\"next_page\":\"\\r\\n\""),
        PAGE("", LAST) "x",
        "\xef\xbb\xbf" PAGE("", LAST),
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct bucket_page page;
        struct err e = {0};
        int rc = costs(bodies[i], &page, &e);
        cr_expect(rc == -ERR_USAGE || rc == -ERR_LIMIT, "%s", bodies[i]);
        cr_expect(page.len == 0 && !page.row && !page.next[0] && e.text[0]);
    }
}

Test(openai_costs, bounds)
{
    enum { BYTES = (BUCKET_ROWS_MAX + 1) * 60 + 200, LONG = 400 };
    static const char row[] = "{\"amount\":{\"value\":1,\"currency\":\"usd\"}}";
    char *body = malloc(BYTES);
    char text[LONG];
    struct bucket_page page;
    struct err e = {0};
    cr_assert(body);
    for (int count = BUCKET_ROWS_MAX; count <= BUCKET_ROWS_MAX + 1; count++) {
        size_t len = (size_t)snprintf(body, BYTES, "{\"data\":[{\"start_time\":1,\"results\":[");
        for (int i = 0; i < count; i++)
            len += (size_t)snprintf(body + len, BYTES - len, "%s%s", i ? "," : "", row);
        (void)snprintf(body + len, BYTES - len, "]}]}");
        cr_expect_eq(costs(body, &page, &e), count > BUCKET_ROWS_MAX ? -ERR_LIMIT : 0);
        cr_expect_eq(page.len, count > BUCKET_ROWS_MAX ? 0 : BUCKET_ROWS_MAX);
        bucket_page_finish(&page);
    }
    for (size_t len = PROJECT_TEXT - 1; len <= PAGE_CURSOR; len++) {
        memset(text, 'p', len);
        text[len] = '\0';
        (void)snprintf(body, BYTES,
                       PAGE(BUCKET("{\"project_id\":\"%s\",\"amount\":{\"value\":1,\"currency\":"
                                   "\"usd\"}}"),
                            LAST),
                       text);
        cr_expect_eq(costs(body, &page, &e) == 0, len < PROJECT_TEXT, "%zu", len);
        bucket_page_finish(&page);
        (void)snprintf(body, BYTES, PAGE("", ",\"has_more\":true,\"next_page\":\"%s\""), text);
        cr_expect_eq(costs(body, &page, &e) == 0, len < PAGE_CURSOR, "%zu", len);
        bucket_page_finish(&page);
    }
    free(body);
}

Test(openai_costs, decimals)
{
    static const struct {
        const char *text;
        int good;
    } cases[] = {
        {"0", 1},
        {"12.50", 1},
        {"-0.3", 1},
        {"0E-6176", 1},
        {"1e-7", 1},
        {"007", 1},
        {"-0", 1},
        {"1E+3", 1},
        {"1e39", 1},
        {"1e40", 0},
        {"0e99999", 0},
        {"1e-16383", 1},
        {"1e-16384", 0},
        {"0.1e-16382", 1},
        {"0.1e-16383", 0},
        {"", 0},
        {"-", 0},
        {"+1", 0},
        {".5", 0},
        {"5.", 0},
        {"1e", 0},
        {"1e+", 0},
        {"1e1.5", 0},
        {"1 ", 0},
        {" 1", 0},
        {"1,5", 0},
        {"1_000", 0},
        {"0x1", 0},
        {"NaN", 0},
        {"Infinity", 0},
        {"--1", 0},
        {"1e99999999999999999999", 0},
        {"1e-99999999999999999999", 0},
        {"1.2.3", 0},
        {"1\xc2\xa0", 0},
        {"1234567890123456789012345678901234567890", 1},
        {"12345678901234567890123456789012345678901", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_eq(amount_is_decimal(cases[i].text), cases[i].good, "%s", cases[i].text);
    char text[AMOUNT_TEXT + 1] = "0.";
    memset(text + 2, '1', AMOUNT_TEXT - 2);
    text[AMOUNT_TEXT] = '\0';
    cr_expect_eq(amount_is_decimal(text), 0);
    text[AMOUNT_TEXT - 1] = '\0';
    cr_expect_eq(amount_is_decimal(text), 1);
}

Test(openai_costs, requests_of_a_day)
{
    struct bucket_page page;
    struct err e = {0};
    static const char body[] =
        PAGE(BUCKET("{\"object\":\"organization.usage.completions.result\",\"input_tokens\":1000,"
                    "\"num_model_requests\":5,\"project_id\":\"proj_1\",\"api_key_id\":null,"
                    "\"batch\":null,\"amount\":{\"value\":\"NaN\"}},"
                    "{\"num_model_requests\":3000000000,\"project_id\":null},"
                    "{\"num_model_requests\":0,\"project_id\":\"proj_2\"}"),
             LAST);
    cr_assert_eq(usage_parse(body, strlen(body), &page, &e), 0, "%s", e.text);
    cr_assert_eq(page.len, 3);
    cr_expect_str_eq(page.row[0].amount, "5");
    cr_expect_str_eq(page.row[0].project, "proj_1");
    cr_expect_str_eq(page.row[0].currency, "");
    cr_expect_str_eq(page.row[1].amount, "3000000000");
    cr_expect_str_eq(page.row[1].project, "");
    cr_expect(!page.has_more && !page.next[0]);
    bucket_page_finish(&page);
    static const char *const bad[] = {"{}",
                                      "{\"num_model_requests\":-1}",
                                      "{\"num_model_requests\":1.5}",
                                      "{\"num_model_requests\":\"5\"}",
                                      "{\"num_model_requests\":99999999999999999999}",
                                      "{\"num_model_requests\":null}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[300];
        (void)snprintf(text, sizeof text, PAGE(BUCKET("%s"), LAST), bad[i]);
        cr_expect_eq(usage_parse(text, strlen(text), &page, &e), -ERR_USAGE, "%s", text);
    }
}

Test(openai_costs, addresses)
{
    char url[400];
    cr_assert_eq(costs_url(url, sizeof url, "https://h/v1/", 1, 2, 0, ""), 0);
    cr_expect_str_eq(url, "https://h/v1/organization/costs?start_time=1&end_time=2&bucket_width=1d"
                          "&limit=31&group_by%5B%5D=project_id");
    cr_assert_eq(costs_url(url, sizeof url, "https://h/v1", 1, 2, 1, "a&b=c+d/e%\xff~"), 0);
    cr_expect_str_eq(url, "https://h/v1/organization/costs?start_time=1&end_time=2&bucket_width=1d"
                          "&limit=31&group_by%5B%5D=project_id&group_by%5B%5D=api_key_id"
                          "&page=a%26b%3Dc%2Bd%2Fe%25%FF~");
    static const char *const kinds[] = {"completions", "embeddings",     "moderations",
                                        "images",      "audio_speeches", "audio_transcriptions"};
    for (int i = 0; i < USAGE_KINDS; i++) {
        char wanted[400];
        cr_assert_eq(usage_url(url, sizeof url, "https://h/v1", (enum usage_kind)i, 1, 2, ""), 0);
        (void)snprintf(wanted, sizeof wanted, "https://h/v1/organization/usage/%s?start_time=1",
                       kinds[i]);
        cr_expect_eq(strncmp(url, wanted, strlen(wanted)), 0, "%s", url);
    }
    cr_expect_eq(costs_url(url, 30, "https://h/v1", 1, 2, 0, ""), -1);
    char longest[3000];
    memset(longest, 'a', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    cr_expect_eq(costs_url(url, sizeof url, longest, 1, 2, 0, ""), -1);
    cr_expect_eq(costs_url(url, sizeof url, "https://h/v1", 1, 2, 0, longest), -1);
}

Test(openai_costs, pages_end)
{
    struct err e = {0};
    struct pager pager = {0};
    struct bucket_page page = {0};
    cr_expect_eq(pager_next(&pager, &page, &e), 0);
    page.has_more = 1;
    cr_expect_eq(pager_next(&pager, &page, &e), -ERR_USAGE);
    (void)snprintf(page.next, sizeof page.next, "a");
    cr_expect_eq(pager_next(&pager, &page, &e), 1);
    (void)snprintf(page.next, sizeof page.next, "b");
    cr_expect_eq(pager_next(&pager, &page, &e), 1);
    (void)snprintf(page.next, sizeof page.next, "a");
    cr_expect_eq(pager_next(&pager, &page, &e), -ERR_USAGE);
    page.has_more = 0;
    cr_expect_eq(pager_next(&pager, &page, &e), 0);
    pager = (struct pager){0};
    page.has_more = 1;
    int pages = 1;
    int rc = 1;
    for (; rc == 1; pages += rc == 1) {
        (void)snprintf(page.next, sizeof page.next, "page_%d", pages);
        rc = pager_next(&pager, &page, &e);
    }
    cr_expect(rc == -ERR_LIMIT && pages == PAGES_MAX, "%d", pages);
}
