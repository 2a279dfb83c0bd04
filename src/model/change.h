#ifndef VIGIE_MODEL_CHANGE_H
#define VIGIE_MODEL_CHANGE_H

#include "base/err.h"
#include "model/field.h"
#include "model/proof.h"

/* A plan of changes as values, and what became of it. Values are canonical texts (see field_check);
 * NULL is SQL's NULL. */

enum change_op { CHANGE_UPDATE, CHANGE_INSERT, CHANGE_DELETE };

struct change_value {
    int set;     /* this field is part of the change */
    char *value; /* new value; owned. A SECRET's is wiped when freed */
    int former; /* a SECRET only: value is the fingerprint ("sha256:…", as the journal has it) of a
                   key that the row had; the database puts that key back, nobody sees it */
    int has_seen; /* the save must find the field as it was seen */
    char *seen;   /* the value that the person saw; never for a SECRET (its fingerprint, see
                     change.seen_key) */
};

struct change {
    enum change_op op;
    char id[UUID_TEXT]; /* CHANGE_INSERT: "" lets the database choose; set afterwards in the result
                         */
    char copy_of[UUID_TEXT]; /* CHANGE_INSERT: a duplicate takes the key of this row unless one is
                                set; "" for none */
    char label[NAME_TEXT];   /* how a plan names the row: the account; scrubbed */
    struct change_value field[FIELD_COUNT];
};

enum { CHANGES_MAX = 100000 };

/* One transaction: everything in it is saved or nothing when all_or_nothing, else each row for
 * itself. */
struct change_set {
    char batch[UUID_TEXT]; /* names the transaction, so that its end can be asked for after a lost
                              connection; "" until the worker or command line that sends it has made
                              one */
    int all_or_nothing;
    struct change *item;
    size_t len;
};

enum change_outcome {
#define OUTCOME(id, word, title, role, sentence) OUTCOME_##id,
#include "model/outcome.def"
#undef OUTCOME
    OUTCOME_COUNT
};

struct outcome_info {
    const char *word;
    const char *title;    /* English */
    const char *sentence; /* English */
};
const struct outcome_info *outcome_info(enum change_outcome outcome);
int outcome_find(const char *word); /* -1 */

/* What became of one change. */
struct change_result {
    char id[UUID_TEXT];
    enum change_outcome outcome;
    char *theirs[FIELD_COUNT]; /* CONFLICT: the value there now; owned */
    int conflict[FIELD_COUNT]; /* which fields conflict */
    char sqlstate[6];          /* REFUSED, DENIED: "" when it was none */
    char rule[NAME_TEXT];      /* name of the constraint or trigger that refused, scrubbed; "" */
    int field;                 /* the field that it is about, -1 when not known */
    char text[FIELD_PROBLEM];  /* the reason in the person's language, "" when the outcome says it
                                  all */
    char cure[FIELD_PROBLEM];
};

struct change_results {
    char batch[UUID_TEXT];
    int committed; /* 0: nothing at all was written */
    struct change_result *item;
    size_t len;
    size_t count[OUTCOME_COUNT];
    struct err err; /* why the transaction as a whole failed; ERR_OK otherwise */
};

struct change_set *change_set_create(size_t len);
struct change_set *change_set_copy(const struct change_set *set);
/* Wipes secrets. Accepts NULL. */
void change_set_destroy(struct change_set *set);
/* Copies of the texts. */
void change_put(struct change *change, enum field field, const char *value);
void change_put_seen(struct change *change, enum field field, const char *seen);
/* How many fields a change sets. */
int change_fields(const struct change *change);
/* The statement that does the same in psql, with line ends, for people to read; a secret is the
 * psql variable :'openai_api_key'. Adds to out, bounded by it. */
void change_sql(const struct change *change, struct str *out);

struct change_results *change_results_create(size_t len);
void change_results_destroy(struct change_results *results);

#endif
