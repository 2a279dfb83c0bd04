#include "config.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/field_part.h"

#include <stdlib.h>
#include <string.h>

/* RFC 8259 to the letter, within bounds, and without what the column's type (jsonb) cannot hold:
 * \u0000, half a surrogate, numbers of absurd size. */

enum { DEPTH_MAX = 64, EXPONENT_MAX = 300, DIGITS_MAX = 1000 };

struct reader {
    const char *start, *p;
    const char *why; /* translated; NULL while all is well */
};

static int fail(struct reader *r, const char *why)
{
    if (!r->why)
        r->why = why;
    return -1;
}

static void skip(struct reader *r)
{
    while (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r')
        r->p++;
}

/* Four digits behind \u; -1 when there are not four. */
static int hex4(const char *p)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        const char *all = "0123456789abcdef0123456789ABCDEF";
        const char *at = p[i] ? strchr(all, p[i]) : NULL;
        if (!at)
            return -1;
        value = value * 16 + (int)((at - all) % 16);
    }
    return value;
}

/* At the u of an escape. */
static int read_unicode(struct reader *r)
{
    int high = hex4(r->p + 1);
    if (high < 0)
        return fail(r, _("four hexadecimal digits must follow \\u"));
    if (high == 0)
        return fail(r, _("\\u0000 cannot be stored"));
    r->p += 5;
    if (high < 0xd800 || high > 0xdfff)
        return 0;
    int low = high < 0xdc00 && r->p[0] == '\\' && r->p[1] == 'u' ? hex4(r->p + 2) : -1;
    if (low < 0xdc00 || low > 0xdfff)
        return fail(r, _("half of a surrogate pair"));
    r->p += 6;
    return 0;
}

static int read_string(struct reader *r)
{
    for (r->p++; *r->p != '"';) {
        int32_t cp = 0;
        int n = text_decode(r->p, &cp);
        if (n == 0)
            return fail(r, _("a text without its closing quote"));
        if (cp < 0)
            return fail(r, _("bytes that are not UTF-8"));
        if (cp < ' ')
            return fail(r, _("a control character in a text; write it as \\n or \\u…"));
        if (text_is_harmful(cp))
            return fail(r, _("a character that cannot be shown"));
        if (cp != '\\') {
            r->p += n;
            continue;
        }
        r->p++;
        if (*r->p == 'u') {
            if (read_unicode(r))
                return -1;
        } else if (*r->p && strchr("\"\\/bfnrt", *r->p)) {
            r->p++;
        } else {
            return fail(r, _("an unknown escape behind \\"));
        }
    }
    r->p++;
    return 0;
}

static size_t digits(const char *p)
{
    return strspn(p, "0123456789");
}

static int read_exponent(struct reader *r)
{
    if (*r->p != 'e' && *r->p != 'E')
        return 0;
    r->p++;
    r->p += *r->p == '+' || *r->p == '-';
    size_t n = digits(r->p);
    if (n == 0)
        return fail(r, _("a number without its end"));
    if (n > 3 || strtol(r->p, NULL, 10) > EXPONENT_MAX)
        return fail(r, _("a number of absurd size"));
    r->p += n;
    return 0;
}

static int read_number(struct reader *r)
{
    const char *start = r->p;
    r->p += *r->p == '-';
    size_t n = digits(r->p);
    if (n == 0)
        return fail(r, _("no value where one is wanted"));
    if (n > 1 && *r->p == '0')
        return fail(r, _("a number that begins with 0"));
    r->p += n;
    if (*r->p == '.') {
        r->p++;
        n = digits(r->p);
        if (n == 0)
            return fail(r, _("a number without its end"));
        r->p += n;
    }
    if (r->p - start > DIGITS_MAX)
        return fail(r, _("a number of absurd size"));
    return read_exponent(r);
}

static int read_word(struct reader *r)
{
    static const char *const words[] = {"true", "false", "null"};
    for (int i = 0; i < 3; i++)
        if (strncmp(r->p, words[i], strlen(words[i])) == 0) {
            r->p += strlen(words[i]);
            return 0;
        }
    return read_number(r);
}

/* The name of a member and its colon. */
static int read_name(struct reader *r)
{
    skip(r);
    if (*r->p != '"')
        return fail(r, _("a name in double quotes is wanted"));
    if (read_string(r))
        return -1;
    skip(r);
    if (*r->p != ':')
        return fail(r, _("a colon is wanted behind a name"));
    r->p++;
    return 0;
}

/* Opens what stands at p, or reads a whole scalar; the stack has one closing mark per level. */
static int read_start(struct reader *r, char *stack, int *depth, int *done)
{
    skip(r);
    *done = 1;
    if (*r->p == '"')
        return read_string(r);
    if (*r->p != '{' && *r->p != '[')
        return read_word(r);
    if (*depth == DEPTH_MAX)
        return fail(r, _("more than 64 levels"));
    char close = *r->p == '{' ? '}' : ']';
    r->p++;
    skip(r);
    if (*r->p == close) {
        r->p++;
        return 0;
    }
    stack[(*depth)++] = close;
    *done = 0;
    return close == '}' ? read_name(r) : 0;
}

/* Behind a value: closes levels up to the next value. done: the outermost value is complete. */
static int read_end(struct reader *r, const char *stack, int *depth, int *done)
{
    for (*done = 0; *depth > 0;) {
        char close = stack[*depth - 1];
        skip(r);
        if (*r->p == ',') {
            r->p++;
            return close == '}' ? read_name(r) : 0;
        }
        if (*r->p != close)
            return fail(r,
                        close == '}' ? _("a comma or } is wanted") : _("a comma or ] is wanted"));
        r->p++;
        (*depth)--;
    }
    *done = 1;
    return 0;
}

static int read_value(struct reader *r)
{
    char stack[DEPTH_MAX];
    int depth = 0;
    for (int done = 0; !done;) {
        if (read_start(r, stack, &depth, &done))
            return -1;
        if (done && read_end(r, stack, &depth, &done))
            return -1;
    }
    skip(r);
    return *r->p ? fail(r, _("something follows the end of the value")) : 0;
}

/* Marks without width can be too many in a row though each of them is harmless. */
static int can_be_shown(const char *text)
{
    char *line = mem_dup(text);
    for (char *p = line; *p; p++)
        if (*p == '\n' || *p == '\r' || *p == '\t')
            *p = ' ';
    int good = field_is_harmless(line);
    free(line);
    return good;
}

static void place(const struct reader *r, int *line, int *column)
{
    *line = *column = 1;
    for (const char *p = r->start; p < r->p; p++) {
        *column = *p == '\n' ? 1 : *column + (((unsigned char)*p & 0xc0) != 0x80);
        *line += *p == '\n';
    }
}

enum field_grade check_json(const struct check *c)
{
    struct reader r = {c->text, c->text, NULL};
    int line;
    int column;
    if (read_value(&r) == 0 && !can_be_shown(c->text))
        (void)fail(&r, _("a character that cannot be shown"));
    if (!r.why)
        return check_take(c, c->text);
    place(&r, &line, &column);
    /* TRANSLATORS: %s is what is wrong, as "a comma or } is wanted" */
    return check_bad(c, _("Not JSON at line %d, column %d: %s."), line, column, r.why);
}
