#include "config.h"

/* The rows that are marked, kept in the order of their ids so that one is found at once. */

#include "base/i18n.h"
#include "base/mem.h"
#include "flow/turn.h"
#include "model/gauge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 48 };

size_t marks_place(const struct state *st, const char *id, int *found)
{
    size_t low = 0;
    size_t high = st->marks_len;
    *found = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(st->marks[middle], id);
        if (order == 0) {
            *found = 1;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void marks_add(struct turn *t, const char *id)
{
    struct state *st = t->st;
    int found = 0;
    size_t at = marks_place(st, id, &found);
    if (found)
        return;
    if (st->marks_len >= MARKS_MAX) {
        turn_message(t, MESSAGE_WARN, _("At most %d lines can be marked."), MARKS_MAX);
        return;
    }
    st->marks = mem_grow(st->marks, st->marks_len + 1, sizeof *st->marks);
    memmove(st->marks + at + 1, st->marks + at, (st->marks_len - at) * sizeof *st->marks);
    (void)snprintf(st->marks[at], UUID_TEXT, "%s", id);
    st->marks_len++;
}

void marks_remove(struct state *st, const char *id)
{
    int found = 0;
    size_t at = marks_place(st, id, &found);
    if (!found)
        return;
    st->marks_len--;
    memmove(st->marks + at, st->marks + at + 1, (st->marks_len - at) * sizeof *st->marks);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Both are ascending; what is in both is there once. */
static void merge(struct state *st, char (*ids)[UUID_TEXT], size_t len)
{
    size_t all = st->marks_len + len;
    size_t n = 0;
    if (all == 0)
        return;
    st->marks = mem_grow(st->marks, all, sizeof *st->marks);
    if (len > 0)
        memcpy(st->marks + st->marks_len, ids, len * sizeof *ids);
    qsort(st->marks, all, sizeof *st->marks, by_id);
    for (size_t i = 0; i < all; i++)
        if (i == 0 || strcmp(st->marks[i], st->marks[n - 1]) != 0)
            memmove(st->marks[n++], st->marks[i], UUID_TEXT);
    st->marks_len = n < MARKS_MAX ? n : MARKS_MAX;
}

void marks_take_shown(struct turn *t, const struct event *event)
{
    struct state *st = t->st;
    char number[NUMBER_MAX];
    if (event->job == 0 || event->job != st->job_shown)
        return;
    st->job_shown = 0;
    size_t before = st->marks_len;
    merge(st, event->ids, event->ids_len);
    int cut = event->flag || before + event->ids_len > MARKS_MAX;
    count_format(number, sizeof number, (int64_t)st->marks_len);
    if (cut && st->marks_len == MARKS_MAX)
        turn_message(t, MESSAGE_WARN,
                     _("%s lines are marked, which is the most: the filter shows more than that."),
                     number);
    else
        turn_message(
            t, MESSAGE_INFO,
            ngettext("%s line is marked.", "%s lines are marked.", (unsigned long)st->marks_len),
            number);
}
