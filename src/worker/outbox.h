#ifndef VIGIE_WORKER_OUTBOX_H
#define VIGIE_WORKER_OUTBOX_H

#include "worker/ticket.h"

#include <stdint.h>

/* Results on their way into the database, in batches. What finds no connection waits for one as
 * long as its lease holds. */
struct outbox {
    struct line line;
    int64_t since_ms; /* mono instant at which the first in line came */
    int64_t hold_ms;  /* mono instant before which nothing is sent, after a failure */
    int sending;      /* batches under way */
    int dropped;      /* since it was last said */
};

/* Takes the ticket. What is urgent is sent with the next step. */
void outbox_add(struct kit *kit, struct ticket *ticket);
void outbox_hurry(struct kit *kit);

/* Gives a lease back unprobed; the next probe is due at next_at (UTC seconds), 0: when it was.
 * Takes the ticket. */
void outbox_return(struct kit *kit, struct ticket *ticket, int64_t next_at);

/* Sends what is due; all that waits when flush is set. */
void outbox_step(struct kit *kit, int64_t mono_ms, int flush);
/* -1 for never. */
int64_t outbox_deadline(const struct kit *kit);

void outbox_finish(struct outbox *outbox);

#endif
