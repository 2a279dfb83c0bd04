#ifndef VIGIE_MODEL_FIELD_PART_H
#define VIGIE_MODEL_FIELD_PART_H

#include "model/field.h"

/* Between the files of field_*.c only. */

/* One value being checked. text is what was typed less outer blanks (SECRET and TEXT too: a pasted
 * newline is no part of a key); never NULL. out may be NULL. */
struct check {
    enum field field;
    const struct field_info *info;
    const struct field_facts *facts; /* never NULL */
    const char *text;
    size_t len;
    struct str *out;
    char *problem; /* FIELD_PROBLEM bytes */
};

enum field_grade check_bad(const struct check *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
enum field_grade check_warn(const struct check *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Gives the canonical text; FIELD_BAD when it is longer than out takes. */
enum field_grade check_take(const struct check *c, const char *text);

enum { CHECK_QUOTE = 120 };
/* What was typed as a sentence may quote it: scrubbed, short. Never called for a SECRET. */
const char *check_quote(const struct check *c, char buf[CHECK_QUOTE]);

enum field_grade check_text(const struct check *c);
enum field_grade check_email(const struct check *c);
enum field_grade check_secret(const struct check *c);
enum field_grade check_integer(const struct check *c);
enum field_grade check_amount(const struct check *c);
enum field_grade check_switch(const struct check *c);
enum field_grade check_choice(const struct check *c);
enum field_grade check_reference(const struct check *c);
enum field_grade check_models(const struct check *c);
enum field_grade check_json(const struct check *c);
enum field_grade check_time(const struct check *c);

/* Whether a byte of plain ASCII is a blank between or around what a person types. */
int field_is_blank(char c);

/* Whether scrubbing would leave the text as it is. */
int field_is_harmless(const char *text);

/* -1, 0, 1 by number, of two decimals without exponent; exact. Texts that are none compare as 0. */
int decimal_compare(const char *a, const char *b);
/* The decimal without leading zeros and without zeros behind its last decimal; as it is when it is
 * none. Adds to out. */
void decimal_trim(const char *text, struct str *out);

/* The elements of PostgreSQL's text of an array of text, one dimension; 0, or -1 when it is none,
 * holds a NULL or more than FIELD_MODELS_MAX. Each is given unquoted to fn, which stops the walk by
 * returning non-zero (then -1 is returned). */
int models_walk(const char *text, int (*fn)(void *arg, const char *name), void *arg);

#endif
