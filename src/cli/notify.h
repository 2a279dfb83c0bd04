#ifndef VIGIE_CLI_NOTIFY_H
#define VIGIE_CLI_NOTIFY_H

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

/* The service manager's protocol (sd_notify(3)): datagrams to the socket of NOTIFY_SOCKET, which
 * may be a path or, with "@", an abstract name; WATCHDOG_USEC says how often it wants to hear. */
struct notify {
    int fd; /* -1: nobody listens */
    struct sockaddr_un to;
    socklen_t to_len;
    int64_t watchdog_ms; /* half of what was asked for; 0: no watchdog */
};

/* Reads the environment; what cannot be used leaves fd at -1. */
void notify_init(struct notify *n);
void notify_finish(struct notify *n);

/* Sends "READY=1" and the like, several on lines of their own. Never blocks; loss is not told. */
void notify_send(const struct notify *n, const char *text);

#endif
