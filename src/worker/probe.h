#ifndef VIGIE_WORKER_PROBE_H
#define VIGIE_WORKER_PROBE_H

#include "worker/ticket.h"

/* Asks OpenAI about one leased connexion, without any cost: the list of models, or for an admin key
 * the costs of today. Its health, status and error are brought up to date, the key is wiped, then
 * ended is called: from http_step, or from here when the request cannot be sent at all. When
 * cancelled is set nothing was changed. */
void probe_start(struct kit *kit, struct ticket *ticket,
                 void (*ended)(void *arg, struct ticket *ticket, int cancelled), void *arg);

/* The base URL of a connexion: its own, else the option's. */
const char *probe_base(const struct kit *kit, const struct poll_item *item);

#endif
