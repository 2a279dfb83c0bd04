#ifndef VIGIE_FLOW_FORM_H
#define VIGIE_FLOW_FORM_H

#include "flow/editor.h"
#include "flow/typed.h"
#include "model/choice.h"
#include "model/draft.h"

/* What the state holds of editing: the form, the lists offered for a field, the plan, the conflict
 * dialog, and whether the session may write. Values of one thread, the UI's. A key that is typed is
 * in the editor, then in the draft, then in the plan's changes, nowhere else, and wiped in each. */

enum { EDIT_LABEL = NAME_TEXT, FORM_MODELS = FIELD_MODELS_MAX };

enum form_next { NEXT_EDIT, NEXT_NEW, NEXT_DUPLICATE };

struct form {
    int open;    /* draft holds something; the form may be on the stack or not (left, and kept) */
    int waiting; /* the whole row is still being fetched: nothing can be typed yet */
    int whole;   /* row is the whole row, not the clipped one of a list */
    struct draft draft;
    struct connexion *row;   /* EDIT, duplicate: as last fetched; NULL for NEW and BULK */
    int gone;                /* the row is not there any more */
    unsigned job;            /* the row is being fetched, 0 for no */
    char (*rows)[UUID_TEXT]; /* BULK: the rows; owned */
    size_t rows_len;
    int at;     /* the field that the cursor is on: an enum field */
    int typing; /* the editor holds the text of that field */
    struct editor editor;
    enum field_grade grade[FIELD_COUNT];      /* what the checks say of each field now */
    char problem[FIELD_COUNT][FIELD_PROBLEM]; /* "" when it is fine; never a secret */
    int moved[FIELD_COUNT]; /* somebody else changed this touched field since it was opened */
    char organisation_nom[OFFER_TEXT]; /* names of the references chosen; "" when not known */
    char client_nom[OFFER_TEXT];
    char client_organisation[UUID_TEXT];
    struct choice_list *models; /* what the key can really use; NULL until known */
    unsigned job_models;
    int key_elsewhere;         /* other connexions in sight with the key typed */
    unsigned job_same;         /* that is being asked */
    int64_t same_due_ms;       /* mono instant at which to ask, 0 for never */
    int64_t keep_due_ms;       /* mono instant at which the draft is kept, 0 when it is */
    int kept;                  /* a draft is on disk */
    int dirty;                 /* the person put something in */
    struct draft_field before; /* what Esc returns to while the editor is open; wiped */
    enum form_next next;       /* what the question whether to throw the draft away stands before */
    int next_field;
};

/* The list offered for a field: SCREEN_CHOICES. */
struct offers {
    enum field field;
    int local;                /* a closed list of the program's: no question to the database */
    struct choice_list *list; /* NULL until it came */
    struct typed search;      /* narrows the list; for models also a free entry */
    int cursor, top;          /* index among those that choices_shown tells */
    unsigned job;
    int64_t due_ms; /* mono instant of the next question, 0 for none */
};

enum plan_stage {
    PLAN_NONE,
    PLAN_ASKING,   /* what the rows hold now is being asked */
    PLAN_READY,    /* old → new is on screen */
    PLAN_SAVING,   /* under way: Esc gives it up */
    PLAN_STOPPING, /* given up by the person; the answer says what became of it */
    PLAN_UNSURE,   /* the connection broke: it is being found out whether it was committed */
    PLAN_DONE      /* results are on screen */
};

enum plan_danger {
    DANGER_UNDOABLE, /* Enter saves */
    DANGER_MANY,     /* many rows or a delete: the number is shown, Enter saves */
    DANGER_FINAL     /* cannot be undone: what plan.word says must be typed */
};

struct plan {
    enum plan_stage stage;
    struct change_set *set;         /* NULL in PLAN_NONE */
    struct change_results *preview; /* NULL until it came; theirs: what the rows hold now */
    struct change_results *results; /* PLAN_DONE */
    unsigned job;
    size_t rows_done, rows_total; /* PLAN_SAVING */
    enum plan_danger danger;
    char word[EDIT_LABEL];   /* DANGER_FINAL: the number or account to type */
    char kind[16];           /* for the journal: "edit", … */
    int from_form;           /* it saves the form's draft */
    char undo_of[UUID_TEXT]; /* it undoes this batch (or, redo: does it again); the set only shows
                                it */
    int redo;
    char title[EDIT_LABEL]; /* what it is called instead of what its changes would be; "" */
    int sql;                /* the statement is shown instead of the differences */
    int top;                /* first line shown: plans are texts, state.text_len is their length */
    int64_t since_ms;       /* mono instant at which the stage began */
};

enum conflict_choice { CHOSE_NOTHING, CHOSE_MINE, CHOSE_THEIRS, CHOSE_ORIGINAL };

struct conflict_item {
    size_t row; /* index into plan.set */
    enum field field;
    enum conflict_choice choice;
    const char *mine, *theirs, *original; /* canonical; borrowed from the plan */
};

struct conflict {
    struct conflict_item *item;
    size_t len;
    int cursor, top;
};

/* Whether the session may write. */
struct arming {
    int wanted; /* the person's wish, kept over reconnects */
    int armed;  /* the server says so */
    unsigned job;
};

/* What "." does again: the fields and values of the last edit that was saved, less secrets and what
 * belongs to one row. */
struct repeat {
    int known;
    struct change change;
};

struct state;

/* ── for drawing ── */

/* The fields of the form in their order: fills out, returns how many. */
int form_fields(const struct state *st, enum field out[FIELD_COUNT]);
/* The text of a field as a person reads it: names for references, "(several)" for rows that differ,
 * "(set)" for a key. Not what is being typed: that is in form.editor. */
void form_text(const struct state *st, enum field field, struct str *out);
int form_field_mixed(const struct state *st, enum field field); /* "(several)" */
/* A canonical value of a plan or a conflict as a person reads it: names for references. NULL:
 * "none". */
void value_text(const struct state *st, enum field field, const char *value, struct str *out);
/* "edit of ia@…", "new connexion", "12 connexions": what a title says. */
void form_title(const struct state *st, char *buf, size_t size);
/* Of DRAFT_BULK: rows it is about; else 1. */
size_t form_rows(const struct state *st);

/* Items of SCREEN_CHOICES that the search lets through. */
int choices_shown(const struct state *st);
/* By index among those; chosen (may be NULL): it is the field's value, or among its models. NULL
 * past the end. Borrowed. */
const struct offer *choices_at(const struct state *st, int index, int *chosen);

/* The value in the row now (or seen, until the preview came) and the one it will have; NULL is
 * SQL's NULL; known 0: the old one is not known. Never a secret: for one both are NULL. Borrowed.
 */
void plan_values(const struct state *st, size_t row, enum field field, const char **old, int *known,
                 const char **new_value);
/* What the save would find (PLAN_READY), or found (PLAN_DONE); -1 when not known. */
int plan_outcome(const struct state *st, size_t row);
/* How many rows have an outcome; of the preview or, once there are, of the results. */
size_t plan_count(const struct state *st, enum change_outcome outcome);
/* "3 changes in 2 connexions": the line above a plan, in words. */
void plan_title(const struct state *st, char *buf, size_t size);
/* What the plan waits for, in words: "Enter saves", "type 60 …", "Esc gives it up"; never NULL. */
void plan_prompt(const struct state *st, char *buf, size_t size);

/* ── for the loop ── */

/* While state.edit_externally is set the loop leaves the screen to $VISUAL with this text in a
 * private file (NULL: nothing to edit), and answers with EVENT_EDITED: the text of the file, or
 * err. Borrowed. */
const char *form_external_text(const struct state *st);

#endif
