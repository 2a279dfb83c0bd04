#ifndef VIGIE_STANDIN_TLS_H
#define VIGIE_STANDIN_TLS_H

#include "base/err.h"

/* An authority of our own, kept in the folder (ca.pem, ca-key.pem), and the server's certificate
 * by it. */
struct identity;

enum identity_kind {
    IDENTITY_GOOD,       /* 127.0.0.1 and localhost, ten years */
    IDENTITY_EXPIRED,    /* since yesterday */
    IDENTITY_WRONG_NAME, /* wrong.invalid */
    IDENTITY_SELF_SIGNED /* by itself */
};

/* Reads the authority of dir or makes it there. ERR_SYSTEM. */
int identity_create(struct identity **out, const char *dir, struct err *e);
void identity_destroy(struct identity *i);

/* PEM of the good key and of its certificate with the authority's behind it. Borrowed. */
const char *identity_key(const struct identity *i);
const char *identity_chain(const struct identity *i);

/* As PEM, for the caller to free. */
int identity_make(const struct identity *i, enum identity_kind kind, char **key, char **chain,
                  struct err *e);

#endif
