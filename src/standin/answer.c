#include "config.h"

#include "standin/answer.h"

#include "standin/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_MAX = 1024 };

static const char plain_json[] = "application/json";
static const char html_type[] = "text/html; charset=UTF-8";

void answer_init(struct answer *a)
{
    a->status = 200;
    a->type = plain_json;
    a->headers_len = 0;
    a->play = (struct play){SCENARIO_ok, 0};
    str_init(&a->body, ANSWER_BODY);
}

void answer_reset(struct answer *a)
{
    answer_finish(a);
    answer_init(a);
}

void answer_finish(struct answer *a)
{
    str_finish(&a->body);
}

void answer_header(struct answer *a, const char *name, const char *fmt, ...)
{
    if (a->headers_len == ANSWER_HEADERS)
        return;
    struct header *h = &a->headers[a->headers_len++];
    va_list args;
    va_start(args, fmt);
    (void)snprintf(h->name, sizeof h->name, "%s", name);
    (void)vsnprintf(h->value, sizeof h->value, fmt, args);
    va_end(args);
}

static void put_error(struct answer *a, const char *type, const char *code, const char *param,
                      const char *message)
{
    str_clear(&a->body);
    (void)str_add(&a->body, "{\n    \"error\": {\n        \"message\": ");
    json_put_text(&a->body, message);
    (void)str_add(&a->body, ",\n        \"type\": ");
    json_put_text(&a->body, type);
    (void)str_add(&a->body, ",\n        \"param\": ");
    json_put_text(&a->body, param);
    (void)str_add(&a->body, ",\n        \"code\": ");
    json_put_text(&a->body, code);
    (void)str_add(&a->body, "\n    }\n}\n");
}

void answer_error(struct answer *a, int status, const char *type, const char *code,
                  const char *param, const char *fmt, ...)
{
    char message[MESSAGE_MAX];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    a->status = status;
    a->type = plain_json;
    put_error(a, type, code, param, message);
}

void answer_bad(struct answer *a, const char *param, const char *fmt, ...)
{
    char message[MESSAGE_MAX];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    answer_error(a, 400, "invalid_request_error", NULL, param, "%s", message);
}

void answer_not_found(struct answer *a, const char *what, const char *id)
{
    answer_error(a, 404, "invalid_request_error", "not_found", NULL, "No %s found with id '%s'.",
                 what, id);
}

/* text with its "%s" replaced. */
static void insert(char out[MESSAGE_MAX], const char *text, const char *value)
{
    const char *at = strstr(text, "%s");
    if (at)
        (void)snprintf(out, MESSAGE_MAX, "%.*s%s%s", (int)(at - text), text, value, at + 2);
    else
        (void)snprintf(out, MESSAGE_MAX, "%s", text);
}

static void put_html(struct answer *a, const char *title)
{
    a->type = html_type;
    (void)str_addf(&a->body,
                   "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head><title>%s</title></head>\n<body>"
                   "<center><h1>%s</h1></center><hr><center>cloudflare</center></body>\n</html>\n",
                   title, title);
    answer_header(a, "server", "cloudflare");
    answer_header(a, "cf-ray", "8c0ffee0c0ffee00-CDG");
}

void answer_scenario(struct answer *a, enum scenario_id id, const char *value)
{
    const struct scenario *s = scenario_get(id);
    char message[MESSAGE_MAX];
    insert(message, s->text, value);
    a->status = s->status;
    str_clear(&a->body);
    switch (s->group) {
    case GROUP_BARE:
        (void)str_add(&a->body, "{\"error\":");
        json_put_text(&a->body, message);
        (void)str_add(&a->body, "}\n");
        break;
    case GROUP_HTML:
        put_html(a, message);
        break;
    case GROUP_EMPTY:
        break;
    default:
        put_error(a, s->type, s->code, NULL, message);
    }
}
