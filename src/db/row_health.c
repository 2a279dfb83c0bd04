#include "config.h"

#include "db/row_health.h"

#include "base/str.h"
#include "base/text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_TEXT = 24 };

int row_int(const PGresult *res, int row, const char *name, int fallback)
{
    int64_t value = row_number(res, row, name, fallback);
    return value > INT_MAX ? INT_MAX : value < INT_MIN ? INT_MIN : (int)value;
}

void row_evidence(struct evidence *v, const PGresult *res, int row)
{
    *v = (struct evidence){.http = row_int(res, row, "http", 0),
                           .curl = row_int(res, row, "curl", 0),
                           .dns_ms = row_int(res, row, "dns_ms", -1),
                           .connect_ms = row_int(res, row, "connect_ms", -1),
                           .tls_ms = row_int(res, row, "tls_ms", -1),
                           .first_ms = row_int(res, row, "first_ms", -1),
                           .total_ms = row_int(res, row, "total_ms", -1),
                           .retry_after_s = row_int(res, row, "retry_after_s", 0)};
    row_copy(v->code, sizeof v->code, res, row, "code");
    row_copy(v->request_id, sizeof v->request_id, res, row, "request_id");
    row_copy(v->message, sizeof v->message, res, row, "message");
    row_copy(v->host, sizeof v->host, res, row, "evidence_host");
}

int row_token(char *out, size_t size, const PGresult *res, int row, const char *name)
{
    const char *text = row_named(res, row, name);
    size_t len = text ? strlen(text) : 0;
    out[0] = '\0';
    if (len >= size)
        return -1;
    for (size_t i = 0; i < len; i++)
        if (text[i] <= ' ' || text[i] > '~')
            return -1;
    if (len)
        memcpy(out, text, len);
    out[len] = '\0';
    return 0;
}

enum verdict row_verdict(const PGresult *res, int row, const char *name)
{
    const char *word = row_named(res, row, name);
    return word ? verdict_parse(word) : VERDICT_NEVER;
}

static void read_latencies(struct health *h, const char *text)
{
    while (text && *text && h->latencies < HEALTH_LATENCIES) {
        char *end = NULL;
        long ms = strtol(text, &end, 10);
        if (end == text)
            return;
        h->latency[h->latencies++] = ms < 0 ? 0 : ms > INT_MAX ? INT_MAX : (int)ms;
        text = *end == ',' ? end + 1 : end;
    }
}

void row_health(struct health *h, const PGresult *res, int row)
{
    *h = (struct health){.verdict = row_verdict(res, row, "verdict"),
                         .since = row_number(res, row, "since", 0),
                         .candidate = row_verdict(res, row, "candidate"),
                         .failures = row_int(res, row, "failures", 0),
                         .calm = row_int(res, row, "calm", 0),
                         .checked_at = row_number(res, row, "checked_at", 0),
                         .next_at = row_number(res, row, "next_at", 0)};
    row_uuid(h->id, res, row, PQfnumber(res, "connexion_id"));
    read_latencies(h, row_named(res, row, "latencies"));
    row_copy(h->models, sizeof h->models, res, row, "missing");
    row_copy(h->owner, sizeof h->owner, res, row, "owner");
    row_evidence(&h->evidence, res, row);
}

static void add_key(struct str *s, const char *key)
{
    (void)str_add_char(s, '"');
    (void)str_add(s, key);
    (void)str_add(s, "\":");
}

/* Bytes that JSON takes as they are. */
static size_t plain_len(const char *text)
{
    size_t len = 0;
    while ((unsigned char)text[len] >= ' ' && (unsigned char)text[len] < 0x80 && text[len] != '"' &&
           text[len] != '\\')
        len++;
    return len;
}

static void add_special(struct str *s, const char *text, size_t len, int32_t cp)
{
    if (cp < 0)
        (void)str_add_char(s, '?');
    else if (cp < ' ')
        (void)str_addf(s, "\\u%04x", (unsigned)cp);
    else if (cp < 0x80)
        (void)str_addf(s, "\\%c", (char)cp);
    else
        (void)str_add_len(s, text, len);
}

void json_text(struct str *s, const char *key, const char *text)
{
    add_key(s, key);
    if (!text) {
        (void)str_add(s, "null,");
        return;
    }
    (void)str_add_char(s, '"');
    while (*text) {
        size_t len = plain_len(text);
        (void)str_add_len(s, text, len);
        text += len;
        if (!*text)
            break;
        int32_t cp = -1;
        len = (size_t)text_decode(text, &cp);
        add_special(s, text, len, cp);
        text += len;
    }
    (void)str_add(s, "\",");
}

void json_integer(struct str *s, int64_t number)
{
    char digits[NUMBER_TEXT];
    size_t at = sizeof digits;
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    digits[--at] = ',';
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (number < 0)
        digits[--at] = '-';
    (void)str_add_len(s, digits + at, sizeof digits - at);
}

void json_number(struct str *s, const char *key, int64_t number)
{
    add_key(s, key);
    json_integer(s, number);
}

void json_close(struct str *s, char end)
{
    if (s->len > 0 && s->data[s->len - 1] == ',')
        str_cut(s, s->len - 1);
    (void)str_add_char(s, end);
}

void json_evidence(struct str *s, const struct evidence *v)
{
    add_key(s, "evidence");
    (void)str_add_char(s, '{');
    json_number(s, "http", v->http);
    json_number(s, "curl", v->curl);
    json_text(s, "code", v->code);
    json_text(s, "request_id", v->request_id);
    json_text(s, "message", v->message);
    json_text(s, "host", v->host);
    json_number(s, "dns_ms", v->dns_ms);
    json_number(s, "connect_ms", v->connect_ms);
    json_number(s, "tls_ms", v->tls_ms);
    json_number(s, "first_ms", v->first_ms);
    json_number(s, "total_ms", v->total_ms);
    json_number(s, "retry_after_s", v->retry_after_s);
    json_close(s, '}');
    (void)str_add_char(s, ',');
}
