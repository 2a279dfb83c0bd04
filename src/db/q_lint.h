#ifndef VIGIE_DB_Q_LINT_H
#define VIGIE_DB_Q_LINT_H

#include "db/session.h"
#include "model/finding.h"

/* What is worth mending in the database: from its catalogues, and from the rows in the sight of the
 * session. Blocking; command line only. Statements that this identity may not run, or that pass the
 * deadline, are left out and remembered in rows_unknown; an error is returned only when the
 * connection breaks. keys: the session may read the column of the keys, which are counted and
 * never fetched. The caller finishes out in any case. */
int q_lint(struct session *s, int keys, struct findings *out, struct err *e);

#endif
