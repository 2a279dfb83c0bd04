#ifndef VIGIE_UI_THEME_H
#define VIGIE_UI_THEME_H

#include "base/err.h" /* before curses, which takes the name ERR */

#include <curses.h>

enum role {
#define ROLE(name, mono, fg8, bg8, attr8, fg256, bg256, attr256) ROLE_##name,
#define GLYPH(name, ascii, unicode)
#include "ui/theme.def"
#undef ROLE
#undef GLYPH
    ROLE_COUNT
};

enum glyph {
#define ROLE(name, mono, fg8, bg8, attr8, fg256, bg256, attr256)
#define GLYPH(name, ascii, unicode) GLYPH_##name,
#include "ui/theme.def"
#undef ROLE
#undef GLYPH
    GLYPH_COUNT
};

/* What the terminal can show. */
struct theme {
    int colors; /* 0, 8 or 256 */
    int ascii;  /* only ASCII may be drawn */
};

/* Decides by the terminal, NO_COLOR, the locale and the person's wish, and allots the colour pairs.
 * After newterm. */
void theme_start(struct theme *theme, int ascii_wanted);

/* Attributes and colour pair of a role. */
attr_t theme_attr(const struct theme *theme, enum role role, short *pair);

/* Makes plain text the background of a window. */
void theme_ground(const struct theme *theme, WINDOW *win);

/* Static storage; one column wide. */
const char *theme_glyph(const struct theme *theme, enum glyph glyph);

/* "SELECTED", for dumps. */
const char *theme_role_name(enum role role);

#endif
