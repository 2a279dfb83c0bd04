#ifndef VIGIE_DB_PARAM_H
#define VIGIE_DB_PARAM_H

#include "base/str.h"
#include "model/filter.h"

/* How many parameters a filter takes, in the order of SQL_FILTER: four words, organisation, client,
 * model, states, switch, bounds of the budget and of the quota. */
enum { PARAM_FILTER = 13, PARAM_TEXT = 2 * FILTER_WORD_MAX + 3, PARAM_NUMBER = 16 };

struct param_filter {
    char text[FILTER_WORDS + 3][PARAM_TEXT];
    char states[PARAM_TEXT];
    char number[4][PARAM_NUMBER];
};

/* Writes the PARAM_FILTER values of a filter; what the filter leaves open is NULL. values point
 * into p or to static storage. */
void param_filter(struct param_filter *p, const struct filter *f, const char *values[PARAM_FILTER]);

/* The pattern that finds text anywhere: "%text%" with the wildcards of LIKE escaped. 0, or -1 when
 * it is longer than size allows. */
int param_pattern(char *out, size_t size, const char *text);

/* Adds one element to the text of an array of PostgreSQL, quoted; param_array_open and
 * param_array_close stand around. */
void param_array_open(struct str *s);
void param_array_add(struct str *s, const char *element);
void param_array_close(struct str *s);

#endif
