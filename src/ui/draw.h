#ifndef VIGIE_UI_DRAW_H
#define VIGIE_UI_DRAW_H

#include "flow/state.h"
#include "ui/term.h"

/* Draws the state: one frame, of which curses writes only what differs from the last. Returns the
 * lines of the text on screen (0 for screens that are none), which the loop puts into
 * state.text_len. UI thread. */
int draw(struct term *t, const struct state *st);

#endif
