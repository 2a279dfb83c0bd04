#include "config.h"

#include "base/clock.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t at(const char *iso)
{
    int64_t t = -1;
    cr_assert_eq(clock_parse_iso(iso, &t), 0, "%s", iso);
    return t;
}

Test(base_clock, reads_and_writes_instants)
{
    static const struct {
        const char *text;
        int64_t at;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},           {"1969-12-31T23:59:59Z", -1},
        {"2000-02-29T12:00:00Z", 951825600},   {"2026-11-22T13:45:00Z", 1795355100},
        {"2038-01-19T03:14:08Z", 2147483648L}, {"9999-12-31T23:59:59Z", 253402300799L},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char buf[CLOCK_TEXT_MAX];
        cr_expect_eq(at(cases[i].text), cases[i].at, "%s", cases[i].text);
        clock_iso(buf, cases[i].at);
        cr_expect_str_eq(buf, cases[i].text);
    }
    cr_expect_eq(at("2026-11-22T13:45:00.123456Z"), 1795355100);
    cr_expect_eq(at("0001-01-01T00:00:00Z"), -62135596800L);
}

Test(base_clock, refuses_what_is_no_instant)
{
    static const char *const cases[] = {
        "",
        "Z",
        "2026-11-22",
        "2026-11-22T13:45:00",
        "2026-11-22T13:45:00+01:00",
        "2026-11-22 13:45:00Z",
        "2026-11-22T13:45:00.Z",
        "2026-11-22T13:45:00.12xZ",
        "2026-11-22T13:45:00ZZ",
        "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z",
        "0000-01-01T00:00:00Z",
        "12026-01-01T00:00:00Z",
        "-026-01-01T00:00:00Z",
        " 2026-01-01T00:00:00Z",
        "infinity",
        "2026-11-22T13:45:00Z ",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t t = 77;
        cr_expect_eq(clock_parse_iso(cases[i], &t), -1, "%s", cases[i]);
        cr_expect_eq(t, 77, "%s", cases[i]);
    }
}

Test(base_clock, edges_of_days_and_months)
{
    static const struct {
        const char *now, *day, *day_next, *month, *month_next;
    } cases[] = {
        {"2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z",
         "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"},
        {"2026-12-31T23:59:59Z", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z",
         "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"},
        {"2028-02-29T12:00:00Z", "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z",
         "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"},
        {"2026-02-28T23:59:59Z", "2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z",
         "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"},
        {"2100-02-28T12:00:00Z", "2100-02-28T00:00:00Z", "2100-03-01T00:00:00Z",
         "2100-02-01T00:00:00Z", "2100-03-01T00:00:00Z"},
        {"2000-02-28T12:00:00Z", "2000-02-28T00:00:00Z", "2000-02-29T00:00:00Z",
         "2000-02-01T00:00:00Z", "2000-03-01T00:00:00Z"},
        {"2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z",
         "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"},
        {"1969-12-31T12:00:00Z", "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z",
         "1969-12-01T00:00:00Z", "1970-01-01T00:00:00Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t now = at(cases[i].now);
        cr_expect_eq(clock_day_start(now), at(cases[i].day), "%s", cases[i].now);
        cr_expect_eq(clock_day_next(now), at(cases[i].day_next), "%s", cases[i].now);
        cr_expect_eq(clock_month_start(now), at(cases[i].month), "%s", cases[i].now);
        cr_expect_eq(clock_month_next(now), at(cases[i].month_next), "%s", cases[i].now);
    }
}

Test(base_clock, every_day_of_a_century_is_followed_by_the_next)
{
    int64_t end = at("2101-01-01T00:00:00Z");
    for (int64_t t = at("2001-01-01T00:00:00Z"); t < end; t = clock_day_next(t)) {
        char buf[CLOCK_TEXT_MAX];
        clock_iso(buf, t);
        cr_assert_eq(at(buf), t, "%s", buf);
        cr_assert(clock_month_start(t) <= t && t < clock_month_next(t));
        cr_assert_eq(clock_month_next(t), clock_month_next(clock_month_next(t) - 1));
    }
}

Test(base_clock, the_zone_of_the_person_is_named)
{
    char buf[CLOCK_TEXT_MAX];
    cr_assert_eq(setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1), 0);
    tzset();
    clock_local(buf, at("2026-11-22T13:45:00Z"));
    cr_expect_str_eq(buf, "2026-11-22 14:45 CET");
    clock_local(buf, at("2026-07-01T13:45:00Z"));
    cr_expect_str_eq(buf, "2026-07-01 15:45 CEST");
    clock_iso(buf, at("2026-07-01T13:45:00Z"));
    cr_expect_str_eq(buf, "2026-07-01T13:45:00Z");
}

Test(base_clock, impossible_instants_are_no_crash)
{
    char buf[CLOCK_TEXT_MAX];
    clock_iso(buf, INT64_MAX);
    cr_expect_str_eq(buf, "?");
    clock_local(buf, INT64_MIN);
    cr_expect_str_eq(buf, "?");
    cr_expect_eq(clock_month_start(INT64_MAX), INT64_MAX);
}

Test(base_clock, tests_can_set_it)
{
    int64_t real = (int64_t)time(NULL);
    clock_set(1000);
    cr_expect_eq(clock_now(), 1000);
    clock_set(-1);
    cr_expect(clock_now() >= real && clock_now() < real + 60);
    int64_t mono = clock_mono_ms();
    cr_expect(mono > 0 && clock_mono_ms() >= mono);
}
