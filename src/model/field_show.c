#include "config.h"

#include "base/i18n.h"
#include "base/text.h"
#include "model/field_part.h"
#include "model/gauge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECONDS_END = 19, DAY_END = 10, GROUP = 3 };

/* Adds as much as fits, scrubbed, with an ellipsis where it is cut. */
static void put(struct str *out, const char *text)
{
    char *clean = text_scrub(text, strlen(text), out->max - out->len);
    (void)str_add(out, clean);
    free(clean);
}

struct names {
    struct str *out;
    int len, plain;
};

static int put_name(void *arg, const char *name)
{
    struct names *n = arg;
    if (n->len++)
        put(n->out, ", ");
    put(n->out, name);
    return n->out->len >= n->out->max;
}

/* Whether the name stays the same when it is typed in a list by commas. */
static int is_plain(void *arg, const char *name)
{
    struct names *n = arg;
    n->len++;
    n->plain = *name && *name != '{' && !strpbrk(name, ",; \t\n\r\v\f") &&
               !strstr(name, "\u00a0") && !strstr(name, "\u202f") && text_compare(name, "none") &&
               text_compare(name, "null") && text_compare(name, _("none"));
    return !n->plain;
}

static void put_list(struct str *out, const char *value)
{
    struct names check = {NULL, 0, 1};
    struct names names = {out, 0, 1};
    if (models_walk(value, is_plain, &check))
        put(out, value);
    else
        (void)models_walk(value, put_name, &names);
}

/* "2026-01-31 14:30:05.25" less the parts that are 0. */
static void put_time(struct str *out, const char *value, const char *zone)
{
    size_t len = strlen(value);
    if (len <= SECONDS_END || value[DAY_END] != 'T' || value[len - 1] != 'Z') {
        put(out, value);
        return;
    }
    len--;
    while (len > SECONDS_END && (value[len - 1] == '0' || value[len - 1] == '.'))
        len--;
    char text[64];
    (void)snprintf(text, sizeof text, "%.*s %.*s%s", DAY_END, value,
                   (int)(len - DAY_END - 1 < 20 ? len - DAY_END - 1 : 20), value + DAY_END + 1,
                   zone);
    put(out, text);
}

static void show_amount(struct str *out, const char *value)
{
    char text[MONEY_TEXT_MAX];
    if (decimal_compare(value, "0") == 0 && strspn(value, "0.") == strlen(value)) {
        put(out, "0");
        return;
    }
    money_exact(text, sizeof text, value);
    put(out, text);
}

static void show_count(struct str *out, const char *value)
{
    char text[MONEY_TEXT_MAX];
    count_text_format(text, sizeof text, value);
    put(out, text);
}

static void show_choice(struct str *out, enum field field, const char *value)
{
    const char *title = NULL;
    const char *word;
    for (int i = 0; (word = field_choice(field, i, &title)); i++)
        if (strcmp(word, value) == 0) {
            put(out, title);
            return;
        }
    put(out, value);
}

void field_show(enum field field, const char *value, struct str *out)
{
    enum field_kind kind = field_info(field)->kind;
    if (kind == FIELD_SECRET) {
        put(out, value ? _("(set)") : _("(none)"));
        return;
    }
    if (!value || *value == '\0') {
        put(out, value ? _("empty") : _("none"));
        return;
    }
    switch (kind) {
    case FIELD_INTEGER:
        show_count(out, value);
        break;
    case FIELD_AMOUNT:
        show_amount(out, value);
        break;
    case FIELD_SWITCH:
        put(out, strcmp(value, "t") == 0 ? _("yes") : strcmp(value, "f") == 0 ? _("no") : value);
        break;
    case FIELD_CHOICE:
        show_choice(out, field, value);
        break;
    case FIELD_MODELS:
        if (strcmp(value, "{}") == 0)
            put(out, _("empty"));
        else
            put_list(out, value);
        break;
    case FIELD_TIME:
        put_time(out, value, " UTC");
        break;
    case FIELD_TEXT:
    case FIELD_SECRET:
    case FIELD_EMAIL:
    case FIELD_REFERENCE:
    case FIELD_JSON:
    default:
        put(out, value);
        break;
    }
}

/* Where 12.345 could be read in two ways, a fourth decimal says which one is meant. */
static void edit_amount(struct str *out, const char *value)
{
    struct str text;
    str_init(&text, FIELD_VALUE_MAX);
    decimal_trim(value, &text);
    const char *point = strchr(str_get(&text), '.');
    put(out, str_get(&text));
    if (point && strlen(point) == GROUP + 1)
        put(out, "0");
    str_finish(&text);
}

void field_edit_text(enum field field, const char *value, struct str *out)
{
    enum field_kind kind = field_info(field)->kind;
    if (kind == FIELD_SECRET || (!value && (kind == FIELD_TEXT || kind == FIELD_EMAIL)))
        return;
    if (!value) {
        put(out, field_info(field)->needed ? "" : _("none"));
        return;
    }
    switch (kind) {
    case FIELD_AMOUNT:
        edit_amount(out, value);
        break;
    case FIELD_SWITCH:
        put(out, strcmp(value, "t") == 0 ? _("yes") : strcmp(value, "f") == 0 ? _("no") : value);
        break;
    case FIELD_MODELS:
        if (strcmp(value, "{}") != 0)
            put_list(out, value);
        break;
    case FIELD_TIME:
        put_time(out, value, "");
        break;
    case FIELD_JSON:
        (void)str_add(out, value);
        break;
    case FIELD_INTEGER:
    case FIELD_CHOICE:
    case FIELD_TEXT:
    case FIELD_SECRET:
    case FIELD_EMAIL:
    case FIELD_REFERENCE:
    default:
        put(out, value);
        break;
    }
}
