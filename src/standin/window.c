#include "config.h"

#include "standin/window.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t last_second = 253402300799;

static const struct {
    const char *name;
    int64_t seconds;
    int limit, max;
} widths[] = {{"1d", SECONDS_OF_DAY, 7, 31}, {"1h", 3600, 24, 168}, {"1m", 60, 60, 1440}};

/* page_, the start of a bucket, the number of the page, a checksum of the question. */
enum { CURSOR_HEAD = 5, CURSOR_FROM = 10, CURSOR_INDEX = 6, CURSOR_CHECK = 8 };

enum { WIDTHS = sizeof widths / sizeof widths[0], COSTS_LIMIT = 7, COSTS_MAX = 180 };

static int bad(struct answer *a, const char *code, const char *param, const char *text)
{
    answer_error(a, 400, "invalid_request_error", code, param, "%s", text);
    return -1;
}

/* A whole number of a parameter. 1: absent. */
static int read_int(const struct request *r, const char *name, int64_t *out, struct answer *a)
{
    char text[160];
    char *end;
    const char *value = request_get(r, name);
    if (!value)
        return 1;
    *out = strtoll(value, &end, 10);
    if (end != value && *end == '\0' && *out >= -last_second && *out <= last_second)
        return 0;
    (void)snprintf(text, sizeof text, "Invalid type for '%s': expected an integer.", name);
    return bad(a, "invalid_type", name, text);
}

static int read_times(struct window *win, const struct request *r, struct answer *a)
{
    int rc = read_int(r, "start_time", &win->start, a);
    if (rc > 0)
        return bad(a, "missing_required_parameter", "start_time",
                   "Missing required parameter: 'start_time'.");
    if (rc < 0)
        return -1;
    win->end = last_second;
    if (read_int(r, "end_time", &win->end, a) < 0)
        return -1;
    if (win->start < 0)
        return bad(a, "integer_below_min_value", "start_time",
                   "Invalid 'start_time': integer below minimum value.");
    if (win->end <= win->start)
        return bad(a, "invalid_value", "end_time",
                   "Invalid 'end_time': it must be later than 'start_time'.");
    return 0;
}

static int read_width(struct window *win, const struct request *r, int costs, int *max,
                      struct answer *a)
{
    const char *name = request_get(r, "bucket_width");
    for (int i = 0; i < (costs ? 1 : WIDTHS); i++) {
        if (name && strcmp(name, widths[i].name) != 0)
            continue;
        win->width = widths[i].seconds;
        win->limit = costs ? COSTS_LIMIT : widths[i].limit;
        *max = costs ? COSTS_MAX : widths[i].max;
        return 0;
    }
    return bad(a, "invalid_value", "bucket_width",
               costs ? "Invalid value for 'bucket_width'. Supported values are: '1d'."
                     : "Invalid value for 'bucket_width'. Supported values are: '1m', '1h', '1d'.");
}

static int read_limit(struct window *win, const struct request *r, int max, struct answer *a)
{
    char text[160];
    int64_t limit = win->limit;
    if (read_int(r, "limit", &limit, a) < 0)
        return -1;
    if (limit >= 1 && limit <= max) {
        win->limit = (int)limit;
        return 0;
    }
    (void)snprintf(text, sizeof text,
                   "Invalid 'limit': integer %s. Expected a value between 1 and %d.",
                   limit < 1 ? "below minimum value" : "above maximum value", max);
    return bad(a, limit < 1 ? "integer_below_min_value" : "integer_above_max_value", "limit", text);
}

/* Of everything that is asked but for the page and its size. */
static uint64_t checksum(const struct request *r)
{
    uint64_t h = 1469598103934665603U;
    for (size_t i = 0; i < r->params_len; i++) {
        const struct param *p = &r->params[i];
        if (strcmp(p->name, "page") == 0 || strcmp(p->name, "limit") == 0)
            continue;
        for (const char *c = p->name; *c; c++)
            h = (h ^ (unsigned char)*c) * 1099511628211U;
        for (const char *c = p->value; *c; c++)
            h = (h ^ (unsigned char)*c) * 1099511628211U;
    }
    return h & 0xffffffffU;
}

void window_cursor(char out[CURSOR_MAX], const struct window *win, int64_t from, int index)
{
    (void)snprintf(out, CURSOR_MAX, "page_%010llx%06x%08llx", (unsigned long long)from,
                   (unsigned)index, (unsigned long long)win->check);
}

/* So many hexadecimal digits; -1 when they are none. */
static int64_t read_hex(const char *text, int digits)
{
    char part[16];
    char *end;
    (void)snprintf(part, sizeof part, "%.*s", digits, text);
    long long value = strtoll(part, &end, 16);
    return end == part || *end || value < 0 ? -1 : value;
}

/* 0 when page is a cursor that was made for this question. */
static int take_cursor(struct window *win, const char *page)
{
    char again[CURSOR_MAX];
    if (strlen(page) != CURSOR_HEAD + CURSOR_FROM + CURSOR_INDEX + CURSOR_CHECK)
        return -1;
    int64_t from = read_hex(page + CURSOR_HEAD, CURSOR_FROM);
    int64_t index = read_hex(page + CURSOR_HEAD + CURSOR_FROM, CURSOR_INDEX);
    if (from < win->start || index < 0)
        return -1;
    win->from = from;
    win->index = (int)index;
    window_cursor(again, win, from, win->index);
    return strcmp(page, again) == 0 ? 0 : -1;
}

static int read_page(struct window *win, const struct request *r, struct answer *a)
{
    const char *page = request_get(r, "page");
    win->from = win->start;
    win->check = checksum(r);
    if (!page || !*page || take_cursor(win, page) == 0)
        return 0;
    return bad(a, "invalid_value", "page", "Invalid 'page': not a cursor of this query.");
}

int window_read(struct window *win, const struct request *r, int64_t now, int costs,
                struct answer *a)
{
    int max = 0;
    *win = (struct window){0};
    if (read_times(win, r, a) || read_width(win, r, costs, &max, a) || read_limit(win, r, max, a) ||
        read_page(win, r, a))
        return -1;
    int64_t present = (now / win->width + 1) * win->width;
    if (win->end > present)
        win->end = present;
    return 0;
}

int64_t window_bucket_end(const struct window *win, int64_t from)
{
    int64_t end = (from / win->width + 1) * win->width;
    return end < win->end ? end : win->end;
}

/* Whether there is a next page, and its cursor ("": none). */
static int next_page(const struct window *win, struct play play, int64_t from, char *cursor)
{
    int more = from < win->end;
    cursor[0] = '\0';
    if (play.id == SCENARIO_endless_pages)
        more = win->index + 1 < play.arg;
    else if (play.id == SCENARIO_repeated_cursor || play.id == SCENARIO_missing_cursor)
        more = 1;
    if (play.id == SCENARIO_repeated_cursor)
        window_cursor(cursor, win, win->start, 1);
    else if (more && play.id != SCENARIO_missing_cursor)
        window_cursor(cursor, win, from, win->index + 1);
    return more;
}

void window_page(const struct window *win, struct play play, struct answer *a, window_put put,
                 void *arg)
{
    char cursor[CURSOR_MAX];
    int64_t from = win->from;
    int empty = play.id == SCENARIO_endless_pages && win->index > 0;
    (void)str_add(&a->body, "{\"object\":\"page\",\"data\":[");
    for (int i = 0; i < win->limit && from < win->end && !empty; i++) {
        int64_t until = window_bucket_end(win, from);
        (void)str_addf(
            &a->body,
            "%s\n{\"object\":\"bucket\",\"start_time\":%lld,\"end_time\":%lld,\"results\":[",
            i ? "," : "", (long long)from, (long long)until);
        put(arg, &a->body, from, until);
        (void)str_add(&a->body, "]}");
        from = until;
    }
    int more = next_page(win, play, from, cursor);
    (void)str_addf(&a->body, "],\n\"has_more\":%s,\"next_page\":", more ? "true" : "false");
    (void)str_addf(&a->body, cursor[0] ? "\"%s\"}\n" : "null}\n", cursor);
}
