#include "config.h"

#include "openai/http_part.h"

#include "base/mem.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BODY_FIRST = 16 * 1024, BODY_KEPT = 64 * 1024 };

static int reserve(struct slot *s, size_t len)
{
    if (len > HTTP_BODY_MAX)
        return -1;
    size_t cap = s->cap ? s->cap : BODY_FIRST;
    while (cap < len + 1)
        cap *= 2;
    if (cap > s->cap) {
        s->body = mem_grow(s->body, cap, 1);
        s->cap = cap;
    }
    return 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *arg)
{
    struct slot *s = arg;
    size_t len = size * count;
    if (len > HTTP_BODY_MAX || reserve(s, s->len + len)) {
        s->too_big = 1;
        return 0;
    }
    memcpy(s->body + s->len, bytes, len);
    s->len += len;
    s->body[s->len] = '\0';
    return len;
}

static void keep(char *out, size_t size, const char *value, size_t len)
{
    if (out[0])
        return;
    len = strnlen(value, len);
    while (len > 0 && (*value == ' ' || *value == '\t')) {
        value++;
        len--;
    }
    len = len < size ? len : size - 1;
    while (len > 0 && strchr(" \t\r\n", value[len - 1]))
        len--;
    memcpy(out, value, len);
    out[len] = '\0';
}

/* The values kept are of the last answer: an interim one (1xx) starts with a status line too. */
size_t slot_header(char *line, size_t size, size_t count, void *arg)
{
    static const struct {
        size_t name_len;
        const char *name;
        size_t offset, size;
    } headers[] = {
#define HEADER(field, name, bytes) {sizeof name - 1, name, offsetof(struct kept, field), bytes},
#include "openai/header.def"
#undef HEADER
    };
    struct slot *s = arg;
    size_t len = size * count;
    s->header_bytes += len;
    if (s->header_bytes > HTTP_HEADERS_MAX) {
        s->too_big = 1;
        return 0;
    }
    if (len > 5 && memcmp(line, "HTTP/", 5) == 0)
        s->kept = (struct kept){0};
    const char *colon = memchr(line, ':', len);
    size_t name_len = colon ? (size_t)(colon - line) : 0;
    for (size_t i = 0; colon && i < sizeof headers / sizeof headers[0]; i++)
        if (headers[i].name_len == name_len && strncasecmp(headers[i].name, line, name_len) == 0)
            keep((char *)&s->kept + headers[i].offset, headers[i].size, colon + 1,
                 len - name_len - 1);
    return len;
}

static long slow_seconds(long total_ms)
{
    long ms = total_ms < HTTP_TOTAL_MS ? total_ms / 2 : (long)HTTP_SLOW_MS;
    return ms < 1000 ? 1 : ms / 1000;
}

/* Each option once, for the life of the handle. */
static int set_options(struct slot *s, const struct http_options *o)
{
    CURL *c = s->easy;
    long total = o->total_ms > 0 ? o->total_ms : HTTP_TOTAL_MS;
    long connect = o->connect_ms > 0 ? o->connect_ms : HTTP_CONNECT_MS;
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_QUICK_EXIT, 1}, /* never wait for a resolver that hangs */
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS},
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_NETRC, CURL_NETRC_IGNORED},
        {CURLOPT_DISALLOW_USERNAME_IN_URL, 1},
        {CURLOPT_HEADEROPT, CURLHEADER_SEPARATE}, /* a proxy never sees the key */
        {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
        {CURLOPT_SSL_VERIFYPEER, 1},
        {CURLOPT_SSL_VERIFYHOST, 2},
        {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
        {CURLOPT_CONNECTTIMEOUT_MS, connect},
        {CURLOPT_TIMEOUT_MS, total},
        {CURLOPT_LOW_SPEED_LIMIT, HTTP_SLOW_BYTES},
        {CURLOPT_LOW_SPEED_TIME, slow_seconds(total)},
        {CURLOPT_MAXFILESIZE, HTTP_BODY_MAX},
    };
    int bad = 0;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        bad |= curl_easy_setopt(c, numbers[i].option, numbers[i].value) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "https") != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "") != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION) != CURLE_OK;
    bad |= o->ca_file && curl_easy_setopt(c, CURLOPT_CAINFO, o->ca_file) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_WRITEDATA, s) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, slot_header) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_HEADERDATA, s) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_ERRORBUFFER, s->error) != CURLE_OK;
    bad |= curl_easy_setopt(c, CURLOPT_PRIVATE, s) != CURLE_OK;
    return bad ? -1 : 0;
}

int slot_init(struct slot *s, const struct http_options *options)
{
    *s = (struct slot){.easy = curl_easy_init(), .ca_file = options->ca_file};
    if (!s->easy || set_options(s, options)) {
        slot_finish(s);
        return -1;
    }
    return 0;
}

void slot_finish(struct slot *s)
{
    if (s->easy)
        curl_easy_cleanup(s->easy);
    if (s->body)
        mem_wipe(s->body, s->cap);
    free(s->body);
    *s = (struct slot){0};
}

/* Waiting to see whether a connection can be shared pays where it can: HTTP/2 is spoken over TLS.
 */
static long wants_to_share(const struct request *request)
{
    return strncasecmp(request->url, "https:", strlen("https:")) == 0;
}

/* The body is the request's own. */
static int set_method(CURL *c, const struct request *request)
{
    if (curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, request->removes ? "DELETE" : NULL) !=
            CURLE_OK ||
        curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, (long)request->once) != CURLE_OK)
        return -1;
    if (!request->post)
        return curl_easy_setopt(c, CURLOPT_HTTPGET, 1L) == CURLE_OK ? 0 : -1;
    return curl_easy_setopt(c, CURLOPT_POSTFIELDS, request->post) == CURLE_OK &&
                   curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)strlen(request->post)) ==
                       CURLE_OK
               ? 0
               : -1;
}

/* libcurl knows of no way back to its own list but by name. */
static int set_authorities(struct slot *s, const struct request *request)
{
    const char *own = curl_version_info(CURLVERSION_NOW)->cainfo;
    if (!s->ca_file)
        return 0;
    return curl_easy_setopt(s->easy, CURLOPT_CAINFO, request->elsewhere ? own : s->ca_file) ==
                   CURLE_OK
               ? 0
               : -1;
}

int slot_load(struct slot *s, struct request *request)
{
    if (s->broken || set_method(s->easy, request) || set_authorities(s, request) ||
        curl_easy_setopt(s->easy, CURLOPT_URL, request->url) != CURLE_OK ||
        curl_easy_setopt(s->easy, CURLOPT_NOPROXY, request->loopback ? "*" : NULL) != CURLE_OK ||
        curl_easy_setopt(s->easy, CURLOPT_PIPEWAIT, wants_to_share(request)) != CURLE_OK ||
        curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, request->headers) != CURLE_OK)
        return -1;
    s->request = request;
    s->len = 0;
    s->header_bytes = 0;
    s->too_big = 0;
    s->kept = (struct kept){0};
    s->error[0] = '\0';
    return 0;
}

/* libcurl repeats a question when the connection that it reused had died, but counts the times over
 * the life of a handle and gives up at the sixth; only a reset starts the count anew. */
static int restore(struct slot *s, const struct http_options *options)
{
    long connects = 0;
    if (curl_easy_getinfo(s->easy, CURLINFO_NUM_CONNECTS, &connects) != CURLE_OK || connects == 0)
        return curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, NULL) == CURLE_OK ? 0 : -1;
    curl_easy_reset(s->easy);
    return set_options(s, options);
}

void slot_unload(struct slot *s, const struct http_options *options)
{
    s->broken = restore(s, options) != 0;
    s->request = NULL;
    if (s->body) /* an auth server's holds tokens */
        mem_wipe(s->body, s->len);
    if (s->cap > BODY_KEPT) {
        free(s->body);
        s->body = NULL;
        s->cap = 0;
    }
}

void http_mask(char *text, size_t len, const char *key)
{
    size_t n = strlen(key);
    char *end = text + len;
    for (char *p = text; n > 0 && (p = memmem(p, (size_t)(end - p), key, n)); p += n)
        memset(p, '*', n);
}

static curl_off_t when(CURL *c, CURLINFO info)
{
    curl_off_t us = 0;
    return curl_easy_getinfo(c, info, &us) == CURLE_OK ? us : 0;
}

static int to_ms(curl_off_t us, int reached)
{
    if (us <= 0)
        return reached ? 0 : -1;
    return us / 1000 < INT_MAX ? (int)(us / 1000) : INT_MAX;
}

/* curl says 0 for what was not reached and for what a reused connection had done before. */
static void put_times(CURL *c, struct http_answer *out)
{
    curl_off_t first = when(c, CURLINFO_STARTTRANSFER_TIME_T);
    curl_off_t tls = when(c, CURLINFO_APPCONNECT_TIME_T);
    curl_off_t connect = when(c, CURLINFO_CONNECT_TIME_T);
    char *scheme = NULL;
    (void)curl_easy_getinfo(c, CURLINFO_SCHEME, &scheme);
    int secure = !scheme || strcasecmp(scheme, "https") == 0;
    out->sent = when(c, CURLINFO_PRETRANSFER_TIME_T) > 0;
    out->first_ms = to_ms(first, out->status > 0);
    out->tls_ms = to_ms(tls, out->sent && secure);
    out->connect_ms = to_ms(connect, out->sent || tls > 0);
    out->dns_ms = to_ms(when(c, CURLINFO_NAMELOOKUP_TIME_T), out->connect_ms >= 0);
    out->total_ms = to_ms(when(c, CURLINFO_TOTAL_TIME_T), 1);
}

static void put_kept(struct slot *s, struct http_answer *out)
{
#define HEADER(field, name, bytes) out->field = s->kept.field;
#include "openai/header.def"
#undef HEADER
}

void slot_answer(struct slot *s, CURLcode code, struct http_answer *out)
{
    long status = 0;
    long version = 0;
    const char *key = s->request->key;
    *out = (struct http_answer){.curl = (int)code, .body = "", .len = s->len};
    (void)curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(s->easy, CURLINFO_HTTP_VERSION, &version);
    out->status = (int)status;
    out->http2 = version == CURL_HTTP_VERSION_2_0;
    out->too_big = s->too_big || code == CURLE_FILESIZE_EXCEEDED;
    if (s->len > 0) {
        http_mask(s->body, s->len, key);
        out->body = s->body;
    }
#define HEADER(field, name, bytes) http_mask(s->kept.field, strlen(s->kept.field), key);
#include "openai/header.def"
#undef HEADER
    put_kept(s, out);
    put_times(s->easy, out);
    memcpy(out->host, s->request->host, sizeof out->host);
    if (code != CURLE_OK)
        (void)snprintf(out->error, sizeof out->error, "%s",
                       s->error[0] ? s->error : curl_easy_strerror(code));
}
