#include "config.h"

#include "base/mem.h"
#include "db/ask.h"
#include "db/q_channel.h"
#include "db/row_alert.h"
#include "db/row_channel.h"
#include "db/row_health.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_HEX = 2 * PUBLIC_KEY + 1, NUMBER_TEXT = 24, OUTCOMES_TEXT = 1 << 20 };

void deliveries_destroy(struct deliveries *list)
{
    if (!list)
        return;
    free(list->item);
    free(list);
}

static void read_sealed(struct delivery *d, const PGresult *res, int row)
{
    const char *sealed = row_named(res, row, "sealed");
    if (!sealed || sodium_hex2bin(d->sealed, sizeof d->sealed, sealed, strlen(sealed), NULL,
                                  &d->sealed_len, NULL) < 0)
        d->sealed_len = 0;
}

struct ask_deliveries {
    deliveries_done done;
    void *arg;
    int alerts; /* the rows have one each */
};

/* One that this program cannot read stays leased until another may try. */
static int read_delivery(struct delivery *d, const PGresult *res, int row, int alerts)
{
    row_channel(&d->channel, res, row);
    read_sealed(d, res, row);
    row_uuid(d->id, res, row, PQfnumber(res, "outbox_id"));
    d->attempts = row_int(res, row, "attempts", 0);
    if (d->channel.kind == CHANNEL_KIND_COUNT)
        return -1;
    return alerts ? row_alert(&d->alert, res, row) : 0;
}

static void got_deliveries(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_deliveries *ask = arg;
    struct deliveries *list = NULL;
    if (count > 0) {
        int rows = PQntuples(results[0]);
        list = mem_zero(1, sizeof *list);
        list->item = rows ? mem_zero((size_t)rows, sizeof *list->item) : NULL;
        list->due_s = -1;
        for (int i = 0; i < rows; i++)
            list->len += read_delivery(&list->item[list->len], results[0], i, ask->alerts) == 0;
        if (count > 1 && PQntuples(results[1]) == 1)
            list->due_s = row_int(results[1], 0, "due_s", -1);
    }
    ask->done(ask->arg, list, e);
    free(ask);
}

static int send(struct session *s, enum transaction kind, const struct query *queries, int count,
                deliveries_done done, void *arg, struct err *e)
{
    struct ask_deliveries *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_deliveries){done, arg, kind == TRANSACTION_WRITE};
    int rc = session_send(s, kind, queries, count, got_deliveries, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

static const char *key_text(char out[KEY_HEX], const unsigned char *own)
{
    if (own)
        (void)sodium_bin2hex(out, KEY_HEX, own, PUBLIC_KEY);
    return own ? out : NULL;
}

int q_channel_open(struct session *s, const char *which, const unsigned char *own,
                   deliveries_done done, void *arg, struct err *e)
{
    char key[KEY_HEX];
    const char *const values[] = {which, key_text(key, own)};
    const struct query query = {STMT_CHANNEL_OPEN, 2, values};
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    return send(s, TRANSACTION_READ, &query, 1, done, arg, e);
}

int q_outbox_lease(struct session *s, const char *owner, const unsigned char *own, int with_mail,
                   int most, int lease_s, deliveries_done done, void *arg, struct err *e)
{
    char key[KEY_HEX];
    char many[NUMBER_TEXT];
    char seconds[NUMBER_TEXT];
    const char *mail = with_mail ? "t" : "f";
    (void)snprintf(many, sizeof many, "%d", most);
    (void)snprintf(seconds, sizeof seconds, "%d", lease_s);
    const char *const lease[] = {owner, key_text(key, own), mail, many, seconds};
    const char *const due[] = {lease[1], mail};
    const struct query queries[] = {{STMT_OUTBOX_LEASE, 5, lease}, {STMT_OUTBOX_DUE, 2, due}};
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    return send(s, TRANSACTION_WRITE, queries, 2, done, arg, e);
}

int q_outbox_record(struct session *s, const char *owner, const struct delivered *item, int count,
                    poll_done done, void *arg, struct err *e)
{
    struct str text;
    str_init(&text, OUTCOMES_TEXT);
    (void)str_add_char(&text, '[');
    for (int i = 0; i < count; i++) {
        (void)str_addf(&text, "{\"ok\":%s,\"absent\":%s,", item[i].ok ? "true" : "false",
                       item[i].absent ? "true" : "false");
        json_text(&text, "id", item[i].id);
        json_text(&text, "answer", item[i].answer);
        json_number(&text, "rest_s", item[i].rest_s);
        json_close(&text, '}');
        (void)str_add_char(&text, ',');
    }
    json_close(&text, ']');
    const char *const values[] = {owner, str_get(&text)};
    int rc = ask_write(s, STMT_OUTBOX_RECORD, values, done, arg, e);
    str_finish(&text);
    return rc;
}

int q_outbox_release(struct session *s, const char *owner, poll_done done, void *arg, struct err *e)
{
    const char *const values[] = {owner};
    return ask_write(s, STMT_OUTBOX_RELEASE, values, done, arg, e);
}

struct ask_age {
    alerts_age_done done;
    void *arg;
};

static void got_age(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_age *ask = arg;
    int told = count == 1 && PQntuples(results[0]) == 1;
    ask->done(ask->arg, told ? row_number(results[0], 0, "age", -1) : -1, e);
    free(ask);
}

int q_alerts_age(struct session *s, alerts_age_done done, void *arg, struct err *e)
{
    static const struct query query = {STMT_ALERTS_AGE, 0, NULL};
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    struct ask_age *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_age){done, arg};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, got_age, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}
