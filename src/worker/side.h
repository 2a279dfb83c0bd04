#ifndef VIGIE_WORKER_SIDE_H
#define VIGIE_WORKER_SIDE_H

#include "db/gate.h"

/* One connection's life on the worker thread: connecting, proving, ready, lost, waiting for the
 * next attempt. */
enum side_status { SIDE_WAITING, SIDE_CONNECTING, SIDE_PROVING, SIDE_READY, SIDE_REFUSED };

struct side {
    const char *name; /* for the log */
    const struct conn_spec *spec;
    struct session *session;
    enum side_status status;
    int attempt;
    int64_t retry_ms; /* SIDE_WAITING: mono instant of the next attempt */
    struct proof proof;
    struct err err; /* why it waits or was refused */
    int news;       /* the status changed since the flag was cleared */
};

/* Without a session the side waits for its first attempt at retry_ms 0, that is at once. Takes the
 * session. */
void side_init(struct side *side, const char *name, const struct conn_spec *spec,
               struct session *proven, const struct proof *proof);
void side_finish(struct side *side);

/* Does what is due: attempts, steps, judges. Sets news. */
void side_step(struct side *side, int64_t mono_ms);

/* Closes it; nothing is tried until side_retry. */
void side_refuse(struct side *side, const struct err *why);

/* Asks for an attempt now, also after a refusal. */
void side_retry(struct side *side);

/* When side_step must be called though nothing came: mono instant, -1 for never. */
int64_t side_deadline(const struct side *side);

#endif
