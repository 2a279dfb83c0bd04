#include "config.h"

#include "worker/warden.h"

#include "base/clock.h"
#include "base/log.h"
#include "db/q_alert.h"

#include <stdlib.h>

enum { MS = 1000 };
enum {
    CHANGED_MS = 1 * MS,
    SPREAD_MS = 1 * MS, /* programs that heard of the same change do not all come at once */
    GAP_MS = 2 * MS,    /* between turns, */
    GAP_PARTS = 5,      /* and at least so many times as long as one took */
    BUSY_MS = 2 * MS,   /* another program is at it: what it does not see is for us */
    REFUSED_MS = 300 * MS
};

void warden_init(struct warden *w, struct kit *kit)
{
    *w = (struct warden){.kit = kit};
}

static int is_off(const struct warden *w)
{
    return !w->kit->options.guard;
}

static int64_t spread(void)
{
    return (int64_t)arc4random_uniform(SPREAD_MS);
}

static int64_t no_sooner(const struct warden *w)
{
    int64_t gap = GAP_PARTS * w->took_ms;
    return w->ended_ms + (gap > GAP_MS ? gap : GAP_MS);
}

void warden_changed(struct warden *w, int64_t mono_ms)
{
    int64_t at = mono_ms + CHANGED_MS + spread();
    if (w->ended_ms && at < no_sooner(w))
        at = no_sooner(w);
    w->again |= w->busy;
    if (w->failures == 0 && at < w->due_ms)
        w->due_ms = at;
}

void warden_connected(struct warden *w, int64_t mono_ms)
{
    w->due_ms = mono_ms;
    w->failures = 0;
}

void warden_now(struct warden *w, int64_t mono_ms)
{
    w->again |= w->busy;
    w->due_ms = mono_ms;
}

static int is_refusal(const struct err *e)
{
    return e && e->code != ERR_OK && e->code != ERR_LOST && e->code != ERR_TIMEOUT;
}

/* A database without the tables, or rights that are missing: said once. */
static void refused(struct warden *w, const struct err *e)
{
    if (w->failures++ == 0 && is_refusal(e))
        log_write(LOG_WARN, "limits and alerts are not looked at: %s", e->text);
    w->due_ms = clock_mono_ms() + (is_refusal(e) ? REFUSED_MS : GAP_MS);
}

static void complain(const struct warden *w, const char *what, const struct err *e)
{
    if (!w->complained && is_refusal(e))
        log_write(LOG_WARN, "%s: %s", what, e->text);
}

static void plan(struct warden *w, const struct watch_turn *turn)
{
    int64_t now = clock_mono_ms();
    int64_t period = (int64_t)w->kit->options.guard_period_s * MS;
    complain(w, "limits are not enforced", &turn->enforce);
    complain(w, "costs are not kept", &turn->sample);
    w->complained = turn->enforce.code != ERR_OK || turn->sample.code != ERR_OK;
    w->failures = 0;
    w->ended_ms = now;
    w->took_ms = now - w->began_ms;
    if (turn->raised < 0)
        w->due_ms = now + BUSY_MS + spread();
    else if (turn->behind)
        w->due_ms = now + w->took_ms;
    else
        w->due_ms = now + period;
    if (w->again && w->due_ms > no_sooner(w))
        w->due_ms = no_sooner(w);
    w->again = 0;
    kit_count_guard(w->kit, turn->raised >= 0 && !turn->behind, turn->raised);
}

static void turned(void *arg, const struct watch_turn *turn, struct err *e)
{
    struct warden *w = arg;
    w->busy = 0;
    if (e && e->code != ERR_OK) {
        refused(w, e);
        kit_count_guard(w->kit, is_refusal(e), 0);
    } else {
        plan(w, turn);
    }
}

void warden_step(struct warden *w, int64_t mono_ms)
{
    struct session *s = kit_back(w->kit);
    struct err e = {0};
    if (is_off(w) || !s || w->busy || mono_ms < w->due_ms)
        return;
    w->busy = 1;
    w->began_ms = mono_ms;
    kit_count_guarding(w->kit);
    if (q_watch(s, turned, w, &e)) {
        w->busy = 0;
        refused(w, &e);
        kit_count_guard(w->kit, is_refusal(&e), 0);
    }
}

int64_t warden_deadline(const struct warden *w)
{
    return is_off(w) || w->busy || !kit_back(w->kit) ? -1 : w->due_ms;
}
