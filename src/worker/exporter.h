#ifndef VIGIE_WORKER_EXPORTER_H
#define VIGIE_WORKER_EXPORTER_H

#include "base/queue.h"
#include "db/session.h"
#include "flow/job.h"

#include <stdio.h>

/* Writes an entry as a line. Errors are the file's. */
typedef void (*journal_line_fn)(FILE *out, const struct journal_entry *entry);

/* JOB_JOURNAL_EXPORT: reads the journal of the job's request page by page, on the session, into the
 * file named by its text: a new one, mode 0600, never over one that is there; "~/" is the home. Its
 * end is EVENT_EXPORTED or EVENT_FAULT on the worker thread; a file that did not get all is
 * removed. Does not take the job. */
void exporter_start(const struct job *job, struct session *s, journal_line_fn line,
                    struct queue *events);

#endif
