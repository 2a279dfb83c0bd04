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
    COLUMN_SECRET,
    COLUMN_VIRTUAL /* none of the table: made by the console */
};

enum column {
#define COLUMN(id, sql, word, title, kind, width) COL_##id,
#include "model/column.def"
#undef COLUMN
    COLUMN_COUNT, /* of the table; those that follow are only on screen */
    COLUMN_BEFORE_VIRTUAL = COLUMN_COUNT - 1,
#define VIRTUAL(id, word, title, width) COL_##id,
#include "model/virtual.def"
#undef VIRTUAL
    COLUMN_ALL
};

struct column_info {
    const char *sql;   /* name in the table; "" for a virtual one */
    const char *word;  /* name on the command line, in filters and in JSON keys of the console's own
                          making */
    const char *title; /* English; pass through gettext to show it */
    enum column_kind kind;
    int width; /* columns of the terminal it asks for in a list */
};

/* The row of the list; static storage. */
const struct column_info *column_info(enum column column);

/* Finds a column by its word or SQL name, virtual ones too; -1 when there is none. */
int column_find(const char *word);

/* Every column of the table but a secret can be sorted by. */
int column_sortable(enum column column);

/* Every column but a secret can be shown in a list. */
int column_showable(enum column column);

/* Reads "account,state,budget" into out (COLUMN_COUNT places); returns how many, or -1 with the
 * unknown word in bad (64 bytes). Columns of the table only. */
int column_parse_list(const char *text, enum column out[COLUMN_COUNT], char bad[64]);

/* As column_parse_list, virtual columns too. */
int column_parse_shown(const char *text, enum column out[COLUMN_ALL], char bad[64]);

/* The columns a list shows unless asked otherwise, in order; returns how many. The ones of the
 * screen have the virtual ones among them. */
int column_defaults(enum column out[COLUMN_COUNT]);
int column_defaults_shown(enum column out[COLUMN_ALL]);

#endif
