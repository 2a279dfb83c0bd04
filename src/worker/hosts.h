#ifndef VIGIE_WORKER_HOSTS_H
#define VIGIE_WORKER_HOSTS_H

#include "model/health.h"

#include <stdint.h>

/* The hosts that are asked: what they have in common with all their connexions, said once. */

struct kit;

enum { HOSTS_MAX = 32 };

struct host {
    char key[EVIDENCE_HOST]; /* scheme, name and port as the URL has them */
    struct host_health health;
    int in_flight; /* probes of the schedule under way, */
    int tests;     /* and those that a person asked for */
    int calm;      /* one probe at a time, until one is answered well */
    enum host_news { HOST_UNKNOWN, HOST_NEWS, HOST_TOLD } news; /* in the database */
    int telling;
    int64_t told_ms;
    int64_t used_ms;
};

struct hosts {
    struct host item[HOSTS_MAX];
    int len;
};

/* The host of a URL. NULL when there are too many hosts: then it is treated as alone. */
struct host *hosts_of(struct hosts *hosts, const char *url, int64_t mono_ms);

/* Whether one more probe of the schedule may be sent. NULL: always. */
int host_is_free(const struct host *host);
/* Whether all its connexions fail alike: NULL: no. */
int host_is_down(const struct host *host);

/* Counts one answer; the screen is told when the host's verdict changed. host may be NULL. */
void host_answered(struct kit *kit, struct host *host, const char *id, enum verdict verdict,
                   const struct evidence *evidence);

/* Writes the verdicts that the database does not know, failing ones again and again. */
void hosts_step(struct kit *kit, int64_t mono_ms);

#endif
