#include "config.h"

#include "cli/provide.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/lease.h"
#include "cli/poll.h"
#include "worker/provision.h"

#include <poll.h>
#include <stdlib.h>

enum { WAIT_MS = 1000 };

struct provide {
    struct cli *cli;
    struct session *session;
    int broken;
    struct poll_options options;
    char owner[LEASE_OWNER];
    struct http *http;
    struct keypair *pair;
    struct provision run;
    int over;
    struct provider_plan *plan;
    struct err err;
};

int provide_create(struct provide **out, struct cli *cli, struct session *session,
                   const char *login)
{
    char path[PATH_TEXT];
    struct provide *p = mem_zero(1, sizeof *p);
    p->cli = cli;
    p->session = session;
    provision_init(&p->run);
    lease_owner(p->owner, login);
    int rc = poll_options(cli, &p->options);
    const struct http_options options = {.ca_file = p->options.worker.ca_file};
    if (rc == 0)
        rc = poll_keypair(cli, path);
    if (rc == 0)
        rc = keypair_open(&p->pair, path, &cli->err);
    if (rc == 0)
        rc = http_create(&p->http, &options, &cli->err);
    if (rc < 0)
        provide_destroy(p);
    else
        *out = p;
    return rc;
}

void provide_destroy(struct provide *p)
{
    if (!p)
        return;
    http_destroy(p->http);
    provision_finish(&p->run);
    keypair_close(p->pair);
    free(p);
}

static struct session *session_of(void *arg)
{
    struct provide *p = arg;
    return p->broken ? NULL : p->session;
}

static void told(void *arg, const struct provider_plan *plan, int last, const struct err *e)
{
    struct provide *p = arg;
    if (!last)
        return;
    p->over = 1;
    p->plan = plan ? provider_plan_copy(plan) : NULL;
    if (e)
        p->err = *e;
}

static void step_session(struct provide *p)
{
    struct err e = {0};
    if (!p->broken && session_step(p->session, clock_mono_ms(), &e) < 0)
        p->broken = 1;
}

static int wait_ms(const struct provide *p)
{
    int64_t now = clock_mono_ms();
    int64_t until = now + WAIT_MS;
    int64_t again = provision_deadline(&p->run);
    int64_t answer = p->broken ? -1 : session_deadline(p->session);
    if (again >= 0 && again < until)
        until = again;
    if (answer >= 0 && answer < until)
        until = answer;
    return until > now ? (int)(until - now) : 0;
}

static void wait_for_something(struct provide *p)
{
    struct curl_waitfd fd = {.fd = p->broken ? -1 : session_fd(p->session)};
    short events = p->broken ? 0 : session_events(p->session);
    int in = events & POLLIN ? CURL_WAIT_POLLIN : 0;
    int out = events & POLLOUT ? CURL_WAIT_POLLOUT : 0;
    fd.events = (short)(in | out);
    (void)http_wait(p->http, &fd, fd.fd >= 0, wait_ms(p));
}

int provide_run(struct provide *p, const char *connexion, const struct provider_plan *shown,
                struct provider_plan **out)
{
    const struct provision_place place = {.http = p->http,
                                          .session = session_of,
                                          .arg = p,
                                          .pair = p->pair,
                                          .owner = p->owner,
                                          .base_url = p->options.worker.base_url};
    p->over = 0;
    p->plan = NULL;
    p->err = (struct err){0};
    provision_start(&p->run, &place, connexion, shown, told, p);
    while (!p->over) {
        wait_for_something(p);
        step_session(p);
        http_step(p->http);
        provision_step(&p->run, clock_mono_ms());
    }
    *out = p->plan;
    if (p->plan)
        return 0;
    p->cli->err = p->err;
    return -(int)p->err.code;
}
