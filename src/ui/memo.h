#ifndef VIGIE_UI_MEMO_H
#define VIGIE_UI_MEMO_H

#include "flow/state.h"

#include <stddef.h>

enum { MEMO_LINES = 512 };

/* What the lines of the list's body showed in the last frame. While the state's generation stays
 * the same only the cursor and the first line can have changed, so a line whose memo is the same
 * need not be drawn again: a cursor key draws two. */
struct memo {
    unsigned generation;
    int rows, cols;
    size_t top;   /* first line of the list in that frame */
    int scrolled; /* the frame to come may be that one, shifted */
    int usable;
    size_t line[MEMO_LINES]; /* 0: blank or not known */
};

/* Whether the frame to come may rely on the memo; else it is emptied, to be filled by this frame.
 */
int memo_open(struct memo *memo, const struct state *st);

/* The next frame starts afresh. */
void memo_forget(struct memo *memo);

/* A line as one number. */
size_t memo_line(size_t row, int selected, int marked);

/* Whether two such numbers differ by the cursor alone. */
int memo_only_cursor(size_t before, size_t after);

#endif
