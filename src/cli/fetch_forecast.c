#include "config.h"

#include "cli/fetch_forecast.h"

#include "base/mem.h"
#include "cli/fetch_health.h"

#include <string.h>

struct forecasts_answer {
    struct outcome_of outcome;
    struct forecast *forecast;
    struct reconciliation *figures;
};

static void on_forecasts(void *arg, const struct forecast *forecast,
                         const struct reconciliation *figures, int count, struct err *e)
{
    struct forecasts_answer *a = arg;
    fetch_outcome(&a->outcome, e);
    if (count <= 0)
        return;
    memcpy(a->forecast, forecast, (size_t)count * sizeof *forecast);
    memcpy(a->figures, figures, (size_t)count * sizeof *figures);
}

int fetch_forecasts(struct session *s, const char *const *ids, int count, struct forecast *forecast,
                    struct reconciliation *figures, struct err *e)
{
    struct forecasts_answer a = {.forecast = forecast, .figures = figures};
    return fetch_wait(s, q_forecasts(s, ids, count, on_forecasts, &a, e), &a.outcome, e);
}

struct backtest_answer {
    struct outcome_of outcome;
    struct backtest_list *list;
};

static void on_backtest(void *arg, const struct backtest_hit *hit, int count, struct err *e)
{
    struct backtest_answer *a = arg;
    struct backtest_list *list = a->list;
    fetch_outcome(&a->outcome, e);
    if (count <= 0)
        return;
    list->item = mem_grow(list->item, (size_t)list->len + (size_t)count, sizeof *hit);
    memcpy(list->item + list->len, hit, (size_t)count * sizeof *hit);
    list->len += count;
}

int fetch_backtest(struct session *s, const char *const *ids, int count,
                   const struct backtest_rule *rule, struct backtest_list *list, struct err *e)
{
    struct backtest_answer a = {.list = list};
    return fetch_wait(s, q_backtest(s, ids, count, rule, on_backtest, &a, e), &a.outcome, e);
}
