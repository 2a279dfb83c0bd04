#include "config.h"

#include "standin/listing.h"

#include "standin/json.h"

#include <stdlib.h>
#include <string.h>

static int read_limit(const struct listing *l, const struct request *r, size_t *limit,
                      struct answer *a)
{
    const char *text = request_get(r, "limit");
    char *end;
    long value = text ? strtol(text, &end, 10) : l->limit;
    if (text && (end == text || *end)) {
        answer_error(a, 400, "invalid_request_error", "invalid_type", "limit",
                     "Invalid type for 'limit': expected an integer.");
        return -1;
    }
    if (value < 1 || value > l->max) {
        answer_error(a, 400, "invalid_request_error",
                     value < 1 ? "integer_below_min_value" : "integer_above_max_value", "limit",
                     "Invalid 'limit': expected a value between 1 and %d.", l->max);
        return -1;
    }
    *limit = (size_t)value;
    return 0;
}

/* Position of an id in the order asked for; len when there is none. */
static size_t place(const struct listing *l, int down, const char *id)
{
    for (size_t i = 0; i < l->len; i++)
        if (strcmp(l->id(l->arg, down ? l->len - 1 - i : i), id) == 0)
            return i;
    return l->len;
}

/* The part [first, end) that after and before leave. */
static int cut(const struct listing *l, const struct request *r, int down, size_t *first,
               size_t *end, struct answer *a)
{
    const char *after = request_get(r, "after");
    const char *before = request_get(r, "before");
    *first = after ? place(l, down, after) + 1 : 0;
    *end = before ? place(l, down, before) : l->len;
    if ((after && *first > l->len) || (before && *end == l->len)) {
        answer_bad(a, after ? "after" : "before", "No such object: the cursor was not found.");
        return -1;
    }
    if (*first > *end)
        *first = *end;
    return 0;
}

static void put_page(const struct listing *l, int down, size_t first, size_t end, int more,
                     struct str *out)
{
    const char *ids[2] = {NULL, NULL};
    (void)str_add(out, "{\"object\":\"list\",\"data\":[");
    for (size_t i = first; i < end; i++) {
        size_t at = down ? l->len - 1 - i : i;
        (void)str_add(out, i > first ? ",\n" : "\n");
        l->put(l->arg, out, at);
        ids[1] = l->id(l->arg, at);
        if (!ids[0])
            ids[0] = ids[1];
    }
    (void)str_add(out, "],\n\"first_id\":");
    json_put_text(out, ids[0]);
    (void)str_add(out, ",\"last_id\":");
    json_put_text(out, ids[1]);
    (void)str_addf(out, ",\"has_more\":%s}\n", more ? "true" : "false");
}

void listing_put(const struct listing *l, const struct request *r, struct answer *a)
{
    const char *order = request_get(r, "order");
    int down = order && strcmp(order, "desc") == 0;
    size_t limit;
    size_t first;
    size_t end;
    if (order && !down && strcmp(order, "asc") != 0) {
        answer_bad(a, "order", "Invalid value: supported values are 'asc' and 'desc'.");
        return;
    }
    if (read_limit(l, r, &limit, a) || cut(l, r, down, &first, &end, a))
        return;
    int backwards = request_get(r, "before") && !request_get(r, "after");
    int more = end - first > limit;
    if (more && backwards)
        first = end - limit;
    else if (more)
        end = first + limit;
    put_page(l, down, first, end, more, &a->body);
}
