#include "config.h"

#include "base/queue.h"

#include <criterion/criterion.h>
#include <poll.h>

static int readable(const struct queue *q)
{
    struct pollfd p = {.fd = q->fd, .events = POLLIN};
    return poll(&p, 1, 0) == 1;
}

Test(base_queue, first_in_first_out_and_bounded)
{
    static int items[QUEUE_MAX + 1];
    struct queue q;
    cr_assert_eq(queue_init(&q), 0);
    cr_expect_null(queue_pop(&q));
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < QUEUE_MAX; i++)
            cr_assert_eq(queue_push(&q, &items[i]), 0);
        cr_expect_eq(queue_push(&q, &items[QUEUE_MAX]), -1, "full");
        for (int i = 0; i < QUEUE_MAX; i++)
            cr_assert_eq(queue_pop(&q), &items[i]);
        cr_expect_null(queue_pop(&q));
        (void)queue_push(&q, &items[0]); /* shifts the start for the next round */
        cr_expect_eq(queue_pop(&q), &items[0]);
    }
    queue_finish(&q);
}

Test(base_queue, readable_exactly_while_it_holds_something)
{
    int item = 0;
    struct queue q;
    cr_assert_eq(queue_init(&q), 0);
    cr_expect(!readable(&q));
    (void)queue_push(&q, &item);
    (void)queue_push(&q, &item);
    cr_expect(readable(&q));
    (void)queue_pop(&q);
    cr_expect(readable(&q));
    (void)queue_pop(&q);
    cr_expect(!readable(&q));
    cr_expect_null(queue_pop(&q));
    cr_expect(!readable(&q));
    queue_finish(&q);
}
