#include "config.h"

#include "base/clock.h"
#include "model/limit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_S = 86400, WHY = 200 };

static int64_t utc(const char *text)
{
    int64_t at = 0;
    cr_assert_eq(clock_parse_iso(text, &at), 0, "%s", text);
    return at;
}

static void paris(void)
{
    setenv("TZ", "Europe/Paris", 1);
    tzset();
}

static void in_utc(void)
{
    setenv("TZ", "UTC0", 1);
    tzset();
}

/* ── thresholds ── */

Test(limit, thresholds_are_sorted_and_each_is_there_once)
{
    struct thresholds t;
    char text[64], why[WHY];
    thresholds_default(&t);
    thresholds_format(text, sizeof text, &t);
    cr_expect_str_eq(text, "50,80,95,100");
    cr_expect_eq(t.hard, 100);
    cr_assert_eq(thresholds_parse(&t, " 95, 50 %,80,95 ", why), 0, "%s", why);
    thresholds_format(text, sizeof text, &t);
    cr_expect_str_eq(text, "50,80,95");
    cr_expect_eq(t.hard, 100, "only the list is read");
}

Test(limit, what_is_no_threshold_is_refused_with_a_reason_and_changes_nothing)
{
    static const char *const bad[] = {"",
                                      "0",
                                      "-5",
                                      "1001",
                                      "x",
                                      "50,,80",
                                      "50 80",
                                      "50,",
                                      "5.5",
                                      "99999999999999999999",
                                      "1,2,3,4,5,6,7,8,9"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct thresholds t;
        char why[WHY] = "";
        thresholds_default(&t);
        cr_expect_eq(thresholds_parse(&t, bad[i], why), -1, "\"%s\"", bad[i]);
        cr_expect(why[0], "\"%s\"", bad[i]);
        cr_expect(t.len == 4 && t.soft[0] == 50, "\"%s\"", bad[i]);
    }
}

Test(limit, the_hard_one_and_what_they_are_held_against)
{
    struct thresholds t;
    thresholds_default(&t);
    cr_expect_eq(thresholds_parse_hard(&t, "never"), 0);
    cr_expect_eq(t.hard, 0);
    cr_expect_eq(thresholds_parse_hard(&t, "120"), 0);
    cr_expect_eq(t.hard, 120);
    cr_expect_eq(thresholds_parse_hard(&t, "1001"), -1);
    cr_expect_eq(thresholds_parse_hard(&t, "x"), -1);
    cr_expect_eq(t.hard, 120, "a refusal changes nothing");
    cr_expect_eq(thresholds_parse_on(&t, "forecast"), 0);
    cr_expect(!t.on_spend && t.on_forecast);
    cr_expect_eq(thresholds_parse_on(&t, "spend,forecast"), 0);
    cr_expect(t.on_spend && t.on_forecast);
    cr_expect_eq(thresholds_parse_on(&t, "hope"), -1);
    cr_expect_eq(thresholds_parse_on(&t, ""), -1);
    cr_expect(t.on_spend && t.on_forecast);
}

Test(limit, a_threshold_is_crossed_exactly_at_it_and_the_highest_counts)
{
    static const struct {
        int permille, crossed, below;
    } cases[] = {{-1, 0, 0},   {0, 0, 0},      {499, 0, 0},    {500, 50, 0},
                 {799, 50, 0}, {800, 80, 1},   {949, 80, 1},   {950, 95, 2},
                 {999, 95, 2}, {1000, 100, 3}, {1250, 100, 3}, {2000000000, 100, 3}};
    struct thresholds t, none = {.len = 0};
    thresholds_default(&t);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int below = -1;
        cr_expect_eq(thresholds_crossed(&t, cases[i].permille, &below), cases[i].crossed, "%d",
                     cases[i].permille);
        cr_expect_eq(below, cases[i].below, "%d", cases[i].permille);
    }
    cr_expect_eq(thresholds_crossed(&none, 1000, NULL), 0);
}

/* ── periods ── */

Test(limit, periods_begin_at_utc_midnights_whatever_the_month_and_the_place)
{
    static const struct {
        const char *at, *day, *next_day, *month, *next_month;
    } cases[] = {
        {"2026-11-22T23:59:59Z", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z",
         "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"},
        {"2026-12-31T23:59:59Z", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z",
         "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"},
        {"2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z",
         "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z"},
        {"2028-02-28T12:00:00Z", "2028-02-28T00:00:00Z", "2028-02-29T00:00:00Z",
         "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"},
        {"2028-02-29T12:00:00Z", "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z",
         "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"},
        {"2100-02-28T12:00:00Z", "2100-02-28T00:00:00Z", "2100-03-01T00:00:00Z",
         "2100-02-01T00:00:00Z", "2100-03-01T00:00:00Z"},
        /* Clocks change in Paris on these days, and the UTC day stays what it is. */
        {"2026-03-29T01:30:00Z", "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z",
         "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"},
        {"2026-10-25T01:30:00Z", "2026-10-25T00:00:00Z", "2026-10-26T00:00:00Z",
         "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"},
    };
    paris();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t at = utc(cases[i].at);
        cr_expect_eq(period_start(PERIOD_DAY, at), utc(cases[i].day), "%s", cases[i].at);
        cr_expect_eq(period_next(PERIOD_DAY, at), utc(cases[i].next_day), "%s", cases[i].at);
        cr_expect_eq(period_start(PERIOD_MONTH, at), utc(cases[i].month), "%s", cases[i].at);
        cr_expect_eq(period_next(PERIOD_MONTH, at), utc(cases[i].next_month), "%s", cases[i].at);
    }
}

Test(limit, every_day_of_a_leap_cycle_has_86400_seconds_and_lies_in_its_month)
{
    int64_t day = utc("2026-01-01T00:00:00Z");
    for (int64_t end = utc("2030-01-01T00:00:00Z"); day < end; day += DAY_S) {
        cr_assert_eq(period_start(PERIOD_DAY, day + DAY_S - 1), day);
        cr_assert_eq(period_next(PERIOD_DAY, day), day + DAY_S);
        cr_assert(period_start(PERIOD_MONTH, day) <= day && day < period_next(PERIOD_MONTH, day));
        cr_assert_eq(period_start(PERIOD_MONTH, period_next(PERIOD_MONTH, day) - 1),
                     period_start(PERIOD_MONTH, day));
    }
}

Test(limit, a_reset_is_due_missed_or_absent)
{
    int64_t now = utc("2026-11-30T12:00:00Z");
    struct instant none = {.known = 0};
    struct instant later = {1, utc("2026-12-01T00:00:00Z")};
    struct instant at_once = {1, now};
    struct instant missed = {1, utc("2026-11-27T00:00:00Z")};
    struct instant far = {1, utc("2026-12-02T00:00:01Z")};
    cr_expect_eq(reset_state(PERIOD_DAY, &none, now), RESET_ABSENT);
    cr_expect_eq(reset_state(PERIOD_DAY, &later, now), RESET_DUE_LATER);
    cr_expect_eq(reset_state(PERIOD_DAY, &at_once, now), RESET_MISSED);
    cr_expect_eq(reset_state(PERIOD_DAY, &missed, now), RESET_MISSED, "days that nobody reset");
    cr_expect_eq(reset_state(PERIOD_DAY, &far, now), RESET_ABSENT, "no reset of a day");
    cr_expect_eq(reset_state(PERIOD_MONTH, &far, now), RESET_DUE_LATER);
}

/* ── words ── */

Test(limit, a_countdown_has_utc_and_the_local_time_of_the_right_half_of_the_year)
{
    static const struct {
        const char *at, *now, *words;
    } cases[] = {
        {"2026-11-23T00:00:00Z", "2026-11-22T20:48:00Z",
         "in 3 h 12 min, at 2026-11-23 00:00 UTC (01:00 CET)"},
        {"2026-07-02T00:00:00Z", "2026-07-01T23:59:30Z",
         "in 30 s, at 2026-07-02 00:00 UTC (02:00 CEST)"},
        /* The night in which the clock goes forward, and the one in which it goes back. */
        {"2026-03-29T00:00:00Z", "2026-03-28T23:00:00Z",
         "in 1 h 0 min, at 2026-03-29 00:00 UTC (01:00 CET)"},
        {"2026-03-30T00:00:00Z", "2026-03-29T00:30:00Z",
         "in 23 h 30 min, at 2026-03-30 00:00 UTC (02:00 CEST)"},
        {"2026-10-25T00:00:00Z", "2026-10-24T23:15:00Z",
         "in 45 min, at 2026-10-25 00:00 UTC (02:00 CEST)"},
        {"2026-10-26T00:00:00Z", "2026-10-25T00:00:00Z",
         "in 1 d 0 h, at 2026-10-26 00:00 UTC (01:00 CET)"},
        {"2026-12-01T00:00:00Z", "2026-11-22T11:00:00Z",
         "in 8 d 13 h, at 2026-12-01 00:00 UTC (01:00 CET)"},
        {"2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z",
         "was due at 2026-11-23 00:00 UTC (01:00 CET)"},
    };
    paris();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char words[COUNTDOWN_TEXT];
        countdown_words(words, utc(cases[i].at), utc(cases[i].now));
        cr_expect_str_eq(words, cases[i].words);
    }
}

Test(limit, a_place_whose_day_is_another_one_says_so_and_utc_is_said_once)
{
    char words[COUNTDOWN_TEXT];
    setenv("TZ", "America/New_York", 1);
    tzset();
    countdown_words(words, utc("2026-11-23T00:00:00Z"), utc("2026-11-22T23:00:00Z"));
    cr_expect_str_eq(words, "in 1 h 0 min, at 2026-11-23 00:00 UTC (2026-11-22 19:00 EST)");
    in_utc();
    countdown_words(words, utc("2026-11-23T00:00:00Z"), utc("2026-11-22T23:00:00Z"));
    cr_expect_str_eq(words, "in 1 h 0 min, at 2026-11-23 00:00 UTC");
}

Test(limit, a_block_says_what_is_used_up_since_and_until_when)
{
    char words[400];
    int64_t now = utc("2026-11-22T20:00:00Z");
    struct block b = {.cause = BLOCK_QUOTA,
                      .since = utc("2026-11-22T18:30:00Z"),
                      .until = utc("2026-11-23T00:00:00Z"),
                      .value = "1000",
                      .limit = "1000"};
    in_utc();
    block_words(words, sizeof words, &b, now);
    cr_expect_str_eq(
        words, "its daily quota is used up: 1 000 of 1 000 requests, since 2026-11-22 18:30 UTC; "
               "it ends in 4 h 0 min, at 2026-11-23 00:00 UTC");
    b.cause = BLOCK_BUDGET;
    b.until = 0;
    (void)snprintf(b.value, sizeof b.value, "120.5");
    (void)snprintf(b.limit, sizeof b.limit, "120");
    block_words(words, sizeof words, &b, now);
    cr_expect_str_eq(words,
                     "its monthly budget is used up: 120.50 of 120.00, since 2026-11-22 18:30 UTC");
    b.cause = BLOCK_NONE;
    block_words(words, sizeof words, &b, now);
    cr_expect_str_eq(words, "");
}
