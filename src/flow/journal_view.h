#ifndef VIGIE_FLOW_JOURNAL_VIEW_H
#define VIGIE_FLOW_JOURNAL_VIEW_H

#include "flow/journal_rows.h"
#include "model/journal_filter.h"

/* What the state holds of the journal: the list of an organisation or of all in sight, the timeline
 * of one row, the entry that is open, what verify said, and the undo being asked for. */

enum journal_ask { ASK_NEWEST, ASK_NEWS, ASK_OLDER, ASK_AGAIN };

/* SCREEN_JOURNAL and SCREEN_TIMELINE are two of these. */
struct journal_view {
    char connexion_id[UUID_TEXT]; /* the timeline's row; "" for the journal */
    char account[NAME_TEXT];
    char organisation_id[UUID_TEXT]; /* "" for all in sight */
    char organisation_nom[NAME_TEXT];
    char filter_text[FILTER_TEXT_MAX];
    struct journal_filter filter;
    char filtered_id[UUID_TEXT]; /* the organisation that the filter names; "" */
    char filtered_nom[NAME_TEXT];
    struct journal_rows rows;
    int loaded; /* an answer came for the present filter */
    int failed; /* the last question was not answered */
    int64_t fetched_at;
    unsigned job; /* outstanding question, 0 for none */
    enum journal_ask asked;
    size_t asked_part; /* ASK_AGAIN */
    int again;         /* something changed while a question was under way */
};

/* What verify said last. */
struct journal_chain {
    unsigned job;
    char organisation_nom[NAME_TEXT]; /* which it was asked of; "" for all in sight */
    struct journal_proof *proofs;     /* owned */
    size_t len;
    int known;
    int64_t at; /* UTC seconds */
};

/* The last edit, being looked at before it is undone. */
struct undoing {
    unsigned job; /* what could be undone is being asked, 0 for no */
    int redo;
    char target[UUID_TEXT];
    char text[FIELD_PROBLEM];   /* what it was, in words */
    int64_t at;                 /* when, UTC seconds */
    unsigned job_rows;          /* what it did is being read */
    struct journal_page **page; /* as far as it was read; owned */
    size_t pages, cap, entries;
};

struct state;

/* The list below the entry on screen, else the one on screen; NULL when there is none. */
const struct journal_view *journal_shown(const struct state *st);
/* The entry that the cursor is on, also while it is open; NULL when it is not held. Borrowed. */
const struct journal_entry *journal_current(const struct state *st);
/* The entry that verify found to be wrong. */
int journal_is_bad(const struct state *st, const struct journal_entry *entry);
/* Chains that verify found to be wrong. */
size_t journal_bad(const struct state *st);
/* What is wrong with a chain, as a sentence. */
void journal_reason(const struct journal_proof *proof, char *buf, size_t size);
int64_t journal_proven(const struct state *st); /* entries that it looked at */

/* The enum column of an SQL name, -1. */
int journal_column(const struct journal_field *field);
/* A value as a person reads it ("none", "empty"; of a key its fingerprint); NULL is SQL's NULL. */
void journal_show(const struct journal_field *field, const char *value, struct str *out);
/* Who changed it: name, else login. */
const char *journal_who(const struct journal_entry *entry);
int journal_by_probe(const struct journal_entry *entry);

#endif
