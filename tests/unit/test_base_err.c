#include "config.h"

#include "base/err.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

Test(base_err, set_returns_the_negative_code_and_clears_the_cure)
{
    struct err e = {0};
    cr_expect_eq(err_cure(&e, "old"), 0);
    cr_expect_eq(err_set(&e, ERR_CONFIG, "line %d", 7), -ERR_CONFIG);
    cr_expect_eq(e.code, ERR_CONFIG);
    cr_expect_str_eq(e.text, "line 7");
    cr_expect_str_eq(e.cure, "");
    cr_expect_eq(err_cure(&e, "write %s", "it"), -ERR_CONFIG);
    cr_expect_str_eq(e.cure, "write it");
    cr_expect_str_eq(e.text, "line 7");
}

Test(base_err, null_is_allowed)
{
    cr_expect_eq(err_set(NULL, ERR_USAGE, "x"), -ERR_USAGE);
    cr_expect_eq(err_errno(NULL, ERR_SYSTEM, "x"), -ERR_SYSTEM);
    cr_expect_eq(err_cure(NULL, "x"), -ERR_FAILURE);
    cr_expect_eq(err_exit_status(NULL), 0);
}

Test(base_err, errno_is_named_and_kept)
{
    struct err e;
    errno = ENOENT;
    cr_expect_eq(err_errno(&e, ERR_SYSTEM, "open %s", "f"), -ERR_SYSTEM);
    cr_expect_eq(errno, ENOENT);
    cr_expect(strncmp(e.text, "open f: ", 8) == 0 && strlen(e.text) > 8, "%s", e.text);
}

Test(base_err, its_own_text_may_be_an_argument)
{
    struct err e;
    (void)err_set(&e, ERR_DATABASE, "inner");
    (void)err_set(&e, ERR_DATABASE, "outer: %s", e.text);
    cr_expect_str_eq(e.text, "outer: inner");
}

Test(base_err, what_is_too_long_is_cut_between_characters)
{
    for (int shift = 0; shift < 4; shift++) {
        char text[ERR_TEXT_MAX * 2];
        size_t len = (size_t)shift;
        memset(text, 'x', sizeof text);
        for (; len + 3 < sizeof text; len += 3)
            memcpy(text + len, "\xe2\x82\xac", 3);
        text[len] = '\0';
        struct err e;
        (void)err_set(&e, ERR_LIMIT, "%s", text);
        size_t kept = strlen(e.text);
        cr_expect(kept < ERR_TEXT_MAX && kept > ERR_TEXT_MAX - 5);
        cr_expect_eq((kept - (size_t)shift) % 3, 0, "shift %d leaves %zu bytes", shift, kept);
        errno = EIO;
        (void)err_errno(&e, ERR_LIMIT, "%s", text);
        cr_expect(strlen(e.text) < ERR_TEXT_MAX);
    }
}

Test(base_err, the_list_is_whole_and_its_statuses_are_unique)
{
    enum err_code code = ERR_OK;
    int seen[256] = {0};
    int n = 0;
    for (; err_at(n, &code) == 0; n++) {
        struct err e = {.code = code};
        cr_expect(code >= 0 && code < 126, "%d is no exit status a shell leaves alone", (int)code);
        cr_expect_eq(seen[code]++, 0, "status %d occurs twice", (int)code);
        cr_expect(err_name(code)[0] && err_meaning(code)[0]);
        cr_expect_eq(err_exit_status(&e), (int)code);
    }
    cr_expect(n > 20);
    cr_expect_eq(err_at(-1, &code), -1);
}

Test(base_err, statuses_are_a_promise)
{
    cr_expect_eq(ERR_USAGE, 2);
    cr_expect_eq(ERR_NOT_FOUND, 4);
    cr_expect_eq(ERR_UNREACHABLE, 20);
    cr_expect_eq(ERR_NO_SCOPE, 31);
    cr_expect_str_eq(err_name(ERR_NO_USER), "no-user");
    cr_expect_str_eq(err_name((enum err_code)99), "failure");
    cr_expect_str_eq(err_meaning((enum err_code)99), "");
}
