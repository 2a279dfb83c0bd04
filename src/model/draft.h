#ifndef VIGIE_MODEL_DRAFT_H
#define VIGIE_MODEL_DRAFT_H

#include "model/change.h"

/* What a person is typing into a form, and what it was like when it was opened. Pure values. */

enum draft_kind { DRAFT_EDIT, DRAFT_CREATE, DRAFT_BULK };

struct draft_field {
    char
        *seen; /* canonical, as the form was opened; NULL is SQL's NULL (and always for a SECRET) */
    int mixed; /* DRAFT_BULK: the rows differ in it */
    int touched; /* the person put something in */
    int null;    /* touched: the person chose "none" */
    char *text;  /* touched: as typed; owned; wiped for a SECRET */
    int lost;    /* read from disk: a SECRET had been typed, which is never kept; type it again */
};

struct draft {
    enum draft_kind kind;
    char id[UUID_TEXT];      /* DRAFT_EDIT */
    char copy_of[UUID_TEXT]; /* DRAFT_CREATE of a duplicate: whose key it takes unless one is typed
                              */
    char label[NAME_TEXT];
    struct draft_field field[FIELD_COUNT];
};

enum { DRAFT_TEXT_MAX = 512 * 1024 };

void draft_init(struct draft *d, enum draft_kind kind);
/* Fills seen from the row (and id, label). A duplicate: kind CREATE, everything of the row touched
 * except identity, measures and key. */
void draft_take_row(struct draft *d, const struct connexion *row);
void draft_duplicate(struct draft *d, const struct connexion *row);
void draft_finish(struct draft *d);
void draft_copy(struct draft *to, const struct draft *from);

/* text NULL: SQL's NULL. */
void draft_set(struct draft *d, enum field field, const char *text);
void draft_clear(struct draft *d, enum field field); /* as it was when opened */
/* Whether the field would be written: touched and another value than the one seen. */
int draft_changes(const struct draft *d, enum field field);
int draft_changed(const struct draft *d); /* how many fields */
/* Canonical value as the form stands now: the typed one when it is touched and can be taken, else
 * the one seen. out may be NULL. */
enum field_grade draft_value(const struct draft *d, enum field field,
                             const struct field_facts *facts, struct str *out, int *is_null,
                             char problem[FIELD_PROBLEM]);
/* The same without the value. */
enum field_grade draft_check(const struct draft *d, enum field field,
                             const struct field_facts *facts, char problem[FIELD_PROBLEM]);

/* The row as it is now became known again: what the person did not touch follows it; what was
 * touched keeps its seen value, so that the save finds the conflict. Tells how many touched fields
 * now differ from what they were seen as. */
int draft_refresh(struct draft *d, const struct connexion *row);

/* The change that saves it (EDIT, CREATE), or for BULK: the change of one of the rows. ERR_USAGE
 * names the first field that cannot be taken. */
int draft_change(const struct draft *d, const struct connexion *row, struct change *out,
                 struct err *e);

/* A text to keep on disk and back: fields by words, values escaped, bounded; secrets are left out
 * and named (lost), so that the person is told to type them again. out->overflow tells that it did
 * not fit. draft_read initialises d and gives ERR_CONFIG, with d empty, when it cannot be read. */
void draft_write(const struct draft *d, struct str *out);
int draft_read(struct draft *d, const char *text, struct err *e);

#endif
