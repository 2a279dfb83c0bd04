#ifndef VIGIE_STANDIN_RAW_H
#define VIGIE_STANDIN_RAW_H

#include "standin/server.h"

/* Ports of 127.0.0.1 that misbehave below HTTP, one kind each: raw.def. */
struct raw;

/* Listens on all of them; ERR_SYSTEM. Nothing that needs TLS when the server is plain. */
int raw_start(struct raw **out, struct server *s, struct err *e);
/* Once the server's stop_fd is readable. */
void raw_stop(struct raw *r);

/* Appends "name":"url" for each, with commas. */
void raw_put_urls(const struct raw *r, struct str *out);

#endif
