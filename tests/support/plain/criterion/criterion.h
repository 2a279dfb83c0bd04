#ifndef VIGIE_TESTS_PLAIN_CRITERION_H
#define VIGIE_TESTS_PLAIN_CRITERION_H

/* The part of Criterion that the tests use, for builds under the thread sanitizer, in which
 * Criterion itself cannot run. Each test is a child process; the output is TAP. */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct plain_options {
    int none;
    void (*init)(void);
    void (*fini)(void);
    int exit_code;
    int signal;
    double timeout;
    bool disabled;
    const char *description;
};

struct plain_test {
    const char *suite;
    const char *name;
    void (*body)(void);
    struct plain_options options;
    struct plain_test *next;
};

void plain_register(struct plain_test *test);
void plain_check(int holds, int fatal, const char *file, int line, const char *what,
                 const char *fmt, ...) __attribute__((format(printf, 6, 7)));

#define Test(suite_, name_, ...)                                                         \
    static void suite_##_##name_##_body(void);                                           \
    __attribute__((constructor)) static void suite_##_##name_##_register(void)           \
    {                                                                                    \
        static struct plain_test test = {                                                \
            #suite_, #name_, suite_##_##name_##_body, {.none = 0, ##__VA_ARGS__}, NULL}; \
        plain_register(&test);                                                           \
    }                                                                                    \
    static void suite_##_##name_##_body(void)

/* What each test of a suite has in common. */
struct plain_suite {
    const char *name;
    struct plain_options options;
    struct plain_suite *next;
};

void plain_suite(struct plain_suite *suite);

#define TestSuite(suite_, ...)                                                         \
    __attribute__((constructor)) static void suite_##_suite_register(void)             \
    {                                                                                  \
        static struct plain_suite suite = {#suite_, {.none = 0, ##__VA_ARGS__}, NULL}; \
        plain_suite(&suite);                                                           \
    }                                                                                  \
    struct plain_suite

/* Criterion compares without a warning. */
#pragma GCC diagnostic ignored "-Wsign-compare"

#define PLAIN(holds, fatal, what, ...) \
    plain_check((holds), fatal, __FILE__, __LINE__, what, " " __VA_ARGS__)
#define PLAIN_STR(a, b) (strcmp((a), (b)) == 0)

#define cr_assert(c, ...) PLAIN(!!(c), 1, #c, __VA_ARGS__)
#define cr_assert_not(c, ...) PLAIN(!(c), 1, "not " #c, __VA_ARGS__)
#define cr_assert_eq(a, b, ...) PLAIN((a) == (b), 1, #a " == " #b, __VA_ARGS__)
#define cr_assert_neq(a, b, ...) PLAIN((a) != (b), 1, #a " != " #b, __VA_ARGS__)
#define cr_assert_lt(a, b, ...) PLAIN((a) < (b), 1, #a " < " #b, __VA_ARGS__)
#define cr_assert_leq(a, b, ...) PLAIN((a) <= (b), 1, #a " <= " #b, __VA_ARGS__)
#define cr_assert_gt(a, b, ...) PLAIN((a) > (b), 1, #a " > " #b, __VA_ARGS__)
#define cr_assert_geq(a, b, ...) PLAIN((a) >= (b), 1, #a " >= " #b, __VA_ARGS__)
#define cr_assert_null(a, ...) PLAIN((a) == NULL, 1, #a " is NULL", __VA_ARGS__)
#define cr_assert_not_null(a, ...) PLAIN((a) != NULL, 1, #a " is not NULL", __VA_ARGS__)
#define cr_assert_str_eq(a, b, ...) PLAIN(PLAIN_STR(a, b), 1, #a " reads " #b, __VA_ARGS__)
#define cr_assert_str_neq(a, b, ...) \
    PLAIN(!PLAIN_STR(a, b), 1, #a " does not read " #b, __VA_ARGS__)
#define cr_assert_str_empty(a, ...) PLAIN((a)[0] == '\0', 1, #a " is empty", __VA_ARGS__)
#define cr_assert_str_not_empty(a, ...) PLAIN((a)[0] != '\0', 1, #a " is not empty", __VA_ARGS__)
#define cr_assert_arr_eq(a, b, n, ...) \
    PLAIN(memcmp((a), (b), (n)) == 0, 1, #a " holds " #b, __VA_ARGS__)
#define cr_assert_fail(...) PLAIN(0, 1, "failed", __VA_ARGS__)
#define cr_expect(c, ...) PLAIN(!!(c), 0, #c, __VA_ARGS__)
#define cr_expect_not(c, ...) PLAIN(!(c), 0, "not " #c, __VA_ARGS__)
#define cr_expect_eq(a, b, ...) PLAIN((a) == (b), 0, #a " == " #b, __VA_ARGS__)
#define cr_expect_neq(a, b, ...) PLAIN((a) != (b), 0, #a " != " #b, __VA_ARGS__)
#define cr_expect_lt(a, b, ...) PLAIN((a) < (b), 0, #a " < " #b, __VA_ARGS__)
#define cr_expect_leq(a, b, ...) PLAIN((a) <= (b), 0, #a " <= " #b, __VA_ARGS__)
#define cr_expect_gt(a, b, ...) PLAIN((a) > (b), 0, #a " > " #b, __VA_ARGS__)
#define cr_expect_geq(a, b, ...) PLAIN((a) >= (b), 0, #a " >= " #b, __VA_ARGS__)
#define cr_expect_null(a, ...) PLAIN((a) == NULL, 0, #a " is NULL", __VA_ARGS__)
#define cr_expect_not_null(a, ...) PLAIN((a) != NULL, 0, #a " is not NULL", __VA_ARGS__)
#define cr_expect_str_empty(a, ...) PLAIN((a)[0] == '\0', 0, #a " is empty", __VA_ARGS__)
#define cr_expect_str_eq(a, b, ...) PLAIN(PLAIN_STR(a, b), 0, #a " reads " #b, __VA_ARGS__)
#define cr_expect_str_neq(a, b, ...) \
    PLAIN(!PLAIN_STR(a, b), 0, #a " does not read " #b, __VA_ARGS__)
#define cr_expect_fail(...) PLAIN(0, 0, "failed", __VA_ARGS__)

#endif
