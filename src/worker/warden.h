#ifndef VIGIE_WORKER_WARDEN_H
#define VIGIE_WORKER_WARDEN_H

#include "worker/kit.h"

/* Sees to it that limits hold and that people are warned: once a period and soon after a change,
 * connexions at a hard limit are held, those whose reset came are let go, and alerts are raised.
 * Many programs may do so on one database: it raises each alert once. */
struct warden {
    struct kit *kit;
    int busy;         /* a turn is under way */
    int again;        /* a change was told meanwhile */
    int failures;     /* turns in a row that the database refused */
    int complained;   /* that a part of the turn fails */
    int64_t due_ms;   /* mono instants: of the next turn, */
    int64_t began_ms; /* of the present one, */
    int64_t ended_ms; /* of the end of the last one, */
    int64_t took_ms;  /* which took so long */
};

void warden_init(struct warden *warden, struct kit *kit);

/* The table changed. */
void warden_changed(struct warden *warden, int64_t mono_ms);
/* A new connection to the database. */
void warden_connected(struct warden *warden, int64_t mono_ms);
/* Whatever was planned: now. */
void warden_now(struct warden *warden, int64_t mono_ms);

void warden_step(struct warden *warden, int64_t mono_ms);
/* -1 for never. */
int64_t warden_deadline(const struct warden *warden);

#endif
