#ifndef VIGIE_DB_ROW_HEALTH_H
#define VIGIE_DB_ROW_HEALTH_H

#include "db/row.h"
#include "model/health.h"

/* Rows with the columns of SQL_HEALTH and SQL_EVIDENCE (db/sql_health.h) to values; text is
 * scrubbed and bounded. */
void row_health(struct health *h, const PGresult *res, int row);
void row_evidence(struct evidence *v, const PGresult *res, int row);

/* The verdict that a word names. */
enum verdict row_verdict(const PGresult *res, int row, const char *name);

/* Copies what can stand in a header or a URL: printable ASCII without blanks; "" for NULL. 0, or -1
 * when it cannot, which leaves "". */
int row_token(char *out, size_t size, const PGresult *res, int row, const char *name);

/* Within int, fallback for NULL. */
int row_int(const PGresult *res, int row, const char *name, int fallback);

/* Writes values into the text of a JSON object, each followed by a comma: the caller opens and
 * closes it. What is no valid UTF-8 becomes '?', so that one bad byte does not spoil a batch. */
struct str;
void json_text(struct str *s, const char *key, const char *text); /* NULL: null */
/* An element of an array; thousands of them are written at once, so it is no printf. */
void json_integer(struct str *s, int64_t number);
void json_number(struct str *s, const char *key, int64_t number);
void json_evidence(struct str *s, const struct evidence *v);
/* Ends an object or array in place of its last comma. */
void json_close(struct str *s, char end);

#endif
