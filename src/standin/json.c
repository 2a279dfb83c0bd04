#include "config.h"

#include "standin/json.h"

#include <limits.h>

enum { JSON_DEPTH = 32 };

static void put_escape(struct str *out, unsigned char c)
{
    switch (c) {
    case '"':
        (void)str_add(out, "\\\"");
        break;
    case '\\':
        (void)str_add(out, "\\\\");
        break;
    case '\n':
        (void)str_add(out, "\\n");
        break;
    default:
        (void)str_addf(out, "\\u%04x", c);
    }
}

void json_put_text(struct str *out, const char *text)
{
    if (!text) {
        (void)str_add(out, "null");
        return;
    }
    (void)str_add_char(out, '"');
    for (const char *run = text;; text++) {
        unsigned char c = (unsigned char)*text;
        if (c >= ' ' && c != '"' && c != '\\' && c != 127)
            continue;
        (void)str_add_len(out, run, (size_t)(text - run));
        if (!c)
            break;
        put_escape(out, c);
        run = text + 1;
    }
    (void)str_add_char(out, '"');
}

json_object *json_read(const char *text, size_t len)
{
    if (len == 0 || len > INT_MAX)
        return NULL;
    json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH);
    if (!tokener)
        return NULL;
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    json_object *value = json_tokener_parse_ex(tokener, text, (int)len);
    if (!value && json_tokener_get_error(tokener) == json_tokener_continue)
        value = json_tokener_parse_ex(tokener, "\n", 1);
    if (json_tokener_get_error(tokener) != json_tokener_success) {
        json_object_put(value);
        value = NULL;
    }
    json_tokener_free(tokener);
    return value;
}

static json_object *member(json_object *o, const char *name)
{
    json_object *value = NULL;
    if (json_object_is_type(o, json_type_object))
        (void)json_object_object_get_ex(o, name, &value);
    return value;
}

const char *json_get_text(json_object *o, const char *name, const char *fallback)
{
    json_object *value = member(o, name);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : fallback;
}

int64_t json_get_int(json_object *o, const char *name, int64_t fallback)
{
    json_object *value = member(o, name);
    if (json_object_is_type(value, json_type_int))
        return json_object_get_int64(value);
    const char *text = json_get_text(o, name, NULL);
    int64_t out;
    return text && json_parse_int64(text, &out) == 0 ? out : fallback;
}

const char *json_get_scalar(json_object *o, const char *name, const char *fallback)
{
    json_object *value = member(o, name);
    if (!value || json_object_is_type(value, json_type_object) ||
        json_object_is_type(value, json_type_array))
        return fallback;
    return json_object_get_string(value);
}
