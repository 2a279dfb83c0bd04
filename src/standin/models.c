#include "config.h"

#include "standin/json.h"
#include "standin/resource.h"

#include <string.h>

/* GET /models, /models/{model}. */
static const int64_t created = 1715367049;

static void put(struct str *out, const struct model *m)
{
    (void)str_add(out, "{\"id\":");
    json_put_text(out, m->id);
    (void)str_addf(out, ",\"object\":\"model\",\"created\":%lld,\"owned_by\":\"system\",",
                   (long long)created);
    (void)str_add(out, "\"shutdown_date\":");
    json_put_text(out, m->shutdown[0] ? m->shutdown : NULL);
    (void)str_add_char(out, '}');
}

static void put_many(struct str *out, int many)
{
    for (int i = 0; i < many; i++)
        (void)str_addf(out,
                       ",\n{\"id\":\"ft:gpt-4o-mini:stand-in::%07d\",\"object\":\"model\","
                       "\"created\":%lld,\"owned_by\":\"user-standin\",\"shutdown_date\":null}",
                       i, (long long)created);
}

void models_list(struct call *c, struct answer *a)
{
    const struct world *w = c->world;
    (void)str_add(&a->body, "{\"object\":\"list\",\"data\":[");
    for (size_t i = 0; i < w->models_len; i++) {
        (void)str_add(&a->body, i ? ",\n" : "\n");
        put(&a->body, &w->models[i]);
    }
    if (c->play.id == SCENARIO_many_models && w->models_len > 0)
        put_many(&a->body, c->play.arg < MODELS_MAX ? c->play.arg : MODELS_MAX);
    (void)str_add(&a->body, "]}\n");
}

void models_get(struct call *c, struct answer *a)
{
    const struct world *w = c->world;
    for (size_t i = 0; i < w->models_len; i++) {
        if (strcmp(w->models[i].id, c->wild[0]) == 0) {
            put(&a->body, &w->models[i]);
            return;
        }
    }
    answer_scenario(a, SCENARIO_model_not_found, c->wild[0]);
}
