#include "config.h"

#include "base/text.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

/* Marks in a row that stay: no language stacks more, and what does is no text. */
enum { ESCAPE_MAX = 16, MARKS_MAX = 8 };

static const char ellipsis[] = "…";
enum { ELLIPSIS_LEN = sizeof ellipsis - 1 };

int text_decode(const char *s, int32_t *cp)
{
    if (s[0] == '\0') {
        *cp = 0;
        return 0;
    }
    utf8proc_int32_t c = -1;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, -1, &c);
    if (n <= 0) {
        *cp = -1;
        return 1;
    }
    *cp = c;
    return (int)n;
}

/* Unicode's Cc, Cf, Zl, Zp, surrogates and private use do not belong on a line of a screen; ZWJ and
 * ZWNJ do. */
int text_is_harmful(int32_t cp)
{
    if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
        return 1;
    if (cp < 0x300 || cp == 0x200c || cp == 0x200d)
        return cp == 0xad;
    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
        return 1;
    default:
        return 0;
    }
}

static void escape(char out[ESCAPE_MAX], int32_t cp)
{
    const char *named = cp == '\n'   ? "\\n"
                        : cp == '\t' ? "\\t"
                        : cp == '\r' ? "\\r"
                        : cp == 0x1b ? "\\e"
                                     : NULL;
    if (named)
        (void)snprintf(out, ESCAPE_MAX, "%s", named);
    else if (cp < 0x100)
        (void)snprintf(out, ESCAPE_MAX, "\\x%02x", (unsigned)cp);
    else
        (void)snprintf(out, ESCAPE_MAX, "\\u{%x}", (unsigned)cp);
}

/* Adds one character, or its escape, to s; marks counts characters without a width in a row. */
static int scrub_one(struct str *s, const char *at, size_t left, size_t *used, int *marks)
{
    char esc[ESCAPE_MAX];
    utf8proc_int32_t cp = -1;
    utf8proc_ssize_t n =
        utf8proc_iterate((const utf8proc_uint8_t *)at, (utf8proc_ssize_t)left, &cp);
    if (n <= 0) {
        escape(esc, (unsigned char)at[0]);
        *used = 1;
        return str_add(s, esc);
    }
    *used = (size_t)n;
    *marks = cp >= 0x300 && utf8proc_charwidth(cp) == 0 ? *marks + 1 : 0;
    if (!text_is_harmful(cp) && *marks <= MARKS_MAX)
        return str_add_len(s, at, (size_t)n);
    escape(esc, cp);
    return str_add(s, esc);
}

char *text_scrub(const char *bytes, size_t len, size_t max)
{
    struct str s;
    size_t safe = 0; /* so much may stay when an ellipsis must follow */
    int marks = 0;
    str_init(&s, max);
    for (size_t i = 0, used = 0; i < len; i += used) {
        if (scrub_one(&s, bytes + i, len - i, &used, &marks)) {
            str_cut(&s, safe);
            (void)str_add(&s, ellipsis);
            break;
        }
        if (s.len + ELLIPSIS_LEN <= max)
            safe = s.len;
    }
    return str_take(&s);
}

char *text_scrub_lines(char *bytes, size_t len, size_t max)
{
    struct str out;
    size_t from = 0;
    str_init(&out, max);
    for (size_t at = 0; at <= len; at++) {
        if (at < len && bytes[at] == '\t')
            bytes[at] = ' ';
        if (at < len && bytes[at] != '\n' && bytes[at] != '\r')
            continue;
        char *line = text_scrub(bytes + from, at - from, max);
        (void)str_add(&out, line);
        mem_wipe(line, strlen(line));
        free(line);
        if (at < len && bytes[at] == '\r' && at + 1 < len && bytes[at + 1] == '\n')
            at++;
        if (at < len)
            (void)str_add_char(&out, '\n');
        from = at + 1;
    }
    return str_take(&out);
}

int text_char_width(int32_t cp)
{
    if (cp >= 0x20 && cp < 0x7f)
        return 1;
    if (cp < 0x20)
        return 0;
    int w = wcwidth((wchar_t)cp);
    return w >= 0 ? w : utf8proc_charwidth(cp);
}

int text_width(const char *s)
{
    int width = 0;
    int32_t cp = 0;
    for (int n; (n = text_decode(s, &cp)) > 0; s += n)
        width += cp < 0 ? 1 : text_char_width(cp);
    return width;
}

size_t text_grapheme(const char *s)
{
    int32_t prev = 0;
    int32_t cp = 0;
    utf8proc_int32_t state = 0;
    int n = text_decode(s, &prev);
    size_t len = (size_t)n;
    if (n == 0 || prev < 0)
        return len;
    if (prev < 0x300 && (unsigned char)s[len] < 0x80)
        return len;
    while ((n = text_decode(s + len, &cp)) > 0 && cp >= 0 &&
           !utf8proc_grapheme_break_stateful(prev, cp, &state)) {
        len += (size_t)n;
        prev = cp;
    }
    return len;
}

static int grapheme_width(const char *s, size_t len)
{
    int width = 0;
    int32_t cp = 0;
    for (size_t i = 0; i < len;) {
        int n = text_decode(s + i, &cp);
        if (n <= 0)
            break;
        width += cp < 0 ? 1 : text_char_width(cp);
        i += (size_t)n;
    }
    return width;
}

/* The longest start of s that fits cols columns and, with what is left of them as blanks, room
 * bytes. */
static size_t clip(const char *s, int cols, size_t room, int *width)
{
    size_t len = 0;
    int used = 0;
    for (size_t n; (n = text_grapheme(s + len)) > 0; len += n) {
        int w = grapheme_width(s + len, n);
        if (used + w > cols || len + n > room || (size_t)(cols - used - w) > room - len - n)
            break;
        used += w;
    }
    *width = used;
    return len;
}

size_t text_clip(const char *s, int cols, int *width)
{
    int used = 0;
    size_t len = clip(s, cols, SIZE_MAX, &used);
    if (width)
        *width = used;
    return len;
}

static size_t put(char *out, size_t size, size_t at, const char *bytes, size_t len)
{
    if (at + len + 1 > size)
        return at;
    memcpy(out + at, bytes, len);
    out[at + len] = '\0';
    return at + len;
}

static size_t pad(char *out, size_t size, size_t at, int cols)
{
    for (int i = 0; i < cols; i++)
        at = put(out, size, at, " ", 1);
    return at;
}

size_t text_fit(char *out, size_t size, const char *s, int cols, enum text_align align, int ascii)
{
    if (size == 0)
        return 0;
    out[0] = '\0';
    if (cols <= 0)
        return 0;
    const char *mark = ascii ? "~" : ellipsis;
    size_t mark_len = strlen(mark);
    int width = 0;
    size_t len = clip(s, cols, size - 1, &width);
    int cut = s[len] != '\0';
    if (cut)
        len = clip(s, cols - 1, size > mark_len ? size - 1 - mark_len : 0, &width);
    int blanks = cols - width - cut;
    size_t at = align == TEXT_RIGHT ? pad(out, size, 0, blanks) : 0;
    at = put(out, size, at, s, len);
    if (cut)
        at = put(out, size, at, mark, mark_len);
    return align == TEXT_LEFT ? pad(out, size, at, blanks) : at;
}

static const struct {
    int32_t cp;
    char ascii;
} twins[] = {{0xa0, ' '},   {0xab, '"'},   {0xbb, '"'},    {0xb0, 'o'},    {0xb7, '.'},
             {0xd7, 'x'},   {0xc6, 'A'},   {0xd8, 'O'},    {0xdf, 's'},    {0xe6, 'a'},
             {0xf8, 'o'},   {0x110, 'D'},  {0x111, 'd'},   {0x131, 'i'},   {0x141, 'L'},
             {0x142, 'l'},  {0x152, 'O'},  {0x153, 'o'},   {0x2010, '-'},  {0x2011, '-'},
             {0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''}, {0x2019, '\''}, {0x201c, '"'},
             {0x201d, '"'}, {0x2022, '*'}, {0x2026, '~'},  {0x202f, ' '},  {0x20ac, 'E'},
             {0x2190, '<'}, {0x2192, '>'}, {0x2212, '-'},  {0x2264, '<'},  {0x2265, '>'},
             {0x2500, '-'}, {0x2502, '|'}, {0x25b8, '>'}};

static char ascii_of(int32_t cp)
{
    if ((cp >= 0x20 && cp < 0x7f) || cp == '\n')
        return (char)cp;
    for (size_t i = 0; i < sizeof twins / sizeof twins[0]; i++)
        if (twins[i].cp == cp)
            return twins[i].ascii;
    utf8proc_int32_t parts[8];
    int boundary = 0;
    utf8proc_ssize_t n =
        utf8proc_decompose_char(cp, parts, 8, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary);
    return n > 0 && parts[0] >= 0x20 && parts[0] < 0x7f ? (char)parts[0] : '?';
}

size_t text_ascii(char *out, size_t size, const char *s)
{
    size_t at = 0;
    int32_t cp = 0;
    if (size == 0)
        return 0;
    out[0] = '\0';
    for (int n; (n = text_decode(s, &cp)) > 0; s += n) {
        int width = cp < 0 || cp == '\n' ? 1 : text_char_width(cp);
        char c = cp < 0 ? '?' : ascii_of(cp);
        for (int i = 0; i < width; i++)
            at = put(out, size, at, &c, 1);
    }
    return at;
}

static char *folded(const char *s)
{
    utf8proc_uint8_t *out = NULL;
    const utf8proc_option_t options = UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_DECOMPOSE |
                                      UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s, 0, &out, options);
    if (n < 0 || !out)
        return mem_dup(s);
    return (char *)out;
}

int text_contains(const char *text, const char *needle)
{
    if (needle[0] == '\0')
        return 1;
    char *t = folded(text);
    char *n = folded(needle);
    int found = strstr(t, n) != NULL;
    free(t);
    free(n);
    return found;
}

int text_compare(const char *a, const char *b)
{
    char *x = folded(a);
    char *y = folded(b);
    int c = strcmp(x, y);
    free(x);
    free(y);
    return c < 0 ? -1 : c > 0;
}
