#include "config.h"

#include "cli/cell.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "model/gauge.h"
#include "model/list.h"

#include <stdlib.h>
#include <string.h>

enum { BAR_COLS = 20, FULL = 1000 };

typedef void (*amount_fn)(char *buf, size_t size, const char *decimal);

static void add_age(struct str *out, int64_t at, int64_t now)
{
    char age[AGE_TEXT_MAX];
    gauge_age(age, sizeof age, at > now ? at - now : now - at);
    if (at > now)
        (void)str_addf(out, _("in %s"), age);
    else
        (void)str_addf(out, _("%s ago"), age);
}

static void add_when(struct str *out, int64_t at, int64_t now)
{
    char when[CLOCK_TEXT_MAX];
    clock_local(when, at);
    (void)str_addf(out, "%s (", when);
    add_age(out, at, now);
    (void)str_add_char(out, ')');
}

static void add_time(struct str *out, const char *text, int64_t now, int full)
{
    char when[CLOCK_TEXT_MAX];
    int64_t at = 0;
    if (clock_parse_iso(text, &at)) {
        (void)str_add(out, text);
    } else if (full) {
        add_when(out, at, now);
    } else {
        clock_local(when, at);
        (void)str_add(out, when);
    }
}

static void add_list(struct str *out, const char *text)
{
    size_t size = strlen(text) * 2 + 1;
    char *joined = mem_alloc(size);
    list_join(joined, size, text);
    (void)str_add(out, joined);
    free(joined);
}

static void add_amount(struct str *out, const char *figure, amount_fn format)
{
    char buf[MONEY_TEXT_MAX];
    if (figure)
        format(buf, sizeof buf, figure);
    (void)str_add(out, figure ? buf : "?");
}

/* "62 %  620 / 1 000", "620 (no limit)", "? / 1 000". */
static void add_gauge(struct str *out, const struct connexion *c, enum column figure,
                      enum column limit, const struct gauge *g, amount_fn format)
{
    if (g->permille >= 0)
        (void)str_addf(out, "%3d %%  ", g->permille / 10);
    add_amount(out, c->col[figure], format);
    if (g->state == GAUGE_NO_LIMIT) {
        (void)str_addf(out, " (%s)", _("no limit"));
    } else if (g->state == GAUGE_ZERO_LIMIT) {
        (void)str_addf(out, " (%s)", _("limit 0"));
    } else {
        (void)str_add(out, " / ");
        add_amount(out, c->col[limit], format);
    }
    if (g->stale)
        (void)str_addf(out, ", %s", _("stale"));
}

static void gauge_of(struct gauge *g, const struct connexion *c, enum column column,
                     const struct figures *figures, int64_t now)
{
    if (column == COL_COST)
        gauge_budget_of(g, c, figures, now);
    else
        gauge_quota_of(g, c, figures, now);
}

static void add_measured(struct str *out, const struct connexion *c, enum column column,
                         const struct gauge *g, int full)
{
    if (g->state == GAUGE_NO_SOURCE) {
        (void)str_add(out, _("no source"));
        return;
    }
    if (column == COL_COST)
        add_gauge(out, c, COL_COST, COL_COST_LIMIT, g, full ? money_exact : money_format);
    else
        add_gauge(out, c, COL_DAY_USE, COL_DAY_LIMIT, g, count_text_format);
}

static void add_client(struct str *out, const struct connexion *c)
{
    if (c->client_link == CLIENT_MISSING || !c->client_nom)
        (void)str_addf(out, "%s (%s)", c->col[COL_CLIENT_ID] ? c->col[COL_CLIENT_ID] : "-",
                       _("not found"));
    else if (c->client_link == CLIENT_ELSEWHERE)
        (void)str_addf(out, _("%s (of another organisation)"), c->client_nom);
    else
        (void)str_add(out, c->client_nom);
}

static void add_status(struct str *out, const struct connexion *c)
{
    (void)str_add(out, c->status == STATUS_UNKNOWN ? c->col[COL_STATUS] : status_title(c->status));
    if (!c->active)
        (void)str_addf(out, ", %s", _("off"));
}

static void add_seen(struct str *out, const struct connexion *c, int64_t now)
{
    char age[AGE_TEXT_MAX];
    if (c->synchro.known)
        gauge_age(age, sizeof age, now - c->synchro.at);
    (void)str_add(out, c->synchro.known ? age : _("never"));
}

static void add_by_kind(struct str *out, const struct connexion *c, enum column column, int64_t now,
                        int full)
{
    const char *text = c->col[column];
    switch (column_info(column)->kind) {
    case COLUMN_TIME:
        add_time(out, text, now, full);
        break;
    case COLUMN_BOOL:
        (void)str_add(out, text[0] == 't' ? _("on") : _("off"));
        break;
    case COLUMN_INT:
        add_amount(out, text, count_text_format);
        break;
    case COLUMN_MONEY:
        add_amount(out, text, full ? money_exact : money_format);
        break;
    case COLUMN_LIST:
        add_list(out, text);
        break;
    case COLUMN_SECRET:
        break;
    default:
        (void)str_add(out, text);
    }
}

/* What has a rule of its own, NULL or not. */
static int add_special(struct str *out, const struct connexion *c, enum column column, int64_t now,
                       int full)
{
    struct gauge g;
    switch (column) {
    case COL_DAY_USE:
    case COL_COST:
        gauge_of(&g, c, column, NULL, now);
        add_measured(out, c, column, &g, full);
        return 1;
    case COL_CLIENT_ID:
        add_client(out, c);
        return 1;
    case COL_ORGANISATION_ID:
        (void)str_add(out, c->organisation_nom ? c->organisation_nom : c->organisation_id);
        return 1;
    case COL_SYNCHRO:
        if (full && c->synchro.known)
            add_when(out, c->synchro.at, now);
        else
            add_seen(out, c, now);
        return 1;
    case COL_API_KEY:
        (void)str_add(out, _("never shown"));
        return 1;
    default:
        return 0;
    }
}

static void add_cell(struct str *out, const struct connexion *c, enum column column, int64_t now,
                     int full)
{
    if (add_special(out, c, column, now, full))
        return;
    if (!c->col[column])
        (void)str_add(out, "-");
    else if (column == COL_STATUS)
        add_status(out, c);
    else if (column == COL_CLIENT_TYPE)
        (void)str_add(out, client_type_title(c->col[column]));
    else
        add_by_kind(out, c, column, now, full);
}

void cell_text(struct str *out, const struct connexion *c, enum column column, int64_t now)
{
    add_cell(out, c, column, now, 0);
}

/* A bar of the figure with the elapsed part of the period marked on it. */
static void add_bar(struct str *out, const struct gauge *g, int ascii)
{
    int full = g->permille >= FULL ? BAR_COLS : g->permille * BAR_COLS / FULL;
    int mark = g->elapsed_permille * BAR_COLS / FULL;
    (void)str_add_char(out, '[');
    for (int i = 0; i < BAR_COLS; i++) {
        const char *cell = i < full ? (ascii ? "#" : "█") : (ascii ? "." : "░");
        (void)str_add(out, i == mark ? "|" : cell);
    }
    (void)str_add(out, "] ");
}

static void add_gauge_facts(struct str *out, const struct gauge *g, enum column column, int64_t now)
{
    int elapsed = g->elapsed_permille / 10;
    (void)str_add(out, _("; "));
    if (column == COL_COST)
        (void)str_addf(out, _("%d %% of the month elapsed"), elapsed);
    else
        (void)str_addf(out, _("%d %% of the day elapsed"), elapsed);
    (void)str_addf(out, "%s%s ", _("; "), _("resets"));
    add_when(out, g->resets_at, now);
    (void)str_addf(out, _("; source: %s"), gauge_source_of(g));
    if (g->source != SOURCE_NONE && g->seen.known) {
        (void)str_add(out, ", ");
        add_age(out, g->seen.at, now);
    }
    if (g->shared > 1)
        (void)str_addf(out, _("; shared by %d connexions"), g->shared);
    if (g->clamped)
        (void)str_addf(out, "%s%s", _("; "), _("more than the column can hold"));
}

static void add_full_gauge(struct str *out, const struct connexion *c, enum column column,
                           const struct figures *figures, int64_t now, int ascii)
{
    struct gauge g;
    gauge_of(&g, c, column, figures, now);
    if (g.permille >= 0)
        add_bar(out, &g, ascii);
    add_measured(out, c, column, &g, 1);
    add_gauge_facts(out, &g, column, now);
}

void cell_full(struct str *out, const struct connexion *c, enum column column,
               const struct figures *figures, int64_t now, int ascii)
{
    if (column == COL_DAY_USE || column == COL_COST) {
        add_full_gauge(out, c, column, figures, now, ascii);
        return;
    }
    add_cell(out, c, column, now, 1);
    if ((column == COL_ORGANISATION_ID && c->organisation_nom) ||
        (column == COL_CLIENT_ID && c->client_nom && c->col[column]))
        (void)str_addf(out, " (%s)", c->col[column] ? c->col[column] : c->organisation_id);
}

static enum print_role status_role(enum status status)
{
    static const enum print_role roles[] = {
#define STATUS(id, word, title, role) PRINT_##role,
#include "model/status.def"
#undef STATUS
    };
    return status < STATUS_COUNT ? roles[status] : PRINT_WARN;
}

static enum print_role gauge_role(const struct gauge *g)
{
    if (g->stale || g->state == GAUGE_NO_FIGURE)
        return PRINT_DIM;
    if (g->state == GAUGE_OVER)
        return PRINT_BAD;
    return g->state == GAUGE_HIGH ? PRINT_WARN : PRINT_PLAIN;
}

enum print_role cell_role(const struct connexion *c, enum column column, int64_t now)
{
    struct gauge g;
    if (column == COL_STATUS)
        return c->active ? status_role(c->status) : PRINT_DIM;
    if (column == COL_CLIENT_ID)
        return c->client_link == CLIENT_FOUND ? PRINT_PLAIN : PRINT_WARN;
    if (column != COL_DAY_USE && column != COL_COST)
        return c->col[column] ? PRINT_PLAIN : PRINT_DIM;
    gauge_of(&g, c, column, NULL, now);
    return gauge_role(&g);
}
