#ifndef VIGIE_FLOW_EVENT_H
#define VIGIE_FLOW_EVENT_H

#include "base/err.h"
#include "flow/command.h"
#include "model/account.h"
#include "model/alert.h"
#include "model/change.h"
#include "model/choice.h"
#include "model/forecast.h"
#include "model/health.h"
#include "model/journal.h"
#include "model/limit.h"
#include "model/organisation.h"
#include "model/overview.h"
#include "model/page.h"
#include "model/proof.h"
#include "model/provider.h"

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
    EVENT_FIGURES,  /* answer to JOB_FIGURES; NULL payload: nothing is known */
    EVENT_TESTED,   /* progress of a test: how many of how many have answered, and what they said */
    EVENT_ACCOUNTS, /* answer to JOB_ACCOUNTS */
    EVENT_ACCOUNT_DONE, /* what came of JOB_ACCOUNT_SET or JOB_ACCOUNT_REMOVE */
    EVENT_SAVING,  /* progress of JOB_SAVE: rows of so many; unsure: the connection broke and it is
                      being found out whether it was committed */
    EVENT_SAVED,   /* answer to JOB_SAVE, JOB_UNDO, JOB_REDO: outcomes */
    EVENT_PREVIEW, /* answer to JOB_PREVIEW: outcomes that a save would have now, and what the rows
                      hold */
    EVENT_UNDO_STATE,
    EVENT_JOURNAL,
    EVENT_VERIFIED,
    EVENT_EXPORTED, /* answer to JOB_JOURNAL_EXPORT: rows_done entries are in the file; or
                       EVENT_FAULT */
    EVENT_CHOICES,
    EVENT_DRAFT,      /* at the start: a draft that an earlier session left, in text */
    EVENT_EDITED,     /* from the loop: what $VISUAL made of the text (line breaks kept), or err */
    EVENT_ARMED,      /* the session may write (flag 1) or not; also by itself after a reconnect */
    EVENT_ALERTS,     /* answer to JOB_ALERTS */
    EVENT_ALERT_DONE, /* JOB_ALERT_ACT is done; flag 0: the alert is not there any more */
    EVENT_OVERVIEW,
    EVENT_LIMITS,      /* answer to JOB_LIMITS: limits, forecast, reconciliation; NULL: not known */
    EVENT_LIMITS_DONE, /* JOB_LIMITS_SET is done */
    EVENT_PROVIDER,    /* a plan: answer to JOB_PROVIDER_PLAN, and how far JOB_PROVIDER_APPLY is;
                          flag 1: that is its last */
    EVENT_SHOWN,       /* answer to JOB_SHOWN: ids, ascending; flag 1: there are more */
    EVENT_FAULT        /* a job failed; the connection may still be there */
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
    int needs_sign_in;   /* LINK_REFUSED because the sign-in has ended */
    int64_t retry_ms;    /* LINK_WAITING: mono instant of the next attempt */
    struct proof *proof; /* LINK_READY, and LINK_REFUSED by the gate */
    struct err err;      /* LINK_WAITING, LINK_REFUSED, EVENT_FAULT */
    struct page *page;
    struct connexion *connexion;
    struct organisations *organisations;
    struct health_list *health; /* EVENT_HEALTH, EVENT_TESTED (those that answered now) */
    struct figures *figures;
    struct account_list *accounts;
    struct account_outcome *outcome; /* EVENT_ACCOUNT_DONE */
    int tested, test_total;          /* EVENT_TESTED: the test is over when they are equal */
    int said[VERDICT_COUNT]; /* EVENT_TESTED: all answers so far by what they said, SHARED and KEEP
                                ones too; all 0 when that is not told */
    struct change_results *results; /* EVENT_SAVED, EVENT_PREVIEW */
    struct undo_state *undo;        /* EVENT_UNDO_STATE */
    struct journal_page *journal;   /* EVENT_JOURNAL */
    struct journal_proof *proofs;   /* EVENT_VERIFIED */
    size_t proofs_len;
    struct choice_list *choices;  /* EVENT_CHOICES */
    size_t rows_done, rows_total; /* EVENT_SAVING */
    int unsure;                   /* EVENT_SAVING */
    struct alert_list *alerts;    /* EVENT_ALERTS */
    struct overview *overview;    /* EVENT_OVERVIEW */
    struct limits *limits;        /* EVENT_LIMITS, with the two that follow */
    struct forecast *forecast;
    struct reconciliation *reconciliation;
    struct provider_plan *plan; /* EVENT_PROVIDER */
    char (*ids)[UUID_TEXT];     /* EVENT_SHOWN */
    size_t ids_len;
    int flag; /* EVENT_ARMED; EVENT_INSERT: more was pasted than text holds */
    struct totals totals;
    int totals_exact; /* 0: counting stopped at a bound, the figures are lower bounds */
};

/* A new event with both clocks filled in. */
struct event *event_create(enum event_kind kind);
void event_destroy(struct event *event);

#endif
