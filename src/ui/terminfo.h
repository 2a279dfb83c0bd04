#ifndef VIGIE_UI_TERMINFO_H
#define VIGIE_UI_TERMINFO_H

#include "base/err.h"

#include <stddef.h>

/* What the terminal database says. UI thread. */

/* Whether the kind of terminal is known and can place its cursor; else ERR_TERMINAL with a cure.
 * Before curses starts. */
int terminfo_check(const char *type, int fd, struct err *e);

/* The refusal of a kind that is known but cannot show the console. */
int terminfo_refuse(struct err *e, const char *type);

/* A string of the terminal that runs, by its short name; NULL when it has none. Borrowed. */
const char *terminfo_text(const char *name);

/* Adds a string (may be NULL) to bytes, less the delays written in it; what does not fit is left
 * out. Returns the new length. */
size_t terminfo_append(char *out, size_t size, size_t at, const char *text);

#endif
