#include "config.h"

#include "cli/account_print.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "cli/fetch_health.h"
#include "cli/health_text.h"
#include "cli/json.h"
#include "cli/json_health.h"
#include "cli/print.h"
#include "model/gauge.h"

#include <stdio.h>
#include <string.h>

static void age_cell(struct table *table, int64_t at, int64_t now)
{
    struct str text;
    str_init(&text, HEALTH_TEXT_MAX);
    text_age(&text, at, now);
    table_cell(table, str_get(&text), PRINT_PLAIN);
    str_finish(&text);
}

/* "12.50 usd + 3 eur". */
static void sum_cell(struct table *table, const struct account_list *all, const char *account)
{
    struct str text;
    char amount[MONEY_TEXT_MAX];
    str_init(&text, HEALTH_TEXT_MAX);
    for (int i = 0; i < all->sums; i++) {
        const struct unattributed *u = &all->sum[i];
        if (strcmp(u->account, account) != 0)
            continue;
        money_exact(amount, sizeof amount, u->amount);
        (void)str_addf(&text, "%s%s %s", text.len ? " + " : "", amount, u->currency);
    }
    table_cell(table, text.len ? str_get(&text) : "-", PRINT_PLAIN);
    str_finish(&text);
}

static void add_row(struct table *table, const struct account_list *all,
                    const struct account_known *a, int64_t now)
{
    char missing[16];
    (void)snprintf(missing, sizeof missing, "%d", a->missing);
    table_cell(table, a->name, PRINT_PLAIN);
    table_cell(table, a->has_key ? verdict_title(a->verdict) : _("none"),
               a->has_key ? verdict_role(a->verdict) : PRINT_DIM);
    age_cell(table, a->costs_at, now);
    age_cell(table, a->usage_at, now);
    table_cell(table,
               !a->has_key ? "-"
               : a->usable ? _("yes")
                           : _("no"),
               !a->has_key || a->usable ? PRINT_PLAIN : PRINT_WARN);
    table_cell(table, missing, a->missing ? PRINT_WARN : PRINT_PLAIN);
    sum_cell(table, all, a->name);
    table_cell(table,
               !a->by_key             ? "-"
               : a->by_key_refused_at ? _("refused")
                                      : _("yes"),
               PRINT_PLAIN);
    table_cell(table, a->base_url[0] ? a->base_url : "-", PRINT_PLAIN);
}

static void print_list(const struct account_list *all)
{
    struct print print;
    print_init(&print, stdout);
    struct table *table = table_create(&print);
    table_column(table, _("Admin key of"), TEXT_LEFT);
    table_column(table, _("Key"), TEXT_LEFT);
    table_column(table, _("Costs"), TEXT_LEFT);
    table_column(table, _("Use"), TEXT_LEFT);
    table_column(table, _("Usable here"), TEXT_LEFT);
    table_column(table, _("Lacking"), TEXT_RIGHT);
    table_column(table, _("No project"), TEXT_RIGHT);
    table_column(table, _("By key"), TEXT_LEFT);
    table_column(table, _("Asked at"), TEXT_LEFT);
    for (int i = 0; i < all->len; i++)
        add_row(table, all, &all->item[i], clock_now());
    table_flush(table);
    table_destroy(table);
}

static void write_list(const struct account_list *all)
{
    struct json_list list;
    json_list_open(&list, stdout);
    for (int i = 0; i < all->len; i++)
        json_list_add(&list, json_account(&all->item[i], all));
    json_list_close(&list);
}

int account_print(struct cli *cli, struct session *s, const unsigned char *recipient)
{
    struct account_list *all = NULL;
    int rc = fetch_account_list(s, recipient, &all, &cli->err);
    if (rc < 0)
        return rc;
    if (cli->json)
        write_list(all);
    else
        print_list(all);
    account_list_destroy(all);
    return 0;
}
