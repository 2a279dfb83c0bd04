#include "config.h"

#include "db/session_part.h"

#include "base/i18n.h"
#include "base/log.h"

#include <stdlib.h>

enum { MS = 1000 };

static void pending_destroy(struct pending *p)
{
    for (int i = 0; i < p->count; i++)
        PQclear(p->results[i]);
    free(p->results);
    free(p);
}

static struct pending *pop(struct session *s)
{
    struct pending *p = s->head;
    s->head = p->next;
    if (!s->head)
        s->tail = NULL;
    s->pending--;
    return p;
}

static void complete(struct session *s, int64_t mono_ms)
{
    struct pending *p = pop(s);
    s->deadline = s->head ? mono_ms + s->spec.timeout_ms : -1;
    int failed = p->err.code != ERR_OK;
    p->done(p->arg, failed ? NULL : p->results, failed ? 0 : p->count, &p->err);
    pending_destroy(p);
}

void pipeline_fail(struct session *s, const struct err *why)
{
    while (s->head) {
        struct pending *p = pop(s);
        p->err = *why;
        p->done(p->arg, NULL, 0, &p->err);
        pending_destroy(p);
    }
    s->deadline = -1;
}

/* Statement 0 is the one that enters; the rest are the queries. Takes res. */
static void keep(struct session *s, struct pending *p, PGresult *res, int64_t mono_ms)
{
    ExecStatusType status = PQresultStatus(res);
    int query = p->at - 1;
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        if (query >= 0 && query < p->count && !p->results[query]) {
            p->results[query] = res;
            if (p->part && p->err.code == ERR_OK) {
                s->deadline = mono_ms + s->spec.timeout_ms;
                p->part(p->arg, query, res);
            }
            return;
        }
    } else if (status != PGRES_PIPELINE_ABORTED && p->err.code == ERR_OK) {
        (void)sqlstate_result(&p->err, res);
        log_write(LOG_WARN, "database: %s", p->err.text);
    }
    PQclear(res);
}

static int broken(const struct session *s, struct err *e)
{
    if (PQstatus(s->conn) == CONNECTION_OK)
        return 0;
    /* A shutdown says so in the answer to what was under way. */
    if (s->head && s->head->err.code == ERR_LOST) {
        *e = s->head->err;
        return -(int)e->code;
    }
    return sqlstate_connection(e, s->conn, s->fatal, 0);
}

static int is_cut_short(const struct pending *p)
{
    for (int i = 0; i < p->count; i++)
        if (!p->results[i])
            return 1;
    return 0;
}

/* Takes what has come, also what came before the connection broke. */
static void read_answers(struct session *s, int64_t mono_ms)
{
    while (s->head && !PQisBusy(s->conn)) {
        PGresult *res = PQgetResult(s->conn);
        if (!res) {
            /* The end of one statement's answers; past the last one nothing more has come yet. */
            if (s->head->at++ > s->head->count)
                return;
        } else if (PQresultStatus(res) != PGRES_PIPELINE_SYNC) {
            keep(s, s->head, res, mono_ms);
            if (PQstatus(s->conn) != CONNECTION_OK && s->head->err.code != ERR_OK)
                return;
        } else {
            PQclear(res);
            if (s->head->err.code == ERR_OK && is_cut_short(s->head))
                (void)err_set(&s->head->err, ERR_DATABASE, _("The server's answer is incomplete."));
            complete(s, mono_ms);
        }
    }
}

static void read_notifications(struct session *s)
{
    PGnotify *n;
    while ((n = PQnotifies(s->conn))) {
        s->notified = 1;
        PQfreemem(n);
    }
    if (s->notified && s->on_notify) {
        s->notified = 0;
        s->on_notify(s->notify_arg);
    }
}

int pipeline_step(struct session *s, int64_t mono_ms, struct err *e)
{
    int left = PQflush(s->conn);
    s->want_write = left > 0;
    int ok = PQconsumeInput(s->conn);
    read_answers(s, mono_ms);
    read_notifications(s);
    int rc = broken(s, e);
    if (rc == 0 && (!ok || left < 0))
        rc = sqlstate_connection(e, s->conn, s->fatal, 0);
    if (rc == 0 && s->deadline >= 0 && mono_ms >= s->deadline) {
        (void)err_set(e, ERR_TIMEOUT, _("The database has not answered for %d s."),
                      s->spec.timeout_ms / MS);
        rc = err_cure(e, _("The connection is given up; a new one will be tried."));
    }
    return rc;
}
