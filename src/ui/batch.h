#ifndef VIGIE_UI_BATCH_H
#define VIGIE_UI_BATCH_H

#include <stdio.h>

/* A frame goes to the terminal in one write. curses flushes at every move of its cursor; over SSH
 * each of these pieces would be a packet, and the reader would wake for each. While a batch is open
 * the descriptor that curses writes to is a file in memory. UI thread. */
struct batch {
    FILE *out; /* what curses is given; owned */
    int fd;    /* its descriptor, made to point here and there */
    int tty;   /* borrowed */
    int store; /* -1: no file in memory is to be had, and curses writes directly */
    int open;
};

/* A stream to tty for curses; NULL when there is no descriptor left. */
FILE *batch_start(struct batch *b, int tty);

/* Idempotent; a zeroed one was never started. */
void batch_stop(struct batch *b);

void batch_open(struct batch *b);

/* Returns 0, or -1 when the terminal did not take all of the frame. */
int batch_close(struct batch *b);

#endif
