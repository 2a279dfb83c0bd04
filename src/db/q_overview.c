#include "config.h"

#include "db/q_overview.h"

#include "base/mem.h"
#include "db/ask.h"
#include "db/row.h"
#include "db/row_alert.h"

#include <stdlib.h>
#include <string.h>

struct ask_overview {
    overview_done done;
    void *arg;
};

static void read_money(char out[ALERT_AMOUNT], const PGresult *res, int row, const char *name)
{
    row_copy(out, ALERT_AMOUNT, res, row, name);
    if (!out[0])
        memcpy(out, "0", sizeof "0");
}

static enum alert_gravity worst_of(const struct alert_counts *counts)
{
    for (int g = GRAVITY_CRITICAL; g >= GRAVITY_INFO; g--)
        if (counts->open[g] > 0)
            return (enum alert_gravity)g;
    return GRAVITY_COUNT;
}

static void read_cell(struct overview_cell *cell, const PGresult *res, int row)
{
    row_uuid(cell->id, res, row, PQfnumber(res, "organisation_id"));
    row_copy(cell->nom, sizeof cell->nom, res, row, "organisation_nom");
    cell->connexions = row_number(res, row, "connexions", 0);
    cell->active = row_number(res, row, "active", 0);
    cell->blocked = row_number(res, row, "blocked", 0);
    cell->troubled = row_number(res, row, "troubled", 0);
    cell->budget_permille = (int)row_number(res, row, "budget_permille", -1);
    cell->forecast_permille = (int)row_number(res, row, "forecast_permille", -1);
    read_money(cell->cost, res, row, "cost");
    read_money(cell->limit, res, row, "cost_limit");
    row_alert_counts(&cell->alerts, res, row);
    cell->worst = worst_of(&cell->alerts);
}

/* The sums of money are the database's. */
static void read_sums(struct overview *o, const PGresult *cells, const PGresult *totals,
                      const PGresult *counts)
{
    for (int i = 0; i < o->len; i++) {
        read_cell(&o->item[i], cells, i);
        o->connexions += o->item[i].connexions;
        o->active += o->item[i].active;
        o->blocked += o->item[i].blocked;
        o->troubled += o->item[i].troubled;
    }
    if (PQntuples(totals) == 1) {
        struct totals t;
        row_totals(&t, totals, 0);
        memcpy(o->cost, t.cost, sizeof o->cost);
        memcpy(o->limit, t.limit, sizeof o->limit);
        o->budget_permille = t.budget_permille;
    }
    if (PQntuples(counts) == 1)
        row_alert_counts(&o->alerts, counts, 0);
}

static void got_overview(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_overview *ask = arg;
    struct overview *o = NULL;
    if (count == 3) {
        o = overview_create(PQntuples(results[0]));
        read_sums(o, results[0], results[1], results[2]);
    }
    ask->done(ask->arg, o, e);
    free(ask);
}

int q_overview(struct session *s, overview_done done, void *arg, struct err *e)
{
    const char *own = session_organisation(s);
    const char *const values[] = {"0", own[0] ? own : NULL};
    const struct query queries[] = {
        {STMT_OVERVIEW, 0, NULL}, {STMT_TOTALS_ONCE_ALL, 2, values}, {STMT_ALERT_COUNTS, 0, NULL}};
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    struct ask_overview *ask = mem_alloc(sizeof *ask);
    *ask = (struct ask_overview){done, arg};
    int rc = session_send(s, TRANSACTION_READ, queries, 3, got_overview, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}
