#include "config.h"

#include "conf/option.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { WORDS = 12 };

/* Parses words separated by blanks, as a command line after the program's name. */
struct line {
    struct options options;
    struct err err;
    char text[400];
    char *argv[WORDS + 1];
    int argc, first, rc;
};

static void parse(struct line *l, unsigned scope, const char *text)
{
    *l = (struct line){.argc = 1};
    options_init(&l->options);
    (void)snprintf(l->text, sizeof l->text, "vigie %s", text);
    char *save = NULL;
    l->argv[0] = strtok_r(l->text, " ", &save);
    for (char *word; l->argc < WORDS && (word = strtok_r(NULL, " ", &save));)
        l->argv[l->argc++] = word;
    l->rc = options_parse(&l->options, scope, l->argc, l->argv, &l->first, &l->err);
}

static void finish(struct line *l)
{
    options_finish(&l->options);
}

Test(option, long_short_and_operands)
{
    struct line l;
    parse(&l, SCOPE_EVERY, "list -U claire --filter=state:error host=db --json -n5 x");
    cr_assert_eq(l.rc, 0);
    cr_assert_str_eq(option_get(&l.options, OPT_USERNAME), "claire");
    cr_assert_str_eq(option_get(&l.options, OPT_FILTER), "state:error");
    cr_assert_str_eq(option_get(&l.options, OPT_LIMIT), "5");
    cr_assert_str_eq(option_get(&l.options, OPT_JSON), "1");
    cr_assert_not(option_given(&l.options, OPT_SORT));
    cr_assert_eq(l.argc - l.first, 3);
    cr_assert_str_eq(l.argv[l.first], "list");
    cr_assert_str_eq(l.argv[l.first + 1], "host=db");
    finish(&l);
}

Test(option, words_after_two_dashes_are_operands)
{
    struct line l;
    parse(&l, SCOPE_EVERY, "show -- --json");
    cr_assert_eq(l.rc, 0);
    cr_assert_not(option_given(&l.options, OPT_JSON));
    cr_assert_str_eq(l.argv[l.first + 1], "--json");
    finish(&l);
}

static void refused(const char *text, const char *says, const char *cure)
{
    struct line l;
    parse(&l, SCOPE_EVERY, text);
    cr_expect_eq(l.rc, -ERR_USAGE, "%s", text);
    cr_expect(strstr(l.err.text, says), "%s: %s", text, l.err.text);
    cr_expect(strstr(l.err.cure, cure), "%s: %s", text, l.err.cure);
    finish(&l);
}

Test(option, what_is_not_understood_names_what_was_meant)
{
    refused("--jsn", "--jsn", "--json");
    refused("--colums=a", "--colums", "--columns");
    refused("--zzz", "--zzz", "help");
    refused("-Z", "-Z", "help");
    refused("--user", "--user needs a value", "");
    refused("-U", "--username needs a value", "");
    refused("--json=1", "takes no value", "");
    refused("--o=1", "ambiguous", "--organisation");
}

Test(option, a_control_character_never_reaches_the_message_raw)
{
    refused("--\x1b[31m", "\\e[31m", "");
}

Test(option, an_option_of_another_command_is_refused)
{
    struct line l;
    parse(&l, SCOPE_PRINT, "--json --help");
    cr_assert_eq(l.rc, 0);
    finish(&l);
    parse(&l, SCOPE_PRINT, "--dry-run");
    cr_assert_eq(l.rc, -ERR_USAGE);
    cr_assert(strstr(l.err.text, "--dry-run"));
    finish(&l);
    parse(&l, SCOPE_HELP, "--man");
    cr_assert_eq(l.rc, 0);
    finish(&l);
}

Test(option, values_are_scrubbed_but_file_names_are_not)
{
    struct line l;
    parse(&l, SCOPE_EVERY, "--label=a\x1b] --config=/x\xff");
    cr_assert_str_eq(option_get(&l.options, OPT_LABEL), "a\\e]");
    cr_assert_str_eq(option_get(&l.options, OPT_CONFIG), "/x\xff");
    finish(&l);
}

Test(option, the_command_line_wins_over_the_file)
{
    struct options o;
    options_init(&o);
    option_set(&o, OPT_SORT, "file", 1);
    cr_assert_str_eq(option_get(&o, OPT_SORT), "file");
    option_set(&o, OPT_SORT, "line", 2);
    option_set(&o, OPT_SORT, "file again", 1);
    cr_assert_str_eq(option_get(&o, OPT_SORT), "line");
    option_unset(&o, OPT_SORT);
    cr_assert_str_eq(option_get(&o, OPT_SORT), "line");
    option_set(&o, OPT_USERNAME, "claire", 1);
    option_set(&o, OPT_IDENTITY, "claims", 2);
    options_forget_who(&o);
    cr_assert_not(option_given(&o, OPT_USERNAME));
    cr_assert(option_given(&o, OPT_IDENTITY));
    options_finish(&o);
}

Test(option, integers_stay_within_their_bounds)
{
    static const char *const bad[] = {"",   "x",   "0", "601",
                                      "5x", "5.0", " ", "99999999999999999999"};
    struct options o;
    struct err e = {0};
    int n = 0;
    options_init(&o);
    cr_assert_eq(option_int(&o, OPT_TIMEOUT, 1, 600, 10, &n, &e), 0);
    cr_assert_eq(n, 10);
    option_set(&o, OPT_TIMEOUT, "600", 2);
    cr_assert_eq(option_int(&o, OPT_TIMEOUT, 1, 600, 10, &n, &e), 0);
    cr_assert_eq(n, 600);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        option_set(&o, OPT_TIMEOUT, bad[i], 2);
        cr_expect_eq(option_int(&o, OPT_TIMEOUT, 1, 600, 10, &n, &e), -ERR_USAGE, "“%s”", bad[i]);
        cr_expect(strstr(e.text, "timeout"));
    }
    options_finish(&o);
}

Test(option, names_letters_and_keys_are_unique)
{
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_info *a = option_info((enum option_id)i);
        for (int j = i + 1; j < OPTION_COUNT; j++) {
            const struct option_info *b = option_info((enum option_id)j);
            cr_expect_str_neq(a->name, b->name);
            cr_expect(!a->letter || a->letter != b->letter, "%s %s", a->name, b->name);
            cr_expect(!a->key || !b->key || strcmp(a->key, b->key) != 0);
        }
        if (a->key)
            cr_expect_eq(option_by_key(a->key), (enum option_id)i);
    }
    cr_assert_eq(option_by_key("nothing"), OPTION_COUNT);
}
