#include "config.h"

#include "standin/play.h"

#include <stdio.h>
#include <string.h>

static const struct {
    enum scenario_id id, becomes;
} sequences[] = {{SCENARIO_flaky, SCENARIO_missing_scopes_401},
                 {SCENARIO_flaky_key, SCENARIO_invalid_api_key},
                 {SCENARIO_flaky_500, SCENARIO_server_error},
                 {SCENARIO_flaky_429, SCENARIO_rate_limit},
                 {SCENARIO_flaky_reset, SCENARIO_reset_before}};

struct play play_settle(struct play play, const struct token *who)
{
    int64_t calls = who ? who->calls : 1;
    if (play.id == SCENARIO_revoked_after)
        return (struct play){calls > play.arg ? SCENARIO_invalid_api_key : SCENARIO_ok, 0};
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++)
        if (sequences[i].id == play.id)
            return (struct play){calls <= play.arg ? sequences[i].becomes : SCENARIO_ok, 0};
    return play;
}

void play_missing_scopes(struct token *who, const char *scope, struct answer *a)
{
    static const enum scenario_id turns[] = {
        SCENARIO_missing_scopes_401, SCENARIO_missing_scopes_403, SCENARIO_missing_scopes_bare};
    int64_t turn = who ? who->refusals++ : 0;
    answer_scenario(a, turns[turn % 3], scope);
}

static void put_retry(const struct call *c, struct answer *a)
{
    char date[INSTANT_HTTP_MAX];
    int arg = c->play.arg;
    switch (c->play.id) {
    case SCENARIO_retry_after:
    case SCENARIO_retry_after_503:
        answer_header(a, "retry-after", "%d", arg);
        break;
    case SCENARIO_retry_after_date:
        instant_http(date, world_now(c->world) + arg);
        answer_header(a, "retry-after", "%s", date);
        break;
    case SCENARIO_retry_after_ms:
        answer_header(a, "retry-after-ms", "%d", arg);
        break;
    case SCENARIO_retry_after_zero:
        answer_header(a, "retry-after", "0");
        break;
    case SCENARIO_retry_after_negative:
        answer_header(a, "retry-after", "-30");
        break;
    case SCENARIO_retry_after_huge:
        answer_header(a, "retry-after", "99999999999999999999");
        break;
    case SCENARIO_retry_after_garbage:
        answer_header(a, "retry-after", "soon, perhaps");
        break;
    case SCENARIO_should_retry_true:
        answer_header(a, "x-should-retry", "true");
        break;
    case SCENARIO_should_retry_false:
        answer_header(a, "x-should-retry", "false");
        break;
    default:
        break;
    }
}

static const char hostile[] =
    "Incorrect API key provided: sk-proj-%sAbCdEfGhIjKlMnOp. \\u001b[2J\\u001b]0;owned\\u0007"
    "\\u001b[31mred\\r\\n\\u009b5m \\u202egnol \\u0008\\u007f \xc2\x9b"
    "1m end";

static void put_hostile(enum scenario_id id, struct answer *a)
{
    const char *text =
        id == SCENARIO_esc_bytes ? hostile : "Incorrect API key provided: sk-proj-%s";
    a->status = 401;
    (void)str_add(&a->body, "{\"error\":{\"message\":\"");
    (void)str_add_len(&a->body, text, strcspn(text, "%"));
    (void)str_add(&a->body, strchr(text, '%') + 2);
    if (id == SCENARIO_nul_bytes)
        (void)str_add(&a->body, "abc\\u0000def\\u0000");
    if (id == SCENARIO_nul_raw)
        (void)str_add_len(&a->body, "abc\0def", sizeof "abc\0def" - 1);
    (void)str_add(&a->body, "\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":"
                            "\"invalid_api_key\"}}\n");
}

static void put_hostile_headers(struct answer *a)
{
    put_hostile(SCENARIO_esc_bytes, a);
    answer_header(a, "x-request-id", "req_\x1b[2J\x1b]0;owned\x07%0200d", 7);
    answer_header(a, "retry-after", "\x1b[31m5");
    answer_header(a, "openai-project", "proj_\x9b\xff\x1b[5m");
}

/* What stands for %s in the message of a scenario. */
static void value_of(const struct call *c, const char *scope, char *out, size_t size)
{
    switch (c->play.id) {
    case SCENARIO_invalid_api_key:
        token_masked(out, size, c->request->bearer);
        break;
    case SCENARIO_model_not_found:
        (void)snprintf(out, size, "gpt-standin");
        break;
    case SCENARIO_no_such_organization:
        (void)snprintf(out, size, "org-nowhere");
        break;
    default:
        (void)snprintf(out, size, "%s", *scope ? scope : "api.model.read");
    }
}

static int answers_body(const struct call *c, struct answer *a)
{
    switch (c->play.id) {
    case SCENARIO_nul_bytes:
    case SCENARIO_nul_raw:
    case SCENARIO_esc_bytes:
        put_hostile(c->play.id, a);
        return 1;
    case SCENARIO_hostile_headers:
        put_hostile_headers(a);
        return 1;
    default:
        return 0;
    }
}

int play_answers(struct call *c, const char *scope, struct answer *a)
{
    char value[TOKEN_MAX];
    switch (scenario_get(c->play.id)->group) {
    case GROUP_REDIRECT:
        a->status = 301;
        answer_header(a, "location", "%s", c->world->redirect);
        return 1;
    case GROUP_ERROR:
        if (c->play.id == SCENARIO_missing_scopes) {
            play_missing_scopes(c->request->who, *scope ? scope : "api.model.read", a);
            return 1;
        }
        break;
    case GROUP_RETRY:
        put_retry(c, a);
        break;
    case GROUP_BARE:
    case GROUP_HTML:
    case GROUP_EMPTY:
        break;
    case GROUP_BODY:
        return answers_body(c, a);
    default:
        return 0;
    }
    value_of(c, scope, value, sizeof value);
    answer_scenario(a, c->play.id, value);
    return 1;
}

int play_is_mute(enum scenario_id id)
{
    return id == SCENARIO_silent || id == SCENARIO_reset_before || id == SCENARIO_half_close;
}
