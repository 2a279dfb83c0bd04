#include "config.h"

#include "ui/w_diff.h"

#include <stdio.h>
#include <string.h>

enum { ARROW_COLS = 3, ALIKE_SHOWN = 6, ALIKE_MIN = 12 };

/* Bytes with which both begin alike, up to the end of a grapheme. */
static size_t alike(const char *a, const char *b)
{
    size_t at = 0;
    for (;;) {
        size_t n = text_grapheme(a + at);
        if (n == 0 || n != text_grapheme(b + at) || memcmp(a + at, b + at, n) != 0)
            return at;
        at += n;
    }
}

/* Where to begin so that the difference is in sight: some columns before it. */
static size_t start_of(const char *text, size_t same)
{
    size_t at = 0;
    if (same < ALIKE_MIN)
        return 0;
    while (at + ALIKE_SHOWN < same)
        at += text_grapheme(text + at);
    return at;
}

static const char *from_difference(const struct surface *s, char *buf, const char *text,
                                   size_t from)
{
    if (from == 0)
        return text;
    (void)snprintf(buf, DIFF_TEXT, "%s%s", theme_glyph(s->theme, GLYPH_ELLIPSIS), text + from);
    return buf;
}

static int arrow(const struct surface *s, int y, int x)
{
    (void)surface_put(s, y, x, ROLE_DIM, " ");
    (void)surface_glyph(s, y, x + 1, ROLE_DIM, GLYPH_ARROW);
    (void)surface_put(s, y, x + 2, ROLE_DIM, " ");
    return ARROW_COLS;
}

int diff_draw(const struct surface *s, int y, int x, int cols, const struct diff *d)
{
    struct surface at = surface_part(s, (struct rect){y, x, 1, cols});
    char a[DIFF_TEXT];
    char b[DIFF_TEXT];
    const char *before = d->before ? d->before : "";
    const char *after = d->after;
    int room = at.area.w - (d->before ? ARROW_COLS : 0);
    int left = text_width(before);
    int right = text_width(after);
    int used = 0;
    if (room < 2)
        return 0;
    if (left + right > room) {
        size_t from = start_of(before, alike(before, after));
        before = from_difference(s, a, before, from);
        after = from_difference(s, b, after, from);
        left = text_width(before);
        right = text_width(after);
    }
    if (left + right > room)
        left = right <= room - room / 2 ? room - right : left < room / 2 ? left : room / 2;
    right = right < room - left ? right : room - left;
    if (left < d->before_cols && d->before_cols + right <= room)
        used = d->before_cols - left;
    surface_field(&at, 0, used, left, d->before_role, before, TEXT_LEFT);
    used += left;
    if (d->before)
        used += arrow(&at, 0, used);
    surface_field(&at, 0, used, right, d->after_role, after, TEXT_LEFT);
    return used + right;
}
