#include "config.h"

#include "model/field_part.h"

#include <string.h>

/* A decimal taken apart; no zeros in front of whole nor behind fraction. */
struct decimal {
    int ok, negative;
    const char *whole, *fraction;
    size_t whole_len, fraction_len;
};

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

static struct decimal take_apart(const char *text)
{
    struct decimal d = {.negative = text[0] == '-', .fraction = ""};
    text += d.negative;
    size_t whole = digits(text);
    size_t zeros = strspn(text, "0");
    d.whole = text + zeros;
    d.whole_len = whole - zeros;
    text += whole;
    if (*text == '.') {
        d.fraction = ++text;
        d.fraction_len = digits(text);
        text += d.fraction_len;
    }
    d.ok = whole + d.fraction_len > 0 && *text == '\0';
    while (d.fraction_len > 0 && d.fraction[d.fraction_len - 1] == '0')
        d.fraction_len--;
    if (d.whole_len + d.fraction_len == 0)
        d.negative = 0;
    return d;
}

static int sign(int n)
{
    return n < 0 ? -1 : n > 0;
}

static int compare_size(const struct decimal *a, const struct decimal *b)
{
    if (a->whole_len != b->whole_len)
        return a->whole_len < b->whole_len ? -1 : 1;
    int order = memcmp(a->whole, b->whole, a->whole_len);
    if (order)
        return sign(order);
    size_t shared = a->fraction_len < b->fraction_len ? a->fraction_len : b->fraction_len;
    order = memcmp(a->fraction, b->fraction, shared);
    if (order || a->fraction_len == b->fraction_len)
        return sign(order);
    return a->fraction_len < b->fraction_len ? -1 : 1;
}

int decimal_compare(const char *a, const char *b)
{
    static const struct decimal zero = {1, 0, "", "", 0, 0};
    struct decimal x = take_apart(a);
    struct decimal y = take_apart(b);
    if (!x.ok)
        x = zero;
    if (!y.ok)
        y = zero;
    if (x.negative != y.negative)
        return x.negative ? -1 : 1;
    return x.negative ? compare_size(&y, &x) : compare_size(&x, &y);
}

void decimal_trim(const char *text, struct str *out)
{
    struct decimal d = take_apart(text);
    if (!d.ok) {
        (void)str_add(out, text);
        return;
    }
    (void)str_add(out, d.negative ? "-" : "");
    if (d.whole_len > 0)
        (void)str_add_len(out, d.whole, d.whole_len);
    else
        (void)str_add(out, "0");
    (void)str_add(out, d.fraction_len > 0 ? "." : "");
    (void)str_add_len(out, d.fraction, d.fraction_len);
}
