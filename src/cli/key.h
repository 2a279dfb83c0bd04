#ifndef VIGIE_CLI_KEY_H
#define VIGIE_CLI_KEY_H

#include "db/session.h"
#include "secret/guard.h"
#include "secret/seal.h"

/* Keys that a person gives. The text of a key lives in guarded memory only. */

enum { KEY_COMMAND_S = 30 };

/* Whether it can be sent as a key at all: not empty, printable ASCII without blanks. ERR_USAGE. */
int key_check(const struct secret *key, struct err *e);

/* The first line that a shell command writes, which gets a clean environment, no input and
 * KEY_COMMAND_S seconds. ERR_FAILURE when it fails, ERR_TIMEOUT, ERR_LIMIT. */
int key_from_command(struct secret *key, const char *command, struct err *e);

/* An admin key on its way into the database: registers this program's public key under the login,
 * seals the key to every recipient and writes the account, new or in place of an old one. */
struct account_new {
    const char *name;
    const char *base_url; /* NULL: the usual place */
    int by_key;
};
int account_seal(struct session *s, const struct keypair *pair, const char *login,
                 const struct account_new *account, const struct secret *key, struct err *e);

#endif
