#include "config.h"

#include "db/q_poll.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "db/ask.h"
#include "db/row_health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_TEXT = 24, RESULTS_TEXT = POLL_BATCH * 16384, MODELS_CHARS = 8191 };

void poll_work_destroy(struct poll_work *work)
{
    if (!work)
        return;
    for (int i = 0; i < work->len; i++) {
        explicit_bzero(work->item[i].key, sizeof work->item[i].key);
        free(work->item[i].models);
    }
    free(work->item);
    free(work);
}

static void wipe(const PGresult *res, int row, const char *name)
{
    int column = PQfnumber(res, name);
    if (column >= 0 && !PQgetisnull(res, row, column))
        explicit_bzero(PQgetvalue(res, row, column), (size_t)PQgetlength(res, row, column));
}

static void read_item(struct poll_item *item, const PGresult *res, int row)
{
    static const char admin[] = "sk-admin-";
    row_health(&item->health, res, row);
    (void)row_token(item->key, sizeof item->key, res, row, "api_key");
    wipe(res, row, "api_key");
    if (row_token(item->base_url, sizeof item->base_url, res, row, "base_url") < 0)
        explicit_bzero(item->key, sizeof item->key);
    (void)row_token(item->openai_organisation, sizeof item->openai_organisation, res, row,
                    "openai_organisation");
    (void)row_token(item->project, sizeof item->project, res, row, "project");
    row_copy(item->status, sizeof item->status, res, row, "statut");
    item->models = row_text(res, row, PQfnumber(res, "modeles"), MODELS_CHARS);
    item->is_admin = strncmp(item->key, admin, sizeof admin - 1) == 0;
}

struct ask_work {
    poll_work_done done;
    void *arg;
};

static void got_work(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_work *ask = arg;
    struct poll_work *work = NULL;
    if (count > 0) {
        int len = PQntuples(results[0]);
        work = mem_zero(1, sizeof *work);
        work->item = len ? mem_zero((size_t)len, sizeof *work->item) : NULL;
        work->len = len;
        for (int i = 0; i < len; i++)
            read_item(&work->item[i], results[0], i);
    }
    if (count > 1 && row_named(results[1], 0, "due_s"))
        work->next_due = clock_now() + row_number(results[1], 0, "due_s", 0);
    ask->done(ask->arg, work, e);
    free(ask);
}

static int send_work(struct session *s, const struct query *queries, int count, poll_work_done done,
                     void *arg, struct err *e)
{
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    struct ask_work *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_work){done, arg};
    int rc = session_send(s, TRANSACTION_WRITE, queries, count, got_work, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

int q_poll_enrol(struct session *s, poll_done done, void *arg, struct err *e)
{
    return ask_write(s, STMT_POLL_ENROL, NULL, done, arg, e);
}

int q_poll_lease(struct session *s, const char *owner, int max, int lease_s, poll_work_done done,
                 void *arg, struct err *e)
{
    char most[NUMBER_TEXT];
    char seconds[NUMBER_TEXT];
    (void)snprintf(most, sizeof most, "%d", max < POLL_BATCH ? max : POLL_BATCH);
    (void)snprintf(seconds, sizeof seconds, "%d", lease_s);
    const char *const values[] = {owner, most, seconds};
    const struct query queries[] = {{STMT_POLL_LEASE, 3, values}, {STMT_POLL_NEXT_DUE, 1, values}};
    return send_work(s, queries, 2, done, arg, e);
}

int q_poll_take(struct session *s, const char *owner, const char *const *ids, int count,
                int lease_s, poll_work_done done, void *arg, struct err *e)
{
    char seconds[NUMBER_TEXT];
    struct str list;
    if (count > POLL_BATCH)
        return err_set(e, ERR_LIMIT, _("At most %d connexions can be tested at once."), POLL_BATCH);
    (void)snprintf(seconds, sizeof seconds, "%d", lease_s);
    ask_ids(&list, ids, count);
    const char *const values[] = {owner, str_get(&list), seconds};
    const struct query query = {STMT_POLL_TAKE, 3, values};
    int rc = send_work(s, &query, 1, done, arg, e);
    str_finish(&list);
    return rc;
}

static void add_latencies(struct str *s, const struct health *h)
{
    (void)str_add(s, "\"latencies\":[");
    for (int i = 0; i < h->latencies; i++)
        json_integer(s, h->latency[i]);
    json_close(s, ']');
    (void)str_add_char(s, ',');
}

static void add_result(struct str *s, const struct poll_result *r, int64_t now)
{
    const struct health *h = r->health;
    (void)str_add_char(s, '{');
    json_text(s, "id", h->id);
    json_text(s, "verdict", verdict_word(h->verdict));
    json_number(s, "since", h->since);
    json_text(s, "candidate", verdict_word(h->candidate));
    json_number(s, "failures", h->failures);
    json_number(s, "calm", h->calm);
    json_number(s, "checked_at", h->checked_at);
    if (h->next_at)
        json_number(s, "due_s", h->next_at > now ? h->next_at - now : 0);
    json_evidence(s, &h->evidence);
    add_latencies(s, h);
    json_text(s, "models", h->models);
    json_text(s, "status", r->status);
    json_text(s, "error", r->error);
    json_number(s, "shared", r->shared ? 1 : 0);
    json_close(s, '}');
    (void)str_add_char(s, ',');
}

int q_poll_record(struct session *s, const char *owner, const struct poll_result *results,
                  int count, poll_done done, void *arg, struct err *e)
{
    struct str text;
    int64_t now = clock_now();
    if (count > POLL_BATCH)
        return err_set(e, ERR_LIMIT, _("At most %d results can be written at once."), POLL_BATCH);
    str_init(&text, RESULTS_TEXT);
    (void)str_add_char(&text, '[');
    for (int i = 0; i < count; i++)
        add_result(&text, &results[i], now);
    json_close(&text, ']');
    const char *const values[] = {owner, str_get(&text)};
    int rc = text.overflow ? err_set(e, ERR_LIMIT, _("The results are too long to be written."))
                           : ask_write(s, STMT_POLL_RECORD, values, done, arg, e);
    str_finish(&text);
    return rc;
}

int q_poll_release(struct session *s, const char *owner, poll_done done, void *arg, struct err *e)
{
    const char *const values[] = {owner};
    return ask_write(s, STMT_POLL_RELEASE, values, done, arg, e);
}

int q_poll_host(struct session *s, const struct host_health *host, poll_done done, void *arg,
                struct err *e)
{
    struct str text;
    str_init(&text, RESULTS_TEXT);
    (void)str_add_char(&text, '{');
    json_text(&text, "host", host->host);
    json_text(&text, "verdict", verdict_word(host->verdict));
    json_number(&text, "since", host->since);
    json_number(&text, "failing", host->failing);
    json_evidence(&text, &host->evidence);
    json_close(&text, '}');
    const char *const values[] = {str_get(&text)};
    int rc = ask_write(s, STMT_POLL_HOST, values, done, arg, e);
    str_finish(&text);
    return rc;
}
