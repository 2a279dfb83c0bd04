#ifndef VIGIE_CLI_WATCH_H
#define VIGIE_CLI_WATCH_H

#include "cli/cli.h"

#include "base/queue.h"
#include "cli/known.h"
#include "cli/lines.h"
#include "cli/metrics.h"
#include "cli/notify.h"
#include "flow/event.h"
#include "worker/worker.h"

/* Jobs: what nobody waits for, the test of --once, and from there on the pings. */
enum { WATCH_LEARN, WATCH_TEST };

/* The worker without a screen. */
struct watch {
    struct cli *cli;
    struct queue events;
    struct worker *worker;
    struct lines lines;
    struct notify notify;
    struct metrics *metrics; /* NULL: none asked for */
    struct known *known;
    char (*ids)[UUID_TEXT]; /* --once: what is to be probed; owned until the worker takes it */
    int ids_len;
    int signal_fd;
    enum link_status link;
    int64_t linked_ms; /* mono instant at which the link became ready */
    int probing;       /* leases work by itself */
    int ready;         /* the manager knows that we are */
    int stop;
    int64_t feed_ms;            /* mono instant of the next word to the watchdog */
    int64_t status_ms;          /* and of the next status */
    struct alert_counts alerts; /* for the metrics, */
    int64_t alerts_ms;          /* asked for at this mono instant, and told: */
    int alerts_known;
    unsigned ping;   /* job that shows that the worker is alive */
    int alive;       /* it was answered */
    uint64_t logged; /* lines of the log that were passed on */
    int once;
    int tested, test_total, over; /* --once */
    int accounts;                 /* --once: whose costs are due */
    int64_t guards;               /* --once: turns to wait for when all else is done; 0: not yet,
                                     -1: none */
    int64_t until_ms;             /* --once: wait no longer for the last results */
};

/* watch_say.c: lines for what happens. */
void say_start(struct watch *w);
void say_stop(struct watch *w, const char *why);
void say_link(struct watch *w, const struct event *event);
void say_health(struct watch *w, const struct health_list *list);
void say_fault(struct watch *w, const struct err *err);
void say_log(struct watch *w);
void say_once(struct watch *w, const struct worker_stats *stats);

/* watch_turn.c: what is done now and then. */
void watch_event(struct watch *w, struct event *event);
void watch_tick(struct watch *w, int64_t mono_ms);
int64_t watch_deadline(const struct watch *w); /* mono instant, always one */
void watch_metrics(void *arg, struct str *out);

/* watch_once.c: one round. */
int once_plan(struct watch *w);
void once_start(struct watch *w);
void once_tick(struct watch *w, int64_t mono_ms);
/* 0 when all went, else negative with cli->err. */
int once_judge(struct watch *w);

#endif
