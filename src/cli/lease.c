#include "config.h"

#include "cli/lease.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "cli/fetch_health.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum { TAKE_MS = 5000, TAKE_GAP_MS = 100, HOST_TEXT = 65 };

void lease_owner(char out[LEASE_OWNER], const char *login)
{
    char host[HOST_TEXT] = "";
    if (gethostname(host, sizeof host - 1))
        host[0] = '\0';
    (void)snprintf(out, LEASE_OWNER, "%.60s@%s %ld", login, host, (long)getpid());
}

struct work_answer {
    struct outcome_of outcome;
    struct poll_work *work;
};

static void on_work(void *arg, struct poll_work *work, struct err *e)
{
    struct work_answer *a = arg;
    a->work = work;
    fetch_outcome(&a->outcome, e);
}

static int take_once(struct session *s, const char *owner, const char *id, int lease_s,
                     struct poll_work **out, struct err *e)
{
    struct work_answer a = {0};
    int rc = q_poll_take(s, owner, &id, 1, lease_s, on_work, &a, e);
    rc = fetch_wait(s, rc, &a.outcome, e);
    if (rc == 0 && a.work && a.work->len > 0)
        *out = a.work;
    else
        poll_work_destroy(a.work);
    return rc;
}

int lease_take(struct session *s, const char *owner, const char *id, int lease_s,
               struct poll_work **out, struct err *e)
{
    int64_t until = clock_mono_ms() + TAKE_MS;
    *out = NULL;
    int rc = take_once(s, owner, id, lease_s, out, e);
    while (rc == 0 && !*out && clock_mono_ms() < until) {
        (void)poll(NULL, 0, TAKE_GAP_MS);
        rc = take_once(s, owner, id, lease_s, out, e);
    }
    if (rc < 0 || *out)
        return rc;
    (void)err_set(e, ERR_LIMIT, _("another program is probing this connexion"));
    return err_cure(e, _("Try again in a minute; `vigie show` tells who holds it."));
}

int lease_release(struct session *s, const char *owner, struct err *e)
{
    struct outcome_of outcome = {0};
    return fetch_wait(s, q_poll_release(s, owner, fetch_outcome, &outcome, e), &outcome, e);
}
