#ifndef VIGIE_CLI_LEASE_H
#define VIGIE_CLI_LEASE_H

#include "db/q_poll.h"

/* One connexion held by a command for a moment, against other programs that probe. */
enum { LEASE_OWNER = 160 };

/* Who holds it, for people: login, host and process. */
void lease_owner(char out[LEASE_OWNER], const char *login);

/* Waits a few seconds for another program's probe to end. *out has one item; poll_work_destroy.
 * ERR_LIMIT when another program does not let go. */
int lease_take(struct session *s, const char *owner, const char *id, int lease_s,
               struct poll_work **out, struct err *e);

/* Gives back what the owner holds, unprobed. */
int lease_release(struct session *s, const char *owner, struct err *e);

#endif
