#include "config.h"

#include "fixture.h"

#include "base/clock.h"
#include "base/mem.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const organisations[] = {
    "Agence du Midi", "Réseau Horizon",       "Étude Lévêque & Fils", "Immobilière Océane",
    "東京不動産",     "Cabinet Noël",         "Groupe Beauséjour",    "Αθήνα Ακίνητα",
    "Les Clés d’Or",  "Val de Loire Habitat", "Maison Ünal",          "Zénith Patrimoine"};
enum { ORGANISATIONS = sizeof organisations / sizeof organisations[0] };

static const int64_t HOUR = 3600;
static const int64_t DAY = 86400;

void fixture_world(void)
{
    (void)setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    (void)setenv("ESCDELAY", "25", 1);
    (void)unsetenv("NO_COLOR");
    (void)unsetenv("LINES");
    (void)unsetenv("COLUMNS");
    (void)unsetenv("LANGUAGE");
    if (!setlocale(LC_ALL, "C.UTF-8"))
        abort();
    clock_set(FIXTURE_NOW);
}

static char *text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static char *text(const char *fmt, ...)
{
    char buf[256];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(buf, sizeof buf, fmt, args);
    va_end(args);
    return mem_dup(buf);
}

static char *iso(int64_t at)
{
    char buf[CLOCK_TEXT_MAX];
    clock_iso(buf, at);
    return mem_dup(buf);
}

static void set_limits(struct connexion *c, int i)
{
    static const int spent[] = {620, 1000, 40, 1310, 0, 855, 330, 999, 5, 720};
    int quota = spent[(i * 7 + 3) % 10];
    int budget = spent[i % 10];
    c->col[COL_DAY_LIMIT] = i % 9 == 4 ? NULL : i % 13 == 6 ? mem_dup("0") : mem_dup("500");
    c->col[COL_DAY_USE] = i % 11 == 5 ? NULL : text("%d", quota / 2);
    c->quota_permille = c->col[COL_DAY_LIMIT] && i % 13 != 6 && c->col[COL_DAY_USE] ? quota : -1;
    c->col[COL_COST_LIMIT] = i % 10 == 7 ? NULL : i % 10 == 4 ? mem_dup("0") : mem_dup("2000");
    c->col[COL_COST] = i % 17 == 9 ? NULL : text("%d.%04d", budget * 2, 1000 + i);
    c->budget_permille = c->col[COL_COST_LIMIT] && i % 10 != 4 && c->col[COL_COST] ? budget : -1;
}

static void set_times(struct connexion *c, int i)
{
    const int64_t ages[] = {130, 61, 20, 2 * HOUR, 5 * DAY, 40 * DAY, 600, (int64_t)59 * 60};
    c->synchro.known = i % 12 != 7;
    c->synchro.at = FIXTURE_NOW - ages[i % 8];
    if (c->synchro.known)
        c->col[COL_SYNCHRO] = iso(c->synchro.at);
    c->reset.known = i % 4 != 1;
    c->reset.at = i % 15 == 8 ? FIXTURE_NOW - 3 * DAY : clock_day_next(FIXTURE_NOW);
    if (c->reset.known)
        c->col[COL_RESET] = iso(c->reset.at);
    c->col[COL_ACTIVATION] = iso(FIXTURE_NOW - 200 * DAY);
    c->col[COL_CREATED_AT] = iso(FIXTURE_NOW - 201 * DAY);
    c->col[COL_UPDATED_AT] = iso(FIXTURE_NOW - 3 * HOUR);
}

static void set_words(struct connexion *c, int i)
{
    static const char *const names[] = {"ia",  "api",  "contact", "informatique.direction",
                                        "gpt", "siège"};
    static const char *const domains[] = {"midi", "horizon", "leveque", "oceane", "tokyo", "noel"};
    char buf[128];
    (void)snprintf(buf, sizeof buf, "%s%d@%s.example", names[i % 6], i, domains[i / 5 % 6]);
    c->col[COL_EMAIL] = mem_dup(buf);
    c->col[COL_CLIENT_TYPE] = mem_dup(client_type_word(i % 3));
    c->col[COL_CLIENT_ID] = text("c1%06d-0000-4000-8000-%012d", i, i);
    c->client_link = i % 7 == 3 ? CLIENT_MISSING : i % 7 == 5 ? CLIENT_ELSEWHERE : CLIENT_FOUND;
    if (c->client_link != CLIENT_MISSING)
        c->client_nom = text("Agence n° %d", i);
    c->col[COL_OPENAI_ORGANISATION] = i % 5 ? mem_dup("org-Kx81aBcDeF") : NULL;
    c->col[COL_PROJECT] = i % 5 == 2 ? mem_dup("") : mem_dup("proj_9Zz01");
    c->col[COL_MODELS] = mem_dup(i % 6 == 4 ? "{}" : "{gpt-3.5-turbo,gpt-4}");
    c->col[COL_CREATED_BY] = mem_dup("aaaaaaaa-0000-4000-8000-000000000001");
    c->col[COL_AUDIT] = mem_dup(
        "{\"events\": [{\"by\": \"claire\", \"what\": \"limit\", \"to\": 2000}], \"version\": 1}");
    c->col[COL_EXTENSIONS] = mem_dup("{}");
}

struct connexion *fixture_row(int i)
{
    static const enum status states[] = {
        STATUS_ACTIVE, STATUS_ACTIVE,  STATUS_QUOTA,    STATUS_ACTIVE, STATUS_ERROR,
        STATUS_ACTIVE, STATUS_EXPIRED, STATUS_INACTIVE, STATUS_ACTIVE, STATUS_ACTIVE};
    struct connexion *c = connexion_create();
    (void)snprintf(c->id, sizeof c->id, "00000000-0000-4000-8000-%012d", i);
    (void)snprintf(c->organisation_id, sizeof c->organisation_id, "11111111-0000-4000-8000-%012d",
                   i / 5);
    c->organisation_nom = mem_dup(organisations[i / 5 % ORGANISATIONS]);
    c->col[COL_ID] = mem_dup(c->id);
    c->col[COL_ORGANISATION_ID] = mem_dup(c->organisation_id);
    c->status = states[i % 10];
    c->col[COL_STATUS] = mem_dup(status_word(c->status));
    c->active = i % 8 != 3;
    c->col[COL_ACTIVE] = mem_dup(c->active ? "t" : "f");
    if (c->status == STATUS_ERROR)
        c->col[COL_ERROR] = mem_dup("401 invalid_api_key: Incorrect API key provided");
    set_words(c, i);
    set_limits(c, i);
    set_times(c, i);
    return c;
}

static void set_link(struct state *st)
{
    struct link *link = &st->link;
    struct proof *p = &link->proof;
    link->status = LINK_READY;
    link->since_ms = st->mono_ms;
    link->proven = 1;
    p->server_version = 150020;
    (void)snprintf(p->server_text, sizeof p->server_text, "15.20");
    p->table_readable = p->rls_on = p->rls_active = p->functions_usable = p->admin =
        p->transport_ok = 1;
    (void)snprintf(p->login, sizeof p->login, "claire");
    (void)snprintf(p->role, sizeof p->role, "claire");
    (void)snprintf(p->database, sizeof p->database, "vigie_demo");
    (void)snprintf(p->user_id, sizeof p->user_id, "aaaaaaaa-0000-4000-8000-000000000001");
    (void)snprintf(p->user_name, sizeof p->user_name, "Claire Lefèvre");
    (void)snprintf(p->host, sizeof p->host, "/run/vigie");
    (void)proof_judge(p, NULL);
}

static enum verdict verdict_of(const struct connexion *c, int i)
{
    if (i % 8 == 7)
        return VERDICT_NEVER;
    switch (c->status) {
    case STATUS_QUOTA:
        return i % 20 == 2 ? VERDICT_NO_CREDIT : VERDICT_SPEND_LIMIT;
    case STATUS_ERROR:
        return VERDICT_SETTINGS;
    case STATUS_EXPIRED:
        return VERDICT_REVOKED;
    case STATUS_ACTIVE:
    case STATUS_INACTIVE:
    case STATUS_UNKNOWN:
    default:
        return i % 9 == 1 ? VERDICT_LIMITED : VERDICT_VALID;
    }
}

static void set_evidence(struct evidence *e, enum verdict verdict)
{
    *e = (struct evidence){
        .http = 200, .dns_ms = 3, .connect_ms = 14, .tls_ms = 45, .first_ms = 151, .total_ms = 158};
    (void)snprintf(e->host, sizeof e->host, "api.openai.com");
    (void)snprintf(e->request_id, sizeof e->request_id, "req_7f3a9c0e11d24b6f");
    if (verdict == VERDICT_VALID || verdict == VERDICT_NEVER)
        return;
    e->http = verdict == VERDICT_LIMITED ? 403 : verdict == VERDICT_REVOKED ? 401 : 429;
    (void)snprintf(e->code, sizeof e->code, "%s",
                   verdict == VERDICT_REVOKED   ? "invalid_api_key"
                   : verdict == VERDICT_LIMITED ? ""
                                                : "insufficient_quota");
    (void)snprintf(e->message, sizeof e->message, "%s",
                   verdict == VERDICT_REVOKED ? "Incorrect API key provided: sk-…"
                                              : "You have insufficient permissions for this "
                                                "operation. Missing scopes: api.model.read.");
}

void fixture_health_of(struct health *h, int i)
{
    struct connexion *c = fixture_row(i);
    *h = (struct health){.verdict = verdict_of(c, i), .calm = 4};
    memcpy(h->id, c->id, sizeof h->id);
    connexion_destroy(c);
    if (h->verdict == VERDICT_NEVER)
        return;
    h->since = FIXTURE_NOW - (i % 3 + 1) * 3 * HOUR - 720;
    h->checked_at = FIXTURE_NOW - 60 - i;
    h->next_at = FIXTURE_NOW + 42 + (int64_t)i * 7;
    set_evidence(&h->evidence, h->verdict);
    h->latencies = HEALTH_LATENCIES;
    for (int k = 0; k < HEALTH_LATENCIES; k++)
        h->latency[k] = 120 + (k * 37 + i * 11) % 90 + (k % 13 == 5 ? 310 : 0);
    if (i % 6 == 2)
        (void)snprintf(h->models, sizeof h->models,
                       "gpt-3.5-turbo ends on 2026-12-01; gpt-4 does not exist");
    if (i % 10 == 5) {
        h->candidate = VERDICT_REVOKED;
        h->failures = 2;
        h->evidence.http = 401;
    }
}

static void set_health(struct state *st)
{
    st->health.item = mem_zero(FIXTURE_ROWS, sizeof *st->health.item);
    st->health.len = st->health.cap = FIXTURE_ROWS;
    for (int i = 0; i < FIXTURE_ROWS; i++)
        fixture_health_of(&st->health.item[i], i);
}

/* What the database would answer: sums and heights, in tenths of a unit here. */
static void add_up(struct figures *f, const int tenths[], int october_days)
{
    for (int month = 0; month < 2; month++) {
        int from = month == 0 ? 0 : october_days;
        int to = month == 0 ? october_days : f->days;
        int sum = 0;
        int most = 0;
        for (int i = from; i < to; i++) {
            sum += tenths[i];
            most = tenths[i] > most ? tenths[i] : most;
        }
        for (int i = from; i < to; i++)
            f->day[i].permille = most ? tenths[i] * 1000 / most : 0;
        (void)snprintf(f->month[month].month, sizeof f->month[0].month, "%s",
                       month == 0 ? "2026-10" : "2026-11");
        (void)snprintf(f->month[month].amount, sizeof f->month[0].amount, "%d.%d", sum / 10,
                       sum % 10);
    }
    f->months = 2;
}

static void fill_days(struct figures *f)
{
    int tenths[DAYS_MAX];
    for (int i = 0; i < 31 + 22; i++) {
        struct day_cost *day = &f->day[f->days];
        int october = i < 31;
        int number = october ? i + 1 : i - 30;
        if (number % 7 == 3 && !october)
            continue; /* a day without cost has no row */
        (void)snprintf(day->day, sizeof day->day, "2026-%02u-%02u", october ? 10U : 11U,
                       (unsigned)number % 32U);
        tenths[f->days] = (number * 29 + 11) % 97 * 10 + number % 10;
        (void)snprintf(day->amount, sizeof day->amount, "%d.%d", tenths[f->days] / 10,
                       tenths[f->days] % 10);
        f->days++;
    }
    add_up(f, tenths, 31);
}

void fixture_figures(struct state *st, const char *source)
{
    struct figures *f = mem_zero(1, sizeof *f);
    memcpy(f->id, st->sheet.id, sizeof f->id);
    (void)snprintf(f->cost_source, sizeof f->cost_source, "%s", source);
    (void)snprintf(f->use_source, sizeof f->use_source, "%s", source);
    (void)snprintf(f->currency, sizeof f->currency, "usd");
    if (source[0]) {
        f->cost_at = FIXTURE_NOW - 720;
        f->use_at = FIXTURE_NOW - 300;
        f->cost_shared = 2;
        fill_days(f);
    }
    free(st->sheet.figures);
    st->sheet.figures = f;
}

void fixture_host(struct state *st, const char *host, enum verdict verdict, int http,
                  const char *why)
{
    struct host_health *h = &st->health.host[st->health.hosts++];
    *h = (struct host_health){.verdict = verdict, .since = FIXTURE_NOW - 57 * 60, .failing = 3};
    (void)snprintf(h->host, sizeof h->host, "%s", host);
    (void)snprintf(h->evidence.message, sizeof h->evidence.message, "%s", why);
    h->evidence.http = http;
}

struct state *fixture_state(int rows, int cols)
{
    struct settings settings = {.refresh_s = 10, .read_only = 1, .label = "demo"};
    struct state *st = state_create(&settings);
    struct list *list = &st->list;
    st->now = FIXTURE_NOW;
    st->mono_ms = 1000000;
    st->rows = rows;
    st->cols = cols;
    set_link(st);
    list->rows = mem_zero(FIXTURE_ROWS, sizeof *list->rows);
    list->cap = list->len = FIXTURE_ROWS;
    for (int i = 0; i < FIXTURE_ROWS; i++)
        list->rows[i] = fixture_row(i);
    set_health(st);
    list->at_start = list->at_end = list->loaded = 1;
    list->before = 0;
    list->fetched_at = FIXTURE_NOW;
    list->totals_known = list->totals_exact = 1;
    list->totals = (struct totals){.connexions = FIXTURE_ROWS,
                                   .organisations = ORGANISATIONS,
                                   .active = 52,
                                   .over = 8,
                                   .troubled = 14,
                                   .cost = "41204.1000",
                                   .limit = "96000",
                                   .budget_permille = 429};
    return st;
}

void fixture_push(struct state *st, enum screen_kind screen)
{
    st->stack[st->depth++] = screen;
}

void fixture_sheet(struct state *st, int i)
{
    connexion_destroy(st->sheet.row);
    st->sheet.row = fixture_row(i);
    memcpy(st->sheet.id, st->sheet.row->id, sizeof st->sheet.id);
    st->sheet.fetched_at = FIXTURE_NOW;
    fixture_push(st, SCREEN_CONNEXION);
}

void fixture_organisations(struct state *st)
{
    static const char *const states[] = {"actif", "suspendu", NULL, "actif", "desactive", "pilote"};
    struct organisations *all = organisations_create(ORGANISATIONS);
    for (int i = 0; i < ORGANISATIONS; i++) {
        struct organisation *o = &all->rows[i];
        (void)snprintf(o->id, sizeof o->id, "11111111-0000-4000-8000-%012d", i);
        o->nom = mem_dup(organisations[i]);
        o->statut_compte = mem_dup_null(states[i % 6]);
        o->totals = (struct totals){
            .connexions = 5, .organisations = 1, .active = 4 + i % 2, .over = i % 3};
        o->totals.budget_permille = i % 5 == 4 ? -1 : 1210 - 130 * i;
        (void)snprintf(o->totals.cost, sizeof o->totals.cost, "%d.10", 6050 - 650 * i);
        (void)snprintf(o->totals.limit, sizeof o->totals.limit, "%s", i % 5 == 4 ? "0" : "5000");
    }
    st->orgs.all = all;
    st->orgs.fetched_at = FIXTURE_NOW;
}

void fixture_term(struct term *t, const char *type, int ascii, const struct state *st)
{
    struct err e = {0};
    struct term_options options = {.type = type, .ascii = ascii, .headless = 1};
    options.in = fopen("/dev/null", "r");
    options.out = fopen("/dev/null", "w");
    if (!options.in || !options.out || term_start(t, &options, &e)) {
        (void)fprintf(stderr, "no terminal: %s\n", e.text);
        abort();
    }
    term_resize(t, st->rows, st->cols);
}

static struct account_known *account(struct state *st, int i, const char *name)
{
    struct account_known *a = &st->accounts.all->item[i];
    (void)snprintf(a->name, sizeof a->name, "%s", name);
    return a;
}

static void sum(struct state *st, int i, const char *name, const char *currency, const char *amount)
{
    struct unattributed *u = &st->accounts.all->sum[i];
    (void)snprintf(u->account, sizeof u->account, "%s", name);
    (void)snprintf(u->currency, sizeof u->currency, "%s", currency);
    (void)snprintf(u->amount, sizeof u->amount, "%s", amount);
}

void fixture_accounts(struct state *st)
{
    st->accounts.all = account_list_create(5, 3);
    st->accounts.fetched_at = FIXTURE_NOW - 4;
    struct account_known *a = account(st, 0, "Groupe Horizon");
    *a = (struct account_known){
        .name = "Groupe Horizon", .has_key = 1, .usable = 1, .verdict = VERDICT_VALID};
    a->costs_at = FIXTURE_NOW - 720;
    a->usage_at = FIXTURE_NOW - 715;
    a->missing = 2;
    a->by_key = 1;
    a->by_key_refused_at = FIXTURE_NOW - DAY;
    a = account(st, 1, "org-Kx81aBcDeF");
    a->has_key = a->usable = 1;
    a->verdict = VERDICT_REVOKED;
    a->costs_at = FIXTURE_NOW - 3 * DAY;
    a->failed_at = FIXTURE_NOW - 130;
    a->evidence.http = 401;
    (void)snprintf(a->evidence.code, sizeof a->evidence.code, "invalid_api_key");
    (void)snprintf(a->evidence.message, sizeof a->evidence.message,
                   "Incorrect API key provided: sk-…");
    a = account(st, 2, "東京不動産");
    a->has_key = 1;
    a->verdict = VERDICT_NEVER;
    (void)snprintf(a->base_url, sizeof a->base_url, "https://eu.api.openai.com/v1");
    account(st, 3, "org-9ZnoKeyYet")->connexions = 12;
    account(st, 4, "org-single")->connexions = 1;
    sum(st, 0, "Groupe Horizon", "eur", "3");
    sum(st, 1, "Groupe Horizon", "usd", "1204.125");
    sum(st, 2, "org-Kx81aBcDeF", "usd", "0.000000000001");
}
