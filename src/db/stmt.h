#ifndef VIGIE_DB_STMT_H
#define VIGIE_DB_STMT_H

#include "model/column.h"

/* Every statement that the program sends, listed once in stmt.def: STMT(NAME, number of parameters,
 * text). */
enum stmt {
#define STMT(name, count, text) STMT_##name,
#include "db/stmt.def"
#undef STMT
    STMT_COUNT
};

const char *stmt_text(enum stmt stmt);
const char *stmt_name(enum stmt stmt);
int stmt_params(enum stmt stmt);

/* Plain: no filter but the organisation. Bare: filtered, where the tables of clients are out of
 * reach. */
enum stmt_variant { STMT_PLAIN, STMT_FILTERED, STMT_BARE };

/* The statement of a page ordered by a column; the column must be sortable. */
enum stmt stmt_page(enum column column, int descending, enum stmt_variant variant);

#endif
