#ifndef VIGIE_CLI_SEAL_ACCOUNT_H
#define VIGIE_CLI_SEAL_ACCOUNT_H

#include "worker/sealing.h"

/* An admin key into the database, with this program's public key registered under the login. Waits.
 */
int account_seal(struct session *s, const struct keypair *pair, const char *login,
                 const struct account_new *account, const struct secret *key, struct err *e);

#endif
