#include "config.h"

#include "worker/side.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdlib.h>

enum { BACKOFF_FIRST_MS = 250, BACKOFF_MAX_MS = 5000, BACKOFF_STEPS = 5 };

void side_init(struct side *side, const char *name, const struct conn_spec *spec,
               struct session *proven, const struct proof *proof)
{
    *side = (struct side){.name = name, .spec = spec, .session = proven};
    if (proven) {
        side->status = SIDE_READY;
        side->proof = *proof;
        side->news = 1;
    }
}

void side_finish(struct side *side)
{
    session_destroy(side->session);
    side->session = NULL;
}

/* A wrong login or a failed proof does not heal by waiting; everything else may. */
static int is_final(enum err_code code)
{
    return code >= ERR_PASSWORD && code <= ERR_NO_SCOPE;
}

static int64_t backoff_ms(int attempt)
{
    int64_t ms = (int64_t)BACKOFF_FIRST_MS << (attempt < BACKOFF_STEPS ? attempt : BACKOFF_STEPS);
    if (ms > BACKOFF_MAX_MS)
        ms = BACKOFF_MAX_MS;
    return ms - ms / 4 + (int64_t)(arc4random() % (uint32_t)(ms / 2));
}

static void lose(struct side *side, const struct err *e)
{
    session_destroy(side->session);
    side->session = NULL;
    side->err = *e;
    side->status = is_final(e->code) ? SIDE_REFUSED : SIDE_WAITING;
    side->retry_ms = clock_mono_ms() + backoff_ms(side->attempt++);
    side->news = 1;
    log_write(LOG_WARN, "%s: %s", side->name, e->text);
}

static void judged(void *arg, struct proof *proof, struct err *e)
{
    struct side *side = arg;
    side->proof = *proof;
    if (e && e->code != ERR_OK) {
        /* The session is in use by the caller of this function: side_step drops it. */
        side->err = *e;
        return;
    }
    side->status = SIDE_READY;
    side->attempt = 0;
    side->news = 1;
    log_write(LOG_INFO, "%s: connected to %s as %s, isolation proven", side->name, proof->database,
              proof->login);
}

static int advance(struct side *side, struct err *e)
{
    if (side->status == SIDE_CONNECTING && session_is_ready(side->session)) {
        side->status = SIDE_PROVING;
        side->err = (struct err){0};
        return gate_run(side->session, judged, side, e);
    }
    if (side->status == SIDE_PROVING && side->err.code != ERR_OK) {
        *e = side->err;
        return -(int)e->code;
    }
    return 0;
}

static void attempt(struct side *side)
{
    struct err e = {0};
    side->status = SIDE_CONNECTING;
    side->news = 1;
    if (session_create(&side->session, side->spec, &e)) {
        side->session = NULL;
        lose(side, &e);
    }
}

void side_step(struct side *side, int64_t mono_ms)
{
    struct err e = {0};
    if (side->status == SIDE_WAITING && mono_ms >= side->retry_ms)
        attempt(side);
    if (!side->session)
        return;
    if (session_step(side->session, mono_ms, &e) || advance(side, &e))
        lose(side, &e);
}

void side_refuse(struct side *side, const struct err *why)
{
    session_destroy(side->session);
    side->session = NULL;
    side->err = *why;
    side->status = SIDE_REFUSED;
    side->news = 1;
}

void side_retry(struct side *side)
{
    if (side->status == SIDE_WAITING || side->status == SIDE_REFUSED) {
        side->status = SIDE_WAITING;
        side->retry_ms = 0;
    }
}

int64_t side_deadline(const struct side *side)
{
    if (side->status == SIDE_WAITING)
        return side->retry_ms;
    return side->session ? session_deadline(side->session) : -1;
}
