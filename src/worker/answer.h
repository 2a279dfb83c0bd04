#ifndef VIGIE_WORKER_ANSWER_H
#define VIGIE_WORKER_ANSWER_H

#include "base/queue.h"
#include "db/session.h"
#include "flow/event.h"
#include "flow/job.h"

/* Puts the question of a job to the database; its answer becomes an event with the job's id, on the
 * worker thread. A connection lost meanwhile gives no event: the link's own tells. Does not take
 * the job. */
void answer_job(const struct job *job, struct session *session, struct queue *events);

/* Posts an event, or drops it with a line in the log when the screen does not read its queue. Takes
 * the event. */
void answer_post(struct queue *events, struct event *event);

/* The failure of a job as an event. */
void answer_fault(struct queue *events, unsigned job, const struct err *e);

#endif
