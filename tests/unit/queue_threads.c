/* The queue between threads that really overlap; a plain program that prints TAP, since the unit
 * test framework does not run under the thread sanitizer. Four producers and two consumers share
 * one queue; every item must arrive once, each producer's in order for a single consumer, and a
 * consumer that waits on the descriptor must always be woken. */
#include "config.h"

#include "base/log.h"
#include "base/queue.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

enum { PRODUCERS = 4, CONSUMERS_MAX = 2, ITEMS = 20000, WAIT_MS = 10000 };

struct item {
    int producer;
    int number;
};

static struct item items[PRODUCERS][ITEMS];
static atomic_int taken[PRODUCERS][ITEMS];
static struct queue queue;
static pthread_barrier_t start;
static atomic_int left;
static atomic_int out_of_order;
static atomic_int stuck;
static int consumers;

static void *produce(void *arg)
{
    struct item *mine = arg;
    (void)pthread_barrier_wait(&start);
    for (int i = 0; i < ITEMS; i++) {
        while (!atomic_load(&stuck) && queue_push(&queue, &mine[i]))
            (void)sched_yield();
        if (i % 1000 == 0)
            log_write(LOG_DEBUG, "producer %d at %d", mine[i].producer, i);
    }
    return NULL;
}

static void take(const struct item *item, int last[PRODUCERS])
{
    atomic_fetch_add(&taken[item->producer][item->number], 1);
    if (consumers == 1 && item->number != last[item->producer] + 1)
        atomic_store(&out_of_order, 1);
    last[item->producer] = item->number;
    atomic_fetch_sub(&left, 1);
}

static void *consume(void *arg)
{
    int last[PRODUCERS] = {-1, -1, -1, -1};
    struct pollfd p = {.fd = queue.fd, .events = POLLIN};
    (void)arg;
    (void)pthread_barrier_wait(&start);
    while (atomic_load(&left) > 0 && !atomic_load(&stuck)) {
        struct item *item = queue_pop(&queue);
        if (item)
            take(item, last);
        else if (consumers == 1 && poll(&p, 1, WAIT_MS) == 0)
            atomic_store(&stuck, 1);
    }
    return NULL;
}

static int arrived_once(void)
{
    int bad = 0;
    for (int p = 0; p < PRODUCERS; p++)
        for (int i = 0; i < ITEMS; i++)
            bad += atomic_exchange(&taken[p][i], 0) != 1;
    return bad == 0;
}

static int run(int with)
{
    pthread_t threads[PRODUCERS + CONSUMERS_MAX];
    consumers = with;
    atomic_store(&left, PRODUCERS * ITEMS);
    if (queue_init(&queue) || pthread_barrier_init(&start, NULL, (unsigned)(PRODUCERS + with)))
        return -1;
    for (int p = 0; p < PRODUCERS; p++)
        if (pthread_create(&threads[p], NULL, produce, items[p]))
            return -1;
    for (int c = 0; c < with; c++)
        if (pthread_create(&threads[PRODUCERS + c], NULL, consume, NULL))
            return -1;
    for (int t = 0; t < PRODUCERS + with; t++)
        (void)pthread_join(threads[t], NULL);
    (void)pthread_barrier_destroy(&start);
    queue_finish(&queue);
    return 0;
}

static int number;

static int check(int good, const char *name)
{
    (void)printf("%sok %d - %s\n", good ? "" : "not ", ++number, name);
    return !good;
}

int main(void)
{
    int bad = 0;
    for (int p = 0; p < PRODUCERS; p++)
        for (int i = 0; i < ITEMS; i++)
            items[p][i] = (struct item){p, i};
    (void)printf("1..5\n");
    bad += check(run(1) == 0, "threads ran, one consumer");
    bad += check(arrived_once(), "every item arrived once");
    bad += check(!atomic_load(&out_of_order) && !atomic_load(&stuck),
                 "in order, and the waiting consumer was woken");
    bad += check(run(CONSUMERS_MAX) == 0, "threads ran, two consumers");
    bad += check(arrived_once(), "every item arrived once");
    return bad != 0;
}
