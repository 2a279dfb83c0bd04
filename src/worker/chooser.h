#ifndef VIGIE_WORKER_CHOOSER_H
#define VIGIE_WORKER_CHOOSER_H

#include "flow/job.h"
#include "worker/kit.h"

/* What a form can offer. The models of a connexion are asked of OpenAI with its own key, as a probe
 * like any other; where that gives no list, those that its organisation's connexions name are told.
 */
struct chooser {
    struct kit *kit;
    struct choice *live; /* those under way with OpenAI or the lease */
};

void chooser_init(struct chooser *chooser, struct kit *kit);
/* Call it after the sessions and http ended. */
void chooser_finish(struct chooser *chooser);

/* Takes the job's request. front: the session that the person waits for, NULL while there is none.
 */
void chooser_start(struct chooser *chooser, struct job *job, struct session *front);

#endif
