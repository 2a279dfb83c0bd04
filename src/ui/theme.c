#include "config.h"

#include "ui/theme.h"

#include "base/text.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#define BOLD A_BOLD
#define DIM A_DIM
#define UNDERLINE A_UNDERLINE
#define REVERSE A_REVERSE

struct look {
    short fg, bg;
    attr_t attr;
};

static const struct {
    const char *name;
    attr_t mono;
    struct look few, many;
} roles[ROLE_COUNT] = {
#define ROLE(name, mono, fg8, bg8, attr8, fg256, bg256, attr256) \
    {#name, mono, {fg8, bg8, attr8}, {fg256, bg256, attr256}},
#define GLYPH(name, ascii, unicode)
#include "ui/theme.def"
#undef ROLE
#undef GLYPH
};

static const struct {
    const char *ascii;
    const char *unicode;
} glyphs[GLYPH_COUNT] = {
#define ROLE(name, mono, fg8, bg8, attr8, fg256, bg256, attr256)
#define GLYPH(name, ascii, unicode) {ascii, unicode},
#include "ui/theme.def"
#undef ROLE
#undef GLYPH
};

static int color_depth(void)
{
    const char *no_color = getenv("NO_COLOR");
    if ((no_color && *no_color) || !has_colors() || start_color() == ERR)
        return 0;
    (void)use_default_colors();
    if (COLORS >= 256 && COLOR_PAIRS > ROLE_COUNT)
        return 256;
    return COLORS >= 8 && COLOR_PAIRS > ROLE_COUNT ? 8 : 0;
}

/* UTF-8, and a locale in which each sign takes the one column that it is drawn for. */
static int can_unicode(void)
{
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        return 0;
    for (int i = 0; i < GLYPH_COUNT; i++)
        if (text_width(glyphs[i].unicode) != 1)
            return 0;
    return 1;
}

void theme_start(struct theme *theme, int ascii_wanted)
{
    theme->ascii = ascii_wanted || !can_unicode();
    theme->colors = color_depth();
    for (short i = 0; theme->colors && i < ROLE_COUNT; i++) {
        const struct look *look = theme->colors == 256 ? &roles[i].many : &roles[i].few;
        (void)init_pair((short)(i + 1), look->fg, look->bg);
    }
}

attr_t theme_attr(const struct theme *theme, enum role role, short *pair)
{
    *pair = theme->colors ? (short)(role + 1) : 0;
    if (theme->colors == 0)
        return roles[role].mono;
    return theme->colors == 256 ? roles[role].many.attr : roles[role].few.attr;
}

/* Blanks have the pair of plain text too: between pairs curses writes the change only, to pair 0 it
 * resets all. */
void theme_ground(const struct theme *theme, WINDOW *win)
{
    cchar_t blank;
    short pair = 0;
    attr_t attr = theme_attr(theme, ROLE_TEXT, &pair);
    if (setcchar(&blank, L" ", attr, pair, NULL) != ERR)
        wbkgrndset(win, &blank);
}

const char *theme_glyph(const struct theme *theme, enum glyph glyph)
{
    return theme->ascii ? glyphs[glyph].ascii : glyphs[glyph].unicode;
}

const char *theme_role_name(enum role role)
{
    return role < ROLE_COUNT ? roles[role].name : "?";
}
