#include "config.h"

#include "cli/watch.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/each.h"
#include "cli/fetch_health.h"
#include "cli/poll.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { WATCHED = 3 };

/* The signals become readable, for this thread and those that it starts. */
static int take_signals(struct watch *w)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    errno = pthread_sigmask(SIG_BLOCK, &set, NULL);
    w->signal_fd = errno ? -1 : signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return w->signal_fd < 0 ? err_errno(&w->cli->err, ERR_SYSTEM, "signalfd") : 0;
}

/* SIGHUP is what a terminal that goes away sends: it ends the watch as well. */
static void on_signal(struct watch *w)
{
    struct signalfd_siginfo info;
    if (read(w->signal_fd, &info, sizeof info) != (ssize_t)sizeof info)
        return;
    w->stop = 1;
    notify_send(&w->notify, "STOPPING=1");
    say_stop(w, info.ssi_signo == SIGINT   ? "SIGINT"
                : info.ssi_signo == SIGHUP ? "SIGHUP"
                                           : "SIGTERM");
}

static int learn(void *arg, struct connexion *const *rows, const char *const *ids, int count)
{
    struct watch *w = arg;
    struct health_list *list = NULL;
    int rc = fetch_health(w->cli->session, ids, count, &list, &w->cli->err);
    for (int i = 0; rc == 0 && i < count; i++) {
        const struct health *h = health_list_find(list, ids[i]);
        struct known_one *one = known_at(w->known, ids[i]);
        known_account(one, rows[i]->col[COL_EMAIL]);
        if (one) {
            one->told = 1;
            one->verdict = h ? h->verdict : VERDICT_NEVER;
        }
        if (w->once && rows[i]->active) {
            w->ids = mem_grow(w->ids, (size_t)w->ids_len + 1, sizeof *w->ids);
            memcpy(w->ids[w->ids_len++], ids[i], UUID_TEXT);
        }
    }
    health_list_destroy(list);
    return rc;
}

/* How the connexions stand before the first probe. */
static int look_around(struct watch *w)
{
    struct each each;
    int rc = each_open_all(&each, w->cli);
    w->cli->session = each.session;
    w->cli->proof = each.proof;
    if (rc == 0)
        rc = each_run(&each, EACH_MAX, learn, w);
    each.session = NULL;
    each_close(&each);
    if (rc == 0 && w->once)
        rc = once_plan(w);
    return rc;
}

static int listen_for_metrics(struct watch *w)
{
    const char *address = option_get(&w->cli->options, OPT_METRICS);
    return address ? metrics_create(&w->metrics, address, watch_metrics, w, &w->cli->err) : 0;
}

static void take_events(struct watch *w)
{
    for (struct event *event; (event = queue_pop(&w->events));) {
        watch_event(w, event);
        event_destroy(event);
    }
}

static void wait_for_something(struct watch *w)
{
    struct pollfd fds[WATCHED] = {{.fd = w->signal_fd, .events = POLLIN},
                                  {.fd = w->events.fd, .events = POLLIN},
                                  {.fd = metrics_fd(w->metrics), .events = POLLIN}};
    int64_t left = watch_deadline(w) - clock_mono_ms();
    int n = poll(fds, WATCHED, left > 0 ? (int)left : 0);
    if (n > 0 && fds[0].revents)
        on_signal(w);
    take_events(w);
    metrics_step(w->metrics);
}

static int run(struct watch *w)
{
    struct cli *cli = w->cli;
    w->alive = 1;
    w->link = LINK_CONNECTING;
    int rc = poll_start(cli, &w->events, &w->worker);
    if (rc < 0)
        return rc;
    say_start(w);
    if (w->once)
        once_start(w);
    while (!w->stop) {
        wait_for_something(w);
        watch_tick(w, clock_mono_ms());
        if (w->once && !w->stop)
            once_tick(w, clock_mono_ms());
    }
    say_log(w);
    if (w->lines.failed && cli->err.code == ERR_OK) {
        errno = w->lines.failed;
        return err_errno(&cli->err, ERR_SYSTEM, _("cannot write the output"));
    }
    if (cli->err.code != ERR_OK)
        return -(int)cli->err.code;
    return w->once ? once_judge(w) : 0;
}

static int watch(struct watch *w)
{
    int rc = look_around(w);
    if (rc == 0)
        rc = take_signals(w);
    if (rc == 0)
        rc = listen_for_metrics(w);
    return rc == 0 ? run(w) : rc;
}

int cli_watch(struct cli *cli)
{
    struct watch w = {.cli = cli, .signal_fd = -1, .ping = WATCH_TEST};
    struct poll_options options;
    int rc = poll_options(cli, &options);
    if (rc < 0)
        return rc;
    if (queue_init(&w.events))
        return err_errno(&cli->err, ERR_SYSTEM, "eventfd");
    w.once = option_given(&cli->options, OPT_ONCE);
    w.probing = options.worker.probe && !w.once;
    w.known = known_create();
    lines_init(&w.lines, cli->json);
    notify_init(&w.notify);
    rc = watch(&w);
    metrics_destroy(w.metrics);
    worker_destroy(w.worker);
    take_events(&w);
    queue_finish(&w.events);
    known_destroy(w.known);
    free(w.ids);
    notify_finish(&w.notify);
    if (w.signal_fd >= 0)
        (void)close(w.signal_fd);
    return rc;
}
