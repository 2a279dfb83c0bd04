#include "config.h"

#include "base/str.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(base_str, empty_is_never_null)
{
    struct str s;
    str_init(&s, 10);
    cr_expect_str_eq(str_get(&s), "");
    char *taken = str_take(&s);
    cr_expect_str_eq(taken, "");
    free(taken);
    str_finish(&s);
}

Test(base_str, grows_to_its_maximum_and_no_further)
{
    struct str s;
    str_init(&s, 5);
    cr_expect_eq(str_add(&s, "abc"), 0);
    cr_expect_eq(str_add(&s, "def"), -1);
    cr_expect_str_eq(str_get(&s), "abc", "what does not fit is refused whole");
    cr_expect_eq(s.overflow, 1);
    cr_expect_eq(str_add(&s, "de"), 0);
    cr_expect_eq(str_add_char(&s, 'f'), -1);
    cr_expect_eq(str_add_len(&s, "", 0), 0);
    cr_expect_str_eq(str_get(&s), "abcde");
    str_clear(&s);
    cr_expect_eq(s.overflow, 0);
    cr_expect_str_eq(str_get(&s), "");
    str_finish(&s);
}

Test(base_str, maximum_zero_takes_nothing)
{
    struct str s;
    str_init(&s, 0);
    cr_expect_eq(str_add_char(&s, 'x'), -1);
    cr_expect_eq(str_add(&s, ""), 0);
    str_finish(&s);
}

Test(base_str, formats)
{
    struct str s;
    char big[5000];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    str_init(&s, 100000);
    cr_expect_eq(str_addf(&s, "%d-%s", 7, "a"), 0);
    cr_expect_eq(str_addf(&s, "%s", big), -1);
    cr_expect_eq(s.overflow, 1);
    cr_expect_str_eq(str_get(&s), "7-a");
    cr_expect_eq(str_add(&s, big), 0);
    cr_expect_eq(s.len, 3 + strlen(big));
    str_finish(&s);
}

Test(base_str, bytes_of_zero_are_counted)
{
    struct str s;
    str_init(&s, 10);
    cr_expect_eq(str_add_len(&s, "a\0b", 3), 0);
    cr_expect_eq(s.len, 3);
    cr_expect_eq(memcmp(s.data, "a\0b", 4), 0);
    str_finish(&s);
}

Test(base_str, cut_only_shortens)
{
    struct str s;
    str_init(&s, 10);
    str_cut(&s, 0);
    (void)str_add(&s, "abc");
    str_cut(&s, 7);
    cr_expect_str_eq(str_get(&s), "abc");
    str_cut(&s, 1);
    cr_expect_str_eq(str_get(&s), "a");
    str_finish(&s);
}

Test(base_str, take_moves)
{
    struct str s;
    str_init(&s, 100);
    (void)str_add(&s, "abc");
    char *taken = str_take(&s);
    cr_expect_str_eq(taken, "abc");
    cr_expect_eq(s.len, 0);
    cr_expect_eq(str_add(&s, "d"), 0, "the maximum stays");
    cr_expect_str_eq(str_get(&s), "d");
    free(taken);
    str_finish(&s);
}
