#ifndef VIGIE_CLI_SHEET_H
#define VIGIE_CLI_SHEET_H

#include "base/err.h"
#include "model/draft.h"

/* Connexions as a table in a file, CSV or JSON: what export writes and import reads. */

enum { SHEET_FILE_MAX = 64 * 1024 * 1024, SHEET_ROWS_MAX = CHANGES_MAX };

/* The text of a value in a file, the same in every language; read back by field_check as the same
 * value. */
void sheet_text(enum field field, const char *value, struct str *out);

/* One row of a file. */
struct sheet_row {
    long line; /* CSV: line; JSON: number of the object, from 1 */
    char id[UUID_TEXT];
    int there[FIELD_COUNT];        /* the file has this field */
    const char *text[FIELD_COUNT]; /* as typed; NULL is SQL's NULL */
    const char *problem;           /* the row cannot be taken; NULL */
};

/* Reads a file ("-": standard input) and gives each row to visit, which borrows it; what is not 0
 * ends it and is returned. json: -1 finds out. A file with keys in it that others may read is
 * refused. ERR_USAGE names the line; ERR_SYSTEM, ERR_LIMIT. The file's bytes are wiped. */
typedef int (*sheet_visit)(void *arg, const struct sheet_row *row);
int sheet_read(const char *path, int json, sheet_visit visit, void *arg, struct err *e);

/* --format: 0 CSV, 1 JSON, -1 not given. ERR_USAGE. */
int sheet_format(const char *text, int *json, struct err *e);

#endif
