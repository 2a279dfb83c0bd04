#ifndef VIGIE_UI_W_PROMPT_H
#define VIGIE_UI_W_PROMPT_H

#include "flow/state.h"
#include "ui/surface.h"

/* What stands for a secret line: a sign for each character. Returns where the cursor is, in bytes
 * of out. */
enum { MASK_MAX = 4 * TYPED_MAX };
size_t typed_mask(const struct typed *line, const char *sign, char out[MASK_MAX]);

/* The line being typed at the bottom of root, its problem above it, and above that the proposals,
 * over whatever is there. Leaves the terminal's cursor on the line. */
void prompt_draw(const struct surface *root, const struct prompt *p);

#endif
