#include "config.h"

#include "cli/interrupt.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>

enum { AGAIN_MS = 500, MS = 1000, NS_PER_MS = 1000000 };

/* A handler can say what came only through something that outlives the call. */
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
}

struct guard {
    struct sigaction interrupt, terminate;
    sigset_t mask; /* as it was: the signals come only while poll waits */
};

static void guard_set(struct guard *g)
{
    struct sigaction act = {.sa_handler = on_signal};
    sigset_t both;
    (void)sigemptyset(&act.sa_mask);
    (void)sigemptyset(&both);
    (void)sigaddset(&both, SIGINT);
    (void)sigaddset(&both, SIGTERM);
    caught = 0;
    (void)sigprocmask(SIG_BLOCK, &both, &g->mask);
    (void)sigaction(SIGINT, &act, &g->interrupt);
    (void)sigaction(SIGTERM, &act, &g->terminate);
}

static void guard_lift(const struct guard *g)
{
    (void)sigaction(SIGINT, &g->interrupt, NULL);
    (void)sigaction(SIGTERM, &g->terminate, NULL);
    (void)sigprocmask(SIG_SETMASK, &g->mask, NULL);
}

/* A cancel that comes between two statements is lost: it is said again. */
static void stop(struct session *s, int64_t *again_ms)
{
    struct err unimportant = {0};
    int64_t now = clock_mono_ms();
    if (now < *again_ms)
        return;
    *again_ms = now + AGAIN_MS;
    (void)session_cancel(s, &unimportant);
}

static int wait_once(struct session *s, const struct guard *g, struct err *e)
{
    struct pollfd p = {.fd = session_fd(s), .events = session_events(s)};
    int64_t until = session_deadline(s);
    int64_t left = until < 0 || caught ? AGAIN_MS : until - clock_mono_ms();
    left = left < 0 ? 0 : left;
    struct timespec time = {.tv_sec = left / MS, .tv_nsec = (long)(left % MS) * NS_PER_MS};
    if (ppoll(&p, 1, &time, &g->mask) < 0 && errno != EINTR)
        return err_errno(e, ERR_SYSTEM, "poll");
    return 0;
}

int interrupt_wait(struct session *s, int *interrupted, struct err *e)
{
    struct guard guard;
    int64_t again_ms = 0;
    int rc;
    guard_set(&guard);
    for (;;) {
        rc = session_step(s, clock_mono_ms(), e);
        if (rc == 0 && session_pending(s) > 0)
            rc = wait_once(s, &guard, e);
        else
            break;
        if (rc < 0)
            break;
        if (caught)
            stop(s, &again_ms);
    }
    *interrupted = caught != 0;
    guard_lift(&guard);
    return rc;
}
