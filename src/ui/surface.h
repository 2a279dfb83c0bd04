#ifndef VIGIE_UI_SURFACE_H
#define VIGIE_UI_SURFACE_H

#include "base/str.h"
#include "base/text.h"
#include "ui/layout.h"
#include "ui/theme.h"

/* A clipped area of the screen and the only door to the drawing of curses. Texts are UTF-8 of any
 * length; places are relative to the area, and what lies outside is not drawn. What a terminal
 * could take for a command never passes, even if it were in a text. UI thread only. */
struct surface {
    WINDOW *win;
    const struct theme *theme;
    struct rect area; /* of the window */
};

/* The whole window. */
void surface_init(struct surface *s, WINDOW *win, const struct theme *theme);

/* A part of it; borrows the window and the theme. */
struct surface surface_part(const struct surface *s, struct rect part);
/* One line of it. */
struct surface surface_line(const struct surface *s, int y);

/* Draws a text and returns the columns it took. */
int surface_put(const struct surface *s, int y, int x, enum role role, const char *text);
int surface_glyph(const struct surface *s, int y, int x, enum role role, enum glyph glyph);

/* Draws a text clipped (with an ellipsis) or padded to exactly cols columns. */
void surface_field(const struct surface *s, int y, int x, int cols, enum role role,
                   const char *text, enum text_align align);

/* Repeats one sign. */
void surface_repeat(const struct surface *s, int y, int x, int cols, enum role role,
                    const char *sign);

/* Gives what stands there another role. */
void surface_tint(const struct surface *s, int y, int x, int cols, enum role role);

/* Blanks a line that is as wide as the window. */
void surface_clear(const struct surface *s, int y);

/* Where the terminal's cursor rests. */
void surface_cursor(const struct surface *s, int y, int x);

/* Where it rests now, in the window. */
void surface_where(const struct surface *s, int *y, int *x);

/* Writes what a window holds: a line a row without the blanks at its end; with attributes, below
 * each line that has any, the runs of cells that are not plain text ("|0+80 HEADER"). */
void surface_dump(WINDOW *win, const struct theme *theme, int attributes, struct str *out);

#endif
