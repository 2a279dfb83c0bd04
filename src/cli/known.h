#ifndef VIGIE_CLI_KNOWN_H
#define VIGIE_CLI_KNOWN_H

#include "model/health.h"

/* What the watch knows of each connexion, by id, and of each host, by name: to tell what a verdict
 * was before, and whose it is. Bounded: past KNOWN_MAX nothing new is remembered. */
enum { KNOWN_MAX = 200000, KNOWN_ACCOUNT = 200 };

struct known_one {
    char id[EVIDENCE_HOST]; /* of a connexion, or a host; "": a free place */
    enum verdict verdict;
    int told; /* verdict is known */
    enum verdict candidate;
    char *account; /* NULL: not known */
};

struct known;

struct known *known_create(void);
void known_destroy(struct known *k); /* accepts NULL */

/* Finds or makes; NULL when it is full. Borrowed until the next call. */
struct known_one *known_at(struct known *k, const char *id);
/* Takes a copy, cut at KNOWN_ACCOUNT bytes. */
void known_account(struct known_one *one, const char *account);

#endif
