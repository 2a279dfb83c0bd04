#ifndef VIGIE_UI_STRIP_H
#define VIGIE_UI_STRIP_H

#include "ui/surface.h"

enum { STRIP_MAX = 24, STRIP_TEXT = 256 };

/* A line of differently coloured pieces, put together before its place is known. */
struct strip_part {
    enum role role;
    int keep; /* the part with the smallest goes first when there is no room; STRIP_KEEP never goes
               */
    char text[STRIP_TEXT];
};

struct strip {
    struct strip_part part[STRIP_MAX];
    int len;
};

enum { STRIP_KEEP = 99 };

void strip_init(struct strip *strip);

/* Adds a piece (what is too much is dropped); the text is clipped to STRIP_TEXT bytes. */
void strip_add(struct strip *strip, enum role role, int keep, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Columns that the strip takes with a separator between its parts. */
int strip_width(const struct strip *strip, const char *separator);

/* Drops the least wanted parts until it fits. */
void strip_fit(struct strip *strip, const char *separator, int cols);

/* Draws it from x within cols columns, the last piece clipped; returns the columns used. */
int strip_draw(const struct strip *strip, const struct surface *s, int y, int x, int cols,
               enum role role, const char *separator);

#endif
