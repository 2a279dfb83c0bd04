#ifndef VIGIE_FLOW_EDIT_H
#define VIGIE_FLOW_EDIT_H

#include "flow/turn.h"

/* The parts of editing, inside flow only. Each takes its answer by the job's id; what it does not
 * know is left to others. */

/* ── the doors: edit.c ── */
int edit_command(struct turn *t, enum command command, const char *argument); /* 1: it was ours */
int edit_insert(struct turn *t, const struct event *event);                   /* 1: it was ours */
void edit_accept(struct turn *t); /* of a prompt that is about editing */
void edit_cancel(struct turn *t);
void edit_typed(struct turn *t); /* the line of such a prompt changed */
void edit_take(struct turn *t, struct event *event);
void edit_fault(struct turn *t, const struct event *event);
void edit_tick(struct turn *t);
void edit_link(struct turn *t);        /* the connection changed its state */
void edit_row_changed(struct turn *t); /* the database says that connexions changed */
int edit_waiting(const struct state *st);
int64_t edit_next_wake(const struct state *st);
void edit_destroy(struct state *st);
/* 1: the program may not end now without being asked twice; said. */
int edit_holds_back(struct turn *t);
/* Takes a screen off the stack, wherever it is. */
void edit_drop(struct state *st, enum screen_kind screen);
/* A question that Enter answers; text is formatted by the caller into prompt.label. */
void edit_ask(struct turn *t, enum prompt_about about, enum prompt_kind kind);

/* ── what is edited: target.c ── */
struct target {
    const char *id;              /* borrowed from marks, list or sheet */
    const struct connexion *row; /* NULL when it is not held */
};
/* The marked rows, else the one under the cursor or of the sheet. */
size_t target_count(const struct state *st);
struct target target_at(const struct state *st, size_t index);
const struct connexion *target_row(const struct state *st, const char *id);
/* Whether a row may go only while this field is as it was seen: JSON and keys are not shown whole,
 * and the state is the poller's too, which never conflicts. */
int target_compares(enum field field);
void target_delete(struct turn *t);
void target_switch(struct turn *t, int on);
void target_repeat(struct turn *t);
void target_set(struct turn *t, const char *argument); /* "FIELD=VALUE"; NULL: ask */
void target_saved(struct turn *t); /* the plan's rows that were saved are marked no longer */

/* ── the form: form.c ── */
void form_edit(struct turn *t, int field); /* -1: the first */
void form_new(struct turn *t);
void form_duplicate(struct turn *t);
void form_again(struct turn *t);   /* the form that was left */
void form_replace(struct turn *t); /* the waiting question was answered with yes */
void form_close(struct state *st); /* wipes */
void form_leave(struct turn *t);
void form_take_row(struct turn *t, struct event *event);
void form_ask_row(struct turn *t);
void form_plan(struct turn *t);
/* A part of the form was changed by hand: judged, and kept before long. */
void form_touched(struct turn *t, enum field field);

/* ── keeping it: keep.c ── */
void keep_soon(struct state *st);
void keep_now(struct turn *t);
void keep_forget(struct turn *t);
void keep_take(struct turn *t, struct event *event); /* EVENT_DRAFT */
void keep_open(struct turn *t);
void keep_tick(struct turn *t);

/* ── what is wrong with it: form_check.c ── */
void form_check(struct state *st, enum field field);
void form_check_all(struct state *st);
/* Canonical value as the form stands; NULL in is_null. */
enum field_grade form_value(const struct state *st, enum field field, struct str *out,
                            int *is_null);
void form_ask_models(struct turn *t);
void form_check_tick(struct turn *t);
void form_take_choices(struct turn *t, struct event *event);

/* ── its keys: form_act.c ── */
int form_command(struct turn *t, enum command command);
void form_insert(struct turn *t, const struct event *event);
void form_stop_typing(struct turn *t);
void form_edited(struct turn *t, const struct event *event);
void form_find(struct state *st, const char *part);
/* Why nothing of the form can be changed now; NULL when it can. */
const char *form_held(const struct state *st);

/* ── SCREEN_CHOICES: choices.c ── */
void choices_open(struct turn *t, enum field field, const char *search);
void choices_close(struct turn *t);
int choices_command(struct turn *t, enum command command);
void choices_insert(struct turn *t, const struct event *event);
void choices_take(struct turn *t, struct event *event);
void choices_tick(struct turn *t);
void choices_ask(struct turn *t);
void choices_models(struct turn *t); /* the models became known */

/* ── the plan: plan.c ── */
int plan_busy(const struct state *st); /* a save is under way */
/* Takes the set. */
void plan_open(struct turn *t, struct change_set *set, const char *kind, int from_form);
void plan_again(struct turn *t); /* asks again what the rows hold */
int plan_command(struct turn *t, enum command command);
void plan_send(struct turn *t);
void plan_take_preview(struct turn *t, struct event *event);
void plan_take_saved(struct turn *t, struct event *event);
void plan_take_saving(struct turn *t, const struct event *event);
void plan_clear(struct state *st);
void plan_close(struct turn *t);
void plan_stop(struct turn *t);
void plan_link(struct turn *t);
void plan_fault(struct turn *t, const struct event *event);
/* The results of the save, or of the preview until there are any; NULL. */
const struct change_results *plan_results(const struct state *st);

/* ── the conflict dialog: conflict.c ── */
/* From the results that the plan shows; 0 when there is none. */
int conflict_open(struct turn *t);
int conflict_command(struct turn *t, enum command command);
void conflict_clear(struct state *st);

/* ── whether the session may write: arm.c ── */
/* Why the session may not write yet though it is to; NULL: it may, or is not to. */
const char *arm_waits(const struct state *st);
void arm_toggle(struct turn *t);
void arm_accept(struct turn *t);
void arm_take(struct turn *t, const struct event *event);
void arm_link(struct turn *t);

#endif
