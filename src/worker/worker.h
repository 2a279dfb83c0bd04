#ifndef VIGIE_WORKER_WORKER_H
#define VIGIE_WORKER_WORKER_H

#include "base/queue.h"
#include "db/session.h"
#include "flow/job.h"
#include "model/health.h"
#include "model/proof.h"
#include "worker/exporter.h"

/* The worker thread: owns the connections to the database, does the jobs of the screen and posts
 * what comes of them as events. It reconnects by itself, through the gate each time. */
struct worker;

/* What the thread does besides the screen's jobs. Strings are borrowed during worker_create. */
struct worker_options {
    int probe;            /* lease and probe connexions by itself; 0: only what is asked for */
    const char *base_url; /* of OpenAI where a row has none of its own */
    const char *ca_file;  /* NULL: the system's authorities */
    const struct signin *signin; /* who signed in, to be renewed; copied. NULL: nobody */
    const char *keypair_path;    /* NULL: no admin keys, no costs */
    const char *draft_dir;       /* NULL: drafts are not kept */
    struct schedule schedule;
    int costs;   /* ask for costs and use by itself */
    int lease_s; /* a leased connexion belongs to its program so long; LEASE_MIN_S at least */
    int cost_period_s;
    int guard; /* enforce limits and raise alerts by itself (default: no) */
    int guard_period_s;
    const char *sendmail; /* the command that takes mails (worker/mailer.h); NULL: the usual one */
    journal_line_fn journal_line; /* how an exported entry is written; NULL: none is */
};

/* A probe may wait for its turn as long as another one takes, then take as long itself, and must be
 * recorded before the lease ends: 15 s, 15 s, 5 s, and some time to start. */
enum {
    GUARD_PERIOD_S = 60,
    COST_PERIOD_S = 1800,
    LEASE_S = 60,
    LEASE_MIN_S = 40,
    LEASE_MAX_S = 3600
};
#define OPENAI_BASE_URL "https://api.openai.com/v1"

/* The default of every option. */
void worker_options_init(struct worker_options *options);

/* Counters since the start. */
struct worker_stats {
    int64_t leases; /* answered, with or without work */
    int64_t probes; /* answered, of any verdict */
    int64_t verdicts[VERDICT_COUNT];
    int64_t changes; /* confirmed verdicts that changed */
    int64_t cost_polls, cost_failures;
    int costing;                      /* the costs or the use of an account are under way */
    int64_t records, record_failures; /* rows written, batches refused */
    int64_t guards;                   /* turns that looked at every limit, */
    int guarding;                     /* and whether one is under way */
    int64_t alerts;                   /* raised by this program */
    int64_t deliveries, delivery_failures, deliveries_given_up; /* to the channels of alerts */
    int64_t last_ms_total;                                      /* sum of total_ms of all probes */
    int in_flight, leased;
    int64_t last_record_at; /* UTC seconds of the last batch written, 0 for never */
};

/* Starts the thread. Takes the session, which is ready and has passed the gate with proof; copies
 * spec. Events go to the queue, which must outlive the worker; its first event is EVENT_LINK,
 * LINK_READY. Before it the caller has called curl_global_init, while the program had one thread.
 * What cannot be had for the probes (memory for requests, the key pair) is logged; the screen's
 * jobs are done all the same. ERR_SYSTEM. */
int worker_create(struct worker **out, const struct conn_spec *spec, struct session *session,
                  const struct proof *proof, const struct worker_options *options,
                  struct queue *events, struct err *e);

/* Any thread. */
void worker_stats(struct worker *w, struct worker_stats *out);

/* Any thread. Takes the job; one that finds the queue full is answered by EVENT_FAULT. The
 * signature fits the loop's post function. */
int worker_post(void *worker, struct job *job);

/* Ends the thread within a second: a thread that hangs in the resolver is left behind, for the
 * process is about to end. Accepts NULL. */
void worker_destroy(struct worker *w);

#endif
