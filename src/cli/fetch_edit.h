#ifndef VIGIE_CLI_FETCH_EDIT_H
#define VIGIE_CLI_FETCH_EDIT_H

#include "db/q_choice.h"
#include "db/q_edit.h"
#include "db/q_journal.h"

/* The questions of editing and of the journal as plain calls: each asks, waits and hands the answer
 * over, to destroy; out stays NULL when it fails. */
struct fetch_watch {
    edit_progress progress;
    void *arg;
    int interrupted; /* set: a signal came, and the server was asked to stop */
};
int fetch_save(struct session *s, const struct change_set *set, const char *kind,
               struct fetch_watch *watch, struct change_results **out, struct err *e);
int fetch_result(struct session *s, const char *batch, struct change_results **out, struct err *e);
int fetch_preview(struct session *s, const struct change_set *set, struct change_results **out,
                  struct err *e);
int fetch_undo(struct session *s, const char *batch, const char *target, int redo,
               struct change_results **out, struct err *e);
int fetch_undo_state(struct session *s, struct undo_state *out, struct err *e);

int fetch_journal(struct session *s, const struct journal_request *request,
                  struct journal_page **out, struct err *e);
/* proofs: owned by the caller, free(). */
int fetch_verify(struct session *s, const char *organisation, struct journal_proof **proofs,
                 size_t *len, struct err *e);

int fetch_choices(struct session *s, const struct choice_request *request, struct choice_list **out,
                  struct err *e);

#endif
