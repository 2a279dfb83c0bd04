#ifndef VIGIE_UI_FRAME_H
#define VIGIE_UI_FRAME_H

#include "ui/view.h"

/* What stands around every screen: the header of two lines, the line that warns about the identity,
 * the bottom line. */
void frame_header(const struct view *v, const struct surface *s);
void frame_summary(const struct view *v, const struct surface *s);
/* Only the end of the second line: the rest stands since the last frame. */
void frame_position(const struct view *v, const struct surface *s);
void frame_banner(const struct view *v, const struct surface *s);
void frame_host_banner(const struct view *v, const struct surface *s);

/* The bottom: a message, else what the connection waits for, else the test under way, else the keys
 * of the screen. */
void frame_bottom(const struct view *v, const struct surface *s);

/* Instead of all, where there is no room. */
void frame_too_small(const struct state *st, const struct surface *s);

#endif
