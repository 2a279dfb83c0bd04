#ifndef VIGIE_FLOW_EVENT_H
#define VIGIE_FLOW_EVENT_H

#include "base/err.h"
#include "flow/command.h"
#include "model/health.h"
#include "model/organisation.h"
#include "model/page.h"
#include "model/proof.h"

enum event_kind {
    EVENT_COMMAND, /* from a key or the palette */
    EVENT_INSERT,  /* text typed or pasted into a prompt */
    EVENT_RESIZE,
    EVENT_TICK,    /* time has passed */
    EVENT_LINK,    /* the connection changed its state */
    EVENT_CHANGED, /* the database says that connexions changed */
    EVENT_PAGE,
    EVENT_CONNEXION, /* NULL payload: gone, or out of sight */
    EVENT_TOTALS,
    EVENT_ORGANISATIONS,
    EVENT_HEALTH, /* answer to JOB_HEALTH; also by itself when the worker's own probes found news */
    EVENT_FIGURES, /* answer to JOB_FIGURES; NULL payload: nothing is known */
    EVENT_TESTED,  /* progress of a test: how many of how many have answered, and what they said */
    EVENT_FAULT    /* a job failed; the connection may still be there */
};

enum link_status {
    LINK_CONNECTING, /* first attempt or reconnecting now */
    LINK_READY,      /* the gate has passed */
    LINK_WAITING,    /* lost; the next attempt is planned */
    LINK_REFUSED     /* the gate or the server refused; no further attempt by itself */
};

/* Everything that can happen. One allocation with its payload; update takes the payload,
 * event_destroy frees the rest. */
struct event {
    enum event_kind kind;
    int64_t now;     /* seconds UTC, set by who makes the event */
    int64_t mono_ms; /* of the clock that never jumps */
    unsigned job;    /* the job answered */
    enum command command;
    char *text;     /* argument of a command; text to insert, scrubbed */
    int rows, cols; /* EVENT_RESIZE */
    enum link_status link;
    int needs_password;  /* LINK_REFUSED because a password was wanted and none was given */
    int64_t retry_ms;    /* LINK_WAITING: mono instant of the next attempt */
    struct proof *proof; /* LINK_READY, and LINK_REFUSED by the gate */
    struct err err;      /* LINK_WAITING, LINK_REFUSED, EVENT_FAULT */
    struct page *page;
    struct connexion *connexion;
    struct organisations *organisations;
    struct health_list *health; /* EVENT_HEALTH, EVENT_TESTED (those that answered now) */
    struct figures *figures;
    int tested, test_total;  /* EVENT_TESTED: the test is over when they are equal */
    int said[VERDICT_COUNT]; /* EVENT_TESTED: all answers so far by what they said, SHARED and KEEP
                                ones too; all 0 when that is not told */
    struct totals totals;
    int totals_exact; /* 0: counting stopped at a bound, the figures are lower bounds */
};

/* A new event with both clocks filled in. */
struct event *event_create(enum event_kind kind);
void event_destroy(struct event *event);

#endif
