#include "config.h"

#include "flow/journal_rows.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void journal_rows_clear(struct journal_rows *rows)
{
    for (size_t i = 0; i < rows->parts; i++)
        journal_page_destroy(rows->part[i].page);
    free(rows->part);
    *rows = (struct journal_rows){.part = NULL};
}

const struct journal_entry *journal_rows_at(const struct journal_rows *rows, size_t index)
{
    for (size_t i = 0; i < rows->parts; i++) {
        const struct journal_part *part = &rows->part[i];
        if (index < part->len)
            return part->page ? &part->page->item[index] : NULL;
        index -= part->len;
    }
    return NULL;
}

static struct journal_key key_of(const struct journal_entry *entry)
{
    struct journal_key key = {.seq = entry->seq};
    memcpy(key.at, entry->at_text, sizeof key.at);
    memcpy(key.organisation, entry->organisation_id, sizeof key.organisation);
    return key;
}

/* Just above an entry: reading on from here begins with it. */
static struct journal_key key_above(const struct journal_page *page)
{
    struct journal_key key = {.at = ""};
    if (page->len > 0) {
        key = key_of(&page->item[0]);
        key.seq++;
    }
    return key;
}

struct journal_key journal_rows_end(const struct journal_rows *rows)
{
    struct journal_key none = {.at = ""};
    if (rows->parts == 0)
        return none;
    const struct journal_part *last = &rows->part[rows->parts - 1];
    return last->page && last->len > 0 ? key_of(&last->page->item[last->len - 1]) : last->before;
}

static void insert(struct journal_rows *rows, size_t at, struct journal_page *page, size_t len)
{
    if (rows->parts == rows->cap) {
        rows->cap = rows->cap ? 2 * rows->cap : 16;
        rows->part = mem_grow(rows->part, rows->cap, sizeof *rows->part);
    }
    memmove(rows->part + at + 1, rows->part + at, (rows->parts - at) * sizeof *rows->part);
    rows->part[at] = (struct journal_part){.before = key_above(page), .page = page, .len = len};
    rows->parts++;
    rows->len += len;
}

void journal_rows_reset(struct journal_rows *rows, struct journal_page *page)
{
    int more = page->more;
    journal_rows_clear(rows);
    insert(rows, 0, page, page->len);
    rows->at_end = !more;
}

void journal_rows_append(struct journal_rows *rows, struct journal_page *page)
{
    rows->at_end = !page->more;
    if (page->len > 0)
        insert(rows, rows->parts, page, page->len);
    else
        journal_page_destroy(page);
}

void journal_rows_fill(struct journal_rows *rows, size_t part, struct journal_page *page)
{
    struct journal_part *p = &rows->part[part];
    size_t len = page->len < p->len ? page->len : p->len;
    rows->len -= p->len - len; /* what has come out of sight meanwhile */
    journal_page_destroy(p->page);
    p->page = page;
    p->len = len;
}

static int same(const struct journal_entry *a, const struct journal_entry *b)
{
    return a->seq == b->seq && strcmp(a->organisation_id, b->organisation_id) == 0;
}

/* Where in the page the entries begin that are there already; -1 when they do not join, or when
 * something came in between. */
static long joint(const struct journal_rows *rows, const struct journal_page *page)
{
    const struct journal_entry *first = journal_rows_at(rows, 0);
    size_t at = 0;
    while (first && at < page->len && !same(&page->item[at], first))
        at++;
    if (!first || at == page->len)
        return -1;
    for (size_t i = at; i < page->len; i++) {
        const struct journal_entry *held = journal_rows_at(rows, i - at);
        if (held && !same(held, &page->item[i]))
            return -1;
    }
    return (long)at;
}

long journal_rows_renew(struct journal_rows *rows, struct journal_page *page)
{
    long at = joint(rows, page);
    if (at < 0)
        journal_rows_reset(rows, page);
    else if (at == 0)
        journal_page_destroy(page);
    else
        insert(rows, 0, page, (size_t)at);
    return at < 0 ? JOURNAL_ALL_NEW : at;
}

long journal_rows_missing(const struct journal_rows *rows, size_t first, size_t last)
{
    size_t start = 0;
    for (size_t i = 0; i < rows->parts && start <= last; i++) {
        const struct journal_part *part = &rows->part[i];
        if (!part->page && part->len > 0 && start + part->len > first)
            return (long)i;
        start += part->len;
    }
    return -1;
}

static size_t distance(size_t start, size_t len, size_t index)
{
    if (index < start)
        return start - index;
    return index >= start + len ? index - start - len + 1 : 0;
}

/* The part with a page that is farthest from an entry, and how many parts have one. The last is
 * kept: reading on needs its end. */
static size_t farthest(const struct journal_rows *rows, size_t index, size_t *held)
{
    size_t found = 0;
    size_t most = 0;
    size_t start = 0;
    *held = 0;
    for (size_t i = 0; i < rows->parts; i++) {
        size_t far = distance(start, rows->part[i].len, index);
        start += rows->part[i].len;
        if (!rows->part[i].page)
            continue;
        ++*held;
        if (i + 1 < rows->parts && far > most) {
            most = far;
            found = i;
        }
    }
    return most > 0 ? found : rows->parts;
}

void journal_rows_trim(struct journal_rows *rows, size_t index)
{
    size_t held = 0;
    size_t part = farthest(rows, index, &held);
    while (held > JOURNAL_PAGES_KEPT && part < rows->parts) {
        journal_page_destroy(rows->part[part].page);
        rows->part[part].page = NULL;
        part = farthest(rows, index, &held);
    }
}
