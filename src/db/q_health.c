#include "config.h"

#include "db/q_health.h"

#include "base/mem.h"
#include "db/ask.h"
#include "db/row_health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ask_health {
    health_done done;
    void *arg;
};

static void read_host(struct host_health *h, const PGresult *res, int row)
{
    *h = (struct host_health){.verdict = row_verdict(res, row, "verdict"),
                              .since = row_number(res, row, "since", 0),
                              .failing = row_int(res, row, "failing", 0)};
    row_copy(h->host, sizeof h->host, res, row, "host");
    row_evidence(&h->evidence, res, row);
}

static void read_item(struct health *h, const PGresult *res, int row)
{
    row_health(h, res, row);
    h->sources_known = 1;
    row_copy(h->cost_source, sizeof h->cost_source, res, row, "cost_source");
    h->cost_at = row_number(res, row, "cost_at", 0);
    row_copy(h->use_source, sizeof h->use_source, res, row, "use_source");
    h->use_at = row_number(res, row, "use_at", 0);
}

static struct health_list *decode(const PGresult *rows, const PGresult *hosts)
{
    struct health_list *list = health_list_create(PQntuples(rows), PQntuples(hosts));
    for (int i = 0; i < list->len; i++)
        read_item(&list->item[i], rows, i);
    for (int i = 0; i < list->hosts; i++)
        read_host(&list->host[i], hosts, i);
    return list;
}

/* Without the tables nothing was asked and the list is empty. */
static void got_health(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_health *ask = arg;
    struct health_list *list = NULL;
    if (e->code == ERR_OK)
        list = count == 2 ? decode(results[0], results[1]) : health_list_create(0, 0);
    ask->done(ask->arg, list, e);
    free(ask);
}

int q_health_of(struct session *s, const char *const *ids, int count, health_done done, void *arg,
                struct err *e)
{
    struct str list;
    ask_ids(&list, ids, count);
    const char *const values[] = {str_get(&list)};
    const struct query queries[] = {{STMT_HEALTH, 1, values}, {STMT_HOSTS, 0, NULL}};
    struct ask_health *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_health){done, arg};
    int rc =
        session_send(s, TRANSACTION_READ, queries, session_health(s) ? 2 : 0, got_health, ask, e);
    str_finish(&list);
    if (rc < 0)
        free(ask);
    return rc;
}

enum { FIGURES_PARTS = 3 };

struct ask_figures {
    figures_done done;
    void *arg;
    char id[UUID_TEXT];
};

static void read_sources(struct figures *f, const PGresult *res)
{
    if (PQntuples(res) == 0)
        return;
    row_copy(f->cost_source, sizeof f->cost_source, res, 0, "cost_source");
    f->cost_at = row_number(res, 0, "cost_at", 0);
    f->cost_shared = row_int(res, 0, "cost_shared", 0);
    row_copy(f->use_source, sizeof f->use_source, res, 0, "use_source");
    f->use_at = row_number(res, 0, "use_at", 0);
    f->use_clamped = row_flag(res, 0, "use_clamped");
    row_copy(f->currency, sizeof f->currency, res, 0, "currency");
    row_copy(f->account, sizeof f->account, res, 0, "account");
    row_copy(f->unattributed, sizeof f->unattributed, res, 0, "unattributed");
}

static void read_days(struct figures *f, const PGresult *res)
{
    int days = PQntuples(res);
    f->days = days < DAYS_MAX ? days : DAYS_MAX;
    for (int i = 0; i < f->days; i++) {
        row_copy(f->day[i].day, sizeof f->day[i].day, res, i, "day");
        row_copy(f->day[i].amount, sizeof f->day[i].amount, res, i, "amount");
        f->day[i].permille = row_int(res, i, "permille", 0);
    }
}

static void read_months(struct figures *f, const PGresult *res)
{
    int months = PQntuples(res);
    f->months = months < MONTHS_MAX ? months : MONTHS_MAX;
    for (int i = 0; i < f->months; i++) {
        row_copy(f->month[i].month, sizeof f->month[i].month, res, i, "month");
        row_copy(f->month[i].amount, sizeof f->month[i].amount, res, i, "amount");
    }
}

static void got_figures(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_figures *ask = arg;
    struct figures *f = NULL;
    if (count == FIGURES_PARTS) {
        f = mem_zero(1, sizeof *f);
        memcpy(f->id, ask->id, sizeof f->id);
        read_sources(f, results[0]);
        read_days(f, results[1]);
        read_months(f, results[2]);
    }
    ask->done(ask->arg, f, e);
    free(ask);
}

int q_figures_of(struct session *s, const char *id, figures_done done, void *arg, struct err *e)
{
    const char *const values[] = {id};
    const struct query queries[FIGURES_PARTS] = {
        {STMT_FIGURES, 1, values}, {STMT_COST_DAYS, 1, values}, {STMT_COST_MONTHS, 1, values}};
    struct ask_figures *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_figures){.done = done, .arg = arg};
    (void)snprintf(ask->id, sizeof ask->id, "%s", id);
    int rc = session_send(s, TRANSACTION_READ, queries, session_health(s) ? FIGURES_PARTS : 0,
                          got_figures, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}
