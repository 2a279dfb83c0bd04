#include "config.h"

#include "model/journal_filter.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* 2026-11-22T13:02:00Z */
enum { NOW = 1795352520 };

static struct journal_filter parsed(const char *text)
{
    struct journal_filter f;
    struct err e = {0};
    cr_expect_eq(journal_filter_parse(&f, text, NOW, &e), 0, "%s: %s", text, e.text);
    return f;
}

Test(model_journal_filter, nothing_matches_all)
{
    struct journal_filter f = parsed("  \t ");
    cr_expect(journal_filter_is_empty(&f));
}

Test(model_journal_filter, each_key)
{
    struct journal_filter f =
        parsed("person:\"Claire Lefèvre\" field:budget-limit since:7d until:2026-01-31 org:midi");
    cr_expect_str_eq(f.person, "Claire Lefèvre");
    cr_expect_str_eq(f.column, "openai_limite_cout_mois");
    cr_expect_str_eq(f.since, "2026-11-15T13:02:00Z");
    cr_expect_str_eq(f.until, "2026-02-01T00:00:00Z", "a day is whole");
    cr_expect_str_eq(f.organisation, "midi");
    cr_expect(!journal_filter_is_empty(&f));
    cr_expect_str_eq(parsed("claire").person, "claire", "a bare word is a person");
    cr_expect_str_eq(parsed("field:openai_actif").column, "openai_actif");
    cr_expect_str_eq(parsed("field:error").column, "openai_derniere_erreur",
                     "columns that no person changes are in the journal too");
}

Test(model_journal_filter, instants)
{
    static const struct {
        const char *text;
        int end;
        int64_t at;
    } cases[] = {
        {"today", 0, NOW - NOW % 86400},
        {"today", 1, NOW - NOW % 86400 + 86400},
        {"yesterday", 0, NOW - NOW % 86400 - 86400},
        {"yesterday", 1, NOW - NOW % 86400},
        {"90m", 0, NOW - 5400},
        {"12h", 1, NOW - 43200},
        {"2w", 0, NOW - 14 * 86400},
        {"0d", 0, NOW},
        {"2026-11-22", 0, NOW - NOW % 86400},
        {"2026-11-22 13:02", 0, NOW},
        {"2026-11-22T13:02", 1, NOW},
        {"2026-11-22T13:02:00", 0, NOW},
        {"2026-11-22T13:02:00Z", 0, NOW},
        {"2026-11-22T13:02:00.999999Z", 0, NOW},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t at = 0;
        cr_expect_eq(journal_instant(cases[i].text, NOW, cases[i].end, &at), 0, "%s",
                     cases[i].text);
        cr_expect_eq(at, cases[i].at, "%s: %lld", cases[i].text, (long long)at);
    }
}

Test(model_journal_filter, what_is_no_instant)
{
    static const char *const cases[] = {"",
                                        "7",
                                        "7y",
                                        "d",
                                        "-7d",
                                        "123456d",
                                        "tomorrow",
                                        "2026-13-01",
                                        "2026-02-30",
                                        "2026-11-22T25:00",
                                        "2026-11-22T13:02:00+01:00",
                                        "22/11/2026",
                                        "2026-11-22T13:02:00.9999999999999999Z"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t at = 0;
        cr_expect_eq(journal_instant(cases[i], NOW, 0, &at), -1, "“%s”", cases[i]);
    }
}

Test(model_journal_filter, errors_name_the_term_and_the_cure)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"when:now", "when:"},
        {"field:bugdet-limit", "budget-limit"},
        {"since:soon", "soon"},
        {"person:", "person:"},
        {"person:a person:b", "more than once"},
        {"org:\"midi", "not closed"},
        {"person:\x01", "no text"},
        {"since:7d since:2d", "more than once"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct journal_filter f;
        struct err e = {0};
        cr_expect_eq(journal_filter_parse(&f, cases[i].text, NOW, &e), -(int)ERR_USAGE, "%s",
                     cases[i].text);
        cr_expect(strstr(e.text, cases[i].says) || strstr(e.cure, cases[i].says), "%s: %s %s",
                  cases[i].text, e.text, e.cure);
        cr_expect(journal_filter_is_empty(&f), "%s", cases[i].text);
    }
}

Test(model_journal_filter, too_long_is_refused)
{
    char text[FILTER_TEXT_MAX + 10];
    struct journal_filter f;
    struct err e = {0};
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    cr_expect_eq(journal_filter_parse(&f, text, NOW, &e), -(int)ERR_USAGE);
    text[NAME_TEXT + 20] = '\0';
    cr_expect_eq(journal_filter_parse(&f, text, NOW, &e), -(int)ERR_USAGE);
}

Test(model_journal_filter, keys_are_listed_with_help)
{
    const char *help = NULL;
    int n = 0;
    for (; journal_filter_key(n, &help); n++)
        cr_expect_gt(strlen(help), 5);
    cr_expect_eq(n, 5);
    cr_expect_null(journal_filter_key(-1, NULL));
}
