#ifndef VIGIE_TESTS_VIEW_GOLDEN_H
#define VIGIE_TESTS_VIEW_GOLDEN_H

#include "flow/state.h"

/* How a screen is looked at. */
struct look {
    const char *type; /* NULL: xterm-256color */
    int ascii;
    int no_color;
    int attributes; /* the dump tells colours and attributes too */
};

/* Draws the state and compares what is on the screen with golden/NAME.txt; with VIGIE_GOLDEN=update
 * in the environment the file is written instead. Fails the running test. */
void golden_check(const char *name, const struct state *st, const struct look *look);

/* What is on the screen, for other questions; freed by the caller. */
char *golden_dump(const struct state *st, const struct look *look);

#endif
