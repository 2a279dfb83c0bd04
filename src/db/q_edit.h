#ifndef VIGIE_DB_Q_EDIT_H
#define VIGIE_DB_Q_EDIT_H

#include "db/session.h"
#include "model/change.h"
#include "model/journal.h"

/* Edits of people. Each travels as one transaction of kind TRANSACTION_EDIT, which the server
 * itself refuses (25006) while the session is not armed (session_arm). The database must have the
 * schema vigie with editing, else ERR_DATABASE with the cure (vigie init or adopt). */

/* A key typed by a person must not stand in the server's log, which may hold every parameter: it
 * travels as the exclusive or with a pad that the server made, remembers for one use and never logs
 * (results are not logged). q_edit_save fetches the pads that it needs. */

/* Saves a plan in one transaction. progress (may be NULL) is told after each part how many rows are
 * behind it; the parts are one transaction all the same. done takes results: outcomes of each row,
 * in order, or NULL when the transaction failed as a whole. Its err: ERR_LOST or ERR_TIMEOUT leave
 * open whether it was committed: ask q_edit_result, on a new session where this one is gone. The
 * set has its names (edit_name) and is borrowed until done. */
typedef void (*edit_progress)(void *arg, size_t rows);
typedef void (*edit_done)(void *arg, struct change_results *results, struct err *e);
int q_edit_save(struct session *s, const struct change_set *set, const char *kind,
                edit_progress progress, edit_done done, void *arg, struct err *e);

/* What became of a batch whose answer was lost. Waits for one that is still running
 * (statement_timeout bounds it); one that never arrived is struck out, so that it cannot be
 * executed later: results->committed is 0 then. The results are those of the rows that are known
 * of, by id: edit_align brings them into the order of a set. */
int q_edit_result(struct session *s, const char *batch, edit_done done, void *arg, struct err *e);

/* Undo (or redo) of a batch of this operator, as a new batch, through RLS, conflict detection and
 * the journal. */
int q_edit_undo(struct session *s, const char *batch, const char *target, int redo, edit_done done,
                void *arg, struct err *e);
typedef void (*undo_done)(void *arg, const struct undo_state *state, struct err *e);
int q_edit_undo_state(struct session *s, undo_done done, void *arg, struct err *e);

/* A plan before it is written: for each change, what the row holds now in the fields that it sets
 * (results->item[i].theirs), and whether it is in sight (SAVED would be possible: outcome SAVED;
 * GONE, HIDDEN, CONFLICT as the save would find). Writes nothing. */
int q_edit_preview(struct session *s, const struct change_set *set, edit_done done, void *arg,
                   struct err *e);

/* Gives every change of the set its result, by id; a row that none tells of was not touched. */
void edit_align(const struct change_set *set, struct change_results *results);

/* Everything kept as it was: what a plan comes to that was given up, or failed as a whole for why.
 */
struct change_results *edit_kept(const struct change_set *set, const struct err *why);

/* Gives the set its batch, and new rows without an id one, so that they can be asked for by it. */
void edit_name(struct change_set *set);
/* A random version 4 uuid as text, from the kernel. */
void edit_batch(char out[UUID_TEXT]);

#endif
