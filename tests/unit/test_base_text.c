#include "config.h"

#include "base/text.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void utf8(void)
{
    cr_assert(setlocale(LC_CTYPE, "C.UTF-8"), "the locale C.UTF-8 is missing");
}

#define SCRUB(bytes, max) text_scrub(bytes, sizeof(bytes) - 1, max)

Test(base_text, scrub_leaves_text_alone, .init = utf8)
{
    static const char *const cases[] = {
        "",
        "plain ASCII ~!@",
        "Réseau Horizon",
        "東京支店",
        "e\u0301",
        "👩\u200d👩\u200d👧",
        "한국어",
        "עברית",
        "עִבְרִית",
        "ไทย",
        "a\u00a0b",
        "…",
        "🇫🇷",
        "नमस्ते",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *clean = text_scrub(cases[i], strlen(cases[i]), 1000);
        cr_expect_str_eq(clean, cases[i]);
        free(clean);
    }
}

Test(base_text, scrub_shows_what_a_terminal_could_obey, .init = utf8)
{
    static const struct {
        const char *bytes, *shown;
    } cases[] = {
        {"\x1b[2J", "\\e[2J"},
        {"a\nb\tc\rd", "a\\nb\\tc\\rd"},
        {"\x07\x08\x0e\x7f", "\\x07\\x08\\x0e\\x7f"},
        {"\xc2\x80\xc2\x9b"
         "31m\xc2\x9f",
         "\\x80\\x9b31m\\x9f"},
        {"\u202eabc\u202c", "\\u{202e}abc\\u{202c}"},
        {"\u2066\u2067\u2068\u2069", "\\u{2066}\\u{2067}\\u{2068}\\u{2069}"},
        {"\u200e\u200f\u061c", "\\u{200e}\\u{200f}\\u{61c}"},
        {"\u200b\ufeff\u2060", "\\u{200b}\\u{feff}\\u{2060}"},
        {"\u00ad", "\\xad"},
        {"\u2028\u2029", "\\u{2028}\\u{2029}"},
        {"\ue000\U000f0000", "\\u{e000}\\u{f0000}"},
        {"\U000e0041", "\\u{e0041}"},
        {"\uffff\ufdd0", "\\u{ffff}\\u{fdd0}"},
        {"\ufff9", "\\u{fff9}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *clean = text_scrub(cases[i].bytes, strlen(cases[i].bytes), 1000);
        cr_expect_str_eq(clean, cases[i].shown);
        free(clean);
    }
}

Test(base_text, scrub_shows_every_byte_of_invalid_forms, .init = utf8)
{
    static const struct {
        const char *bytes, *shown;
    } cases[] = {
        {"\x80", "\\x80"},                                     /* continuation alone */
        {"\xff\xfe", "\\xff\\xfe"},                            /* never in UTF-8 */
        {"\xc3", "\\xc3"},                                     /* cut short */
        {"\xe2\x82", "\\xe2\\x82"},                            /* cut short */
        {"\xf0\x9f\x98", "\\xf0\\x9f\\x98"},                   /* cut short */
        {"\xc0\xaf", "\\xc0\\xaf"},                            /* overlong '/' */
        {"\xe0\x80\xaf", "\\xe0\\x80\\xaf"},                   /* overlong */
        {"\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf"},          /* overlong */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},                   /* surrogate */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},          /* above U+10FFFF */
        {"\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80"}, /* five bytes */
        {"a\xc3z", "a\\xc3z"},                                 /* the next letter survives */
        {"\xe9t\xe9", "\\xe9t\\xe9"},                          /* Latin-1 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *clean = text_scrub(cases[i].bytes, strlen(cases[i].bytes), 1000);
        cr_expect_str_eq(clean, cases[i].shown);
        free(clean);
    }
}

Test(base_text, scrub_leaves_no_control_of_any_value, .init = utf8)
{
    for (int32_t cp = 1; cp < 0x250; cp++) {
        char bytes[4] = {(char)cp};
        if (cp >= 0x80)
            (void)snprintf(bytes, sizeof bytes, "%c%c", 0xc0 | (cp >> 6), 0x80 | (cp & 0x3f));
        char *clean = text_scrub(bytes, strlen(bytes), 100);
        int control = cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0xad;
        cr_expect_eq(clean[0] == '\\' && clean[1] != '\0', control, "U+%04X gives %s", (unsigned)cp,
                     clean);
        free(clean);
    }
}

Test(base_text, scrub_takes_zero_bytes, .init = utf8)
{
    char *clean = SCRUB("a\0b", 100);
    cr_expect_str_eq(clean, "a\\x00b");
    free(clean);
}

Test(base_text, scrub_keeps_to_the_maximum, .init = utf8)
{
    static const struct {
        const char *text;
        size_t max;
        const char *out;
    } cases[] = {
        {"abcdef", 6, "abcdef"}, {"abcdefg", 6, "abc…"}, {"abcdef", 5, "ab…"},   {"abc", 2, ""},
        {"abcd", 3, "…"},        {"aé€😀z", 11, "aé€😀z"}, {"aé€😀zz", 11, "aé€…"}, {"", 0, ""},
        {"abc", 0, ""},          {"ab\x1b", 4, "ab\\e"}, {"abc\x1b", 4, "a…"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *clean = text_scrub(cases[i].text, strlen(cases[i].text), cases[i].max);
        cr_expect(strlen(clean) <= cases[i].max);
        if (cases[i].max != 2)
            cr_expect_str_eq(clean, cases[i].out);
        free(clean);
    }
}

Test(base_text, scrub_stops_towers_of_marks, .init = utf8)
{
    char tower[1 + 2 * 5000 + 1] = "a";
    for (size_t i = 1; i + 2 < sizeof tower; i += 2) {
        tower[i] = '\xcc';
        tower[i + 1] = '\x81';
    }
    char *clean = text_scrub(tower, sizeof tower - 1, 100000);
    cr_expect_eq(text_grapheme(clean), 1 + 8 * 2);
    cr_expect_eq(strncmp(clean + 17, "\\u{301}\\u{301}", 14), 0);
    free(clean);
}

Test(base_text, decode, .init = utf8)
{
    int32_t cp = 7;
    cr_expect(text_decode("", &cp) == 0 && cp == 0);
    cr_expect(text_decode("A", &cp) == 1 && cp == 'A');
    cr_expect(text_decode("é", &cp) == 2 && cp == 0xe9);
    cr_expect(text_decode("€", &cp) == 3 && cp == 0x20ac);
    cr_expect(text_decode("😀", &cp) == 4 && cp == 0x1f600);
    cr_expect(text_decode("\xff", &cp) == 1 && cp == -1);
    cr_expect(text_decode("\xe2\x82", &cp) == 1 && cp == -1);
}

Test(base_text, width, .init = utf8)
{
    static const struct {
        const char *text;
        int width;
    } cases[] = {{"", 0},     {"abc", 3},    {"é", 1},    {"e\u0301", 1}, {"東京", 4}, {"ｱ", 1},
                 {"Ａ", 2},   {"한국", 4},   {"😀", 2},    {"█▌", 2},      {"…", 1},    {"●▲", 2},
                 {"\xff", 1}, {"\u202f", 1}, {"\x1b", 0}, {"ไทย", 3},     {"à la", 4}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_eq(text_width(cases[i].text), cases[i].width, "%s is %d", cases[i].text,
                     text_width(cases[i].text));
}

Test(base_text, graphemes_stay_whole, .init = utf8)
{
    static const struct {
        const char *text;
        size_t len;
    } cases[] = {
        {"", 0},
        {"ab", 1},
        {"éa", 2},
        {"e\u0301a", 3},
        {"e\u0301\u0323a", 5},
        {"👩\u200d👩\u200d👧x", 18},
        {"🇫🇷🇩🇪", 8},
        {"👍🏽a", 8},
        {"\xff\u0301", 1},
        {"\u0301a", 2},
        {"각각", 3},
        {"a\xff", 1},
        {"❤\ufe0fx", 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_eq(text_grapheme(cases[i].text), cases[i].len, "case %zu gives %zu", i,
                     text_grapheme(cases[i].text));
}

Test(base_text, clip, .init = utf8)
{
    static const struct {
        const char *text;
        int cols;
        size_t len;
        int width;
    } cases[] = {
        {"abc", 5, 3, 3},        {"abc", 2, 2, 2},        {"abc", 0, 0, 0},
        {"abc", -1, 0, 0},       {"", 3, 0, 0},           {"東京", 3, 3, 2},
        {"東京", 1, 0, 0},       {"東京", 4, 6, 4},       {"ae\u0301b", 2, 4, 2},
        {"a👍🏽b", 4, 1, 1}, {"a\x01\x02z", 1, 3, 1}, {"\xff\xff", 1, 1, 1},
        {"🇫🇷x", 2, 8, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int width = -1;
        size_t len = text_clip(cases[i].text, cases[i].cols, &width);
        cr_expect(len == cases[i].len && width == cases[i].width,
                  "case %zu gives %zu bytes, %d columns", i, len, width);
    }
    cr_expect_eq(text_clip("abc", 2, NULL), 2);
}

Test(base_text, fit, .init = utf8)
{
    static const struct {
        const char *text;
        int cols;
        enum text_align align;
        int ascii;
        const char *out;
    } cases[] = {
        {"abc", 5, TEXT_LEFT, 0, "abc  "},
        {"abc", 5, TEXT_RIGHT, 0, "  abc"},
        {"abc", 3, TEXT_LEFT, 0, "abc"},
        {"abcd", 3, TEXT_LEFT, 0, "ab…"},
        {"abcd", 3, TEXT_LEFT, 1, "ab~"},
        {"abcd", 1, TEXT_LEFT, 0, "…"},
        {"abcd", 0, TEXT_LEFT, 0, ""},
        {"", 2, TEXT_RIGHT, 0, "  "},
        {"東京支", 5, TEXT_LEFT, 0, "東京…"},
        {"東京支", 4, TEXT_LEFT, 0, "東… "},
        {"東京支", 4, TEXT_RIGHT, 0, " 東…"},
        {"東京", 1, TEXT_LEFT, 1, "~"},
        {"e\u0301e\u0301e\u0301", 2, TEXT_LEFT, 0, "e\u0301…"},
        {"é", -3, TEXT_LEFT, 0, ""},
        {"👩\u200d👩\u200d👧 famille", 4, TEXT_LEFT, 0, "…   "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[100];
        size_t n =
            text_fit(out, sizeof out, cases[i].text, cases[i].cols, cases[i].align, cases[i].ascii);
        cr_expect_str_eq(out, cases[i].out);
        cr_expect_eq(n, strlen(out));
        cr_expect_eq(text_width(out), cases[i].cols > 0 ? cases[i].cols : 0, "case %zu", i);
    }
}

Test(base_text, fit_never_passes_its_buffer, .init = utf8)
{
    static const char *const texts[] = {
        "abcdefghij", "éééééééééé",  "東京東京東京", "e\u0301\u0323\u0302e\u0301",
        "",           "\xff\xff\xff"};
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++)
        for (size_t size = 0; size < 40; size++)
            for (int cols = 0; cols < 16; cols++) {
                char out[64];
                memset(out, 'Z', sizeof out);
                size_t n =
                    text_fit(out, size, texts[t], cols, cols % 2 ? TEXT_LEFT : TEXT_RIGHT, 0);
                cr_assert(size == 0 ? n == 0 && out[0] == 'Z'
                                    : n < size && out[n] == '\0' && out[size] == 'Z');
                if (size > (size_t)cols + 2)
                    cr_assert_eq(text_width(out), cols, "%s in %zu bytes, %d columns: [%s]",
                                 texts[t], size, cols, out);
            }
}

Test(base_text, ascii, .init = utf8)
{
    static const struct {
        const char *text, *out;
    } cases[] = {
        {"Agence d’Été", "Agence d'Ete"},
        {"Łódź", "Lodz"},
        {"cœur", "cour"},
        {"“a” – b…", "\"a\" - b~"},
        {"1\u202f204,10\u00a0€", "1 204,10 E"},
        {"東京", "????"},
        {"e\u0301", "e"},
        {"\xff", "?"},
        {"▸ a → b", "> a > b"},
        {"😀", "??"},
        {"", ""},
        {"ÀÉÎÕÜç", "AEIOUc"},
        {"\u2011\u2212", "--"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[100];
        size_t n = text_ascii(out, sizeof out, cases[i].text);
        cr_expect_str_eq(out, cases[i].out);
        cr_expect_eq(n, strlen(out));
        cr_expect_eq((int)n, text_width(cases[i].text), "%s keeps its width", cases[i].text);
    }
    char lines[10];
    (void)text_ascii(lines, sizeof lines, "é\nb\n");
    cr_expect_str_eq(lines, "e\nb\n");
    char small[3] = "ZZ";
    cr_expect_eq(text_ascii(small, sizeof small, "abcdef"), 2);
    cr_expect_str_eq(small, "ab");
    cr_expect_eq(text_ascii(small, 0, "x"), 0);
}

Test(base_text, contains_without_regard_to_case_and_accents, .init = utf8)
{
    static const struct {
        const char *text, *needle;
        int found;
    } cases[] = {
        {"Agence du Midi", "midi", 1},
        {"Réseau", "RESEAU", 1},
        {"reseau", "Réseau", 1},
        {"STRASSE", "straße", 1},
        {"abc", "", 1},
        {"", "a", 0},
        {"", "", 1},
        {"abc", "abd", 0},
        {"東京支店", "京支", 1},
        {"a\xff", "\xff", 1},
        {"ΑΘΗΝΑ", "αθηνα", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_eq(text_contains(cases[i].text, cases[i].needle), cases[i].found, "%s in %s",
                     cases[i].needle, cases[i].text);
}

Test(base_text, compare, .init = utf8)
{
    cr_expect_eq(text_compare("abc", "ABC"), 0);
    cr_expect_eq(text_compare("Éa", "eb"), -1);
    cr_expect_eq(text_compare("b", "A"), 1);
    cr_expect_eq(text_compare("", ""), 0);
    cr_expect_eq(text_compare("", "a"), -1);
}

Test(base_text, the_locale_c_changes_no_width, .init = utf8)
{
    cr_assert(setlocale(LC_CTYPE, "C"));
    cr_expect_eq(text_width("é東"), 3);
    cr_expect_eq(text_width("e\u0301"), 1);
}
