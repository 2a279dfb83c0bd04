#ifndef VIGIE_STANDIN_INSTANT_H
#define VIGIE_STANDIN_INSTANT_H

#include <stdint.h>

/* The clock of the stand-in: the real one moved by an offset, or standing still. Seconds, UTC. */
struct instant {
    int frozen;
    int64_t value; /* the instant when frozen, else the offset */
};

int64_t instant_now(const struct instant *i);
/* Stands still at an instant until instant_run. */
void instant_freeze(struct instant *i, int64_t at);
void instant_advance(struct instant *i, int64_t seconds);
/* Runs on from where it is. */
void instant_run(struct instant *i);

/* Seconds, "YYYY-MM-DD" or "YYYY-MM-DDTHH:MM:SSZ" of the years 1970 to 9999. 0, or -1. */
int instant_parse(const char *text, int64_t *at);

enum { INSTANT_HTTP_MAX = 40, SECONDS_OF_DAY = 86400 };
/* "Sun, 06 Nov 1994 08:49:37 GMT". */
void instant_http(char out[INSTANT_HTTP_MAX], int64_t at);

#endif
