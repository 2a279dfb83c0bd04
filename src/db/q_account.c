#include "config.h"

#include "db/q_cost.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "db/ask.h"
#include "db/copies.h"
#include "db/row_health.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY_HEX = 2 * PUBLIC_KEY + 1,
    SEALED_HEX = 2 * SEALED_MAX + 1,
    COPIES_MAX = 1000,
    COPIES_TEXT = COPIES_MAX * (SEALED_HEX + KEY_HEX + 64),
    NUMBER_TEXT = 24
};

void accounts_destroy(struct accounts *accounts)
{
    if (!accounts)
        return;
    free(accounts->item);
    free(accounts);
}

static void hex(char *out, size_t size, const unsigned char *bytes, size_t len)
{
    (void)sodium_bin2hex(out, size, bytes, len);
}

static void read_account(struct account *a, const PGresult *res, int row)
{
    const char *sealed = row_named(res, row, "sealed");
    row_uuid(a->id, res, row, PQfnumber(res, "account_id"));
    row_copy(a->name, sizeof a->name, res, row, "name");
    a->by_key = row_flag(res, row, "by_key");
    a->by_key_refused_at = row_number(res, row, "by_key_refused_at", 0);
    a->costs_at = row_number(res, row, "costs_at", 0);
    a->usage_at = row_number(res, row, "usage_at", 0);
    a->failed_at = row_number(res, row, "failed_at", 0);
    a->verdict = row_verdict(res, row, "verdict");
    row_evidence(&a->evidence, res, row);
    a->recipients_missing = row_int(res, row, "missing", 0);
    /* A key that cannot be sent where it belongs is not opened. */
    if (row_token(a->base_url, sizeof a->base_url, res, row, "base_url") < 0 || !sealed ||
        sodium_hex2bin(a->sealed, sizeof a->sealed, sealed, strlen(sealed), NULL, &a->sealed_len,
                       NULL) < 0)
        a->sealed_len = 0;
}

struct ask_accounts {
    accounts_done done;
    void *arg;
};

static void got_accounts(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_accounts *ask = arg;
    struct accounts *all = NULL;
    if (count == 1) {
        int len = PQntuples(results[0]);
        all = mem_zero(1, sizeof *all);
        all->item = len ? mem_zero((size_t)len, sizeof *all->item) : NULL;
        all->len = len;
        for (int i = 0; i < len; i++)
            read_account(&all->item[i], results[0], i);
    }
    ask->done(ask->arg, all, e);
    free(ask);
}

static int send_accounts(struct session *s, enum transaction kind, enum stmt stmt,
                         const char *const *values, accounts_done done, void *arg, struct err *e)
{
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    const struct query query = {stmt, stmt_params(stmt), values};
    struct ask_accounts *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_accounts){done, arg};
    int rc = session_send(s, kind, &query, 1, got_accounts, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

int q_accounts(struct session *s, const unsigned char recipient[PUBLIC_KEY], accounts_done done,
               void *arg, struct err *e)
{
    char own[KEY_HEX];
    hex(own, sizeof own, recipient, PUBLIC_KEY);
    const char *const values[] = {own};
    return send_accounts(s, TRANSACTION_READ, STMT_ACCOUNTS, values, done, arg, e);
}

int q_accounts_lease(struct session *s, const char *owner,
                     const unsigned char recipient[PUBLIC_KEY], int period_s, int lease_s,
                     accounts_done done, void *arg, struct err *e)
{
    char own[KEY_HEX];
    char period[NUMBER_TEXT];
    char seconds[NUMBER_TEXT];
    hex(own, sizeof own, recipient, PUBLIC_KEY);
    (void)snprintf(period, sizeof period, "%d", period_s);
    (void)snprintf(seconds, sizeof seconds, "%d", lease_s);
    const char *const values[] = {owner, own, period, seconds};
    return send_accounts(s, TRANSACTION_WRITE, STMT_ACCOUNTS_LEASE, values, done, arg, e);
}

int q_recipient_add(struct session *s, const unsigned char recipient[PUBLIC_KEY], const char *name,
                    poll_done done, void *arg, struct err *e)
{
    char own[KEY_HEX];
    hex(own, sizeof own, recipient, PUBLIC_KEY);
    const char *const values[] = {own, name};
    return ask_write(s, STMT_RECIPIENT_ADD, values, done, arg, e);
}

struct ask_recipients {
    recipients_done done;
    void *arg;
};

static void got_recipients(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_recipients *ask = arg;
    int rows = count == 1 ? PQntuples(results[0]) : 0;
    unsigned char *keys = mem_zero((size_t)rows + 1, PUBLIC_KEY);
    int len = 0;
    for (int i = 0; i < rows; i++) {
        const char *text = row_cell(results[0], i, 0);
        size_t bytes = 0;
        if (text && sodium_hex2bin(keys + (size_t)len * PUBLIC_KEY, PUBLIC_KEY, text, strlen(text),
                                   NULL, &bytes, NULL) == 0)
            len += bytes == PUBLIC_KEY;
    }
    ask->done(ask->arg, keys, len, e);
    free(keys);
    free(ask);
}

int q_recipients(struct session *s, recipients_done done, void *arg, struct err *e)
{
    static const struct query query = {STMT_RECIPIENTS, 0, NULL};
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    struct ask_recipients *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_recipients){done, arg};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, got_recipients, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

static void add_copy(struct str *s, const struct sealed *sealed)
{
    char recipient[KEY_HEX];
    char bytes[SEALED_HEX];
    hex(recipient, sizeof recipient, sealed->recipient, PUBLIC_KEY);
    hex(bytes, sizeof bytes, sealed->bytes, sealed->len);
    (void)str_add_char(s, '{');
    json_text(s, "recipient", recipient);
    json_text(s, "sealed", bytes);
    json_close(s, '}');
    (void)str_add_char(s, ',');
}

int copies_open(struct str *copies, const struct sealed *sealed, int count, struct err *e)
{
    str_init(copies, COPIES_TEXT);
    if (count > COPIES_MAX)
        return err_set(e, ERR_LIMIT, _("A key can be sealed to %d programs at most."), COPIES_MAX);
    (void)str_add_char(copies, '[');
    for (int i = 0; i < count; i++)
        add_copy(copies, &sealed[i]);
    json_close(copies, ']');
    return 0;
}

int q_account_set(struct session *s, const char *name, const char *base_url, int by_key,
                  const struct sealed *sealed, int count, poll_done done, void *arg, struct err *e)
{
    struct str copies;
    int rc = copies_open(&copies, sealed, count, e);
    const char *const values[] = {name, base_url, by_key ? "t" : "f", str_get(&copies)};
    if (rc == 0)
        rc = ask_write(s, STMT_ACCOUNT_SET, values, done, arg, e);
    str_finish(&copies);
    return rc;
}

int q_copies_add(struct session *s, const unsigned char own[PUBLIC_KEY],
                 const struct copy_missing *held, const struct sealed *sealed, int count,
                 poll_done done, void *arg, struct err *e)
{
    struct str copies;
    char holder[KEY_HEX];
    char bytes[SEALED_HEX];
    int rc = copies_open(&copies, sealed, count, e);
    hex(holder, sizeof holder, own, PUBLIC_KEY);
    hex(bytes, sizeof bytes, held->sealed, held->sealed_len);
    const char *const values[] = {holder, bytes, held->account_id, str_get(&copies)};
    if (rc == 0)
        rc = ask_write(s, STMT_COPIES_ADD, values, done, arg, e);
    str_finish(&copies);
    return rc;
}

int q_account_remove(struct session *s, const char *name, poll_done done, void *arg, struct err *e)
{
    const char *const values[] = {name};
    return ask_write(s, STMT_ACCOUNT_REMOVE, values, done, arg, e);
}
