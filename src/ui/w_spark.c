#include "config.h"

#include "ui/w_spark.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 8, VALUES_MAX = 128 };

const char *spark_level(const struct theme *theme, int level)
{
    static const enum glyph glyphs[LEVELS] = {GLYPH_LEVEL_1, GLYPH_LEVEL_2, GLYPH_LEVEL_3,
                                              GLYPH_LEVEL_4, GLYPH_LEVEL_5, GLYPH_LEVEL_6,
                                              GLYPH_LEVEL_7, GLYPH_LEVEL_8};
    level = level < 1 ? 1 : level > LEVELS ? LEVELS : level;
    return theme_glyph(theme, glyphs[level - 1]);
}

void spark_text(const struct theme *theme, const int *values, int len, int width, char *buf,
                size_t size)
{
    int from = len > width ? len - width : 0;
    int largest = 1;
    size_t at = 0;
    buf[0] = '\0';
    for (int i = from; i < len; i++)
        largest = values[i] > largest ? values[i] : largest;
    for (int i = from; i < len; i++) {
        int value = values[i] > 0 ? values[i] : 0;
        const char *sign = spark_level(theme, 1 + (int)((long)value * (LEVELS - 1) / largest));
        size_t n = strlen(sign);
        if (at + n >= size)
            return;
        memcpy(buf + at, sign, n + 1);
        at += n;
    }
}

static int by_value(const void *a, const void *b)
{
    int x = *(const int *)a;
    int y = *(const int *)b;
    return (x > y) - (x < y);
}

void spark_range(struct spark_range *range, const int *values, int len)
{
    int sorted[VALUES_MAX];
    int n = len < VALUES_MAX ? len : VALUES_MAX;
    *range = (struct spark_range){0, 0, 0};
    if (n < 1)
        return;
    memcpy(sorted, values + (len - n), (size_t)n * sizeof *sorted);
    qsort(sorted, (size_t)n, sizeof *sorted, by_value);
    *range = (struct spark_range){sorted[0], sorted[n / 2], sorted[n - 1]};
}
