#include "config.h"

/* The two menus of the list: which columns, sort by. */

#include "base/i18n.h"
#include "ui/view.h"

#include <stdio.h>

enum { TITLE_COLS = 26, BOX_COLS = 4, PREFIX = 3 };

static void name_columns(const struct state *st, char *buf, size_t size)
{
    (void)st;
    (void)snprintf(buf, size, "%s", _("Columns"));
}

static void name_sort(const struct state *st, char *buf, size_t size)
{
    (void)st;
    (void)snprintf(buf, size, "%s", _("Sort"));
}

static void summary_columns(const struct view *v, struct strip *left, struct strip *right)
{
    (void)right;
    enum column shown[COLUMN_ALL];
    int n = state_columns(v->st, shown);
    strip_add(left, ROLE_TEXT, STRIP_KEEP,
              ngettext("%d column shown", "%d columns shown", (unsigned long)n), n);
    strip_add(left, ROLE_DIM, 10, "%s", _("in the order in which they were chosen"));
}

static void summary_sort(const struct view *v, struct strip *left, struct strip *right)
{
    (void)v;
    (void)right;
    strip_add(left, ROLE_TEXT, STRIP_KEEP, "%s", _("sort the list by"));
    strip_add(left, ROLE_DIM, 10, "%s", _("the same column again reverses"));
}

/* The place of a column among those shown, from 1; 0 when it is not. */
static int shown_as(const struct state *st, enum column column)
{
    enum column shown[COLUMN_ALL];
    int n = state_columns(st, shown);
    for (int i = 0; i < n; i++)
        if (shown[i] == column)
            return i + 1;
    return 0;
}

static void draw_item(const struct view *v, int y, int selected, const char *box,
                      enum column column)
{
    const struct column_info *info = column_info(column);
    const struct surface *s = &v->body;
    int x = PREFIX;
    if (selected)
        (void)surface_glyph(s, y, 1, ROLE_CURSOR, GLYPH_CURSOR);
    (void)surface_put(s, y, x, ROLE_KEY, box);
    x += BOX_COLS;
    surface_field(s, y, x, TITLE_COLS, selected ? ROLE_SELECTED : ROLE_TEXT, _(info->title),
                  TEXT_LEFT);
    (void)surface_put(s, y, x + TITLE_COLS + 1, ROLE_DIM, info->word);
}

static void box_of(const struct view *v, enum column column, int is_sort, char *buf, size_t size)
{
    const struct list *list = &v->st->list;
    int at = shown_as(v->st, column);
    if (is_sort && list->order.column == column)
        (void)snprintf(
            buf, size, " %s",
            theme_glyph(v->theme, list->order.descending ? GLYPH_SORT_DOWN : GLYPH_SORT_UP));
    else if (is_sort)
        (void)snprintf(buf, size, " ");
    else if (at > 0)
        (void)snprintf(buf, size, "[x]");
    else
        (void)snprintf(buf, size, "[ ]");
}

static void draw_menu(const struct view *v, int is_sort)
{
    const struct scroll *scroll = &v->st->menu;
    int height = v->body.area.h;
    int top = scroll->cursor < scroll->top ? scroll->cursor : scroll->top;
    if (scroll->cursor >= top + height)
        top = scroll->cursor - height + 1;
    (void)surface_put(&v->title, 0, PREFIX + BOX_COLS, ROLE_TITLE, _("Column"));
    (void)surface_put(&v->title, 0, PREFIX + BOX_COLS + TITLE_COLS + 1, ROLE_TITLE,
                      _("Word for filters and options"));
    for (int i = 0, index = 0; i < COLUMN_ALL; i++) {
        char box[16];
        if (is_sort ? !column_sortable((enum column)i) : !column_showable((enum column)i))
            continue;
        box_of(v, (enum column)i, is_sort, box, sizeof box);
        if (index >= top && index < top + height)
            draw_item(v, index - top, index == scroll->cursor, box, (enum column)i);
        index++;
    }
}

static int draw_columns(struct view *v)
{
    draw_menu(v, 0);
    return 0;
}

static int draw_sort(struct view *v)
{
    draw_menu(v, 1);
    return 0;
}

const struct screen_ops screen_columns = {name_columns, summary_columns, NULL, draw_columns};
const struct screen_ops screen_sort = {name_sort, summary_sort, NULL, draw_sort};
