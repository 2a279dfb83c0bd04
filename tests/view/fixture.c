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
