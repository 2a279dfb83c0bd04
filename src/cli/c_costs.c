#include "config.h"

#include "cli/cli.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "cli/each.h"
#include "cli/fetch_health.h"
#include "cli/health_text.h"
#include "cli/json.h"
#include "cli/json_health.h"
#include "cli/print.h"
#include "model/gauge.h"

#include <stdlib.h>

/* Where the rows go. JSON is {"connexions": [...], "unattributed": [...]}. */
struct listing {
    struct cli *cli;
    struct session *session;
    int64_t now;
    struct table *table; /* NULL for JSON */
    struct json_list json;
    int begun;
    struct str cell;
    struct unattributed_list unattributed;
};

static void start(struct listing *l)
{
    struct print print;
    l->now = clock_now();
    str_init(&l->cell, HEALTH_TEXT_MAX);
    if (l->cli->json) {
        json_list_open(&l->json, stdout);
        return;
    }
    print_init(&print, stdout);
    l->table = table_create(&print);
    table_column(l->table, _("Connexion"), TEXT_LEFT);
    table_column(l->table, _("Account"), TEXT_LEFT);
    table_column(l->table, _("OpenAI project"), TEXT_LEFT);
    table_column(l->table, _("Budget/month"), TEXT_RIGHT);
    table_column(l->table, _("Limit"), TEXT_RIGHT);
    table_column(l->table, _("Source"), TEXT_LEFT);
    table_column(l->table, _("Shared"), TEXT_RIGHT);
}

static void text_cell(struct listing *l, const char *text)
{
    table_cell(l->table, text && *text ? text : "-", text && *text ? PRINT_PLAIN : PRINT_DIM);
}

/* No source is no figure: a 0 that nobody measured is not shown. */
static int has_cost(const struct gauge *g, const struct connexion *row)
{
    return g->source != SOURCE_NONE && g->state != GAUGE_NO_SOURCE && row->col[COL_COST];
}

static void cost_cell(struct listing *l, const struct connexion *row, const struct figures *f,
                      const struct gauge *g)
{
    char amount[MONEY_TEXT_MAX];
    int known = has_cost(g, row);
    str_clear(&l->cell);
    if (known) {
        money_exact(amount, sizeof amount, row->col[COL_COST]);
        (void)str_addf(&l->cell, "%s %s", amount, f ? f->currency : "");
    }
    table_cell(l->table, known ? str_get(&l->cell) : "-", known ? PRINT_PLAIN : PRINT_DIM);
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

static void add_row(struct listing *l, const struct connexion *row, const struct figures *f)
{
    struct gauge g;
    char limit[MONEY_TEXT_MAX];
    char shared[32] = "";
    gauge_budget_of(&g, row, f, l->now);
    text_cell(l, row->id);
    text_cell(l, row->col[COL_EMAIL]);
    text_cell(l, row->col[COL_PROJECT]);
    cost_cell(l, row, f, &g);
    if (row->col[COL_COST_LIMIT])
        money_format(limit, sizeof limit, row->col[COL_COST_LIMIT]);
    text_cell(l, row->col[COL_COST_LIMIT] ? limit : NULL);
    source_cell(l, &g);
    if (f && f->cost_shared > 1)
        (void)snprintf(shared, sizeof shared, "%d", f->cost_shared);
    text_cell(l, shared);
}

static void begin_json(struct listing *l)
{
    if (!l->begun)
        (void)fputs("{\"connexions\": ", stdout);
    l->begun = 1;
}

static void add_json(struct listing *l, const struct connexion *row, const struct figures *f)
{
    struct json_object *o = json_object_new_object();
    struct gauge g;
    gauge_budget_of(&g, row, f, l->now);
    json_put(o, "openai_connexion_id", json_make_string(row->id));
    json_put(o, "openai_email_compte", json_make_string(row->col[COL_EMAIL]));
    json_put(o, "openai_project_id", json_make_string(row->col[COL_PROJECT]));
    json_put(o, "month_to_date", has_cost(&g, row) ? json_make_string(row->col[COL_COST]) : NULL);
    json_put(o, "source", json_make_string(gauge_source_name(g.source)));
    json_put(o, "stale", json_make_boolean(g.stale));
    json_put(o, "limit", json_make_string(row->col[COL_COST_LIMIT]));
    json_put(o, "figures", json_figures(f));
    begin_json(l);
    json_list_add(&l->json, o);
}

static int visit(void *arg, struct connexion *const *rows, const char *const *ids, int count)
{
    struct listing *l = arg;
    struct figures *figures[FIGURES_AT_ONCE] = {NULL};
    int rc = fetch_figures(l->session, ids, count, figures, &l->cli->err);
    for (int i = 0; rc == 0 && i < count; i++) {
        if (l->table)
            add_row(l, rows[i], figures[i]);
        else
            add_json(l, rows[i], figures[i]);
    }
    for (int i = 0; i < count; i++)
        free(figures[i]);
    return rc == 0 && ferror(stdout) ? cli_flush(l->cli) : rc;
}

static void print_unattributed(const struct listing *l)
{
    struct print print;
    struct str text;
    char amount[MONEY_TEXT_MAX];
    print_init(&print, stdout);
    str_init(&text, HEALTH_TEXT_MAX);
    for (int i = 0; i < l->unattributed.len; i++) {
        const struct unattributed *u = &l->unattributed.item[i];
        money_exact(amount, sizeof amount, u->amount);
        (void)str_addf(&text, _("not of any project, account %s: %s %s"), u->account, amount,
                       u->currency);
        (void)str_add_char(&text, '\n');
    }
    print_text(&print, str_get(&text), PRINT_WARN);
    str_finish(&text);
}

static void write_unattributed(const struct listing *l)
{
    struct json_list list;
    json_list_open(&list, stdout);
    for (int i = 0; i < l->unattributed.len; i++) {
        const struct unattributed *u = &l->unattributed.item[i];
        struct json_object *o = json_object_new_object();
        json_put(o, "account", json_make_string(u->account));
        json_put(o, "currency", json_make_string(u->currency));
        json_put(o, "amount", json_make_string(u->amount));
        json_list_add(&list, o);
    }
    json_list_close(&list);
}

static void end(struct listing *l, int rc)
{
    if (rc == 0 && l->table) {
        table_flush(l->table);
        print_unattributed(l);
    } else if (rc == 0) {
        begin_json(l);
        json_list_close(&l->json);
        (void)fputs(", \"unattributed\": ", stdout);
        write_unattributed(l);
        (void)fputs("}\n", stdout);
    }
    table_destroy(l->table);
    str_finish(&l->cell);
}

int cli_costs(struct cli *cli)
{
    struct listing l = {.cli = cli};
    struct each each;
    int rc = each_open(&each, cli);
    if (rc == 0)
        rc = fetch_unattributed(each.session, &l.unattributed, &cli->err);
    if (rc == 0) {
        l.session = each.session;
        start(&l);
        rc = each_run(&each, FIGURES_AT_ONCE, visit, &l);
        end(&l, rc);
    }
    if (rc == 0)
        rc = cli_flush(cli);
    free(l.unattributed.item);
    each_close(&each);
    return rc;
}
