#ifndef VIGIE_UI_W_CHART_H
#define VIGIE_UI_W_CHART_H

#include "ui/theme.h"

#include <stddef.h>

enum { CHART_BARS_MAX = 62, CHART_TEXT = 1024 };

struct chart_bar {
    int permille;    /* of the height; below 0: less than nothing, drawn as such on the axis */
    int provisional; /* told apart by its sign */
    int label;       /* number under it; 0 for none */
};

/* Standing bars as lines of text, with the largest value at the axis. */
struct chart {
    struct chart_bar bar[CHART_BARS_MAX];
    int len;
    int height;      /* lines of the bars */
    const char *top; /* what the full height stands for */
};

/* Lines of the whole: the bars, the axis, the labels. */
int chart_lines(const struct chart *chart);

/* Line y from the top in at most width columns. Where there is no room for all bars the last ones
 * are shown. */
void chart_text(const struct theme *theme, const struct chart *chart, int width, int y,
                char buf[CHART_TEXT]);

#endif
