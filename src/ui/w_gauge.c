#include "config.h"

#include "ui/w_gauge.h"

#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

enum {
    PERCENT_COLS = 6,
    WARNING_COLS = 1,
    EIGHTHS = 8,
    WHOLE = 1000,
    SHOWN_MAX = 9990,
    WORDS_MAX = 64
};

static const char *const eighths[EIGHTHS] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

static const char *word_of(const struct gauge *g)
{
    switch (g->state) {
    case GAUGE_NO_LIMIT:
        return _("no limit");
    case GAUGE_ZERO_LIMIT:
        return _("limit 0");
    case GAUGE_NO_FIGURE:
        return _("no figure");
    case GAUGE_NO_SOURCE:
        return _("no source");
    case GAUGE_OK:
    case GAUGE_HIGH:
    case GAUGE_OVER:
    default:
        return g->stale ? _("stale") : NULL;
    }
}

static void percent(int permille, char *buf, size_t size)
{
    if (permille > SHOWN_MAX)
        (void)snprintf(buf, size, ">%d %%", SHOWN_MAX / 10);
    else if (permille > 0 && permille < 10)
        (void)snprintf(buf, size, "<1 %%");
    else
        (void)snprintf(buf, size, "%d %%", permille < 0 ? 0 : permille / 10);
}

void gauge_words(const struct gauge *g, char *buf, size_t size)
{
    char figure[WORDS_MAX];
    const char *word = word_of(g);
    percent(g->permille, figure, sizeof figure);
    if (word && g->stale && g->state >= GAUGE_OK)
        (void)snprintf(buf, size, "%s (%s)", word, figure);
    else
        (void)snprintf(buf, size, "%s", word ? word : figure);
}

enum role gauge_role(const struct gauge *g)
{
    if (g->state == GAUGE_ZERO_LIMIT)
        return ROLE_WARN;
    if (word_of(g))
        return ROLE_DIM;
    return g->state == GAUGE_OVER ? ROLE_BAD : g->state == GAUGE_HIGH ? ROLE_WARN : ROLE_TEXT;
}

/* Filled eighths of a bar: something spent always shows, and full means full. */
static int filled(int permille, int cells, int ascii)
{
    int whole = cells * EIGHTHS;
    if (permille <= 0)
        return 0;
    if (permille >= WHOLE)
        return whole;
    int n = (int)((long)permille * whole / WHOLE);
    int step = ascii ? EIGHTHS : 1;
    n = n < step ? step : n;
    n = n > whole - step && cells > 1 ? whole - step : n;
    return ascii ? n / EIGHTHS * EIGHTHS : n;
}

struct bar_roles {
    enum role bar, mark; /* mark: of what is elapsed, on the full part */
};

static struct bar_roles bar_roles(const struct gauge *g)
{
    if (g->state == GAUGE_OVER)
        return (struct bar_roles){ROLE_OVER, ROLE_OVER_MARK};
    if (g->state == GAUGE_HIGH)
        return (struct bar_roles){ROLE_HIGH, ROLE_HIGH_MARK};
    return (struct bar_roles){ROLE_BAR, ROLE_BAR_MARK};
}

/* With a track of its own colour the whole bar is of one role: few changes of colour are few bytes.
 */
static void draw_cell(const struct surface *s, int x, int eighth, int marked,
                      struct bar_roles roles)
{
    const struct theme *theme = s->theme;
    int coloured = theme->colors == 256;
    enum role track = coloured ? roles.bar : ROLE_TRACK;
    if (marked)
        (void)surface_glyph(s, 0, x, eighth >= EIGHTHS && !theme->ascii ? roles.mark : track,
                            GLYPH_ELAPSED);
    else if (eighth >= EIGHTHS)
        (void)surface_glyph(s, 0, x, roles.bar, GLYPH_FILL);
    else if (eighth > 0)
        (void)surface_put(s, 0, x, roles.bar, eighths[eighth]);
    else if (coloured && !theme->ascii)
        (void)surface_put(s, 0, x, track, " ");
    else
        (void)surface_glyph(s, 0, x, track, GLYPH_TRACK);
}

static void draw_bar(const struct surface *s, const struct gauge *g)
{
    int cells = s->area.w;
    int full = filled(g->permille, cells, s->theme->ascii);
    int elapsed = (int)((long)g->elapsed_permille * cells / WHOLE);
    if (elapsed > cells - 1)
        elapsed = cells - 1;
    for (int i = 0; i < cells; i++)
        draw_cell(s, i, full - i * EIGHTHS, i == elapsed, bar_roles(g));
}

void gauge_draw(const struct surface *s, int y, int x, int width, const struct gauge *g)
{
    char words[WORDS_MAX];
    int cells = width - PERCENT_COLS - WARNING_COLS;
    if (word_of(g)) {
        gauge_words(g, words, sizeof words);
        surface_field(s, y, x, width, gauge_role(g), words, TEXT_LEFT);
        return;
    }
    percent(g->permille, words, sizeof words);
    if (width < GAUGE_BAR_MIN)
        cells = 0;
    struct surface bar = surface_part(s, (struct rect){y, x, 1, cells});
    draw_bar(&bar, g);
    int room = width - cells;
    int warn = g->state != GAUGE_OK && room > 1;
    surface_field(s, y, x + cells, room - WARNING_COLS, gauge_role(g), words, TEXT_RIGHT);
    (void)surface_put(s, y, x + width - WARNING_COLS, gauge_role(g), warn ? "!" : " ");
}
