#include "config.h"

#include "ui/layout.h"

static int min_of(int a, int b)
{
    return a < b ? a : b;
}

static int max_of(int a, int b)
{
    return a > b ? a : b;
}

struct rect rect_clip(struct rect r, struct rect in)
{
    int y = max_of(r.y, in.y);
    int x = max_of(r.x, in.x);
    int bottom = min_of(r.y + max_of(r.h, 0), in.y + max_of(in.h, 0));
    int right = min_of(r.x + max_of(r.w, 0), in.x + max_of(in.w, 0));
    return (struct rect){y, x, max_of(bottom - y, 0), max_of(right - x, 0)};
}

static int share(int wanted, int there)
{
    return max_of(0, min_of(wanted, there));
}

struct rect rect_take_top(struct rect *r, int lines)
{
    int n = share(lines, r->h);
    struct rect taken = {r->y, r->x, n, r->w};
    r->y += n;
    r->h = max_of(r->h - n, 0);
    return taken;
}

struct rect rect_take_bottom(struct rect *r, int lines)
{
    int n = share(lines, r->h);
    r->h = max_of(r->h - n, 0);
    return (struct rect){r->y + r->h, r->x, n, r->w};
}

struct rect rect_take_left(struct rect *r, int columns)
{
    int n = share(columns, r->w);
    struct rect taken = {r->y, r->x, r->h, n};
    r->x += n;
    r->w = max_of(r->w - n, 0);
    return taken;
}

/* Gives one column to each in turn until all are at their goal or nothing is left; returns what is
 * left. */
static int spread(struct layout_column *columns, int n, int left, int to_max)
{
    int given = 1;
    while (left > 0 && given) {
        given = 0;
        for (int i = 0; i < n && left > 0; i++) {
            if (columns[i].w >= (to_max ? columns[i].max : columns[i].want))
                continue;
            columns[i].w++;
            left--;
            given = 1;
        }
    }
    return left;
}

int layout_columns(struct layout_column *columns, int n, int width, int gap)
{
    int left = max_of(width, 0);
    int fit = 0;
    for (int i = 0; i < n; i++)
        columns[i].x = columns[i].w = 0;
    while (fit < n && left > 0) {
        int need = columns[fit].min + (fit > 0 ? gap : 0);
        if (need > left && fit > 0)
            break;
        columns[fit].w = min_of(columns[fit].min, left);
        left -= min_of(need, left);
        fit++;
    }
    left = spread(columns, fit, left, 0);
    (void)spread(columns, fit, left, 1);
    for (int i = 0, x = 0; i < fit; i++) {
        columns[i].x = x;
        x += columns[i].w + gap;
    }
    return fit;
}

int layout_top(int top, int len, int height)
{
    return max_of(0, min_of(top, len - max_of(height, 0)));
}
