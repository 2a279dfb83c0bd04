#include "config.h"

#include "standin/stream.h"

#include "base/mem.h"
#include "standin/brotli.h"
#include "standin/deliver.h"
#include "standin/gzip.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    BLOCK = 16 * 1024,
    MEGA = 1024 * 1024,
    PROMISED_TOO_MUCH = 1000,
    PATIENCE_MS = 600000,
    PATTERN_MAX = 16,
    TAIL = 2, /* of a JSON body, behind the filling */
};

_Static_assert((int)GZIP_RUN <= (int)PATTERN_MAX && (int)BROTLI_RUN <= (int)PATTERN_MAX,
               "a run is a pattern");

/* A body that is sent in steps: text up to cut, then the filling, then the rest of the text. */
struct stream {
    struct server *server;
    struct link *link;
    struct play play;
    char *text;
    size_t len, sent;
    size_t cut;
    uint64_t fill; /* bytes left to fill with; UINT64_MAX: for ever */
    size_t filled;
    unsigned char pattern[PATTERN_MAX];
    size_t pattern_len;
    size_t stop_at; /* the connection ends here; SIZE_MAX: it does not */
    int step_ms;    /* between single bytes */
    int first_ms;   /* before the first byte */
};

static void flush(int fd)
{
    int off = 0;
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_CORK, &off, sizeof off);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Waits where the play wants it: 0 when the stream is to end. */
static int pace(struct stream *t)
{
    int64_t ms = t->sent == 0 && t->filled == 0 ? t->first_ms : t->step_ms;
    if (ms <= 0)
        return 1;
    flush(t->link->fd);
    return server_wait(t->server, t->link->fd, ms);
}

static ssize_t fill(struct stream *t, char *buf, size_t max)
{
    size_t n = t->fill < max ? (size_t)t->fill : max;
    for (size_t i = 0; i < n; i++)
        buf[i] = (char)t->pattern[(t->filled + i) % t->pattern_len];
    t->filled = (t->filled + n) % t->pattern_len + t->pattern_len;
    if (t->fill != UINT64_MAX)
        t->fill -= n;
    return (ssize_t)n;
}

static ssize_t end_early(struct stream *t)
{
    if (t->play.id == SCENARIO_reset_after) {
        flush(t->link->fd);
        reset_socket(t->link->fd);
    }
    if (t->play.id == SCENARIO_stall) {
        flush(t->link->fd);
        (void)server_wait(t->server, t->link->fd, PATIENCE_MS);
    }
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

static ssize_t read_stream(void *cls, uint64_t pos, char *buf, size_t max)
{
    struct stream *t = cls;
    (void)pos;
    if (!pace(t))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (t->sent == t->cut && t->fill > 0)
        return fill(t, buf, max);
    size_t end = t->sent < t->cut ? t->cut : t->len;
    size_t n = end - t->sent < max ? end - t->sent : max;
    if (t->stop_at != SIZE_MAX && t->sent + n > t->stop_at)
        n = t->stop_at - t->sent;
    if (t->step_ms > 0 && n > 1)
        n = 1;
    if (n == 0)
        return t->sent == t->len && t->stop_at == SIZE_MAX ? MHD_CONTENT_READER_END_OF_STREAM
                                                           : end_early(t);
    memcpy(buf, t->text + t->sent, n);
    t->sent += n;
    return (ssize_t)n;
}

static void drop(void *cls)
{
    struct stream *t = cls;
    free(t->text);
    free(t);
}

/* The size to announce; MHD_SIZE_UNKNOWN for chunks. Sets up the stream. -1: not a stream. */
static int plan(struct stream *t, uint64_t *size)
{
    *size = t->len;
    switch (t->play.id) {
    case SCENARIO_wrong_length:
        *size = t->len + PROMISED_TOO_MUCH;
        t->stop_at = t->len;
        return 0;
    case SCENARIO_short_length:
        *size = MHD_SIZE_UNKNOWN;
        return 0;
    case SCENARIO_chunk_cut:
        *size = MHD_SIZE_UNKNOWN;
        t->stop_at = t->len / 2;
        return 0;
    case SCENARIO_reset_after:
        t->stop_at = 0;
        return 0;
    case SCENARIO_stall:
        t->stop_at = t->len / 2;
        return 0;
    case SCENARIO_big_body:
        t->fill = (uint64_t)t->play.arg * MEGA;
        *size = t->len + t->fill;
        return 0;
    case SCENARIO_br_bomb:
        t->fill = (uint64_t)t->play.arg * MEGA / BROTLI_RUN_STANDS_FOR * BROTLI_RUN;
        *size = MHD_SIZE_UNKNOWN;
        return 0;
    case SCENARIO_gzip_bomb:
        t->fill = (uint64_t)t->play.arg * MEGA / GZIP_RUN_STANDS_FOR * GZIP_RUN;
        *size = MHD_SIZE_UNKNOWN;
        return 0;
    case SCENARIO_endless:
        t->fill = UINT64_MAX;
        *size = MHD_SIZE_UNKNOWN;
        return 0;
    case SCENARIO_slow:
        t->step_ms = t->first_ms = t->play.arg;
        return 0;
    case SCENARIO_delay_body:
        t->first_ms = t->play.arg;
        return 0;
    default:
        return -1;
    }
}

static void fill_with_bomb(struct stream *t, struct answer *a)
{
    static const char text[] = "{\"object\":\"list\",\"data\":[";
    int brotli = t->play.id == SCENARIO_br_bomb;
    struct str start;
    str_init(&start, BLOCK);
    if (brotli)
        brotli_bomb_start(&start, text, t->pattern);
    else
        gzip_bomb_start(&start, text, t->pattern);
    free(t->text);
    t->pattern_len = brotli ? (size_t)BROTLI_RUN : (size_t)GZIP_RUN;
    t->cut = t->len = start.len;
    t->text = str_take(&start);
    answer_header(a, "content-encoding", "%s", brotli ? "br" : "gzip");
}

/* Half of the length, whatever comes. */
static void promise_half(struct MHD_Response *response, size_t len)
{
    char text[24];
    (void)MHD_set_response_options(
        response, MHD_RF_INSANITY_HEADER_CONTENT_LENGTH | MHD_RF_HTTP_1_0_COMPATIBLE_STRICT,
        MHD_RO_END);
    (void)snprintf(text, sizeof text, "%zu", len / 2);
    (void)MHD_add_response_header(response, "content-length", text);
}

struct MHD_Response *stream_response(struct server *s, struct link *link, struct answer *a)
{
    uint64_t size;
    struct stream *t = mem_zero(1, sizeof *t);
    *t = (struct stream){.server = s,
                         .link = link,
                         .play = a->play,
                         .len = a->body.len,
                         .stop_at = SIZE_MAX,
                         .pattern = " ",
                         .pattern_len = 1};
    if (plan(t, &size)) {
        free(t);
        return NULL;
    }
    t->cut = t->len > TAIL ? t->len - TAIL : 0;
    t->text = str_take(&a->body);
    if (t->play.id == SCENARIO_gzip_bomb || t->play.id == SCENARIO_br_bomb)
        fill_with_bomb(t, a);
    struct MHD_Response *response =
        MHD_create_response_from_callback(size, BLOCK, read_stream, t, drop);
    if (!response)
        drop(t);
    else if (a->play.id == SCENARIO_short_length)
        promise_half(response, t->len);
    return response;
}
