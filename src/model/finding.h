#ifndef VIGIE_MODEL_FINDING_H
#define VIGIE_MODEL_FINDING_H

#include <stddef.h>

/* What is worth mending in a database, by the closed list finding.def. */

enum finding_kind {
#define FINDING(id, word, gravity, title, why) FINDING_##id,
#include "model/finding.def"
#undef FINDING
    FINDING_COUNT
};

enum finding_gravity { FINDING_IS_NOTE, FINDING_IS_WARN, FINDING_IS_BAD };

struct finding_info {
    const char *word;
    enum finding_gravity gravity;
    const char *title; /* English; pass through gettext */
    const char *why;   /* English */
};

enum { SUBJECT_MAX = 512, FIX_MAX = 4096 };

/* subject and fix are scrubbed and bounded. */
struct finding {
    enum finding_kind kind;
    char subject[SUBJECT_MAX]; /* name of the policy, function, ...; or a count */
    char *fix;                 /* SQL for the owner, or one that lists the rows; "" */
};

struct findings {
    struct finding *item;
    size_t len;
    int rows_unknown; /* the rows could not be counted in time */
};

const struct finding_info *finding_info(enum finding_kind kind);
/* By its word; -1 when there is none. */
int finding_find(const char *word);
const char *finding_gravity_word(enum finding_gravity gravity);

/* Copies of the texts; a count of findings beyond a bound is not kept. */
enum { FINDINGS_MAX = 500 };
void findings_add(struct findings *f, enum finding_kind kind, const char *subject, const char *fix);
void findings_finish(struct findings *f);

#endif
