#include "config.h"

#include "standin/dec.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { EXPONENT_MAX = 99999, DEC_ZERO_SCALE = 40 /* a finer zero says nothing of the others */ };

/* The exponent at text (behind the e), bounded; -1 when there is none. */
static int parse_exponent(const char *text, int *out)
{
    int sign = *text == '-' ? -1 : 1;
    int value = 0;
    if (*text == '-' || *text == '+')
        text++;
    if (!isdigit((unsigned char)*text))
        return -1;
    for (; isdigit((unsigned char)*text); text++)
        if (value < EXPONENT_MAX)
            value = value * 10 + (*text - '0');
    *out = sign * value;
    return *text ? -1 : 0;
}

/* Digits around a point at text: how many there are in front of it, behind it, and in all of them.
 * Returns what follows, or NULL. */
static const char *measure(const char *text, int *whole, int *part)
{
    *whole = *part = 0;
    for (; isdigit((unsigned char)*text); text++)
        ++*whole;
    if (*text == '.')
        for (text++; isdigit((unsigned char)*text); text++)
            ++*part;
    return *whole > 0 && *whole < EXPONENT_MAX && *part < EXPONENT_MAX ? text : NULL;
}

static int place_digits(struct dec *d, const char *text, const char *end, int first)
{
    for (int at = first; text < end; text++) {
        if (*text == '.')
            continue;
        if (*text != '0') {
            if (at < 0 || at >= DEC_DIGITS)
                return -1;
            d->digit[at] = (unsigned char)(*text - '0');
        }
        at++;
    }
    return 0;
}

static int first_digit(const struct dec *d)
{
    int i = 0;
    while (i < DEC_DIGITS && d->digit[i] == 0)
        i++;
    return i;
}

int dec_parse(struct dec *d, const char *text)
{
    int whole;
    int part;
    int exponent = 0;
    *d = (struct dec){.negative = *text == '-'};
    if (*text == '-')
        text++;
    const char *end = measure(text, &whole, &part);
    if (!end || (*end == '.') || (end > text && end[-1] == '.'))
        return -1;
    if (*end && ((*end != 'e' && *end != 'E') || parse_exponent(end + 1, &exponent)))
        return -1;
    int scale = part - exponent;
    d->scale = scale < 0 ? 0 : scale > DEC_PART ? DEC_PART : scale;
    int rc = place_digits(d, text, end, DEC_WHOLE - whole - exponent);
    if (rc == 0 && d->scale > DEC_ZERO_SCALE && first_digit(d) == DEC_DIGITS)
        d->scale = 0;
    return rc;
}

static int compare(const struct dec *a, const struct dec *b)
{
    return memcmp(a->digit, b->digit, sizeof a->digit);
}

static int add_digits(struct dec *sum, const struct dec *d)
{
    int carry = 0;
    for (int i = DEC_DIGITS - 1; i >= 0; i--) {
        int v = sum->digit[i] + d->digit[i] + carry;
        carry = v > 9;
        sum->digit[i] = (unsigned char)(v - 10 * carry);
    }
    return carry ? -1 : 0;
}

/* a - b for a >= b. */
static void subtract_digits(struct dec *out, const struct dec *a, const struct dec *b)
{
    int borrow = 0;
    for (int i = DEC_DIGITS - 1; i >= 0; i--) {
        int v = a->digit[i] - b->digit[i] - borrow;
        borrow = v < 0;
        out->digit[i] = (unsigned char)(v + 10 * borrow);
    }
}

int dec_add(struct dec *sum, const struct dec *d)
{
    if (d->scale > sum->scale)
        sum->scale = d->scale;
    if (sum->negative == d->negative)
        return add_digits(sum, d);
    if (compare(sum, d) >= 0) {
        subtract_digits(sum, sum, d);
    } else {
        subtract_digits(sum, d, sum);
        sum->negative = d->negative;
    }
    return 0;
}

void dec_from_units(struct dec *d, int64_t units, int scale)
{
    uint64_t left = units < 0 ? (uint64_t)0 - (uint64_t)units : (uint64_t)units;
    *d = (struct dec){.negative = units < 0, .scale = scale};
    for (int i = DEC_WHOLE + scale - 1; left && i >= 0; i--, left /= 10)
        d->digit[i] = (unsigned char)(left % 10);
}

void dec_text(char out[DEC_TEXT_MAX], const struct dec *d, int scale)
{
    int first = first_digit(d);
    int zero = first == DEC_DIGITS;
    if (scale < d->scale)
        scale = d->scale;
    if (scale > DEC_PART)
        scale = DEC_PART;
    if (d->negative && !zero)
        *out++ = '-';
    for (int i = first < DEC_WHOLE ? first : DEC_WHOLE - 1; i < DEC_WHOLE; i++)
        *out++ = (char)('0' + d->digit[i]);
    if (scale > 0)
        *out++ = '.';
    for (int i = DEC_WHOLE; i < DEC_WHOLE + scale; i++)
        *out++ = (char)('0' + d->digit[i]);
    *out = '\0';
}

void dec_text_long(char out[DEC_TEXT_MAX], const struct dec *d, int significant)
{
    int first = first_digit(d);
    int scale = first == DEC_DIGITS ? significant : first + significant - DEC_WHOLE;
    dec_text(out, d, scale);
}
