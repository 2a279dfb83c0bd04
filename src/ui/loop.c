#include "config.h"

#include "ui/loop.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "ui/draw.h"
#include "ui/external.h"
#include "ui/input.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Time never wakes the loop more often than this: a wrong instant cannot make it spin. */
enum { WAKE_MIN_MS = 20, SIGNALS_AT_ONCE = 8, EVENTS_AT_ONCE = 512 };

enum watched { WATCH_TTY, WATCH_SIGNAL, WATCH_TIMER, WATCH_QUEUE, WATCH_COUNT };

struct loop {
    struct term *term;
    struct state *st;
    struct queue *events;
    int (*post)(void *, struct job *);
    void *post_arg;
    struct input input;
    struct external external; /* pid set: the terminal is lent to the person's editor */
    int signal_fd, timer_fd;
    int hangup;
};

static void loop_signals(sigset_t *set)
{
    static const int signals[] = {SIGWINCH, SIGTERM, SIGHUP,  SIGINT,
                                  SIGQUIT,  SIGTSTP, SIGCONT, SIGCHLD};
    (void)sigemptyset(set);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        (void)sigaddset(set, signals[i]);
}

int loop_block_signals(struct err *e)
{
    sigset_t set;
    loop_signals(&set);
    int rc = pthread_sigmask(SIG_BLOCK, &set, NULL);
    return rc ? err_set(e, ERR_SYSTEM, _("The signals cannot be blocked: %s."), strerror(rc)) : 0;
}

/* Applies an event and destroys it. */
static void apply(struct loop *l, struct event *event)
{
    struct jobs jobs = {.len = 0};
    if (!event)
        return;
    update(l->st, event, &jobs);
    event_destroy(event);
    for (int i = 0; i < jobs.len; i++) {
        struct job *job = jobs.item[i];
        jobs.item[i] = NULL;
        if (l->post(l->post_arg, job)) {
            log_write(LOG_WARN, "the worker takes no more jobs: one is dropped");
            job_destroy(job);
        }
    }
}

static void command(struct loop *l, enum command which)
{
    struct event *event = event_create(EVENT_COMMAND);
    event->command = which;
    apply(l, event);
}

static void drain_keys(struct loop *l)
{
    struct event *event = NULL;
    for (int i = 0; i < EVENTS_AT_ONCE && !l->st->quit && !l->st->suspend; i++) {
        if (l->st->edit_externally)
            return;
        event = input_next(&l->input, l->term->fd_in, state_context(l->st));
        if (!event)
            return;
        apply(l, event);
    }
}

static void drain_queue(struct loop *l)
{
    struct event *event = NULL;
    for (int i = 0; i < QUEUE_MAX && (event = queue_pop(l->events)); i++)
        apply(l, event);
}

static void hang_up(struct loop *l)
{
    l->term->gone = 1;
    command(l, CMD_EXIT); /* what was typed is kept */
    l->hangup = 1;
}

/* A SIGHUP that somebody sent by hand finds the terminal still there: it is given back as for any
 * other end. */
static int terminal_is_there(const struct loop *l)
{
    struct pollfd fd = {.fd = l->term->fd_in};
    struct termios modes;
    return poll(&fd, 1, 0) == 0 && tcgetattr(l->term->fd_out, &modes) == 0;
}

static void fit(struct loop *l)
{
    struct event *event = event_create(EVENT_RESIZE);
    term_size(l->term, &event->rows, &event->cols);
    apply(l, event);
}

/* ── the person's editor ── */

/* The field's text goes out, and what the editor made of it comes back as an event. */
static void answer_edited(struct loop *l, char *text, const struct err *err)
{
    struct event *event = event_create(EVENT_EDITED);
    event->text = text;
    if (!text)
        event->err = *err;
    apply(l, event);
}

static void edit_if_asked(struct loop *l)
{
    struct err e = {0};
    const char *text = form_external_text(l->st);
    enum field_kind kind = field_info((enum field)l->st->form.at)->kind;
    if (!l->st->edit_externally || l->hangup)
        return;
    l->st->edit_externally = 0;
    if (!text || l->term->headless || kind == FIELD_SECRET)
        return;
    term_lend(l->term);
    if (external_start(&l->external, kind == FIELD_JSON ? "value.json" : "value.txt", text, &e) ==
        0)
        return;
    term_take_back(l->term);
    answer_edited(l, NULL, &e);
}

static void take_back(struct loop *l)
{
    term_take_back(l->term);
    fit(l);
    l->st->dirty = 1;
    l->st->redraw = 1;
}

/* Stopped by C-z: the shell gets the terminal, and the editor goes on when the program does. */
static void look_at_editor(struct loop *l)
{
    struct err e = {0};
    char *text = NULL;
    int what = external_poll(&l->external, &e);
    if (what == 1) {
        term_stop_group();
        (void)kill(l->external.pid, SIGCONT);
    }
    if (what == 0 || what == 1)
        return;
    if (what == 2)
        text = external_text(&l->external, &e);
    external_finish(&l->external);
    take_back(l);
    answer_edited(l, text, &e);
}

/* While the editor has the terminal, what the terminal sends is for the editor. Returns whether the
 * signal is done with. */
static int is_for_editor(struct loop *l, int signal)
{
    if (l->external.pid == 0)
        return signal == SIGCHLD;
    switch (signal) {
    case SIGCHLD:
        look_at_editor(l);
        return 1;
    case SIGTERM:
    case SIGHUP:
        return 0;
    default:
        return 1;
    }
}

static void take_signal(struct loop *l, int signal)
{
    if (is_for_editor(l, signal))
        return;
    if (signal == SIGHUP && terminal_is_there(l))
        signal = SIGTERM;
    switch (signal) {
    case SIGHUP:
        hang_up(l);
        break;
    case SIGWINCH:
        term_fit(l->term);
        fit(l);
        break;
    case SIGTSTP:
        l->st->suspend = 1;
        break;
    case SIGCONT:
        term_retake(l->term);
        fit(l);
        l->st->dirty = 1;
        break;
    default:
        command(l, CMD_EXIT);
        break;
    }
}

static void drain_signals(struct loop *l)
{
    struct signalfd_siginfo info[SIGNALS_AT_ONCE];
    ssize_t n = read(l->signal_fd, info, sizeof info);
    for (size_t i = 0; n > 0 && i < (size_t)n / sizeof info[0]; i++)
        take_signal(l, (int)info[i].ssi_signo);
}

static void drain_timer(struct loop *l)
{
    uint64_t times = 0;
    if (read(l->timer_fd, &times, sizeof times) > 0)
        apply(l, event_create(EVENT_TICK));
}

static void set_timer(struct loop *l)
{
    struct itimerspec spec = {0};
    int64_t wake = state_next_wake(l->st);
    int64_t soonest = clock_mono_ms() + WAKE_MIN_MS;
    if (wake >= 0) {
        wake = wake < soonest ? soonest : wake;
        spec.it_value.tv_sec = (time_t)(wake / 1000);
        spec.it_value.tv_nsec = (long)(wake % 1000) * 1000000;
    }
    (void)timerfd_settime(l->timer_fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

/* A terminal that is readable without a byte to read has ended. */
static int has_ended(struct loop *l, short events)
{
    int there = 0;
    if (events & (POLLHUP | POLLERR | POLLNVAL))
        return 1;
    if (!(events & POLLIN))
        return 0;
    l->input.readable = ioctl(l->term->fd_in, FIONREAD, &there) != 0 || there > 0;
    return !l->input.readable;
}

static int wait_for_something(struct loop *l, struct err *e)
{
    struct pollfd fds[WATCH_COUNT] = {
        [WATCH_TTY] = {.fd = l->external.pid ? -1 : l->term->fd_in, .events = POLLIN},
        [WATCH_SIGNAL] = {.fd = l->signal_fd, .events = POLLIN},
        [WATCH_TIMER] = {.fd = l->timer_fd, .events = POLLIN},
        [WATCH_QUEUE] = {.fd = l->events->fd, .events = POLLIN},
    };
    if (poll(fds, WATCH_COUNT, input_pending(&l->input) && !l->external.pid ? 0 : -1) < 0)
        return errno == EINTR ? 0 : err_errno(e, ERR_SYSTEM, "poll");
    if (has_ended(l, fds[WATCH_TTY].revents))
        hang_up(l);
    if (fds[WATCH_SIGNAL].revents && !l->hangup)
        drain_signals(l);
    if (fds[WATCH_TIMER].revents)
        drain_timer(l);
    if (fds[WATCH_QUEUE].revents)
        drain_queue(l);
    return 0;
}

static void draw_if_changed(struct loop *l)
{
    if (!l->st->dirty || l->hangup || l->st->quit || l->external.pid)
        return;
    l->st->text_len = draw(l->term, l->st);
    l->st->dirty = 0;
    l->st->redraw = 0;
}

/* Kept while the editor has the terminal. */
static void announce_if_asked(struct loop *l)
{
    if (!l->st->announce.pending || l->hangup || l->external.pid)
        return;
    l->st->announce.pending = 0;
    term_announce(l->term, l->st->announce.text);
}

static void suspend_if_asked(struct loop *l)
{
    if (!l->st->suspend || l->hangup)
        return;
    l->st->suspend = 0;
    term_suspend(l->term);
    fit(l);
    l->st->dirty = 1;
    l->st->redraw = 1;
}

/* The program ends while the editor has the terminal. */
static void end_editor(struct loop *l)
{
    external_finish(&l->external);
    if (!l->hangup)
        term_take_back(l->term);
}

static int run(struct loop *l, struct err *e)
{
    int rc = 0;
    fit(l);
    while (!rc && !l->st->quit && !l->hangup) {
        if (l->external.pid == 0)
            drain_keys(l);
        suspend_if_asked(l);
        edit_if_asked(l);
        draw_if_changed(l);
        announce_if_asked(l);
        if (l->st->quit)
            break;
        set_timer(l);
        rc = wait_for_something(l, e);
    }
    if (l->external.pid)
        end_editor(l);
    if (!rc && l->hangup)
        rc = err_set(e, ERR_TERMINAL, "%s", _("The terminal has gone."));
    return rc;
}

int loop_run(struct term *t, struct state *st, struct queue *events,
             int (*post)(void *, struct job *), void *post_arg, struct err *e)
{
    struct loop l = {.term = t, .st = st, .events = events, .post = post, .post_arg = post_arg};
    sigset_t set;
    int rc = 0;
    loop_signals(&set);
    input_init(&l.input, &t->keymap);
    input_learn(&l.input);
    l.signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    l.timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (l.signal_fd < 0 || l.timer_fd < 0)
        rc = err_errno(e, ERR_SYSTEM, "signalfd, timerfd");
    else
        rc = run(&l, e);
    if (l.signal_fd >= 0)
        (void)close(l.signal_fd);
    if (l.timer_fd >= 0)
        (void)close(l.timer_fd);
    input_finish(&l.input);
    return rc;
}
