#include "config.h"

#include "cli/watch.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"

#include <string.h>

enum { MS = 1000, STATUS_MS = 10 * MS, ALERTS_MS = 5 * MS, LEASED_MS = 5 * MS, TICK_MS = 1 * MS };

static void learn(struct watch *w, const struct connexion *row)
{
    struct known_one *one = row ? known_at(w->known, row->id) : NULL;
    known_account(one, row ? row->col[COL_EMAIL] : NULL);
}

/* Whose verdict it is can be told the next time. */
static void ask_accounts(struct watch *w, const struct health_list *list)
{
    enum { ASK_MAX = 20 };
    int asked = 0;
    for (int i = 0; list && i < list->len && asked < ASK_MAX; i++) {
        const struct known_one *one = known_at(w->known, list->item[i].id);
        if (!one || one->account)
            continue;
        struct job *job = job_create(JOB_CONNEXION, WATCH_LEARN);
        memcpy(job->uuid, one->id, sizeof job->uuid);
        (void)worker_post(w->worker, job);
        asked++;
    }
}

/* A sign-in that ended comes back by itself where the password is in a file. */
static int comes_back(const struct watch *w, const struct event *event)
{
    return event->needs_sign_in && option_get(&w->cli->options, OPT_PASSWORD_FILE);
}

static void on_link(struct watch *w, struct event *event)
{
    int known = event->link == w->link && event->err.code == ERR_OK;
    w->link = event->link;
    if (event->link == LINK_READY)
        w->linked_ms = clock_mono_ms();
    if (!known)
        say_link(w, event);
    if (event->link != LINK_REFUSED || comes_back(w, event))
        return;
    w->cli->err = event->err;
    w->stop = 1;
}

static void on_tested(struct watch *w, const struct event *event)
{
    w->tested = event->tested;
    w->test_total = event->test_total;
    w->over = event->tested >= event->test_total;
    say_health(w, event->health);
}

void watch_event(struct watch *w, struct event *event)
{
    if (event->job > WATCH_TEST && event->job == w->ping)
        w->alive = 1;
    switch (event->kind) {
    case EVENT_LINK:
        on_link(w, event);
        break;
    case EVENT_HEALTH:
        say_health(w, event->health);
        ask_accounts(w, event->health);
        break;
    case EVENT_TESTED:
        on_tested(w, event);
        break;
    case EVENT_CONNEXION:
        learn(w, event->connexion);
        break;
    case EVENT_ALERTS:
        w->alerts = event->alerts->counts;
        w->alerts_known = 1;
        break;
    case EVENT_FAULT:
        if (event->job != w->ping)
            say_fault(w, &event->err);
        w->over |= event->job == WATCH_TEST;
        break;
    default:
        break;
    }
}

/* The gate has passed, and the first lease was answered, or has had the time to. */
static int is_ready(const struct watch *w, const struct worker_stats *s, int64_t mono_ms)
{
    if (w->link != LINK_READY)
        return 0;
    return !w->probing || s->leases > 0 || mono_ms - w->linked_ms >= LEASED_MS;
}

static void tell_status(struct watch *w, const struct worker_stats *s)
{
    char text[256];
    (void)snprintf(text, sizeof text, "STATUS=%s; probes %lld, in flight %d, changes %lld",
                   w->link == LINK_READY ? "connected" : "no database", (long long)s->probes,
                   s->in_flight, (long long)s->changes);
    notify_send(&w->notify, text);
}

static void tell_ready(struct watch *w)
{
    w->ready = 1;
    notify_send(&w->notify, "READY=1");
    lines_put(&w->lines, lines_object(LOG_INFO, "ready"), _("ready"));
}

/* A question with a cheap answer: while the worker answers, whatever it answers, it is alive. */
static void ping(struct watch *w)
{
    static const char nobody[UUID_TEXT] = "00000000-0000-0000-0000-000000000000";
    struct job *job = job_create(JOB_CONNEXION, ++w->ping);
    memcpy(job->uuid, nobody, sizeof job->uuid);
    w->alive = 0;
    (void)worker_post(w->worker, job);
}

static void feed(struct watch *w, int64_t mono_ms)
{
    if (w->notify.watchdog_ms == 0 || mono_ms < w->feed_ms)
        return;
    if (w->alive)
        notify_send(&w->notify, "WATCHDOG=1");
    if (w->alive)
        ping(w);
    w->feed_ms = mono_ms + w->notify.watchdog_ms;
}

/* The figures of Prometheus are of all programs' alerts, not of this one's. */
static void ask_alerts(struct watch *w, int64_t mono_ms)
{
    if (!w->metrics || w->link != LINK_READY || mono_ms < w->alerts_ms)
        return;
    struct job *job = job_create(JOB_ALERTS, WATCH_LEARN);
    job->alerts = mem_zero(1, sizeof *job->alerts);
    job->alerts->limit = 1;
    w->alerts_ms = mono_ms + ALERTS_MS;
    (void)worker_post(w->worker, job);
}

void watch_tick(struct watch *w, int64_t mono_ms)
{
    struct worker_stats stats;
    worker_stats(w->worker, &stats);
    if (!w->ready && is_ready(w, &stats, mono_ms))
        tell_ready(w);
    if (mono_ms >= w->status_ms) {
        tell_status(w, &stats);
        w->status_ms = mono_ms + STATUS_MS;
    }
    feed(w, mono_ms);
    ask_alerts(w, mono_ms);
    say_log(w);
    if (w->lines.failed)
        w->stop = 1;
}

int64_t watch_deadline(const struct watch *w)
{
    int64_t at = clock_mono_ms() + TICK_MS;
    return w->notify.watchdog_ms && w->feed_ms < at ? w->feed_ms : at;
}

static void figure(struct str *out, const char *name, const char *type, const char *help,
                   int64_t value)
{
    (void)str_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", name, help, name, type, name,
                   (long long)value);
}

static void alert_figures(const struct watch *w, const struct worker_stats *s, struct str *out)
{
    const struct alert_counts *n = &w->alerts;
    figure(out, "vigie_alerts_raised_total", "counter", "Alerts that this program raised.",
           s->alerts);
    figure(out, "vigie_guard_turns_total", "counter", "Looks at all limits and alerts.", s->guards);
    figure(out, "vigie_deliveries_total", "counter", "Alerts delivered to channels.",
           s->deliveries);
    figure(out, "vigie_delivery_failures_total", "counter", "Attempts that failed.",
           s->delivery_failures);
    figure(out, "vigie_deliveries_given_up_total", "counter", "Deliveries given up.",
           s->deliveries_given_up);
    if (!w->alerts_known)
        return;
    (void)str_add(out, "# HELP vigie_alerts Alerts in sight that ask for somebody.\n"
                       "# TYPE vigie_alerts gauge\n");
    for (int g = 0; g < GRAVITY_COUNT; g++)
        (void)str_addf(out, "vigie_alerts{gravity=\"%s\"} %lld\n",
                       gravity_word((enum alert_gravity)g), (long long)n->open[g]);
    figure(out, "vigie_alerts_acknowledged", "gauge", "Alerts taken note of.", n->acknowledged);
    figure(out, "vigie_alerts_snoozed", "gauge", "Alerts put off.", n->snoozed);
}

void watch_metrics(void *arg, struct str *out)
{
    const struct watch *w = arg;
    struct worker_stats s;
    worker_stats(w->worker, &s);
    figure(out, "vigie_up", "gauge", "1 while the database is connected and proven isolated.",
           w->link == LINK_READY);
    figure(out, "vigie_probes_total", "counter", "Probes answered.", s.probes);
    (void)str_add(out, "# HELP vigie_verdicts_total Probes by what they found.\n"
                       "# TYPE vigie_verdicts_total counter\n");
    for (int i = 0; i < VERDICT_COUNT; i++)
        (void)str_addf(out, "vigie_verdicts_total{verdict=\"%s\"} %lld\n",
                       verdict_word((enum verdict)i), (long long)s.verdicts[i]);
    figure(out, "vigie_changes_total", "counter", "Confirmed verdicts that changed.", s.changes);
    figure(out, "vigie_probe_milliseconds_total", "counter", "Time that all probes took.",
           s.last_ms_total);
    figure(out, "vigie_cost_polls_total", "counter", "Accounts asked for costs and use.",
           s.cost_polls);
    figure(out, "vigie_cost_failures_total", "counter", "Of these, failed.", s.cost_failures);
    alert_figures(w, &s, out);
    figure(out, "vigie_records_total", "counter", "Results written.", s.records);
    figure(out, "vigie_record_failures_total", "counter", "Batches that the database refused.",
           s.record_failures);
    figure(out, "vigie_probes_in_flight", "gauge", "Probes under way.", s.in_flight);
    figure(out, "vigie_leased", "gauge", "Connexions leased.", s.leased);
    figure(out, "vigie_last_record_timestamp_seconds", "gauge", "When results were last written.",
           s.last_record_at);
    figure(out, "vigie_lines_dropped_total", "counter", "Log lines that nobody read.",
           w->lines.dropped);
}
