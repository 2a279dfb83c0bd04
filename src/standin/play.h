#ifndef VIGIE_STANDIN_PLAY_H
#define VIGIE_STANDIN_PLAY_H

#include "standin/resource.h"

/* What a scenario means for this request: sequences become what they play this time. */
struct play play_settle(struct play play, const struct token *who);

/* Answers in place of the resource when the scenario asks for it: 1; else 0. scope is what the
 * route needs. */
int play_answers(struct call *c, const char *scope, struct answer *a);

/* Refuses for want of a scope: an object with 401, one with 403 and a bare string take turns. */
void play_missing_scopes(struct token *who, const char *scope, struct answer *a);

/* Spoils a sound answer: its body now, its delivery later (a->play). */
void play_spoil(const struct call *c, struct answer *a);

/* Whether nothing at all is sent. */
int play_is_mute(enum scenario_id id);

#endif
