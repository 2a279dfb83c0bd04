#ifndef VIGIE_CLI_SHEET_PART_H
#define VIGIE_CLI_SHEET_PART_H

#include "cli/sheet.h"

/* Between the files of sheet*.c only. */

/* What the bytes of a file are handed to. */
struct sheet_source {
    char *text; /* NUL-terminated; may be changed */
    int shared; /* others may read the file */
    sheet_visit visit;
    void *arg;
};

/* What a name in the first line or in an object means. */
enum sheet_name { SHEET_FIELD, SHEET_ID, SHEET_IGNORED, SHEET_UNKNOWN };
enum sheet_name sheet_name(const char *name, enum field *field);
int sheet_unknown(const char *name, struct err *e);
/* The error for keys in a file that others may read. */
int sheet_shared(struct err *e);
/* Takes the text of an id; -1 when it is none. */
int sheet_id(struct sheet_row *row, const char *text);

int sheet_read_csv(const struct sheet_source *s, struct err *e);
int sheet_read_json(const struct sheet_source *s, struct err *e);

#endif
