#include "config.h"

#include "worker/coster_part.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "worker/sealing.h"

#include <stdlib.h>
#include <string.h>

enum { REFUSED_MS = 300000 };

static void ended(struct coster *c)
{
    if (c->copies_left == 0)
        coster_idle(c, clock_mono_ms());
}

/* A database that does not know the function is asked again much later; the costs go on. */
static void refused(struct coster *c, const struct err *e)
{
    if (e->code == ERR_LOST || e->code == ERR_TIMEOUT)
        return;
    log_write(e->code == ERR_DENIED ? LOG_DEBUG : LOG_WARN, "copies of admin keys: %s", e->text);
    c->copies_ms = clock_mono_ms() + REFUSED_MS;
}

/* The copies of one account on their way. */
struct parcel {
    struct coster *coster;
    char name[ACCOUNT_NAME];
    int len;
};

static void added(void *arg, struct err *e)
{
    struct parcel *parcel = arg;
    struct coster *c = parcel->coster;
    c->copies_left--;
    if (e && e->code != ERR_OK)
        refused(c, e);
    else
        log_write(LOG_INFO, "account %s: its key is sealed to %d more programs", parcel->name,
                  parcel->len);
    free(parcel);
    ended(c);
}

static int seal_each(struct coster *c, const struct copy_missing *row, int len,
                     struct sealed *sealed, struct err *e)
{
    struct secret key;
    secret_init(&key);
    int rc = unseal(c->pair, row->sealed, row->sealed_len, &key, e);
    for (int i = 0; rc == 0 && i < len; i++)
        rc = sealing_copies(&key, row[i].recipient, 1, &sealed[i], e);
    secret_finish(&key);
    return rc;
}

/* The rows of one account. */
static void seal_rows(struct coster *c, struct session *s, const struct copy_missing *row, int len)
{
    struct err e = {0};
    struct sealed *sealed = mem_zero((size_t)len, sizeof *sealed);
    struct parcel *parcel = mem_alloc(sizeof *parcel);
    *parcel = (struct parcel){.coster = c, .len = len};
    memcpy(parcel->name, row->name, sizeof parcel->name);
    int rc = seal_each(c, row, len, sealed, &e);
    if (rc == 0)
        rc = q_copies_add(s, keypair_public(c->pair), row, sealed, len, added, parcel, &e);
    if (rc == 0) {
        c->copies_left++;
    } else {
        log_write(LOG_WARN, "account %s: its key is not sealed to %d more programs: %s", row->name,
                  len, e.text);
        free(parcel);
    }
    free(sealed);
}

static void got_missing(void *arg, const struct copy_missing *row, int count, struct err *e)
{
    struct coster *c = arg;
    struct session *s = kit_back(c->kit);
    if (e && e->code != ERR_OK)
        refused(c, e);
    for (int from = 0, to = 0; s && from < count; from = to) {
        for (to = from; to < count && strcmp(row[to].account_id, row[from].account_id) == 0;)
            to++;
        seal_rows(c, s, row + from, to - from);
    }
    ended(c);
}

void copies_start(struct coster *c, struct session *s)
{
    struct err e = {0};
    c->at = COSTER_WRITING;
    c->copies_left = 0;
    if (q_copies_missing(s, keypair_public(c->pair), got_missing, c, &e)) {
        refused(c, &e);
        ended(c);
    }
}
