#ifndef VIGIE_DB_SESSION_H
#define VIGIE_DB_SESSION_H

#include "base/err.h"
#include "db/stmt.h"

#include <libpq-fe.h>
#include <stdint.h>

/* One non-blocking connection that speaks in whole transactions, sent in pipeline mode: one round
 * trip each, fit for a transaction pooler. Not bound to a thread, but used by one thread at a time.
 */

enum identity_mode { IDENTITY_ROLE, IDENTITY_CLAIMS };

/* How to connect and as whom. Strings are owned by the spec. */
struct conn_spec {
    char *conninfo; /* libpq string, URI, or "" and NULL for libpq's own defaults */
    char *username; /* overrides the role of conninfo, or NULL */
    char *password; /* asked from the person, or NULL; wiped by conn_spec_finish */
    enum identity_mode identity;
    char *claims_user; /* uuid, IDENTITY_CLAIMS */
    char *claims_role; /* database role, IDENTITY_CLAIMS */
    int timeout_ms;    /* longest wait for connecting and for the answer of each transaction */
    /* Asks the person for the password and sets it in spec; negative when there is no answer: then
     * the server's refusal stands. NULL: nobody can be asked. */
    int (*ask)(struct conn_spec *spec, struct err *e);
};

void conn_spec_init(struct conn_spec *spec);
void conn_spec_finish(struct conn_spec *spec);
/* Deep copy; to holds nothing before. */
void conn_spec_copy(struct conn_spec *to, const struct conn_spec *from);
/* Replaces the password by a copy of text, wiping the old one. */
void conn_spec_password(struct conn_spec *spec, const char *text);

struct session;

/* Results of a transaction, one per query in order, or NULL and e when it failed as a whole
 * (nothing was committed, or the connection broke: ERR_LOST, ERR_TIMEOUT). Results are borrowed.
 * Called exactly once, from session_step, session_wait or session_destroy; it may send further
 * transactions and must not destroy the session. */
typedef void (*session_done)(void *arg, PGresult *const *results, int count, struct err *e);

/* A statement of the list with its parameters as text; NULL is SQL's NULL. Values are copied by
 * session_send. */
struct query {
    enum stmt stmt;
    int count;
    const char *const *values;
};

enum transaction { TRANSACTION_READ, TRANSACTION_WRITE, TRANSACTION_FORGE, TRANSACTION_EDIT };

/* One answered query of a transaction that is still under way: index from 0; res is borrowed. */
typedef void (*session_part)(void *arg, int index, const PGresult *res);

/* Starts connecting; *out is set only when 0 is returned. application_name is "vigie" unless the
 * connection string has one. Several hosts are tried in order, each for its share of the time.
 * Names are looked up here, which may block. ERR_USAGE: the connection string cannot be read. */
int session_create(struct session **out, const struct conn_spec *spec, struct err *e);
/* Completes what is outstanding with the error that broke the connection, else ERR_LOST; closes.
 * Accepts NULL. */
void session_destroy(struct session *s);

/* -1 when not connected; another one after each step while connecting. events: POLLIN and/or
 * POLLOUT. */
int session_fd(const struct session *s);
short session_events(const struct session *s);
/* Mono instant by which something must have come: -1 when nothing is awaited. */
int64_t session_deadline(const struct session *s);

/* Makes progress without blocking: connects, flushes, reads, calls done functions and notify. Call
 * it when the descriptor is ready or the deadline has passed. Negative when the connection is
 * broken or past its deadline (e says why: ERR_UNREACHABLE, ERR_PASSWORD, ERR_LOST, ERR_TIMEOUT,
 * ...): what was outstanding has been completed and only session_destroy may follow. */
int session_step(struct session *s, int64_t mono_ms, struct err *e);

int session_is_ready(const struct session *s); /* connected, requests may be sent */
int session_pending(const struct session *s);  /* transactions not yet answered */

/* Sends one transaction: the identity of the spec, the queries, all or nothing. It is the implicit
 * one that PostgreSQL makes of what stands between two Sync messages: no BEGIN and no COMMIT
 * travel, and after an error nothing has to be rolled back, so that transactions sent behind it are
 * not disturbed. READ cannot write, EDIT only
 * when the session is armed. FORGE is READ under the claims of a user who does not exist, in
 * place of the spec's: the gate's own test. Answered by done. ERR_LOST, ERR_LIMIT. */
int session_send(struct session *s, enum transaction kind, const struct query *queries, int count,
                 session_done done, void *arg, struct err *e);

/* The same, and each answer is told by part as soon as it is there: the server is asked to send it
 * at once, and the deadline counts from the last one. What part was told may still be rolled back.
 */
int session_send_parts(struct session *s, enum transaction kind, const struct query *queries,
                       int count, session_part part, session_done done, void *arg, struct err *e);

/* Whether EDIT may write (until told: no). Otherwise the server itself refuses (25006). */
void session_arm(struct session *s, int armed);
int session_armed(const struct session *s);

/* Asks the server to stop what this session waits for, without waiting for it: a thread of its own
 * says it on a connection of its own. Nothing may come of it; the answers tell. ERR_SYSTEM. */
int session_cancel(struct session *s, struct err *e);

/* Called when a notification on channel vigie arrives (never inside a done function). */
void session_on_notify(struct session *s, void (*fn)(void *arg), void *arg);

/* For the command line: connects and blocks until ready, asking for the password (spec->ask) when
 * the server wants one. */
int session_open(struct session **out, struct conn_spec *spec, struct err *e);
/* Blocks in poll until connected, or until nothing is pending. */
int session_wait_ready(struct session *s, struct err *e);
int session_wait(struct session *s, struct err *e);

/* Facts of the connection. Valid while ready; strings are the session's. */
int session_server_version(const struct session *s);
const char *session_server_text(const struct session *s); /* "15.20" */
int session_backend_pid(const struct session *s);         /* as the server's start-up packet said */
const char *session_host(const struct session *s);        /* host, or folder of the socket */
int session_transport_ok(
    const struct session *s); /* Unix socket, loopback, or TLS with a verified name */
/* How the line is protected, in words, translated: "Unix socket", "TLSv1.3, certificate and name
 * verified", … */
void session_transport(const struct session *s, char *buf, size_t size);
const struct conn_spec *session_spec(const struct session *s);
/* The user that TRANSACTION_FORGE pretends to be. */
const char *session_stranger(const struct session *s);

/* What the gate learned, for the queries: whether the tables of clients can be read (until told:
 * no), and a member's own organisation ("" for an admin), which then bounds every query. */
void session_set_scope(struct session *s, int clients_readable, const char *organisation);
int session_clients_readable(const struct session *s);
const char *session_organisation(const struct session *s);

/* Whether this database has the console's tables of health and costs, and the role may read them
 * (until told: no). */
void session_set_health(struct session *s, int there);
int session_health(const struct session *s);

/* The same for what lists are read from: vigie.rank and vigie.search. */
void session_set_lists(struct session *s, int there);
int session_lists(const struct session *s);

/* Whether the server asked for a password that was not given: the caller may ask the person and try
 * again. */
int session_needs_password(const struct session *s);

#endif
