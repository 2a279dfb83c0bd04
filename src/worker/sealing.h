#ifndef VIGIE_WORKER_SEALING_H
#define VIGIE_WORKER_SEALING_H

#include "db/q_cost.h"
#include "secret/seal.h"

/* An admin key on its way into the database: registers this program's public key, seals the key to
 * every recipient and writes the account, new or in place of an old one. */
struct account_new {
    const char *name;
    const char *base_url; /* NULL: the usual place */
    int by_key;
};

/* copies: programs that it was sealed to. */
typedef void (*sealing_done)(void *arg, int copies, struct err *e);

/* whose: the name of this program among the recipients. Copies all but key and pair, which are
 * borrowed until done is called: once, from session_step, or never when this fails. */
int sealing_start(struct session *s, const struct keypair *pair, const char *whose,
                  const struct account_new *account, const struct secret *key, sealing_done done,
                  void *arg, struct err *e);

/* Seals a key to count recipients (PUBLIC_KEY bytes each); out has as many. */
int sealing_copies(const struct secret *key, const unsigned char *recipients, int count,
                   struct sealed *out, struct err *e);

#endif
