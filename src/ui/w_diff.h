#ifndef VIGIE_UI_W_DIFF_H
#define VIGIE_UI_W_DIFF_H

#include "ui/surface.h"

/* "old → new" on one line of cols columns. Where both have no room each gets its half or what the
 * other leaves, and what they begin with alike is left out, so that the difference is seen. */
struct diff {
    const char *before, *after; /* on one line (field_one_line); before NULL: there was nothing */
    enum role before_role, after_role;
    int before_cols; /* a shorter old value is set to the right of so many columns; 0: none */
};

enum { DIFF_TEXT = 2048 };

/* Returns the columns used. */
int diff_draw(const struct surface *s, int y, int x, int cols, const struct diff *d);

#endif
