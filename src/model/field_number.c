#include "config.h"

#include "base/i18n.h"
#include "model/field_part.h"
#include "model/gauge.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* What a person types as a number: groups of three digits between blanks (or between points or
 * commas where another mark or a second group shows that they are groups), a decimal point or
 * comma. What can be read in two ways is refused. */

enum { NUMBER_MAX = 60, GROUP = 3, WHOLE_MAX = 18, DECIMALS_MAX = 12 };

enum shape { SHAPE_FINE, SHAPE_NONE, SHAPE_NEGATIVE, SHAPE_TWO_READINGS, SHAPE_GROUPS };

struct number {
    char whole[NUMBER_MAX + 1]; /* digits only, without leading zeros; "0" */
    char fraction[NUMBER_MAX + 1];
};

/* The text with each blank as ' ' and each digit and mark as itself; -1 when there is more. */
static int simplify(const char *text, char out[NUMBER_MAX + 1])
{
    static const char *const blanks[] = {" ", "\u00a0", "\u202f", "\u2009", "\u2007"};
    size_t n = 0;
    while (*text) {
        size_t used = 0;
        for (size_t i = 0; i < sizeof blanks / sizeof blanks[0] && !used; i++)
            if (strncmp(text, blanks[i], strlen(blanks[i])) == 0)
                used = strlen(blanks[i]);
        char c = used ? ' ' : *text;
        if (n == NUMBER_MAX || !strchr(" .,0123456789", c))
            return -1;
        out[n++] = c;
        text += used ? used : 1;
    }
    out[n] = '\0';
    return n > 0 ? 0 : -1;
}

static int count(const char *text, char c)
{
    int n = 0;
    for (; *text; text++)
        n += *text == c;
    return n;
}

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* Copies the digits of the first len bytes, which must be groups of three between marks (none: any
 * digits). */
static enum shape take_whole(const char *text, size_t len, char mark, char *out)
{
    size_t first = digits(text);
    size_t n = 0;
    if (first > len)
        first = len;
    if (first < len && (first == 0 || first > GROUP || text[0] == '0'))
        return SHAPE_GROUPS;
    for (size_t i = 0; i < len; i++) {
        int at_mark = i >= first && (i - first) % (GROUP + 1) == 0;
        if (at_mark ? text[i] != mark : digits(text + i) == 0)
            return SHAPE_GROUPS;
        if (!at_mark)
            out[n++] = text[i];
    }
    if (first < len && (len - first) % (GROUP + 1) != 0)
        return SHAPE_GROUPS;
    out[n] = '\0';
    return SHAPE_FINE;
}

static void trim_whole(char *whole)
{
    size_t zeros = strspn(whole, "0");
    size_t len = strlen(whole);
    if (len == 0) {
        (void)snprintf(whole, 2, "0");
        return;
    }
    zeros -= zeros == len;
    memmove(whole, whole + zeros, len - zeros + 1);
}

/* Which mark, if any, stands before decimals, and which between groups. */
static enum shape marks(const char *s, char *decimal, char *group)
{
    int points = count(s, '.');
    int commas = count(s, ',');
    int blanks = count(s, ' ');
    *decimal = *group = '\0';
    if (points + commas == 0) {
        *group = ' ';
        return SHAPE_FINE;
    }
    if (points && commas) {
        *decimal = strrchr(s, '.') > strrchr(s, ',') ? '.' : ',';
        *group = *decimal == '.' ? ',' : '.';
        return blanks || count(s, *decimal) > 1 ? SHAPE_GROUPS : SHAPE_FINE;
    }
    char mark = points ? '.' : ',';
    if (points + commas > 1) {
        *group = mark;
        return SHAPE_FINE;
    }
    *decimal = mark;
    *group = ' ';
    size_t whole = digits(s);
    if (!blanks && whole >= 1 && whole <= GROUP && s[0] != '0' && strlen(s) == whole + 1 + GROUP)
        return SHAPE_TWO_READINGS;
    return SHAPE_FINE;
}

static enum shape read_number(const char *text, struct number *n)
{
    char s[NUMBER_MAX + 1] = {0};
    char decimal;
    char group;
    *n = (struct number){{0}, {0}};
    if (text[0] == '-' || strncmp(text, "\u2212", strlen("\u2212")) == 0)
        return digits(text + (text[0] == '-' ? 1 : strlen("\u2212"))) > 0 ? SHAPE_NEGATIVE
                                                                          : SHAPE_NONE;
    if (simplify(text, s) || !strpbrk(s, "0123456789"))
        return SHAPE_NONE;
    enum shape shape = marks(s, &decimal, &group);
    if (shape)
        return shape;
    size_t len = decimal ? (size_t)(strrchr(s, decimal) - s) : strlen(s);
    shape = take_whole(s, len, group, n->whole);
    if (shape)
        return shape;
    trim_whole(n->whole);
    if (!decimal)
        return SHAPE_FINE;
    const char *fraction = s + len + 1;
    if (digits(fraction) == 0 || fraction[digits(fraction)])
        return SHAPE_NONE;
    size_t keep = strlen(fraction);
    while (keep > 0 && fraction[keep - 1] == '0')
        keep--;
    memcpy(n->fraction, fraction, keep);
    return SHAPE_FINE;
}

/* The two readings of "1.200" in words. */
static enum field_grade two_readings(const struct check *c)
{
    char quote[CHECK_QUOTE];
    size_t whole = digits(c->text);
    int w = (int)whole;
    return check_bad(
        c,
        _("“%s” can be read as %.*s%s or as %.*s.%s: write %.*s%s, or %.*s.%s0 with a fourth "
          "decimal."),
        check_quote(c, quote), w, c->text, c->text + whole + 1, w, c->text, c->text + whole + 1, w,
        c->text, c->text + whole + 1, w, c->text, c->text + whole + 1);
}

static enum field_grade refuse(const struct check *c, enum shape shape)
{
    char quote[CHECK_QUOTE];
    switch (shape) {
    case SHAPE_NEGATIVE:
        return check_bad(c, _("A limit cannot be below 0."));
    case SHAPE_GROUPS:
        return check_bad(
            c, _("“%s” is not a number with groups of three digits, as in 1 200: look again."),
            check_quote(c, quote));
    case SHAPE_TWO_READINGS:
    case SHAPE_FINE:
    case SHAPE_NONE:
    default:
        return check_bad(c,
                         _("“%s” is not a number: digits alone are wanted, no unit and no sign."),
                         check_quote(c, quote));
    }
}

static enum field_grade warn_zero(const struct check *c)
{
    return check_warn(c, _("0 means no limit, not a stop: to stop a connexion, switch it off."));
}

/* Whether a limit above 0 is already reached by what was counted. */
static int is_reached(const char *limit, const char *now)
{
    return now && decimal_compare(now, "0") > 0 && decimal_compare(now, limit) >= 0;
}

enum field_grade check_integer(const struct check *c)
{
    struct number n;
    char max[NUMBER_MAX];
    char shown[MONEY_TEXT_MAX];
    char quote[CHECK_QUOTE];
    enum shape shape = read_number(c->text, &n);
    if (shape == SHAPE_TWO_READINGS) {
        size_t whole = digits(c->text);
        return check_bad(c, _("“%s” can be read as %.*s%s or as a fraction: write %.*s%s."),
                         check_quote(c, quote), (int)whole, c->text, c->text + whole + 1,
                         (int)whole, c->text, c->text + whole + 1);
    }
    if (shape)
        return refuse(c, shape);
    if (n.fraction[0])
        return check_bad(c, _("“%s” is not a whole number."), check_quote(c, quote));
    (void)snprintf(max, sizeof max, "%d", INT_MAX);
    if (decimal_compare(n.whole, max) > 0) {
        count_text_format(shown, sizeof shown, max);
        return check_bad(c, _("That is too much: %s is the most that the column holds."), shown);
    }
    enum field_grade grade = check_take(c, n.whole);
    if (grade)
        return grade;
    if (strcmp(n.whole, "0") == 0)
        return warn_zero(c);
    if (is_reached(n.whole, c->facts->use_now)) {
        count_text_format(shown, sizeof shown, c->facts->use_now);
        return check_warn(c, _("The limit is reached already: %s requests are counted today."),
                          shown);
    }
    return FIELD_FINE;
}

enum field_grade check_amount(const struct check *c)
{
    struct number n;
    char text[2 * NUMBER_MAX + 2];
    char shown[MONEY_TEXT_MAX];
    enum shape shape = read_number(c->text, &n);
    if (shape)
        return shape == SHAPE_TWO_READINGS ? two_readings(c) : refuse(c, shape);
    if (strlen(n.whole) > WHOLE_MAX)
        return check_bad(c, _("That is too much: %d digits before the decimals are the most."),
                         WHOLE_MAX);
    if (strlen(n.fraction) > DECIMALS_MAX)
        return check_bad(c, _("That is too fine: %d decimals are the most."), DECIMALS_MAX);
    (void)snprintf(text, sizeof text, "%s%s%s", n.whole, n.fraction[0] ? "." : "", n.fraction);
    enum field_grade grade = check_take(c, text);
    if (grade)
        return grade;
    if (strcmp(text, "0") == 0)
        return warn_zero(c);
    if (is_reached(text, c->facts->cost_now)) {
        money_exact(shown, sizeof shown, c->facts->cost_now);
        return check_warn(c, _("The limit is reached already: %s is spent this month."), shown);
    }
    return FIELD_FINE;
}
