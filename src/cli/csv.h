#ifndef VIGIE_CLI_CSV_H
#define VIGIE_CLI_CSV_H

#include "base/err.h"
#include "base/str.h"

#include <stdio.h>

/* Tables as text, by RFC 4180: a cell in quotes is its text, an empty one without quotes is SQL's
 * NULL. What a spreadsheet would run as a formula gets an apostrophe in front, and so does an
 * apostrophe there, so that taking one away gives the text back. */
enum { CSV_CELLS = 64, CSV_CELL_MAX = 128 * 1024 };

/* Writes one cell; first tells that none stands before it on the line. text NULL: SQL's NULL. */
void csv_put(FILE *out, int first, const char *text);
void csv_end(FILE *out);

struct csv_cell {
    char *text;
    int null;
};

/* Reads a text in memory, which it changes and the cells point into. */
struct csv_reader {
    char *p;
    long line; /* of the row that was read last */
    long next; /* of the one that follows */
    char mark; /* between cells: , ; or tab, whichever the first line has */
};

/* text is NUL-terminated and without NULs before. */
void csv_open(struct csv_reader *r, char *text);
/* The cells of the next row that is not empty; their number, 0 at the end, or -ERR_USAGE with the
 * line in e. */
int csv_next(struct csv_reader *r, struct csv_cell cells[CSV_CELLS], struct err *e);

/* The guard against formulas and its inverse, in place; for tests. Adds to out. */
void csv_guard(const char *text, struct str *out);
void csv_unguard(char *text);

#endif
