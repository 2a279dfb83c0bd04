#include "config.h"

#include "model/gauge.h"

#include "base/clock.h"
#include "base/mem.h"
#include "model/health.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t at(const char *iso)
{
    int64_t t = -1;
    cr_assert_eq(clock_parse_iso(iso, &t), 0, "%s", iso);
    return t;
}

static struct instant maybe(const char *iso)
{
    return iso ? (struct instant){1, at(iso)} : (struct instant){0, 0};
}

static struct connexion *row(const char *limit, const char *figure, int permille)
{
    struct connexion *c = connexion_create();
    c->col[COL_DAY_LIMIT] = mem_dup_null(limit);
    c->col[COL_COST_LIMIT] = mem_dup_null(limit);
    c->col[COL_DAY_USE] = mem_dup_null(figure);
    c->col[COL_COST] = mem_dup_null(figure);
    c->quota_permille = permille;
    c->budget_permille = permille;
    return c;
}

Test(model_gauge, states_of_both_gauges)
{
    static const struct {
        const char *limit, *figure;
        int permille;
        enum gauge_state state;
        enum gauge_source source;
        int shown;
    } cases[] = {
        {NULL, "5", -1, GAUGE_NO_LIMIT, SOURCE_TABLE, -1},
        {NULL, NULL, -1, GAUGE_NO_LIMIT, SOURCE_NONE, -1},
        {"0", "5", -1, GAUGE_ZERO_LIMIT, SOURCE_TABLE, -1},
        {"0.0000", "5", -1, GAUGE_ZERO_LIMIT, SOURCE_TABLE, -1},
        {"-1", "5", -1, GAUGE_ZERO_LIMIT, SOURCE_TABLE, -1},
        {"", "5", -1, GAUGE_ZERO_LIMIT, SOURCE_TABLE, -1},
        {"100", NULL, -1, GAUGE_NO_FIGURE, SOURCE_NONE, -1},
        {"NaN", "5", -1, GAUGE_NO_FIGURE, SOURCE_TABLE, -1},
        {"0.01", "0", 0, GAUGE_OK, SOURCE_TABLE, 0},
        {"100", "79.9", 799, GAUGE_OK, SOURCE_TABLE, 799},
        {"100", "80", 800, GAUGE_HIGH, SOURCE_TABLE, 800},
        {"100", "99.9", 999, GAUGE_HIGH, SOURCE_TABLE, 999},
        {"100", "100", 1000, GAUGE_OVER, SOURCE_TABLE, 1000},
        {"100", "900", 9000, GAUGE_OVER, SOURCE_TABLE, 9000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct connexion *c = row(cases[i].limit, cases[i].figure, cases[i].permille);
        struct gauge q;
        struct gauge b;
        gauge_quota(&q, c, at("2026-11-22T12:00:00Z"));
        gauge_budget(&b, c, at("2026-11-22T12:00:00Z"));
        cr_expect(q.state == cases[i].state && b.state == cases[i].state, "case %zu: %d %d", i,
                  (int)q.state, (int)b.state);
        cr_expect(q.source == cases[i].source && b.source == cases[i].source, "case %zu", i);
        cr_expect(q.permille == cases[i].shown && b.permille == cases[i].shown, "case %zu", i);
        cr_expect(!q.stale && !b.stale);
        connexion_destroy(c);
    }
}

Test(model_gauge, elapsed_of_the_utc_day_and_month)
{
    static const struct {
        const char *now;
        int day, month;
    } cases[] = {
        {"2026-11-01T00:00:00Z", 0, 0},     {"2026-11-30T23:59:59Z", 999, 999},
        {"2026-11-16T00:00:00Z", 0, 500},   {"2026-11-01T12:00:00Z", 500, 16},
        {"2028-02-29T12:00:00Z", 500, 982}, {"2026-02-28T12:00:00Z", 500, 982},
        {"2026-02-15T00:00:00Z", 0, 500},   {"2028-02-15T12:00:00Z", 500, 500},
        {"2026-12-31T23:59:59Z", 999, 999}, {"2027-01-01T00:00:00Z", 0, 0},
        {"2026-11-22T23:59:59Z", 999, 733},
    };
    struct connexion *c = row("100", "1", 10);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gauge q;
        struct gauge b;
        gauge_quota(&q, c, at(cases[i].now));
        gauge_budget(&b, c, at(cases[i].now));
        cr_expect_eq(q.elapsed_permille, cases[i].day, "%s gives %d", cases[i].now,
                     q.elapsed_permille);
        cr_expect_eq(b.elapsed_permille, cases[i].month, "%s gives %d", cases[i].now,
                     b.elapsed_permille);
    }
    connexion_destroy(c);
}

Test(model_gauge, quota_reset_and_staleness)
{
    static const struct {
        const char *now, *reset, *seen, *next;
        int stale;
    } cases[] = {
        {"2026-11-22T12:00:00Z", NULL, NULL, "2026-11-23T00:00:00Z", 0},
        {"2026-11-22T12:00:00Z", NULL, "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z", 0},
        {"2026-11-22T12:00:00Z", NULL, "2026-11-21T23:59:59Z", "2026-11-23T00:00:00Z", 1},
        {"2026-11-22T12:00:00Z", "2026-11-22T18:00:00Z", "2026-11-21T20:00:00Z",
         "2026-11-22T18:00:00Z", 0},
        {"2026-11-22T12:00:00Z", "2026-11-24T12:00:00Z", NULL, "2026-11-24T12:00:00Z", 0},
        {"2026-11-22T12:00:00Z", "2026-11-24T12:00:01Z", NULL, "2026-11-23T00:00:00Z", 0},
        {"2026-11-22T12:00:00Z", "2030-01-01T00:00:00Z", "2026-11-21T12:00:00Z",
         "2026-11-23T00:00:00Z", 1},
        {"2026-11-22T12:00:00Z", "2026-11-22T12:00:01Z", NULL, "2026-11-22T12:00:01Z", 0},
        {"2026-11-22T12:00:00Z", "2026-11-22T12:00:00Z", NULL, "2026-11-23T00:00:00Z", 1},
        {"2026-11-22T12:00:00Z", "2020-01-01T00:00:00Z", "2026-11-22T11:00:00Z",
         "2026-11-23T00:00:00Z", 1},
        {"2026-12-31T23:59:59Z", NULL, NULL, "2027-01-01T00:00:00Z", 0},
        {"2028-02-28T23:59:59Z", NULL, NULL, "2028-02-29T00:00:00Z", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct connexion *c = row("100", "1", 10);
        struct gauge g;
        c->reset = maybe(cases[i].reset);
        c->synchro = maybe(cases[i].seen);
        gauge_quota(&g, c, at(cases[i].now));
        cr_expect_eq(g.resets_at, at(cases[i].next), "case %zu", i);
        cr_expect_eq(g.stale, cases[i].stale, "case %zu", i);
        cr_expect(g.seen.known == c->synchro.known && g.seen.at == c->synchro.at);
        free(c->col[COL_DAY_USE]);
        c->col[COL_DAY_USE] = NULL;
        gauge_quota(&g, c, at(cases[i].now));
        cr_expect(!g.stale, "case %zu: no figure cannot be stale", i);
        connexion_destroy(c);
    }
}

Test(model_gauge, budget_reset_and_staleness)
{
    static const struct {
        const char *now, *seen, *next;
        int stale;
    } cases[] = {
        {"2026-11-22T12:00:00Z", NULL, "2026-12-01T00:00:00Z", 0},
        {"2026-11-22T12:00:00Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", 0},
        {"2026-11-22T12:00:00Z", "2026-10-31T23:59:59Z", "2026-12-01T00:00:00Z", 1},
        {"2026-12-31T23:59:59Z", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", 0},
        {"2027-01-01T00:00:00Z", "2026-12-31T23:59:59Z", "2027-02-01T00:00:00Z", 1},
        {"2028-02-29T00:00:00Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z", 0},
        {"2026-11-22T12:00:00Z", "2026-11-23T00:00:00Z", "2026-12-01T00:00:00Z", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct connexion *c = row("100", "1", 10);
        struct gauge g;
        c->synchro = maybe(cases[i].seen);
        gauge_budget(&g, c, at(cases[i].now));
        cr_expect_eq(g.resets_at, at(cases[i].next), "case %zu", i);
        cr_expect_eq(g.stale, cases[i].stale, "case %zu", i);
        connexion_destroy(c);
    }
}

static struct figures source(const char *name, const char *seen)
{
    struct figures f = {.cost_at = seen ? at(seen) : 0, .use_at = seen ? at(seen) : 0};
    (void)snprintf(f.cost_source, sizeof f.cost_source, "%s", name);
    (void)snprintf(f.use_source, sizeof f.use_source, "%s", name);
    return f;
}

Test(model_gauge, sources)
{
    static const char now[] = "2026-11-22T12:00:00Z";
    static const struct {
        const char *name, *seen, *figure;
        enum gauge_state state;
        enum gauge_source source;
        const char *quota, *budget;
        int quota_stale, budget_stale;
    } cases[] = {
        {"openai", "2026-11-22T11:00:00Z", "5", GAUGE_OK, SOURCE_OPENAI, "OpenAI's usage",
         "OpenAI's costs", 0, 0},
        {"openai", "2026-11-21T23:00:00Z", "5", GAUGE_OK, SOURCE_OPENAI, "OpenAI's usage",
         "OpenAI's costs", 1, 0},
        {"applications", "2026-10-31T23:00:00Z", "5", GAUGE_OK, SOURCE_APPLICATIONS,
         "applications' counter", "applications' counter", 1, 1},
        {"", NULL, "0", GAUGE_NO_SOURCE, SOURCE_NONE, "no source", "no source", 0, 0},
        {"", NULL, "0.0000", GAUGE_NO_SOURCE, SOURCE_NONE, "no source", "no source", 0, 0},
        {"", NULL, NULL, GAUGE_NO_SOURCE, SOURCE_NONE, "no source", "no source", 0, 0},
        {"", NULL, "5", GAUGE_OK, SOURCE_TABLE, "the row's counter", "the row's counter", 0, 0},
        {"later", "2026-11-22T11:00:00Z", "5", GAUGE_OK, SOURCE_TABLE, "the row's counter",
         "the row's counter", 0, 0},
        {"openai", "2026-11-22T11:00:00Z", NULL, GAUGE_NO_FIGURE, SOURCE_NONE, "no source",
         "no source", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct connexion *c = row("100", cases[i].figure, cases[i].figure ? 50 : -1);
        struct figures f = source(cases[i].name, cases[i].seen);
        struct gauge q;
        struct gauge b;
        gauge_quota_of(&q, c, &f, at(now));
        gauge_budget_of(&b, c, &f, at(now));
        cr_expect(q.state == cases[i].state && b.state == cases[i].state, "case %zu", i);
        cr_expect(q.source == cases[i].source && b.source == cases[i].source, "case %zu", i);
        cr_expect_str_eq(gauge_source_of(&q), cases[i].quota);
        cr_expect_str_eq(gauge_source_of(&b), cases[i].budget);
        cr_expect_eq(q.stale, cases[i].quota_stale, "case %zu", i);
        cr_expect_eq(b.stale, cases[i].budget_stale, "case %zu", i);
        connexion_destroy(c);
    }
}

Test(model_gauge, sources_and_limits_that_are_none)
{
    struct figures f = source("", NULL);
    struct connexion *c = row(NULL, "0", -1);
    struct gauge g;
    gauge_budget_of(&g, c, &f, at("2026-11-22T12:00:00Z"));
    cr_expect_eq(g.state, GAUGE_NO_LIMIT, "no limit says more than no source");
    cr_expect_eq(g.source, SOURCE_NONE);
    f = source("openai", "2026-11-22T11:00:00Z");
    f.cost_shared = 2;
    f.use_clamped = 1;
    gauge_budget_of(&g, c, &f, at("2026-11-22T12:00:00Z"));
    cr_expect_eq(g.shared, 2);
    gauge_quota_of(&g, c, &f, at("2026-11-22T12:00:00Z"));
    cr_expect_eq(g.clamped, 1);
    gauge_quota_of(&g, c, NULL, at("2026-11-22T12:00:00Z"));
    cr_expect_eq(g.source, SOURCE_TABLE);
    connexion_destroy(c);
}

/* A planned reset at another hour than midnight keeps yesterday's count alive. */
Test(model_gauge, a_count_of_the_period_of_its_own_reset_is_fresh)
{
    struct connexion *c = row("100", "5", 50);
    struct figures f = source("applications", "2026-11-21T20:00:00Z");
    struct gauge g;
    c->reset = maybe("2026-11-22T18:00:00Z");
    gauge_quota_of(&g, c, &f, at("2026-11-22T12:00:00Z"));
    cr_expect_eq(g.stale, 0);
    c->reset = maybe("2026-11-22T10:00:00Z");
    f = source("applications", "2026-11-22T09:59:59Z");
    gauge_quota_of(&g, c, &f, at("2026-11-22T12:00:00Z"));
    cr_expect_eq(g.stale, 1, "counted before the reset that has passed");
    f = source("applications", "2026-11-22T10:00:00Z");
    gauge_quota_of(&g, c, &f, at("2026-11-22T12:00:00Z"));
    cr_expect_eq(g.stale, 0);
    connexion_destroy(c);
}

Test(model_gauge, ages)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {{0, "0 s"},      {12, "12 s"},  {59, "59 s"},       {60, "1 m"},
                 {3599, "59 m"},  {3600, "1 h"}, {86399, "23 h"},    {86400, "1 d"},
                 {432000, "5 d"}, {-7, "0 s"},   {INT64_MIN, "0 s"}, {INT64_MAX, "99999 d"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char buf[AGE_TEXT_MAX];
        gauge_age(buf, sizeof buf, cases[i].seconds);
        cr_expect_str_eq(buf, cases[i].text);
    }
}

Test(model_gauge, names)
{
    cr_expect_str_eq(gauge_state_name(GAUGE_NO_LIMIT), "no-limit");
    cr_expect_str_eq(gauge_state_name(GAUGE_OVER), "over");
    cr_expect_str_eq(gauge_source_name(SOURCE_TABLE), "table");
    cr_expect(gauge_source_title(SOURCE_NONE)[0] && gauge_source_title(SOURCE_TABLE)[0]);
}
