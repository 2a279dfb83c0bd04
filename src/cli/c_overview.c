#include "config.h"

#include "cli/cli.h"

#include "base/i18n.h"
#include "cli/fetch_alert.h"
#include "cli/json.h"
#include "cli/json_alert.h"
#include "cli/print.h"
#include "model/gauge.h"

#include <stdio.h>

enum { AMOUNTS_MAX = MONEY_TEXT_MAX * 2 + 32 };

static void count_cell(struct table *table, int64_t n, enum print_role role)
{
    char text[MONEY_TEXT_MAX];
    count_format(text, sizeof text, n);
    table_cell(table, text, n > 0 ? role : PRINT_DIM);
}

static void percent_cell(struct table *table, int permille)
{
    char text[32];
    enum print_role role = permille >= GAUGE_FULL_PERMILLE   ? PRINT_BAD
                           : permille >= GAUGE_HIGH_PERMILLE ? PRINT_WARN
                                                             : PRINT_PLAIN;
    (void)snprintf(text, sizeof text, "%d %%", permille / 10);
    table_cell(table, permille < 0 ? "-" : text, permille < 0 ? PRINT_DIM : role);
}

static void amounts(char text[AMOUNTS_MAX], const char *decimal, const char *limit, int permille)
{
    char cost[MONEY_TEXT_MAX];
    char most[MONEY_TEXT_MAX];
    money_format(cost, sizeof cost, decimal);
    money_format(most, sizeof most, limit);
    if (permille < 0)
        (void)snprintf(text, AMOUNTS_MAX, "%s (%s)", cost, _("no limit"));
    else
        (void)snprintf(text, AMOUNTS_MAX, "%s / %s", cost, most);
}

static void print_rows(const struct print *print, const struct overview *o)
{
    char text[AMOUNTS_MAX];
    struct table *table = table_create(print);
    table_column(table, _("Organisation"), TEXT_LEFT);
    table_column(table, _("Critical"), TEXT_RIGHT);
    table_column(table, _("Warnings"), TEXT_RIGHT);
    table_column(table, _("Notes"), TEXT_RIGHT);
    table_column(table, _("Blocked"), TEXT_RIGHT);
    table_column(table, _("In trouble"), TEXT_RIGHT);
    table_column(table, _("On"), TEXT_RIGHT);
    table_column(table, _("Connexions"), TEXT_RIGHT);
    table_column(table, _("Budget"), TEXT_RIGHT);
    table_column(table, _("Forecast"), TEXT_RIGHT);
    table_column(table, _("Budget/month"), TEXT_LEFT);
    for (int i = 0; i < o->len; i++) {
        const struct overview_cell *c = &o->item[i];
        table_cell(table, c->nom[0] ? c->nom : c->id, PRINT_PLAIN);
        count_cell(table, c->alerts.open[GRAVITY_CRITICAL], PRINT_BAD);
        count_cell(table, c->alerts.open[GRAVITY_WARN], PRINT_WARN);
        count_cell(table, c->alerts.open[GRAVITY_INFO], PRINT_PLAIN);
        count_cell(table, c->blocked, PRINT_BAD);
        count_cell(table, c->troubled, PRINT_WARN);
        count_cell(table, c->active, PRINT_PLAIN);
        count_cell(table, c->connexions, PRINT_PLAIN);
        percent_cell(table, c->budget_permille);
        percent_cell(table, c->forecast_permille);
        amounts(text, c->cost, c->limit, c->budget_permille);
        table_cell(table, text, PRINT_PLAIN);
    }
    if (o->len > 0)
        table_flush(table);
    table_destroy(table);
}

/* What asks for somebody, the alerts of no organisation among them, and all that is spent. */
static void print_sums(const struct print *print, const struct overview *o)
{
    char text[AMOUNTS_MAX];
    char line[ERR_TEXT_MAX];
    const struct alert_counts *c = &o->alerts;
    enum print_role role = c->open[GRAVITY_CRITICAL] ? PRINT_BAD
                           : c->open[GRAVITY_WARN]   ? PRINT_WARN
                                                     : PRINT_GOOD;
    (void)snprintf(line, sizeof line,
                   _("%lld critical, %lld warnings, %lld notes; %lld acknowledged, %lld snoozed\n"),
                   (long long)c->open[GRAVITY_CRITICAL], (long long)c->open[GRAVITY_WARN],
                   (long long)c->open[GRAVITY_INFO], (long long)c->acknowledged,
                   (long long)c->snoozed);
    print_text(print, line, role);
    amounts(text, o->cost, o->limit, o->budget_permille);
    (void)snprintf(line, sizeof line,
                   _("%lld connexions, %lld on, %lld blocked, %lld in trouble; budget %s\n"),
                   (long long)o->connexions, (long long)o->active, (long long)o->blocked,
                   (long long)o->troubled, text);
    print_text(print, line, PRINT_PLAIN);
}

int cli_overview(struct cli *cli)
{
    struct session *session = NULL;
    struct overview *o = NULL;
    struct print print;
    int rc = cli_open(cli, &session, NULL);
    if (rc == 0)
        rc = fetch_overview(session, &o, &cli->err);
    print_init(&print, stdout);
    if (rc == 0 && cli->json)
        json_write(stdout, json_overview(o), 1);
    else if (rc == 0) {
        print_sums(&print, o);
        print_rows(&print, o);
    }
    if (rc == 0)
        rc = cli_flush(cli);
    overview_destroy(o);
    session_destroy(session);
    return rc;
}
