#ifndef VIGIE_DB_EDIT_READ_H
#define VIGIE_DB_EDIT_READ_H

#include "model/change.h"

#include <libpq-fe.h>

/* Answers about edits to values. What the server says is checked: places outside the plan and
 * unknown words are answers that nothing can be concluded from (ERR_DATABASE). */

/* The rows of one part into results: row at of the part is the change order[first + at]. len:
 * changes of the part. Counts nothing. */
int results_read(struct change_results *results, const size_t *order, size_t first, size_t len,
                 const PGresult *res, struct err *e);

/* Rows in the order of the answer, of an undo. */
struct change_results *results_of(const PGresult *res, struct err *e);

/* What vigie.batch_result tells (NULL: struck out), with the rows that the journal knows of it. */
struct change_results *results_of_batch(const char *json, const PGresult *rows, struct err *e);

/* Counts outcomes; committed tells that what is SAVED is. */
void results_count(struct change_results *results);

/* Refusals for lack of privilege (42501) of changes that name an organisation other than the
 * person's own get the sentence that says so. results: of the set, in its order; own: "" of an
 * administrator, who meets no such border. */
void results_explain_border(struct change_results *results, const struct change_set *set,
                            const char *own);

/* The sentence of one refused change. */
void result_explain(struct change_result *r, const char *message);

#endif
