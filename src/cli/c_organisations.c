#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"
#include "cli/fetch.h"
#include "cli/json.h"
#include "cli/print.h"
#include "model/gauge.h"

#include <string.h>

enum { AMOUNTS_MAX = MONEY_TEXT_MAX * 2 + 32 };

static void print_json(const struct organisations *all)
{
    struct json_list list;
    json_list_open(&list, stdout);
    for (size_t i = 0; i < all->len; i++)
        json_list_add(&list, json_organisation(&all->rows[i]));
    json_list_close(&list);
}

static void count_cell(struct table *table, int64_t n, enum print_role role)
{
    char text[MONEY_TEXT_MAX];
    count_format(text, sizeof text, n);
    table_cell(table, text, n > 0 ? role : PRINT_PLAIN);
}

/* "1 204.10 / 2 000.00", the limit where there is one. */
static void budget_cell(struct table *table, const struct totals *t)
{
    char cost[MONEY_TEXT_MAX];
    char limit[MONEY_TEXT_MAX];
    char text[AMOUNTS_MAX];
    money_format(cost, sizeof cost, t->cost);
    money_format(limit, sizeof limit, t->limit);
    if (t->budget_permille < 0)
        (void)snprintf(text, sizeof text, "%s (%s)", cost, _("no limit"));
    else
        (void)snprintf(text, sizeof text, "%s / %s", cost, limit);
    table_cell(table, text, PRINT_PLAIN);
}

static void percent_cell(struct table *table, int permille)
{
    char text[32];
    enum print_role role = permille >= GAUGE_FULL_PERMILLE   ? PRINT_BAD
                           : permille >= GAUGE_HIGH_PERMILLE ? PRINT_WARN
                                                             : PRINT_PLAIN;
    (void)snprintf(text, sizeof text, "%d %%", permille / 10);
    table_cell(table, permille < 0 ? "-" : text, role);
}

static void print_table(const struct organisations *all)
{
    struct print print;
    print_init(&print, stdout);
    struct table *table = table_create(&print);
    table_column(table, _("Organisation"), TEXT_LEFT);
    table_column(table, _("Account status"), TEXT_LEFT);
    table_column(table, _("Connexions"), TEXT_RIGHT);
    table_column(table, _("On"), TEXT_RIGHT);
    table_column(table, _("Over limit"), TEXT_RIGHT);
    table_column(table, _("In trouble"), TEXT_RIGHT);
    table_column(table, _("Budget"), TEXT_RIGHT);
    table_column(table, _("Budget/month"), TEXT_LEFT);
    for (size_t i = 0; i < all->len; i++) {
        const struct organisation *o = &all->rows[i];
        table_cell(table, o->nom ? o->nom : o->id, PRINT_PLAIN);
        table_cell(table, o->statut_compte ? o->statut_compte : "-",
                   o->statut_compte ? PRINT_PLAIN : PRINT_DIM);
        count_cell(table, o->totals.connexions, PRINT_PLAIN);
        count_cell(table, o->totals.active, PRINT_PLAIN);
        count_cell(table, o->totals.over, PRINT_BAD);
        count_cell(table, o->totals.troubled, PRINT_WARN);
        percent_cell(table, o->totals.budget_permille);
        budget_cell(table, &o->totals);
    }
    table_flush(table);
    table_destroy(table);
}

int cli_organisations(struct cli *cli)
{
    struct session *session = NULL;
    struct organisations *all = NULL;
    int rc = cli_open(cli, &session, NULL);
    if (rc == 0)
        rc = fetch_organisations(session, &all, &cli->err);
    if (rc == 0) {
        if (cli->json)
            print_json(all);
        else
            print_table(all);
        rc = cli_flush(cli);
    }
    organisations_destroy(all);
    session_destroy(session);
    return rc;
}
