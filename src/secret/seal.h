#ifndef VIGIE_SECRET_SEAL_H
#define VIGIE_SECRET_SEAL_H

#include "secret/guard.h"

/* Sealing of keys: X25519 and XSalsa20-Poly1305 (libsodium's sealed boxes). Each operator's program
 * has a key pair in a file that only that person can read. */

enum { SEAL_PUBLIC = 32, SEAL_OVERHEAD = 48 };

struct keypair;

/* Reads the key pair at path, or makes it (mode 0600, its folder 0700; two programs at once agree
 * on one). A file that others can read, or that is no key pair, is refused with a cure. */
int keypair_open(struct keypair **out, const char *path, struct err *e);
void keypair_close(struct keypair *pair); /* wipes; accepts NULL */
const unsigned char *keypair_public(const struct keypair *pair);

/* out holds secret->len + SEAL_OVERHEAD bytes. ERR_LIMIT, ERR_SYSTEM. */
int seal(const struct secret *secret, const unsigned char recipient[SEAL_PUBLIC],
         unsigned char *out, size_t size, size_t *len, struct err *e);
/* ERR_DENIED when it was not sealed to this pair or was changed. */
int unseal(const struct keypair *pair, const unsigned char *bytes, size_t len, struct secret *out,
           struct err *e);

#endif
