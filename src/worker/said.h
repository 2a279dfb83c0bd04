#ifndef VIGIE_WORKER_SAID_H
#define VIGIE_WORKER_SAID_H

#include "worker/ticket.h"

/* What openai_derniere_erreur says of a probe: "key revoked (401 invalid_api_key)"; "" when all is
 * well. English: the column is read by people of several languages and by programs. */
void said_error(char out[ERROR_TEXT], enum verdict verdict, const struct evidence *evidence);

#endif
