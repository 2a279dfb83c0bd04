#include "config.h"

#include "flow/turn.h"

#include <string.h>

static int shown_at(const struct list *list, enum column column)
{
    for (int i = 0; i < list->columns_len; i++)
        if (list->columns[i] == column)
            return i;
    return -1;
}

/* Columns can be shown that cannot be sorted by. */
static int offered(const struct state *st, enum column column)
{
    return state_screen(st) == SCREEN_SORT ? column_sortable(column) : column_showable(column);
}

int menu_len(const struct state *st)
{
    int n = 0;
    for (int i = 0; i < COLUMN_ALL; i++)
        n += offered(st, (enum column)i);
    return n;
}

enum column menu_column(const struct state *st, int index)
{
    for (int i = 0; i < COLUMN_ALL; i++)
        if (offered(st, (enum column)i) && index-- == 0)
            return (enum column)i;
    return COL_ID;
}

static void toggle(struct list *list, enum column column)
{
    int at = shown_at(list, column);
    if (at < 0) {
        list->columns[list->columns_len++] = column;
    } else if (list->columns_len > 1) {
        memmove(list->columns + at, list->columns + at + 1,
                (size_t)(list->columns_len - at - 1) * sizeof *list->columns);
        list->columns_len--;
    }
}

void menu_choose(struct turn *t)
{
    struct list *list = &t->st->list;
    enum column column = menu_column(t->st, t->st->menu.cursor);
    if (state_screen(t->st) == SCREEN_COLUMNS) {
        list->columns_len = state_columns(t->st, list->columns);
        list->columns_chosen = 1;
        toggle(list, column);
        return;
    }
    int again = list->order.column == column;
    turn_pop(t);
    list_set_order(t, column, again ? !list->order.descending : 0);
}
