#ifndef VIGIE_WORKER_SAVER_H
#define VIGIE_WORKER_SAVER_H

#include "db/q_edit.h"
#include "flow/job.h"
#include "worker/kit.h"

/* What a person writes, on a connection of its own that is made when it is first needed: pages do
 * not wait behind a long save, and what is asked to stop can only be the save. Whatever happens to
 * the connection, the end of a save is found out before it is told. */
enum saver_stage {
    SAVER_IDLE,
    SAVER_WAITING, /* for the connection */
    SAVER_SENT,
    SAVER_UNSURE, /* the answer is lost: to be asked for */
    SAVER_ASKED
};

struct saver {
    struct kit *kit;
    struct side side;
    int wanted; /* the connection is */
    int armed;
    enum saver_stage stage;
    struct job *job; /* owned */
    char batch[UUID_TEXT];
    struct err why; /* of the failure whose end is found out */
    int definite;   /* the server itself said why */
    int stopping;
    int64_t cancel_ms; /* mono instant of the next cancel, while stopping */
    int64_t ask_ms;    /* mono instant before which the end is not asked for again */
    int64_t tell_ms;   /* mono instant before which progress is not told again */
    unsigned arm_job;  /* to be answered when the connection stands; 0: none */
    int arm_told;      /* that no connection was to be had for it */
    int arm_wanted;
};

void saver_init(struct saver *saver, struct kit *kit, const struct conn_spec *spec);
/* Ends the connection; what is under way is told by nobody any more. */
void saver_stop(struct saver *saver);
void saver_finish(struct saver *saver);

/* JOB_SAVE, JOB_UNDO, JOB_REDO, JOB_SAVE_STOP, JOB_ARM. Takes the job. */
void saver_start(struct saver *saver, struct job *job);
/* Asks for an attempt to connect now. */
void saver_retry(struct saver *saver);

void saver_step(struct saver *saver, int64_t mono_ms);
/* -1 for never. */
int64_t saver_deadline(const struct saver *saver);

#endif
