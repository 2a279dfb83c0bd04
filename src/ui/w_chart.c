#include "config.h"

#include "ui/w_chart.h"

#include "base/text.h"
#include "ui/w_spark.h"

#include <stdio.h>
#include <string.h>

enum { EIGHTHS = 8, WHOLE = 1000, CELL_MAX = 3, AXIS_LINES = 2, LABEL_TEXT = 16 };

/* Where the bars stand. */
struct place {
    int gutter; /* columns of the values, the axis behind them */
    int from;   /* first bar shown */
    int cell;   /* columns a bar has, the gap included */
};

static struct place place_of(const struct chart *chart, int width)
{
    struct place p = {.gutter = text_width(chart->top) + 1};
    int room = width - p.gutter - 1;
    if (room < chart->len) {
        p.gutter = 0;
        room = width - 1;
    }
    p.from = chart->len > room ? chart->len - room : 0;
    p.from = p.from < chart->len ? p.from : chart->len;
    int shown = chart->len - p.from;
    p.cell = shown > 0 ? room / shown : 1;
    p.cell = p.cell > CELL_MAX ? CELL_MAX : p.cell;
    return p;
}

static void add(char buf[CHART_TEXT], size_t *at, const char *sign, int times)
{
    size_t n = strlen(sign);
    for (int i = 0; i < times && *at + n < CHART_TEXT; i++) {
        memcpy(buf + *at, sign, n + 1);
        *at += n;
    }
}

static void add_gutter(char buf[CHART_TEXT], size_t *at, const struct place *p, const char *text)
{
    int width = text_width(text);
    if (p->gutter == 0)
        return;
    add(buf, at, " ", p->gutter - 1 - width);
    add(buf, at, text, 1);
    add(buf, at, " ", 1);
}

/* What a bar shows in the line that is level lines above the axis. */
static const char *sign_at(const struct theme *theme, const struct chart *chart, int i, int level)
{
    const struct chart_bar *bar = &chart->bar[i];
    int full =
        bar->permille <= 0 ? 0 : (int)((long)bar->permille * chart->height * EIGHTHS / WHOLE);
    int eighth = (full < 1 && bar->permille > 0 ? 1 : full) - level * EIGHTHS;
    if (bar->permille < 0 && level == 0)
        return theme_glyph(theme, GLYPH_SORT_DOWN);
    if (eighth <= 0)
        return " ";
    return bar->provisional ? theme_glyph(theme, GLYPH_PROVISIONAL) : spark_level(theme, eighth);
}

static void bar_line(const struct theme *theme, const struct chart *chart, const struct place *p,
                     int level, char buf[CHART_TEXT])
{
    size_t at = 0;
    int solid = p->cell > 1 ? p->cell - 1 : 1;
    add_gutter(buf, &at, p, level == chart->height - 1 ? chart->top : level == 0 ? "0" : "");
    add(buf, &at, theme_glyph(theme, GLYPH_AXIS), 1);
    for (int i = p->from; i < chart->len; i++) {
        add(buf, &at, sign_at(theme, chart, i, level), solid);
        add(buf, &at, " ", p->cell - solid);
    }
}

static void label_line(const struct chart *chart, const struct place *p, int width,
                       char buf[CHART_TEXT])
{
    int room = width - p->gutter - 1;
    size_t at = 0;
    int column = 0;
    add_gutter(buf, &at, p, "");
    add(buf, &at, " ", 1);
    for (int i = p->from; i < chart->len; i++) {
        char label[LABEL_TEXT];
        int x = (i - p->from) * p->cell;
        int n = snprintf(label, sizeof label, "%d ", chart->bar[i].label);
        if (chart->bar[i].label == 0 || x < column || x + n - 1 > room)
            continue;
        add(buf, &at, " ", x - column);
        add(buf, &at, label, 1);
        column = x + (int)strlen(label);
    }
}

int chart_lines(const struct chart *chart)
{
    return chart->height + AXIS_LINES;
}

void chart_text(const struct theme *theme, const struct chart *chart, int width, int y,
                char buf[CHART_TEXT])
{
    struct place p = place_of(chart, width);
    size_t at = 0;
    buf[0] = '\0';
    if (y < chart->height) {
        bar_line(theme, chart, &p, chart->height - 1 - y, buf);
    } else if (y == chart->height) {
        add_gutter(buf, &at, &p, "");
        add(buf, &at, theme_glyph(theme, GLYPH_RULE), 1 + (chart->len - p.from) * p.cell);
    } else {
        label_line(chart, &p, width, buf);
    }
}
