#include "config.h"

#include "base/base64.h"

#include <criterion/criterion.h>
#include <string.h>

/* RFC 4648, and the two digits that are neither letter nor number. */
Test(base64, vectors_of_the_rfc)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff\xbf", "+/+/"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out;
        str_init(&out, 64);
        cr_assert_eq(base64_add(&out, cases[i][0], strlen(cases[i][0])), 0);
        cr_assert_str_eq(str_get(&out), cases[i][1]);
        str_finish(&out);
    }
}

Test(base64, a_full_text_says_so)
{
    struct str out;
    str_init(&out, 6);
    cr_assert_eq(base64_add(&out, "foo", 3), 0);
    cr_assert_neq(base64_add(&out, "foo", 3), 0);
    str_finish(&out);
}
