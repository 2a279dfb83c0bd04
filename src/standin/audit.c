#include "config.h"

#include "standin/json.h"
#include "standin/listing.h"
#include "standin/resource.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* GET /organization/audit_logs, newest first. */
struct chosen {
    const struct world *world;
    size_t index[AUDIT_MAX];
    size_t len;
    char id[40];
};

static const char *id_at(void *arg, size_t i)
{
    struct chosen *k = arg;
    (void)snprintf(k->id, sizeof k->id, "audit_log-%06zu", k->index[i]);
    return k->id;
}

static void put_at(void *arg, struct str *out, size_t i)
{
    const struct chosen *k = arg;
    const struct audit *one = &k->world->audit[k->index[i]];
    (void)str_add(out, "{\"id\":");
    json_put_text(out, id_at(arg, i));
    (void)str_addf(out, ",\"type\":\"%s\",\"effective_at\":%lld,", one->type, (long long)one->at);
    if (one->project[0]) {
        (void)str_add(out, "\"project\":{\"id\":");
        json_put_text(out, one->project);
        (void)str_add(out, ",\"name\":");
        json_put_text(out, one->project);
        (void)str_add(out, "},");
    }
    (void)str_addf(
        out,
        "\"actor\":{\"type\":\"session\",\"session\":{\"user\":{\"id\":\"user-standin\","
        "\"email\":\"user@standin.example\"},\"ip_address\":\"127.0.0.1\"}},\"%s\":{\"id\":",
        one->type);
    json_put_text(out, one->object);
    (void)str_add(out, "}}");
}

static int passes(const struct request *r, const struct audit *one)
{
    static const struct {
        const char *name;
        int sign, equal;
    } bounds[] = {{"effective_at[gt]", 1, 0},
                  {"effective_at[gte]", 1, 1},
                  {"effective_at[lt]", -1, 0},
                  {"effective_at[lte]", -1, 1}};
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        const char *text = request_get(r, bounds[i].name);
        long long at = text ? strtoll(text, NULL, 10) : 0;
        int order = one->at > at ? 1 : one->at < at ? -1 : 0;
        if (text && order != bounds[i].sign && !(bounds[i].equal && order == 0))
            return 0;
    }
    return request_allows(r, "event_types", one->type) &&
           request_allows(r, "project_ids", one->project) &&
           request_allows(r, "resource_ids", one->object) &&
           request_allows(r, "actor_ids", "user-standin") &&
           request_allows(r, "actor_emails", "user@standin.example");
}

void audit_list(struct call *c, struct answer *a)
{
    struct chosen k = {.world = c->world};
    for (size_t i = c->world->audit_len; i-- > 0;)
        if (passes(c->request, &c->world->audit[i]))
            k.index[k.len++] = i;
    struct listing l = {k.len, 20, 100, id_at, put_at, &k};
    listing_put(&l, c->request, a);
}
