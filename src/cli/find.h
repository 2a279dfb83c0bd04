#ifndef VIGIE_CLI_FIND_H
#define VIGIE_CLI_FIND_H

#include "db/session.h"
#include "model/connexion.h"
#include "model/proof.h"

/* The one connexion that a person means by a whole id, the start of one, or the whole e-mail of its
 * account. ERR_NOT_FOUND; ERR_USAGE when it could be several. */
int find_connexion(struct session *session, const struct proof *proof, const char *operand,
                   struct connexion **row, struct err *e);

#endif
