#include "config.h"

#include "standin/world.h"

#include "base/mem.h"
#include "standin/files.h"
#include "standin/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORLD_FILE_MAX = 64 * 1024 * 1024 };

static int set_text(char *out, size_t size, const char *text, struct err *e)
{
    if (!text)
        return 0;
    if (strlen(text) >= size)
        return err_set(e, ERR_LIMIT, "a name has more than %zu characters", size - 1);
    (void)snprintf(out, size, "%s", text);
    return 0;
}

int world_set_project(struct world *w, json_object *from, struct err *e)
{
    const char *id = json_get_text(from, "id", "");
    const char *organisation = json_get_text(from, "organization", NULL);
    struct project *p = world_project(w, id, organisation);
    if (!p)
        return err_set(e, ERR_USAGE, "a project needs an \"id\"");
    if (json_get_int(from, "archived", 0))
        p->archived = world_now(w);
    return set_text(p->name, sizeof p->name, json_get_text(from, "name", NULL), e);
}

static int read_model(struct model *m, json_object *from, struct err *e)
{
    int whole = json_object_is_type(from, json_type_string);
    const char *id = whole ? json_object_get_string(from) : json_get_text(from, "id", "");
    *m = (struct model){0};
    if (!*id)
        return err_set(e, ERR_USAGE, "a model needs an \"id\"");
    if (set_text(m->id, sizeof m->id, id, e))
        return -ERR_LIMIT;
    return set_text(m->shutdown, sizeof m->shutdown, json_get_text(from, "shutdown_date", NULL), e);
}

int world_set_models(struct world *w, json_object *list, struct err *e)
{
    size_t len = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    if (!json_object_is_type(list, json_type_array) || len > MODELS_MAX)
        return err_set(e, ERR_USAGE, "the models are an array of at most %d", MODELS_MAX);
    struct model *models = mem_zero(len + 1, sizeof *models);
    for (size_t i = 0; i < len; i++) {
        int rc = read_model(&models[i], json_object_array_get_idx(list, i), e);
        if (rc) {
            free(models);
            return rc;
        }
    }
    free(w->models);
    w->models = models;
    w->models_len = len;
    return 0;
}

typedef int (*read_one)(struct world *w, json_object *from, struct err *e);

int world_set_token(struct world *w, json_object *from, struct err *e)
{
    int rc = token_set(&w->tokens, from, world_now(w), e);
    if (rc)
        return rc;
    const struct token *t = map_get(&w->tokens.map, json_get_text(from, "token", ""));
    if (t && t->project[0])
        (void)world_project(w, t->project, t->organisation);
    return 0;
}

static int read_cost(struct world *w, json_object *from, struct err *e)
{
    return ledger_add_cost(&w->ledger, from, e);
}

static int read_usage(struct world *w, json_object *from, struct err *e)
{
    return ledger_add_usage(&w->ledger, from, e);
}

static int read_list(struct world *w, json_object *from, const char *name, read_one one,
                     struct err *e)
{
    json_object *list = NULL;
    if (!json_object_object_get_ex(from, name, &list))
        return 0;
    if (!json_object_is_type(list, json_type_array))
        return err_set(e, ERR_USAGE, "\"%s\" is an array", name);
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        int rc = one(w, json_object_array_get_idx(list, i), e);
        if (rc)
            return rc;
    }
    return 0;
}

int world_read(struct world *w, json_object *from, struct err *e)
{
    const char *clock = json_get_scalar(from, "clock", NULL);
    json_object *models = NULL;
    int64_t at;
    if (!json_object_is_type(from, json_type_object))
        return err_set(e, ERR_USAGE, "a world is a JSON object");
    if (clock && instant_parse(clock, &at))
        return err_set(e, ERR_USAGE, "\"clock\" is no instant");
    if (clock)
        instant_freeze(&w->clock, at);
    int rc = read_list(w, from, "tokens", world_set_token, e);
    if (rc == 0)
        rc = read_list(w, from, "projects", world_set_project, e);
    if (rc == 0)
        rc = read_list(w, from, "ledger", read_cost, e);
    if (rc == 0)
        rc = read_list(w, from, "usage", read_usage, e);
    if (rc == 0 && json_object_object_get_ex(from, "models", &models))
        rc = world_set_models(w, models, e);
    return rc;
}

int world_load(struct world *w, const char *path, struct err *e)
{
    struct str text;
    str_init(&text, WORLD_FILE_MAX);
    int rc = file_read(path, &text) ? err_errno(e, ERR_CONFIG, "%s", path) : 0;
    json_object *from = rc ? NULL : json_read(str_get(&text), text.len);
    if (rc == 0 && !from)
        rc = err_set(e, ERR_CONFIG, "%s is not JSON", path);
    if (rc == 0)
        rc = world_read(w, from, e);
    json_object_put(from);
    str_finish(&text);
    return rc;
}

static const struct model defaults[] = {
    {"gpt-5", ""},
    {"gpt-5-mini", ""},
    {"gpt-5-nano", ""},
    {"gpt-4.1", ""},
    {"gpt-4o", ""},
    {"gpt-4o-mini", ""},
    {"o3", ""},
    {"o4-mini", ""},
    {"gpt-image-1", ""},
    {"gpt-4o-transcribe", ""},
    {"gpt-4o-mini-tts", ""},
    {"whisper-1", ""},
    {"text-embedding-3-small", ""},
    {"text-embedding-3-large", ""},
    {"omni-moderation-latest", ""},
    {"gpt-4", "2027-03-26"},
};

void world_default_models(struct world *w)
{
    free(w->models);
    w->models_len = sizeof defaults / sizeof defaults[0];
    w->models = mem_zero(w->models_len, sizeof *w->models);
    memcpy(w->models, defaults, sizeof defaults);
}
