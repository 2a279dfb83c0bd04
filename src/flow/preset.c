#include "config.h"

#include "base/i18n.h"
#include "flow/state.h"

#include <stdio.h>
#include <string.h>

static int preset_sort(struct list *list, const char *sort, struct err *e)
{
    int descending = sort[0] == '-';
    int column = column_find(sort + descending);
    if (column < 0 || !column_sortable((enum column)column)) {
        (void)err_set(e, ERR_USAGE, _("there is no column “%.60s” to sort by"), sort);
        return err_cure(e, "%s", _("The man page lists the columns."));
    }
    list->order = (struct order){.column = (enum column)column, .descending = descending};
    return 0;
}

static int preset_columns(struct list *list, const char *columns, struct err *e)
{
    char bad[64] = "";
    enum column parsed[COLUMN_ALL];
    int n = column_parse_shown(columns, parsed, bad);
    if (n <= 0) {
        (void)err_set(e, ERR_USAGE, _("there is no column “%s” to show"), bad);
        return err_cure(e, "%s", _("The man page lists the columns."));
    }
    memcpy(list->columns, parsed, sizeof parsed);
    list->columns_len = n;
    list->columns_chosen = 1;
    return 0;
}

int state_preset(struct state *st, const struct preset *preset, struct err *e)
{
    int rc = 0;
    if (preset->filter)
        rc = filter_parse(&st->list.filter, preset->filter, e);
    if (rc == 0 && preset->filter)
        (void)snprintf(st->list.filter_text, sizeof st->list.filter_text, "%s", preset->filter);
    if (rc == 0 && preset->sort)
        rc = preset_sort(&st->list, preset->sort, e);
    if (rc == 0 && preset->columns)
        rc = preset_columns(&st->list, preset->columns, e);
    if (rc == 0 && preset->organisation)
        (void)snprintf(st->wanted_organisation, sizeof st->wanted_organisation, "%s",
                       preset->organisation);
    return rc;
}
