#ifndef VIGIE_STANDIN_BUCKET_H
#define VIGIE_STANDIN_BUCKET_H

#include "standin/world.h"

/* The results of one bucket: what was spent or used, filtered and summed by group. */
struct group {
    char *project, *key, *item, *currency; /* NULL: not grouped by, or not known */
    char *raw;                             /* the amount as given, when it is the only one */
    struct dec sum;
    int64_t lines, requests, input, output, cached;
};

struct bucket {
    const struct request *request;
    int by_project, by_key, by_item;
    struct map groups;
};

/* Reads group_by: each value must be in allowed (separated by spaces); item is the name of entry's
 * item there. -1: the answer is an error. */
int bucket_read(struct bucket *b, const struct request *r, const char *allowed, const char *item,
                struct answer *a);

/* For each bucket: begin, add (a world_entry whose arg is the bucket), sorted groups, end. */
void bucket_begin(struct bucket *b);
void bucket_add(void *bucket, const struct entry *entry);
/* The groups in order; valid until bucket_end. */
const struct group *bucket_at(const struct bucket *b, size_t index);
void bucket_sort(struct bucket *b);
void bucket_end(struct bucket *b);

#endif
