#ifndef VIGIE_BASE_QUEUE_H
#define VIGIE_BASE_QUEUE_H

#include <pthread.h>
#include <stddef.h>

enum { QUEUE_MAX = 256 };

/* Bounded queue of pointers between two threads, with an eventfd that is readable while it holds
 * something. A pointer pushed belongs to the queue until it is popped. */
struct queue {
    pthread_mutex_t lock;
    int fd;
    size_t head, len;
    void *items[QUEUE_MAX];
};

/* 0, or -1 with errno. */
int queue_init(struct queue *q);
/* The queue must be empty: pop first what it owns. */
void queue_finish(struct queue *q);
/* 0, or -1 when full: the pointer stays with the caller. */
int queue_push(struct queue *q, void *item);
/* NULL when empty. */
void *queue_pop(struct queue *q);

#endif
