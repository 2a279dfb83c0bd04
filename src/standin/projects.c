#include "config.h"

#include "base/mem.h"
#include "standin/json.h"
#include "standin/listing.h"
#include "standin/resource.h"

#include <stdlib.h>
#include <string.h>

/* GET /organization/projects, /organization/projects/{}. */
struct chosen {
    const struct project **list;
    size_t len;
};

static void put(struct str *out, const struct project *p)
{
    (void)str_add(out, "{\"id\":");
    json_put_text(out, p->id);
    (void)str_add(out, ",\"object\":\"organization.project\",\"name\":");
    json_put_text(out, p->name);
    (void)str_addf(out, ",\"created_at\":%lld,\"archived_at\":", (long long)p->created);
    if (p->archived)
        (void)str_addf(out, "%lld", (long long)p->archived);
    else
        (void)str_add(out, "null");
    (void)str_addf(out, ",\"status\":\"%s\",\"residency\":\"GLOBAL\"}",
                   p->archived ? "archived" : "active");
}

static const char *id_at(void *arg, size_t i)
{
    return ((struct chosen *)arg)->list[i]->id;
}

static void put_at(void *arg, struct str *out, size_t i)
{
    put(out, ((struct chosen *)arg)->list[i]);
}

static int visible(const struct call *c, const struct project *p)
{
    const char *organisation = resource_organisation(c);
    return !*organisation || !p->organisation[0] || strcmp(p->organisation, organisation) == 0;
}

void projects_list(struct call *c, struct answer *a)
{
    const struct map *all = &c->world->projects;
    struct chosen k = {.list = mem_zero(all->len + 1, sizeof *k.list)};
    int archived = request_has(c->request, "include_archived", "true");
    for (size_t i = 0; i < all->len; i++) {
        const struct project *p = all->items[i].value;
        if (visible(c, p) && (archived || !p->archived))
            k.list[k.len++] = p;
    }
    struct listing l = {k.len, 20, 100, id_at, put_at, &k};
    listing_put(&l, c->request, a);
    free(k.list);
}

void projects_get(struct call *c, struct answer *a)
{
    const struct project *p = resource_subject(c, a);
    if (p)
        put(&a->body, p);
}

struct project *resource_subject(struct call *c, struct answer *a)
{
    struct project *p;
    if (!c->of_project) {
        const char *name = c->request->who->organisation;
        return world_organisation(c->world, *name ? name : "org-standin");
    }
    p = map_get(&c->world->projects, c->wild[0]);
    if (p && visible(c, p))
        return p;
    answer_not_found(a, "project", c->wild[0]);
    return NULL;
}

const char *resource_organisation(const struct call *c)
{
    return c->request->who->organisation;
}

json_object *resource_body(const struct call *c, struct answer *a)
{
    json_object *body = json_read(c->request->body, c->request->body_len);
    if (json_object_is_type(body, json_type_object))
        return body;
    json_object_put(body);
    answer_bad(a, NULL, "We could not parse the JSON body of your request.");
    return NULL;
}
