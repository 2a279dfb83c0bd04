#ifndef VIGIE_TESTS_VIEW_FIXTURE_H
#define VIGIE_TESTS_VIEW_FIXTURE_H

#include "flow/state.h"
#include "ui/term.h"

/* 2026-11-22T13:02:00Z, a Sunday; the person is in Paris. */
enum { FIXTURE_NOW = 1795352520, FIXTURE_ROWS = 60 };

/* Locale, time zone, clock and environment as every view test wants them. */
void fixture_world(void);

/* A console that is connected as claire, admin, with FIXTURE_ROWS connexions of 12 organisations
 * loaded, and their health. */
struct state *fixture_state(int rows, int cols);

/* Row i of the demonstration. */
struct connexion *fixture_row(int i);

/* Opens the sheet of a row as if it had come from the database. */
void fixture_sheet(struct state *st, int i);

/* What probes found of row i. */
void fixture_health_of(struct health *h, int i);

/* Figures of the sheet's connexion from a source ("openai", "applications", "" for none), with the
 * costs of two months when there is one. */
void fixture_figures(struct state *st, const char *source);

/* Trouble of a host for an hour: with an HTTP status, or with words where http is 0. */
void fixture_host(struct state *st, const char *host, enum verdict verdict, int http,
                  const char *why);

/* Fills the organisations. */
void fixture_organisations(struct state *st);

/* Fills the admin keys: one that works, one that is refused, one that is not readable here, two
 * organisations without. */
void fixture_accounts(struct state *st);

/* Ten alerts of all gravities and states, known to the counter and on the screen; the sheet's
 * connexion has three of them. */
void fixture_alerts(struct state *st);

/* The board of so many organisations; with the alerts when there are any. */
void fixture_overview(struct state *st, int organisations);

/* Thresholds, block, forecast and discrepancies of the sheet's connexion. */
void fixture_limits(struct state *st);

/* The plan of limits at OpenAI of row 0: each kind of step. */
void fixture_provider(struct state *st);

void fixture_push(struct state *st, enum screen_kind screen);

/* A terminal of a kind without a terminal: curses on /dev/null at the size of the state. */
void fixture_term(struct term *t, const char *type, int ascii, const struct state *st);

#endif
