#ifndef VIGIE_CLI_METRICS_H
#define VIGIE_CLI_METRICS_H

#include "base/err.h"
#include "base/str.h"

/* Answers Prometheus at an address of this machine: "127.0.0.1:9464", "[::1]:9464",
 * "localhost:9464" (port 0: any free one) or "/path/of/a/socket". No thread of its own. */
struct metrics;

enum { METRICS_MAX = 64 * 1024, METRICS_ADDRESS = 256 };

/* fill writes the present figures. ERR_USAGE for an address that is not of this machine,
 * ERR_SYSTEM. */
int metrics_create(struct metrics **out, const char *address,
                   void (*fill)(void *arg, struct str *out), void *arg, struct err *e);
void metrics_destroy(struct metrics *m); /* accepts NULL */

/* Where it listens, with the port that was found. */
const char *metrics_address(const struct metrics *m);
/* -1 for NULL. */
int metrics_fd(const struct metrics *m);
/* Answers what came, without waiting; call it when the descriptor is ready, and now and then. */
void metrics_step(struct metrics *m);

#endif
