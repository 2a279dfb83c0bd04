#ifndef VIGIE_WORKER_DRAFTS_H
#define VIGIE_WORKER_DRAFTS_H

#include "model/proof.h"
#include "worker/kit.h"

/* The draft of a form on disk, so that it outlives a killed session: one private file for each
 * operator and database, replaced whole. What is secret is not in the text (draft_write). */
struct drafts {
    struct kit *kit;
    char path[1200]; /* "": nothing is kept */
    int told;
};

enum { DRAFT_FILE_MAX = 2 * 512 * 1024 };

void drafts_init(struct drafts *drafts, struct kit *kit, const struct proof *proof);

/* Posts EVENT_DRAFT if an earlier session left one; once. */
void drafts_tell(struct drafts *drafts);

/* Keeps text, or forgets what was kept (NULL). A failure is answered by EVENT_FAULT. */
void drafts_keep(struct drafts *drafts, unsigned job, const char *text);

#endif
