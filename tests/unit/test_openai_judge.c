#include "config.h"

#include "openai/judge.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOW = 784111777 }; /* Sun, 06 Nov 1994 08:49:37 GMT */

static struct http_answer answer_of(int status, const char *body)
{
    return (struct http_answer){
        .status = status,
        .body = body,
        .len = strlen(body),
        .sent = 1,
        .retry_after = "",
        .retry_after_ms = "",
        .should_retry = "",
        .request_id = "req_7",
        .content_type = "application/json",
        .organization = "",
        .project = "",
        .date = "",
        .location = "",
        .dns_ms = 1,
        .connect_ms = 2,
        .tls_ms = 3,
        .first_ms = 4,
        .total_ms = 5,
        .host = "api.openai.com:443",
    };
}

#define ERROR(code, type) \
    "{\"error\":{\"message\":\"m\",\"type\":" type ",\"param\":null,\"code\":" code "}}"
#define INVALID "\"invalid_request_error\""
#define SCOPES \
    "You have insufficient permissions for this operation. Missing scopes: api.model.read."
#define LIST "{\"object\":\"list\",\"data\":[{\"id\":\"gpt-4\",\"object\":\"model\"}]}"

/* Every row of the table of errors that OpenAI is known to answer with. */
static const struct {
    int status;
    const char *body;
    enum verdict wanted;
    const char *code;
} known[] = {
    {200, LIST, VERDICT_VALID, ""},
    {200, "{\"object\":\"list\",\"data\":[]}", VERDICT_VALID, ""},
    {401, ERROR("\"invalid_api_key\"", INVALID), VERDICT_REVOKED, "invalid_api_key"},
    {401, ERROR("\"account_deactivated\"", INVALID), VERDICT_CLOSED, "account_deactivated"},
    {401, ERROR("\"mismatched_organization\"", INVALID), VERDICT_SETTINGS,
     "mismatched_organization"},
    {401, ERROR("\"mismatched_project\"", INVALID), VERDICT_SETTINGS, "mismatched_project"},
    {401, "{\"error\":{\"message\":\"" SCOPES "\",\"type\":" INVALID ",\"code\":null}}",
     VERDICT_LIMITED, "invalid_request_error"},
    {401, "{\"error\":\"" SCOPES "\"}", VERDICT_LIMITED, ""},
    {401, ERROR("\"ip_not_authorized\"", INVALID), VERDICT_SETTINGS, "ip_not_authorized"},
    {401, ERROR("null", INVALID), VERDICT_SETTINGS, "invalid_request_error"},
    {403, "{\"error\":{\"message\":\"" SCOPES "\",\"type\":" INVALID ",\"code\":null}}",
     VERDICT_LIMITED, "invalid_request_error"},
    {403, "{\"error\":\"" SCOPES "\"}", VERDICT_LIMITED, ""},
    {403, ERROR("\"unsupported_country_region_territory\"", "\"request_forbidden\""),
     VERDICT_REGION, "unsupported_country_region_territory"},
    {404, ERROR("\"model_not_found\"", INVALID), VERDICT_SETTINGS, "model_not_found"},
    {400, ERROR("\"billing_hard_limit_reached\"", INVALID), VERDICT_SPEND_LIMIT,
     "billing_hard_limit_reached"},
    {400, ERROR("\"project_archived\"", INVALID), VERDICT_SETTINGS, "project_archived"},
    {400, "{\"error\":{\"message\":\"no such organization: org-x\",\"type\":" INVALID "}}",
     VERDICT_SETTINGS, "invalid_request_error"},
    {429, ERROR("\"rate_limit_exceeded\"", "\"requests\""), VERDICT_RATE_LIMITED,
     "rate_limit_exceeded"},
    {429, ERROR("\"rate_limit_exceeded\"", "\"tokens\""), VERDICT_RATE_LIMITED,
     "rate_limit_exceeded"},
    {429, ERROR("\"slow_down\"", "\"rate_limit_error\""), VERDICT_RATE_LIMITED, "slow_down"},
    {503, ERROR("\"slow_down\"", "\"rate_limit_error\""), VERDICT_RATE_LIMITED, "slow_down"},
    {429, ERROR("\"credit_balance_exhausted\"", "\"insufficient_quota\""), VERDICT_NO_CREDIT,
     "credit_balance_exhausted"},
    {429, ERROR("\"organization_spend_limit_exceeded\"", "\"insufficient_quota\""),
     VERDICT_SPEND_LIMIT, "organization_spend_limit_exceeded"},
    {429, ERROR("\"project_spend_limit_exceeded\"", "\"insufficient_quota\""), VERDICT_SPEND_LIMIT,
     "project_spend_limit_exceeded"},
    {429, ERROR("\"organization_usage_limit_exceeded\"", "\"insufficient_quota\""),
     VERDICT_SPEND_LIMIT, "organization_usage_limit_exceeded"},
    {429, ERROR("\"insufficient_quota\"", "\"insufficient_quota\""), VERDICT_NO_CREDIT,
     "insufficient_quota"},
    {429, ERROR("null", "\"insufficient_quota\""), VERDICT_NO_CREDIT, "insufficient_quota"},
    {429, ERROR("\"billing_not_active\"", "\"billing_not_active\""), VERDICT_NO_CREDIT,
     "billing_not_active"},
    {429, ERROR("\"a_money_code_of_tomorrow\"", "\"insufficient_quota\""), VERDICT_NO_CREDIT,
     "a_money_code_of_tomorrow"},
    {429, ERROR("\"rate_limit_exceeded\"", "\"insufficient_quota\""), VERDICT_RATE_LIMITED,
     "rate_limit_exceeded"}, /* the code before the type */
    {429, "", VERDICT_RATE_LIMITED, ""},
    {429, "<html>slow down</html>", VERDICT_RATE_LIMITED, ""},
    {500, ERROR("null", "\"server_error\""), VERDICT_TROUBLE, "server_error"},
    {503, ERROR("\"server_is_overloaded\"", "\"service_unavailable_error\""), VERDICT_TROUBLE,
     "server_is_overloaded"},
    {502, "<html>Bad gateway</html>", VERDICT_TROUBLE, ""},
    {504, "", VERDICT_TROUBLE, ""},
    {520, "<html></html>", VERDICT_TROUBLE, ""},
    {526, "<html></html>", VERDICT_TROUBLE, ""},
    {408, ERROR("null", "null"), VERDICT_TROUBLE, ""},
    {403, "<html>Sorry, you have been blocked</html>", VERDICT_TROUBLE, ""},
    {401, "", VERDICT_TROUBLE, ""},
    {401, "<html>invalid_api_key</html>", VERDICT_TROUBLE, ""},
    {404, "<html>404</html>", VERDICT_TROUBLE, ""},
    {500, ERROR("\"invalid_api_key\"", INVALID), VERDICT_TROUBLE, "invalid_api_key"},
    {200, ERROR("\"invalid_api_key\"", INVALID), VERDICT_TROUBLE, "invalid_api_key"},
    {200, ERROR("\"insufficient_quota\"", INVALID), VERDICT_TROUBLE, "insufficient_quota"},
    {204, "", VERDICT_TROUBLE, ""},
    {301, "", VERDICT_TROUBLE, ""},
    {302, ERROR("\"invalid_api_key\"", INVALID), VERDICT_TROUBLE, "invalid_api_key"},
    {407, "", VERDICT_NETWORK, ""},
    {511, "<html>log in to the wifi</html>", VERDICT_NETWORK, ""},
    {999, "{}", VERDICT_TROUBLE, ""},
    {401, ERROR("17", "{}"), VERDICT_SETTINGS, ""},
    {401, "{\"error\":null}", VERDICT_TROUBLE, ""},
    {401, "{\"error\":[\"" SCOPES "\"]}", VERDICT_TROUBLE, ""},
    {429, ERROR("\"Insufficient_Quota\"", "null"), VERDICT_RATE_LIMITED, "Insufficient_Quota"},
    {401, "{\"error\":{\"message\":\"Your credit balance: revoked insufficient_quota\"}}",
     VERDICT_SETTINGS, ""}, /* never by words */
    {500, "{\"error\":\"" SCOPES "\"}", VERDICT_TROUBLE, ""},
    {404, "{\"error\":\"" SCOPES "\"}", VERDICT_SETTINGS, ""},
};

Test(openai_judge, every_known_answer)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct evidence e;
        struct http_answer a = answer_of(known[i].status, known[i].body);
        enum verdict v = judge(&a, QUESTION_MODELS, NOW, &e);
        cr_expect_eq(v, known[i].wanted, "%d %s: %s", known[i].status, known[i].body,
                     verdict_word(v));
        cr_expect_str_eq(e.code, known[i].code, "%s", known[i].body);
        cr_expect_str_eq(e.request_id, "req_7");
        cr_expect_str_eq(e.host, "api.openai.com:443");
        cr_expect(e.http == known[i].status && e.curl == 0);
        cr_expect(e.dns_ms == 1 && e.connect_ms == 2 && e.tls_ms == 3 && e.first_ms == 4 &&
                  e.total_ms == 5);
    }
}

Test(openai_judge, broken_bodies_are_trouble)
{
    static const struct {
        const char *bytes;
        size_t len; /* 0: to the end */
    } cases[] = {
        {"", 0},
        {"{\"object\":\"list\",\"data\":[{\"id\":\"gpt-4\"", 0},
        {"\xef\xbb\xbf" LIST, 0},
        {LIST "x", 0},
        {LIST LIST, 0},
        {LIST "\0", sizeof LIST},
        {"{\"object\":\"list\",\"data\":[{\"id\":\"gpt\0-4\"}]}", 42},
        {"{\"object\":\"list\",\"data\":[{\"id\":\"\xff\"}]}", 0},
        {"{\"object\":\"list\",\"data\":[{\"id\":\"a\",\"created\":NaN}]}", 0},
        {"{\"object\":\"list\",\"data\":[{\"id\":\"a\",\"created\":Infinity}]}", 0},
        {"{\"object\":\"list\",\"data\":[{\"id\":7}]}", 0},
        {"{\"object\":\"list\",\"data\":[7]}", 0},
        {"{\"object\":\"list\",\"data\":{}}", 0},
        {"{\"object\":\"page\",\"data\":[]}", 0},
        {"{\"object\":17,\"data\":[]}", 0},
        {"{\"object\":\"list\"}", 0},
        {"[" LIST "]", 0},
        {"null", 0},
        {"\"list\"", 0},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", 0},
        {"{\"object\":\"list\",\"data\":[{\"id\":\"a\",\"x\":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]"
         "]]}]}",
         0},
        {"<!DOCTYPE html><html></html>", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct evidence e;
        struct http_answer a = answer_of(200, cases[i].bytes);
        a.len = cases[i].len ? cases[i].len : a.len;
        cr_expect_eq(judge(&a, QUESTION_MODELS, NOW, &e), VERDICT_TROUBLE, "%zu: %s", i,
                     cases[i].bytes);
        cr_expect_eq(judge(&a, QUESTION_COSTS, NOW, &e),
                     strstr(cases[i].bytes, "{\"object\":\"list\",\"data\":[{\"id\":7}]}") ||
                             strstr(cases[i].bytes, "[7]") || strstr(cases[i].bytes, "\"data\":[]")
                         ? VERDICT_VALID
                         : VERDICT_TROUBLE,
                     "%zu: %s", i, cases[i].bytes);
    }
}

Test(openai_judge, pages_of_an_admin_key)
{
    struct evidence e;
    struct http_answer a = answer_of(200, "{\"object\":\"page\",\"data\":[],\"has_more\":false}");
    cr_expect_eq(judge(&a, QUESTION_COSTS, NOW, &e), VERDICT_VALID);
    cr_expect_eq(judge(&a, QUESTION_USAGE, NOW, &e), VERDICT_VALID);
    a = answer_of(403, "{\"error\":\"" SCOPES "\"}");
    cr_expect_eq(judge(&a, QUESTION_COSTS, NOW, &e), VERDICT_LIMITED);
}

Test(openai_judge, no_answer_at_all)
{
    static const struct {
        int curl, status, sent;
        enum verdict wanted;
    } cases[] = {
        {CURLE_COULDNT_RESOLVE_HOST, 0, 0, VERDICT_NETWORK},
        {CURLE_COULDNT_RESOLVE_PROXY, 0, 0, VERDICT_NETWORK},
        {CURLE_COULDNT_CONNECT, 0, 0, VERDICT_NETWORK},
        {CURLE_PROXY, 0, 0, VERDICT_NETWORK},
        {CURLE_OPERATION_TIMEDOUT, 0, 0, VERDICT_NETWORK},
        {CURLE_OPERATION_TIMEDOUT, 0, 1, VERDICT_TROUBLE},
        {CURLE_OPERATION_TIMEDOUT, 200, 1, VERDICT_TROUBLE},
        {CURLE_OPERATION_TIMEDOUT, 401, 1, VERDICT_TROUBLE},
        {CURLE_SSL_CONNECT_ERROR, 0, 0, VERDICT_TLS},
        {CURLE_PEER_FAILED_VERIFICATION, 0, 0, VERDICT_TLS},
        {CURLE_SSL_CACERT_BADFILE, 0, 0, VERDICT_TLS},
        {CURLE_SSL_CERTPROBLEM, 0, 0, VERDICT_TLS},
        {CURLE_GOT_NOTHING, 0, 1, VERDICT_TROUBLE},
        {CURLE_SEND_ERROR, 0, 1, VERDICT_TROUBLE},
        {CURLE_SEND_ERROR, 0, 0, VERDICT_NETWORK},
        {CURLE_RECV_ERROR, 0, 1, VERDICT_TROUBLE},
        {CURLE_RECV_ERROR, 0, 0, VERDICT_NETWORK}, /* a tunnel that a proxy refuses */
        {CURLE_HTTP2, 0, 1, VERDICT_TROUBLE},
        {CURLE_HTTP2_STREAM, 0, 1, VERDICT_TROUBLE},
        {CURLE_PARTIAL_FILE, 200, 1, VERDICT_TROUBLE},
        {CURLE_PARTIAL_FILE, 401, 1, VERDICT_TROUBLE},
        {CURLE_WRITE_ERROR, 200, 1, VERDICT_TROUBLE},
        {CURLE_FILESIZE_EXCEEDED, 200, 1, VERDICT_TROUBLE},
        {CURLE_BAD_CONTENT_ENCODING, 200, 1, VERDICT_TROUBLE},
        {CURLE_URL_MALFORMAT, 0, 0, VERDICT_SETTINGS},
        {CURLE_OUT_OF_MEMORY, 0, 0, VERDICT_NETWORK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct evidence e;
        struct http_answer a = answer_of(cases[i].status, LIST);
        a.curl = cases[i].curl;
        a.sent = cases[i].sent;
        if (!a.sent)
            a.tls_ms = a.first_ms = -1;
        (void)snprintf(a.error, sizeof a.error, "words of curl");
        enum verdict v = judge(&a, QUESTION_MODELS, NOW, &e);
        cr_expect_eq(v, cases[i].wanted, "%s: %s", curl_easy_strerror((CURLcode)cases[i].curl),
                     verdict_word(v));
        cr_expect_str_eq(e.message, "words of curl");
        cr_expect_eq(e.curl, cases[i].curl);
        a.cancelled = 1;
        cr_expect_eq(judge(&a, QUESTION_MODELS, NOW, &e), VERDICT_NEVER);
    }
}

Test(openai_judge, evidence_is_clean)
{
    struct evidence e;
    struct http_answer a = answer_of(
        401, "{\"error\":{\"message\":\"Incorrect API key provided: "
             "sk-proj-Ab_12-xyz***wXyZ. \\u001b[2J\\u202e\\u0000x\\n\",\"code\":\"\\u001b]0;x\"}}");
    a.request_id = "req\x1b[31m\xff";
    (void)judge(&a, QUESTION_MODELS, NOW, &e);
    cr_expect(strstr(e.message, "provided: sk-…. \\e[2J\\u{202e}"), "%s", e.message);
    cr_expect_null(strstr(e.message, "wXyZ"));
    cr_expect_str_eq(e.code, "\\e]0;x");
    cr_expect_str_eq(e.request_id, "req\\e[31m\\xff");
    char *body = malloc(5000);
    cr_assert(body);
    (void)snprintf(body, 5000, "{\"error\":\"%04000d\"}", 7);
    a = answer_of(401, body);
    a.content_type = "";
    (void)judge(&a, QUESTION_MODELS, NOW, &e);
    cr_expect(strlen(e.message) < sizeof e.message && strstr(e.message, "…"));
    free(body);
    a = answer_of(502, "<html>");
    a.content_type = "text/html";
    (void)judge(&a, QUESTION_MODELS, NOW, &e);
    cr_expect_str_eq(e.message, "text/html");
}

Test(openai_judge, how_long_to_wait)
{
    struct evidence e;
    struct http_answer a = answer_of(429, "");
    a.retry_after = "12";
    (void)judge(&a, QUESTION_MODELS, NOW, &e);
    cr_expect_eq(e.retry_after_s, 12);
    a.status = 503;
    (void)judge(&a, QUESTION_MODELS, NOW, &e);
    cr_expect_eq(e.retry_after_s, 12);
    a = answer_of(200, LIST);
    a.retry_after = "12";
    (void)judge(&a, QUESTION_MODELS, NOW, &e);
    cr_expect_eq(e.retry_after_s, 0);
}

Test(openai_judge, the_list_is_kept_for_its_words)
{
    struct evidence e;
    char words[200];
    struct models *m = models_create();
    struct http_answer a = answer_of(200, LIST);
    cr_expect_eq(judge_with(m, &a, QUESTION_MODELS, NOW, &e), VERDICT_VALID);
    models_words(m, "{gpt-4,gpt-9}", words, sizeof words);
    cr_expect(strstr(words, "gpt-9") && !strstr(words, "gpt-4"));
    a = answer_of(200, "{}");
    cr_expect_eq(judge_with(m, &a, QUESTION_MODELS, NOW, &e), VERDICT_TROUBLE);
    models_words(m, "{gpt-4,gpt-9}", words, sizeof words);
    cr_expect_str_eq(words, "");
    models_destroy(m);
}

Test(openai_judge, keys_are_taken_out)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"", ""},
        {"sk-", "sk-…"},
        {"sk-abc", "sk-…"},
        {"(sk-proj-a_b-C9)", "(sk-…)"},
        {"SK-ABC", "sk-…"},
        {"a sk-a b sk-svcacct-b c", "a sk-… b sk-… c"},
        {"sk-sk-abc", "sk-…"},
        {"sk-abc...wxyz.", "sk-…."},
        {"sk-abc**********wxyz, ok", "sk-…, ok"},
        {"Authorization: Bearer abc.def", "Authorization: Bearer *******"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[100];
        redact(out, sizeof out, cases[i].in, strlen(cases[i].in));
        cr_expect_str_eq(out, cases[i].out);
        char small[8];
        redact(small, sizeof small, cases[i].in, strlen(cases[i].in));
        cr_expect_lt(strlen(small), sizeof small);
    }
}
