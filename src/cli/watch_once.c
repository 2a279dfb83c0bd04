#include "config.h"

#include "cli/watch.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/fetch_health.h"
#include "cli/poll.h"
#include "secret/seal.h"

#include <stdlib.h>
#include <string.h>

enum { MS = 1000, COSTS_MS = 60 * MS };

/* How many accounts are due, and may be opened here. */
static int count_accounts(struct watch *w, const struct poll_options *o)
{
    struct keypair *pair = NULL;
    struct accounts *all = NULL;
    struct err e = {0};
    int64_t due = clock_now() - o->worker.cost_period_s;
    if (!o->worker.costs || !o->worker.keypair_path ||
        keypair_open(&pair, o->worker.keypair_path, &e))
        return 0;
    if (fetch_accounts(w->cli->session, keypair_public(pair), &all, &e) == 0)
        for (int i = 0; i < all->len; i++)
            w->accounts += all->item[i].sealed_len > 0 && all->item[i].costs_at <= due;
    accounts_destroy(all);
    keypair_close(pair);
    return 0;
}

int once_plan(struct watch *w)
{
    struct poll_options o;
    int rc = poll_options(w->cli, &o);
    w->guards = o.worker.guard ? 0 : -1;
    return rc == 0 ? count_accounts(w, &o) : rc;
}

void once_start(struct watch *w)
{
    w->until_ms = clock_mono_ms() + COSTS_MS;
    if (w->ids_len == 0) {
        w->over = 1;
        return;
    }
    struct job *job = job_create(JOB_TEST, WATCH_TEST);
    job->ids = w->ids;
    job->ids_len = w->ids_len;
    w->ids = NULL;
    if (worker_post(w->worker, job))
        w->over = 1;
}

/* Limits and alerts come last, for they go by what the probes and the costs told: a turn that began
 * before does not count. */
static int guarded(struct watch *w, const struct worker_stats *s)
{
    if (w->guards)
        return w->guards < 0 || s->guards >= w->guards;
    w->guards = s->guards + s->guarding + 1;
    struct job *job = job_create(JOB_GUARD, WATCH_LEARN);
    if (worker_post(w->worker, job))
        w->guards = s->guards;
    return w->guards == s->guards;
}

void once_tick(struct watch *w, int64_t mono_ms)
{
    struct worker_stats s;
    worker_stats(w->worker, &s);
    if (!w->over) {
        w->until_ms = mono_ms + COSTS_MS;
        return;
    }
    int written = s.records + s.record_failures >= w->tested;
    int asked = s.cost_polls >= w->accounts && !s.costing;
    if (!(written && asked && guarded(w, &s)) && mono_ms < w->until_ms)
        return;
    say_once(w, &s);
    w->stop = 1;
}

/* Probes that told nothing of the key. */
static int64_t undecided(const struct worker_stats *s)
{
    int64_t n = 0;
    for (int i = 0; i < VERDICT_COUNT; i++) {
        enum verdict_effect effect = verdict_effect((enum verdict)i);
        n += effect == EFFECT_SHARED || effect == EFFECT_KEEP ? s->verdicts[i] : 0;
    }
    return n;
}

int once_judge(struct watch *w)
{
    struct worker_stats s;
    struct err *e = &w->cli->err;
    worker_stats(w->worker, &s);
    if (w->tested < w->ids_len)
        return err_set(
            e, ERR_FAILURE,
            _("%d of %d connexions were not probed: others hold them, or the database was lost"),
            w->ids_len - w->tested, w->ids_len);
    if (s.record_failures || s.records < w->tested)
        return err_set(e, ERR_DATABASE, _("not all results could be written"));
    if (undecided(&s))
        return err_set(e, ERR_NO_VERDICT, _("OpenAI gave no verdict on %lld connexions"),
                       (long long)undecided(&s));
    if (s.cost_failures || s.cost_polls < w->accounts)
        return err_set(e, ERR_NO_VERDICT, _("the costs of %lld accounts are not known"),
                       (long long)(s.cost_failures + w->accounts - s.cost_polls));
    return 0;
}
