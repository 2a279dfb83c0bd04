#ifndef VIGIE_CLI_LISTEN_H
#define VIGIE_CLI_LISTEN_H

#include "base/err.h"

enum { LISTENER_NAME = 256 };

/* A listening socket that only this machine reaches. */
struct listener {
    int fd;                   /* -1: none */
    char name[LISTENER_NAME]; /* where, with the port that was found */
    int is_path;              /* name is a socket file of ours, to be removed */
};

/* "HOST:PORT" with a loopback address, "[::1]:PORT", "localhost:PORT" or "/path". A socket file
 * that nobody answers at is replaced. ERR_USAGE, ERR_SYSTEM; fd is -1 then. */
int listener_open(struct listener *l, const char *address, struct err *e);
void listener_close(struct listener *l);

#endif
