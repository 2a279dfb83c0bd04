#ifndef VIGIE_UI_LOOP_H
#define VIGIE_UI_LOOP_H

#include "base/queue.h"
#include "flow/state.h"
#include "ui/term.h"

/* Keeps the signals that the loop reads as descriptors from being delivered otherwise. On the main
 * thread, before any other thread starts. 0, or a negative code. */
int loop_block_signals(struct err *e);

/* Runs until the state says quit: waits for keys, signals, time and the events (struct event *,
 * taken) of the other threads; applies them, posts the jobs (post takes the job when it returns 0;
 * else it is destroyed here) and draws once a turn, if something changed. No other I/O, no waiting
 * elsewhere. 0 for a normal end; ERR_TERMINAL when the terminal has gone: then nothing more is
 * written to it. */
int loop_run(struct term *t, struct state *st, struct queue *events,
             int (*post)(void *, struct job *), void *post_arg, struct err *e);

#endif
