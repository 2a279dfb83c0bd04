#ifndef VIGIE_DB_SESSION_PART_H
#define VIGIE_DB_SESSION_PART_H

#include "db/session.h"

#include "base/str.h"
#include "db/sqlstate.h"

/* What the files of a session share; nobody else includes it. */

enum session_phase { SESSION_CONNECTING, SESSION_READY, SESSION_BROKEN };

enum { PENDING_MAX = 64, STRANGER_TEXT = 37 };

/* A transaction on the wire: at counts the answers, the first of which is that of the statement
 * that enters it. */
struct pending {
    struct pending *next;
    session_done done;
    session_part part; /* NULL: nobody wants to know before the end */
    void *arg;
    PGresult **results;
    int count;
    int at;
    struct err err;
};

struct session {
    PGconn *conn;
    struct conn_spec spec;
    enum session_phase phase;
    struct err broken;              /* why, in SESSION_BROKEN */
    PostgresPollingStatusType poll; /* while connecting */
    int host;                       /* the one being tried, of the list that libpq has */
    int64_t deadline;               /* mono ms, -1 for none */
    int want_write;
    struct pending *head, *tail;
    int pending;
    int notified;
    int armed;
    void (*on_notify)(void *arg);
    void *notify_arg;
    char fatal[SQLSTATE_TEXT]; /* said by the server on its own, before it hangs up */
    char stranger[STRANGER_TEXT];
    int clients_readable;
    int health, lists;
    char organisation[STRANGER_TEXT];
};

/* connect.c: starts the next attempt; makes progress until the phase changes. */
int connect_start(struct session *s, struct err *e);
int connect_step(struct session *s, int64_t mono_ms, struct err *e);

/* pipeline.c: reads answers and completes transactions; hands the failure to everything
 * outstanding. */
int pipeline_step(struct session *s, int64_t mono_ms, struct err *e);
void pipeline_fail(struct session *s, const struct err *why);

/* identity.c: sends the statement that enters a transaction; 1 when libpq took it. */
int identity_send(struct session *s, enum transaction kind, struct err *e);
/* The claims of a user as JSON. role may be NULL. */
void identity_claims(struct str *out, const char *user, const char *role);
/* A random UUID. */
void identity_stranger(char out[STRANGER_TEXT]);

#endif
