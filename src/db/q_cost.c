#include "config.h"

#include "db/q_cost.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "db/ask.h"
#include "db/row_health.h"

#include <stdlib.h>

/* A row is two names of a hundred bytes and an amount of another. */
enum { ROWS_MAX = 200000, ROW_TEXT = 512, FOUND_TEXT = 8192 };

/* What a poll found: verdict and evidence. */
static void found_open(struct str *s, const struct account *account)
{
    str_init(s, FOUND_TEXT);
    (void)str_add_char(s, '{');
    json_text(s, "verdict", verdict_word(account->verdict));
    json_number(s, "by_key_refused_at", account->by_key_refused_at);
    json_evidence(s, &account->evidence);
    json_close(s, '}');
}

/* ERR_LIMIT when there are too many rows. */
static int rows_open(struct str *s, const struct cost_row *rows, int count, struct err *e)
{
    str_init(s, (size_t)ROWS_MAX * ROW_TEXT);
    (void)str_add_char(s, '[');
    for (int i = 0; i < count && !s->overflow; i++) {
        (void)str_add_char(s, '{');
        json_text(s, "day", rows[i].day);
        json_text(s, "project", rows[i].project);
        json_text(s, "key", rows[i].key);
        json_text(s, "currency", rows[i].currency);
        json_text(s, "amount", rows[i].amount);
        json_close(s, '}');
        (void)str_add_char(s, ',');
    }
    json_close(s, ']');
    if (count <= ROWS_MAX && !s->overflow)
        return 0;
    return err_set(e, ERR_LIMIT, _("OpenAI told more than %d rows of costs."), ROWS_MAX);
}

int q_costs_replace(struct session *s, const char *owner, const struct account *account,
                    const char *first, const char *last, const char *currency,
                    const struct cost_row *rows, int count, poll_done done, void *arg,
                    struct err *e)
{
    struct str costs;
    struct str found;
    found_open(&found, account);
    int rc = rows_open(&costs, rows, count, e);
    const char *const values[] = {owner,    account->id,     first,          last,
                                  currency, str_get(&costs), str_get(&found)};
    if (rc == 0)
        rc = ask_write(s, STMT_COSTS_REPLACE, values, done, arg, e);
    str_finish(&costs);
    str_finish(&found);
    return rc;
}

int q_usage_replace(struct session *s, const char *owner, const struct account *account,
                    const char *day, const struct cost_row *rows, int count, poll_done done,
                    void *arg, struct err *e)
{
    struct str usage;
    int rc = rows_open(&usage, rows, count, e);
    const char *const values[] = {owner, account->id, day, str_get(&usage)};
    if (rc == 0)
        rc = ask_write(s, STMT_USAGE_REPLACE, values, done, arg, e);
    str_finish(&usage);
    return rc;
}

int q_account_failed(struct session *s, const char *owner, const struct account *account,
                     poll_done done, void *arg, struct err *e)
{
    struct str found;
    found_open(&found, account);
    const char *const values[] = {owner, account->id, str_get(&found)};
    int rc = ask_write(s, STMT_ACCOUNT_FAILED, values, done, arg, e);
    str_finish(&found);
    return rc;
}

struct ask_unattributed {
    unattributed_done done;
    void *arg;
};

static void got_unattributed(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_unattributed *ask = arg;
    int len = count == 1 ? PQntuples(results[0]) : 0;
    struct unattributed *rows = mem_zero((size_t)len + 1, sizeof *rows);
    for (int i = 0; i < len; i++) {
        row_copy(rows[i].account, sizeof rows[i].account, results[0], i, "name");
        row_copy(rows[i].currency, sizeof rows[i].currency, results[0], i, "currency");
        row_copy(rows[i].amount, sizeof rows[i].amount, results[0], i, "amount");
    }
    ask->done(ask->arg, rows, len, e);
    free(rows);
    free(ask);
}

int q_unattributed(struct session *s, unattributed_done done, void *arg, struct err *e)
{
    static const struct query query = {STMT_UNATTRIBUTED, 0, NULL};
    struct ask_unattributed *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_unattributed){done, arg};
    int rc = session_send(s, TRANSACTION_READ, &query, session_health(s) ? 1 : 0, got_unattributed,
                          ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}
