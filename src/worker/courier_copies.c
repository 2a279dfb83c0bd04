#include "config.h"

#include "worker/courier.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "worker/sealing.h"

#include <stdlib.h>
#include <string.h>

static void ended(struct courier *c)
{
    if (c->copies_left == 0)
        courier_idle(c, clock_mono_ms());
}

static void refused(const struct err *e)
{
    if (e->code != ERR_LOST && e->code != ERR_TIMEOUT)
        log_write(e->code == ERR_DENIED ? LOG_DEBUG : LOG_WARN, "copies of channels: %s", e->text);
}

static void added(void *arg, struct err *e)
{
    struct courier *c = arg;
    c->copies_left--;
    if (e && e->code != ERR_OK)
        refused(e);
    ended(c);
}

static int seal_each(const struct keypair *pair, const struct copy_missing *row, int len,
                     struct sealed *sealed, struct err *e)
{
    struct secret packed;
    secret_init(&packed);
    int rc = unseal(pair, row->sealed, row->sealed_len, &packed, e);
    for (int i = 0; rc == 0 && i < len; i++)
        rc = sealing_copies(&packed, row[i].recipient, 1, &sealed[i], e);
    secret_finish(&packed);
    return rc;
}

/* The rows of one channel. */
static void seal_rows(struct courier *c, struct session *s, const struct copy_missing *row, int len)
{
    struct err e = {0};
    const struct keypair *pair = coster_pair(c->coster, &e);
    struct sealed *sealed = mem_zero((size_t)len, sizeof *sealed);
    int rc = pair ? seal_each(pair, row, len, sealed, &e) : -1;
    if (rc == 0)
        rc = q_channel_copies_add(s, keypair_public(pair), row, sealed, len, added, c, &e);
    if (rc == 0)
        c->copies_left++;
    else
        refused(&e);
    free(sealed);
}

static void got_missing(void *arg, const struct copy_missing *row, int count, struct err *e)
{
    struct courier *c = arg;
    struct session *s = kit_back(c->kit);
    if (e && e->code != ERR_OK)
        refused(e);
    for (int from = 0, to = 0; s && from < count; from = to) {
        for (to = from; to < count && strcmp(row[to].account_id, row[from].account_id) == 0;)
            to++;
        seal_rows(c, s, row + from, to - from);
    }
    ended(c);
}

void courier_copies(struct courier *c, struct session *s)
{
    struct err e = {0};
    const struct keypair *pair = coster_pair(c->coster, &e);
    c->at = COURIER_ASKING;
    c->copies_left = 0;
    if (!pair || q_channel_copies(s, keypair_public(pair), got_missing, c, &e)) {
        refused(&e);
        ended(c);
    }
}
