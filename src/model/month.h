#ifndef VIGIE_MODEL_MONTH_H
#define VIGIE_MODEL_MONTH_H

#include "model/health.h"

enum { MONTH_DAYS = 31, MONTH_NAME = 8 };

/* The days of one UTC month of figures: for a chart and for what stands beside it. */
struct month {
    char name[MONTH_NAME];          /* "2026-11" */
    int days;                       /* of the calendar */
    int today;                      /* 1.., 0 for a month that is over */
    int known;                      /* days that have a figure */
    const char *amount[MONTH_DAYS]; /* borrowed from the figures; NULL: none */
    int permille[MONTH_DAYS];       /* of the largest day; 0 for none, -1 below zero */
    const char *largest;            /* borrowed; NULL when no day is above zero */
    const char *total;              /* borrowed decimal text; "" when the database gave none */
};

/* The month that contains at. Sum and heights are the database's: nothing is computed from amounts
 * here. figures may be NULL. */
void month_init(struct month *m, const struct figures *figures, int64_t at, int64_t now);

#endif
