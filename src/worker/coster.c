#include "config.h"

#include "worker/coster.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "worker/coster_part.h"

#include <stdlib.h>
#include <string.h>

enum { MS = 1000 };
enum {
    LOOK_MS = 20 * MS,      /* between looks for accounts that are due */
    REFUSED_MS = 300 * MS,  /* after the database refused: not for this operator */
    ACCOUNTS_LEASE_S = 300, /* for all accounts of a lease, one after the other */
    LAST_START_MS = 60 * MS,
    CHANGED_MS = 1 * MS,
    COPIES_MS = 60 * MS
};

void coster_init(struct coster *c, struct kit *kit)
{
    struct err e = {0};
    *c = (struct coster){.kit = kit, .pages = {.kit = kit}};
    secret_init(&c->key);
    if (kit->options.costs && kit->options.keypair_path && !coster_pair(c, &e))
        log_write(LOG_ERROR, "no costs: %s", e.text);
}

const struct keypair *coster_pair(struct coster *c, struct err *e)
{
    const char *path = c->kit->options.keypair_path;
    if (!c->pair && !path)
        (void)err_set(e, ERR_SYSTEM, "%s", _("This program has no place for its key pair."));
    else if (!c->pair && keypair_open(&c->pair, path, e))
        c->pair = NULL;
    return c->pair;
}

static int is_off(const struct coster *c)
{
    return !c->pair || !c->kit->options.costs || !c->kit->http;
}

void coster_finish(struct coster *c)
{
    secret_finish(&c->key);
    pages_clear(&c->pages);
    accounts_destroy(c->accounts);
    keypair_close(c->pair);
}

void coster_connected(struct coster *c, int64_t mono_ms)
{
    c->due_ms = c->copies_ms = mono_ms;
}

void coster_changed(struct coster *c, int64_t mono_ms)
{
    if (c->due_ms > mono_ms + CHANGED_MS)
        c->due_ms = mono_ms + CHANGED_MS;
    if (c->copies_ms > mono_ms + CHANGED_MS)
        c->copies_ms = mono_ms + CHANGED_MS;
}

static int64_t look_ms(const struct coster *c)
{
    int64_t period = (int64_t)c->kit->options.cost_period_s * MS;
    return clock_mono_ms() + (period < LOOK_MS ? period : LOOK_MS);
}

void coster_idle(struct coster *c, int64_t due_ms)
{
    secret_finish(&c->key);
    pages_clear(&c->pages);
    accounts_destroy(c->accounts);
    c->accounts = NULL;
    c->at = COSTER_IDLE;
    c->due_ms = due_ms;
    kit_count_costing(c->kit, 0);
}

struct account *coster_account(struct coster *c)
{
    return &c->accounts->item[c->index];
}

const char *coster_base(struct coster *c)
{
    const struct account *account = coster_account(c);
    return account->base_url[0] ? account->base_url : c->kit->options.base_url;
}

static int open_key(struct coster *c, const struct account *account)
{
    struct err e = {0};
    secret_finish(&c->key);
    if (unseal(c->pair, account->sealed, account->sealed_len, &c->key, &e) == 0)
        return 0;
    log_write(LOG_WARN, "account %s: its key cannot be opened: %s", account->name, e.text);
    return -1;
}

void coster_next(struct coster *c)
{
    secret_finish(&c->key);
    while (c->accounts && ++c->index < c->accounts->len) {
        const struct account *account = coster_account(c);
        if (clock_mono_ms() > c->until_ms - LAST_START_MS)
            break;
        if (account->sealed_len == 0 || open_key(c, account))
            continue;
        c->turns = 0;
        kit_count_costing(c->kit, 1);
        costs_start(c);
        return;
    }
    coster_idle(c, look_ms(c));
}

int coster_lost(struct coster *c, const struct err *e, const char *what)
{
    if (!e || e->code == ERR_OK)
        return 0;
    int gone = e->code == ERR_LOST || e->code == ERR_TIMEOUT;
    if (!gone)
        log_write(e->code == ERR_DENIED ? LOG_DEBUG : LOG_WARN, "%s: %s", what, e->text);
    coster_idle(c, clock_mono_ms() + (gone ? (int64_t)MS : (int64_t)REFUSED_MS));
    return 1;
}

static void leased(void *arg, struct accounts *accounts, struct err *e)
{
    struct coster *c = arg;
    if (coster_lost(c, e, "accounts")) {
        accounts_destroy(accounts);
        return;
    }
    c->accounts = accounts;
    c->index = -1;
    coster_next(c);
}

static void lease(struct coster *c, struct session *s, int64_t mono_ms)
{
    const struct worker_options *o = &c->kit->options;
    struct err e = {0};
    c->at = COSTER_LEASING;
    c->until_ms = mono_ms + (int64_t)ACCOUNTS_LEASE_S * MS;
    if (q_accounts_lease(s, c->kit->owner, keypair_public(c->pair), o->cost_period_s,
                         ACCOUNTS_LEASE_S, leased, c, &e))
        (void)coster_lost(c, &e, "accounts");
}

static void registered(void *arg, struct err *e)
{
    struct coster *c = arg;
    if (coster_lost(c, e, "this program's key is not registered"))
        return;
    c->registered = 1;
    coster_idle(c, clock_mono_ms());
}

static void enlist(struct coster *c, struct session *s)
{
    struct err e = {0};
    c->at = COSTER_LEASING;
    if (q_recipient_add(s, keypair_public(c->pair), c->kit->owner, registered, c, &e))
        (void)coster_lost(c, &e, "this program's key is not registered");
}

static void look(struct coster *c, struct session *s, int64_t mono_ms)
{
    if (!c->registered) {
        enlist(c, s);
    } else if (mono_ms >= c->copies_ms) {
        c->copies_ms = mono_ms + COPIES_MS;
        copies_start(c, s);
    } else {
        lease(c, s, mono_ms);
    }
}

void coster_step(struct coster *c, int64_t mono_ms)
{
    struct session *s = kit_back(c->kit);
    if (!is_off(c) && s && c->at == COSTER_IDLE && mono_ms >= c->due_ms)
        look(c, s, mono_ms);
}

int64_t coster_deadline(const struct coster *c)
{
    if (is_off(c) || c->at != COSTER_IDLE || !kit_back(c->kit))
        return -1;
    return c->due_ms;
}
