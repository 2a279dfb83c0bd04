/* Any text as the value of any field: taken, then it is the same value when it is read again and
 * when editing starts with it; or refused with a sentence. The first byte chooses the field. Any
 * text as a draft on disk: refused, or written again to the same text. */
#include "config.h"

#include "fuzz.h"

#include "model/draft.h"

#include <json-c/json.h>
#include <string.h>

static void is_json(const char *text)
{
    struct json_tokener *t = json_tokener_new_ex(FIELD_VALUE_MAX);
    PROMISE(t);
    json_tokener_set_flags(t, JSON_TOKENER_STRICT);
    struct json_object *o = json_tokener_parse_ex(t, text, (int)strlen(text) + 1);
    PROMISE(json_tokener_get_error(t) == json_tokener_success);
    json_object_put(o);
    json_tokener_free(t);
}

static void read_again(enum field field, const char *value, const char *typed)
{
    char problem[FIELD_PROBLEM];
    struct str again;
    int is_null = 0;
    str_init(&again, FIELD_VALUE_MAX);
    enum field_grade grade = field_check(field, typed, NULL, &again, &is_null, problem);
    PROMISE(grade != FIELD_BAD && !is_null && field_same(field, value, str_get(&again)));
    str_finish(&again);
}

static void taken(enum field field, const char *value)
{
    struct str text;
    enum field_kind kind = field_info(field)->kind;
    str_init(&text, FIELD_VALUE_MAX);
    field_show(field, value, &text);
    PROMISE(kind != FIELD_SECRET || strlen(value) < 9 || !strstr(str_get(&text), value));
    str_clear(&text);
    field_edit_text(field, value, &text);
    if (kind != FIELD_SECRET)
        read_again(field, value, str_get(&text));
    if (kind != FIELD_AMOUNT)
        read_again(field, value, value);
    if (kind == FIELD_JSON)
        is_json(value);
    str_finish(&text);
}

static void try_value(enum field field, const char *typed)
{
    char problem[FIELD_PROBLEM];
    struct str out;
    int is_null = 0;
    str_init(&out, FIELD_VALUE_MAX);
    enum field_grade grade = field_check(field, typed, NULL, &out, &is_null, problem);
    PROMISE(memchr(problem, '\0', sizeof problem));
    PROMISE((grade == FIELD_FINE) == (problem[0] == '\0'));
    if (grade == FIELD_BAD)
        PROMISE(out.len == 0 && !is_null);
    else if (!is_null)
        taken(field, str_get(&out));
    str_finish(&out);
}

static void try_draft(const char *text)
{
    struct draft d;
    struct draft back;
    struct err e = {0};
    if (draft_read(&d, text, &e)) {
        PROMISE(e.text[0]);
        return;
    }
    struct str first;
    struct str second;
    str_init(&first, DRAFT_TEXT_MAX);
    str_init(&second, DRAFT_TEXT_MAX);
    draft_write(&d, &first);
    PROMISE(first.overflow || draft_read(&back, str_get(&first), &e) == 0);
    if (!first.overflow) {
        draft_write(&back, &second);
        PROMISE(strcmp(str_get(&first), str_get(&second)) == 0);
        draft_finish(&back);
    }
    (void)draft_changed(&d);
    draft_finish(&d);
    str_finish(&first);
    str_finish(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    char *text = malloc(size);
    PROMISE(text);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    if (data[0] % (FIELD_COUNT + 1) == FIELD_COUNT)
        try_draft(text);
    else
        try_value((enum field)(data[0] % (FIELD_COUNT + 1)), text);
    free(text);
    return 0;
}
