#ifndef VIGIE_WORKER_WORKER_H
#define VIGIE_WORKER_WORKER_H

#include "base/queue.h"
#include "db/session.h"
#include "flow/job.h"
#include "model/proof.h"

/* The worker thread: owns the connections to the database, does the jobs of the screen and posts
 * what comes of them as events. It reconnects by itself, through the gate each time. */
struct worker;

/* Starts the thread. Takes the session, which is ready and has passed the gate with proof; copies
 * spec. Events go to the queue, which must outlive the worker; its first event is EVENT_LINK,
 * LINK_READY. */
int worker_create(struct worker **out, const struct conn_spec *spec, struct session *session,
                  const struct proof *proof, struct queue *events, struct err *e);

/* Any thread. Takes the job; one that finds the queue full is answered by EVENT_FAULT. The
 * signature fits the loop's post function. */
int worker_post(void *worker, struct job *job);

/* Ends the thread within a second: a thread that hangs in the resolver is left behind, for the
 * process is about to end. Accepts NULL. */
void worker_destroy(struct worker *w);

#endif
