#include "config.h"

#include "cli/lines.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/json.h"
#include "cli/part.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 16 * 1024 };

void lines_init(struct lines *l, int json)
{
    *l = (struct lines){.json = json || !isatty(STDOUT_FILENO)};
}

struct json_object *lines_object(enum log_level level, const char *event)
{
    struct json_object *o = json_object_new_object();
    if (!o)
        mem_exhausted();
    json_put(o, "time", json_make_instant(clock_now()));
    json_put(o, "level", json_make_string(log_level_name(level)));
    json_put(o, "event", json_make_string(event));
    return o;
}

/* What a pipe takes without blocking is PIPE_BUF bytes at once, where it is writable at all. */
static int write_some(const char *bytes, size_t len)
{
    struct pollfd ready = {.fd = STDOUT_FILENO, .events = POLLOUT};
    if (poll(&ready, 1, 0) != 1) {
        errno = EAGAIN;
        return -1;
    }
    size_t part = len < PIPE_BUF ? len : PIPE_BUF;
    ssize_t n = write(STDOUT_FILENO, bytes, part);
    return (int)n;
}

static void write_line(struct lines *l, const char *bytes, size_t len)
{
    size_t done = 0;
    while (done < len) {
        int n = write_some(bytes + done, len - done);
        if (n >= 0) {
            done += (size_t)n;
        } else if (errno == EAGAIN) {
            l->dropped++;
            return;
        } else if (errno != EINTR) {
            l->failed = errno;
            return;
        }
    }
}

static void put(struct lines *l, struct json_object *object, const char *text)
{
    char *bytes = NULL;
    size_t len = 0;
    FILE *memory = open_memstream(&bytes, &len);
    if (!memory)
        mem_exhausted();
    if (l->json)
        json_write(memory, json_object_get(object), 0);
    else
        cli_write(memory, text);
    if (fclose(memory))
        mem_exhausted();
    if (len <= LINE_MAX_BYTES)
        write_line(l, bytes, len);
    else
        l->dropped++;
    free(bytes);
}

static void tell_dropped(struct lines *l)
{
    char text[128];
    struct json_object *o = lines_object(LOG_WARN, "dropped");
    int64_t before = l->dropped;
    (void)snprintf(text, sizeof text, "%lld lines were dropped\n", (long long)(before - l->told));
    json_put(o, "lines", json_make_integer(before - l->told));
    put(l, o, text);
    json_object_put(o);
    if (l->dropped == before)
        l->told = before;
}

void lines_put(struct lines *l, struct json_object *object, const char *text)
{
    char at[CLOCK_TEXT_MAX];
    struct str line;
    clock_local(at, clock_now());
    str_init(&line, LINE_MAX_BYTES);
    (void)str_addf(&line, "%s  %s\n", at, text);
    if (l->dropped > l->told)
        tell_dropped(l);
    put(l, object, str_get(&line));
    str_finish(&line);
    json_object_put(object);
}
