#include "config.h"

#include "openai/signin.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "openai/body.h"

#include <ctype.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAYLOAD_MAX = 8 * 1024, SAID_MAX = 200, WAIT_MS = 1000, LIFE_MAX_S = 366 * 24 * 3600 };

struct signin_call {
    struct signin *s;
    signin_done done;
    void *arg;
    int over;
};

void signin_finish(struct signin *s)
{
    mem_wipe(s, sizeof *s);
}

int64_t signin_renew_at(const struct signin *s)
{
    return s->expires_at - (s->expires_at - s->signed_at) / 5;
}

static int is_uuid(const char *text)
{
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (strlen(text) != sizeof shape - 1)
        return 0;
    for (size_t i = 0; shape[i]; i++)
        if (shape[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != shape[i])
            return 0;
    return 1;
}

static int strange(struct err *e)
{
    (void)err_set(e, ERR_DENIED, "%s",
                  _("The auth server's answer is not a sign-in: it names no user."));
    return err_cure(e, "%s", _("Check --auth-url: it ends with /auth/v1 on Supabase."));
}

static int digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* base64url without padding (RFC 4648, 5): how many bytes, or -1. */
static int decode(const char *text, size_t len, char *out, size_t size)
{
    unsigned bits = 0;
    size_t n = 0;
    if (len % 4 == 1 || len / 4 * 3 + 3 > size)
        return -1;
    for (size_t i = 0; i < len; i++) {
        int value = digit(text[i]);
        if (value < 0)
            return -1;
        bits = bits << 6 | (unsigned)value;
        if (i % 4 != 0)
            out[n++] = (char)(bits >> (6 - 2 * (i % 4)) & 0xff);
    }
    return (int)n;
}

/* The middle part of a JWT (RFC 7519) as JSON; NULL when it is none. */
static struct json_object *payload(const char *token)
{
    const char *from = strchr(token, '.');
    const char *to = from ? strchr(from + 1, '.') : NULL;
    char *text = mem_alloc(PAYLOAD_MAX);
    int len = to ? decode(from + 1, (size_t)(to - from - 1), text, PAYLOAD_MAX) : -1;
    struct json_object *claims = len > 0 ? body_parse(text, (size_t)len) : NULL;
    mem_wipe(text, PAYLOAD_MAX);
    free(text);
    return claims;
}

/* Who the claims say it is: the role must be one word, for it becomes the role of the session. */
static int read_claims(struct signin *s, struct json_object *claims, int64_t now, struct err *e)
{
    char user[UUID_TEXT] = "";
    char role[SIGNIN_ROLE_MAX] = "";
    int64_t until = 0;
    if (body_word(body_member(claims, "sub"), user, sizeof user) || !is_uuid(user) ||
        body_word(body_member(claims, "role"), role, sizeof role) ||
        body_integer(body_member(claims, "exp"), &until))
        return strange(e);
    if (until <= now || until - now > LIFE_MAX_S) {
        (void)err_set(e, ERR_DENIED, "%s",
                      _("The auth server's sign-in has ended already, or never ends."));
        return err_cure(e, "%s", _("Compare the clocks of this host and of the auth server."));
    }
    if (s->user[0] && strcmp(s->user, user) != 0)
        return err_set(e, ERR_DENIED, "%s",
                       _("The auth server renewed the sign-in for another user: it is not used."));
    memcpy(s->user, user, sizeof s->user);
    (void)snprintf(s->role, sizeof s->role, "%s", role[0] ? role : "authenticated");
    s->signed_at = now;
    s->expires_at = until;
    return 0;
}

static int read_tokens(struct signin *s, struct json_object *body, int64_t now, struct err *e)
{
    struct json_object *token = body_member(body, "access_token");
    struct json_object *claims = token && json_object_is_type(token, json_type_string)
                                     ? payload(json_object_get_string(token))
                                     : NULL;
    char refresh[SIGNIN_TOKEN_MAX] = "";
    int rc = claims ? read_claims(s, claims, now, e) : strange(e);
    json_object_put(claims);
    if (rc == 0 && body_word(body_member(body, "refresh_token"), refresh, sizeof refresh) == 0)
        memcpy(s->refresh, refresh, sizeof s->refresh);
    mem_wipe(refresh, sizeof refresh);
    return rc;
}

/* The server's own words for a refusal, old and new: error_description, msg. */
static void said(struct json_object *body, char out[SAID_MAX])
{
    static const char *const names[] = {"msg", "error_description", "message", "error"};
    out[0] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !out[0]; i++) {
        struct json_object *text = body_member(body, names[i]);
        if (!text || !json_object_is_type(text, json_type_string))
            continue;
        const char *raw = json_object_get_string(text);
        char *clean = text_scrub(raw, strlen(raw), SAID_MAX);
        (void)snprintf(out, SAID_MAX, "%s", clean);
        free(clean);
    }
}

static int refused(int status, struct json_object *body, struct err *e)
{
    char words[SAID_MAX];
    said(body, words);
    if (status == 429) {
        (void)err_set(e, ERR_UNREACHABLE, _("The auth server asks to wait: %s"), words);
        return err_cure(e, "%s", _("Try again in a minute."));
    }
    if (status >= 400 && status < 500) {
        (void)err_set(e, ERR_PASSWORD, _("The auth server refuses the sign-in: %s"),
                      words[0] ? words : _("it gives no reason"));
        return err_cure(e, "%s",
                        _("Check e-mail and password, and the platform's key (--auth-key)."));
    }
    (void)err_set(e, ERR_UNREACHABLE, _("The auth server is in trouble: HTTP status %d"), status);
    return err_cure(e, "%s", _("Try again later."));
}

/* Before the memory of it goes back to the heap. */
static void forget(struct json_object *body, const char *name)
{
    struct json_object *text = body_member(body, name);
    if (text && json_object_is_type(text, json_type_string))
        mem_wipe((void *)(uintptr_t)json_object_get_string(text),
                 (size_t)json_object_get_string_len(text));
}

int signin_read(struct signin *s, int status, const char *body, size_t len, int64_t now,
                struct err *e)
{
    struct json_object *object = body_parse(body, len);
    int rc = status == 200 ? object ? read_tokens(s, object, now, e) : strange(e)
                           : refused(status, object, e);
    forget(object, "access_token");
    forget(object, "refresh_token");
    json_object_put(object);
    return rc;
}

static void answered(void *arg, const struct http_answer *answer)
{
    struct signin_call *call = arg;
    struct err e = {0};
    call->over = 1;
    if (answer->cancelled)
        return;
    if (answer->curl != CURLE_OK) {
        (void)err_set(&e, ERR_UNREACHABLE, _("The auth server %s cannot be reached: %s"),
                      answer->host, answer->error);
        (void)err_cure(&e, "%s", _("Check --auth-url, the network and the certificate."));
    } else {
        (void)signin_read(call->s, answer->status, answer->body, answer->len, clock_now(), &e);
    }
    call->done(call->arg, &e);
}

/* A JSON string (RFC 8259, 7); a byte takes six at most. Returns where it ends. */
static char *put_text(char *at, const char *text)
{
    *at++ = '"';
    for (; *text; text++)
        if ((unsigned char)*text < ' ')
            at += snprintf(at, sizeof "\\u0000", "\\u%04x", (unsigned)*text);
        else {
            if (*text == '"' || *text == '\\')
                *at++ = '\\';
            *at++ = *text;
        }
    *at++ = '"';
    return at;
}

static char *put_member(char *at, char before, const char *name, const char *text)
{
    *at++ = before;
    at = put_text(at, name);
    *at++ = ':';
    return put_text(at, text);
}

/* The body of the request, for the caller to wipe: made in one piece, so that no other is left. */
static char *make_body(const struct signin *s, const char *password)
{
    const char *who = password ? s->email : s->refresh;
    char *text = mem_zero(6 * (strlen(who) + strlen(password ? password : "")) + 64, 1);
    char *at = put_member(text, '{', password ? "email" : "refresh_token", who);
    if (password)
        at = put_member(at, ',', "password", password);
    *at = '}';
    return text;
}

static int send_call(struct http *http, const struct signin *s, const char *password,
                     struct signin_call *call, struct err *e)
{
    char url[SIGNIN_URL_MAX + 64];
    char *body = make_body(s, password);
    size_t end = strlen(s->url);
    while (end > 0 && s->url[end - 1] == '/')
        end--;
    (void)snprintf(url, sizeof url, "%.*s/token?grant_type=%s", (int)end, s->url,
                   password ? "password" : "refresh_token");
    const struct http_request request = {
        .url = url, .api_key = s->api_key[0] ? s->api_key : NULL, .json = body};
    int rc = http_send(http, &request, answered, call, e);
    mem_wipe(body, strlen(body));
    free(body);
    return rc;
}

int signin_ask(struct http *http, struct signin *s, const char *password, signin_done done,
               void *arg, struct signin_call **out, struct err *e)
{
    struct signin_call *call = mem_zero(1, sizeof *call);
    *call = (struct signin_call){.s = s, .done = done, .arg = arg};
    int rc = http_check_base(s->url, e);
    if (rc == 0)
        rc = send_call(http, s, password, call, e);
    else
        (void)err_cure(e, "%s", _("Check --auth-url."));
    if (rc < 0) {
        free(call);
        return rc;
    }
    *out = call;
    return 0;
}

void signin_call_destroy(struct http *http, struct signin_call *call)
{
    if (!call)
        return;
    if (!call->over)
        http_cancel(http, call);
    free(call);
}

struct waiting {
    int over;
    struct err err;
};

static void told(void *arg, struct err *e)
{
    struct waiting *w = arg;
    w->over = 1;
    w->err = *e;
}

int signin_run(struct signin *s, const char *password, struct err *e)
{
    const struct http_options options = {.ca_file = s->ca_file[0] ? s->ca_file : NULL};
    struct waiting w = {0};
    struct signin_call *call = NULL;
    struct http *http = NULL;
    int rc = http_create(&http, &options, e);
    if (rc < 0)
        return rc;
    rc = signin_ask(http, s, password, told, &w, &call, e);
    while (rc == 0 && !w.over) {
        http_step(http);
        if (!w.over)
            (void)http_wait(http, NULL, 0, WAIT_MS);
    }
    signin_call_destroy(http, call);
    http_destroy(http);
    if (rc == 0 && w.err.code != ERR_OK) {
        *e = w.err;
        rc = -(int)e->code;
    }
    return rc;
}
