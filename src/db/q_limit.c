#include "config.h"

#include "db/q_limit.h"

#include "base/mem.h"
#include "db/row_health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOFT_TEXT = 128, WHY = 200 };

struct ask_limits {
    limits_done done;
    void *arg;
};

/* An array's text of PostgreSQL: "{50,80}". */
static void soft_array(char out[SOFT_TEXT], const struct thresholds *t)
{
    size_t at = (size_t)snprintf(out, SOFT_TEXT, "{");
    thresholds_format(out + at, SOFT_TEXT - at - 1, t);
    at = strlen(out);
    out[at] = '}';
    out[at + 1] = '\0';
}

static void read_thresholds(struct thresholds *t, const PGresult *res, int row)
{
    char why[WHY];
    const char *soft = row_named(res, row, "soft");
    thresholds_default(t);
    if (soft && thresholds_parse(t, soft, why))
        t->len = 0;
    t->hard = row_int(res, row, "hard", LIMIT_HARD_DEFAULT);
    t->on_spend = row_flag(res, row, "on_spend");
    t->on_forecast = row_flag(res, row, "on_forecast");
}

static void read_block(struct block *b, const PGresult *res, int row)
{
    const char *cause = row_named(res, row, "cause");
    if (!cause)
        return;
    b->cause = strcmp(cause, "quota") == 0 ? BLOCK_QUOTA : BLOCK_BUDGET;
    b->since = row_number(res, row, "since", 0);
    b->until = row_number(res, row, "until", 0);
    row_copy(b->by, sizeof b->by, res, row, "by_name");
    (void)row_token(b->value, sizeof b->value, res, row, "value");
    (void)row_token(b->limit, sizeof b->limit, res, row, "limit_value");
}

static struct limits *decode(const PGresult *res)
{
    struct limits *limits = mem_zero(1, sizeof *limits);
    row_copy(limits->id, sizeof limits->id, res, 0, "id");
    read_thresholds(&limits->thresholds, res, 0);
    row_copy(limits->from, sizeof limits->from, res, 0, "source");
    limits->own = strcmp(limits->from, "connexion") == 0;
    read_block(&limits->block, res, 0);
    (void)row_token(limits->last_month, sizeof limits->last_month, res, 0, "last_month");
    (void)row_token(limits->last_cost, sizeof limits->last_cost, res, 0, "last_cost");
    (void)row_token(limits->last_day, sizeof limits->last_day, res, 0, "last_day");
    limits->last_use = row_number(res, 0, "last_use", -1);
    (void)row_token(limits->lifetime_cost, sizeof limits->lifetime_cost, res, 0, "lifetime");
    return limits;
}

static void got_limits(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_limits *ask = arg;
    int known = count == 1 && PQntuples(results[0]) == 1;
    ask->done(ask->arg, known ? decode(results[0]) : NULL, e);
    free(ask);
}

static int ask_one(struct session *s, enum stmt stmt, const char *id, limits_done done, void *arg,
                   struct err *e)
{
    const char *const values[] = {id};
    const struct query query = {stmt, 1, values};
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    struct ask_limits *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_limits){done, arg};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, got_limits, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

int q_limits(struct session *s, const char *id, limits_done done, void *arg, struct err *e)
{
    return ask_one(s, STMT_LIMITS, id, done, arg, e);
}

int q_limits_organisation(struct session *s, const char *organisation, limits_done done, void *arg,
                          struct err *e)
{
    return ask_one(s, STMT_LIMITS_ORGANISATION, organisation, done, arg, e);
}

int q_limits_set(struct session *s, const char *organisation, const char *connexion,
                 const struct thresholds *thresholds, ask_done done, void *arg, struct err *e)
{
    char soft[SOFT_TEXT], hard[16];
    const char *of_connexion = connexion[0] ? connexion : NULL;
    const char *of_organisation = of_connexion ? NULL : organisation;
    if (!thresholds) {
        const char *const values[] = {of_organisation, of_connexion};
        return ask_edit(s, STMT_LIMITS_UNSET, values, done, arg, e);
    }
    soft_array(soft, thresholds);
    (void)snprintf(hard, sizeof hard, "%d", thresholds->hard);
    const char *const values[] = {of_organisation,
                                  of_connexion,
                                  soft,
                                  hard,
                                  thresholds->on_spend ? "t" : "f",
                                  thresholds->on_forecast ? "t" : "f"};
    return ask_edit(s, STMT_LIMITS_SET, values, done, arg, e);
}
