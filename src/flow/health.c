#include "config.h"

/* What probes found of the rows on hand: asked for when rows come, and again by time while a screen
 * shows it. */

#include "base/mem.h"
#include "flow/turn.h"

#include <stdlib.h>
#include <string.h>

enum { PERIOD_MS = 10000, TESTING_MS = 3000, AFTER_FAULT_MS = 60000 };
enum { AGAIN_UNKNOWN = 1, AGAIN_ALL = 2 };

int health_on_screen(const struct state *st)
{
    enum screen_kind screen = state_screen_under(st);
    return screen == SCREEN_CONNEXIONS || screen == SCREEN_CONNEXION || screen == SCREEN_HEALTH;
}

/* Where an id is or belongs; found tells which. */
static size_t place(const struct known_health *known, const char *id, int *found)
{
    size_t low = 0;
    size_t high = known->len;
    *found = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(known->item[middle].id, id);
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

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct health *)a)->id, ((const struct health *)b)->id);
}

/* Entries to be filled by the answer, for different ids. */
static void expect(struct known_health *known, char (*ids)[UUID_TEXT], int n)
{
    size_t len = known->len;
    for (int i = 0; i < n && len < HEALTH_ASK_MAX; i++) {
        int found = 0;
        (void)place(known, ids[i], &found);
        if (found)
            continue;
        if (len == known->cap) {
            known->cap = known->cap ? 2 * known->cap : 64;
            known->item = mem_grow(known->item, known->cap, sizeof *known->item);
        }
        known->item[len] = (struct health){.checked_at = HEALTH_ASKED};
        memcpy(known->item[len++].id, ids[i], UUID_TEXT);
    }
    if (len == known->len)
        return;
    known->len = len;
    qsort(known->item, len, sizeof *known->item, by_id);
}

static int is_known(const struct known_health *known, const char *id)
{
    int found = 0;
    size_t at = place(known, id, &found);
    return found && known->item[at].checked_at != HEALTH_ASKED;
}

/* Forgets what is of no row on hand. */
static void prune(struct state *st)
{
    struct known_health *known = &st->health;
    unsigned char keep[HEALTH_ASK_MAX] = {0};
    int found = 0;
    size_t n = 0;
    for (size_t i = 0; i < st->list.len; i++) {
        size_t at = place(known, st->list.rows[i]->id, &found);
        if (found)
            keep[at] = 1;
    }
    size_t at = place(known, st->sheet.id, &found);
    if (found)
        keep[at] = 1;
    for (size_t i = 0; i < known->len; i++)
        if (keep[i] && n++ != i)
            known->item[n - 1] = known->item[i];
    known->len = n;
}

static int add_id(const struct known_health *known, const char **ids, int n, const char *id,
                  int only_unknown)
{
    if (id[0] == '\0' || n == HEALTH_ASK_MAX || (only_unknown && is_known(known, id)))
        return n;
    ids[n] = id;
    return n + 1;
}

void health_ask(struct turn *t, int only_unknown)
{
    struct state *st = t->st;
    struct known_health *known = &st->health;
    const char *ids[HEALTH_ASK_MAX];
    int n = 0;
    if (known->job) {
        known->again |= only_unknown ? AGAIN_UNKNOWN : AGAIN_ALL;
        return;
    }
    prune(st);
    n = add_id(known, ids, n, st->sheet.id, only_unknown);
    for (size_t i = 0; i < st->list.len; i++)
        if (strcmp(st->list.rows[i]->id, st->sheet.id) != 0)
            n = add_id(known, ids, n, st->list.rows[i]->id, only_unknown);
    struct job *job = n > 0 ? turn_job(t, JOB_HEALTH) : NULL;
    if (!job)
        return;
    job_set_ids(job, ids, n);
    known->job = job->id;
    expect(known, job->ids, n);
}

static void take_rows(struct known_health *known, const struct health_list *list)
{
    for (int i = 0; i < list->len; i++) {
        int found = 0;
        size_t at = place(known, list->item[i].id, &found);
        if (found)
            known->item[at] = list->item[i];
    }
}

/* An answer tells of all hosts; news of those that changed. */
static void take_hosts(struct known_health *known, const struct health_list *list, int is_answer)
{
    if (is_answer)
        known->hosts = 0;
    for (int i = 0; i < list->hosts; i++) {
        int at = 0;
        while (at < known->hosts && strcmp(known->host[at].host, list->host[i].host) != 0)
            at++;
        if (at == HOSTS_KEPT_MAX && list->host[i].verdict == VERDICT_VALID)
            continue;
        at = at == HOSTS_KEPT_MAX ? at - 1 : at;
        known->host[at] = list->host[i];
        known->hosts += at == known->hosts;
    }
}

/* Rows asked for of which nothing came have never been probed. */
static void settle(struct known_health *known)
{
    for (size_t i = 0; i < known->len; i++)
        if (known->item[i].checked_at == HEALTH_ASKED)
            known->item[i].checked_at = 0;
}

static void take_list(struct turn *t, const struct health_list *list, int is_answer)
{
    int banners = state_banners(t->st);
    take_rows(&t->st->health, list);
    take_hosts(&t->st->health, list, is_answer);
    if (state_banners(t->st) != banners)
        list_move(t, 0);
}

void health_merge(struct turn *t, const struct health_list *list)
{
    if (list)
        take_list(t, list, 0);
}

static int64_t period(const struct state *st)
{
    return st->testing.job ? TESTING_MS : PERIOD_MS;
}

void health_take(struct turn *t, struct event *event)
{
    struct state *st = t->st;
    struct known_health *known = &st->health;
    int is_answer = event->job != 0;
    if (!event->health || st->link.status != LINK_READY || (is_answer && event->job != known->job))
        return;
    take_list(t, event->health, is_answer);
    if (is_answer) {
        known->job = 0;
        settle(known);
        known->due_ms = st->mono_ms + period(st);
    }
    if (is_answer && known->again) {
        int all = known->again & AGAIN_ALL;
        known->again = 0;
        health_ask(t, !all);
    }
}

void health_fault(struct state *st)
{
    st->health.job = 0;
    st->health.again = 0;
    st->health.due_ms = st->mono_ms + AFTER_FAULT_MS;
}

void health_tick(struct turn *t)
{
    struct known_health *known = &t->st->health;
    if (!known->due_ms || t->st->mono_ms < known->due_ms || !health_on_screen(t->st) || known->job)
        return;
    health_ask(t, 0);
    if (known->job)
        known->due_ms = 0;
}

void health_clear(struct state *st)
{
    st->health.len = 0;
    st->health.hosts = 0;
    st->health.job = 0;
    st->health.again = 0;
    st->health.due_ms = 0;
}
