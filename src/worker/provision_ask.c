#include "config.h"

#include "worker/provision_part.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "openai/limits.h"

#include <stdio.h>
#include <string.h>

/* What asks to wait longer is left to the person. Reading is repeated after any trouble; what
 * changes something only when OpenAI said that it did not take it. */
enum {
    TRIES = 3,
    WAIT_MAX_S = 10,
    PAUSE_MS = 500,
    MS = 1000,
    HTTP_UNAUTHORIZED = 401,
    HTTP_FORBIDDEN = 403,
    HTTP_NOT_FOUND = 404
};

static void put(struct provision *p);

const char *provision_base(const struct provision *p)
{
    const char *own = p->accounts->item[p->account].base_url;
    return own[0] ? own : p->place.base_url;
}

static int may_repeat(const struct provision *p)
{
    int limited = p->verdict == VERDICT_RATE_LIMITED;
    if (p->tries >= TRIES || p->evidence.retry_after_s > WAIT_MAX_S)
        return 0;
    return limited ||
           (!p->writes && (p->verdict == VERDICT_TROUBLE || p->verdict == VERDICT_NETWORK));
}

static void judged(struct provision *p, const struct http_answer *answer)
{
    if (may_repeat(p)) {
        int64_t pause = (int64_t)p->evidence.retry_after_s * MS;
        p->again_ms = clock_mono_ms() + (pause > PAUSE_MS ? pause : PAUSE_MS);
        return;
    }
    p->got(p, answer);
}

static void came(void *arg, const struct http_answer *answer)
{
    struct provision *p = arg;
    if (answer->cancelled) {
        const struct err e = {.code = ERR_LOST};
        provision_lost(p, &e);
        return;
    }
    p->verdict = judge(answer, QUESTION_OBJECT, clock_now(), &p->evidence);
    judged(p, answer);
}

static void put(struct provision *p)
{
    static const struct http_answer none = {.body = "", .cancelled = 0};
    const char *body = str_get(&p->body);
    struct err e = {0};
    const struct http_request request = {.url = p->url,
                                         .key = p->key.text,
                                         .json = p->writes && body[0] ? body : NULL,
                                         .removes = p->writes && !body[0],
                                         .once = p->writes};
    p->again_ms = 0;
    p->tries++;
    if (http_send(p->place.http, &request, came, p, &e) == 0)
        return;
    p->evidence = (struct evidence){0};
    (void)snprintf(p->evidence.message, sizeof p->evidence.message, "%.200s", e.text);
    p->verdict = e.code == ERR_USAGE ? VERDICT_SETTINGS : VERDICT_NETWORK;
    p->tries = TRIES;
    p->got(p, &none);
}

void provision_ask(struct provision *p, int writes,
                   void (*got)(struct provision *p, const struct http_answer *answer))
{
    p->writes = writes;
    p->tries = 0;
    p->got = got;
    put(p);
}

void provision_step(struct provision *p, int64_t mono_ms)
{
    if (p->busy && p->again_ms && mono_ms >= p->again_ms)
        put(p);
}

int64_t provision_deadline(const struct provision *p)
{
    return p->busy && p->again_ms ? p->again_ms : -1;
}

static void read_next(struct provision *p);

int provision_is_silent(const struct provision *p)
{
    return p->verdict == VERDICT_TROUBLE || p->verdict == VERDICT_NETWORK ||
           p->verdict == VERDICT_TLS || p->verdict == VERDICT_RATE_LIMITED;
}

void provision_fault(struct provision *p)
{
    p->silent = provision_is_silent(p);
    provision_blame(p, p->fault);
}

static void failed(struct provision *p, const char *why)
{
    p->read_failed = 1;
    if (why)
        (void)snprintf(p->fault, sizeof p->fault, "%.*s", (int)sizeof p->fault - 1, why);
    else
        provision_fault(p);
    p->then(p);
}

/* A project without a limit, or without permissions of its own. */
static int is_absent(const struct provision *p)
{
    return p->evidence.http == HTTP_NOT_FOUND && p->verdict != VERDICT_TROUBLE &&
           (p->part == PROVIDER_SPEND_LIMIT || p->part == PROVIDER_MODELS);
}

static void ask_page(struct provision *p);

static void got_page(struct provision *p, const struct http_answer *answer)
{
    struct err e = {0};
    int more = 0;
    if (is_absent(p)) {
        limits_forget(p->part, &p->seen);
    } else if (p->verdict != VERDICT_VALID) {
        failed(p, NULL);
        return;
    } else {
        more = limits_parse(p->part, answer->body, answer->len, &p->seen, p->next, &e);
    }
    if (more < 0) {
        failed(p, e.text);
    } else if (more) {
        ask_page(p);
    } else {
        p->unread &= ~(1u << p->part);
        read_next(p);
    }
}

static void ask_page(struct provision *p)
{
    if (limits_read_url(p->url, sizeof p->url, provision_base(p), p->want->project, p->part,
                        p->next))
        failed(p, _("The URL of the account is too long."));
    else
        provision_ask(p, 0, got_page);
}

static void read_next(struct provision *p)
{
    for (int i = 0; i < PROVIDER_PART_COUNT; i++) {
        if (!(p->unread & 1u << i))
            continue;
        p->part = (enum provider_part)i;
        p->next[0] = '\0';
        limits_forget(p->part, &p->seen);
        ask_page(p);
        return;
    }
    provider_seen_sort(&p->seen);
    p->then(p);
}

void provision_read(struct provision *p, unsigned parts, void (*then)(struct provision *p))
{
    p->unread = parts;
    p->then = then;
    p->read_failed = 0;
    read_next(p);
}

/* By the verdict, in words that say what to do. */
void provision_blame(const struct provision *p, char *out)
{
    const char *account = p->accounts->item[p->account].name;
    const char *said = p->evidence.message;
    int http = p->evidence.http;
    if (p->verdict == VERDICT_LIMITED)
        (void)snprintf(out, PROVIDER_TEXT,
                       _("The admin key of %s lacks the scope %s: make one that has it, and store "
                         "it with `vigie account add`."),
                       account, p->writes ? "api.management.write" : "api.management.read");
    else if (http == HTTP_UNAUTHORIZED || http == HTTP_FORBIDDEN)
        (void)snprintf(out, PROVIDER_TEXT,
                       _("OpenAI refuses the admin key of %s (HTTP %d: %.100s): store another one "
                         "with `vigie account add`."),
                       account, http, said);
    else if (p->verdict == VERDICT_RATE_LIMITED)
        (void)snprintf(out, PROVIDER_TEXT, _("OpenAI asks to wait for %d seconds: try again then."),
                       p->evidence.retry_after_s);
    else if (http == 0)
        (void)snprintf(out, PROVIDER_TEXT, _("OpenAI gave no answer (%.120s): try again."), said);
    else if (p->verdict == VERDICT_TROUBLE)
        (void)snprintf(out, PROVIDER_TEXT, _("OpenAI is in trouble (HTTP %d: %.100s): try again."),
                       http, said);
    else
        (void)snprintf(out, PROVIDER_TEXT, _("OpenAI refuses it (HTTP %d: %.150s)."), http, said);
}
