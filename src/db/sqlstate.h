#ifndef VIGIE_DB_SQLSTATE_H
#define VIGIE_DB_SQLSTATE_H

#include "base/err.h"

#include <libpq-fe.h>

enum { SQLSTATE_TEXT = 6, SERVER_TEXT_MAX = 300 };

/* Fills e with the sentence of a SQLSTATE, translated; message is the server's primary one or NULL,
 * scrubbed, redacted and bounded here, and added where it helps. Returns -e->code. e may be NULL.
 */
int sqlstate_error(struct err *e, const char *sqlstate, const char *message);

/* The same for a failed result; one without SQLSTATE comes from libpq: the connection broke. */
int sqlstate_result(struct err *e, const PGresult *res);

/* The same for a connection that failed or broke, from PQerrorMessage and where it has none from
 * fatal (may be ""): the SQLSTATE that the server said last. Verbosity must be PQERRORS_VERBOSE.
 * starting: the session had not begun. */
int sqlstate_connection(struct err *e, const PGconn *conn, const char *fatal, int starting);

/* Finds the last "SEVERITY:  XXXXX: message" of a text by libpq; returns the start of the message,
 * or NULL. */
const char *sqlstate_find(const char *text, char sqlstate[SQLSTATE_TEXT]);

/* Copies the first line of foreign text, scrubbed, redacted and bounded; out has SERVER_TEXT_MAX
 * bytes. */
void sqlstate_clean(char out[SERVER_TEXT_MAX], const char *text);

#endif
