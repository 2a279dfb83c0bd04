#include "config.h"

#include "worker/renewal.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "secret/guard.h"

#include <stdlib.h>

enum { LOOK_MS = 50, RETRY_FIRST_MS = 2000, RETRY_MAX_MS = 60000, RETRY_STEPS = 5, MS = 1000 };

void renewal_init(struct renewal *r, const struct signin *from)
{
    *r = (struct renewal){.retry_ms = 0};
    if (from)
        r->s = *from;
}

void renewal_finish(struct renewal *r)
{
    signin_call_destroy(r->http, r->call);
    http_destroy(r->http);
    signin_finish(&r->s);
    r->call = NULL;
    r->http = NULL;
}

static void end(struct renewal *r, const struct err *why)
{
    r->ended = 1;
    r->news = 1;
    (void)err_set(&r->err, ERR_PASSWORD, _("The sign-in of %s has ended: %s"), r->s.email,
                  why->text[0] ? why->text : _("it could not be renewed in time"));
    (void)err_cure(&r->err, "%s", _("Sign in again."));
    log_write(LOG_WARN, "sign-in: %s", r->err.text);
}

static void renewed(struct renewal *r)
{
    log_write(LOG_INFO, "sign-in: renewed");
    r->attempt = 0;
    r->refused = 0;
    r->news |= r->ended || r->with_password;
    r->ended = 0;
    r->err = (struct err){0};
}

static void told(void *arg, struct err *e)
{
    struct renewal *r = arg;
    if (e->code == ERR_OK) {
        renewed(r);
        return;
    }
    int step = r->attempt < RETRY_STEPS ? r->attempt : RETRY_STEPS;
    int64_t wait = (int64_t)RETRY_FIRST_MS << step;
    r->attempt++;
    r->retry_ms = clock_mono_ms() + (wait < RETRY_MAX_MS ? wait : RETRY_MAX_MS);
    log_write(LOG_WARN, "sign-in: %s", e->text);
    if (r->with_password) {
        r->err = *e;
        r->news = 1;
    } else if (e->code != ERR_UNREACHABLE) {
        r->retry_ms = r->refused ? r->retry_ms : 0; /* the password, at once */
        r->refused = 1;
        r->err = *e;
    }
}

static void ask(struct renewal *r, const char *password, int by_person)
{
    struct err e = {0};
    const struct http_options options = {.ca_file = r->s.ca_file[0] ? r->s.ca_file : NULL};
    r->with_password = by_person;
    int rc = r->http ? 0 : http_create(&r->http, &options, &e);
    if (rc == 0)
        rc = signin_ask(r->http, &r->s, password, told, r, &r->call, &e);
    if (rc < 0)
        told(r, &e);
}

/* With the refresh token; once that is refused with the password, where a file holds it. */
static void renew(struct renewal *r)
{
    struct secret password;
    struct err e = {0};
    if (!r->refused && r->s.refresh[0]) {
        ask(r, NULL, 0);
        return;
    }
    r->refused = 1;
    secret_init(&password);
    if (r->s.password_file[0] && secret_read(&password, r->s.password_file, &e) == 0)
        ask(r, password.text, 0);
    secret_finish(&password);
}

static int may_renew(const struct renewal *r)
{
    return !r->refused || r->s.password_file[0];
}

void renewal_step(struct renewal *r, int64_t mono_ms)
{
    if (!r->s.url[0])
        return;
    if (r->http)
        http_step(r->http);
    if (r->call && http_pending(r->http) == 0) {
        signin_call_destroy(r->http, r->call);
        r->call = NULL;
    }
    int64_t now = clock_now();
    if (!r->ended && now >= r->s.expires_at)
        end(r, &r->err);
    if (!r->call && mono_ms >= r->retry_ms && may_renew(r) && now >= signin_renew_at(&r->s))
        renew(r);
}

int64_t renewal_deadline(const struct renewal *r, int64_t mono_ms)
{
    if (!r->s.url[0])
        return -1;
    if (r->call)
        return mono_ms + LOOK_MS;
    if (r->ended && !may_renew(r))
        return -1;
    int64_t until = may_renew(r) ? signin_renew_at(&r->s) : r->s.expires_at;
    int64_t at = mono_ms + (until - clock_now()) * MS;
    return at < r->retry_ms ? r->retry_ms : at;
}

void renewal_password(struct renewal *r, const char *password)
{
    signin_call_destroy(r->http, r->call);
    r->call = NULL;
    ask(r, password, 1);
}

void renewal_apply(struct renewal *r, struct conn_spec *spec, struct side *const *sides, int len)
{
    r->news = 0;
    if (!r->ended) {
        free(spec->claims_role);
        spec->claims_role = mem_dup(r->s.role);
    }
    for (int i = 0; i < len; i++) {
        if (r->ended)
            side_refuse(sides[i], &r->err);
        else
            side_retry(sides[i]);
    }
}
