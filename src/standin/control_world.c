#include "config.h"

#include "standin/control.h"

#include "base/clock.h"
#include "base/mem.h"
#include "standin/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The commands on what the stand-in knows. */

static const int64_t advance_max = 100LL * 366 * SECONDS_OF_DAY;

static struct token *known_token(struct world *world, const struct words *w, struct err *e)
{
    const char *text = words_text(w, 0);
    struct token *t = text ? tokens_find(&world->tokens, text, world_now(world)) : NULL;
    if (!t)
        (void)err_set(e, ERR_NOT_FOUND, "no such key");
    return t;
}

int control_token_put(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    (void)out;
    return words_each(w, world, world_set_token, e);
}

int control_token_revoke(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    struct token *t = known_token(world, w, e);
    (void)out;
    if (!t)
        return -ERR_NOT_FOUND;
    t->revoked = 1;
    world_audit(world, "api_key.deleted", t->id, t->project);
    return 0;
}

int control_token_restore(struct world *world, const struct words *w, struct str *out,
                          struct err *e)
{
    struct token *t = known_token(world, w, e);
    (void)out;
    if (!t)
        return -ERR_NOT_FOUND;
    t->revoked = 0;
    t->play = (struct play){SCENARIO_ok, 0};
    world_audit(world, "api_key.created", t->id, t->project);
    return 0;
}

static void put_token(struct str *out, const struct token *t)
{
    const struct {
        const char *name, *text;
    } members[] = {{"id", t->id},
                   {"kind", token_kind_name(t->kind)},
                   {"organization", t->organisation},
                   {"project", t->project},
                   {"scopes", t->scopes},
                   {"scenario", scenario_get(t->play.id)->name}};
    char name[TOKEN_MAX];
    token_name(name, sizeof name, t, t->text);
    (void)str_add(out, "{\"token\":");
    json_put_text(out, name);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        (void)str_addf(out, ",\"%s\":", members[i].name);
        json_put_text(out, members[i].text);
    }
    (void)str_addf(out, ",\"revoked\":%s,\"calls\":%lld}", t->revoked ? "true" : "false",
                   (long long)t->calls);
}

int control_token_list(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    const struct map *all = &world->tokens.map;
    (void)w;
    (void)e;
    (void)str_add_char(out, '[');
    for (size_t i = 0; i < all->len; i++) {
        if (i)
            (void)str_add(out, ",\n");
        put_token(out, all->items[i].value);
    }
    (void)str_add_char(out, ']');
    return 0;
}

int control_scenario_put(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    const char *name = words_text(w, 1);
    struct token *t = known_token(world, w, e);
    struct play play;
    (void)out;
    if (!t)
        return -ERR_NOT_FOUND;
    if (!name || scenario_parse(name, &play))
        return err_set(e, ERR_USAGE, "no such scenario");
    t->play = play;
    t->calls = t->refusals = t->readings = 0;
    return 0;
}

static int one_cost(struct world *world, json_object *o, struct err *e)
{
    return ledger_add_cost(&world->ledger, o, e);
}

static int one_usage(struct world *world, json_object *o, struct err *e)
{
    return ledger_add_usage(&world->ledger, o, e);
}

int control_ledger_put(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    (void)out;
    return words_each(w, world, one_cost, e);
}

int control_usage_put(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    (void)out;
    return words_each(w, world, one_usage, e);
}

int control_project_put(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    (void)out;
    return words_each(w, world, world_set_project, e);
}

int control_world_put(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    (void)out;
    return words_each(w, world, world_read, e);
}

int control_ledger_drop(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    (void)w;
    (void)out;
    (void)e;
    ledger_clear(&world->ledger);
    return 0;
}

struct total {
    const char *project, *currency;
    struct dec sum;
};

static void add_cost(void *arg, const struct entry *entry)
{
    struct total *t = arg;
    const char *project = entry->project ? entry->project : "-";
    if ((!t->project || strcmp(t->project, project) == 0) &&
        (!t->currency || strcmp(t->currency, entry->currency) == 0))
        (void)dec_add(&t->sum, &entry->value);
}

int control_ledger_sum(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    struct total t = {.project = words_text(w, 2), .currency = words_text(w, 3)};
    const char *from = words_text(w, 0);
    const char *until = words_text(w, 1);
    int64_t a;
    int64_t b;
    char text[DEC_TEXT_MAX];
    if (!from || !until || instant_parse(from, &a) || instant_parse(until, &b))
        return err_set(e, ERR_USAGE, "FROM and UNTIL are instants");
    world_each_cost(world, "", a, b, add_cost, &t);
    dec_text(text, &t.sum, 0);
    (void)str_addf(out, "{\"sum\":\"%s\"}", text);
    return 0;
}

int control_clock_show(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    char text[CLOCK_TEXT_MAX];
    (void)w;
    (void)e;
    clock_iso(text, world_now(world));
    (void)str_addf(out, "{\"now\":%lld,\"text\":\"%s\",\"frozen\":%s}", (long long)world_now(world),
                   text, world->clock.frozen ? "true" : "false");
    return 0;
}

int control_clock_put(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    const char *text = words_text(w, 0);
    int64_t at;
    if (!text || instant_parse(text, &at))
        return err_set(e, ERR_USAGE, "an instant is expected: 2026-11-30T23:59:50Z, or seconds");
    instant_freeze(&world->clock, at);
    return control_clock_show(world, w, out, e);
}

int control_clock_move(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    const char *text = words_text(w, 0);
    char *end = NULL;
    long long seconds = text ? strtoll(text, &end, 10) : 0;
    int64_t then = world_now(world) + (seconds > advance_max ? advance_max : seconds);
    if (!text || end == text || *end || seconds > advance_max || seconds < -advance_max || then < 0)
        return err_set(e, ERR_USAGE, "a number of seconds is expected");
    instant_advance(&world->clock, seconds);
    return control_clock_show(world, w, out, e);
}

int control_clock_go(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    instant_run(&world->clock);
    return control_clock_show(world, w, out, e);
}

int control_models_put(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    const char *first = words_text(w, 0);
    json_object *list = NULL;
    (void)out;
    if (w->len == 1 && first && *first == '[')
        list = json_read(first, strlen(first));
    else
        list = json_object_new_array();
    for (size_t i = 0; i < w->len && !(w->len == 1 && first && *first == '['); i++)
        (void)json_object_array_add(list, json_object_new_string(words_text(w, i)));
    int rc = world_set_models(world, list, e);
    json_object_put(list);
    return rc;
}

int control_models_default(struct world *world, const struct words *w, struct str *out,
                           struct err *e)
{
    (void)w;
    (void)out;
    (void)e;
    world_default_models(world);
    return 0;
}
