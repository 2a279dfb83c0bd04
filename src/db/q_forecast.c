#include "config.h"

#include "db/q_forecast.h"

#include "base/mem.h"
#include "db/ask.h"
#include "db/row_health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 3, PARAM_INT = 16 };

struct ask_forecasts {
    forecasts_done done;
    void *arg;
    int count;
    struct forecast *forecast;
    struct reconciliation *figures;
};

static void ask_destroy(struct ask_forecasts *ask)
{
    free(ask->forecast);
    free(ask->figures);
    free(ask);
}

/* Amounts are numeric's own text. */
static void amount(char *out, size_t size, const PGresult *res, int row, const char *name)
{
    (void)row_token(out, size, res, row, name);
}

/* The place of the row's connexion among those asked for, -1 when it was not. */
static int place_of(const struct ask_forecasts *ask, const PGresult *res, int row)
{
    char id[UUID_TEXT];
    row_copy(id, sizeof id, res, row, "connexion_id");
    for (int i = 0; i < ask->count; i++)
        if (strcmp(ask->forecast[i].id, id) == 0)
            return i;
    return -1;
}

static void read_forecast(struct forecast *f, const PGresult *res, int row)
{
    f->basis = forecast_basis_parse(row_named(res, row, "basis"));
    amount(f->rate, sizeof f->rate, res, row, "rate");
    amount(f->month_end, sizeof f->month_end, res, row, "month_end");
    (void)row_token(f->currency, sizeof f->currency, res, row, "currency");
    f->permille = row_int(res, row, "permille", -1);
    f->exhausted_at = row_number(res, row, "exhausted_at", 0);
    f->days = row_int(res, row, "days", 0);
}

static void read_sources(struct reconciliation *r, const PGresult *res, int row)
{
    amount(r->costs, sizeof r->costs, res, row, "costs");
    (void)row_token(r->costs_currency, sizeof r->costs_currency, res, row, "costs_currency");
    r->costs_at = row_number(res, row, "costs_at", 0);
    amount(r->usage, sizeof r->usage, res, row, "usage");
    r->usage_at = row_number(res, row, "usage_at", 0);
    amount(r->counted_cost, sizeof r->counted_cost, res, row, "counted_cost");
    amount(r->counted_use, sizeof r->counted_use, res, row, "counted_use");
    r->counted_at = row_number(res, row, "counted_at", 0);
    amount(r->table_cost, sizeof r->table_cost, res, row, "table_cost");
    amount(r->table_use, sizeof r->table_use, res, row, "table_use");
}

static void read_discrepancy(struct reconciliation *r, const PGresult *res, int row)
{
    struct discrepancy d = {.kind = discrepancy_parse(row_named(res, row, "kind"))};
    if (d.kind == DISCREPANCY_COUNT)
        return; /* of a newer program */
    (void)row_token(d.period, sizeof d.period, res, row, "period");
    amount(d.one, sizeof d.one, res, row, "one");
    amount(d.other, sizeof d.other, res, row, "other");
    amount(d.difference, sizeof d.difference, res, row, "difference");
    d.permille = row_int(res, row, "permille", -1);
    reconciliation_add(r, &d);
}

static void decode(struct ask_forecasts *ask, PGresult *const *results)
{
    int at = 0;
    for (int i = 0; i < PQntuples(results[0]); i++)
        if ((at = place_of(ask, results[0], i)) >= 0)
            read_forecast(&ask->forecast[at], results[0], i);
    for (int i = 0; i < PQntuples(results[1]); i++)
        if ((at = place_of(ask, results[1], i)) >= 0)
            read_sources(&ask->figures[at], results[1], i);
    for (int i = 0; i < PQntuples(results[2]); i++)
        if ((at = place_of(ask, results[2], i)) >= 0)
            read_discrepancy(&ask->figures[at], results[2], i);
}

static void got_forecasts(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_forecasts *ask = arg;
    int all = count == PARTS;
    if (all)
        decode(ask, results);
    ask->done(ask->arg, all ? ask->forecast : NULL, all ? ask->figures : NULL, all ? ask->count : 0,
              e);
    ask_destroy(ask);
}

static struct ask_forecasts *ask_create(const char *const *ids, int count)
{
    struct ask_forecasts *ask = mem_zero(1, sizeof *ask);
    ask->count = count;
    ask->forecast = mem_zero((size_t)count + 1, sizeof *ask->forecast);
    ask->figures = mem_zero((size_t)count + 1, sizeof *ask->figures);
    for (int i = 0; i < count; i++) {
        ask->forecast[i].permille = -1;
        (void)snprintf(ask->forecast[i].id, UUID_TEXT, "%s", ids[i]);
        (void)snprintf(ask->figures[i].id, UUID_TEXT, "%s", ids[i]);
    }
    return ask;
}

int q_forecasts(struct session *s, const char *const *ids, int count, forecasts_done done,
                void *arg, struct err *e)
{
    struct str list;
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    ask_ids(&list, ids, count);
    const char *const values[] = {str_get(&list)};
    const struct query queries[PARTS] = {
        {STMT_FORECASTS, 1, values}, {STMT_SOURCES_OF, 1, values}, {STMT_RECONCILE, 1, values}};
    struct ask_forecasts *ask = ask_create(ids, count);
    ask->done = done;
    ask->arg = arg;
    int rc = session_send(s, TRANSACTION_READ, queries, PARTS, got_forecasts, ask, e);
    str_finish(&list);
    if (rc < 0)
        ask_destroy(ask);
    return rc;
}

struct ask_one {
    forecast_done done;
    void *arg;
};

static void got_one(void *arg, const struct forecast *forecast,
                    const struct reconciliation *figures, int count, struct err *e)
{
    struct ask_one *ask = arg;
    struct forecast *f = NULL;
    struct reconciliation *r = NULL;
    if (count == 1) {
        f = mem_alloc(sizeof *f);
        *f = *forecast;
        r = mem_alloc(sizeof *r);
        *r = *figures;
    }
    ask->done(ask->arg, f, r, e);
    free(ask);
}

int q_forecast(struct session *s, const char *id, forecast_done done, void *arg, struct err *e)
{
    struct ask_one *ask = mem_alloc(sizeof *ask);
    *ask = (struct ask_one){done, arg};
    int rc = q_forecasts(s, &id, 1, got_one, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

struct ask_backtest {
    backtest_done done;
    void *arg;
};

static void read_hit(struct backtest_hit *h, const PGresult *res, int row)
{
    row_copy(h->id, sizeof h->id, res, row, "connexion_id");
    row_copy(h->month, sizeof h->month, res, row, "month");
    row_copy(h->day, sizeof h->day, res, row, "day");
    amount(h->value, sizeof h->value, res, row, "value");
    amount(h->limit, sizeof h->limit, res, row, "limit_value");
    (void)row_token(h->currency, sizeof h->currency, res, row, "currency");
    row_copy(h->account, sizeof h->account, res, row, "account");
}

static void got_backtest(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_backtest *ask = arg;
    int len = count == 1 ? PQntuples(results[0]) : 0;
    struct backtest_hit *hit = mem_zero((size_t)len + 1, sizeof *hit);
    for (int i = 0; i < len; i++)
        read_hit(&hit[i], results[0], i);
    ask->done(ask->arg, hit, len, e);
    free(hit);
    free(ask);
}

int q_backtest(struct session *s, const char *const *ids, int count,
               const struct backtest_rule *rule, backtest_done done, void *arg, struct err *e)
{
    struct str list;
    char percent[PARAM_INT];
    char months[PARAM_INT];
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    ask_ids(&list, ids, count);
    (void)snprintf(percent, sizeof percent, "%d", rule->percent);
    (void)snprintf(months, sizeof months, "%d", rule->months);
    const char *const values[] = {str_get(&list), percent, rule->on_forecast ? "true" : "false",
                                  months};
    const struct query query = {STMT_BACKTEST, 4, values};
    struct ask_backtest *ask = mem_alloc(sizeof *ask);
    *ask = (struct ask_backtest){done, arg};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, got_backtest, ask, e);
    str_finish(&list);
    if (rc < 0)
        free(ask);
    return rc;
}
