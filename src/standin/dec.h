#ifndef VIGIE_STANDIN_DEC_H
#define VIGIE_STANDIN_DEC_H

#include <stdint.h>

/* Exact decimals: DEC_WHOLE digits before the point and DEC_PART behind it. */
enum {
    DEC_WHOLE = 40,
    DEC_PART = 72,
    DEC_DIGITS = DEC_WHOLE + DEC_PART,
    DEC_TEXT_MAX = DEC_DIGITS + 4
};

struct dec {
    int negative;
    int scale; /* digits behind the point that are written */
    unsigned char digit[DEC_DIGITS];
};

/* Reads [-]digits[.digits][e[+-]digits], whole. -1: not one, or not representable exactly. A zero
 * of any exponent is one. */
int dec_parse(struct dec *d, const char *text);

/* sum += d; the scale becomes the larger one. -1 (sum undefined) when it does not fit. */
int dec_add(struct dec *sum, const struct dec *d);

/* units of 10^-scale; scale at most DEC_PART. */
void dec_from_units(struct dec *d, int64_t units, int scale);

/* Plain text without an exponent, with at least scale digits behind the point (0: the number's). */
void dec_text(char out[DEC_TEXT_MAX], const struct dec *d, int scale);

/* Like dec_text, with zeros until there are significant digits. */
void dec_text_long(char out[DEC_TEXT_MAX], const struct dec *d, int significant);

#endif
