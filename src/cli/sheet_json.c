#include "config.h"

#include "cli/sheet_part.h"

#include "base/i18n.h"
#include "base/mem.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 80 };

/* The texts made for one row, to be freed behind it. */
struct texts {
    char *text[FIELD_COUNT];
};

static void drop(struct texts *t)
{
    for (int f = 0; f < FIELD_COUNT; f++) {
        if (t->text[f])
            mem_wipe(t->text[f], strlen(t->text[f]));
        free(t->text[f]);
        t->text[f] = NULL;
    }
}

/* An array of names as a list that field_check reads: PostgreSQL's own form, so that a name may
 * hold anything. */
static char *list_text(struct json_object *array)
{
    struct str s;
    str_init(&s, FIELD_VALUE_MAX);
    (void)str_add_char(&s, '{');
    for (size_t i = 0; i < json_object_array_length(array); i++) {
        struct json_object *item = json_object_array_get_idx(array, i);
        (void)str_add(&s, i ? ",\"" : "\"");
        for (const char *c = item ? json_object_get_string(item) : ""; *c; c++) {
            if (*c == '"' || *c == '\\')
                (void)str_add_char(&s, '\\');
            (void)str_add_char(&s, *c);
        }
        (void)str_add_char(&s, '"');
    }
    (void)str_add_char(&s, '}');
    if (!s.overflow)
        return str_take(&s);
    str_finish(&s);
    return NULL;
}

/* The text that field_check takes for a value; NULL when the field cannot hold its kind. */
static char *text_of(enum field field, struct json_object *value)
{
    enum field_kind kind = field_info(field)->kind;
    if (kind == FIELD_JSON)
        return mem_dup(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
                                                                 JSON_C_TO_STRING_NOSLASHESCAPE));
    switch (json_object_get_type(value)) {
    case json_type_boolean:
        return kind == FIELD_SWITCH ? mem_dup(json_object_get_boolean(value) ? "yes" : "no") : NULL;
    case json_type_array:
        return kind == FIELD_MODELS ? list_text(value) : NULL;
    case json_type_int:
    case json_type_double:
        return kind == FIELD_INTEGER || kind == FIELD_AMOUNT
                   ? mem_dup(json_object_get_string(value))
                   : NULL;
    case json_type_string:
        return strlen(json_object_get_string(value)) == (size_t)json_object_get_string_len(value)
                   ? mem_dup(json_object_get_string(value))
                   : NULL;
    case json_type_null:
    case json_type_object:
    default:
        return NULL;
    }
}

/* A number of JSON has its point: 12.345 is not in doubt there. */
static char *settle_amount(enum field field, char *text, struct json_object *value)
{
    const char *point = text ? strchr(text, '.') : NULL;
    if (!point || field_info(field)->kind != FIELD_AMOUNT || strlen(point) != 4 ||
        strchr(text, ',') || strchr(text, ' ') || json_object_get_type(value) == json_type_null)
        return text;
    size_t len = strlen(text);
    text = mem_grow(text, len + 2, 1);
    memcpy(text + len, "0", 2);
    return text;
}

static int take_member(const struct sheet_source *s, struct sheet_row *row, struct texts *t,
                       const char *name, struct json_object *value, struct err *e)
{
    enum field field = FIELD_OF_EMAIL;
    enum sheet_name meaning = sheet_name(name, &field);
    if (meaning == SHEET_UNKNOWN && strcmp(name, "quota") != 0 && strcmp(name, "budget") != 0)
        return sheet_unknown(name, e);
    if (meaning == SHEET_ID && value &&
        (!json_object_is_type(value, json_type_string) ||
         sheet_id(row, json_object_get_string(value))))
        row->problem = _("The id is no identifier.");
    if (meaning != SHEET_FIELD)
        return 0;
    if (field_info(field)->kind == FIELD_SECRET && value && s->shared)
        return sheet_shared(e);
    drop(&(struct texts){{t->text[field]}});
    t->text[field] = value ? settle_amount(field, text_of(field, value), value) : NULL;
    if (value && !t->text[field])
        row->problem = _("A value is of a kind that its field cannot hold.");
    row->there[field] = 1;
    row->text[field] = t->text[field];
    return 0;
}

static int read_row(const struct sheet_source *s, struct json_object *o, long number, struct err *e)
{
    struct sheet_row row = {.line = number};
    struct texts t = {{NULL}};
    int rc = 0;
    if (!json_object_is_type(o, json_type_object))
        return err_set(e, ERR_USAGE, _("item %ld of the file is no object"), number);
    json_object_object_foreach(o, name, value)
    {
        if (rc == 0)
            rc = take_member(s, &row, &t, name, value, e);
    }
    if (rc == 0)
        rc = s->visit(s->arg, &row);
    drop(&t);
    return rc;
}

static struct json_object *parse(const char *text, struct err *e)
{
    struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
    if (!tokener)
        mem_exhausted();
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    struct json_object *all = json_tokener_parse_ex(tokener, text, (int)strlen(text) + 1);
    if (json_tokener_get_error(tokener) != json_tokener_success) {
        size_t line = 1;
        size_t end = json_tokener_get_parse_end(tokener);
        for (size_t i = 0; i < end && text[i]; i++)
            line += text[i] == '\n';
        (void)err_set(e, ERR_USAGE, _("the file is not JSON: line %zu"), line);
        json_object_put(all);
        all = NULL;
    } else if (!json_object_is_type(all, json_type_array)) {
        (void)err_set(e, ERR_USAGE, "%s", _("the file is no list of connexions: [{…}, …]"));
        json_object_put(all);
        all = NULL;
    }
    json_tokener_free(tokener);
    return all;
}

int sheet_read_json(const struct sheet_source *s, struct err *e)
{
    struct json_object *all = parse(s->text, e);
    int rc = 0;
    if (!all)
        return -(int)e->code;
    size_t len = json_object_array_length(all);
    if (len > SHEET_ROWS_MAX)
        rc = err_set(e, ERR_LIMIT, _("the file has more than %d rows"), SHEET_ROWS_MAX);
    for (size_t i = 0; rc == 0 && i < len; i++)
        rc = read_row(s, json_object_array_get_idx(all, i), (long)i + 1, e);
    json_object_put(all);
    return rc;
}
