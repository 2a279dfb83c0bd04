#include "config.h"

/* The sheet of one connexion: all 25 columns in groups, the two gauges with all that makes their
 * figures trustworthy. */

#include "base/clock.h"
#include "base/i18n.h"
#include "model/gauge.h"
#include "model/list.h"
#include "ui/part_alert.h"
#include "ui/part_health.h"
#include "ui/part_limits.h"
#include "ui/pretty.h"
#include "ui/value.h"
#include "ui/view.h"
#include "ui/w_text.h"

#include <stdio.h>
#include <string.h>

enum { TWO_COLUMNS = 110, LABEL_COLS = 22, GUTTER = 2, TEXT_MAX = 12000, JSON_MAX = 60000 };

static void name(const struct state *st, char *buf, size_t size)
{
    const struct connexion *c = st->sheet.row;
    (void)snprintf(buf, size, "%.120s",
                   c && c->col[COL_EMAIL] && c->col[COL_EMAIL][0] ? c->col[COL_EMAIL]
                                                                  : st->sheet.id);
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct sheet *sheet = &v->st->sheet;
    struct sign sign;
    char clock[16];
    if (sheet->gone) {
        strip_add(left, ROLE_BAD, STRIP_KEEP, "%s", _("gone, or out of sight of this identity"));
        return;
    }
    if (!sheet->row) {
        strip_add(left, ROLE_DIM, STRIP_KEEP, "%s", _("fetching the connexion…"));
        return;
    }
    value_state(&sign, sheet->row);
    strip_add(left, ROLE_TEXT, STRIP_KEEP, "%s", value_organisation(sheet->row));
    strip_add(left, sign.role, 90, "%s %s", theme_glyph(v->theme, sign.glyph), sign.word);
    value_clock(clock, sizeof clock, sheet->fetched_at);
    strip_add(right, ROLE_DIM, 10, _("data of %s"), clock);
}

static void absent(struct doc *doc, enum column column, const char *why)
{
    doc_field(doc, _(column_info(column)->title), ROLE_DIM, why);
}

/* A column whose text stands for itself; NULL and "" are told apart from each other and from words.
 */
static void plain(struct doc *doc, const struct connexion *c, enum column column)
{
    const char *text = c->col[column];
    if (!text)
        absent(doc, column, _("not set"));
    else if (!*text)
        absent(doc, column, _("empty"));
    else
        doc_field(doc, _(column_info(column)->title), ROLE_TEXT, text);
}

static void with_id(struct doc *doc, enum column column, enum role role, const char *words,
                    const char *id)
{
    doc_field(doc, _(column_info(column)->title), role, words);
    doc_field(doc, "", ROLE_DIM, id && *id ? id : _("not set"));
}

static void add_client(struct doc *doc, const struct connexion *c)
{
    char text[VALUE_MAX];
    enum role role = ROLE_TEXT;
    const char *name_of = c->client_nom ? c->client_nom : "?";
    if (c->client_link == CLIENT_FOUND) {
        (void)snprintf(text, sizeof text, "%.400s", name_of);
    } else if (c->client_link == CLIENT_ELSEWHERE) {
        role = ROLE_WARN;
        (void)snprintf(text, sizeof text, _("%.400s (in another organisation)"), name_of);
    } else {
        role = ROLE_WARN;
        (void)snprintf(text, sizeof text, "%s", _("not found"));
    }
    with_id(doc, COL_CLIENT_ID, role, text, c->col[COL_CLIENT_ID]);
}

static void add_identity(struct doc *doc, const struct connexion *c)
{
    const char *kind = c->col[COL_CLIENT_TYPE];
    doc_section(doc, _("Identity"));
    with_id(doc, COL_ORGANISATION_ID, c->organisation_nom ? ROLE_TEXT : ROLE_DIM,
            c->organisation_nom ? c->organisation_nom : _("out of sight"), c->organisation_id);
    doc_field(doc, _(column_info(COL_CLIENT_TYPE)->title), ROLE_TEXT,
              kind ? client_type_title(kind) : _("not set"));
    add_client(doc, c);
    plain(doc, c, COL_ID);
}

static void add_account(struct doc *doc, const struct connexion *c)
{
    doc_section(doc, _("OpenAI account"));
    plain(doc, c, COL_EMAIL);
    plain(doc, c, COL_OPENAI_ORGANISATION);
    plain(doc, c, COL_PROJECT);
    absent(doc, COL_API_KEY, _("hidden (never fetched)"));
}

static void add_time(struct doc *doc, const char *label, const char *text, int64_t now)
{
    char words[VALUE_MAX];
    int64_t at = 0;
    if (!text) {
        doc_field(doc, label, ROLE_DIM, _("not set"));
    } else if (clock_parse_iso(text, &at)) {
        doc_field(doc, label, ROLE_TEXT, text);
    } else {
        value_when(words, sizeof words, at, now);
        doc_field(doc, label, ROLE_TEXT, words);
    }
}

static void add_state(struct doc *doc, const struct view *v, const struct connexion *c)
{
    struct sign sign;
    char words[VALUE_MAX];
    struct connexion on = *c;
    on.active = 1;
    value_state(&sign, &on);
    doc_section(doc, _("State"));
    (void)snprintf(words, sizeof words, "%s %s",
                   theme_glyph(v->theme, c->active ? GLYPH_GOOD : GLYPH_OFF),
                   c->active ? _("on") : _("off"));
    doc_field(doc, _(column_info(COL_ACTIVE)->title), c->active ? ROLE_GOOD : ROLE_DIM, words);
    (void)snprintf(words, sizeof words, "%s %s", theme_glyph(v->theme, sign.glyph), sign.word);
    doc_field(doc, _(column_info(COL_STATUS)->title), sign.role, words);
    limits_block(doc, v);
    if (c->col[COL_ERROR] && c->col[COL_ERROR][0])
        doc_field(doc, _(column_info(COL_ERROR)->title), ROLE_BAD, c->col[COL_ERROR]);
    else
        absent(doc, COL_ERROR, _("none"));
    if (c->synchro.known)
        add_time(doc, _(column_info(COL_SYNCHRO)->title), c->col[COL_SYNCHRO], v->st->now);
    else
        absent(doc, COL_SYNCHRO, _("never"));
}

/* Source and age of a figure, then its next reset: in UTC, local, and in how long. */
static void add_trust(struct doc *doc, const struct gauge *g, int64_t now)
{
    char words[VALUE_MAX];
    figures_source(g, now, words, sizeof words);
    doc_field(doc, _("Figure"),
              g->source == SOURCE_NONE ? ROLE_DIM
              : g->stale               ? ROLE_WARN
                                       : ROLE_TEXT,
              words);
    value_when(words, sizeof words, g->resets_at, now);
    doc_field(doc, _("Next reset"), ROLE_TEXT, words);
}

static void count_or_word(char *buf, size_t size, const char *digits)
{
    if (digits)
        count_text_format(buf, size, digits);
    else
        (void)snprintf(buf, size, "%s", _("not set"));
}

static void add_quota(struct doc *doc, const struct connexion *c, const struct figures *figures,
                      int64_t now)
{
    struct gauge g;
    char words[VALUE_MAX];
    gauge_quota_of(&g, c, figures, now);
    doc_section(doc, _("Quota of the day (UTC)"));
    doc_gauge(doc, _("Used"), &g);
    count_or_word(words, sizeof words, c->col[COL_DAY_USE]);
    doc_field(doc, _("Requests today"), c->col[COL_DAY_USE] ? ROLE_TEXT : ROLE_DIM, words);
    count_or_word(words, sizeof words, c->col[COL_DAY_LIMIT]);
    doc_field(doc, _(column_info(COL_DAY_LIMIT)->title),
              c->col[COL_DAY_LIMIT] ? ROLE_TEXT : ROLE_DIM, words);
    add_trust(doc, &g, now);
    add_time(doc, _("Reset in the table"), c->col[COL_RESET], now);
}

static void money_or_word(char *buf, size_t size, const char *decimal)
{
    char money[MONEY_TEXT_MAX];
    if (decimal) {
        money_exact(money, sizeof money, decimal);
        (void)snprintf(buf, size, "%s %s", money, value_currency());
    } else {
        (void)snprintf(buf, size, "%s", _("not set"));
    }
}

static void add_budget(struct doc *doc, const struct connexion *c, const struct figures *figures,
                       int64_t now)
{
    struct gauge g;
    char words[VALUE_MAX];
    gauge_budget_of(&g, c, figures, now);
    doc_section(doc, _("Budget of the month (UTC)"));
    doc_gauge(doc, _("Spent"), &g);
    money_or_word(words, sizeof words, c->col[COL_COST]);
    doc_field(doc, _("Cost this month"), c->col[COL_COST] ? ROLE_TEXT : ROLE_DIM, words);
    money_or_word(words, sizeof words, c->col[COL_COST_LIMIT]);
    doc_field(doc, _(column_info(COL_COST_LIMIT)->title),
              c->col[COL_COST_LIMIT] ? ROLE_TEXT : ROLE_DIM, words);
    add_trust(doc, &g, now);
}

static void add_models(struct doc *doc, const struct connexion *c)
{
    char words[2 * VALUE_MAX] = "";
    doc_section(doc, _("Models"));
    if (c->col[COL_MODELS])
        list_join(words, sizeof words, c->col[COL_MODELS]);
    if (words[0])
        doc_field(doc, _(column_info(COL_MODELS)->title), ROLE_TEXT, words);
    else
        absent(doc, COL_MODELS, c->col[COL_MODELS] ? _("none (empty list)") : _("not set"));
}

static void add_dates(struct doc *doc, const struct connexion *c, int64_t now)
{
    doc_section(doc, _("Dates"));
    add_time(doc, _(column_info(COL_ACTIVATION)->title), c->col[COL_ACTIVATION], now);
    add_time(doc, _(column_info(COL_CREATED_AT)->title), c->col[COL_CREATED_AT], now);
    plain(doc, c, COL_CREATED_BY);
    add_time(doc, _(column_info(COL_UPDATED_AT)->title), c->col[COL_UPDATED_AT], now);
    plain(doc, c, COL_UPDATED_BY);
}

static void add_json(struct doc *doc, const struct connexion *c, enum column column)
{
    struct str text;
    doc_section(doc, _(column_info(column)->title));
    if (!c->col[column]) {
        doc_text(doc, ROLE_DIM, _("not set"));
        return;
    }
    str_init(&text, JSON_MAX);
    pretty_json(&text, c->col[column]);
    for (char *line = text.data; line && *line;) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        doc->hang = (int)strspn(line, " ") + 2;
        doc_text(doc, ROLE_TEXT, line);
        line = end ? end + 1 : NULL;
    }
    doc->hang = 0;
    str_finish(&text);
}

/* Draws the part of a text that starts at line first of the whole. */
static void draw_from(const struct doc *doc, const struct surface *s, int first, int top)
{
    int y = first - top;
    struct surface part = surface_part(s, (struct rect){y > 0 ? y : 0, 0, s->area.h, s->area.w});
    doc_draw(doc, &part, y < 0 ? -y : 0);
}

static int draw_wide(struct view *v, const struct connexion *c)
{
    struct doc left;
    struct doc right;
    struct doc json;
    struct rect body = {0, 1, v->body.area.h, v->body.area.w - 2};
    const struct figures *figures = v->st->sheet.figures;
    const struct health *health = state_health(v->st, c->id);
    int half = (body.w - GUTTER) / 2;
    doc_init(&left, half, LABEL_COLS);
    doc_init(&right, half, LABEL_COLS);
    doc_init(&json, body.w, LABEL_COLS);
    add_state(&left, v, c);
    alert_section(&left, v, v->st->sheet.control.alerts);
    health_section(&left, v, health);
    add_identity(&left, c);
    add_account(&left, c);
    add_dates(&left, c, v->st->now);
    add_quota(&right, c, figures, v->st->now);
    add_budget(&right, c, figures, v->st->now);
    limits_section(&right, v);
    add_models(&right, c);
    add_json(&json, c, COL_AUDIT);
    add_json(&json, c, COL_EXTENSIONS);
    int upper = (left.len > right.len ? left.len : right.len) + 1;
    int len = upper + json.len;
    int top = layout_top(v->st->sheet.scroll.top, len, body.h);
    v->top = top;
    v->lines = len;
    struct surface s = surface_part(&v->body, body);
    struct surface at_left = surface_part(&s, (struct rect){0, 0, body.h, half});
    struct surface at_right = surface_part(&s, (struct rect){0, half + GUTTER, body.h, half});
    draw_from(&left, &at_left, 0, top);
    draw_from(&right, &at_right, 0, top);
    draw_from(&json, &s, upper, top);
    doc_finish(&left);
    doc_finish(&right);
    doc_finish(&json);
    return v->lines;
}

static int draw_narrow(struct view *v, const struct connexion *c)
{
    struct doc doc;
    struct rect body = {0, 1, v->body.area.h, v->body.area.w - 2};
    const struct figures *figures = v->st->sheet.figures;
    const struct health *health = state_health(v->st, c->id);
    struct surface s = surface_part(&v->body, body);
    doc_init(&doc, body.w, body.w < 3 * LABEL_COLS ? body.w / 3 : LABEL_COLS);
    add_state(&doc, v, c);
    health_line(&doc, v, health);
    add_quota(&doc, c, figures, v->st->now);
    add_budget(&doc, c, figures, v->st->now);
    alert_section(&doc, v, v->st->sheet.control.alerts);
    limits_section(&doc, v);
    health_section(&doc, v, health);
    add_identity(&doc, c);
    add_account(&doc, c);
    add_models(&doc, c);
    add_dates(&doc, c, v->st->now);
    add_json(&doc, c, COL_AUDIT);
    add_json(&doc, c, COL_EXTENSIONS);
    doc_show(&doc, &s, v->st->sheet.scroll.top, v);
    doc_finish(&doc);
    return v->lines;
}

static int draw_screen(struct view *v)
{
    const struct connexion *c = v->st->sheet.row;
    if (!c)
        return 0;
    return v->body.area.w >= TWO_COLUMNS ? draw_wide(v, c) : draw_narrow(v, c);
}

const struct screen_ops screen_connexion = {name, summary, NULL, draw_screen};
