#ifndef VIGIE_STANDIN_GATE_H
#define VIGIE_STANDIN_GATE_H

#include "standin/world.h"

/* Answers a request: who asks, what is to be played, what was asked for. Takes the world's lock.
 * The answer is initialised by the caller; line gets what the journal should say of it. */
void gate_answer(struct world *w, struct request *r, struct answer *a, struct journal_line *line);

#endif
