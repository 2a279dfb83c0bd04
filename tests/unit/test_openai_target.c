/* What may be asked, and with what: nothing is sent here. */
#include "config.h"

#include "openai/http.h"

#include <criterion/criterion.h>
#include <string.h>

#define KEY "sk-proj-unit-0123456789"

static void count(void *arg, const struct http_answer *a)
{
    int *cancelled = arg;
    *cancelled += a->cancelled;
}

static struct http *make(void)
{
    struct http *h = NULL;
    cr_assert_eq(curl_global_init(CURL_GLOBAL_DEFAULT), CURLE_OK);
    cr_assert_eq(http_create(&h, NULL, NULL), 0);
    return h;
}

Test(openai_target, keys_that_are_no_header_value)
{
    static const char *const bad[] = {"",        "sk-a b",  "sk-a\nb", "sk-a\r\nX: y",
                                      "sk-\t",   " sk-a",   "sk-\x7f", "sk-\xc3\xa9",
                                      "sk-\x01", "sk-a\xff"};
    struct http *h = make();
    int g = 0;
    struct err e = {0};
    const char *url = "https://127.0.0.1:1/";
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_expect_eq(http_get(h, url, bad[i], NULL, NULL, count, &g, &e), -ERR_USAGE);
        cr_expect(!bad[i][0] || !strstr(e.text, "sk-"));
        if (bad[i][0]) {
            cr_expect_eq(http_get(h, url, KEY, bad[i], NULL, count, &g, &e), -ERR_USAGE);
            cr_expect_eq(http_get(h, url, KEY, NULL, bad[i], count, &g, &e), -ERR_USAGE);
        }
    }
    char text[HTTP_KEY_MAX + 2];
    memset(text, 'k', sizeof text);
    text[HTTP_KEY_MAX + 1] = '\0';
    cr_expect_eq(http_get(h, url, text, NULL, NULL, count, &g, &e), -ERR_USAGE);
    text[HTTP_KEY_MAX] = '\0';
    cr_expect_eq(http_get(h, url, text, NULL, NULL, count, &g, &e), 0);
    cr_expect_eq(g, 0);
    http_destroy(h);
    cr_expect_eq(g, 1);
}

Test(openai_target, where_a_key_may_go)
{
    static const struct {
        const char *url;
        int base, whole;
    } cases[] = {
        {"https://api.openai.com/v1", 1, 1},
        {"https://api.openai.com/v1/", 1, 1},
        {"https://api.openai.com", 1, 1},
        {"HTTPS://API.OPENAI.COM/v1", 1, 1},
        {"https://eu.api.openai.com:8443/v1", 1, 1},
        {"https://[2001:db8::1]/v1", 1, 1},
        {"http://127.0.0.1:8080/v1", 1, 1},
        {"http://127.9.9.9/v1", 1, 1},
        {"http://localhost:8080/v1", 1, 1},
        {"http://[::1]:8080/v1", 1, 1},
        {"https://api.openai.com/v1?x=1", 0, 1},
        {"https://api.openai.com/v1#x", 0, 0},
        {"https://me@api.openai.com/v1", 0, 0},
        {"https://me:pw@api.openai.com/v1", 0, 0},
        {"http://api.openai.com/v1", 0, 0},
        {"http://127.0.0.1.evil.example/v1", 0, 0},
        {"http://localhost.evil.example/v1", 0, 0},
        {"http://127.0.0.1@evil.example/v1", 0, 0},
        {"http://128.0.0.1/v1", 0, 0},
        {"http://0.0.0.0/v1", 0, 0},
        {"http://[::2]/v1", 0, 0},
        {"http://[::ffff:10.0.0.1]/v1", 0, 0},
        {"ftp://127.0.0.1/v1", 0, 0},
        {"file:///etc/passwd", 0, 0},
        {"api.openai.com/v1", 0, 0},
        {"//api.openai.com/v1", 0, 0},
        {"https://", 0, 0},
        {"https://api.openai.com/v1?", 0, 1},
        {"https://api.openai.com/v1#", 0, 0},
        {"https:///v1", 0, 0},
        {"https:/h/v1", 0, 0},
        {"https:/-http://h/v1", 0, 0},
        {"httpss://h/v1", 0, 0},
        {"http", 0, 0},
        {"https://api.openai.com:0/v1", 0, 0},
        {"https://api.openai.com:99999/v1", 0, 0},
        {"https://api.openai.com/v1 ", 0, 0},
        {"https://api.openai.com/\r\nX: y", 0, 0},
        {"https://api.openai.com\\@evil.example/", 0, 0},
        {"https://\xc3\xa9.example/", 0, 0},
        {"", 0, 0},
    };
    struct http *h = make();
    int g = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err e = {0};
        cr_expect_eq(http_check_base(cases[i].url, &e), cases[i].base ? 0 : -ERR_USAGE, "%s",
                     cases[i].url);
        cr_expect_eq(cases[i].base, e.text[0] == '\0');
        cr_expect_eq(http_get(h, cases[i].url, KEY, NULL, NULL, count, &g, NULL),
                     cases[i].whole ? 0 : -ERR_USAGE, "%s", cases[i].url);
    }
    char text[HTTP_URL_MAX + 10];
    memset(text, 'a', sizeof text);
    memcpy(text, "https://a/", 10);
    text[HTTP_URL_MAX] = '\0';
    cr_expect_eq(http_check_base(text, NULL), -ERR_USAGE);
    text[HTTP_URL_MAX - 1] = '\0';
    cr_expect_eq(http_check_base(text, NULL), 0);
    http_destroy(h);
}
