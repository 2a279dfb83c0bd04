#include "config.h"

#include "model/column.h"

#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

static const struct column_info infos[COLUMN_COUNT] = {
#define COLUMN(id, sql, word, title, kind, width) \
    [COL_##id] = {#sql, word, title, COLUMN_##kind, width},
#include "model/column.def"
#undef COLUMN
};

const struct column_info *column_info(enum column column)
{
    return &infos[column];
}

int column_find(const char *word)
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        if (strcmp(infos[i].word, word) == 0 || strcmp(infos[i].sql, word) == 0)
            return i;
    return -1;
}

int column_sortable(enum column column)
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

int column_parse_list(const char *text, enum column out[COLUMN_COUNT], char bad[64])
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
        if (column < 0 || !column_sortable((enum column)column)) {
            (void)snprintf(bad, 64, "%s", word);
            return -1;
        }
        if (!contains(out, n, (enum column)column))
            out[n++] = (enum column)column;
    }
    return n;
}

int column_defaults(enum column out[COLUMN_COUNT])
{
    static const enum column order[] = {COL_ORGANISATION_ID, COL_EMAIL, COL_STATUS,
                                        COL_DAY_USE,         COL_COST,  COL_SYNCHRO};
    int n = (int)(sizeof order / sizeof order[0]);
    memcpy(out, order, sizeof order);
    return n;
}
