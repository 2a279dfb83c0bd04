#include "config.h"

#include "cli/trial_text.h"

#include "openai/judge.h"

#include <string.h>

enum { LINE_MAX_SHOWN = 300, BODY_LINES = 8, BODY_SHOWN = 2000 };

/* Whatever came from outside is scrubbed and has nothing like a key in it. */
static void add_clean(struct str *out, const char *name, const char *value)
{
    char clean[LINE_MAX_SHOWN];
    if (!value || !*value)
        return;
    redact(clean, sizeof clean, value, strlen(value));
    (void)str_addf(out, "%s: %s\n", name, clean);
}

void trial_text_request(struct trial *t)
{
    const char *host = strstr(t->url, "://");
    host = host ? host + 3 : t->url;
    size_t len = strcspn(host, "/?");
    (void)str_addf(&t->request, "GET %s\n", host[len] ? host + len : "/");
    (void)str_addf(&t->request, "Host: %.*s\n", (int)len, host);
    (void)str_add(&t->request, "Authorization: Bearer sk-…\n");
    add_clean(&t->request, "OpenAI-Organization", t->organisation);
    add_clean(&t->request, "OpenAI-Project", t->project);
}

static void add_headers(struct trial *t, const struct http_answer *a)
{
    struct str *out = &t->response;
    add_clean(out, "content-type", a->content_type);
    add_clean(out, "x-request-id", a->request_id);
    add_clean(out, "openai-organization", a->organization);
    add_clean(out, "openai-project", a->project);
    add_clean(out, "retry-after", a->retry_after);
    add_clean(out, "retry-after-ms", a->retry_after_ms);
    add_clean(out, "x-should-retry", a->should_retry);
    add_clean(out, "location", a->location);
    add_clean(out, "date", a->date);
}

static void add_body(struct trial *t, const struct http_answer *a)
{
    const char *line = a->body;
    const char *end = a->body + (a->len < BODY_SHOWN ? a->len : BODY_SHOWN);
    for (int i = 0; i < BODY_LINES && line < end; i++) {
        char clean[LINE_MAX_SHOWN];
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop ? stop : end;
        redact(clean, sizeof clean, line, (size_t)(stop - line));
        (void)str_addf(&t->body, "%s\n", clean);
        line = stop + 1;
    }
}

void trial_text_answer(struct trial *t, const struct http_answer *a)
{
    t->http2 = a->http2;
    t->status = a->status;
    if (a->curl)
        redact(t->failure, sizeof t->failure, a->error, strlen(a->error));
    if (a->status == 0)
        return;
    (void)str_addf(&t->response, "HTTP/%s %d\n", a->http2 ? "2" : "1.1", a->status);
    add_headers(t, a);
    if (verdict_effect(t->verdict) != EFFECT_GOOD)
        add_body(t, a);
}
