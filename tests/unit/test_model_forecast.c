#include "config.h"

#include "model/forecast.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct forecast sample(enum forecast_basis basis)
{
    return (struct forecast){.basis = basis,
                             .rate = "3.1",
                             .month_end = "96.00",
                             .currency = "usd",
                             .permille = 960,
                             .days = 7};
}

Test(model_forecast, words_of_the_basis_are_told_back_and_unknown_ones_are_none)
{
    const enum forecast_basis all[] = {FORECAST_NONE, FORECAST_THIN, FORECAST_DAY, FORECAST_WEEK};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        cr_assert_eq(forecast_basis_parse(forecast_basis_word(all[i])), all[i]);
    cr_assert_eq(forecast_basis_parse("month"), FORECAST_NONE);
    cr_assert_eq(forecast_basis_parse(NULL), FORECAST_NONE);
}

Test(model_forecast, a_number_is_told_with_rate_share_and_the_day_the_limit_is_reached)
{
    char words[300];
    struct forecast f = sample(FORECAST_DAY);
    f.exhausted_at = 1795910399; /* 2026-11-28T23:59:59Z */
    forecast_words(words, sizeof words, &f);
    cr_assert_str_eq(words, "at 3.10 usd a day: 96.00 usd by the end of the month (96 %),"
                            " limit reached 2026-11-28");
    f.exhausted_at = 0;
    f.permille = -1;
    forecast_words(words, sizeof words, &f);
    cr_assert_str_eq(words, "at 3.10 usd a day: 96.00 usd by the end of the month");
}

Test(model_forecast, thin_history_and_no_counter_tell_no_number)
{
    char words[300];
    struct forecast f = sample(FORECAST_THIN);
    forecast_words(words, sizeof words, &f);
    cr_assert_str_eq(words, "not enough history");
    cr_assert_not(forecast_is_number(&f));
    f = sample(FORECAST_NONE);
    forecast_words(words, sizeof words, &f);
    cr_assert_null(strpbrk(words, "0123456789"));
    cr_assert_not(forecast_is_number(&f));
    f = sample(FORECAST_WEEK);
    cr_assert(forecast_is_number(&f));
}

Test(model_forecast, a_sentence_too_long_for_its_buffer_is_cut)
{
    char words[16];
    struct forecast f = sample(FORECAST_WEEK);
    forecast_words(words, sizeof words, &f);
    cr_assert_str_eq(words, "at 3.10 usd a d");
}

Test(model_forecast, every_discrepancy_has_its_own_word_title_and_meaning)
{
    for (int i = 0; i < DISCREPANCY_COUNT; i++) {
        enum discrepancy_kind kind = (enum discrepancy_kind)i;
        cr_assert_eq(discrepancy_parse(discrepancy_word(kind)), kind);
        cr_assert_not(strlen(discrepancy_title(kind)) == 0);
        cr_assert_not(strlen(discrepancy_meaning(kind)) == 0);
    }
    cr_assert_eq(discrepancy_parse("nothing"), DISCREPANCY_COUNT);
    cr_assert_eq(discrepancy_parse(NULL), DISCREPANCY_COUNT);
}

static void add(struct reconciliation *r, enum discrepancy_kind kind, int permille)
{
    struct discrepancy d = {.kind = kind, .period = "2026-11", .permille = permille};
    reconciliation_add(r, &d);
}

Test(model_forecast, the_worst_difference_comes_first_whatever_the_order)
{
    struct reconciliation r = {0};
    add(&r, DISCREPANCY_SHARED, -1);
    add(&r, DISCREPANCY_COST_HIGHER, 20);
    add(&r, DISCREPANCY_NO_SOURCE, -1);
    add(&r, DISCREPANCY_COST_HIGHER, 900);
    cr_assert_eq(r.len, 4);
    cr_assert_eq(r.item[0].kind, DISCREPANCY_NO_SOURCE);
    cr_assert_eq(r.item[1].permille, 900);
    cr_assert_eq(r.item[2].permille, 20);
    cr_assert_eq(r.item[3].kind, DISCREPANCY_SHARED);
}

Test(model_forecast, what_does_not_fit_is_the_least_bad)
{
    struct reconciliation r = {0};
    for (int i = 0; i < RECONCILE_MAX; i++)
        add(&r, DISCREPANCY_DELAYED, i);
    add(&r, DISCREPANCY_TABLE, 1000);
    cr_assert_eq(r.len, RECONCILE_MAX);
    cr_assert_eq(r.item[RECONCILE_MAX - 1].permille, 0);
    add(&r, DISCREPANCY_NO_SOURCE, -1);
    cr_assert_eq(r.len, RECONCILE_MAX);
    cr_assert_eq(r.item[0].kind, DISCREPANCY_NO_SOURCE);
    cr_assert_eq(r.item[1].permille, RECONCILE_MAX - 1);
    cr_assert_eq(r.item[RECONCILE_MAX - 1].permille, 1);
}

Test(model_forecast, a_difference_is_told_with_what_there_is_of_it)
{
    char words[300];
    struct discrepancy d = {.kind = DISCREPANCY_COST_HIGHER,
                            .period = "2026-11",
                            .one = "12",
                            .other = "9.5",
                            .permille = 208};
    discrepancy_words(words, sizeof words, &d);
    cr_assert_str_eq(words,
                     "OpenAI bills more than was counted, 2026-11: 12.00 against 9.50 (20 %)");
    d.permille = -1;
    discrepancy_words(words, sizeof words, &d);
    cr_assert_str_eq(words, "OpenAI bills more than was counted, 2026-11: 12.00 against 9.50");
    d.other[0] = '\0';
    discrepancy_words(words, sizeof words, &d);
    cr_assert_str_eq(words, "OpenAI bills more than was counted, 2026-11: 12.00");
    struct discrepancy day = {.kind = DISCREPANCY_USE_HIGHER,
                              .period = "2026-11-22",
                              .one = "120",
                              .other = "95",
                              .permille = 208};
    char requests[300];
    discrepancy_words(requests, sizeof requests, &day);
    cr_assert_str_eq(requests, "OpenAI counts more requests than the applications, 2026-11-22: "
                               "120 against 95 (20 %)");
    d.one[0] = '\0';
    discrepancy_words(words, sizeof words, &d);
    cr_assert_str_eq(words, "OpenAI bills more than was counted, 2026-11");
}
