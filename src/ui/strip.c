#include "config.h"

#include "ui/strip.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void strip_init(struct strip *strip)
{
    strip->len = 0;
}

void strip_add(struct strip *strip, enum role role, int keep, const char *fmt, ...)
{
    char text[2 * STRIP_TEXT];
    va_list args;
    if (strip->len == STRIP_MAX)
        return;
    struct strip_part *part = &strip->part[strip->len++];
    part->role = role;
    part->keep = keep;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    size_t len = 0;
    for (size_t n; (n = text_grapheme(text + len)) > 0 && len + n < sizeof part->text;)
        len += n;
    memcpy(part->text, text, len);
    part->text[len] = '\0';
}

int strip_width(const struct strip *strip, const char *separator)
{
    int width = 0;
    for (int i = 0; i < strip->len; i++)
        width += text_width(strip->part[i].text) + (i > 0 ? text_width(separator) : 0);
    return width;
}

static int drop_least(struct strip *strip)
{
    int at = -1;
    for (int i = 0; i < strip->len; i++)
        if (strip->part[i].keep < STRIP_KEEP &&
            (at < 0 || strip->part[i].keep <= strip->part[at].keep))
            at = i;
    if (at < 0)
        return 0;
    memmove(strip->part + at, strip->part + at + 1,
            (size_t)(strip->len - at - 1) * sizeof strip->part[0]);
    strip->len--;
    return 1;
}

void strip_fit(struct strip *strip, const char *separator, int cols)
{
    while (strip_width(strip, separator) > cols && drop_least(strip))
        continue;
}

int strip_draw(const struct strip *strip, const struct surface *s, int y, int x, int cols,
               enum role role, const char *separator)
{
    struct surface area = surface_part(s, (struct rect){y, x, 1, cols});
    int at = 0;
    for (int i = 0; i < strip->len && at < area.area.w; i++) {
        const struct strip_part *part = &strip->part[i];
        if (i > 0)
            at += surface_put(&area, 0, at, role, separator);
        int width = text_width(part->text);
        int room = area.area.w - at;
        if (width <= room) {
            at += surface_put(&area, 0, at, part->role, part->text);
        } else {
            surface_field(&area, 0, at, room, part->role, part->text, TEXT_LEFT);
            at += room;
        }
    }
    return at;
}
