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

/* Where the rows go. */
struct listing {
    struct cli *cli;
    struct session *session;
    int64_t now;
    struct table *table; /* NULL for JSON */
    struct json_list json;
    struct str cell;
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
    table_column(l->table, _("Key"), TEXT_LEFT);
    table_column(l->table, _("Since"), TEXT_LEFT);
    table_column(l->table, _("Last probe"), TEXT_LEFT);
    table_column(l->table, _("Next probe"), TEXT_LEFT);
    table_column(l->table, _("Latency"), TEXT_RIGHT);
    table_column(l->table, _("Evidence"), TEXT_LEFT);
}

static void age_cell(struct listing *l, int64_t at)
{
    str_clear(&l->cell);
    text_age(&l->cell, at, l->now);
    table_cell(l->table, str_get(&l->cell), at > 0 ? PRINT_PLAIN : PRINT_DIM);
}

static void verdict_cell(struct listing *l, const struct health *h)
{
    str_clear(&l->cell);
    (void)str_add(&l->cell, verdict_title(h->verdict));
    if (h->candidate != VERDICT_NEVER && h->candidate != h->verdict)
        (void)str_addf(&l->cell, " (%s?)", verdict_title(h->candidate));
    table_cell(l->table, str_get(&l->cell), verdict_role(h->verdict));
}

static void evidence_cell(struct listing *l, const struct health *h)
{
    str_clear(&l->cell);
    if (h->checked_at > 0)
        text_evidence(&l->cell, &h->evidence);
    table_cell(l->table, str_get(&l->cell), PRINT_DIM);
}

static void add_row(struct listing *l, const struct connexion *row, const struct health *h)
{
    const char *account = row->col[COL_EMAIL];
    table_cell(l->table, row->id, PRINT_PLAIN);
    table_cell(l->table, account ? account : "-", PRINT_PLAIN);
    verdict_cell(l, h);
    age_cell(l, h->since);
    age_cell(l, h->checked_at);
    age_cell(l, row->active ? h->next_at : 0);
    str_clear(&l->cell);
    text_latency(&l->cell, h);
    table_cell(l->table, str_get(&l->cell), PRINT_PLAIN);
    evidence_cell(l, h);
}

static void add_json(struct listing *l, const struct connexion *row, const struct health *h)
{
    struct json_object *o = json_health(h);
    json_put(o, "openai_connexion_id", json_make_string(row->id));
    json_put(o, "openai_email_compte", json_make_string(row->col[COL_EMAIL]));
    json_put(o, "organisation_nom", json_make_string(row->organisation_nom));
    json_list_add(&l->json, o);
}

static int visit(void *arg, struct connexion *const *rows, const char *const *ids, int count)
{
    struct listing *l = arg;
    const struct health never = {.verdict = VERDICT_NEVER};
    struct health_list *list = NULL;
    int rc = fetch_health(l->session, ids, count, &list, &l->cli->err);
    for (int i = 0; rc == 0 && i < count; i++) {
        const struct health *h = health_list_find(list, ids[i]);
        if (l->table)
            add_row(l, rows[i], h ? h : &never);
        else
            add_json(l, rows[i], h ? h : &never);
    }
    health_list_destroy(list);
    return rc == 0 && ferror(stdout) ? cli_flush(l->cli) : rc;
}

static void end(struct listing *l, int rc)
{
    if (rc == 0 && l->table)
        table_flush(l->table);
    if (rc == 0 && !l->table)
        json_list_close(&l->json);
    table_destroy(l->table);
    str_finish(&l->cell);
}

int cli_health(struct cli *cli)
{
    struct listing l = {.cli = cli};
    struct each each;
    int rc = each_open(&each, cli);
    if (rc == 0) {
        l.session = each.session;
        start(&l);
        rc = each_run(&each, EACH_MAX, visit, &l);
        end(&l, rc);
    }
    if (rc == 0)
        rc = cli_flush(cli);
    each_close(&each);
    return rc;
}
