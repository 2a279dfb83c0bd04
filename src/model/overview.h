#ifndef VIGIE_MODEL_OVERVIEW_H
#define VIGIE_MODEL_OVERVIEW_H

#include "model/alert.h"
#include "model/forecast.h"

/* The board: what is wrong first, then every organisation as a field of a heat map. */

struct overview_cell {
    char id[UUID_TEXT];
    char nom[ALERT_NAME];
    int64_t connexions, active, blocked; /* blocked: quota_exceeded by a hard limit */
    int64_t troubled;
    char cost[ALERT_AMOUNT], limit[ALERT_AMOUNT]; /* decimal text; limit "0": none */
    int budget_permille;                          /* -1: no limit */
    int forecast_permille; /* of the limit at the end of the month; -1: not known */
    struct alert_counts alerts;
    enum alert_gravity worst; /* GRAVITY_COUNT: no open alert */
};

struct overview {
    struct overview_cell *item; /* owned; the worst first */
    int len;
    struct alert_counts alerts;
    int64_t connexions, active, blocked, troubled;
    char cost[ALERT_AMOUNT], limit[ALERT_AMOUNT];
    int budget_permille;
};
struct overview *overview_create(int len);
void overview_destroy(struct overview *o); /* accepts NULL */

#endif
