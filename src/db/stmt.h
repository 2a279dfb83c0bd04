#ifndef VIGIE_DB_STMT_H
#define VIGIE_DB_STMT_H

#include "model/page.h"

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
 * reach. Found: filtered, with texts that vigie.search can look for. */
enum stmt_variant { STMT_PLAIN, STMT_FILTERED, STMT_BARE, STMT_FOUND };

/* The statement of a page in an order, read forward or backward; the column must be sortable.
 * ranked: vigie.rank is there to read. */
enum stmt stmt_page(const struct order *order, int backward, enum stmt_variant variant, int ranked);

#endif
