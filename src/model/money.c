#include "config.h"

#include "model/gauge.h"

#include "base/i18n.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { GROUP = 3, DECIMALS = 2 };

/* A decimal taken apart: pieces of the text. */
struct parts {
    int negative;
    const char *whole;
    size_t whole_len; /* without leading zeros, at least one digit */
    const char *fraction;
    size_t fraction_len;
};

/* Where text is written; full once something did not fit. */
struct out {
    char *buf;
    size_t size, len;
    int full;
};

static size_t digits(const char *p)
{
    return strspn(p, "0123456789");
}

static int take_apart(struct parts *d, const char *text)
{
    *d = (struct parts){.negative = text[0] == '-', .fraction = ""};
    const char *p = text + d->negative;
    size_t n = digits(p);
    if (n == 0)
        return -1;
    while (n > 1 && *p == '0') {
        p++;
        n--;
    }
    d->whole = p;
    d->whole_len = n;
    p += n;
    if (*p == '.') {
        d->fraction = p + 1;
        d->fraction_len = digits(p + 1);
        p += 1 + d->fraction_len;
        if (d->fraction_len == 0)
            return -1;
    }
    return *p ? -1 : 0;
}

static void put(struct out *o, const char *bytes, size_t len)
{
    if (o->full || o->len + len + 1 > o->size) {
        o->full = 1;
        return;
    }
    memcpy(o->buf + o->len, bytes, len);
    o->len += len;
    o->buf[o->len] = '\0';
}

/* A byte that continues a character of UTF-8. */
static int continues(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static void put_as_is(char *buf, size_t size, const char *text)
{
    size_t len = strlen(text);
    if (size == 0)
        return;
    if (len >= size)
        for (len = size - 1; len > 0 && continues(text[len]); len--)
            ;
    memcpy(buf, text, len);
    buf[len] = '\0';
}

static void put_grouped(struct out *o, const char *p, size_t len)
{
    /* TRANSLATORS: the mark between groups of three digits; English here follows ISO 80000 */
    const char *mark = _(" ");
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % GROUP == 0)
            put(o, mark, strlen(mark));
        put(o, p + i, 1);
    }
}

static void put_fraction(struct out *o, const struct parts *d, size_t decimals)
{
    /* TRANSLATORS: the decimal mark */
    const char *mark = _(".");
    put(o, mark, strlen(mark));
    for (size_t i = 0; i < decimals; i++)
        put(o, i < d->fraction_len ? d->fraction + i : "0", 1);
}

static int is_zero(const struct parts *d)
{
    return d->whole[0] == '0' && strspn(d->fraction, "0") == d->fraction_len;
}

static size_t shown_decimals(const struct parts *d)
{
    size_t zeros = strspn(d->fraction, "0");
    return d->whole[0] == '0' && !is_zero(d) && zeros >= DECIMALS ? zeros + 1 : DECIMALS;
}

static size_t exact_decimals(const struct parts *d)
{
    size_t n = d->fraction_len;
    while (n > DECIMALS && d->fraction[n - 1] == '0')
        n--;
    return n > DECIMALS ? n : DECIMALS;
}

static void money(char *buf, size_t size, const char *decimal,
                  size_t (*decimals)(const struct parts *d))
{
    struct parts d;
    struct out o = {.buf = buf, .size = size};
    if (take_apart(&d, decimal)) {
        put_as_is(buf, size, decimal);
        return;
    }
    if (size > 0)
        buf[0] = '\0';
    if (d.negative && !is_zero(&d))
        put(&o, "-", 1);
    put_grouped(&o, d.whole, d.whole_len);
    put_fraction(&o, &d, decimals(&d));
    if (o.full && size > 1) {
        put_as_is(buf, size - 1, decimal);
        memcpy(buf + strlen(buf), "~", 2);
    }
}

void money_format(char *buf, size_t size, const char *decimal)
{
    money(buf, size, decimal, shown_decimals);
}

void money_exact(char *buf, size_t size, const char *decimal)
{
    money(buf, size, decimal, exact_decimals);
}

void count_text_format(char *buf, size_t size, const char *text)
{
    struct parts d;
    struct out o = {.buf = buf, .size = size};
    if (take_apart(&d, text) || d.fraction_len > 0) {
        put_as_is(buf, size, text);
        return;
    }
    if (size > 0)
        buf[0] = '\0';
    if (d.negative)
        put(&o, "-", 1);
    put_grouped(&o, d.whole, d.whole_len);
    if (o.full)
        put_as_is(buf, size, text);
}

void count_format(char *buf, size_t size, int64_t n)
{
    char text[sizeof n * CHAR_BIT];
    (void)snprintf(text, sizeof text, "%" PRId64, n);
    count_text_format(buf, size, text);
}
