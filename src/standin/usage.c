#include "config.h"

#include "standin/bucket.h"
#include "standin/json.h"
#include "standin/resource.h"
#include "standin/window.h"

#include <stdio.h>
#include <string.h>

/* GET /organization/usage/{kind}. */
static const struct {
    const char *object, *count, *groups;
    int has_requests;
} kinds[USAGE_KINDS] = {
#define USAGE(name, path, object, count, has_requests, groups) \
    {object, count, groups, has_requests},
#include "standin/usage.def"
#undef USAGE
};

struct usage {
    struct call *call;
    struct bucket bucket;
};

static const int64_t huge = 4294967296123;

static void put_null(struct str *out, const char *groups)
{
    char word[40];
    int used = 0;
    for (const char *at = groups; sscanf(at, "%39s%n", word, &used) == 1; at += used)
        if (strcmp(word, "model") != 0 && strcmp(word, "api_key_id") != 0)
            (void)str_addf(out, ",\"%s\":null", word);
}

/* The counts of a completion that go beyond input and output. */
static void put_tokens(struct str *out, int64_t input, int64_t cached, int64_t output)
{
    (void)str_addf(
        out,
        ",\"output_tokens\":%lld,\"input_cached_tokens\":%lld,\"input_cache_write_tokens\":0,"
        "\"input_uncached_tokens\":%lld,\"input_text_tokens\":%lld,\"output_text_tokens\":"
        "%lld,\"input_audio_tokens\":0,\"output_audio_tokens\":0",
        (long long)output, (long long)cached, (long long)(input - cached), (long long)input,
        (long long)output);
}

static void put_group(struct usage *u, struct str *out, const struct group *g, size_t index)
{
    int kind = u->call->kind;
    int64_t more = u->call->play.id == SCENARIO_huge_counts ? huge : 0;
    const char *count = kinds[kind].count;
    int tokens = strcmp(count, "input_tokens") == 0;
    long long counted = (tokens || g->input ? g->input : g->requests) + more;
    long long requests = g->requests + more;
    (void)str_addf(out, "%s{\"object\":\"%s\",\"%s\":%lld", index ? ",\n" : "\n",
                   kinds[kind].object, count, counted);
    if (kind == USAGE_completions)
        put_tokens(out, g->input + more, g->cached, g->output + more);
    if (kinds[kind].has_requests)
        (void)str_addf(out, ",\"num_model_requests\":%lld", requests);
    (void)str_add(out, ",\"project_id\":");
    json_put_text(out, g->project);
    if (kinds[kind].groups[0]) {
        (void)str_add(out, ",\"api_key_id\":");
        json_put_text(out, g->key);
    }
    if (strstr(kinds[kind].groups, "model")) {
        (void)str_add(out, ",\"model\":");
        json_put_text(out, g->item);
    }
    put_null(out, kinds[kind].groups);
    (void)str_add_char(out, '}');
}

static void put_bucket(void *arg, struct str *out, int64_t from, int64_t until)
{
    struct usage *u = arg;
    const struct group *g;
    bucket_begin(&u->bucket);
    world_each_usage(u->call->world, resource_organisation(u->call), (enum usage_kind)u->call->kind,
                     from, until, bucket_add, &u->bucket);
    bucket_sort(&u->bucket);
    for (size_t i = 0; (g = bucket_at(&u->bucket, i)); i++)
        put_group(u, out, g, i);
    bucket_end(&u->bucket);
}

void usage_get(struct call *c, struct answer *a)
{
    struct usage u = {.call = c};
    struct window win;
    char allowed[160];
    (void)snprintf(allowed, sizeof allowed, "project_id %s", kinds[c->kind].groups);
    if (window_read(&win, c->request, world_now(c->world), 0, a) ||
        bucket_read(&u.bucket, c->request, allowed, "model", a))
        return;
    window_page(&win, c->play, a, put_bucket, &u);
}
