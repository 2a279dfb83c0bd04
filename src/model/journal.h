#ifndef VIGIE_MODEL_JOURNAL_H
#define VIGIE_MODEL_JOURNAL_H

#include "model/field.h"
#include "model/proof.h"

#include <stdint.h>

/* The journal as the database keeps it: who changed what of a connexion, and when. Text is scrubbed
 * and bounded. */

enum journal_action { JOURNAL_INSERT, JOURNAL_UPDATE, JOURNAL_DELETE };

enum { JOURNAL_PAGE_MAX = 500, JOURNAL_NAME = 160 };

/* One changed column. A SECRET has its fingerprint in place of its value. */
struct journal_field {
    char column[64]; /* SQL name: columns that are no fields are in the journal too */
    char *before;    /* NULL: SQL's NULL (or no row) */
    char *after;
    int altered; /* scrubbing or bounds changed a text: it can be shown, not put back */
};

struct journal_entry {
    int64_t seq; /* within the organisation */
    char organisation_id[UUID_TEXT];
    char organisation_nom[JOURNAL_NAME];
    char connexion_id[UUID_TEXT];
    char account[JOURNAL_NAME]; /* e-mail at that time */
    enum journal_action action;
    int64_t at;                   /* UTC seconds */
    char at_text[32];             /* with microseconds, for --json */
    char user_id[UUID_TEXT];      /* auth.uid(); "" without one */
    char user_name[JOURNAL_NAME]; /* "" when out of sight */
    char login[JOURNAL_NAME];     /* session_user */
    char address[64];             /* "" for a Unix socket */
    char application[JOURNAL_NAME];
    char batch[UUID_TEXT]; /* "" when it did not come through the console */
    char kind[16];         /* edit, undo, redo, restore, import, "" */
    struct journal_field *field;
    int fields;
};

struct journal_page {
    struct journal_entry *item; /* the newest first */
    size_t len;
    int more;
};

struct journal_request {
    char connexion_id[UUID_TEXT];    /* "" for all */
    char organisation_id[UUID_TEXT]; /* "" for all in sight */
    char person[NAME_TEXT];          /* part of a name, login or a user id; "" */
    char column[64];                 /* SQL name; "" */
    char batch[UUID_TEXT];           /* only what this batch of the console did; "" */
    char since[32], until[32];       /* "" or an instant or day, UTC */
    char before_at[32];              /* keyset: older than this entry; "" for the newest */
    char before_organisation[UUID_TEXT];
    int64_t before_seq;
    int limit;
};

/* What verify found in one organisation's chain. */
struct journal_proof {
    char organisation_id[UUID_TEXT];
    char organisation_nom[JOURNAL_NAME];
    int64_t entries;
    int64_t bad_seq; /* the first entry that is wrong; 0: none */
    char reason[64]; /* word: "hash", "gap", "head", "previous"; "" */
};

/* What undo or redo would touch next: the newest batch of this operator. */
struct undo_state {
    char undo[UUID_TEXT], redo[UUID_TEXT];                   /* "" when there is none */
    char undo_text[FIELD_PROBLEM], redo_text[FIELD_PROBLEM]; /* "edit of 3 connexions, 2 minutes
                                                                ago": kind and count in words */
    size_t undo_rows, redo_rows;
    int64_t undo_at, redo_at;
};

struct journal_page *journal_page_create(size_t len);
void journal_page_destroy(struct journal_page *page);
const char *journal_action_word(enum journal_action action);  /* insert, update, delete */
const char *journal_action_title(enum journal_action action); /* translated */
/* Who did it, for people: the person, or for what a limit did the program that found it, or the
 * login. */
const char *journal_author(const struct journal_entry *entry);
/* "undo", "probe", translated; "" for an edit, and for what other programs did. */
const char *journal_kind_title(const char *kind);

#endif
