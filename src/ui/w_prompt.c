#include "config.h"

#include "ui/w_prompt.h"

#include "ui/w_text.h"

#include <stdio.h>
#include <string.h>

enum { CHOICE_MIN = 14, CHOICE_LIKED = 30, CHROME_LINES = 4, LINE_MIN = 24, QUESTION_AT = 3 };

/* The bytes to skip so that the cursor's column stays inside the line. */
static size_t scrolled(const char *text, size_t cursor, int cols, int *column)
{
    char before[MASK_MAX];
    size_t from = 0;
    memcpy(before, text, cursor);
    before[cursor] = '\0';
    int width = text_width(before);
    while (width >= cols && from < cursor) {
        size_t n = text_grapheme(before + from);
        from += n > 0 ? n : 1;
        width = text_width(before + from);
    }
    *column = width;
    return from;
}

size_t typed_mask(const struct typed *line, const char *sign, char out[MASK_MAX])
{
    size_t len = 0;
    size_t cursor = 0;
    for (size_t at = 0; at < line->len && len + strlen(sign) < MASK_MAX;) {
        size_t n = text_grapheme(line->text + at);
        at += n > 0 ? n : 1;
        len += (size_t)snprintf(out + len, MASK_MAX - len, "%s", sign);
        if (at <= line->cursor)
            cursor = len;
    }
    out[len] = '\0';
    return cursor;
}

/* A question stands on as many lines as it needs. */
static void draw_question(const struct surface *root, const struct prompt *p)
{
    struct rect rest = {0, 0, root->area.h, root->area.w};
    struct doc doc;
    doc_init(&doc, rest.w - QUESTION_AT, 0);
    doc_text(&doc, ROLE_PROMPT, p->label);
    struct surface s = surface_part(root, rect_take_bottom(&rest, doc.len > 0 ? doc.len : 1));
    for (int y = 0; y < s.area.h; y++)
        surface_repeat(&s, y, 0, s.area.w, ROLE_TEXT, " ");
    struct surface text =
        surface_part(&s, (struct rect){0, QUESTION_AT, s.area.h, s.area.w - QUESTION_AT});
    (void)surface_glyph(&s, 0, 1, ROLE_WARN, GLYPH_WARN);
    doc_draw(&doc, &text, 0);
    int end = QUESTION_AT + (doc.len > 0 ? text_width(doc.line[doc.len - 1].text) : 0);
    surface_cursor(&s, s.area.h - 1, end < s.area.w ? end : s.area.w - 1);
    doc_finish(&doc);
}

static const char *label_of(const struct prompt *p)
{
    return p->kind == PROMPT_FILTER ? "/" : p->kind == PROMPT_PALETTE ? ":" : p->label;
}

static void draw_line(const struct surface *s, const struct prompt *p)
{
    char mask[MASK_MAX];
    const char *text = p->line.text;
    size_t cursor = p->line.cursor;
    int column = 0;
    surface_repeat(s, 0, 0, s->area.w, ROLE_TEXT, " ");
    int most = s->area.w - LINE_MIN > s->area.w / 2 ? s->area.w - LINE_MIN : s->area.w / 2;
    struct surface label = surface_part(s, (struct rect){0, 0, 1, most});
    int at = surface_put(&label, 0, 0, ROLE_PROMPT, label_of(p));
    if (p->kind == PROMPT_SECRET) {
        cursor = typed_mask(&p->line, theme_glyph(s->theme, GLYPH_GOOD), mask);
        text = mask;
    }
    int cols = s->area.w - at - 1;
    size_t from = scrolled(text, cursor, cols, &column);
    struct surface line = surface_part(s, (struct rect){0, at, 1, cols + 1});
    (void)surface_put(&line, 0, 0, p->problem[0] ? ROLE_BAD : ROLE_TEXT, text + from);
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
    if (p->kind == PROMPT_CONFIRM) {
        draw_question(root, p);
        return;
    }
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
