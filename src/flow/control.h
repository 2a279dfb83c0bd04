#ifndef VIGIE_FLOW_CONTROL_H
#define VIGIE_FLOW_CONTROL_H

#include "flow/turn.h"

/* The parts of automatic control, inside flow only: alerts, the board, limits, the plan at OpenAI.
 * Each takes its answer by the job's id; what it does not know is left to others. */

enum { CONTROL_AFTER_FAULT_MS = 60000 };

/* ── the doors: control.c ── */
int control_command(struct turn *t, enum command command, const char *argument); /* 1: was ours */
int control_accept(struct turn *t); /* of a prompt that is about it; 1: was ours */
void control_take(struct turn *t, struct event *event);
int control_fault(struct turn *t, const struct event *event); /* 1: said, or not worth a word */
void control_changed(struct turn *t); /* the database changed, or it is time to look again */
void control_tick(struct turn *t);
void control_forget_jobs(struct state *st);
void control_clear(struct state *st);
void control_destroy(struct state *st);
int control_waiting(const struct state *st);
int64_t control_next_wake(const struct state *st); /* 0: never */
/* Lines of the present screen that can be moved over, -1 when it is none of these; its scroll, and
 * the lines of a page. */
long control_lines(const struct state *st);
struct scroll *control_scroll(struct state *st, enum screen_kind screen);
long control_page(const struct state *st);
void control_moved(struct turn *t);
/* The sheet shows another connexion, or is asked for again. */
void control_sheet(struct turn *t);

/* ── alerts: alerts.c ── */
void alerts_open(struct turn *t);
void alerts_refresh(struct turn *t);
void alerts_more(struct turn *t);
void alerts_watch(struct turn *t); /* the counter, as often as the database can bear */
void alerts_ask_of(struct turn *t, const char *connexion, unsigned *job);
/* Puts the question into the job. */
struct alert_request *alerts_request(struct job *job, enum alert_scope scope, int limit);
void alerts_take(struct turn *t, struct event *event);
const struct alert *alerts_current(const struct state *st);
/* Those above the timeline of a connexion. */
void alerts_of_timeline(struct turn *t, const char *connexion);
void alerts_try_announcing(struct turn *t);
/* Puts the cursor on it, if it is held. */
void alerts_seek(struct state *st, const char *id);

/* ── what is done with them: alerts_act.c ── */
int alerts_command(struct turn *t, enum command command, const char *argument);
void alerts_accept(struct turn *t);
void alerts_take_done(struct turn *t, const struct event *event);
/* The command runs on the alert's connexion, account or host. */
void alerts_run(struct turn *t, const struct alert *alert, enum command command);
/* The sheet was opened from the alerts: that of the next alert's connexion. 0: it was not. */
int alerts_neighbour(struct turn *t, int step);
/* Opens the sheet of a connexion of which only the id is known, above the present screen. */
void alerts_show_connexion(struct turn *t, const char *id);

/* ── the board: board.c ── */
void board_open(struct turn *t);
void board_refresh(struct turn *t);
void board_take(struct turn *t, struct event *event);
void board_take_worst(struct turn *t, struct event *event);
void board_move(struct turn *t, enum command command);
void board_choose(struct turn *t);

/* ── limits: limits.c ── */
void limits_open(struct turn *t, const char *argument);
void limits_accept(struct turn *t);
void limits_ask(struct turn *t);
void limits_take(struct turn *t, struct event *event);
void limits_take_done(struct turn *t, const struct event *event);
void limits_clear(struct sheet_limits *control);

/* ── the plan at OpenAI: provider.c ── */
void provider_open(struct turn *t);
void provider_refresh(struct turn *t);
void provider_apply(struct turn *t);
void provider_accept(struct turn *t);
void provider_take(struct turn *t, struct event *event);

#endif
