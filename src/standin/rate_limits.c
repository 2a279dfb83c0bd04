#include "config.h"

#include "standin/json.h"
#include "standin/listing.h"
#include "standin/resource.h"

#include <stdio.h>
#include <string.h>

/* GET /organization/projects/{}/rate_limits: one for each model; POST .../{} sets fields of one. */
struct limits {
    const struct world *world;
    const struct project *project;
    char id[NAME_MAX_LEN + 8];
};

static const struct {
    const char *name;
    int64_t value; /* negative: told only when it was set */
} fields[] = {
    {"max_requests_per_1_minute", 3500}, {"max_tokens_per_1_minute", 200000},
    {"max_images_per_1_minute", -1},     {"max_audio_megabytes_per_1_minute", -1},
    {"max_requests_per_1_day", -1},      {"batch_1_day_max_input_tokens", -1},
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

static const char *id_at(void *arg, size_t i)
{
    struct limits *k = arg;
    (void)snprintf(k->id, sizeof k->id, "rl-%s", k->world->models[i].id);
    return k->id;
}

static json_object *fields_of(const struct project *p, const char *id)
{
    json_object *set = NULL;
    if (p->rates)
        (void)json_object_object_get_ex(p->rates, id, &set);
    return set;
}

static void put_at(void *arg, struct str *out, size_t i)
{
    const struct limits *k = arg;
    json_object *set = fields_of(k->project, id_at(arg, i));
    (void)str_add(out, "{\"object\":\"project.rate_limit\",\"id\":");
    json_put_text(out, id_at(arg, i));
    (void)str_add(out, ",\"model\":");
    json_put_text(out, k->world->models[i].id);
    for (size_t f = 0; f < FIELDS; f++) {
        int64_t value = json_get_int(set, fields[f].name, fields[f].value);
        if (value >= 0)
            (void)str_addf(out, ",\"%s\":%lld", fields[f].name, (long long)value);
    }
    (void)str_add_char(out, '}');
}

void rate_limits_list(struct call *c, struct answer *a)
{
    struct limits k = {.world = c->world, .project = resource_subject(c, a)};
    struct listing l = {c->world->models_len, 100, 100, id_at, put_at, &k};
    if (k.project)
        listing_put(&l, c->request, a);
}

/* Every member is one of the fields, a whole number from 0; -1: answered. */
static int check_fields(json_object *body, struct answer *a)
{
    int known = 0;
    for (size_t f = 0; f < FIELDS; f++) {
        json_object *value = NULL;
        if (!json_object_object_get_ex(body, fields[f].name, &value))
            continue;
        known++;
        if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0) {
            answer_bad(a, fields[f].name, "Invalid '%s': a whole number from 0.", fields[f].name);
            return -1;
        }
    }
    if (known > 0 && known == json_object_object_length(body))
        return 0;
    answer_bad(a, NULL, "No rate limit, or an unknown one, is given.");
    return -1;
}

static void keep(struct project *p, const char *id, json_object *body)
{
    json_object *set = fields_of(p, id);
    if (!p->rates)
        p->rates = json_object_new_object();
    if (!set) {
        set = json_object_new_object();
        (void)json_object_object_add(p->rates, id, set);
    }
    json_object_object_foreach(body, name, value)(void)
        json_object_object_add(set, name, json_object_get(value));
}

void rate_limit_post(struct call *c, struct answer *a)
{
    struct project *p = resource_subject(c, a);
    struct limits k = {.world = c->world, .project = p};
    size_t i = 0;
    if (!p)
        return;
    while (i < c->world->models_len && strcmp(id_at(&k, i), c->wild[1]) != 0)
        i++;
    if (i == c->world->models_len) {
        answer_not_found(a, "rate limit", c->wild[1]);
        return;
    }
    json_object *body = resource_body(c, a);
    if (body && check_fields(body, a) == 0) {
        keep(p, c->wild[1], body);
        put_at(&k, &a->body, i);
    }
    json_object_put(body);
}
