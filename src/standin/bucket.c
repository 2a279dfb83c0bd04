#include "config.h"

#include "standin/bucket.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_MAX = 1024 };

static int is_word_of(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = words; len && (at = strstr(at, word)); at += len)
        if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return 1;
    return 0;
}

int bucket_read(struct bucket *b, const struct request *r, const char *allowed, const char *item,
                struct answer *a)
{
    size_t at = 0;
    for (const char *value; (value = request_next(r, "group_by", &at));) {
        if (strchr(value, ' ') || !is_word_of(allowed, value)) {
            answer_error(a, 400, "invalid_request_error", "invalid_value", "group_by",
                         "Invalid value: '%.100s'. Supported values are: %s.", value, allowed);
            return -1;
        }
    }
    *b = (struct bucket){.request = r,
                         .by_project = request_has(r, "group_by", "project_id"),
                         .by_key = request_has(r, "group_by", "api_key_id"),
                         .by_item = request_has(r, "group_by", item)};
    return 0;
}

void bucket_begin(struct bucket *b)
{
    map_init(&b->groups);
}

static void drop(void *value)
{
    struct group *g = value;
    free(g->project);
    free(g->key);
    free(g->item);
    free(g->currency);
    free(g->raw);
    free(g);
}

void bucket_end(struct bucket *b)
{
    map_finish(&b->groups, drop);
}

static int passes(const struct request *r, const struct entry *entry)
{
    return request_allows(r, "project_ids", entry->project) &&
           request_allows(r, "api_key_ids", entry->key) &&
           request_allows(r, entry->currency ? "line_items" : "models", entry->item) &&
           !request_get(r, "user_ids") && !request_has(r, "batch", "true");
}

static const char *text(const char *value)
{
    return value ? value : "";
}

static struct group *group_of(struct bucket *b, const struct entry *entry)
{
    char key[KEY_MAX];
    (void)snprintf(key, sizeof key, "%s\x1f%s\x1f%s\x1f%s",
                   b->by_project ? text(entry->project) : "", b->by_item ? text(entry->item) : "",
                   b->by_key ? text(entry->key) : "", text(entry->currency));
    struct group *g = map_get(&b->groups, key);
    if (g)
        return g;
    g = mem_zero(1, sizeof *g);
    g->project = b->by_project ? mem_dup_null(entry->project) : NULL;
    g->item = b->by_item ? mem_dup_null(entry->item) : NULL;
    g->key = b->by_key ? mem_dup_null(entry->key) : NULL;
    g->currency = mem_dup_null(entry->currency);
    (void)map_put(&b->groups, key, g);
    return g;
}

static int64_t add(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) || sum > INT64_MAX / 4 ? INT64_MAX / 4 : sum;
}

void bucket_add(void *bucket, const struct entry *entry)
{
    struct bucket *b = bucket;
    if (!passes(b->request, entry))
        return;
    struct group *g = group_of(b, entry);
    if (g->lines++ == 0 && entry->raw)
        g->raw = mem_dup(entry->raw);
    (void)dec_add(&g->sum, &entry->value);
    g->requests = add(g->requests, entry->requests);
    g->input = add(g->input, entry->input);
    g->cached = add(g->cached, entry->cached);
    g->output = add(g->output, entry->output);
}

static int by_key_text(const void *a, const void *b)
{
    return strcmp(((const struct map_item *)a)->key, ((const struct map_item *)b)->key);
}

void bucket_sort(struct bucket *b)
{
    if (b->groups.len)
        qsort(b->groups.items, b->groups.len, sizeof *b->groups.items, by_key_text);
}

const struct group *bucket_at(const struct bucket *b, size_t index)
{
    return index < b->groups.len ? b->groups.items[index].value : NULL;
}
