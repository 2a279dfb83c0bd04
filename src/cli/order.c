#include "config.h"

#include "cli/each.h"

#include "base/i18n.h"
#include "base/nearest.h"
#include "base/str.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_SHOWN = 64 };

static const char *column_at(void *arg, int index)
{
    (void)arg;
    if (index >= COL_API_KEY)
        index++;
    return index < COLUMN_COUNT ? column_info((enum column)index)->word : NULL;
}

int column_unknown(const char *word, struct err *e)
{
    char *clean = text_scrub(word, strlen(word), WORD_SHOWN);
    const char *meant = nearest(word, column_at, NULL);
    int rc = -ERR_USAGE;
    (void)err_set(e, ERR_USAGE, _("There is no column \"%s\" to show or sort by."), clean);
    struct str all;
    str_init(&all, ERR_TEXT_MAX);
    for (int i = 0; column_at(NULL, i); i++)
        (void)str_addf(&all, "%s%s", i ? ", " : "", column_at(NULL, i));
    if (meant)
        rc = err_cure(e, _("Did you mean \"%s\"? Possible: %s."), meant, str_get(&all));
    else
        rc = err_cure(e, _("Possible: %s."), str_get(&all));
    str_finish(&all);
    free(clean);
    return rc;
}

int order_parse(struct order *order, const char *text, struct err *e)
{
    if (!text)
        return 0;
    order->descending = text[0] == '-';
    text += order->descending;
    int column = column_find(text);
    if (column < 0 || !column_sortable((enum column)column))
        return column_unknown(text, e);
    order->column = (enum column)column;
    return 0;
}
