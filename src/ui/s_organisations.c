#include "config.h"

/* The organisations in sight with their totals. */

#include "base/i18n.h"
#include "ui/value.h"
#include "ui/view.h"
#include "ui/w_gauge.h"
#include "ui/w_table.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_MAX = 48, PAIR_MAX = 2 * MONEY_TEXT_MAX + 16 };

enum org_column {
    ORG_NAME,
    ORG_STATE,
    ORG_CONNEXIONS,
    ORG_ACTIVE,
    ORG_OVER,
    ORG_BUDGET,
    ORG_COST,
    ORG_COLUMNS
};

static const struct {
    const char *title;
    enum text_align align;
    int min, want, max;
} columns[ORG_COLUMNS] = {
    [ORG_NAME] = {N_("Organisation"), TEXT_LEFT, 12, 30, 44},
    [ORG_STATE] = {N_("Account"), TEXT_LEFT, 9, 11, 14},
    [ORG_CONNEXIONS] = {N_("Connexions"), TEXT_RIGHT, 10, 10, 12},
    [ORG_ACTIVE] = {N_("On"), TEXT_RIGHT, 3, 6, 8},
    [ORG_OVER] = {N_("Over"), TEXT_RIGHT, 4, 6, 12},
    [ORG_BUDGET] = {N_("Budget/month"), TEXT_LEFT, 12, 16, 24},
    [ORG_COST] = {N_("Cost / limit"), TEXT_RIGHT, 21, 24, 28},
};

static void name(const struct state *st, char *buf, size_t size)
{
    (void)st;
    (void)snprintf(buf, size, "%s", _("Organisations"));
}

static void add_totals(const struct organisations *all, struct strip *left)
{
    char n[NUMBER_MAX];
    int64_t connexions = 0;
    int64_t over = 0;
    for (size_t i = 0; i < all->len; i++) {
        connexions += all->rows[i].totals.connexions;
        over += all->rows[i].totals.over;
    }
    count_format(n, sizeof n, (int64_t)all->len);
    strip_add(left, ROLE_TEXT, STRIP_KEEP,
              ngettext("%s organisation", "%s organisations", (unsigned long)all->len), n);
    count_format(n, sizeof n, connexions);
    strip_add(left, ROLE_TEXT, 50,
              ngettext("%s connexion", "%s connexions", (unsigned long)connexions), n);
    if (over > 0) {
        count_format(n, sizeof n, over);
        strip_add(left, ROLE_BAD, 40, _("%s over limit"), n);
    }
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct orgs *orgs = &v->st->orgs;
    char clock[16];
    if (!orgs->all) {
        strip_add(left, ROLE_DIM, STRIP_KEEP, "%s", _("fetching the organisations…"));
        return;
    }
    add_totals(orgs->all, left);
    value_clock(clock, sizeof clock, orgs->fetched_at);
    strip_add(right, ROLE_DIM, 10, _("data of %s"), clock);
    if (orgs->all->len > 0)
        strip_add(right, ROLE_TEXT, 20, "%d/%zu", orgs->scroll.cursor + 1, orgs->all->len);
}

/* The words of organisations_statut_compte; others are shown as they are. */
static const char *account_word(const char *word, enum role *role)
{
    *role = ROLE_TEXT;
    if (!word || !*word) {
        *role = ROLE_DIM;
        return "–";
    }
    if (strcmp(word, "actif") == 0)
        return _("active");
    *role = ROLE_WARN;
    if (strcmp(word, "suspendu") == 0)
        return _("suspended");
    if (strcmp(word, "desactive") == 0)
        return _("closed");
    return word;
}

static void draw_budget(const struct surface *s, const struct totals *t, int64_t now)
{
    struct gauge gauge;
    struct connexion sum = {.budget_permille = t->budget_permille, .synchro = {1, now}};
    char cost[] = "0";
    if (t->budget_permille < 0) {
        surface_field(s, 0, 0, s->area.w, ROLE_DIM, _("no limit"), TEXT_LEFT);
        return;
    }
    sum.col[COL_COST] = cost;
    sum.col[COL_COST_LIMIT] = (char *)(uintptr_t)t->limit;
    gauge_budget(&gauge, &sum, now);
    gauge_draw(s, 0, 0, s->area.w, &gauge);
}

static void draw_cost(const struct surface *s, const struct totals *t)
{
    char cost[MONEY_TEXT_MAX];
    char limit[MONEY_TEXT_MAX];
    char both[PAIR_MAX];
    money_format(cost, sizeof cost, t->cost);
    money_format(limit, sizeof limit, t->limit);
    if (t->budget_permille < 0)
        (void)snprintf(both, sizeof both, "%s %s", cost, value_currency());
    else
        (void)snprintf(both, sizeof both, "%s / %s %s", cost, limit, value_currency());
    surface_field(s, 0, 0, s->area.w, ROLE_TEXT, both, TEXT_RIGHT);
}

static void draw_cell(const void *arg, size_t row, int column, const struct surface *s,
                      enum role base)
{
    const struct state *st = arg;
    const struct organisation *o = &st->orgs.all->rows[row];
    char n[NUMBER_MAX];
    enum role role = base;
    const char *word = NULL;
    int64_t count = column == ORG_CONNEXIONS ? o->totals.connexions
                    : column == ORG_ACTIVE   ? o->totals.active
                                             : o->totals.over;
    switch (column) {
    case ORG_NAME:
        surface_field(s, 0, 0, s->area.w, base, o->nom ? o->nom : o->id, TEXT_LEFT);
        return;
    case ORG_STATE:
        word = account_word(o->statut_compte, &role);
        surface_field(s, 0, 0, s->area.w, role, word, TEXT_LEFT);
        return;
    case ORG_BUDGET:
        draw_budget(s, &o->totals, st->now);
        return;
    case ORG_COST:
        draw_cost(s, &o->totals);
        return;
    default:
        break;
    }
    count_format(n, sizeof n, count);
    if (column == ORG_OVER)
        role = count > 0 ? ROLE_BAD : ROLE_DIM;
    surface_field(s, 0, 0, s->area.w, role, n, TEXT_RIGHT);
}

static int draw_screen(struct view *v)
{
    const struct orgs *orgs = &v->st->orgs;
    struct table table = {.len = ORG_COLUMNS,
                          .rows = orgs->all ? orgs->all->len : 0,
                          .top = (size_t)orgs->scroll.top,
                          .cursor = (size_t)orgs->scroll.cursor,
                          .arg = v->st,
                          .cell = draw_cell};
    for (int i = 0; i < ORG_COLUMNS; i++) {
        table.column[i].title = _(columns[i].title);
        table.column[i].align = columns[i].align;
        table.column[i].identity = i == ORG_NAME;
        table.column[i].place = (struct layout_column){
            .min = columns[i].min, .want = columns[i].want, .max = columns[i].max};
    }
    table_draw(&table, &v->title, &v->body);
    if (orgs->all && orgs->all->len == 0)
        (void)surface_put(&v->body, 1, TABLE_PREFIX, ROLE_TEXT,
                          _("no organisation in sight of this identity"));
    return 0;
}

const struct screen_ops screen_organisations = {name, summary, NULL, draw_screen};
