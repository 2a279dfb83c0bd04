#include "config.h"

#include "base/queue.h"

#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

int queue_init(struct queue *q)
{
    q->head = 0;
    q->len = 0;
    q->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (q->fd < 0)
        return -1;
    int failed = pthread_mutex_init(&q->lock, NULL);
    if (failed) {
        (void)close(q->fd);
        q->fd = -1;
        errno = failed;
    }
    return failed ? -1 : 0;
}

void queue_finish(struct queue *q)
{
    if (q->fd >= 0)
        (void)close(q->fd);
    q->fd = -1;
    (void)pthread_mutex_destroy(&q->lock);
}

int queue_push(struct queue *q, void *item)
{
    const uint64_t one = 1;
    int full = 0;
    (void)pthread_mutex_lock(&q->lock);
    if (q->len == QUEUE_MAX) {
        full = 1;
    } else {
        q->items[(q->head + q->len) % QUEUE_MAX] = item;
        q->len++;
        if (write(q->fd, &one, sizeof one) < 0)
            full = 0; /* the counter is at its maximum: already readable */
    }
    (void)pthread_mutex_unlock(&q->lock);
    return full ? -1 : 0;
}

void *queue_pop(struct queue *q)
{
    uint64_t count = 0;
    void *item = NULL;
    (void)pthread_mutex_lock(&q->lock);
    if (q->len > 0) {
        item = q->items[q->head];
        q->head = (q->head + 1) % QUEUE_MAX;
        q->len--;
    }
    if (q->len == 0 && read(q->fd, &count, sizeof count) < 0)
        count = 0; /* nothing was signalled */
    (void)pthread_mutex_unlock(&q->lock);
    return item;
}
