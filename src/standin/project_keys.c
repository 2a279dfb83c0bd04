#include "config.h"

#include "base/mem.h"
#include "standin/json.h"
#include "standin/listing.h"
#include "standin/resource.h"

#include <stdlib.h>
#include <string.h>

/* The keys of a project, and the admin keys. */
struct chosen {
    struct token **list;
    size_t len;
};

static void put_used(struct str *out, const struct token *t)
{
    if (t->used)
        (void)str_addf(out, "%lld", (long long)t->used);
    else
        (void)str_add(out, "null");
}

static void put_redacted(struct str *out, const struct token *t)
{
    char masked[TOKEN_MAX];
    token_masked(masked, sizeof masked, t->text);
    json_put_text(out, masked);
}

static void put_key(struct str *out, const struct token *t)
{
    long long created = (long long)t->created;
    (void)str_add(out, "{\"object\":\"organization.project.api_key\",\"redacted_value\":");
    put_redacted(out, t);
    (void)str_add(out, ",\"name\":");
    json_put_text(out, t->id);
    (void)str_addf(out, ",\"created_at\":%lld,\"last_used_at\":", created);
    put_used(out, t);
    (void)str_add(out, ",\"id\":");
    json_put_text(out, t->id);
    (void)str_add(out, ",\"owner_project_access\":\"active\",\"owner\":");
    if (t->kind == KIND_SERVICE)
        (void)str_addf(
            out,
            "{\"type\":\"service_account\",\"service_account\":{\"id\":\"svc_acct_standin\","
            "\"name\":\"Service\",\"created_at\":%lld,\"role\":\"member\"}}}",
            created);
    else
        (void)str_addf(
            out,
            "{\"type\":\"user\",\"user\":{\"id\":\"user-standin\",\"email\":"
            "\"user@standin.example\",\"name\":\"User\",\"created_at\":%lld,\"role\":\"owner\"}}}",
            created);
}

static void put_admin(struct str *out, const struct token *t)
{
    long long created = (long long)t->created;
    (void)str_add(out, "{\"object\":\"organization.admin_api_key\",\"id\":");
    json_put_text(out, t->id);
    (void)str_add(out, ",\"name\":");
    json_put_text(out, t->id);
    (void)str_add(out, ",\"redacted_value\":");
    put_redacted(out, t);
    (void)str_addf(out, ",\"created_at\":%lld,\"expires_at\":null,\"last_used_at\":", created);
    put_used(out, t);
    (void)str_addf(out,
                   ",\"owner\":{\"type\":\"user\",\"object\":\"organization.user\",\"id\":"
                   "\"user-standin\",\"name\":\"User\",\"created_at\":%lld,\"role\":\"owner\"}}",
                   created);
}

static const char *id_at(void *arg, size_t i)
{
    return ((struct chosen *)arg)->list[i]->id;
}

static void put_key_at(void *arg, struct str *out, size_t i)
{
    put_key(out, ((struct chosen *)arg)->list[i]);
}

static void put_admin_at(void *arg, struct str *out, size_t i)
{
    put_admin(out, ((struct chosen *)arg)->list[i]);
}

/* The living keys of a project, or of an organisation's administration; the caller frees list. */
static struct chosen choose(const struct call *c, const char *project)
{
    const struct map *all = &c->world->tokens.map;
    struct chosen k = {.list = mem_zero(all->len + 1, sizeof(struct token *))};
    const char *organisation = resource_organisation(c);
    for (size_t i = 0; i < all->len; i++) {
        struct token *t = all->items[i].value;
        int of = project ? t->kind != KIND_ADMIN && strcmp(t->project, project) == 0
                         : t->kind == KIND_ADMIN;
        if (of && !t->revoked && (!*organisation || strcmp(t->organisation, organisation) == 0))
            k.list[k.len++] = t;
    }
    return k;
}

static struct token *find(const struct chosen *k, const char *id, struct answer *a)
{
    for (size_t i = 0; i < k->len; i++)
        if (strcmp(k->list[i]->id, id) == 0)
            return k->list[i];
    answer_not_found(a, "API key", id);
    return NULL;
}

void project_keys_list(struct call *c, struct answer *a)
{
    const struct project *p = resource_subject(c, a);
    if (!p)
        return;
    struct chosen k = choose(c, p->id);
    struct listing l = {k.len, 20, 100, id_at, put_key_at, &k};
    listing_put(&l, c->request, a);
    free(k.list);
}

void project_keys_get(struct call *c, struct answer *a)
{
    struct chosen k = choose(c, c->wild[0]);
    const struct token *t = find(&k, c->wild[1], a);
    if (t)
        put_key(&a->body, t);
    free(k.list);
}

void project_keys_delete(struct call *c, struct answer *a)
{
    struct chosen k = choose(c, c->wild[0]);
    struct token *t = find(&k, c->wild[1], a);
    if (t && t->kind == KIND_SERVICE) {
        answer_bad(a, NULL, "Keys of service accounts are deleted with their account.");
    } else if (t) {
        t->revoked = 1;
        world_audit(c->world, "api_key.deleted", t->id, t->project);
        (void)str_add(&a->body, "{\"object\":\"organization.project.api_key.deleted\",\"id\":");
        json_put_text(&a->body, t->id);
        (void)str_add(&a->body, ",\"deleted\":true}\n");
    }
    free(k.list);
}

void admin_keys_list(struct call *c, struct answer *a)
{
    struct chosen k = choose(c, NULL);
    struct listing l = {k.len, 20, 100, id_at, put_admin_at, &k};
    listing_put(&l, c->request, a);
    free(k.list);
}

void admin_keys_get(struct call *c, struct answer *a)
{
    struct chosen k = choose(c, NULL);
    const struct token *t = find(&k, c->wild[0], a);
    if (t)
        put_admin(&a->body, t);
    free(k.list);
}
