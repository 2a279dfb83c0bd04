#ifndef VIGIE_MODEL_CONNEXION_H
#define VIGIE_MODEL_CONNEXION_H

#include "model/column.h"

#include <stddef.h>
#include <stdint.h>

enum status {
#define STATUS(id, word, title, role) STATUS_##id,
#include "model/status.def"
#undef STATUS
    STATUS_COUNT,
    STATUS_UNKNOWN = STATUS_COUNT
};

enum { UUID_TEXT = 37, KEYSET_PARTS = 3 };

/* How far the polymorphic reference to the client could be resolved. */
enum client_link { CLIENT_FOUND, CLIENT_ELSEWHERE, CLIENT_MISSING };

/* An instant that may be absent. */
struct instant {
    int known;
    int64_t at;
};

/* One row as a value: text is scrubbed and bounded, NULL stands for SQL's NULL, col[COL_API_KEY]
 * always is NULL: the key is never fetched. Times are "YYYY-MM-DDTHH:MM:SS.ffffffZ", booleans
 * "t"/"f", lists and JSON their text. Ratios come from PostgreSQL in thousandths, -1 when there is
 * no limit to measure against. */
struct connexion {
    char id[UUID_TEXT];
    char organisation_id[UUID_TEXT];
    char *col[COLUMN_COUNT];
    char *organisation_nom; /* NULL when out of sight */
    char *client_nom;       /* NULL unless CLIENT_FOUND or CLIENT_ELSEWHERE */
    enum client_link client_link;
    int active;
    enum status status;
    struct instant synchro, reset;
    int quota_permille;
    int budget_permille;
    char *keyset[KEYSET_PARTS]; /* where the row stands in the present order; NULL parts are SQL's
                                   NULL */
};

struct connexion *connexion_create(void);
void connexion_destroy(struct connexion *c);
/* Deep copy. */
struct connexion *connexion_copy(const struct connexion *c);

/* Words of the table to values and back; unknown words give STATUS_UNKNOWN and "?". Titles are
 * translated. */
enum status status_parse(const char *word);
const char *status_word(enum status status);
const char *status_title(enum status status);

/* Title of a client kind's word, translated; the word itself when it is not on the list. */
const char *client_type_title(const char *word);
/* By index from 0; NULL past the end. */
const char *client_type_word(int index);

#endif
