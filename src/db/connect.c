#include "config.h"

#include "db/session_part.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "db/conninfo.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { HOST_MIN_MS = 1000, MS = 1000 };

/* What the server says without being asked. Its DETAIL is left out: it can hold a row. */
static void on_notice(void *arg, const PGresult *res)
{
    struct session *s = arg;
    char said[SERVER_TEXT_MAX];
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    if (severity && state && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0))
        (void)snprintf(s->fatal, sizeof s->fatal, "%s", state);
    sqlstate_clean(said, message ? message : "");
    log_write(LOG_DEBUG, "server: %s %s", state ? state : "", said);
}

/* Every host has its share of the time. */
static int64_t share_ms(const struct session *s, const PQconninfoOption *used)
{
    int64_t share = s->spec.timeout_ms / conninfo_hosts(used);
    if (share < HOST_MIN_MS)
        share = HOST_MIN_MS;
    return share < s->spec.timeout_ms ? share : s->spec.timeout_ms;
}

static int start(struct session *s, const PQconninfoOption *used, int skip, struct err *e)
{
    struct conninfo c;
    int rc = conninfo_fill(&c, &s->spec, e);
    if (rc < 0)
        return rc;
    if (skip > 0)
        conninfo_skip(&c, used, skip);
    PGconn *conn = PQconnectStartParams(c.keys, c.values, 1);
    if (!conn)
        return err_set(e, ERR_SYSTEM, _("Out of memory."));
    PQfinish(s->conn);
    s->conn = conn;
    (void)PQsetErrorVerbosity(conn, PQERRORS_VERBOSE);
    (void)PQsetNoticeReceiver(conn, on_notice, s);
    if (PQstatus(conn) == CONNECTION_BAD)
        return sqlstate_connection(e, conn, "", 1);
    s->poll = PGRES_POLLING_WRITING;
    s->host = -1;
    return 0;
}

int connect_start(struct session *s, struct err *e)
{
    s->deadline = clock_mono_ms() + s->spec.timeout_ms;
    return start(s, NULL, 0, e);
}

static int is_ready(const struct session *s)
{
    struct pollfd p = {.fd = PQsocket(s->conn),
                       .events = s->poll == PGRES_POLLING_READING ? POLLIN : POLLOUT};
    return p.fd >= 0 && poll(&p, 1, 0) > 0;
}

/* Leaves the present host out and starts again with those behind it; 0 when there is none. */
static int try_next(struct session *s, const PQconninfoOption *used, int64_t now, struct err *e)
{
    if (s->host + 1 >= conninfo_hosts(used))
        return 0;
    log_write(LOG_WARN, "%s does not serve: trying the next host", PQhost(s->conn));
    s->deadline = now + share_ms(s, used);
    int rc = start(s, used, s->host + 1, e);
    return rc < 0 ? rc : 1;
}

/* libpq waits for a silent host without end. */
static int give_up_host(struct session *s, const PQconninfoOption *used, int64_t now, struct err *e)
{
    int rc = try_next(s, used, now, e);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    (void)err_set(e, ERR_UNREACHABLE, _("The database server %s does not answer (waited %d s)."),
                  PQhost(s->conn), s->spec.timeout_ms / MS);
    (void)err_cure(e, _("Check host and port of the connection, and that the server runs."));
    return -(int)ERR_UNREACHABLE;
}

static void note_host(struct session *s, const PQconninfoOption *used, int64_t now)
{
    int host = conninfo_which(used, PQhost(s->conn), PQport(s->conn));
    if (host != s->host)
        s->deadline = now + share_ms(s, used);
    s->host = host;
}

static int follow_host(struct session *s, int64_t now, struct err *e)
{
    PQconninfoOption *used = PQconninfo(s->conn);
    note_host(s, used, now);
    int rc = now >= s->deadline ? give_up_host(s, used, now, e) : 0;
    PQconninfoFree(used);
    return rc;
}

/* A proxy without a server behind it hangs up, a server can be full or on its way down: another
 * host may serve. Not so a refused login, which is the same everywhere; libpq tells them apart
 * less. */
static int failed(struct session *s, int64_t now, struct err *e)
{
    char state[SQLSTATE_TEXT] = "";
    int said = sqlstate_find(PQerrorMessage(s->conn), state) != NULL;
    int rc = 0;
    if (!PQconnectionNeedsPassword(s->conn) &&
        (!said || strncmp(state, "53", 2) == 0 || strncmp(state, "57", 2) == 0)) {
        PQconninfoOption *used = PQconninfo(s->conn);
        note_host(s, used, now);
        rc = try_next(s, used, now, e);
        PQconninfoFree(used);
    }
    if (rc != 0)
        return rc < 0 ? rc : 0;
    return sqlstate_connection(e, s->conn, s->fatal, 1);
}

static int ready(struct session *s, struct err *e)
{
    if (PQsetnonblocking(s->conn, 1) != 0 || PQenterPipelineMode(s->conn) != 1)
        return err_set(e, ERR_LOST, _("The connection to the database broke."));
    s->phase = SESSION_READY;
    s->deadline = -1;
    return 0;
}

int connect_step(struct session *s, int64_t mono_ms, struct err *e)
{
    while (is_ready(s)) {
        s->poll = PQconnectPoll(s->conn);
        if (s->poll == PGRES_POLLING_OK)
            return ready(s, e);
        if (s->poll == PGRES_POLLING_FAILED)
            return failed(s, mono_ms, e);
    }
    return follow_host(s, mono_ms, e);
}
