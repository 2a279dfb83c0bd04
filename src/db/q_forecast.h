#ifndef VIGIE_DB_Q_FORECAST_H
#define VIGIE_DB_Q_FORECAST_H

#include "db/session.h"
#include "model/forecast.h"

/* What the month will cost, and how the sources of the figures differ. A database without these
 * functions (never migrated that far) refuses with ERR_DATABASE. */

/* Both parts belong to the callee (free); NULL only when e says why. Where nobody counts the
 * forecast is FORECAST_NONE. */
typedef void (*forecast_done)(void *arg, struct forecast *forecast, struct reconciliation *figures,
                              struct err *e);
int q_forecast(struct session *s, const char *id, forecast_done done, void *arg, struct err *e);

/* The same for many connexions, item by item in the order of ids; borrowed within done. */
typedef void (*forecasts_done)(void *arg, const struct forecast *forecast,
                               const struct reconciliation *figures, int count, struct err *e);
int q_forecasts(struct session *s, const char *const *ids, int count, forecasts_done done,
                void *arg, struct err *e);

/* A threshold as it would have been in the past: per cent of the limit, on the forecast or on what
 * was spent, in so many whole UTC months and the present one. */
struct backtest_rule {
    int percent;
    int on_forecast;
    int months;
};
enum { BACKTEST_ACCOUNT = 400 };
/* It would have fired: the first day of a month. */
struct backtest_hit {
    char id[UUID_TEXT];
    char month[8]; /* 2026-11 */
    char day[11];  /* 2026-11-22 */
    char value[64], limit[64];
    char currency[8];
    char account[BACKTEST_ACCOUNT]; /* e-mail of the connexion */
};
/* By month, then connexion; borrowed within done. */
typedef void (*backtest_done)(void *arg, const struct backtest_hit *hit, int count, struct err *e);
int q_backtest(struct session *s, const char *const *ids, int count,
               const struct backtest_rule *rule, backtest_done done, void *arg, struct err *e);

#endif
