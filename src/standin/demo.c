#include "config.h"

#include "standin/demo.h"

#include "base/clock.h"
#include "standin/instant.h"
#include "standin/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SCALE = 10,      /* amounts are units of 10^-10 */
    UNITS = 1000000, /* of 10^-10 in 10^-4 */
    DAYS_BACK = 400,
    WEEKEND_PERMILLE = 450,
    FIRST_DAYS = 6,        /* a month that is younger starts with a lump */
    FIRST_SECONDS = 57600, /* and so does a day */
    WEEK = 7,
};

struct row {
    int number; /* 0: no key */
    const char *name, *project, *currency, *item;
    enum scenario_id play;
    int64_t cost, requests;
};

static const struct row rows[] = {
#define DEMO(number, organisation, project, scenario, cost, requests) \
    {number, organisation, project, "usd", NULL, SCENARIO_##scenario, cost, requests},
#define DEMO_EXTRA(organisation, project, currency, cost, item) \
    {0, organisation, project, currency, item, SCENARIO_ok, cost, 0},
#include "standin/demo.def"
#undef DEMO
#undef DEMO_EXTRA
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static const struct {
    const char *item;
    int permille;
} lines[] = {
    {"gpt-4.1, input", 620}, {"gpt-4.1, output", 270}, {"text-embedding-3-small, input", 110}};

enum { LINES = sizeof lines / sizeof lines[0] };

struct names {
    char organisation[NAME_MAX_LEN], project[NAME_MAX_LEN], key[NAME_MAX_LEN];
};

static void name_row(struct names *n, const struct row *row)
{
    (void)snprintf(n->organisation, sizeof n->organisation, "org-demo-%s", row->name);
    n->project[0] = n->key[0] = '\0';
    if (row->project[0])
        (void)snprintf(n->project, sizeof n->project, "%s", row->project);
    else if (row->number)
        (void)snprintf(n->project, sizeof n->project, "proj_default_%s", row->name);
    if (row->number)
        (void)snprintf(n->key, sizeof n->key, "key_demo_%03d", row->number);
}

static int put_key(struct tokens *tokens, const char *text, const struct names *n,
                   const char *scenario, int64_t now, struct err *e)
{
    json_object *o = json_object_new_object();
    (void)json_object_object_add(o, "token", json_object_new_string(text));
    (void)json_object_object_add(o, "organization", json_object_new_string(n->organisation));
    (void)json_object_object_add(o, "project", json_object_new_string(n->project));
    if (n->key[0])
        (void)json_object_object_add(o, "key", json_object_new_string(n->key));
    (void)json_object_object_add(o, "scenario", json_object_new_string(scenario));
    int rc = token_set(tokens, o, now, e);
    json_object_put(o);
    return rc;
}

int demo_start(struct demo *d, struct tokens *tokens, int64_t now, struct err *e)
{
    char text[TOKEN_MAX];
    struct names n = {0};
    int rc = put_key(tokens, DEMO_ADMIN_ALL, &n, "ok", now, e);
    *d = (struct demo){.on = 1, .anchor = now};
    tokens->demo = 1;
    for (int i = 0; i < ROWS && rc == 0; i++) {
        name_row(&n, &rows[i]);
        (void)snprintf(text, sizeof text, "sk-proj-demo-%03d-not-a-key", rows[i].number);
        if (rows[i].number)
            rc = put_key(tokens, text, &n, scenario_get(rows[i].play)->name, now, e);
        n.project[0] = n.key[0] = '\0';
        (void)snprintf(text, sizeof text, DEMO_ADMIN_FORMAT, rows[i].name);
        if (rc == 0)
            rc = put_key(tokens, text, &n, "ok", now, e);
    }
    return rc;
}

static uint64_t noise(int row, int64_t day)
{
    uint64_t x = ((uint64_t)day << 8) + (uint64_t)row + 0x9e3779b97f4a7c15U;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
    x = (x ^ x >> 27) * 0x94d049bb133111ebU;
    return x ^ x >> 31;
}

/* How busy a day is, around 1000; start is its midnight. */
static int64_t weight(int row, int64_t start)
{
    int64_t day = start / SECONDS_OF_DAY;
    int64_t permille = 700 + (int64_t)(noise(row, day) % 600);
    int weekday = (int)((day + 4) % WEEK); /* 0: Sunday */
    return weekday == 0 || weekday == WEEK - 1 ? permille * WEEKEND_PERMILLE / 1000 : permille;
}

static int64_t scaled(int64_t value, int64_t by, int64_t of)
{
    return (int64_t)((__int128)value * by / of);
}

/* Weights times seconds of the anchor's month up to the anchor. */
static int64_t elapsed(const struct demo *d, int row)
{
    int64_t sum = 0;
    for (int64_t day = clock_month_start(d->anchor); day <= d->anchor; day += SECONDS_OF_DAY) {
        int64_t seconds = d->anchor - day < SECONDS_OF_DAY ? d->anchor - day : SECONDS_OF_DAY;
        sum += weight(row, day) * seconds;
    }
    return sum;
}

/* Units spent on the day up to so many seconds of it. */
static int64_t spent(const struct demo *d, int row, int64_t day, int64_t seconds)
{
    int64_t cost = rows[row].cost * UNITS;
    int64_t past = elapsed(d, row);
    int64_t least = (int64_t)FIRST_DAYS * 1000 * SECONDS_OF_DAY;
    int64_t whole = past > least ? past : least;
    int64_t units = scaled(cost, weight(row, day) * seconds, whole);
    if (past < least && day == clock_month_start(d->anchor) && seconds > 0)
        units += cost - scaled(cost, past, least);
    return units;
}

static int64_t asked(const struct demo *d, int row, int64_t day, int64_t seconds)
{
    int64_t requests = rows[row].requests;
    if (day != clock_day_start(d->anchor))
        return scaled(requests * weight(row, day) / 1000, seconds, SECONDS_OF_DAY);
    int64_t past = d->anchor - day;
    int64_t whole = past > FIRST_SECONDS ? past : FIRST_SECONDS;
    int64_t lump = seconds > 0 ? requests - scaled(requests, past, whole) : 0;
    return scaled(requests, seconds, whole) + lump;
}

/* A part of a day, as seconds of it. */
struct span {
    int64_t day, from, until;
};

static int next_span(struct span *s, int64_t from, int64_t until)
{
    int64_t start = s->day < 0 ? from : s->day + SECONDS_OF_DAY;
    if (start >= until)
        return 0;
    s->day = clock_day_start(start);
    s->from = start - s->day;
    s->until = until - s->day < SECONDS_OF_DAY ? until - s->day : SECONDS_OF_DAY;
    return 1;
}

static int is_of(const struct names *n, const char *organisation)
{
    return !*organisation || strcmp(n->organisation, organisation) == 0;
}

static void put_costs(const struct row *row, struct entry *entry, int64_t units, demo_entry each,
                      void *arg)
{
    int64_t left = units;
    for (int i = 0; i < LINES && left > 0; i++) {
        int64_t part = row->item || i == LINES - 1 ? left : scaled(units, lines[i].permille, 1000);
        entry->item = row->item ? row->item : lines[i].item;
        dec_from_units(&entry->value, part, SCALE);
        left -= part;
        each(arg, entry);
    }
}

static int64_t not_before(const struct demo *d, int64_t from)
{
    int64_t first = clock_day_start(d->anchor) - (int64_t)DAYS_BACK * SECONDS_OF_DAY;
    return from > first ? from : first;
}

void demo_each_cost(const struct demo *d, const char *organisation, int64_t from, int64_t until,
                    demo_entry each, void *arg)
{
    from = not_before(d, from);
    for (int i = 0; i < ROWS; i++) {
        struct names n = {0};
        struct span s = {.day = -1};
        name_row(&n, &rows[i]);
        while (is_of(&n, organisation) && next_span(&s, from, until)) {
            int64_t units = spent(d, i, s.day, s.until) - spent(d, i, s.day, s.from);
            struct entry entry = {.at = s.day + s.from,
                                  .organisation = n.organisation,
                                  .project = n.project[0] ? n.project : NULL,
                                  .key = n.key[0] ? n.key : NULL,
                                  .currency = rows[i].currency};
            put_costs(&rows[i], &entry, units, each, arg);
        }
    }
}

/* Completions take 85 % of what is asked, embeddings the rest. */
static int64_t share(enum usage_kind kind, int64_t requests)
{
    int64_t completions = requests * 85 / 100;
    return kind == USAGE_completions ? completions : requests - completions;
}

void demo_each_usage(const struct demo *d, const char *organisation, enum usage_kind kind,
                     int64_t from, int64_t until, demo_entry each, void *arg)
{
    if (kind != USAGE_completions && kind != USAGE_embeddings)
        return;
    from = not_before(d, from);
    for (int i = 0; i < ROWS; i++) {
        struct names n = {0};
        struct span s = {.day = -1};
        name_row(&n, &rows[i]);
        while (is_of(&n, organisation) && next_span(&s, from, until)) {
            int64_t requests =
                share(kind, asked(d, i, s.day, s.until)) - share(kind, asked(d, i, s.day, s.from));
            struct entry entry = {.at = s.day + s.from,
                                  .organisation = n.organisation,
                                  .project = n.project[0] ? n.project : NULL,
                                  .key = n.key[0] ? n.key : NULL,
                                  .item = kind == USAGE_completions ? "gpt-4.1"
                                                                    : "text-embedding-3-small",
                                  .kind = kind,
                                  .requests = requests,
                                  .input = requests * 812,
                                  .output = kind == USAGE_completions ? requests * 187 : 0};
            if (requests > 0)
                each(arg, &entry);
        }
    }
}

void demo_each_project(void (*each)(void *arg, const char *id, const char *organisation,
                                    const char *name),
                       void *arg)
{
    for (int i = 0; i < ROWS; i++) {
        struct names n = {0};
        name_row(&n, &rows[i]);
        if (n.project[0])
            each(arg, n.project, n.organisation, n.project);
    }
}
