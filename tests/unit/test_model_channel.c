#include "config.h"

#include "model/channel.h"

#include "base/str.h"

#include <criterion/criterion.h>
#include <string.h>

Test(channel, words_name_kinds)
{
    for (int i = 0; i < CHANNEL_KIND_COUNT; i++) {
        enum channel_kind kind = (enum channel_kind)i;
        cr_assert_eq(channel_parse(channel_word(kind)), kind);
        cr_assert(channel_title(kind)[0] && channel_target(kind)[0]);
    }
    cr_assert_eq(channel_parse("pigeon"), CHANNEL_KIND_COUNT);
    cr_assert_eq(channel_parse(""), CHANNEL_KIND_COUNT);
}

Test(channel, an_address_can_stand_in_a_header_and_nothing_else_can)
{
    static const char *const good[] = {"a@b", "desk+x@mail.example", "o'neil@x.y"};
    static const char *const bad[] = {
        "",       "a",     "@b",   "a@",      "a@b@c", "a b@c",   "a@b\n", "a@b\nBcc: x@y",
        "-oQ@b",  "|sh@b", "/x@b", "a@b,c@d", "<a@b>", "\"a\"@b", "a@b;c", "\xc3\xa9@b",
        "a@b\x7f"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!strchr(good[i], '\''))
            cr_assert(channel_is_address(good[i]), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(channel_is_address(bad[i]), "%s", bad[i]);
    char longest[CHANNEL_TARGET + 2];
    memset(longest, 'x', sizeof longest);
    longest[1] = '@';
    longest[CHANNEL_TARGET] = '\0';
    cr_assert_not(channel_is_address(longest));
    longest[CHANNEL_TARGET - 1] = '\0';
    cr_assert(channel_is_address(longest));
}

Test(channel, people_see_the_host_alone)
{
    static const char *const cases[][2] = {
        {"https://hooks.example/services/T0/secret", "hooks.example"},
        {"http://127.0.0.1:8080/x?token=1", "127.0.0.1:8080"},
        {"https://hooks.example?token=1", "hooks.example"},
        {"https://[::1]:1/", "[::1]:1"},
        {"https://user:pw@hooks.example/", ""},
        {"nonsense", ""},
        {"https:///x", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char host[CHANNEL_TARGET];
        channel_host(host, cases[i][0]);
        cr_assert_str_eq(host, cases[i][1], "%s", cases[i][0]);
    }
}

Test(channel, kinds_are_those_of_the_list)
{
    char out[CHANNEL_KINDS];
    char bad[ALERT_KIND_WORD];
    cr_assert_eq(channel_kinds(out, "budget,quota", bad), 0);
    cr_assert_str_eq(out, "budget,quota");
    cr_assert_eq(channel_kinds(out, "budget,", bad), 0);
    cr_assert_str_eq(out, "budget");
    cr_assert_neq(channel_kinds(out, "budget,nonsense", bad), 0);
    cr_assert_str_eq(bad, "nonsense");
    cr_assert_neq(channel_kinds(out, "", bad), 0);
    cr_assert_neq(channel_kinds(out, "budget,,quota", bad), 0);
    cr_assert_neq(channel_kinds(out, "a-word-that-is-longer-than-any-kind-of-alert", bad), 0);
    cr_assert_neq(channel_kinds(out, "{budget}", bad), 0);
}

Test(channel, all_kinds_of_alerts_fit)
{
    struct str all;
    str_init(&all, CHANNEL_KINDS);
    char out[CHANNEL_KINDS];
    char bad[ALERT_KIND_WORD];
    for (int i = 0; i < ALERT_KIND_COUNT; i++) {
        (void)str_addf(&all, "%s%s", i ? "," : "", alert_word((enum alert_kind)i));
    }
    cr_assert_eq(channel_kinds(out, str_get(&all), bad), 0, "%s", bad);
    cr_assert_str_eq(out, str_get(&all));
    str_finish(&all);
}
