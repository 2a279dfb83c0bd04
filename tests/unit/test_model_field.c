#include "config.h"

#include "model/field.h"

#include "base/mem.h"
#include "base/text.h"
#include "model/field_part.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THIRTY_TWO "abcdefghijklmnopqrstuvwxyz012345"
#define ID "01234567-89ab-cdef-0123-456789abcdef"

struct tried {
    enum field_grade grade;
    int is_null;
    char value[2048];
    char problem[FIELD_PROBLEM];
};

static struct tried try(enum field field, const char *typed, const struct field_facts *facts)
{
    struct tried t = {0};
    struct str out;
    str_init(&out, FIELD_VALUE_MAX);
    t.grade = field_check(field, typed, facts, &out, &t.is_null, t.problem);
    (void)snprintf(t.value, sizeof t.value, "%s", str_get(&out));
    cr_expect((t.grade == FIELD_FINE) == (t.problem[0] == '\0'), "%s: %s", typed, t.problem);
    cr_expect(t.grade != FIELD_BAD || (out.len == 0 && !t.is_null), "%s", typed);
    str_finish(&out);
    return t;
}

struct fine {
    enum field field;
    const char *typed;
    const char *value; /* NULL: SQL's NULL */
};

Test(model_field, taken_values)
{
    static const struct fine cases[] = {
        {FIELD_OF_EMAIL, " ia@midi.example\n", "ia@midi.example"},
        {FIELD_OF_EMAIL, "prénom.nom+clé@été.example", "prénom.nom+clé@été.example"},
        {FIELD_OF_API_KEY, "sk-proj-abc\n", "sk-proj-abc"},
        {FIELD_OF_ACTIVE, "yes", "t"},
        {FIELD_OF_ACTIVE, "OUI", "t"},
        {FIELD_OF_ACTIVE, "0", "f"},
        {FIELD_OF_ACTIVE, "f", "f"},
        {FIELD_OF_STATUS, "quota_exceeded", "quota_exceeded"},
        {FIELD_OF_STATUS, "Over Quota", "quota_exceeded"},
        {FIELD_OF_CLIENT_TYPE, "network agency", "reseau_agence"},
        {FIELD_OF_DAY_LIMIT, "2147483647", "2147483647"},
        {FIELD_OF_DAY_LIMIT, "1 200", "1200"},
        {FIELD_OF_DAY_LIMIT, "1\u00a0200\u202f300", "1200300"},
        {FIELD_OF_DAY_LIMIT, "1,200,300", "1200300"},
        {FIELD_OF_DAY_LIMIT, "1.200.300", "1200300"},
        {FIELD_OF_DAY_LIMIT, "007", "7"},
        {FIELD_OF_DAY_LIMIT, "12,0", "12"},
        {FIELD_OF_DAY_LIMIT, "none", NULL},
        {FIELD_OF_DAY_LIMIT, "NULL", NULL},
        {FIELD_OF_DAY_LIMIT, NULL, NULL},
        {FIELD_OF_COST_LIMIT, "12.5", "12.5"},
        {FIELD_OF_COST_LIMIT, "12,50", "12.5"},
        {FIELD_OF_COST_LIMIT, "1 200,50", "1200.5"},
        {FIELD_OF_COST_LIMIT, "1 200.500", "1200.5"},
        {FIELD_OF_COST_LIMIT, "1\u2009200,505", "1200.505"},
        {FIELD_OF_COST_LIMIT, "1,200.50", "1200.5"},
        {FIELD_OF_COST_LIMIT, "1.200,50", "1200.5"},
        {FIELD_OF_COST_LIMIT, "1,200,000", "1200000"},
        {FIELD_OF_COST_LIMIT, "1234.567", "1234.567"},
        {FIELD_OF_COST_LIMIT, "12.3450", "12.345"},
        {FIELD_OF_COST_LIMIT, "0.125", "0.125"},
        {FIELD_OF_COST_LIMIT, ",5", "0.5"},
        {FIELD_OF_COST_LIMIT, "0.000000000001", "0.000000000001"},
        {FIELD_OF_COST_LIMIT, "999999999999999999", "999999999999999999"},
        {FIELD_OF_MODELS, "gpt-4, gpt-4o ,gpt-4", "{gpt-4,gpt-4o}"},
        {FIELD_OF_MODELS, "gpt-4\nft:gpt-4o:org::id;", "{gpt-4,ft:gpt-4o:org::id}"},
        {FIELD_OF_MODELS, "none", NULL},
        {FIELD_OF_MODELS, "{a,\"b c\",\"d\\\"e\"}", "{a,\"b c\",\"d\\\"e\"}"},
        {FIELD_OF_MODELS, "{\"null\",\"\"}", "{\"null\",\"\"}"},
        {FIELD_OF_ORGANISATION_ID, "01234567-89AB-CDEF-0123-456789ABCDEF", ID},
        {FIELD_OF_CLIENT_ID, ID, ID},
        {FIELD_OF_OPENAI_ORGANISATION, "org-abc", "org-abc"},
        {FIELD_OF_OPENAI_ORGANISATION, "", ""},
        {FIELD_OF_OPENAI_ORGANISATION, NULL, NULL},
        {FIELD_OF_PROJECT, "proj_x", "proj_x"},
        {FIELD_OF_ACTIVATION, "2026-01-31", "2026-01-31T00:00:00.000000Z"},
        {FIELD_OF_ACTIVATION, "2026-01-31 14:30", "2026-01-31T14:30:00.000000Z"},
        {FIELD_OF_ACTIVATION, "2026-01-31T14:30:05.25Z", "2026-01-31T14:30:05.250000Z"},
        {FIELD_OF_ACTIVATION, "2026-01-31 14:30 UTC", "2026-01-31T14:30:00.000000Z"},
        {FIELD_OF_ACTIVATION, "2026-01-01 00:30:00 +01:00", "2025-12-31T23:30:00.000000Z"},
        {FIELD_OF_ACTIVATION, "2024-02-29", "2024-02-29T00:00:00.000000Z"},
        {FIELD_OF_EXTENSIONS, " {\"a\": [1, -2.5e3, true, null, \"\\u00e9\\ud83d\\ude00\"]} ",
         "{\"a\": [1, -2.5e3, true, null, \"\\u00e9\\ud83d\\ude00\"]}"},
        {FIELD_OF_EXTENSIONS, "{}", "{}"},
        {FIELD_OF_EXTENSIONS, "0", "0"},
        {FIELD_OF_EXTENSIONS, "\"none\"", "\"none\""},
        {FIELD_OF_EXTENSIONS, "none", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tried t = try(cases[i].field, cases[i].typed, NULL);
        cr_expect_eq(t.grade, FIELD_FINE, "%s: %s", cases[i].typed, t.problem);
        cr_expect_eq(t.is_null, cases[i].value == NULL, "%s", cases[i].typed);
        if (cases[i].value)
            cr_expect_str_eq(t.value, cases[i].value);
    }
}

struct judged {
    enum field field;
    const char *typed;
    const char *problem; /* part of the sentence */
};

#define UNDER "“"
#define OVER "”"

static void refuse(const struct judged *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct tried t = try(cases[i].field, cases[i].typed, NULL);
        cr_expect_eq(t.grade, FIELD_BAD, "%s gave %d", cases[i].typed, t.grade);
        cr_expect(strstr(t.problem, cases[i].problem), "%s: “%s” lacks “%s”", cases[i].typed,
                  t.problem, cases[i].problem);
    }
}

Test(model_field, refused_texts_and_words)
{
    static const struct judged cases[] = {
        {FIELD_OF_EMAIL, "", "A value is needed here."},
        {FIELD_OF_EMAIL, "  \t", "A value is needed here."},
        {FIELD_OF_EMAIL, NULL, "none is not possible"},
        {FIELD_OF_EMAIL, "none", UNDER "none" OVER " is not an e-mail address"},
        {FIELD_OF_EMAIL, "a@b", "is not an e-mail address"},
        {FIELD_OF_EMAIL, "@b.example", "is not an e-mail address"},
        {FIELD_OF_EMAIL, "a@@b.example", "is not an e-mail address"},
        {FIELD_OF_EMAIL, "a b@c.example", "is not an e-mail address"},
        {FIELD_OF_EMAIL, "a@c.example,d@e.example", "is not an e-mail address"},
        {FIELD_OF_EMAIL, "a@.example", "is not an e-mail address"},
        {FIELD_OF_EMAIL, "a@c..example", "is not an e-mail address"},
        {FIELD_OF_EMAIL, "a\x1b[2J@c.example", "cannot be shown"},
        {FIELD_OF_EMAIL, "a\u202e@c.example", "cannot be shown"},
        {FIELD_OF_EMAIL, "a\xff@c.example", "cannot be shown"},
        {FIELD_OF_API_KEY, "", "A value is needed here."},
        {FIELD_OF_API_KEY, NULL, "none is not possible"},
        {FIELD_OF_API_KEY, "sk-a\nsk-b", "cannot be shown"},
        {FIELD_OF_API_KEY, "sk-\x07", "cannot be shown"},
        {FIELD_OF_ACTIVE, "", "A value is needed here."},
        {FIELD_OF_ACTIVE, "maybe", UNDER "maybe" OVER " is neither yes nor no."},
        {FIELD_OF_ACTIVE, "none", "neither yes nor no"},
        {FIELD_OF_STATUS, "broken", "active, inactive, error, expired, quota_exceeded."},
        {FIELD_OF_STATUS, "", "A value is needed here."},
        {FIELD_OF_CLIENT_TYPE, "\x1b[31m", UNDER "\\e[31m" OVER " is not one of the words"},
    };
    refuse(cases, sizeof cases / sizeof cases[0]);
}

Test(model_field, refused_numbers)
{
    static const struct judged cases[] = {
        {FIELD_OF_DAY_LIMIT, "", "Empty is no number: write none"},
        {FIELD_OF_DAY_LIMIT, "-1", "A limit cannot be below 0."},
        {FIELD_OF_DAY_LIMIT, "\u22125", "A limit cannot be below 0."},
        {FIELD_OF_DAY_LIMIT, "1.5", UNDER "1.5" OVER " is not a whole number."},
        {FIELD_OF_DAY_LIMIT, "1,200", "can be read as 1200 or as a fraction: write 1200."},
        {FIELD_OF_DAY_LIMIT, "2147483648", "That is too much: 2 147 483 647 is the most"},
        {FIELD_OF_DAY_LIMIT, "99999999999999999999999999", "That is too much"},
        {FIELD_OF_DAY_LIMIT, "12 00", "groups of three digits"},
        {FIELD_OF_DAY_LIMIT, "1 2000", "groups of three digits"},
        {FIELD_OF_COST_LIMIT, "2,012,0 0", "groups of three digits"},
        {FIELD_OF_DAY_LIMIT, "0 200", "groups of three digits"},
        {FIELD_OF_DAY_LIMIT, "1  200", "groups of three digits"},
        {FIELD_OF_DAY_LIMIT, "1e3", "is not a number"},
        {FIELD_OF_DAY_LIMIT, "12k", "is not a number"},
        {FIELD_OF_DAY_LIMIT, "0x10", "is not a number"},
        {FIELD_OF_DAY_LIMIT, "١٢", "is not a number"},
        {FIELD_OF_DAY_LIMIT, "-", "is not a number"},
        {FIELD_OF_DAY_LIMIT, "nan", "is not a number"},
        {FIELD_OF_COST_LIMIT, "1,200",
         "can be read as 1200 or as 1.200: write 1200, or 1.2000 with a fourth decimal."},
        {FIELD_OF_COST_LIMIT, "12.345", "write 12345, or 12.3450"},
        {FIELD_OF_COST_LIMIT, "50 $", "no unit and no sign"},
        {FIELD_OF_COST_LIMIT, "$50", "no unit and no sign"},
        {FIELD_OF_COST_LIMIT, "-0.01", "A limit cannot be below 0."},
        {FIELD_OF_COST_LIMIT, "NaN", "is not a number"},
        {FIELD_OF_COST_LIMIT, "Infinity", "is not a number"},
        {FIELD_OF_COST_LIMIT, ".", "is not a number"},
        {FIELD_OF_COST_LIMIT, "5.", "is not a number"},
        {FIELD_OF_COST_LIMIT, "1.2.3", "groups of three digits"},
        {FIELD_OF_COST_LIMIT, "1,200.300,5", "groups of three digits"},
        {FIELD_OF_COST_LIMIT, "1 200 .5", "groups of three digits"},
        {FIELD_OF_COST_LIMIT, "1000000000000000000", "18 digits before the decimals"},
        {FIELD_OF_COST_LIMIT, "0.0000000000001", "12 decimals are the most"},
        {FIELD_OF_COST_LIMIT, "", "Empty is no number"},
    };
    refuse(cases, sizeof cases / sizeof cases[0]);
}

Test(model_field, refused_lists_ids_and_dates)
{
    static const struct judged cases[] = {
        {FIELD_OF_MODELS, "gpt-4 gpt-4o", "have no blanks; put commas"},
        {FIELD_OF_MODELS, "gpt\x01", "cannot be shown"},
        {FIELD_OF_MODELS, "{a,{b}}", "is not a list"},
        {FIELD_OF_MODELS, "{a,NULL}", "is not a list"},
        {FIELD_OF_MODELS, "{a", "is not a list"},
        {FIELD_OF_MODELS, "{a,}", "is not a list"},
        {FIELD_OF_MODELS, THIRTY_TWO THIRTY_TWO THIRTY_TWO THIRTY_TWO "x", "128 bytes"},
        {FIELD_OF_ORGANISATION_ID, "12", UNDER "12" OVER " is not an identifier"},
        {FIELD_OF_ORGANISATION_ID, "", "A value is needed here."},
        {FIELD_OF_ORGANISATION_ID, "none", "is not an identifier"},
        {FIELD_OF_CLIENT_ID, "01234567-89ab-cdef-0123-456789abcdeg", "is not an identifier"},
        {FIELD_OF_CLIENT_ID, "{" ID "}", "is not an identifier"},
        {FIELD_OF_PROJECT, "proj_\x1b[2J", "cannot be shown"},
        {FIELD_OF_ACTIVATION, "", "A value is needed here."},
        {FIELD_OF_ACTIVATION, "31/01/2026", "year-month-day is wanted"},
        {FIELD_OF_ACTIVATION, "2026-02-30", "is not a date of the calendar"},
        {FIELD_OF_ACTIVATION, "2025-02-29", "is not a date of the calendar"},
        {FIELD_OF_ACTIVATION, "2026-1-3", "is not a date of the calendar"},
        {FIELD_OF_ACTIVATION, "0000-01-01", "is not a date of the calendar"},
        {FIELD_OF_ACTIVATION, "2026-01-31 24:00", "is not a date of the calendar"},
        {FIELD_OF_ACTIVATION, "2026-01-31 14:30:05.1234567", "is not a date of the calendar"},
        {FIELD_OF_ACTIVATION, "2026-01-31 14:30 +99:00", "is not a date of the calendar"},
        {FIELD_OF_ACTIVATION, "9999-12-31 23:59 -14:00", "is not a date of the calendar"},
        {FIELD_OF_ACTIVATION, "infinity", "is not a date of the calendar"},
        {FIELD_OF_ACTIVATION, "now", "is not a date of the calendar"},
    };
    refuse(cases, sizeof cases / sizeof cases[0]);
}

Test(model_field, refused_json)
{
    static const struct judged cases[] = {
        {FIELD_OF_EXTENSIONS, "", "Empty is no JSON: write none, or {}."},
        {FIELD_OF_EXTENSIONS, "{", "line 1, column 2: a name in double quotes is wanted"},
        {FIELD_OF_EXTENSIONS, "{\"a\":1,}", "line 1, column 8: a name in double quotes"},
        {FIELD_OF_EXTENSIONS, "{\"a\" 1}", "a colon is wanted behind a name"},
        {FIELD_OF_EXTENSIONS, "{'a':1}", "a name in double quotes is wanted"},
        {FIELD_OF_EXTENSIONS, "[1 2]", "a comma or ] is wanted"},
        {FIELD_OF_EXTENSIONS, "{\"a\":1\n\"b\":2}", "line 2, column 1: a comma or } is wanted"},
        {FIELD_OF_EXTENSIONS, "[1,]", "no value where one is wanted"},
        {FIELD_OF_EXTENSIONS, "01", "a number that begins with 0"},
        {FIELD_OF_EXTENSIONS, "1.", "a number without its end"},
        {FIELD_OF_EXTENSIONS, "1e", "a number without its end"},
        {FIELD_OF_EXTENSIONS, "1e9999", "a number of absurd size"},
        {FIELD_OF_EXTENSIONS, "NaN", "no value where one is wanted"},
        {FIELD_OF_EXTENSIONS, "nul", "no value where one is wanted"},
        {FIELD_OF_EXTENSIONS, "\"a", "a text without its closing quote"},
        {FIELD_OF_EXTENSIONS, "\"\\x\"", "an unknown escape"},
        {FIELD_OF_EXTENSIONS, "\"\\u00g0\"", "four hexadecimal digits"},
        {FIELD_OF_EXTENSIONS, "\"\\u0000\"", "\\u0000 cannot be stored"},
        {FIELD_OF_EXTENSIONS, "\"\\ud800\"", "half of a surrogate pair"},
        {FIELD_OF_EXTENSIONS, "\"\\udc00\"", "half of a surrogate pair"},
        {FIELD_OF_EXTENSIONS, "\"\\ud800\\u0041\"", "half of a surrogate pair"},
        {FIELD_OF_EXTENSIONS, "\"\n\"", "a control character in a text"},
        {FIELD_OF_EXTENSIONS, "\"\xc3\"", "bytes that are not UTF-8"},
        {FIELD_OF_EXTENSIONS, "\"\u202e\"", "a character that cannot be shown"},
        {FIELD_OF_EXTENSIONS, "{} {}", "something follows the end"},
        {FIELD_OF_EXTENSIONS, "1}", "something follows the end"},
    };
    refuse(cases, sizeof cases / sizeof cases[0]);
}

Test(model_field, warnings_leave_the_value)
{
    static const char *const usable[] = {"gpt-4", "gpt-4o"};
    static const struct field_facts facts = {.cost_now = "120.0000",
                                             .use_now = "1500",
                                             .models = usable,
                                             .models_len = 2,
                                             .key_elsewhere = 2,
                                             .client_organisation = ID,
                                             .organisation =
                                                 "11234567-89ab-cdef-0123-456789abcdef"};
    static const struct {
        enum field field;
        const char *typed, *value, *problem;
    } cases[] = {
        {FIELD_OF_API_KEY, "key-abc", "key-abc", "begin with sk-"},
        {FIELD_OF_API_KEY, "sk-admin-abc", "sk-admin-abc", "admin key"},
        {FIELD_OF_API_KEY, "sk a", "sk a", "no blanks"},
        {FIELD_OF_API_KEY, "sk-é", "sk-é", "outside ASCII"},
        {FIELD_OF_API_KEY, "sk-proj-abc", "sk-proj-abc", "2 other connexions have the same key."},
        {FIELD_OF_DAY_LIMIT, "0", "0", "0 means no limit"},
        {FIELD_OF_DAY_LIMIT, "1500", "1500", "1 500 requests are counted today"},
        {FIELD_OF_DAY_LIMIT, "1499", "1499", "reached already"},
        {FIELD_OF_COST_LIMIT, "0,00", "0", "0 means no limit"},
        {FIELD_OF_COST_LIMIT, "119.9999", "119.9999", "120.00 is spent this month"},
        {FIELD_OF_COST_LIMIT, "120", "120", "reached already"},
        {FIELD_OF_MODELS, "gpt-4,gpt-5", "{gpt-4,gpt-5}", "could not use the model “gpt-5”"},
        {FIELD_OF_MODELS, "", "{}", "An empty list"},
        {FIELD_OF_CLIENT_ID, ID, ID, "another organisation"},
        {FIELD_OF_PROJECT, "prj_1", "prj_1", "begin with proj_"},
        {FIELD_OF_PROJECT, "proj_ 1", "proj_ 1", "no blanks"},
        {FIELD_OF_OPENAI_ORGANISATION, "none", "none", "begin with org-"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tried t = try(cases[i].field, cases[i].typed, &facts);
        cr_expect_eq(t.grade, FIELD_WARNING, "%s gave %d", cases[i].typed, t.grade);
        cr_expect_str_eq(t.value, cases[i].value);
        cr_expect(strstr(t.problem, cases[i].problem), "%s: %s", cases[i].typed, t.problem);
    }
    cr_expect_eq(try(FIELD_OF_DAY_LIMIT, "1501", &facts).grade, FIELD_FINE);
    cr_expect_eq(try(FIELD_OF_COST_LIMIT, "120,01", &facts).grade, FIELD_FINE);
    cr_expect_eq(try(FIELD_OF_MODELS, "gpt-4o", &facts).grade, FIELD_FINE);
}

Test(model_field, a_key_is_never_quoted)
{
    static const char *const keys[] = {"sk-Zq7Zq7 Zq7", "Zq7Zq7Zq7", "sk-Zq7\x01Zq7",
                                       "sk-admin-Zq7Zq7", "sk-Zq7é\xff"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        cr_expect(!strstr(try(FIELD_OF_API_KEY, keys[i], NULL).problem, "Zq7"), "%s", keys[i]);
    char *huge = mem_alloc(KEY_TEXT_MAX + 1);
    memset(huge, 'Z', KEY_TEXT_MAX);
    huge[KEY_TEXT_MAX] = '\0';
    struct tried t = try(FIELD_OF_API_KEY, huge, NULL);
    cr_expect_eq(t.grade, FIELD_BAD);
    cr_expect(!strstr(t.problem, "ZZ"));
    huge[KEY_TEXT_MAX - 1] = '\0';
    cr_expect_eq(try(FIELD_OF_API_KEY, huge, NULL).grade, FIELD_WARNING);
    free(huge);
}

Test(model_field, an_adopted_table_takes_null)
{
    static const struct field_facts adopted = {.may_be_null = 1};
    for (int i = 0; i < FIELD_COUNT; i++) {
        struct tried t = try((enum field)i, NULL, &adopted);
        cr_expect(t.grade == FIELD_FINE && t.is_null);
    }
    cr_expect(try(FIELD_OF_STATUS, "none", &adopted).is_null);
    cr_expect_eq(try(FIELD_OF_EMAIL, "none", &adopted).grade, FIELD_BAD);
}

Test(model_field, huge_and_deep_input_is_bounded)
{
    char *huge = mem_alloc(2 * FIELD_VALUE_MAX + 1);
    for (int f = 0; f < FIELD_COUNT; f++) {
        static const char bytes[] = {'9', ' ', '[', '{', '"', '\\', '\x1b', '\xff', ',', 'a'};
        for (size_t i = 0; i < sizeof bytes; i++) {
            static const size_t lens[] = {200, FIELD_VALUE_MAX - 1, FIELD_VALUE_MAX,
                                          2 * FIELD_VALUE_MAX};
            for (size_t l = 0; l < sizeof lens / sizeof lens[0]; l++) {
                memset(huge, bytes[i], lens[l]);
                huge[lens[l]] = '\0';
                struct tried t = try((enum field)f, huge, NULL);
                cr_expect(t.grade != FIELD_FINE || lens[l] < FIELD_VALUE_MAX);
                cr_expect(memchr(t.problem, '\0', FIELD_PROBLEM));
            }
        }
    }
    free(huge);
    char deep[200] = {0};
    memset(deep, '[', 65);
    cr_expect(strstr(try(FIELD_OF_EXTENSIONS, deep, NULL).problem, "more than 64 levels"));
    memset(deep + 64, ']', 64);
    cr_expect_eq(try(FIELD_OF_EXTENSIONS, deep, NULL).grade, FIELD_FINE);
}

Test(model_field, a_small_out_refuses)
{
    struct str out;
    char problem[FIELD_PROBLEM];
    int is_null = 0;
    str_init(&out, 4);
    cr_expect_eq(field_check(FIELD_OF_PROJECT, "proj_1", NULL, &out, &is_null, problem), FIELD_BAD);
    cr_expect_eq(out.len, 0);
    str_finish(&out);
    cr_expect_eq(field_check(FIELD_OF_PROJECT, "proj_1", NULL, NULL, NULL, problem), FIELD_FINE);
}

static void show(char *buf, size_t size, enum field field, const char *value,
                 void (*fn)(enum field, const char *, struct str *))
{
    struct str out;
    str_init(&out, size - 1);
    fn(field, value, &out);
    (void)snprintf(buf, size, "%s", str_get(&out));
    str_finish(&out);
}

Test(model_field, null_zero_and_empty_are_three_words)
{
    static const struct {
        enum field field;
        const char *value, *shown, *edit;
    } cases[] = {
        {FIELD_OF_DAY_LIMIT, NULL, "none", "none"},
        {FIELD_OF_DAY_LIMIT, "0", "0", "0"},
        {FIELD_OF_DAY_LIMIT, "12000", "12 000", "12000"},
        {FIELD_OF_COST_LIMIT, NULL, "none", "none"},
        {FIELD_OF_COST_LIMIT, "0.0000", "0", "0"},
        {FIELD_OF_COST_LIMIT, "1200.5000", "1 200.50", "1200.5"},
        {FIELD_OF_COST_LIMIT, "12.345", "12.345", "12.3450"},
        {FIELD_OF_COST_LIMIT, "-1.5", "-1.50", "-1.5"},
        {FIELD_OF_COST_LIMIT, "NaN", "NaN", "NaN"},
        {FIELD_OF_PROJECT, NULL, "none", ""},
        {FIELD_OF_PROJECT, "", "empty", ""},
        {FIELD_OF_PROJECT, "none", "none", "none"},
        {FIELD_OF_EMAIL, "", "empty", ""},
        {FIELD_OF_API_KEY, NULL, "(none)", ""},
        {FIELD_OF_API_KEY, "sk-secret", "(set)", ""},
        {FIELD_OF_ACTIVE, "t", "yes", "yes"},
        {FIELD_OF_ACTIVE, "f", "no", "no"},
        {FIELD_OF_STATUS, "quota_exceeded", "over quota", "quota_exceeded"},
        {FIELD_OF_STATUS, "odd", "odd", "odd"},
        {FIELD_OF_MODELS, NULL, "none", "none"},
        {FIELD_OF_MODELS, "{}", "empty", ""},
        {FIELD_OF_MODELS, "{gpt-4,gpt-4o}", "gpt-4, gpt-4o", "gpt-4, gpt-4o"},
        {FIELD_OF_MODELS, "{\"a b\",c}", "{\"a b\",c}", "{\"a b\",c}"},
        {FIELD_OF_MODELS, "{a,NULL}", "{a,NULL}", "{a,NULL}"},
        {FIELD_OF_ACTIVATION, "2026-01-31T14:30:00.000000Z", "2026-01-31 14:30:00 UTC",
         "2026-01-31 14:30:00"},
        {FIELD_OF_ACTIVATION, "2026-01-31T14:30:00.250000Z", "2026-01-31 14:30:00.25 UTC",
         "2026-01-31 14:30:00.25"},
        {FIELD_OF_ACTIVATION, "infinity", "infinity", "infinity"},
        {FIELD_OF_EXTENSIONS, "{\"a\": 1}", "{\"a\": 1}", "{\"a\": 1}"},
        {FIELD_OF_PROJECT, "a\x1b[2J", "a\\e[2J", "a\\e[2J"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char shown[100];
        char edit[100];
        show(shown, sizeof shown, cases[i].field, cases[i].value, field_show);
        show(edit, sizeof edit, cases[i].field, cases[i].value, field_edit_text);
        cr_expect_str_eq(shown, cases[i].shown);
        cr_expect_str_eq(edit, cases[i].edit);
    }
    char small[8];
    show(small, sizeof small, FIELD_OF_EMAIL, "ia@midi.example", field_show);
    cr_expect_str_eq(small, "ia@m…");
}

Test(model_field, what_editing_starts_with_is_the_same_value)
{
    static const struct fine cases[] = {
        {FIELD_OF_COST_LIMIT, NULL, "12.345"},
        {FIELD_OF_COST_LIMIT, NULL, "1200"},
        {FIELD_OF_COST_LIMIT, NULL, "123456.789"},
        {FIELD_OF_COST_LIMIT, NULL, "0.0001"},
        {FIELD_OF_DAY_LIMIT, NULL, "2147483647"},
        {FIELD_OF_MODELS, NULL, "{\"a,b\",\"\",\"NULL\",\"x\\\\y\"}"},
        {FIELD_OF_MODELS, NULL, "{a,b}"},
        {FIELD_OF_ACTIVATION, NULL, "2026-01-31T14:30:05.000001Z"},
        {FIELD_OF_ACTIVE, NULL, "f"},
        {FIELD_OF_STATUS, NULL, "expired"},
        {FIELD_OF_EXTENSIONS, NULL, "{\"a\": [1, 2]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char edit[200];
        show(edit, sizeof edit, cases[i].field, cases[i].value, field_edit_text);
        struct tried t = try(cases[i].field, edit, NULL);
        cr_expect(t.grade == FIELD_FINE, "%s: %s", edit, t.problem);
        cr_expect(field_same(cases[i].field, t.value, cases[i].value), "%s became %s",
                  cases[i].value, t.value);
    }
}

Test(model_field, sameness)
{
    static const struct {
        enum field field;
        const char *a, *b;
        int same;
    } cases[] = {
        {FIELD_OF_COST_LIMIT, "1200", "1200.0000", 1},
        {FIELD_OF_COST_LIMIT, "0", "-0.00", 1},
        {FIELD_OF_COST_LIMIT, "0", NULL, 0},
        {FIELD_OF_COST_LIMIT, NULL, NULL, 1},
        {FIELD_OF_COST_LIMIT, "0.1", "0.10000000000000000001", 0},
        {FIELD_OF_COST_LIMIT, "99999999999999999999.1", "99999999999999999999.2", 0},
        {FIELD_OF_DAY_LIMIT, "7", "007", 1},
        {FIELD_OF_PROJECT, "", NULL, 0},
        {FIELD_OF_PROJECT, "a", "A", 0},
        {FIELD_OF_CLIENT_ID, "ABC", "abc", 1},
        {FIELD_OF_EXTENSIONS, "{\"a\":1}", "{ \"a\" : 1 }", 1},
        {FIELD_OF_EXTENSIONS, "\"a b\"", "\"ab\"", 0},
        {FIELD_OF_EXTENSIONS, "\"a\\\" b\"", "\"a\\\"b\"", 0},
        {FIELD_OF_EXTENSIONS, "{\"a\":1}", "{\"a\":1", 0},
        {FIELD_OF_ACTIVATION, "2026-01-31T14:30:00.250000Z", "2026-01-31T14:30:00.25Z", 1},
        {FIELD_OF_ACTIVATION, "2026-01-31T14:30:00Z", "2026-01-31T14:30:00.000000Z", 1},
        {FIELD_OF_ACTIVATION, "2026-01-31T14:30:00Z", "2026-01-31T14:30:01Z", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_expect_eq(field_same(cases[i].field, cases[i].a, cases[i].b), cases[i].same, "%s %s",
                     cases[i].a, cases[i].b);
        cr_expect_eq(field_same(cases[i].field, cases[i].b, cases[i].a), cases[i].same, "%s %s",
                     cases[i].b, cases[i].a);
    }
}

Test(model_field, decimals_compare_by_number)
{
    static const char *const sorted[] = {"-12",
                                         "-1.5",
                                         "-1.25",
                                         "0",
                                         "0.0001",
                                         "0.001",
                                         "1",
                                         "1.2",
                                         "1.21",
                                         "1.3",
                                         "9",
                                         "10",
                                         "99999999999999999999"};
    int n = sizeof sorted / sizeof sorted[0];
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            cr_expect_eq(decimal_compare(sorted[i], sorted[j]), (i > j) - (i < j), "%s %s",
                         sorted[i], sorted[j]);
    cr_expect_eq(decimal_compare("-0.0", "0"), 0);
    cr_expect_eq(decimal_compare("x", "0"), 0);
}

Test(model_field, names)
{
    for (int i = 0; i < FIELD_COUNT; i++) {
        const struct field_info *info = field_info((enum field)i);
        cr_expect_eq(field_find(column_info(info->column)->word), i);
        cr_expect_eq(field_find(column_info(info->column)->sql), i);
        cr_expect_eq(field_of_column(info->column), i);
    }
    cr_expect_eq(field_find("created"), -1);
    cr_expect_eq(field_find(""), -1);
    cr_expect_eq(field_find("nothing"), -1);
    const char *title = NULL;
    cr_expect_str_eq(field_choice(FIELD_OF_CLIENT_TYPE, 0, &title), "reseau");
    cr_expect_str_eq(title, "network");
    cr_expect_null(field_choice(FIELD_OF_STATUS, STATUS_COUNT, NULL));
    cr_expect_null(field_choice(FIELD_OF_EMAIL, 0, NULL));
}

Test(model_field, a_row_never_gives_its_key)
{
    struct connexion *row = connexion_create();
    row->col[COL_API_KEY] = mem_dup("sk-x");
    row->col[COL_EMAIL] = mem_dup("ia@midi.example");
    cr_expect_null(field_of_row(FIELD_OF_API_KEY, row));
    cr_expect_str_eq(field_of_row(FIELD_OF_EMAIL, row), "ia@midi.example");
    cr_expect_null(field_of_row(FIELD_OF_PROJECT, row));
    connexion_destroy(row);
}
