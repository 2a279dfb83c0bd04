#include "config.h"

#include "ui/w_prompt.h"

#include <string.h>

enum { CHOICE_MIN = 14, CHOICE_LIKED = 30, CHROME_LINES = 4 };

/* The bytes to skip so that the cursor's column stays inside the line. */
static size_t scrolled(const struct prompt *p, int cols, int *column)
{
    char before[FILTER_TEXT_MAX];
    size_t from = 0;
    memcpy(before, p->text, p->cursor);
    before[p->cursor] = '\0';
    int width = text_width(before);
    while (width >= cols && from < p->cursor) {
        size_t n = text_grapheme(before + from);
        from += n > 0 ? n : 1;
        width = text_width(before + from);
    }
    *column = width;
    return from;
}

static void draw_line(const struct surface *s, const struct prompt *p)
{
    int column = 0;
    int cols = s->area.w - 2;
    surface_repeat(s, 0, 0, s->area.w, ROLE_TEXT, " ");
    (void)surface_put(s, 0, 0, ROLE_PROMPT, p->kind == PROMPT_FILTER ? "/" : ":");
    size_t from = scrolled(p, cols, &column);
    struct surface line = surface_part(s, (struct rect){0, 1, 1, cols + 1});
    (void)surface_put(&line, 0, 0, p->problem[0] ? ROLE_BAD : ROLE_TEXT, p->text + from);
    surface_cursor(&line, 0, column);
}

static void draw_choice(const struct surface *s, const struct choice *c, int chosen, int cols)
{
    enum role role = chosen ? ROLE_CHOSEN : ROLE_CHOICE;
    int x = 0;
    x += surface_put(s, 0, x, role, " ");
    x += surface_glyph(s, 0, x, role, chosen ? GLYPH_CURSOR : GLYPH_DOT);
    x += surface_put(s, 0, x, role, " ");
    surface_field(s, 0, x, cols, role, c->text, TEXT_LEFT);
    x += cols;
    surface_field(s, 0, x, s->area.w - x, chosen ? ROLE_CHOSEN : ROLE_CHOICE_HELP, c->help,
                  TEXT_LEFT);
}

void prompt_draw(const struct surface *root, const struct prompt *p)
{
    struct rect rest = {0, 0, root->area.h, root->area.w};
    struct surface line = surface_part(root, rect_take_bottom(&rest, 1));
    if (p->problem[0]) {
        struct surface problem = surface_part(root, rect_take_bottom(&rest, 1));
        surface_repeat(&problem, 0, 0, rest.w, ROLE_TEXT, " ");
        (void)surface_glyph(&problem, 0, 0, ROLE_BAD, GLYPH_BAD);
        surface_field(&problem, 0, 2, rest.w - 2, ROLE_BAD, p->problem, TEXT_LEFT);
    }
    int shown = p->choices < rest.h - CHROME_LINES ? p->choices : rest.h - CHROME_LINES;
    int first = layout_top(p->selected >= shown ? p->selected - shown + 1 : 0, p->choices, shown);
    int widest = rest.w >= CHOICE_MIN + CHOICE_LIKED ? CHOICE_LIKED : CHOICE_MIN;
    struct surface box = surface_part(root, rect_take_bottom(&rest, shown));
    for (int i = 0; i < shown; i++) {
        struct surface at = surface_line(&box, i);
        draw_choice(&at, &p->choice[first + i], first + i == p->selected, widest);
    }
    draw_line(&line, p);
}
