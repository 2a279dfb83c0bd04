#include "config.h"

#include "ui/w_field.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTE_GAP = 2, VALUE_MIN = 12, NOTE_MIN = 10, KEEP_RIGHT = 4, MASKED_MAX = 4 * 1024 };

int field_value_at(int title_cols)
{
    return FIELD_PREFIX + title_cols + 1;
}

void field_sign(enum field_grade grade, enum glyph *glyph, enum role *role, const char **word)
{
    *glyph = grade == FIELD_BAD ? GLYPH_BAD : GLYPH_WARN;
    *role = grade == FIELD_BAD ? ROLE_BAD : grade == FIELD_WARNING ? ROLE_WARN : ROLE_TEXT;
    *word = grade == FIELD_BAD ? _("not possible") : grade == FIELD_WARNING ? _("warning") : "";
}

void field_one_line(char *buf, size_t size, const char *text)
{
    size_t at = 0;
    while (*text && at + 1 < size) {
        if (*text != '\n' && *text != '\t') {
            buf[at++] = *text++;
            continue;
        }
        text += strspn(text, " \n\t");
        if (at > 0 && *text)
            buf[at++] = ' ';
    }
    while (*text && at > 0 && ((unsigned char)*text & 0xc0U) == 0x80) {
        at--; /* not half a character */
        text--;
    }
    buf[at] = '\0';
}

/* Bytes of text to skip so that what follows up to end takes less than cols columns. */
static size_t skipped(const char *text, size_t end, int cols)
{
    size_t from = 0;
    int width = 0;
    for (size_t at = 0; at < end;) {
        int32_t cp = 0;
        int n = text_decode(text + at, &cp);
        at += n > 0 ? (size_t)n : 1;
        width += text_char_width(cp) > 0 ? text_char_width(cp) : cp < 0;
    }
    while (width >= cols && from < end) {
        size_t n = text_grapheme(text + from);
        char one[64];
        n = n > 0 ? n : 1;
        (void)snprintf(one, sizeof one, "%.*s", (int)n, text + from);
        width -= text_width(one);
        from += n;
    }
    return from;
}

static int width_between(const char *text, size_t from, size_t to)
{
    char *part = mem_dup_len(text + from, to - from);
    int width = text_width(part);
    mem_wipe(part, to - from);
    free(part);
    return width;
}

void field_input(const struct surface *s, int y, int x, int cols, const char *text, size_t cursor,
                 enum role role)
{
    struct surface area = surface_part(s, (struct rect){y, x, 1, cols});
    int room = area.area.w;
    surface_repeat(&area, 0, 0, room, role, " ");
    if (room < 2)
        return;
    size_t from = skipped(text, cursor, text[cursor] ? room - KEEP_RIGHT : room);
    if (room <= 2 * KEEP_RIGHT)
        from = skipped(text, cursor, room);
    int column = width_between(text, from, cursor);
    (void)surface_put(&area, 0, 0, role, text + from);
    if (from > 0)
        (void)surface_glyph(&area, 0, 0, role, GLYPH_ELLIPSIS);
    if (width_between(text, from, strlen(text)) > room)
        (void)surface_glyph(&area, 0, room - 1, role, GLYPH_ELLIPSIS);
    surface_cursor(&area, 0, column < room ? column : room - 1);
}

static void draw_masked(const struct surface *s, int y, int x, int cols, const struct editor *ed)
{
    struct str mask;
    const char *text = editor_text(ed);
    const char *sign = theme_glyph(s->theme, GLYPH_GOOD);
    size_t cursor = 0;
    str_init(&mask, MASKED_MAX);
    for (size_t at = 0; at < ed->len && mask.len + strlen(sign) < MASKED_MAX;) {
        size_t n = text_grapheme(text + at);
        at += n > 0 ? n : 1;
        (void)str_add(&mask, sign);
        if (at <= ed->cursor)
            cursor = mask.len;
    }
    field_input(s, y, x, cols, str_get(&mask), cursor, ROLE_INPUT);
    str_finish(&mask);
}

/* How much of cols the value gets beside its note: what it needs, and more than half if both are
 * long. */
static int share(int cols, int value, int note)
{
    int half = cols * 55 / 100;
    int left = cols - note - NOTE_GAP;
    if (note == 0 || cols < VALUE_MIN + NOTE_GAP + NOTE_MIN)
        return cols;
    if (value <= left)
        return value;
    return left > half ? left : value < half ? value : half;
}

static void draw_value(const struct surface *s, const struct field_line *f)
{
    char one[FIELD_ONE_LINE];
    enum glyph glyph = GLYPH_WARN;
    enum role role = ROLE_TEXT;
    const char *word = "";
    int x = 0;
    field_sign(f->grade, &glyph, &role, &word);
    field_one_line(one, sizeof one, f->value ? f->value : "");
    int note = f->note[0] ? text_width(f->note) + (f->grade != FIELD_FINE ? 2 : 0) : 0;
    int cols = share(s->area.w, text_width(one), note);
    enum role plain = f->faint ? ROLE_DIM : f->changed ? ROLE_CHANGED : ROLE_TEXT;
    surface_field(s, 0, 0, cols, f->grade == FIELD_BAD ? ROLE_BAD : plain, one, TEXT_LEFT);
    x = cols + NOTE_GAP;
    if (note == 0 || x >= s->area.w)
        return;
    if (f->grade != FIELD_FINE)
        x += surface_glyph(s, 0, x, role, glyph) + 1;
    surface_field(s, 0, x, s->area.w - x, f->grade != FIELD_FINE ? role : ROLE_DIM, f->note,
                  TEXT_LEFT);
}

void field_draw(const struct surface *s, int y, int title_cols, const struct field_line *f)
{
    int x = field_value_at(title_cols);
    struct surface value = surface_part(s, (struct rect){y, x, 1, s->area.w - x - 1});
    enum role ground = f->selected ? ROLE_SELECTED : ROLE_LABEL;
    if (f->changed)
        (void)surface_glyph(s, y, 0, ROLE_MARKED, GLYPH_CHANGED);
    if (f->selected) {
        surface_repeat(s, y, 1, FIELD_PREFIX - 1, ground, " ");
        (void)surface_glyph(s, y, 1, ground, GLYPH_CURSOR);
    }
    surface_field(s, y, FIELD_PREFIX, title_cols, ground, f->title, TEXT_LEFT);
    if (!f->editor) {
        draw_value(&value, f);
        return;
    }
    int cols = value.area.w < FIELD_INPUT_MAX ? value.area.w : FIELD_INPUT_MAX;
    if (f->masked)
        draw_masked(&value, 0, 0, cols, f->editor);
    else
        field_input(&value, 0, 0, cols, editor_text(f->editor), f->editor->cursor, ROLE_INPUT);
}

static const char *line_end(const char *line)
{
    return line + strcspn(line, "\n");
}

static void draw_one(const struct surface *s, int y, const char *line, size_t cursor, int typed)
{
    size_t len = (size_t)(line_end(line) - line);
    char *one = mem_dup_len(line, len);
    if (typed)
        field_input(s, y, 0, s->area.w, one, cursor < len ? cursor : len, ROLE_INPUT);
    else
        surface_field(s, y, 0, s->area.w, ROLE_INPUT, one, TEXT_LEFT);
    free(one);
}

void field_input_lines(const struct surface *s, const struct editor *ed)
{
    const char *line = editor_text(ed);
    const char *typed = "";
    size_t at = 0;
    size_t in_line = 0;
    size_t height = (size_t)(s->area.h > 0 ? s->area.h : 1);
    editor_place(ed, &at, &in_line);
    size_t all = editor_lines(ed);
    size_t top = all <= height || at < height / 2 ? 0 : at - height / 2;
    top = all > height && top > all - height ? all - height : top;
    for (size_t i = 0; i < top; i++)
        line = line_end(line) + (*line_end(line) == '\n');
    for (size_t y = 0; y < height; y++) {
        if (top + y == at)
            typed = line;
        else
            draw_one(s, (int)y, top + y < all ? line : "", 0, 0);
        line = line_end(line) + (*line_end(line) == '\n');
    }
    draw_one(s, (int)(at - top), typed, in_line, 1); /* last: the terminal's cursor stays there */
}
