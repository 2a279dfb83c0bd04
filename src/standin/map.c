#include "config.h"

#include "standin/map.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MAP_FIRST = 64 };

static uint64_t hash_of(const char *key)
{
    uint64_t h = 1469598103934665603U;
    for (; *key; key++)
        h = (h ^ (unsigned char)*key) * 1099511628211U;
    return h ^ h >> 29;
}

void map_init(struct map *m)
{
    *m = (struct map){0};
}

void map_finish(struct map *m, void (*drop)(void *))
{
    for (size_t i = 0; i < m->len; i++) {
        free(m->items[i].key);
        if (drop)
            drop(m->items[i].value);
    }
    free(m->items);
    free(m->buckets);
    map_init(m);
}

static size_t find(const struct map *m, const char *key)
{
    if (m->len == 0)
        return 0;
    size_t at = m->buckets[hash_of(key) & m->mask];
    while (at && strcmp(m->items[at - 1].key, key) != 0)
        at = m->items[at - 1].chain;
    return at;
}

void *map_get(const struct map *m, const char *key)
{
    size_t at = find(m, key);
    return at ? m->items[at - 1].value : NULL;
}

static void link_item(struct map *m, size_t index)
{
    size_t *bucket = &m->buckets[hash_of(m->items[index].key) & m->mask];
    m->items[index].chain = *bucket;
    *bucket = index + 1;
}

static void grow(struct map *m)
{
    m->cap = m->cap ? m->cap * 2 : MAP_FIRST;
    m->items = mem_grow(m->items, m->cap, sizeof *m->items);
    free(m->buckets);
    m->buckets = mem_zero(m->cap * 2, sizeof *m->buckets);
    m->mask = m->cap * 2 - 1;
    for (size_t i = 0; i < m->len; i++)
        link_item(m, i);
}

void *map_put(struct map *m, const char *key, void *value)
{
    size_t at = find(m, key);
    if (at) {
        void *former = m->items[at - 1].value;
        m->items[at - 1].value = value;
        return former;
    }
    if (m->len == m->cap)
        grow(m);
    m->items[m->len] = (struct map_item){.key = mem_dup(key), .value = value};
    link_item(m, m->len++);
    return NULL;
}
