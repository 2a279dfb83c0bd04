#ifndef VIGIE_WORKER_ASKER_H
#define VIGIE_WORKER_ASKER_H

#include "base/queue.h"
#include "db/session.h"
#include "flow/job.h"

/* What the screens of automatic control ask of the database: alerts and acts on them, the board,
 * limits. As answer_job: the answer becomes an event with the job's id, on the worker thread; does
 * not take the job. */
int asker_knows(const struct job *job);
void asker_start(const struct job *job, struct session *session, struct queue *events);

#endif
