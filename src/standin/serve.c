#include "config.h"

#include "standin/server.h"

#include "base/clock.h"
#include "standin/control.h"
#include "standin/files.h"
#include "standin/json.h"
#include "standin/raw.h"
#include "standin/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READY_MAX = 8192, ALREADY = 1, IDLE_LOOK_MS = 1000, DESCRIPTORS = 4096 };

/* What serves besides the world. */
struct parts {
    struct server server;
    struct control *control;
    struct raw *raw;
    int lock_fd;
    char ready[PATH_TEXT_MAX];
};

int server_wait(const struct server *s, int fd, int64_t ms)
{
    int64_t end = clock_mono_ms() + ms;
    for (;;) {
        struct pollfd p[2] = {{.fd = s->stop_fd, .events = POLLIN},
                              {.fd = fd, .events = POLLRDHUP}};
        int64_t left = end - clock_mono_ms();
        if (left <= 0)
            return 1;
        int rc = poll(p, 2, left > INT32_MAX ? INT32_MAX : (int)left);
        if (rc > 0 || (rc < 0 && errno != EINTR))
            return 0;
    }
}

static int lock_folder(struct parts *p, const char *dir, struct err *e)
{
    char path[PATH_TEXT_MAX];
    if (mkdir(dir, 0700) && errno != EEXIST)
        return err_errno(e, ERR_SYSTEM, "%s", dir);
    int rc = file_path(path, dir, "lock", e);
    if (rc == 0)
        rc = file_path(p->ready, dir, "ready", e);
    if (rc)
        return rc;
    p->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (p->lock_fd < 0)
        return err_errno(e, ERR_SYSTEM, "%s", path);
    if (flock(p->lock_fd, LOCK_EX | LOCK_NB))
        return errno == EWOULDBLOCK ? ALREADY : err_errno(e, ERR_SYSTEM, "%s", path);
    return 0;
}

static void know_project(void *arg, const char *id, const char *organisation, const char *name)
{
    (void)name;
    (void)world_project(arg, id, organisation);
}

static int fill_world(struct server *s, struct err *e)
{
    const struct options *o = &s->options;
    struct world *w = &s->world;
    int64_t at;
    int rc = 0;
    if (o->clock && instant_parse(o->clock, &at))
        return err_set(e, ERR_USAGE,
                       "--clock: an instant such as 2026-11-22T10:00:00Z, or seconds");
    if (o->clock)
        instant_freeze(&w->clock, at);
    if (o->demo) {
        rc = demo_start(&w->demo, &w->tokens, world_now(w), e);
        demo_each_project(know_project, w);
    }
    if (rc == 0 && o->world)
        rc = world_load(w, o->world, e);
    return rc;
}

static void put_ready(const struct parts *p, struct str *out)
{
    const struct server *s = &p->server;
    char ca[PATH_TEXT_MAX];
    const char *scheme = s->identity ? "https" : "http";
    char *dir = realpath(s->options.dir, NULL);
    (void)snprintf(ca, sizeof ca, "%s/ca.pem", dir ? dir : s->options.dir);
    free(dir);
    (void)str_addf(out, "{\"pid\":%ld,\"url\":\"%s://127.0.0.1:%d/v1\",\"ca\":", (long)getpid(),
                   scheme, s->port);
    json_put_text(out, s->identity ? ca : NULL);
    (void)str_addf(out,
                   ",\"ctl\":\"%s://127.0.0.1:%d/__ctl\",\"status\":\"%s://127.0.0.1:%d/api/v2\"",
                   scheme, s->port, scheme, s->port);
    (void)str_add(out, ",\"faults\":{");
    raw_put_urls(p->raw, out);
    (void)str_add(out, "}}\n");
}

static int tell_ready(const struct parts *p, struct err *e)
{
    struct str text;
    str_init(&text, READY_MAX);
    put_ready(p, &text);
    int rc = file_write(p->ready, str_get(&text), text.len, 0644, e);
    if (rc == 0) {
        (void)fputs(str_get(&text), stdout);
        (void)fflush(stdout);
    }
    str_finish(&text);
    return rc;
}

static int start(struct parts *p, struct err *e)
{
    struct server *s = &p->server;
    s->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (s->stop_fd < 0)
        return err_errno(e, ERR_SYSTEM, "eventfd");
    int rc = fill_world(s, e);
    if (rc == 0 && !s->options.plain)
        rc = identity_create(&s->identity, s->options.dir, e);
    atomic_store(&s->asked_ms, clock_mono_ms());
    if (rc == 0)
        rc = http_start(s, e);
    if (rc == 0)
        rc = raw_start(&p->raw, s, e);
    if (rc == 0)
        rc = control_start(&p->control, s, e);
    return rc ? rc : tell_ready(p, e);
}

static void stop(struct parts *p)
{
    struct server *s = &p->server;
    uint64_t one = 1;
    (void)unlink(p->ready);
    if (s->stop_fd >= 0 && write(s->stop_fd, &one, sizeof one) < 0)
        return;
    control_stop(p->control);
    raw_stop(p->raw);
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    identity_destroy(s->identity);
    if (s->stop_fd >= 0)
        (void)close(s->stop_fd);
}

/* Until a signal, or until nobody has asked for so long. */
static void stay(const struct server *s, int signal_fd)
{
    int64_t idle_ms = (int64_t)s->options.idle_s * 1000;
    for (;;) {
        struct pollfd p = {.fd = signal_fd, .events = POLLIN};
        int rc = poll(&p, 1, idle_ms ? IDLE_LOOK_MS : -1);
        if (rc > 0 || (rc < 0 && errno != EINTR))
            return;
        if (idle_ms && clock_mono_ms() - atomic_load(&s->asked_ms) > idle_ms)
            return;
    }
}

static int catch_signals(struct err *e)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    (void)signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL))
        return err_errno(e, ERR_SYSTEM, "sigprocmask");
    int fd = signalfd(-1, &set, SFD_CLOEXEC);
    return fd < 0 ? err_errno(e, ERR_SYSTEM, "signalfd") : fd;
}

/* A connection takes a descriptor. */
static void allow_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= DESCRIPTORS)
        return;
    limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

int serve_main(const struct options *options)
{
    static struct parts p = {.lock_fd = -1};
    struct err e = {0};
    p.server.options = *options;
    p.server.stop_fd = -1;
    allow_descriptors();
    int signal_fd = catch_signals(&e);
    int rc = signal_fd < 0 ? signal_fd : lock_folder(&p, options->dir, &e);
    if (rc == ALREADY) {
        (void)puts("already running");
        return 0;
    }
    world_init(&p.server.world, (uint64_t)options->seed);
    if (rc == 0) {
        rc = start(&p, &e);
        if (rc == 0)
            stay(&p.server, signal_fd);
        stop(&p);
    }
    world_finish(&p.server.world);
    if (rc)
        (void)fprintf(stderr, "vigie-standin: %s\n", e.text);
    return rc ? -rc : 0;
}
