#include "config.h"

/* What automatic control shows: alerts, the board, limits, a plan at OpenAI. */

#include "fixture.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

static const int64_t HOUR = 3600;
static const int64_t DAY = 86400;

static void put(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text);
}

#define PUT(field, text) put(field, sizeof(field), text)

static void name(struct alert *a, int i)
{
    struct connexion *row = fixture_row(i);
    (void)snprintf(a->id, sizeof a->id, "a1e70000-0000-4000-8000-%012d", i);
    if (alert_about(a->kind) == ABOUT_A_CONNEXION) {
        memcpy(a->connexion_id, row->id, sizeof a->connexion_id);
        PUT(a->organisation, row->organisation_nom);
        PUT(a->subject, row->col[COL_EMAIL]);
    }
    memcpy(a->organisation_id, row->organisation_id, sizeof a->organisation_id);
    connexion_destroy(row);
}

static void amounts(struct alert *a, const char *value, const char *limit, int permille,
                    int threshold)
{
    PUT(a->value, value);
    PUT(a->limit, limit);
    a->permille = permille;
    a->threshold = threshold;
    if (a->kind != ALERT_QUOTA)
        PUT(a->currency, "usd");
}

static void acts(struct alert_list *list)
{
    struct alert *a = list->item;
    a[1].below = 2;
    PUT(a[2].assigned_to, "claire@platform.example");
    a[6].status = ALERT_ACKNOWLEDGED;
    a[6].acknowledged_at = FIXTURE_NOW - 2 * HOUR;
    PUT(a[6].acknowledged_by, "Claire Martin");
    a[7].status = ALERT_SNOOZED;
    a[7].snoozed_until = FIXTURE_NOW + 6 * DAY;
    PUT(a[7].reason, "the client changes its project on Monday");
    PUT(a[7].assigned_to, "paul@platform.example");
    a[8].status = ALERT_OVER;
    a[8].over_at = FIXTURE_NOW - HOUR;
}

static struct alert_list *alerts(void)
{
    static const struct {
        enum alert_kind kind;
        enum alert_gravity gravity;
        const char *period, *detail;
        int64_t age;
    } rows[] = {
        {ALERT_KEY_REVOKED, GRAVITY_CRITICAL, "", "", 300},
        {ALERT_BUDGET, GRAVITY_CRITICAL, "2026-11", "", 4000},
        {ALERT_SPENDING_INACTIVE, GRAVITY_CRITICAL, "2026-11", "", 90000},
        {ALERT_FORECAST, GRAVITY_WARN, "2026-11", "", 7200},
        {ALERT_QUOTA, GRAVITY_WARN, "2026-11-22", "", 600},
        {ALERT_MODEL_RETIRED, GRAVITY_WARN, "2026-11", "gpt-3.5-turbo", 50000},
        {ALERT_STALE, GRAVITY_WARN, "2026-11-22", "cost,use", 20000},
        {ALERT_DRIFT, GRAVITY_WARN, "", "spend_limit", 100000},
        {ALERT_UNATTRIBUTED, GRAVITY_WARN, "2026-11", "", 200000},
        {ALERT_KEY_OLD, GRAVITY_INFO, "", "", 400000},
    };
    enum { ROWS = sizeof rows / sizeof rows[0] };
    struct alert_list *list = alert_list_create(ROWS);
    for (int i = 0; i < ROWS; i++) {
        struct alert *a = &list->item[i];
        a->kind = rows[i].kind;
        a->gravity = rows[i].gravity;
        a->permille = -1;
        a->raised_at = FIXTURE_NOW - rows[i].age;
        PUT(a->period, rows[i].period);
        PUT(a->detail, rows[i].detail);
        name(a, i);
    }
    amounts(&list->item[1], "2610.5", "2000", 1305, 100);
    amounts(&list->item[2], "41.2", "", -1, 0);
    amounts(&list->item[3], "2240", "2000", 1120, 100);
    amounts(&list->item[4], "475", "500", 950, 95);
    amounts(&list->item[8], "12.34", "", -1, 0);
    PUT(list->item[8].subject, "org-Kx81aBcDeF");
    PUT(list->item[9].value, "190");
    acts(list);
    list->counts = (struct alert_counts){
        .open = {[GRAVITY_INFO] = 1, [GRAVITY_WARN] = 3, [GRAVITY_CRITICAL] = 3},
        .acknowledged = 1,
        .snoozed = 1};
    return list;
}

void fixture_alerts(struct state *st)
{
    struct sheet_limits *control = &st->sheet.control;
    st->alerts.list = alerts();
    st->alerts.fetched_at = FIXTURE_NOW - 5;
    st->watch.counts = st->alerts.list->counts;
    st->watch.known = 1;
    control->alerts = alert_list_create(3);
    control->alerts->item[0] = st->alerts.list->item[1];
    control->alerts->item[1] = st->alerts.list->item[4];
    control->alerts->item[2] = st->alerts.list->item[8];
}

static struct overview_cell cell(int i)
{
    static const int budget[] = {1310, 1000, 955, 620, 450, 120, -1, 40};
    static const int forecast[] = {1500, 1400, 1210, 1100, 700, 200, -1, 60};
    struct connexion *row = fixture_row(i % 12 * 5);
    struct overview_cell c = {.connexions = 3 + i % 7, .active = 2 + i % 7, .worst = GRAVITY_COUNT};
    int at = i < 8 ? i : 3 + i % 5;
    memcpy(c.id, row->organisation_id, sizeof c.id);
    if (i < 12)
        (void)snprintf(c.nom, sizeof c.nom, "%s", row->organisation_nom);
    else
        (void)snprintf(c.nom, sizeof c.nom, "%.60s %d", row->organisation_nom, i);
    c.budget_permille = budget[at];
    c.forecast_permille = forecast[at];
    (void)snprintf(c.cost, sizeof c.cost, "%d.5", budget[at] < 0 ? 12 : budget[at] * 2);
    (void)snprintf(c.limit, sizeof c.limit, "%d", budget[at] < 0 ? 0 : 2000);
    c.blocked = i < 2;
    c.troubled = i % 3 == 0;
    if (i < 3)
        c.worst = GRAVITY_CRITICAL;
    else if (i == 3)
        c.worst = GRAVITY_WARN;
    if (i < 4)
        c.alerts.open[c.worst] = 1 + i;
    connexion_destroy(row);
    return c;
}

void fixture_overview(struct state *st, int organisations)
{
    struct overview *all = overview_create(organisations);
    for (int i = 0; i < organisations; i++) {
        all->item[i] = cell(i);
        all->connexions += all->item[i].connexions;
    }
    all->active = all->connexions - 4;
    all->blocked = organisations > 2 ? 2 : 0;
    all->troubled = organisations / 3;
    all->budget_permille = 602;
    PUT(all->cost, "12040.1");
    PUT(all->limit, "20000");
    st->board.all = all;
    st->board.worst = alerts();
    st->board.worst->len = 7;
    st->board.fetched_at = FIXTURE_NOW - 5;
}

static void add(struct reconciliation *r, enum discrepancy_kind kind, const char *one,
                const char *other, int permille)
{
    struct discrepancy *d = &r->item[r->len++];
    d->kind = kind;
    d->permille = permille;
    PUT(d->period, "2026-11");
    PUT(d->one, one);
    PUT(d->other, other);
}

void fixture_limits(struct state *st)
{
    struct sheet_limits *control = &st->sheet.control;
    struct limits *l = mem_zero(1, sizeof *l);
    struct forecast *f = mem_zero(1, sizeof *f);
    struct reconciliation *r = mem_zero(1, sizeof *r);
    memcpy(l->id, st->sheet.id, sizeof l->id);
    thresholds_default(&l->thresholds);
    PUT(l->from, "organisation");
    l->block = (struct block){.cause = BLOCK_QUOTA,
                              .since = FIXTURE_NOW - 2 * HOUR,
                              .until = period_next(PERIOD_DAY, FIXTURE_NOW)};
    PUT(l->block.by, "vigie watch on horizon");
    PUT(l->block.value, "500");
    PUT(l->block.limit, "500");
    PUT(l->last_month, "2026-10");
    PUT(l->last_cost, "1804.22");
    PUT(l->last_day, "2026-11-21");
    l->last_use = 412;
    PUT(l->lifetime_cost, "9120.5");
    f->basis = FORECAST_WEEK;
    PUT(f->rate, "81.2");
    PUT(f->month_end, "2240");
    PUT(f->currency, "usd");
    f->permille = 1120;
    f->exhausted_at = FIXTURE_NOW + 5 * DAY;
    f->days = 9;
    add(r, DISCREPANCY_COST_HIGHER, "1590.4", "1310.2", 176);
    add(r, DISCREPANCY_SHARED, "", "", -1);
    control->limits = l;
    control->forecast = f;
    control->figures = r;
}

static void step(struct provider_step *s, enum provider_part part, enum provider_step_kind kind,
                 const char *object, const char *have)
{
    s->part = part;
    s->kind = kind;
    PUT(s->object, object);
    PUT(s->have, have);
}

void fixture_provider(struct state *st)
{
    struct provider_view *view = &st->provider;
    struct connexion *row = fixture_row(0);
    view->plan = provider_plan_create(6);
    struct provider_step *s = view->plan->item;
    step(&s[0], PROVIDER_SPEND_LIMIT, STEP_CHANGE, "", "1 500.00 $ a month");
    PUT(s[0].want, "2 000.00 $ a month");
    step(&s[1], PROVIDER_SPEND_ALERTS, STEP_CREATE, "", "");
    PUT(s[1].want, "mail at 1 600.00 $");
    step(&s[2], PROVIDER_SPEND_ALERTS, STEP_REMOVE, "alert_8Xz", "mail at 900.00 $");
    step(&s[3], PROVIDER_RATE_LIMITS, STEP_SAME, "gpt-4", "500 requests a day");
    PUT(s[3].want, "500 requests a day");
    step(&s[4], PROVIDER_RATE_LIMITS, STEP_CHANGE, "gpt-3.5-turbo", "10 000 requests a day");
    PUT(s[4].want, "500 requests a day");
    step(&s[5], PROVIDER_MODELS, STEP_REFUSED, "", "gpt-4, gpt-3.5-turbo");
    PUT(s[5].why, "the connexion names no model: an empty list at OpenAI means every model; name "
                  "the models first");
    PUT(view->plan->project, "proj_9Zz01");
    PUT(view->plan->account, "Groupe Horizon");
    view->plan->drift = 1;
    view->plan->read_at = FIXTURE_NOW - 4;
    view->fetched_at = FIXTURE_NOW - 4;
    memcpy(view->id, row->id, sizeof view->id);
    PUT(view->account, row->col[COL_EMAIL]);
    connexion_destroy(row);
}
