#ifndef VIGIE_UI_W_PROMPT_H
#define VIGIE_UI_W_PROMPT_H

#include "flow/state.h"
#include "ui/surface.h"

/* The line being typed at the bottom of root, its problem above it, and above that the proposals,
 * over whatever is there. Leaves the terminal's cursor on the line. */
void prompt_draw(const struct surface *root, const struct prompt *p);

#endif
