#ifndef VIGIE_FLOW_TURN_H
#define VIGIE_FLOW_TURN_H

#include "flow/state.h"

/* One turn of update, inside flow only: the state being changed and the jobs being asked for. */
struct turn {
    struct state *st;
    struct jobs *jobs;
};

/* The screen stack. push of a screen that is already on it returns to it. */
void turn_push(struct turn *t, enum screen_kind screen);
void turn_pop(struct turn *t);

/* A sentence on the bottom line for some seconds. */
void turn_message(struct turn *t, enum message_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A new job with the next id, added to the turn; returns it for its details to be filled. NULL
 * while there is no proven connection. */
struct job *turn_job(struct turn *t, enum job_kind kind);

/* The list as a window on the database: list.c */
void list_reload(struct turn *t,
                 int from_end);    /* order, filter or organisation changed: from the edge */
void list_refresh(struct turn *t); /* the same rows again, cursor kept */
void list_move(struct turn *t, long delta);
void list_first(struct turn *t);
void list_last(struct turn *t);
void list_take_page(struct turn *t, struct event *event);
void list_forget_jobs(struct list *list);
void list_clear(struct list *list);
void list_ask_totals(struct turn *t);
void list_take_totals(struct turn *t, const struct event *event);
void list_set_order(struct turn *t, enum column column, int descending);
int list_set_filter(struct turn *t, const char *text, struct err *e);
void list_set_organisation(struct turn *t, const char *id, const char *nom);

/* Asks for the ids of all that is shown: they will be marked. */
void list_ask_shown(struct turn *t);

/* The rows that are marked: marks.c. */
size_t marks_place(const struct state *st, const char *id, int *found); /* where it is or belongs */
void marks_add(struct turn *t, const char *id);
void marks_remove(struct state *st, const char *id);
void marks_take_shown(struct turn *t, const struct event *event);

/* What probes found: health.c. health_ask asks for the rows held and the sheet's, or only for those
 * that nothing is known of. */
int health_on_screen(const struct state *st);
void health_ask(struct turn *t, int only_unknown);
void health_take(struct turn *t, struct event *event);
void health_merge(struct turn *t, const struct health_list *list); /* news, not an answer */
void health_fault(struct state *st);
void health_tick(struct turn *t);
void health_clear(struct state *st);

/* A test that a person asks for: testing.c */
void testing_start(struct turn *t);
void testing_stop(struct turn *t);
void testing_take(struct turn *t, struct event *event);
void testing_break(
    struct turn *t); /* it ends without an answer: the connection or the job failed */

/* The sheet of one connexion and the organisations: subject.c. sheet_show changes the connexion of
 * the screens that show one. */
void sheet_show(struct turn *t, const struct connexion *row);
void sheet_open(struct turn *t, const struct connexion *row, enum screen_kind screen);
void sheet_clear(struct state *st);
void sheet_take(struct state *st, struct event *event);
void sheet_take_figures(struct state *st, struct event *event);
void sheet_refresh(struct turn *t);
void orgs_refresh(struct turn *t);
/* By id, whole name, or a part of the name that only one has; -1 none, -2 several. */
int orgs_find(const struct orgs *orgs, const char *name);

/* The admin keys: accounts.c. accept: of a prompt about one. */
void accounts_open(struct turn *t);
void accounts_refresh(struct turn *t);
void accounts_changed(struct turn *t); /* the database changed: asked again, but sparingly */
void accounts_enter(struct turn *t, const char *name); /* NULL: asks for the name */
void accounts_open_current(struct turn *t);
void accounts_remove(struct turn *t);
void accounts_accept(struct turn *t);
void accounts_look_at_key(struct state *st);
void accounts_take(struct turn *t, struct event *event);
void accounts_take_outcome(struct turn *t, struct event *event);
void accounts_fault(struct state *st, unsigned job);
void accounts_tick(struct turn *t);
void accounts_forget_jobs(struct state *st);
void accounts_clear(struct state *st);
int accounts_on_screen(const struct state *st);

/* A sign-in that has ended: sign_in.c */
void sign_in_open(struct turn *t);
void sign_in_link(struct turn *t, const struct event *event);
void sign_in_accept(struct turn *t);

/* Menus: which columns, sort by: menu.c */
int menu_len(const struct state *st);
void menu_choose(struct turn *t);
enum column menu_column(const struct state *st, int index);

/* The prompt line: prompt.c; its proposals: complete.c */
void prompt_open(struct turn *t, enum prompt_kind kind, const char *text);
void prompt_close(struct turn *t); /* wipes a secret line */
void prompt_insert(struct turn *t, const char *text);
void prompt_command(struct turn *t, enum command command);
void prompt_complete(struct state *st);

/* Commands: act.c. argument may be NULL. */
void act(struct turn *t, enum command command, const char *argument);

#endif
