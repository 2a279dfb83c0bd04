#ifndef VIGIE_CLI_FETCH_FORECAST_H
#define VIGIE_CLI_FETCH_FORECAST_H

#include "db/q_forecast.h"

/* The questions of db about forecasts as plain calls (see cli/fetch_health.h): both arrays have
 * room for count items. */
int fetch_forecasts(struct session *s, const char *const *ids, int count, struct forecast *forecast,
                    struct reconciliation *figures, struct err *e);

struct backtest_list {
    struct backtest_hit *item; /* owned */
    int len;
};
/* Adds to the list. */
int fetch_backtest(struct session *s, const char *const *ids, int count,
                   const struct backtest_rule *rule, struct backtest_list *list, struct err *e);

#endif
