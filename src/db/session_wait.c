#include "config.h"

#include "db/session_part.h"

#include "base/clock.h"
#include "base/i18n.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

static int wait_once(struct session *s, struct err *e)
{
    struct pollfd p = {.fd = session_fd(s), .events = session_events(s)};
    int64_t left = s->deadline < 0 ? -1 : s->deadline - clock_mono_ms();
    int ms = left < 0 ? (s->deadline < 0 ? -1 : 0) : left < INT_MAX ? (int)left : INT_MAX;
    if (poll(&p, 1, ms) < 0 && errno != EINTR)
        return err_errno(e, ERR_SYSTEM, "poll");
    return 0;
}

int session_wait_ready(struct session *s, struct err *e)
{
    for (;;) {
        int rc = session_step(s, clock_mono_ms(), e);
        if (rc < 0 || session_is_ready(s))
            return rc;
        rc = wait_once(s, e);
        if (rc < 0)
            return rc;
    }
}

int session_wait(struct session *s, struct err *e)
{
    for (;;) {
        int rc = session_step(s, clock_mono_ms(), e);
        if (rc < 0 || s->pending == 0)
            return rc;
        rc = wait_once(s, e);
        if (rc < 0)
            return rc;
    }
}

int session_open(struct session **out, struct conn_spec *spec, struct err *e)
{
    for (;;) {
        int rc = session_create(out, spec, e);
        if (rc < 0)
            return rc;
        rc = session_wait_ready(*out, e);
        if (rc == 0)
            return 0;
        int ask = session_needs_password(*out) && !spec->password && spec->ask;
        struct err unasked = {0};
        session_destroy(*out);
        *out = NULL;
        if (!ask || spec->ask(spec, &unasked) < 0 || !spec->password)
            return rc;
    }
}
