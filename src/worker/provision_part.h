#ifndef VIGIE_WORKER_PROVISION_PART_H
#define VIGIE_WORKER_PROVISION_PART_H

#include "worker/provision.h"

/* What the files of a provision share; nobody else includes it. */

/* Asks url (p->url): a GET, or with writes what p->body says (DELETE when it is empty). got is
 * called with the answer that counts: what may be repeated was. */
void provision_ask(struct provision *p, int writes,
                   void (*got)(struct provision *p, const struct http_answer *answer));
/* Where the account at hand is asked. */
const char *provision_base(const struct provision *p);

/* Reads the parts (bits 1 << part) anew, then calls then; read_failed with verdict and evidence, or
 * p->fault when the body was wrong, tell that it did not come to its end. */
void provision_read(struct provision *p, unsigned parts, void (*then)(struct provision *p));

/* Translated: why the last question failed; out has PROVIDER_TEXT bytes. */
void provision_blame(const struct provision *p, char *out);
/* Whether that was OpenAI's trouble or the network's: another time it may not be. */
int provision_is_silent(const struct provision *p);
/* The same as the fault of all of it. */
void provision_fault(struct provision *p);

/* The end: with a plan, or with an error of the database. */
void provision_end(struct provision *p);
void provision_lost(struct provision *p, const struct err *e);
/* The session, or NULL: then it has ended. */
struct session *provision_session(struct provision *p);

/* provision_apply.c: from a plan that was read under the lease, or was not to be read (it has a
 * fault then). */
void provision_apply(struct provision *p);

#endif
