#include "config.h"

/* Health on every screen: the list's column and state, the sheet, the screen of its own, the line
 * about a host, a test under way. */

#include "fixture.h"
#include "golden.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(health, .init = fixture_world);

static void at(struct state *st, int rows, int cols, const char *name)
{
    st->rows = rows;
    st->cols = cols;
    golden_check(name, st, &(struct look){0});
}

/* The screen of row i, on top of the sheet or of the list. */
static struct state *screen_of(int i, const char *source, int on_sheet)
{
    struct state *st = fixture_state(24, 80);
    fixture_sheet(st, i);
    fixture_figures(st, source);
    if (!on_sheet)
        st->depth--;
    fixture_push(st, SCREEN_HEALTH);
    return st;
}

Test(health, sizes)
{
    struct state *st = screen_of(6, "openai", 0);
    at(st, 24, 80, "health-80x24");
    at(st, 36, 120, "health-120x36");
    at(st, 50, 200, "health-200x50");
    at(st, 10, 40, "health-40x10");
    st->sheet.health.top = 1000;
    at(st, 24, 80, "health-end");
    at(st, 60, 44, "health-44x60");
    state_destroy(st);
}

Test(health, looks)
{
    struct state *st = screen_of(25, "openai", 1);
    st->rows = 44;
    golden_check("health-ascii", st, &(struct look){.ascii = 1});
    golden_check("health-mono", st, &(struct look){.no_color = 1, .attributes = 1});
    st->cols = 120;
    golden_check("health-256", st, &(struct look){.attributes = 1});
    golden_check("health-vt100", st, &(struct look){.type = "vt100", .ascii = 1});
    state_destroy(st);
}

Test(health, what_is_not_known)
{
    struct state *st = screen_of(7, "", 1);
    at(st, 24, 80, "health-never");
    st->health.item[7].since = st->health.item[7].checked_at = FIXTURE_NOW - 7;
    st->health.item[7].candidate = VERDICT_REVOKED;
    st->health.item[7].failures = 1;
    at(st, 24, 80, "health-first");
    free(st->sheet.figures);
    st->sheet.figures = NULL;
    st->sheet.job_figures = 5;
    st->health.len = 0;
    at(st, 12, 80, "health-coming");
    st->sheet.gone = 1;
    at(st, 12, 80, "health-gone");
    state_destroy(st);
}

Test(health, answers_of_each_kind)
{
    struct state *st = screen_of(5, "applications", 1);
    struct health *h = &st->health.item[5];
    h->evidence = (struct evidence){
        .curl = 28, .dns_ms = 2, .connect_ms = 19, .tls_ms = -1, .first_ms = -1, .total_ms = 10004};
    (void)snprintf(h->evidence.host, sizeof h->evidence.host, "api.openai.com");
    (void)snprintf(h->evidence.message, sizeof h->evidence.message,
                   "no answer within 10 s: the TLS handshake did not end");
    (void)snprintf(h->owner, sizeof h->owner, "lookout-2:4711 claire");
    h->next_at = FIXTURE_NOW - 3;
    fixture_host(st, "api.openai.com", VERDICT_NETWORK, 0, "no answer within 10 s");
    at(st, 40, 80, "health-network");
    h->evidence.retry_after_s = 20;
    h->evidence.http = 429;
    h->evidence.curl = h->evidence.dns_ms = h->evidence.connect_ms = h->evidence.tls_ms = 0;
    h->evidence.first_ms = h->evidence.total_ms = 12;
    h->candidate = VERDICT_NEVER;
    h->verdict = VERDICT_RATE_LIMITED;
    st->health.hosts = 0;
    at(st, 40, 80, "health-wait");
    state_destroy(st);
}

Test(health, money_of_each_kind)
{
    struct state *st = screen_of(1, "openai", 1);
    struct figures *f = st->sheet.figures;
    st->sheet.health.top = 1000;
    f->cost_shared = 0;
    (void)snprintf(f->currency, sizeof f->currency, "eur");
    (void)snprintf(f->day[f->days - 1].amount, sizeof f->day[0].amount, "-12.5");
    (void)snprintf(f->day[f->days - 2].amount, sizeof f->day[0].amount, "0.000000000001");
    f->day[f->days - 1].permille = -1;
    f->day[f->days - 2].permille = 0;
    (void)snprintf(f->month[1].amount, sizeof f->month[1].amount, "-10.499999999999");
    f->months = 2;
    f->month[0].month[0] = '\0';
    (void)snprintf(f->account, sizeof f->account, "Groupe Horizon");
    (void)snprintf(f->unattributed, sizeof f->unattributed, "0.125");
    at(st, 24, 80, "health-credit");
    f->days = 0;
    at(st, 24, 80, "health-no-cost");
    state_destroy(st);
}

Test(health, sheet_tells_sources)
{
    struct state *st = fixture_state(36, 120);
    fixture_sheet(st, 1);
    fixture_figures(st, "openai");
    at(st, 36, 120, "connexion-openai");
    fixture_figures(st, "applications");
    st->sheet.figures->use_clamped = 1;
    st->sheet.figures->use_at = FIXTURE_NOW - 2 * 86400;
    at(st, 24, 80, "connexion-applications");
    fixture_figures(st, "");
    free(st->sheet.row->col[COL_COST]);
    st->sheet.row->col[COL_COST] = strdup("0.0000");
    st->sheet.row->budget_permille = 0;
    at(st, 24, 80, "connexion-no-source");
    state_destroy(st);
}

Test(health, host_in_trouble)
{
    struct state *st = fixture_state(12, 100);
    fixture_host(st, "api.openai.com", VERDICT_TROUBLE, 503, "");
    golden_check("host-trouble", st, &(struct look){.attributes = 1});
    st->cols = 80;
    golden_check("host-80x12", st, &(struct look){0});
    st->cols = 100;
    st->link.proof.forgeable = st->link.proof.asserted = 1;
    (void)proof_judge(&st->link.proof, NULL);
    st->health.host[0].evidence.http = 0;
    (void)snprintf(st->health.host[0].evidence.message, sizeof st->health.host[0].evidence.message,
                   "the name cannot be resolved");
    st->health.host[0].verdict = VERDICT_NETWORK;
    st->health.host[0].since -= 3 * (int64_t)86400;
    golden_check("host-and-identity", st, &(struct look){.no_color = 1});
    st->rows = 8;
    st->cols = 40;
    golden_check("host-40x8", st, &(struct look){.ascii = 1});
    st->health.host[0].verdict = VERDICT_VALID;
    cr_assert_eq(state_banners(st), 1);
    state_destroy(st);
}

Test(health, test_under_way)
{
    struct state *st = fixture_state(10, 80);
    st->testing = (struct testing){.job = 9, .asked = 12, .total = 12, .done = 3};
    golden_check("testing", st, &(struct look){0});
    state_destroy(st);
}

Test(health, a_chosen_column_is_there_at_any_width)
{
    struct state *st = fixture_state(12, 80);
    static const enum column columns[] = {COL_EMAIL, COL_HEALTH, COL_STATUS};
    memcpy(st->list.columns, columns, sizeof columns);
    st->list.columns_len = 3;
    st->list.columns_chosen = 1;
    golden_check("home-health", st, &(struct look){0});
    st->health.item[0].checked_at = HEALTH_ASKED;
    golden_check("home-health-coming", st, &(struct look){.ascii = 1});
    state_destroy(st);
}
