#include "config.h"

#include "model/gauge.h"

#include <criterion/criterion.h>
#include <string.h>

Test(model_money, for_lists_and_in_full)
{
    static const struct {
        const char *decimal, *list, *exact;
    } cases[] = {
        {"0", "0.00", "0.00"},
        {"0.0000", "0.00", "0.00"},
        {"1", "1.00", "1.00"},
        {"1.5", "1.50", "1.50"},
        {"999.99", "999.99", "999.99"},
        {"1000", "1 000.00", "1 000.00"},
        {"1204.1", "1 204.10", "1 204.10"},
        {"1234567.891", "1 234 567.89", "1 234 567.891"},
        {"999.999", "999.99", "999.999"},
        {"99.995000", "99.99", "99.995"},
        {"-0.00", "0.00", "0.00"},
        {"-12.345", "-12.34", "-12.345"},
        {"-1000000", "-1 000 000.00", "-1 000 000.00"},
        {"0.0042", "0.004", "0.0042"},
        {"-0.0042", "-0.004", "-0.0042"},
        {"0.01", "0.01", "0.01"},
        {"0.000000000001", "0.000000000001", "0.000000000001"},
        {"1.0042", "1.00", "1.0042"},
        {"007", "7.00", "7.00"},
        {"0000", "0.00", "0.00"},
        {"123456789012345678901234567890.12", "123 456 789 012 345 678 901 234 567 890.12",
         "123 456 789 012 345 678 901 234 567 890.12"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char buf[MONEY_TEXT_MAX];
        money_format(buf, sizeof buf, cases[i].decimal);
        cr_expect_str_eq(buf, cases[i].list);
        money_exact(buf, sizeof buf, cases[i].decimal);
        cr_expect_str_eq(buf, cases[i].exact);
    }
}

Test(model_money, what_is_no_decimal_comes_back_as_it_is)
{
    static const char *const cases[] = {"",      "NaN", "Infinity", "-",   ".",   "1.",
                                        ".5",    "1e5", "1,5",      "+1",  "--1", "1.2.3",
                                        "1 000", "0x1", "é",        "1.5 "};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char buf[MONEY_TEXT_MAX];
        money_format(buf, sizeof buf, cases[i]);
        cr_expect_str_eq(buf, cases[i]);
        money_exact(buf, sizeof buf, cases[i]);
        cr_expect_str_eq(buf, cases[i]);
        count_text_format(buf, sizeof buf, cases[i]);
        cr_expect_str_eq(buf, cases[i]);
    }
}

Test(model_money, too_long_for_the_buffer_is_marked)
{
    char big[500];
    char buf[MONEY_TEXT_MAX];
    memset(big, '9', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    money_format(buf, sizeof buf, big);
    cr_expect_eq(strlen(buf), sizeof buf - 1);
    cr_expect_eq(buf[sizeof buf - 2], '~');
    memset(big, 'x', sizeof big - 1);
    money_format(buf, sizeof buf, big);
    cr_expect_eq(strlen(buf), sizeof buf - 1);
    money_format(buf, 3, "aéé");
    cr_expect_str_eq(buf, "a", "cut between characters");
}

Test(model_money, never_passes_its_buffer)
{
    static const char *const cases[] = {"1234567.891", "-0.0042", "NaN", "éééé", ""};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t size = 0; size < 20; size++) {
            char buf[32];
            memset(buf, 'Z', sizeof buf);
            money_format(buf, size, cases[i]);
            cr_assert(buf[size] == 'Z' && (size == 0 || memchr(buf, '\0', size)), "%s in %zu",
                      cases[i], size);
            memset(buf, 'Z', sizeof buf);
            count_text_format(buf, size, cases[i]);
            cr_assert(buf[size] == 'Z' && (size == 0 || memchr(buf, '\0', size)));
        }
}

Test(model_money, counts)
{
    static const struct {
        int64_t n;
        const char *text;
    } cases[] = {{0, "0"},
                 {7, "7"},
                 {999, "999"},
                 {1000, "1 000"},
                 {-1000, "-1 000"},
                 {1234567, "1 234 567"},
                 {INT64_MAX, "9 223 372 036 854 775 807"},
                 {INT64_MIN, "-9 223 372 036 854 775 808"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char buf[MONEY_TEXT_MAX];
        count_format(buf, sizeof buf, cases[i].n);
        cr_expect_str_eq(buf, cases[i].text);
    }
}
