#ifndef VIGIE_UI_W_SPARK_H
#define VIGIE_UI_W_SPARK_H

#include "ui/theme.h"

#include <stddef.h>

/* The last values (0 and more) as one line of text of at most width columns, one a column, measured
 * from 0 to the largest. */
void spark_text(const struct theme *theme, const int *values, int len, int width, char *buf,
                size_t size);

/* One of eight levels, 1..8, as a sign of one column. */
const char *spark_level(const struct theme *theme, int level);

/* Smallest, middle and largest of at least one value. */
struct spark_range {
    int min, median, max;
};
void spark_range(struct spark_range *range, const int *values, int len);

#endif
