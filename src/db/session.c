#include "config.h"

#include "db/session_part.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"

#include <poll.h>
#include <stdio.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

int session_create(struct session **out, const struct conn_spec *spec, struct err *e)
{
    *out = NULL;
    if (sodium_init() < 0)
        return err_set(e, ERR_SYSTEM, _("The cryptography library cannot be used."));
    struct session *s = mem_zero(1, sizeof *s);
    conn_spec_copy(&s->spec, spec);
    identity_stranger(s->stranger);
    int rc = connect_start(s, e);
    if (rc < 0) {
        session_destroy(s);
        return rc;
    }
    *out = s;
    return 0;
}

void session_destroy(struct session *s)
{
    if (!s)
        return;
    struct err lost = s->broken;
    if (lost.code == ERR_OK)
        (void)err_set(&lost, ERR_LOST, _("The connection to the database was closed."));
    s->phase = SESSION_BROKEN;
    pipeline_fail(s, &lost);
    PQfinish(s->conn);
    conn_spec_finish(&s->spec);
    free(s);
}

int session_fd(const struct session *s)
{
    return s->phase == SESSION_BROKEN ? -1 : PQsocket(s->conn);
}

short session_events(const struct session *s)
{
    if (s->phase == SESSION_CONNECTING)
        return s->poll == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    return s->want_write ? POLLIN | POLLOUT : POLLIN;
}

int64_t session_deadline(const struct session *s)
{
    return s->deadline;
}

static int fail(struct session *s, const struct err *why, struct err *e)
{
    s->phase = SESSION_BROKEN;
    s->broken = *why;
    pipeline_fail(s, why);
    if (e)
        *e = *why;
    return -(int)why->code;
}

int session_step(struct session *s, int64_t mono_ms, struct err *e)
{
    struct err why = {0};
    int rc = 0;
    if (s->phase == SESSION_BROKEN) {
        why = s->broken;
        rc = -1;
    }
    if (rc == 0 && s->phase == SESSION_CONNECTING)
        rc = connect_step(s, mono_ms, &why);
    else if (rc == 0)
        rc = pipeline_step(s, mono_ms, &why);
    return rc < 0 ? fail(s, &why, e) : 0;
}

int session_is_ready(const struct session *s)
{
    return s->phase == SESSION_READY;
}

int session_pending(const struct session *s)
{
    return s->pending;
}

static int send_queries(struct session *s, enum transaction kind, const struct query *queries,
                        int count, int flush, struct err *e)
{
    int rc = identity_send(s, kind, e);
    int ok = rc == 0;
    for (int i = 0; ok && i < count; i++)
        ok = PQsendQueryParams(s->conn, stmt_text(queries[i].stmt), queries[i].count, NULL,
                               queries[i].values, NULL, NULL, 0) &&
             (!flush || PQsendFlushRequest(s->conn));
    if (ok && PQpipelineSync(s->conn))
        return 0;
    /* Half a transaction is on the wire: nothing can be sent behind it. */
    struct err why = {0};
    rc = sqlstate_connection(&why, s->conn, s->fatal, 0);
    s->phase = SESSION_BROKEN;
    s->broken = why;
    if (e)
        *e = why;
    return rc;
}

int session_send(struct session *s, enum transaction kind, const struct query *queries, int count,
                 session_done done, void *arg, struct err *e)
{
    return session_send_parts(s, kind, queries, count, NULL, done, arg, e);
}

int session_send_parts(struct session *s, enum transaction kind, const struct query *queries,
                       int count, session_part part, session_done done, void *arg, struct err *e)
{
    if (s->phase != SESSION_READY)
        return err_set(e, ERR_LOST, _("There is no connection to the database."));
    if (s->pending >= PENDING_MAX)
        return err_set(e, ERR_LIMIT, _("Too many questions wait for an answer of the database."));
    int rc = send_queries(s, kind, queries, count, part != NULL, e);
    if (rc < 0)
        return rc;
    struct pending *p = mem_zero(1, sizeof *p);
    *p = (struct pending){.done = done, .part = part, .arg = arg, .count = count};
    p->results = count ? mem_zero((size_t)count, sizeof *p->results) : NULL;
    if (s->tail)
        s->tail->next = p;
    else
        s->head = p;
    s->tail = p;
    if (s->pending++ == 0)
        s->deadline = clock_mono_ms() + s->spec.timeout_ms;
    s->want_write = PQflush(s->conn) != 0;
    return 0;
}

void session_on_notify(struct session *s, void (*fn)(void *arg), void *arg)
{
    s->on_notify = fn;
    s->notify_arg = arg;
}

void session_arm(struct session *s, int armed)
{
    s->armed = armed;
}

int session_armed(const struct session *s)
{
    return s->armed;
}

const struct conn_spec *session_spec(const struct session *s)
{
    return &s->spec;
}

const char *session_stranger(const struct session *s)
{
    return s->stranger;
}

void session_set_scope(struct session *s, int clients_readable, const char *organisation)
{
    s->clients_readable = clients_readable;
    (void)snprintf(s->organisation, sizeof s->organisation, "%s", organisation);
}

int session_clients_readable(const struct session *s)
{
    return s->clients_readable;
}

const char *session_organisation(const struct session *s)
{
    return s->organisation;
}

void session_set_health(struct session *s, int there)
{
    s->health = there;
}

int session_health(const struct session *s)
{
    return s->health;
}

void session_set_lists(struct session *s, int there)
{
    s->lists = there;
}

int session_lists(const struct session *s)
{
    return s->lists;
}
