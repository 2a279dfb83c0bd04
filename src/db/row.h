#ifndef VIGIE_DB_ROW_H
#define VIGIE_DB_ROW_H

#include "base/err.h"
#include "model/organisation.h"

#include <libpq-fe.h>
#include <stdint.h>

/* Cells of a result to values. Text is scrubbed and bounded here, where it enters the program. */

enum { ROW_LIST_CHARS = 300, ROW_SHEET_CHARS = 65536 };

/* Where the columns of a result stand, found once per result by their names. */
struct row_layout {
    int chars; /* characters that the statement cuts text to */
    int col[COLUMN_COUNT];
    int organisation_nom, client_nom, client_organisation;
    int quota_permille, budget_permille;
    int key[KEYSET_PARTS];
};

/* ERR_DATABASE when a column is missing that every row must have. */
int row_layout(struct row_layout *l, const PGresult *res, int chars, struct err *e);

/* A new row of the result. */
struct connexion *row_connexion(const struct row_layout *l, const PGresult *res, int row);

/* The sums of SQL_FIGURES, by name; organisations stays 0 when the result has none. */
void row_totals(struct totals *t, const PGresult *res, int row);

/* One cell by column number (negative: absent) or name. NULL for SQL's NULL; borrowed and raw. */
const char *row_cell(const PGresult *res, int row, int column);
const char *row_named(const PGresult *res, int row, const char *name);
int row_flag(const PGresult *res, int row, const char *name);
int64_t row_number(const PGresult *res, int row, const char *name, int64_t fallback);
/* Scrubbed and cut to chars characters, with an ellipsis when there were more; NULL for NULL. The
 * caller frees it. */
char *row_text(const PGresult *res, int row, int column, int chars);
/* "" when it is NULL or no UUID. */
void row_uuid(char out[UUID_TEXT], const PGresult *res, int row, int column);
/* The same into a buffer; "" for NULL. */
void row_copy(char *out, size_t size, const PGresult *res, int row, const char *name);

#endif
