#include "config.h"

#include "cli/cli.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/budget.h"
#include "cli/each.h"
#include "cli/fetch_forecast.h"
#include "cli/fetch_health.h"
#include "cli/find.h"
#include "cli/health_text.h"
#include "cli/json.h"
#include "cli/print.h"

#include <stdlib.h>

enum { PERCENT = 10, DATE_CHARS = 10, DIFFERENCES_MAX = 1 << 24 };

struct listing {
    struct cli *cli;
    struct session *session;
    int64_t now;
    struct table *table; /* NULL for JSON */
    struct json_list json;
    struct str cell;
    struct str differences;
    int seen[DISCREPANCY_COUNT];
    struct forecast forecast[FIGURES_AT_ONCE];
    struct reconciliation figures[FIGURES_AT_ONCE];
};

static void start(struct listing *l)
{
    struct print print;
    l->now = clock_now();
    str_init(&l->cell, HEALTH_TEXT_MAX);
    str_init(&l->differences, DIFFERENCES_MAX);
    if (l->cli->json) {
        json_list_open(&l->json, stdout);
        return;
    }
    print_init(&print, stdout);
    l->table = table_create(&print);
    table_column(l->table, _("Connexion"), TEXT_LEFT);
    table_column(l->table, _("Account"), TEXT_LEFT);
    table_column(l->table, _("Spent"), TEXT_RIGHT);
    table_column(l->table, _("Limit"), TEXT_RIGHT);
    table_column(l->table, _("Used"), TEXT_RIGHT);
    table_column(l->table, _("Month gone"), TEXT_RIGHT);
    table_column(l->table, _("A day"), TEXT_RIGHT);
    table_column(l->table, _("Month end"), TEXT_RIGHT);
    table_column(l->table, _("Limit reached"), TEXT_LEFT);
    table_column(l->table, _("Source"), TEXT_LEFT);
    table_column(l->table, _("Differences"), TEXT_LEFT);
}

static void text_cell(struct listing *l, const char *text, enum print_role role)
{
    table_cell(l->table, text && *text ? text : "-", text && *text ? role : PRINT_DIM);
}

static enum print_role share_role(int permille)
{
    if (permille >= GAUGE_FULL_PERMILLE)
        return PRINT_BAD;
    return permille >= GAUGE_HIGH_PERMILLE ? PRINT_WARN : PRINT_PLAIN;
}

static void share_cell(struct listing *l, int permille, enum print_role role)
{
    char text[32] = "";
    if (permille >= 0)
        (void)snprintf(text, sizeof text, _("%d %%"), permille / PERCENT);
    text_cell(l, text, role);
}

static void money_cell(struct listing *l, const char *decimal, const char *currency,
                       enum print_role role)
{
    char amount[MONEY_TEXT_MAX];
    str_clear(&l->cell);
    if (decimal && *decimal) {
        money_format(amount, sizeof amount, decimal);
        (void)str_addf(&l->cell, *currency ? "%s %s" : "%s%s", amount, currency);
    }
    text_cell(l, str_get(&l->cell), role);
}

static void forecast_cells(struct listing *l, const struct forecast *f)
{
    char date[CLOCK_TEXT_MAX] = "";
    if (f->basis == FORECAST_THIN) {
        text_cell(l, _("not enough history"), PRINT_DIM);
    } else {
        money_cell(l, f->rate, f->currency, PRINT_PLAIN);
    }
    money_cell(l, f->month_end, f->currency, share_role(f->permille));
    if (f->exhausted_at > 0) {
        clock_iso(date, f->exhausted_at);
        date[DATE_CHARS] = '\0';
    }
    text_cell(l, date, PRINT_BAD);
}

static void source_cell(struct listing *l, const struct gauge *g)
{
    str_clear(&l->cell);
    (void)str_add(&l->cell, gauge_source_of(g));
    if (g->source != SOURCE_NONE && g->seen.known) {
        (void)str_add(&l->cell, ", ");
        text_age(&l->cell, g->seen.at, l->now);
    }
    if (g->stale)
        (void)str_addf(&l->cell, ", %s", _("stale"));
    table_cell(l->table, str_get(&l->cell), g->stale ? PRINT_DIM : PRINT_PLAIN);
}

/* The worst one, and how many there are. */
static void differences_cell(struct listing *l, const struct reconciliation *r)
{
    str_clear(&l->cell);
    if (r->len)
        (void)str_add(&l->cell, discrepancy_title(r->item[0].kind));
    if (r->len > 1)
        (void)str_addf(&l->cell, " +%d", r->len - 1);
    text_cell(l, str_get(&l->cell), PRINT_WARN);
}

static void add_row(struct listing *l, const struct budget *b)
{
    const char *currency = b->sources ? b->sources->currency : "";
    int known = budget_is_known(b);
    int permille = known ? b->gauge.permille : -1;
    text_cell(l, b->row->id, PRINT_PLAIN);
    text_cell(l, b->row->col[COL_EMAIL], PRINT_PLAIN);
    money_cell(l, known ? b->row->col[COL_COST] : NULL, currency, PRINT_PLAIN);
    money_cell(l, b->row->col[COL_COST_LIMIT], "", PRINT_PLAIN);
    share_cell(l, permille, share_role(permille));
    share_cell(l, b->gauge.elapsed_permille, PRINT_PLAIN);
    forecast_cells(l, b->forecast);
    source_cell(l, &b->gauge);
    differences_cell(l, b->figures);
    budget_differences(&l->differences, b, l->seen);
}

static void give(struct listing *l, const struct connexion *row, const struct figures *sources,
                 int at)
{
    struct budget b = {
        .row = row, .sources = sources, .forecast = &l->forecast[at], .figures = &l->figures[at]};
    gauge_budget_of(&b.gauge, row, sources, l->now);
    if (l->table)
        add_row(l, &b);
    else
        json_list_add(&l->json, json_budget(&b));
}

static int visit(void *arg, struct connexion *const *rows, const char *const *ids, int count)
{
    struct listing *l = arg;
    struct figures *sources[FIGURES_AT_ONCE] = {NULL};
    int rc = fetch_figures(l->session, ids, count, sources, &l->cli->err);
    if (rc == 0)
        rc = fetch_forecasts(l->session, ids, count, l->forecast, l->figures, &l->cli->err);
    for (int i = 0; rc == 0 && i < count; i++)
        give(l, rows[i], sources[i], i);
    for (int i = 0; i < count; i++)
        free(sources[i]);
    return rc == 0 && ferror(stdout) ? cli_flush(l->cli) : rc;
}

static void end(struct listing *l, int rc)
{
    struct print print;
    if (rc == 0 && l->table) {
        print_init(&print, stdout);
        table_flush(l->table);
        print_text(&print, str_get(&l->differences), PRINT_WARN);
        str_clear(&l->differences);
        budget_meanings(&l->differences, l->seen);
        print_text(&print, str_get(&l->differences), PRINT_DIM);
    } else if (rc == 0) {
        json_list_close(&l->json);
    }
    table_destroy(l->table);
    str_finish(&l->cell);
    str_finish(&l->differences);
}

/* The one connexion of the operand, or all that the options choose. */
static int each_of(struct listing *l, struct each *each)
{
    struct connexion *row = NULL;
    if (l->cli->argc == 0)
        return each_run(each, FIGURES_AT_ONCE, visit, l);
    int rc = find_connexion(each->session, &each->proof, l->cli->argv[0], &row, &l->cli->err);
    if (rc == 0) {
        const char *id = row->id;
        rc = visit(l, &row, &id, 1);
    }
    connexion_destroy(row);
    return rc;
}

int cli_budget(struct cli *cli)
{
    struct listing *l = mem_zero(1, sizeof *l);
    struct each each;
    l->cli = cli;
    int rc = each_open(&each, cli);
    if (rc == 0) {
        l->session = each.session;
        start(l);
        rc = each_of(l, &each);
        end(l, rc);
    }
    if (rc == 0)
        rc = cli_flush(cli);
    each_close(&each);
    free(l);
    return rc;
}
