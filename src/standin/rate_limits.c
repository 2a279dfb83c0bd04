#include "config.h"

#include "standin/json.h"
#include "standin/listing.h"
#include "standin/resource.h"

#include <stdio.h>

/* GET /organization/projects/{}/rate_limits: one for each model. */
struct limits {
    const struct world *world;
    char id[NAME_MAX_LEN + 8];
};

enum { REQUESTS = 3500, TOKENS = 200000 };

static const char *id_at(void *arg, size_t i)
{
    struct limits *k = arg;
    (void)snprintf(k->id, sizeof k->id, "rl-%s", k->world->models[i].id);
    return k->id;
}

static void put_at(void *arg, struct str *out, size_t i)
{
    const struct limits *k = arg;
    (void)str_add(out, "{\"object\":\"project.rate_limit\",\"id\":");
    json_put_text(out, id_at(arg, i));
    (void)str_add(out, ",\"model\":");
    json_put_text(out, k->world->models[i].id);
    (void)str_addf(out, ",\"max_requests_per_1_minute\":%d,\"max_tokens_per_1_minute\":%d}",
                   REQUESTS, TOKENS);
}

void rate_limits_list(struct call *c, struct answer *a)
{
    struct limits k = {.world = c->world};
    struct listing l = {c->world->models_len, 100, 100, id_at, put_at, &k};
    if (resource_subject(c, a))
        listing_put(&l, c->request, a);
}
