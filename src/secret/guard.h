#ifndef VIGIE_SECRET_GUARD_H
#define VIGIE_SECRET_GUARD_H

#include "base/err.h"

#include <stddef.h>

/* Memory for keys and passwords: between guard pages, locked out of swap where the system allows
 * it, left out of core dumps, wiped when freed. One thread at a time. */
struct secret {
    char *text; /* NUL-terminated; NULL when there is none */
    size_t len;
};

enum { SECRET_MAX = 4096 };

void secret_init(struct secret *s);
/* Wipes and frees; safe to repeat. */
void secret_finish(struct secret *s);
/* A copy of len bytes (at most SECRET_MAX, no NUL inside). ERR_LIMIT, ERR_SYSTEM. */
int secret_set(struct secret *s, const char *bytes, size_t len, struct err *e);

/* Asks on the person's terminal (/dev/tty) without echo; the line without its end becomes the
 * secret, empty when the person only pressed Enter. The terminal is restored also when a signal
 * ends or suspends the program. Blocks. ERR_TERMINAL without a terminal. */
int secret_ask(struct secret *s, const char *prompt, struct err *e);

/* Reads the first line of a file ("-" is standard input). A file that others can read is refused.
 * ERR_SYSTEM, ERR_LIMIT. */
int secret_read(struct secret *s, const char *path, struct err *e);

/* Called once at the start: no core dump, no tracer. */
void secret_harden(void);

/* Wipes memory in a way that the compiler keeps. */
void secret_wipe(void *bytes, size_t len);

#endif
