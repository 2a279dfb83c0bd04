#include "config.h"

#include "standin/play.h"

#include "standin/brotli.h"
#include "standin/gzip.h"
#include "standin/pack.h"

#include <stdlib.h>
#include <string.h>

/* The faults that are in the bytes of the body. */

enum { LONG_HEADERS = 12, LONG_HEADER = 1000 };

/* Puts bytes behind the first character of the body. */
static void insert(struct str *body, const char *bytes)
{
    char *old = str_take(body);
    (void)str_add_len(body, old, old[0] ? 1 : 0);
    (void)str_add(body, bytes);
    (void)str_add(body, old[0] ? old + 1 : "");
    free(old);
}

static void prefix(struct str *body, const char *bytes)
{
    char *old = str_take(body);
    (void)str_add(body, bytes);
    (void)str_add(body, old);
    free(old);
}

static void put_deep(struct str *body, int depth)
{
    str_clear(body);
    (void)str_add(body, "{\"object\":\"list\",\"data\":");
    for (int i = 0; i < depth; i++)
        (void)str_add_char(body, '[');
    for (int i = 0; i < depth; i++)
        (void)str_add_char(body, ']');
    (void)str_add_char(body, '}');
}

static void replace(struct str *body, const char *text)
{
    str_clear(body);
    (void)str_add(body, text);
}

/* The body in an encoding. */
static void encode(struct answer *a, const char *name,
                   void (*store)(struct str *out, const char *bytes, size_t len))
{
    size_t len = a->body.len;
    char *old = str_take(&a->body);
    store(&a->body, old, len);
    answer_header(a, "content-encoding", "%s", name);
    free(old);
}

static void put_long_headers(struct answer *a)
{
    char value[LONG_HEADER + 1];
    memset(value, 'h', LONG_HEADER);
    value[LONG_HEADER] = '\0';
    for (int i = 0; i < LONG_HEADERS && a->headers_len + 6 < ANSWER_HEADERS; i++)
        answer_header(a, "x-standin-long", "%s", value);
}

static void spoil_encoding(enum scenario_id id, struct answer *a)
{
    switch (id) {
    case SCENARIO_gzip:
        encode(a, "gzip", gzip_store);
        break;
    case SCENARIO_gzip_bad:
        answer_header(a, "content-encoding", "gzip");
        break;
    case SCENARIO_br:
        encode(a, "br", brotli_store);
        break;
    case SCENARIO_br_cut:
        encode(a, "br", brotli_store);
        str_cut(&a->body, a->body.len / 2);
        break;
    case SCENARIO_br_bad:
        answer_header(a, "content-encoding", "br");
        break;
    case SCENARIO_deflate:
        encode(a, "deflate", deflate_store);
        break;
    case SCENARIO_zstd:
        encode(a, "zstd", zstd_store);
        break;
    case SCENARIO_many_encodings:
        answer_header(a, "content-encoding", "gzip, br, gzip, br, gzip, br, gzip, br");
        break;
    case SCENARIO_unknown_encoding:
        answer_header(a, "content-encoding", "x-standin");
        break;
    default:
        break;
    }
}

static void spoil_body(const struct call *c, struct answer *a)
{
    switch (c->play.id) {
    case SCENARIO_truncated_json:
        str_cut(&a->body, a->body.len / 2);
        break;
    case SCENARIO_bom:
        prefix(&a->body, "\xef\xbb\xbf");
        break;
    case SCENARIO_deep_nesting:
        put_deep(&a->body, c->play.arg);
        break;
    case SCENARIO_duplicate_keys:
        insert(&a->body,
               "\"object\":\"nonsense\",\"data\":[],\"has_more\":false,\"next_page\":null,");
        break;
    case SCENARIO_invalid_utf8:
        insert(&a->body, "\"name\":\"\xc3\x28\xff\xfe\xc0\x80\",");
        break;
    case SCENARIO_nan:
        insert(&a->body, "\"created\":NaN,\"score\":1e400,");
        break;
    case SCENARIO_not_json:
        replace(&a->body, "It works!\n");
        break;
    case SCENARIO_wrong_type:
        replace(&a->body, "{\"object\":\"list\",\"data\":{\"id\":\"gpt-4o\"}}\n");
        break;
    case SCENARIO_long_headers:
        put_long_headers(a);
        break;
    default:
        spoil_encoding(c->play.id, a);
    }
}

void play_spoil(const struct call *c, struct answer *a)
{
    switch (scenario_get(c->play.id)->group) {
    case GROUP_BODY:
        spoil_body(c, a);
        a->play = c->play;
        break;
    case GROUP_TIME:
    case GROUP_CONNECTION:
        a->play = c->play;
        break;
    default:
        break;
    }
}
