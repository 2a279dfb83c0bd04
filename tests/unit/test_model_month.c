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

static void add(struct figures *f, const char *day, const char *amount)
{
    struct day_cost *d = &f->day[f->days++];
    (void)snprintf(d->day, sizeof d->day, "%s", day);
    (void)snprintf(d->amount, sizeof d->amount, "%s", amount);
}

static void total(const char *a, const char *b, const char *wanted)
{
    struct figures f = {.days = 0};
    struct month m;
    add(&f, "2026-11-01", a);
    add(&f, "2026-11-02", b);
    month_init(&m, &f, at("2026-11-22T12:00:00Z"), at("2026-11-22T12:00:00Z"));
    cr_expect_str_eq(m.total, wanted, "%s and %s: %s", a, b, m.total);
}

Test(model_month, sums_are_exact)
{
    total("0.1", "0.2", "0.300000000000");
    total("0.000000000001", "1", "1.000000000001");
    total("999999999999999999", "0.999999999999", "999999999999999999.999999999999");
    total("-12.5", "2.5", "-10.000000000000");
    total("12.50", "-12.5", "0.000000000000");
    total("-0.000000000001", "0", "-0.000000000001");
    total("1", "NaN", "");
    total("1", "", "");
    total("1", "1e3", "");
    total("1", "1,5", "");
    total("1", "0.0000000000001", "");
    total("1", "1000000000000000000", "");
}

Test(model_month, one_month_of_two)
{
    struct figures f = {.days = 0};
    struct month m;
    add(&f, "2026-01-31", "1");
    add(&f, "2026-02-01", "40");
    add(&f, "2026-02-02", "10.4");
    add(&f, "2026-02-27", "-3");
    add(&f, "2026-02-28", "0");
    add(&f, "2026-02-99", "7");
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
    month_init(&m, &f, at("2026-01-10T00:00:00Z"), at("2026-02-28T23:59:59Z"));
    cr_expect_str_eq(m.total, "1.000000000000");
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
    add(&f, "2028-02-01", "-1");
    month_init(&m, &f, at("2028-02-29T00:00:00Z"), at("2028-03-01T00:00:00Z"));
    cr_expect_null(m.largest);
    cr_expect_str_eq(m.total, "-1.000000000000");
}
