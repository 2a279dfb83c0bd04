#include "config.h"

#include "db/q_channel.h"

#include "base/mem.h"
#include "db/ask.h"
#include "db/copies.h"
#include "db/row_channel.h"
#include "db/row_health.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_HEX = 2 * PUBLIC_KEY + 1, SEALED_HEX = 2 * SEALED_MAX + 1, NUMBER_TEXT = 24 };

void row_channel(struct channel *c, const PGresult *res, int row)
{
    const char *kind = row_named(res, row, "channel_kind");
    int64_t least = row_number(res, row, "least", GRAVITY_INFO);
    row_uuid(c->id, res, row, PQfnumber(res, "channel_id"));
    row_copy(c->name, sizeof c->name, res, row, "channel_name");
    c->kind = channel_parse(kind ? kind : "");
    row_uuid(c->organisation_id, res, row, PQfnumber(res, "channel_organisation"));
    row_copy(c->organisation, sizeof c->organisation, res, row, "channel_of");
    row_copy(c->target, sizeof c->target, res, row, "target");
    c->least = least > 0 && least < GRAVITY_COUNT ? (enum alert_gravity)least : GRAVITY_INFO;
    row_copy(c->kinds, sizeof c->kinds, res, row, "kinds");
    c->by_admin = row_flag(res, row, "by_admin");
    row_copy(c->made_by, sizeof c->made_by, res, row, "made_by");
    c->failures = row_int(res, row, "failures", 0);
    c->rest_until = row_number(res, row, "rest_until", 0);
    c->answered_at = row_number(res, row, "answered_at", 0);
    row_copy(c->answer, sizeof c->answer, res, row, "answer");
    c->programs = row_int(res, row, "programs", 0);
    c->waiting = row_number(res, row, "waiting", 0);
    c->delivered = row_number(res, row, "delivered", 0);
    c->given_up = row_number(res, row, "given_up", 0);
    c->oldest = row_number(res, row, "oldest", 0);
    row_copy(c->last_error, sizeof c->last_error, res, row, "last_error");
}

struct ask_channels {
    channels_done done;
    void *arg;
};

/* Of a kind that this program does not know: left out. */
static void got_channels(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_channels *ask = arg;
    struct channel_list *list = NULL;
    if (count == 1) {
        int rows = PQntuples(results[0]);
        list = channel_list_create(rows);
        list->len = 0;
        for (int i = 0; i < rows; i++) {
            row_channel(&list->item[list->len], results[0], i);
            list->len += list->item[list->len].kind < CHANNEL_KIND_COUNT;
        }
    }
    ask->done(ask->arg, list, e);
    free(ask);
}

int q_channels(struct session *s, channels_done done, void *arg, struct err *e)
{
    static const struct query query = {STMT_CHANNELS, 0, NULL};
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    struct ask_channels *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_channels){done, arg};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, got_channels, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

struct ask_recipients {
    recipients_done done;
    void *arg;
};

static void got_recipients(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_recipients *ask = arg;
    int rows = count == 2 ? PQntuples(results[1]) : 0;
    unsigned char *keys = mem_zero((size_t)rows + 1, PUBLIC_KEY);
    int len = 0;
    for (int i = 0; i < rows; i++) {
        const char *text = row_cell(results[1], i, 0);
        size_t bytes = 0;
        if (text && sodium_hex2bin(keys + (size_t)len * PUBLIC_KEY, PUBLIC_KEY, text, strlen(text),
                                   NULL, &bytes, NULL) == 0)
            len += bytes == PUBLIC_KEY;
    }
    ask->done(ask->arg, keys, len, e);
    free(keys);
    free(ask);
}

static const char *given(const char *text)
{
    return text[0] ? text : NULL;
}

int q_channel_recipients(struct session *s, const unsigned char own[PUBLIC_KEY], const char *whose,
                         const char *organisation, recipients_done done, void *arg, struct err *e)
{
    char key[KEY_HEX];
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    (void)sodium_bin2hex(key, sizeof key, own, PUBLIC_KEY);
    const char *const enlist[] = {key, whose};
    const char *const of[] = {given(organisation)};
    const struct query queries[] = {{STMT_CHANNEL_ENLIST, 2, enlist},
                                    {STMT_CHANNEL_RECIPIENTS, 1, of}};
    struct ask_recipients *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_recipients){done, arg};
    int rc = session_send(s, TRANSACTION_WRITE, queries, 2, got_recipients, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

int q_channel_set(struct session *s, const struct channel *c, const struct sealed *sealed,
                  int count, poll_done done, void *arg, struct err *e)
{
    struct str copies;
    char least[NUMBER_TEXT];
    char kinds[CHANNEL_KINDS + 2];
    (void)snprintf(least, sizeof least, "%d", (int)c->least);
    (void)snprintf(kinds, sizeof kinds, "{%s}", c->kinds);
    int rc = copies_open(&copies, sealed, count, e);
    const char *const values[] = {
        c->name, channel_word(c->kind),      given(c->organisation_id), c->target,
        least,   c->kinds[0] ? kinds : NULL, str_get(&copies)};
    if (rc == 0)
        rc = ask_write(s, STMT_CHANNEL_SET, values, done, arg, e);
    str_finish(&copies);
    return rc;
}

int q_channel_remove(struct session *s, const char *which, poll_done done, void *arg, struct err *e)
{
    const char *const values[] = {which};
    return ask_write(s, STMT_CHANNEL_REMOVE, values, done, arg, e);
}

int q_channel_copies(struct session *s, const unsigned char own[PUBLIC_KEY], copies_done done,
                     void *arg, struct err *e)
{
    return copies_ask(s, STMT_CHANNEL_COPIES, own, done, arg, e);
}

int q_channel_copies_add(struct session *s, const unsigned char own[PUBLIC_KEY],
                         const struct copy_missing *held, const struct sealed *sealed, int count,
                         poll_done done, void *arg, struct err *e)
{
    struct str copies;
    char holder[KEY_HEX];
    char bytes[SEALED_HEX];
    int rc = copies_open(&copies, sealed, count, e);
    (void)sodium_bin2hex(holder, sizeof holder, own, PUBLIC_KEY);
    (void)sodium_bin2hex(bytes, sizeof bytes, held->sealed, held->sealed_len);
    const char *const values[] = {holder, bytes, held->account_id, str_get(&copies)};
    if (rc == 0)
        rc = ask_write(s, STMT_CHANNEL_COPIES_ADD, values, done, arg, e);
    str_finish(&copies);
    return rc;
}
