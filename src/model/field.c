#include "config.h"

#include "model/field.h"

#include "base/i18n.h"
#include "model/field_part.h"

#include <string.h>
#include <strings.h>

enum { OPTIONAL, NEEDED };

static const struct field_info infos[FIELD_COUNT] = {
#define FIELD(column, kind, rule, help) \
    [FIELD_OF_##column] = {COL_##column, FIELD_##kind, rule, help},
#include "model/field.def"
#undef FIELD
};

const struct field_info *field_info(enum field field)
{
    return &infos[field];
}

int field_find(const char *word)
{
    int column = column_find(word);
    return column < 0 ? -1 : field_of_column((enum column)column);
}

int field_of_column(enum column column)
{
    for (int i = 0; i < FIELD_COUNT; i++)
        if (infos[i].column == column)
            return i;
    return -1;
}

const char *field_choice(enum field field, int index, const char **title)
{
    const char *word = NULL;
    if (field == FIELD_OF_CLIENT_TYPE) {
        word = client_type_word(index);
        if (word && title)
            *title = client_type_title(word);
    } else if (field == FIELD_OF_STATUS && index >= 0 && index < STATUS_COUNT) {
        word = status_word((enum status)index);
        if (title)
            *title = status_title((enum status)index);
    }
    return word;
}

const char *field_of_row(enum field field, const struct connexion *row)
{
    return infos[field].kind == FIELD_SECRET ? NULL : row->col[infos[field].column];
}

static int is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Blanks outside strings say nothing in JSON. */
static int same_json(const char *a, const char *b)
{
    int quoted = 0;
    for (;; a++, b++) {
        while (!quoted && is_space(*a))
            a++;
        while (!quoted && is_space(*b))
            b++;
        if (*a != *b || *a == '\0')
            return *a == *b;
        if (*a == '"')
            quoted = !quoted;
        else if (quoted && *a == '\\') {
            a++;
            b++;
            if (*a != *b || *a == '\0')
                return *a == *b;
        }
    }
}

/* Length of an instant without the zeros of its fraction and without its Z. */
static size_t instant_len(const char *text)
{
    size_t len = strlen(text);
    if (len > 0 && text[len - 1] == 'Z')
        len--;
    if (memchr(text, '.', len)) {
        while (len > 0 && text[len - 1] == '0')
            len--;
        if (len > 0 && text[len - 1] == '.')
            len--;
    }
    return len;
}

static int same_instant(const char *a, const char *b)
{
    size_t len = instant_len(a);
    return len == instant_len(b) && memcmp(a, b, len) == 0;
}

int field_same(enum field field, const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    switch (infos[field].kind) {
    case FIELD_INTEGER:
    case FIELD_AMOUNT:
        return strcmp(a, b) == 0 || (*a && *b && decimal_compare(a, b) == 0);
    case FIELD_REFERENCE:
        return strcasecmp(a, b) == 0;
    case FIELD_JSON:
        return same_json(a, b);
    case FIELD_TIME:
        return same_instant(a, b);
    case FIELD_TEXT:
    case FIELD_SECRET:
    case FIELD_EMAIL:
    case FIELD_SWITCH:
    case FIELD_CHOICE:
    case FIELD_MODELS:
    default:
        return strcmp(a, b) == 0;
    }
}
