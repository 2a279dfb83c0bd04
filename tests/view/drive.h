#ifndef VIGIE_TESTS_VIEW_DRIVE_H
#define VIGIE_TESTS_VIEW_DRIVE_H

#include "flow/state.h"

/* A person at the keys of a state, and the worker's answers, without either. Jobs are thrown away
 * but for the id of the last of each kind. */

void drive_command(struct state *st, enum command command);
void drive_commands(struct state *st, enum command command, int times);
void drive_type(struct state *st, const char *text);
/* The form's cursor goes to a field. */
void drive_to(struct state *st, enum field field);
/* The last job of a kind was answered by: */
void drive_row(struct state *st, int row); /* a row of the fixture, whole */
void drive_event(struct state *st, struct event *event, enum job_kind answers);

/* The session may write. */
void drive_arm(struct state *st);

/* An outcome for each row of the plan: outcomes[i] where i is below n, SAVED beyond. */
struct change_results *drive_results(const struct state *st, const enum change_outcome *outcomes,
                                     size_t n);
void drive_preview(struct state *st, struct change_results *results);
void drive_saved(struct state *st, struct change_results *results);

#endif
