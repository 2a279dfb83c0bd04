#include "config.h"

#include "base/nearest.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *at(void *arg, int index)
{
    static const char *const list[] = {"state:", "budget:", "quota:", "org:", "active", "inactive"};
    (void)arg;
    return index < (int)(sizeof list / sizeof list[0]) ? list[index] : NULL;
}

Test(base_nearest, distance)
{
    static const struct {
        const char *a, *b;
        int distance;
    } cases[] = {
        {"", "", 0},       {"", "abc", 3},           {"abc", "", 3},        {"abc", "abc", 0},
        {"abc", "abd", 1}, {"abc", "acb", 1},        {"abcd", "bcd", 1},    {"abc", "abxc", 1},
        {"ab", "ba", 1},   {"kitten", "sitting", 3}, {"sate:", "state:", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_eq(nearest_distance(cases[i].a, cases[i].b), cases[i].distance, "%s %s",
                     cases[i].a, cases[i].b);
}

Test(base_nearest, a_long_word_is_far)
{
    char word[65];
    memset(word, 'a', 64);
    word[64] = '\0';
    cr_expect(nearest_distance(word, word) > 100);
    word[63] = '\0';
    cr_expect_eq(nearest_distance(word, word), 0);
}

Test(base_nearest, finds_what_was_meant)
{
    static const struct {
        const char *word, *meant;
    } cases[] = {{"sate:", "state:"}, {"budgte:", "budget:"}, {"State:", "state:"},
                 {"bud", "budget:"},  {"i", "inactive"},      {"zzz", NULL},
                 {"", NULL},          {"actve", "active"},    {"colour:", NULL},
                 {"xrgy", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *found = nearest(cases[i].word, at, NULL);
        if (cases[i].meant)
            cr_expect(found && strcmp(found, cases[i].meant) == 0, "%s gives %s", cases[i].word,
                      found ? found : "nothing");
        else
            cr_expect_null(found, "%s", cases[i].word);
    }
}
