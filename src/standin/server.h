#ifndef VIGIE_STANDIN_SERVER_H
#define VIGIE_STANDIN_SERVER_H

#include "base/err.h"
#include "standin/world.h"

#include <microhttpd.h>
#include <stdatomic.h>

struct options {
    const char *dir, *world, *clock;
    int port, plain, demo;
    int64_t seed;
    int idle_s; /* 0: stay */
};

struct identity;

/* The program while it serves. world has its own lock; what is atomic is shared, the rest is set
 * before the threads start. */
struct server {
    struct options options;
    struct world world;
    struct identity *identity; /* certificates, NULL when plain */
    struct MHD_Daemon *daemon;
    int stop_fd; /* eventfd, readable once it is to end */
    int port;
    atomic_int connections;
    atomic_llong asked_ms; /* when something was asked last, of the clock that never jumps */
};

/* One connection of a client. */
struct link {
    int number;
    int requests;
    int fd;
};

/* Serves until SIGTERM, SIGINT or the idle time; the exit status. */
int serve_main(const struct options *options);

/* Starts the HTTP server on 127.0.0.1. */
int http_start(struct server *s, struct err *e);

/* Waits so long, or until the program is to end or the client at fd (-1: none) has left: 1 when the
 * time has passed. */
int server_wait(const struct server *s, int fd, int64_t ms);

#endif
