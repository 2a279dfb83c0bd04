#ifndef VIGIE_UI_W_TABLE_H
#define VIGIE_UI_W_TABLE_H

#include "ui/surface.h"

enum { TABLE_COLUMNS_MAX = 32, TABLE_PREFIX = 3 };

struct table_column {
    const char *title; /* translated; may be NULL when no titles are drawn */
    enum text_align align;
    int sort;     /* 1 ascending, -1 descending, 0 not sorted by */
    int identity; /* tells which row it is: shows the selection */
    struct layout_column place;
};

/* Rows in columns, with a cursor and marks. It owns nothing: cells are drawn by the caller. The row
 * under the cursor is told by a sign and by the colour of its identity columns only, so that moving
 * the cursor rewrites little. */
struct table {
    struct table_column column[TABLE_COLUMNS_MAX];
    int len;
    int shown; /* how many of them have room: table_draw tells */
    size_t rows, top, cursor;
    const void *arg;
    /* Draws one cell into its surface of one line; base is the role of plain text there. */
    void (*cell)(const void *arg, size_t row, int column, const struct surface *s, enum role base);
    /* The role of the text in a cell of an identity column; NULL: its cells are drawn again when
     * the cursor comes or goes. */
    enum role (*role)(const void *arg, size_t row, int column, enum role base);
    int (*marked)(const void *arg, size_t row); /* may be NULL */
    size_t *memo; /* what each line of the body shows already (memo_line), kept up to date; NULL:
                     draw all */
};

/* Draws titles into the first line of title and rows into body. */
void table_draw(struct table *table, const struct surface *title, const struct surface *body);

#endif
