#ifndef VIGIE_FLOW_JOURNAL_PART_H
#define VIGIE_FLOW_JOURNAL_PART_H

#include "flow/edit.h"

/* The parts of the journal, inside flow only. Each takes its answer by the job's id; what it does
 * not know is left to others. */

/* ── lists: journal_view.c ── */
struct journal_view *journal_of_screen(struct state *st, enum screen_kind screen);
struct journal_view *journal_on_screen(struct state *st);
void journal_reload(struct turn *t, struct journal_view *view);
void journal_request_all(const struct journal_view *view, struct journal_request *out);
void journal_moved(struct turn *t);
void journal_refresh(struct turn *t);
/* Something was changed: what is new is asked for as soon as a list is on screen. */
void journal_outdated(struct state *st);
void journal_take(struct turn *t, struct event *event);
void journal_fault(struct state *st, unsigned job);
void journal_forget_jobs(struct state *st);
void journal_clear(struct state *st); /* another identity, or the end */
int journal_waiting(const struct state *st);
void journal_settle(struct turn *t);
void journal_destroy(struct state *st);

/* ── what they are about: journal_open.c ── */
void journal_open(struct turn *t, const char *name); /* NULL: of what is on screen */
void timeline_open(struct turn *t);
void journal_filter(struct turn *t, const char *argument);
void journal_filter_accept(struct turn *t);
void journal_filter_typed(struct state *st);
int journal_back(struct turn *t);

/* ── commands: journal_act.c ── */
int journal_command(struct turn *t, enum command command, const char *argument); /* 1: was ours */
void journal_take_verified(struct turn *t, struct event *event);
void journal_take_exported(struct turn *t, struct event *event);
/* Lines of the present screen that can be moved over; -1 when it is none of these. */
long journal_lines(const struct state *st);
struct scroll *journal_scroll(struct state *st, enum screen_kind screen); /* NULL: none of these */

/* ── undo: undo.c ── */
void undo_ask(struct turn *t, int redo);
void undo_take_state(struct turn *t, struct event *event);
void undo_take_rows(struct turn *t, struct event *event);
/* Puts outcomes into the order of the rows of the plan that showed the undo. */
void undo_align(const struct change_set *set, struct change_results *results);
void undo_forget(struct state *st);
int undo_asking(const struct state *st);

#endif
