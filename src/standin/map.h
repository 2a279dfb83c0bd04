#ifndef VIGIE_STANDIN_MAP_H
#define VIGIE_STANDIN_MAP_H

#include <stddef.h>

/* Texts to values, in the order of insertion. Keys are copied; values are the caller's. One thread
 * at a time. */
struct map_item {
    char *key;
    void *value;
    size_t chain; /* index + 1 of the next item of the bucket */
};

struct map {
    struct map_item *items;
    size_t len, cap;
    size_t *buckets;
    size_t mask;
};

void map_init(struct map *m);
/* drop, when given, frees each value. */
void map_finish(struct map *m, void (*drop)(void *));

/* NULL when absent. */
void *map_get(const struct map *m, const char *key);

/* Adds or replaces; returns the former value or NULL. */
void *map_put(struct map *m, const char *key, void *value);

#endif
