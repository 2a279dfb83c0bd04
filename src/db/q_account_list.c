#include "config.h"

/* What screens show of accounts, and who lacks a copy of a key. */

#include "base/mem.h"
#include "db/ask.h"
#include "db/copies.h"
#include "db/q_cost.h"
#include "db/row_health.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_HEX = 2 * PUBLIC_KEY + 1, PARTS = 3 };

struct ask_list {
    account_list_done done;
    void *arg;
};

static void read_known(struct account_known *a, const PGresult *res, int row)
{
    a->has_key = 1;
    row_copy(a->name, sizeof a->name, res, row, "name");
    (void)row_token(a->base_url, sizeof a->base_url, res, row, "base_url");
    a->usable = row_named(res, row, "sealed") != NULL;
    a->missing = row_int(res, row, "missing", 0);
    a->by_key = row_flag(res, row, "by_key");
    a->by_key_refused_at = row_number(res, row, "by_key_refused_at", 0);
    a->costs_at = row_number(res, row, "costs_at", 0);
    a->usage_at = row_number(res, row, "usage_at", 0);
    a->failed_at = row_number(res, row, "failed_at", 0);
    a->verdict = row_verdict(res, row, "verdict");
    row_evidence(&a->evidence, res, row);
}

static void read_keyless(struct account_known *a, const PGresult *res, int row)
{
    row_copy(a->name, sizeof a->name, res, row, "name");
    a->connexions = row_number(res, row, "connexions", 0);
}

static void read_sum(struct unattributed *u, const PGresult *res, int row)
{
    row_copy(u->account, sizeof u->account, res, row, "name");
    row_copy(u->currency, sizeof u->currency, res, row, "currency");
    row_copy(u->amount, sizeof u->amount, res, row, "amount");
}

static struct account_list *decode(PGresult *const *results)
{
    const int keys = PQntuples(results[0]);
    const int keyless = PQntuples(results[1]);
    struct account_list *list = account_list_create(keys + keyless, PQntuples(results[2]));
    for (int i = 0; i < keys; i++)
        read_known(&list->item[i], results[0], i);
    for (int i = 0; i < keyless; i++)
        read_keyless(&list->item[keys + i], results[1], i);
    for (int i = 0; i < list->sums; i++)
        read_sum(&list->sum[i], results[2], i);
    return list;
}

static void got_list(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_list *ask = arg;
    ask->done(ask->arg, count == PARTS ? decode(results) : NULL, e);
    free(ask);
}

int q_account_list(struct session *s, const unsigned char *own, account_list_done done, void *arg,
                   struct err *e)
{
    char holder[KEY_HEX] = "";
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    if (own)
        (void)sodium_bin2hex(holder, sizeof holder, own, PUBLIC_KEY);
    const char *const values[] = {holder};
    const struct query queries[PARTS] = {
        {STMT_ACCOUNTS, 1, values}, {STMT_KEYLESS, 0, NULL}, {STMT_UNATTRIBUTED, 0, NULL}};
    struct ask_list *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_list){done, arg};
    int rc = session_send(s, TRANSACTION_READ, queries, PARTS, got_list, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

struct ask_copies {
    copies_done done;
    void *arg;
};

/* 0, or -1 for a row that cannot be used. */
static int read_copy(struct copy_missing *m, const PGresult *res, int row)
{
    const char *sealed = row_named(res, row, "sealed");
    const char *recipient = row_named(res, row, "recipient");
    size_t len = 0;
    row_uuid(m->account_id, res, row, PQfnumber(res, "account_id"));
    row_copy(m->name, sizeof m->name, res, row, "name");
    if (!sealed || !recipient || m->account_id[0] == '\0' ||
        sodium_hex2bin(m->sealed, sizeof m->sealed, sealed, strlen(sealed), NULL, &m->sealed_len,
                       NULL) < 0 ||
        sodium_hex2bin(m->recipient, sizeof m->recipient, recipient, strlen(recipient), NULL, &len,
                       NULL) < 0)
        return -1;
    return len == PUBLIC_KEY ? 0 : -1;
}

static void got_copies(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_copies *ask = arg;
    int rows = count == 1 ? PQntuples(results[0]) : 0;
    struct copy_missing *missing = mem_zero((size_t)rows + 1, sizeof *missing);
    int len = 0;
    for (int i = 0; i < rows; i++)
        len += read_copy(&missing[len], results[0], i) == 0;
    ask->done(ask->arg, missing, len, e);
    free(missing);
    free(ask);
}

int copies_ask(struct session *s, enum stmt stmt, const unsigned char own[PUBLIC_KEY],
               copies_done done, void *arg, struct err *e)
{
    char holder[KEY_HEX];
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    (void)sodium_bin2hex(holder, sizeof holder, own, PUBLIC_KEY);
    const char *const values[] = {holder};
    const struct query query = {stmt, 1, values};
    struct ask_copies *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_copies){done, arg};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, got_copies, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

int q_copies_missing(struct session *s, const unsigned char own[PUBLIC_KEY], copies_done done,
                     void *arg, struct err *e)
{
    return copies_ask(s, STMT_COPIES_MISSING, own, done, arg, e);
}
