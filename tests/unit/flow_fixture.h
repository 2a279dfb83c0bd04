#ifndef VIGIE_TESTS_FLOW_FIXTURE_H
#define VIGIE_TESTS_FLOW_FIXTURE_H

#include "flow/state.h"

/* A console without a terminal and without a database: events go in, the jobs of the last turn are
 * kept for assertions, and the fixture answers list jobs from a table of rows numbered from 0. */
struct console {
    struct state *st;
    struct jobs jobs; /* of the last turn */
    int64_t now, mono_ms;
    int table_rows; /* rows that the pretended table holds */
};

void console_open(struct console *c, int table_rows);
void console_close(struct console *c);

/* Each runs one turn of update. */
void console_send(struct console *c, struct event *event);
void console_command(struct console *c, enum command command, const char *argument);
void console_type(struct console *c, const char *text);
void console_link(struct console *c, enum link_status status, enum err_code code);
void console_tick(struct console *c, int64_t after_ms);

/* The job of that kind asked for in the last turn, or NULL. */
const struct job *console_job(const struct console *c, enum job_kind kind);

/* Answers page jobs as the table would, until none is asked for. */
void console_serve(struct console *c);

/* A ready admin's console with its first page. */
void console_ready(struct console *c, int table_rows);

/* Row number under the cursor, -1 when there is none. */
int console_cursor(const struct console *c);

/* ── editing ── */

/* A row of the table, whole; for the caller to destroy. */
struct connexion *console_row(int number);

/* As console_ready, and the session may write. */
void console_writer(struct console *c, int table_rows);

/* Answers the form's question for its row; takes the row, NULL: gone. */
void console_whole_row(struct console *c, struct connexion *row);

/* The form of the row under the cursor, with its whole row. */
void console_form(struct console *c);

/* Types a text into a field of the form anew, and goes on. */
void console_field(struct console *c, enum field field, const char *text);

/* An answer to the plan's question or save, the same for all rows; the caller may change and sends
 * it. */
struct event *console_results(const struct console *c, enum event_kind kind,
                              enum change_outcome outcome);
void console_preview(struct console *c); /* every row is as it was seen */
void console_saved(struct console *c, enum change_outcome outcome);

#endif
