#include "config.h"

#include "openai/costs.h"

#include <string.h>

static const char digits[] = "0123456789";

/* The exponent behind a number, bounded; -1 when it is none. */
static int read_exponent(const char *p, long *exponent)
{
    int negative = *p == '-';
    p += *p == '-' || *p == '+';
    size_t len = strspn(p, digits);
    if (len == 0 || p[len])
        return -1;
    long n = 0;
    for (; *p; p++)
        n = n < 100000 ? n * 10 + (*p - '0') : n;
    *exponent = negative ? -n : n;
    return 0;
}

int amount_is_decimal(const char *text)
{
    const char *p = text + (*text == '-');
    long whole = (long)strspn(p, digits);
    long places = 0;
    long exponent = 0;
    if (strlen(text) >= AMOUNT_TEXT || whole == 0)
        return 0;
    p += whole;
    if (*p == '.') {
        places = (long)strspn(p + 1, digits);
        p += 1 + places;
        if (places == 0)
            return 0;
    }
    if (*p == 'e' || *p == 'E') {
        if (read_exponent(p + 1, &exponent))
            return 0;
    } else if (*p) {
        return 0;
    }
    return whole + exponent <= AMOUNT_WHOLE_MAX && places - exponent <= AMOUNT_PLACES_MAX;
}
