#ifndef VIGIE_MODEL_COLUMN_H
#define VIGIE_MODEL_COLUMN_H

enum column_kind {
    COLUMN_UUID,
    COLUMN_TEXT,
    COLUMN_BOOL,
    COLUMN_TIME,
    COLUMN_INT,
    COLUMN_MONEY,
    COLUMN_LIST,
    COLUMN_JSON,
    COLUMN_SECRET
};

enum column {
#define COLUMN(id, sql, word, title, kind, width) COL_##id,
#include "model/column.def"
#undef COLUMN
    COLUMN_COUNT
};

struct column_info {
    const char *sql;   /* name in the table */
    const char *word;  /* name on the command line, in filters and in JSON keys of the console's own
                          making */
    const char *title; /* English; pass through gettext to show it */
    enum column_kind kind;
    int width; /* columns of the terminal it asks for in a list */
};

/* The row of the list; static storage. */
const struct column_info *column_info(enum column column);

/* Finds a column by its word or SQL name; -1 when there is none. */
int column_find(const char *word);

/* Every column but a secret can be sorted by. */
int column_sortable(enum column column);

/* Reads "account,state,budget" into out (COLUMN_COUNT places); returns how many, or -1 with the
 * unknown word in bad (64 bytes). */
int column_parse_list(const char *text, enum column out[COLUMN_COUNT], char bad[64]);

/* The columns a list shows unless asked otherwise, in order; returns how many. */
int column_defaults(enum column out[COLUMN_COUNT]);

#endif
