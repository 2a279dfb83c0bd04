#include "config.h"

#include "standin/world.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void world_init(struct world *w, uint64_t seed)
{
    *w = (struct world){.lock = PTHREAD_MUTEX_INITIALIZER, .seed = seed};
    tokens_init(&w->tokens);
    ledger_init(&w->ledger);
    journal_init(&w->journal);
    map_init(&w->projects);
    map_init(&w->organisations);
    (void)snprintf(w->status_indicator, sizeof w->status_indicator, "none");
    (void)snprintf(w->redirect, sizeof w->redirect, "https://elsewhere.invalid/v1/models");
    world_default_models(w);
    (void)world_project(w, "proj_standin", "org-standin");
}

static void drop_project(void *value)
{
    struct project *p = value;
    free(p->alerts);
    free(p->permissions);
    json_object_put(p->rates);
    free(p);
}

void world_finish(struct world *w)
{
    tokens_finish(&w->tokens);
    ledger_finish(&w->ledger);
    journal_finish(&w->journal);
    map_finish(&w->projects, drop_project);
    map_finish(&w->organisations, drop_project);
    free(w->models);
    free(w->audit);
    (void)pthread_mutex_destroy(&w->lock);
}

int64_t world_now(const struct world *w)
{
    return instant_now(&w->clock);
}

static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
    x = (x ^ x >> 27) * 0x94d049bb133111ebU;
    return x ^ x >> 31;
}

void world_id(struct world *w, char *out, size_t size, const char *prefix)
{
    uint64_t a = mix(w->seed ^ mix(++w->numbers));
    (void)snprintf(out, size, "%s%016llx%016llx", prefix, (unsigned long long)a,
                   (unsigned long long)mix(a));
}

static struct project *find_or_make(struct map *map, const char *key, int64_t now)
{
    struct project *p = map_get(map, key);
    if (p || !*key || strlen(key) >= NAME_MAX_LEN || map->len >= PROJECTS_MAX)
        return p;
    p = mem_zero(1, sizeof *p);
    (void)snprintf(p->name, sizeof p->name, "%s", key);
    p->created = now;
    (void)map_put(map, key, p);
    return p;
}

struct project *world_project(struct world *w, const char *id, const char *organisation)
{
    struct project *p = find_or_make(&w->projects, id, world_now(w));
    if (!p)
        return NULL;
    (void)snprintf(p->id, sizeof p->id, "%s", id);
    if (organisation && *organisation && !p->organisation[0])
        (void)snprintf(p->organisation, sizeof p->organisation, "%.*s", NAME_MAX_LEN - 1,
                       organisation);
    return p;
}

struct project *world_organisation(struct world *w, const char *name)
{
    struct project *p = find_or_make(&w->organisations, name, world_now(w));
    if (p)
        (void)snprintf(p->organisation, sizeof p->organisation, "%s", name);
    return p;
}

void world_audit(struct world *w, const char *type, const char *object, const char *project)
{
    if (!w->audit)
        w->audit = mem_zero(AUDIT_MAX, sizeof *w->audit);
    if (w->audit_len == AUDIT_MAX)
        memmove(w->audit, w->audit + 1, --w->audit_len * sizeof *w->audit);
    struct audit *a = &w->audit[w->audit_len++];
    *a = (struct audit){.at = world_now(w)};
    (void)snprintf(a->type, sizeof a->type, "%s", type);
    (void)snprintf(a->object, sizeof a->object, "%s", object);
    (void)snprintf(a->project, sizeof a->project, "%s", project);
}

/* A line without an organisation is everybody's. */
static int visible(const struct entry *entry, const char *organisation, int64_t from, int64_t until)
{
    return entry->at >= from && entry->at < until &&
           (!entry->organisation || !*organisation ||
            strcmp(entry->organisation, organisation) == 0);
}

static int64_t not_after_now(const struct world *w, int64_t until)
{
    int64_t now = world_now(w);
    return until > now + 1 ? now + 1 : until;
}

void world_each_cost(const struct world *w, const char *organisation, int64_t from, int64_t until,
                     world_entry each, void *arg)
{
    until = not_after_now(w, until);
    for (size_t i = 0; i < w->ledger.costs_len; i++)
        if (visible(&w->ledger.costs[i], organisation, from, until))
            each(arg, &w->ledger.costs[i]);
    if (w->demo.on)
        demo_each_cost(&w->demo, organisation, from, until, each, arg);
}

void world_each_usage(const struct world *w, const char *organisation, enum usage_kind kind,
                      int64_t from, int64_t until, world_entry each, void *arg)
{
    until = not_after_now(w, until);
    for (size_t i = 0; i < w->ledger.usage_len; i++)
        if (w->ledger.usage[i].kind == kind &&
            visible(&w->ledger.usage[i], organisation, from, until))
            each(arg, &w->ledger.usage[i]);
    if (w->demo.on)
        demo_each_usage(&w->demo, organisation, kind, from, until, each, arg);
}
