#ifndef VIGIE_CLI_TRIAL_TEXT_H
#define VIGIE_CLI_TRIAL_TEXT_H

#include "cli/trial.h"

/* The redacted transcript: fills request; response, body and the facts of the transfer. */
void trial_text_request(struct trial *t);
void trial_text_answer(struct trial *t, const struct http_answer *answer);

#endif
