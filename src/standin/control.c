#include "config.h"

#include "standin/control.h"

#include "standin/json.h"

#include <string.h>

enum { HELP_MAX = 64 * 1024 };

static const struct {
    const char *first, *second;
    int (*run)(struct world *world, const struct words *w, struct str *out, struct err *e);
    const char *arguments, *meaning;
} commands[] = {
#define CONTROL(first, second, function, arguments, meaning) \
    {first, second, control_##function, arguments, meaning},
#include "standin/control.def"
#undef CONTROL
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

const char *words_text(const struct words *w, size_t index)
{
    if (index >= w->len)
        return NULL;
    json_object *o = json_object_array_get_idx(w->array, w->at + index);
    return o ? json_object_get_string(o) : NULL;
}

/* name=value into an object; -1 when a word is not of that form. */
static int add_pair(json_object *o, const char *word)
{
    char name[64];
    const char *equal = strchr(word, '=');
    if (!equal || (size_t)(equal - word) >= sizeof name)
        return -1;
    memcpy(name, word, (size_t)(equal - word));
    name[equal - word] = '\0';
    return json_object_object_add(o, name, json_object_new_string(equal + 1));
}

static int each_of(json_object *value, struct world *world,
                   int (*each)(struct world *world, json_object *o, struct err *e), struct err *e)
{
    if (!json_object_is_type(value, json_type_array))
        return each(world, value, e);
    for (size_t i = 0; i < json_object_array_length(value); i++) {
        int rc = each(world, json_object_array_get_idx(value, i), e);
        if (rc)
            return rc;
    }
    return 0;
}

/* The words as one value: what JSON gave, JSON in a text, or pairs. The caller puts it. */
static json_object *value_of(const struct words *w)
{
    json_object *first = w->len ? json_object_array_get_idx(w->array, w->at) : NULL;
    if (first && !json_object_is_type(first, json_type_string))
        return json_object_get(first);
    const char *text = words_text(w, 0);
    if (text && w->len == 1 && (*text == '{' || *text == '['))
        return json_read(text, strlen(text));
    json_object *o = json_object_new_object();
    for (size_t i = 0; i < w->len; i++) {
        const char *word = words_text(w, i);
        if (!word || add_pair(o, word)) {
            json_object_put(o);
            return NULL;
        }
    }
    return o;
}

int words_each(const struct words *w, struct world *world,
               int (*each)(struct world *world, json_object *o, struct err *e), struct err *e)
{
    json_object *value = value_of(w);
    if (!value)
        return err_set(e, ERR_USAGE, "name=value or JSON is expected");
    int rc = each_of(value, world, each, e);
    json_object_put(value);
    return rc;
}

static int run(struct world *world, json_object *array, struct str *out, struct err *e)
{
    struct words w = {.array = array, .len = json_object_array_length(array)};
    const char *first = words_text(&w, 0);
    const char *second = words_text(&w, 1);
    for (size_t i = 0; first && i < COMMANDS; i++) {
        int two = commands[i].second != NULL;
        if (strcmp(first, commands[i].first) != 0 ||
            (two && (!second || strcmp(second, commands[i].second) != 0)))
            continue;
        w.at = two ? 2 : 1;
        w.len -= w.at;
        return commands[i].run(world, &w, out, e);
    }
    return err_set(e, ERR_USAGE, "no such command; \"help\" lists them");
}

int control_json(struct server *s, const char *text, size_t len, struct str *out)
{
    struct err e = {0};
    json_object *array = json_read(text, len);
    int rc;
    if (json_object_is_type(array, json_type_array)) {
        (void)pthread_mutex_lock(&s->world.lock);
        rc = run(&s->world, array, out, &e);
        (void)pthread_mutex_unlock(&s->world.lock);
    } else {
        rc = err_set(&e, ERR_USAGE, "a command is a JSON array of words");
    }
    json_object_put(array);
    if (rc) {
        str_clear(out);
        (void)str_add(out, "{\"error\":");
        json_put_text(out, e.text);
        (void)str_add(out, "}");
    } else if (out->len == 0) {
        (void)str_add(out, "{\"ok\":true}");
    }
    (void)str_add_char(out, '\n');
    return rc;
}

int control_help(struct world *world, const struct words *w, struct str *out, struct err *e)
{
    (void)world;
    (void)w;
    (void)e;
    (void)str_add_char(out, '[');
    for (size_t i = 0; i < COMMANDS; i++) {
        (void)str_addf(out, "%s{\"command\":\"%s%s%s\",\"arguments\":", i ? ",\n" : "",
                       commands[i].first, commands[i].second ? " " : "",
                       commands[i].second ? commands[i].second : "");
        json_put_text(out, commands[i].arguments);
        (void)str_add(out, ",\"meaning\":");
        json_put_text(out, commands[i].meaning);
        (void)str_add_char(out, '}');
    }
    (void)str_add_char(out, ']');
    return 0;
}
