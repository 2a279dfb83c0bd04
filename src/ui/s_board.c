#include "config.h"

/* The board: first what asks for somebody, then every organisation as a cell of a heat map, the
 * worst first; at the bottom all about the one under the cursor. */

#include "base/i18n.h"
#include "model/gauge.h"
#include "ui/part_alert.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 500, PERCENT_COLS = 6, SIGN_COLS = 2, LINES_LOST = 3, NUMBER_MAX = 48 };
enum { WARM = 500, HOT = 800, FULL = 1000 };

static void name(const struct state *st, char *buf, size_t size)
{
    (void)st;
    (void)snprintf(buf, size, "%s", _("Board"));
}

static void add_number(struct strip *strip, enum role role, int keep, int64_t n, const char *one,
                       const char *many)
{
    char text[NUMBER_MAX];
    count_format(text, sizeof text, n);
    strip_add(strip, role, keep, "%s %s", text, n == 1 ? one : many);
}

static void add_sums(const struct overview *all, struct strip *left, struct strip *right)
{
    char cost[MONEY_TEXT_MAX];
    char limit[MONEY_TEXT_MAX];
    enum role role = all->budget_permille >= FULL  ? ROLE_BAD
                     : all->budget_permille >= HOT ? ROLE_WARN
                                                   : ROLE_TEXT;
    add_number(left, ROLE_TEXT, 60, all->len, _("organisation"), _("organisations"));
    add_number(left, ROLE_TEXT, 50, all->connexions, _("connexion"), _("connexions"));
    if (all->blocked > 0)
        add_number(left, ROLE_BAD, 90, all->blocked, _("blocked"), _("blocked"));
    if (all->troubled > 0)
        add_number(left, ROLE_WARN, 80, all->troubled, _("in trouble"), _("in trouble"));
    money_format(cost, sizeof cost, all->cost[0] ? all->cost : "0");
    money_format(limit, sizeof limit, all->limit[0] ? all->limit : "0");
    if (all->budget_permille >= 0)
        strip_add(right, role, 30, _("budget %s / %s %s (%d %%)"), cost, limit, value_currency(),
                  all->budget_permille / 10);
    else
        strip_add(right, role, 30, _("cost %s %s"), cost, value_currency());
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct board_view *board = &v->st->board;
    char clock[16];
    if (board->fault[0])
        strip_add(left, ROLE_WARN, 95, "%s", _("could not be fetched; r asks again"));
    if (!board->all) {
        if (!board->fault[0])
            strip_add(left, ROLE_DIM, STRIP_KEEP, "%s", _("fetching the organisations…"));
        return;
    }
    add_sums(board->all, left, right);
    value_clock(clock, sizeof clock, board->fetched_at);
    strip_add(right, ROLE_DIM, 10, _("data of %s"), clock);
}

/* ── a cell ── */

/* How hot an organisation is, from 0 (nothing to measure) to 4. */
static int heat_of(const struct overview_cell *c)
{
    int heat = c->budget_permille < 0      ? 0
               : c->budget_permille < WARM ? 1
               : c->budget_permille < HOT  ? 2
               : c->budget_permille < FULL ? 3
                                           : 4;
    if (c->forecast_permille >= FULL && heat < 3)
        heat = 3;
    if (c->worst == GRAVITY_WARN && heat < 3)
        heat = 3;
    if (c->worst == GRAVITY_CRITICAL || c->blocked > 0)
        heat = 4;
    return heat;
}

static const struct {
    enum role role;
    enum glyph glyph;
    const char *word;
} heats[] = {{ROLE_HEAT_0, GLYPH_DASH, N_("no limit")},
             {ROLE_HEAT_1, GLYPH_GOOD, N_("calm")},
             {ROLE_HEAT_2, GLYPH_LEVEL_4, N_("half")},
             {ROLE_HEAT_3, GLYPH_WARN, N_("high")},
             {ROLE_HEAT_4, GLYPH_BAD, N_("over or blocked")}};

enum { HEATS = sizeof heats / sizeof heats[0] };

/* The figure that makes it hot: what was spent, or with an arrow where the month is heading. */
static void figure(const struct overview_cell *c, const struct theme *theme, char *buf, size_t size)
{
    int forecast = c->forecast_permille >= FULL && c->forecast_permille > c->budget_permille &&
                   c->budget_permille < FULL;
    int permille = forecast ? c->forecast_permille : c->budget_permille;
    if (permille < 0)
        (void)snprintf(buf, size, "%s", theme_glyph(theme, GLYPH_DASH));
    else
        (void)snprintf(buf, size, "%s%d%%", forecast ? theme_glyph(theme, GLYPH_ARROW) : "",
                       permille / 10 > 999 ? 999 : permille / 10);
}

static void draw_cell(const struct surface *s, const struct overview_cell *c, int selected)
{
    int heat = heat_of(c);
    enum role role = heats[heat].role;
    char number[NUMBER_MAX];
    int w = s->area.w;
    figure(c, s->theme, number, sizeof number);
    surface_repeat(s, 0, 0, w, role, " ");
    if (selected)
        (void)surface_glyph(s, 0, 0, ROLE_CURSOR, GLYPH_CURSOR);
    (void)surface_glyph(s, 0, 1, role, heats[heat].glyph);
    surface_field(s, 0, 1 + SIGN_COLS, w - 1 - SIGN_COLS - PERCENT_COLS - 1,
                  selected ? ROLE_SELECTED : role, c->nom, TEXT_LEFT);
    surface_field(s, 0, w - PERCENT_COLS, PERCENT_COLS - 1, role, number, TEXT_RIGHT);
}

/* ── the parts ── */

static void draw_legend(const struct surface *s)
{
    int x = s->area.w;
    int wanted = 0;
    for (int i = 0; i < HEATS; i++)
        wanted += text_width(_(heats[i].word)) + 4;
    const char *title = _("Organisations, the worst first");
    if (text_width(title) + wanted + 2 > s->area.w)
        title = _("Organisations");
    surface_field(s, 0, 1, s->area.w - 1, ROLE_SECTION, title, TEXT_LEFT);
    if (text_width(title) + wanted + 2 > s->area.w)
        return;
    x -= wanted;
    for (int i = HEATS - 1; i >= 0; i--) {
        x += surface_glyph(s, 0, x, heats[i].role, heats[i].glyph) + 1;
        x += surface_put(s, 0, x, ROLE_DIM, _(heats[i].word)) + 2;
    }
}

static int draw_worst(const struct view *v)
{
    const struct state *st = v->st;
    int lines = board_lines(st);
    for (int i = 0; i < lines; i++) {
        int on = st->board.at == i;
        struct surface line = surface_part(&v->body, (struct rect){i, 3, 1, v->body.area.w - 4});
        if (on)
            (void)surface_glyph(&v->body, i, 1, ROLE_CURSOR, GLYPH_CURSOR);
        alert_line(&line, &st->board.worst->item[i], st->now, on, 1);
    }
    if (lines > 0)
        return lines;
    surface_field(&v->body, 0, 3, v->body.area.w - 3, ROLE_GOOD,
                  st->board.worst ? _("Nothing asks for you: no alert is open.") : "", TEXT_LEFT);
    return 1;
}

static void draw_map(const struct view *v, const struct surface *s)
{
    const struct board_view *board = &v->st->board;
    int columns = board_columns(v->st);
    int lines = board_lines(v->st);
    int width = (s->area.w - 2) / columns;
    for (int y = 0; y < s->area.h; y++)
        for (int x = 0; x < columns; x++) {
            int i = (board->top + y) * columns + x;
            if (i >= board->all->len)
                return;
            struct surface cell = surface_part(s, (struct rect){y, 1 + x * width, 1, width - 1});
            draw_cell(&cell, &board->all->item[i], board->at == lines + i);
        }
}

static void add_money(struct strip *strip, const struct overview_cell *c)
{
    char cost[MONEY_TEXT_MAX];
    char limit[MONEY_TEXT_MAX];
    money_format(cost, sizeof cost, c->cost[0] ? c->cost : "0");
    money_format(limit, sizeof limit, c->limit[0] ? c->limit : "0");
    if (c->budget_permille >= 0)
        strip_add(strip, ROLE_TEXT, 90, _("%s of %s %s (%d %%)"), cost, limit, value_currency(),
                  c->budget_permille / 10);
    else
        strip_add(strip, ROLE_TEXT, 90, _("%s %s, no limit"), cost, value_currency());
    if (c->forecast_permille >= 0)
        strip_add(strip, c->forecast_permille >= FULL ? ROLE_WARN : ROLE_TEXT, 70,
                  _("forecast %d %%"), c->forecast_permille / 10);
}

/* All about the organisation under the cursor. */
static void draw_about(const struct view *v, const struct surface *s)
{
    const struct board_view *board = &v->st->board;
    int at = board->at - board_lines(v->st);
    struct strip strip;
    if (at < 0 || at >= board->all->len)
        return;
    const struct overview_cell *c = &board->all->item[at];
    strip_init(&strip);
    strip_add(&strip, ROLE_SECTION, STRIP_KEEP, "%s", c->nom);
    add_money(&strip, c);
    strip_fit(&strip, "  ", s->area.w - 2);
    (void)strip_draw(&strip, s, 0, 1, s->area.w - 2, ROLE_DIM, "  ");
    strip_init(&strip);
    add_number(&strip, ROLE_TEXT, 60, c->connexions, _("connexion"), _("connexions"));
    add_number(&strip, ROLE_TEXT, 50, c->active, _("active"), _("active"));
    if (c->blocked > 0)
        add_number(&strip, ROLE_BAD, 80, c->blocked, _("blocked"), _("blocked"));
    if (c->troubled > 0)
        add_number(&strip, ROLE_WARN, 70, c->troubled, _("in trouble"), _("in trouble"));
    alert_count_parts(v, &c->alerts, &strip);
    strip_fit(&strip, "  ", s->area.w - 2);
    (void)strip_draw(&strip, s, 1, 1, s->area.w - 2, ROLE_DIM, "  ");
}

static int draw_screen(struct view *v)
{
    const struct board_view *board = &v->st->board;
    int h = v->body.area.h;
    int w = v->body.area.w;
    surface_field(&v->title, 0, 1, w - 1, ROLE_SECTION, _("What asks for somebody"), TEXT_LEFT);
    if (!board->all && board->fault[0]) {
        surface_field(&v->body, 1, 3, w - 4, ROLE_BAD, board->fault, TEXT_LEFT);
        return 0;
    }
    int y = draw_worst(v);
    if (!board->all)
        return 0;
    struct surface legend = surface_part(&v->body, (struct rect){y, 0, 1, w});
    struct surface map = surface_part(&v->body, (struct rect){y + 1, 0, h - y - LINES_LOST, w});
    struct surface about = surface_part(&v->body, (struct rect){h - 2, 0, 2, w});
    draw_legend(&legend);
    draw_map(v, &map);
    draw_about(v, &about);
    return 0;
}

const struct screen_ops screen_board = {name, summary, NULL, draw_screen};
