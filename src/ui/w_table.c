#include "config.h"

#include "ui/w_table.h"

#include "ui/memo.h"

enum { WIDE = 100 };

/* How much of a line differs from the last frame. */
enum extent { EXTENT_NONE, EXTENT_CURSOR, EXTENT_ALL };

static void draw_title(const struct surface *s, const struct table_column *c)
{
    int x = TABLE_PREFIX + c->place.x;
    int width = text_width(c->title);
    int arrow = !c->sort ? 0 : width + 2 <= c->place.w ? 2 : 1;
    int room = c->place.w - arrow;
    width = width < room ? width : room;
    if (c->align == TEXT_RIGHT)
        x += room - width;
    surface_field(s, 0, x, width, ROLE_TITLE, c->title, TEXT_LEFT);
    if (c->sort && room > 0)
        (void)surface_glyph(s, 0, x + width + arrow - 1, ROLE_TITLE,
                            c->sort > 0 ? GLYPH_SORT_UP : GLYPH_SORT_DOWN);
}

static enum role base_role(const struct table *table, size_t row, int column)
{
    return row == table->cursor && table->column[column].identity ? ROLE_SELECTED : ROLE_TEXT;
}

/* The sign of the cursor stands on the ground of the column behind it: one role is few bytes. */
static void draw_signs(const struct table *table, size_t row, const struct surface *body, int y)
{
    enum role ground = table->shown > 0 ? base_role(table, row, 0) : ROLE_TEXT;
    if (table->marked && table->marked(table->arg, row))
        (void)surface_glyph(body, y, 0, ROLE_MARKED, GLYPH_MARK);
    surface_repeat(body, y, 1, TABLE_PREFIX - 1, ground, " ");
    if (row == table->cursor)
        (void)surface_glyph(body, y, 1, ground == ROLE_TEXT ? ROLE_CURSOR : ground, GLYPH_CURSOR);
}

/* Between two identity columns the line of the cursor has no gap. */
static int gap_behind(const struct table *table, int column)
{
    const struct table_column *c = &table->column[column];
    int joined = c->identity && column + 1 < table->shown && c[1].identity;
    return joined ? c[1].place.x - c->place.x - c->place.w : 0;
}

static void draw_row(const struct table *table, size_t row, const struct surface *body, int y)
{
    draw_signs(table, row, body, y);
    for (int i = 0; i < table->shown; i++) {
        const struct layout_column *place = &table->column[i].place;
        enum role base = base_role(table, row, i);
        struct surface cell =
            surface_part(body, (struct rect){y, TABLE_PREFIX + place->x, 1, place->w});
        table->cell(table->arg, row, i, &cell, base);
        surface_repeat(body, y, TABLE_PREFIX + place->x + place->w, gap_behind(table, i), base,
                       " ");
    }
}

/* The cursor's line differs from the others by its sign and by the role of its identity columns
 * only: that is all there is to change when the cursor comes or goes. */
static void tint_row(const struct table *table, size_t row, const struct surface *body, int y)
{
    draw_signs(table, row, body, y);
    for (int i = 0; i < table->shown; i++) {
        const struct layout_column *place = &table->column[i].place;
        enum role base = base_role(table, row, i);
        int x = TABLE_PREFIX + place->x;
        if (!table->column[i].identity)
            continue;
        surface_tint(body, y, x, place->w, table->role(table->arg, row, i, base));
        surface_tint(body, y, x + place->w, gap_behind(table, i), base);
    }
}

/* The line to start with, so that the cursor is seen whatever top says. */
static size_t first_row(const struct table *table, size_t height)
{
    if (table->cursor < table->top)
        return table->cursor;
    if (height > 0 && table->cursor >= table->top + height)
        return table->cursor - height + 1;
    return table->top;
}

/* Compares a line with its memo; what has to be drawn as a whole is blanked first. */
static enum extent to_draw(const struct table *table, size_t row, const struct surface *body, int y)
{
    int there = row < table->rows;
    if (!table->memo)
        return there ? EXTENT_ALL : EXTENT_NONE;
    int marked = there && table->marked && table->marked(table->arg, row);
    size_t line = there ? memo_line(row, row == table->cursor, marked) : 0;
    size_t before = table->memo[y];
    if (before == line)
        return EXTENT_NONE;
    table->memo[y] = line;
    if (table->role && memo_only_cursor(before, line))
        return EXTENT_CURSOR;
    surface_clear(body, y);
    return there ? EXTENT_ALL : EXTENT_NONE;
}

void table_draw(struct table *table, const struct surface *title, const struct surface *body)
{
    struct layout_column places[TABLE_COLUMNS_MAX];
    int height = body->area.h;
    int gap = body->area.w >= WIDE ? 2 : 1;
    int any = 0;
    for (int i = 0; i < table->len; i++) {
        places[i] = table->column[i].place;
        any = any || table->column[i].identity;
    }
    table->shown = layout_columns(places, table->len, body->area.w - TABLE_PREFIX, gap);
    if (!any && table->len > 0) {
        table->column[0].identity = 1;
        table->role = NULL; /* its cells may be more than text of one role */
    }
    for (int i = 0; i < table->shown; i++) {
        table->column[i].place = places[i];
        if (title->area.h > 0)
            draw_title(title, &table->column[i]);
    }
    size_t first = first_row(table, height > 0 ? (size_t)height : 0);
    for (int y = 0; y < height; y++) {
        size_t row = first + (size_t)y;
        enum extent extent = to_draw(table, row, body, y);
        if (extent == EXTENT_ALL)
            draw_row(table, row, body, y);
        else if (extent == EXTENT_CURSOR)
            tint_row(table, row, body, y);
    }
}
