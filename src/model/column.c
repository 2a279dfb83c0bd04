#include "config.h"

#include "model/column.h"

#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

static const struct column_info infos[COLUMN_ALL] = {
#define COLUMN(id, sql, word, title, kind, width) \
    [COL_##id] = {#sql, word, title, COLUMN_##kind, width},
#include "model/column.def"
#undef COLUMN
#define VIRTUAL(id, word, title, width) [COL_##id] = {"", word, title, COLUMN_VIRTUAL, width},
#include "model/virtual.def"
#undef VIRTUAL
};

const struct column_info *column_info(enum column column)
{
    return &infos[column];
}

int column_find(const char *word)
{
    for (int i = 0; i < COLUMN_ALL; i++)
        if (strcmp(infos[i].word, word) == 0 || (*word && strcmp(infos[i].sql, word) == 0))
            return i;
    return -1;
}

int column_sortable(enum column column)
{
    return column < COLUMN_COUNT && infos[column].kind != COLUMN_SECRET;
}

int column_showable(enum column column)
{
    return infos[column].kind != COLUMN_SECRET;
}

static int contains(const enum column *list, int n, enum column column)
{
    for (int i = 0; i < n; i++)
        if (list[i] == column)
            return 1;
    return 0;
}

static int parse(const char *text, int (*usable)(enum column), enum column *out, char bad[64])
{
    int n = 0;
    while (*text) {
        char word[64];
        size_t len = strcspn(text, ", ");
        (void)snprintf(word, sizeof word, "%.*s", (int)(len < 63 ? len : 63), text);
        text += len + (text[len] != '\0');
        if (len == 0)
            continue;
        int column = column_find(word);
        if (column < 0 || !usable((enum column)column)) {
            (void)snprintf(bad, 64, "%s", word);
            return -1;
        }
        if (!contains(out, n, (enum column)column))
            out[n++] = (enum column)column;
    }
    return n;
}

int column_parse_list(const char *text, enum column out[COLUMN_COUNT], char bad[64])
{
    return parse(text, column_sortable, out, bad);
}

int column_parse_shown(const char *text, enum column out[COLUMN_ALL], char bad[64])
{
    return parse(text, column_showable, out, bad);
}

int column_defaults_shown(enum column out[COLUMN_ALL])
{
    static const enum column order[] = {COL_ORGANISATION_ID, COL_EMAIL, COL_STATUS, COL_HEALTH,
                                        COL_DAY_USE,         COL_COST,  COL_SYNCHRO};
    memcpy(out, order, sizeof order);
    return (int)(sizeof order / sizeof order[0]);
}

int column_defaults(enum column out[COLUMN_COUNT])
{
    enum column shown[COLUMN_ALL];
    int all = column_defaults_shown(shown);
    int n = 0;
    for (int i = 0; i < all; i++)
        if (shown[i] < COLUMN_COUNT)
            out[n++] = shown[i];
    return n;
}
