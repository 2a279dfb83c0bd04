#ifndef VIGIE_STANDIN_LISTING_H
#define VIGIE_STANDIN_LISTING_H

#include "standin/resource.h"

/* A list in OpenAI's shape with first_id, last_id and has_more, paged by after, before, order and
 * limit. */
struct listing {
    size_t len;
    int limit, max; /* default and largest limit */
    const char *(*id)(void *arg, size_t index);
    void (*put)(void *arg, struct str *out, size_t index);
    void *arg;
};

/* Answers the page, or 400 for a bad limit, order or cursor. */
void listing_put(const struct listing *l, const struct request *r, struct answer *a);

#endif
