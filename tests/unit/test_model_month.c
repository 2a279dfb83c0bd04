#include "config.h"

#include "model/month.h"

#include "base/clock.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static int64_t at(const char *iso)
{
    int64_t t = -1;
    cr_assert_eq(clock_parse_iso(iso, &t), 0, "%s", iso);
    return t;
}

static void add(struct figures *f, const char *day, const char *amount, int permille)
{
    struct day_cost *d = &f->day[f->days++];
    (void)snprintf(d->day, sizeof d->day, "%s", day);
    (void)snprintf(d->amount, sizeof d->amount, "%s", amount);
    d->permille = permille;
}

static void add_month(struct figures *f, const char *month, const char *amount)
{
    struct month_cost *m = &f->month[f->months++];
    (void)snprintf(m->month, sizeof m->month, "%s", month);
    (void)snprintf(m->amount, sizeof m->amount, "%s", amount);
}

Test(model_month, one_month_of_two)
{
    struct figures f = {.days = 0};
    struct month m;
    add(&f, "2026-01-31", "1", 1000);
    add(&f, "2026-02-01", "40", 1000);
    add(&f, "2026-02-02", "10.4", 260);
    add(&f, "2026-02-27", "-3", -1);
    add(&f, "2026-02-28", "0", 0);
    add(&f, "2026-02-99", "7", 175);
    add_month(&f, "2026-01", "1");
    add_month(&f, "2026-02", "47.4");
    month_init(&m, &f, at("2026-02-28T23:59:59Z"), at("2026-02-28T23:59:59Z"));
    cr_expect_str_eq(m.name, "2026-02");
    cr_expect_eq(m.days, 28);
    cr_expect_eq(m.today, 28);
    cr_expect_eq(m.known, 4);
    cr_expect_str_eq(m.largest, "40");
    cr_expect_eq(m.permille[0], 1000);
    cr_expect_eq(m.permille[1], 260);
    cr_expect_eq(m.permille[26], -1);
    cr_expect_eq(m.permille[27], 0);
    cr_expect_str_eq(m.amount[27], "0");
    cr_expect_null(m.amount[5]);
    cr_expect_str_eq(m.total, "47.4", "the database's, not a sum of what is here");
    month_init(&m, &f, at("2026-01-10T00:00:00Z"), at("2026-02-28T23:59:59Z"));
    cr_expect_str_eq(m.total, "1");
    cr_expect_eq(m.today, 0);
    cr_expect_eq(m.days, 31);
}

Test(model_month, nothing_known)
{
    struct month m;
    struct figures f = {.days = 0};
    month_init(&m, NULL, at("2028-02-29T00:00:00Z"), at("2028-03-01T00:00:00Z"));
    cr_expect_eq(m.known, 0);
    cr_expect_eq(m.days, 29);
    cr_expect_null(m.largest);
    cr_expect_str_eq(m.total, "");
    add(&f, "2028-02-01", "-1", -1);
    add_month(&f, "2028-02", "-1");
    month_init(&m, &f, at("2028-02-29T00:00:00Z"), at("2028-03-01T00:00:00Z"));
    cr_expect_null(m.largest);
    cr_expect_str_eq(m.total, "-1");
}
