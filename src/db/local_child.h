#ifndef VIGIE_DB_LOCAL_CHILD_H
#define VIGIE_DB_LOCAL_CHILD_H

#include "db/local.h"

/* Children of the private cluster: they run as the server's account in "/", with a scrubbed
 * environment, umask 077, no descriptor but the three, and they are waited for. */

enum { CHILD_OUTPUT = 4096 };

/* What a program left behind. */
struct child {
    int status;                /* exit status, 128 + number for a signal */
    char output[CHILD_OUTPUT]; /* the end of stdout and stderr, scrubbed, lines kept */
};

int account_init(struct account *a, struct err *e);

/* Runs a program (argv[0]: a path, or a name looked up in PATH) with input on its stdin (NULL:
 * none). 0 also when the program fails: see child->status. Negative when it could not be run. */
int child_exec(const struct account *a, const char *const argv[], const char *input,
               struct child *child, struct err *e);

/* Calls fn in a child, so that files are made by their owner and no link of that account leads root
 * astray. Returns what fn returned, with its error. fn may not change the caller's memory. */
int child_call(const struct account *a,
               int (*fn)(const struct local *l, const void *arg, struct err *e),
               const struct local *l, const void *arg, struct err *e);

/* The error of a program that failed, from the lines of output that say why, with a cure when the
 * reason is known. what is translated. */
int child_failed(const struct local *l, const char *what, const char *output, struct err *e);

#endif
