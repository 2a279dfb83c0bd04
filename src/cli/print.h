#ifndef VIGIE_CLI_PRINT_H
#define VIGIE_CLI_PRINT_H

#include "base/text.h"

#include <stdio.h>

/* Text for people on a stream: as wide as the terminal and with colours when it is one (and neither
 * NO_COLOR nor TERM=dumb says otherwise), unbounded and plain when it is not; in ASCII where the
 * locale is not UTF-8. Errors of the stream are left for who flushes it. */
enum print_role { PRINT_PLAIN, PRINT_TITLE, PRINT_GOOD, PRINT_WARN, PRINT_BAD, PRINT_DIM };

struct print {
    FILE *out;
    int width; /* columns of the terminal; 0 is unbounded */
    int colour;
    int ascii;
};

/* Looks at the stream and the environment. */
void print_init(struct print *p, FILE *out);

void print_text(const struct print *p, const char *text, enum print_role role);

/* "Label    text" with the label in label_width columns. Long texts are not cut. */
void print_field(const struct print *p, const char *label, int label_width, const char *text,
                 enum print_role role);

/* A table whose column widths follow from its first TABLE_ROWS rows: those are kept until then,
 * later ones are written at once. On a terminal the widest columns give way and cells are cut;
 * elsewhere a longer cell pushes what follows. */
enum { TABLE_ROWS = 500, TABLE_COLUMNS = 32 };

struct table;

struct table *table_create(const struct print *p);
void table_destroy(struct table *t);

/* All columns come before the first cell; TABLE_COLUMNS at most. */
void table_column(struct table *t, const char *title, enum text_align align);

/* The next cell, row after row. The text is copied. */
void table_cell(struct table *t, const char *text, enum print_role role);

/* Writes what is kept, the titles first; call it once after the last cell. */
void table_flush(struct table *t);

#endif
