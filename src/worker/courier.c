#include "config.h"

#include "worker/courier.h"

#include "base/clock.h"
#include "base/log.h"
#include "worker/letter.h"
#include "worker/post.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MS = 1000 };
enum {
    LEASE_S_OF = 90,   /* a delivery belongs to this program so long */
    LAST_MAIL_S = 40,  /* no mail is begun later than that */
    LOOK_MS = 60 * MS, /* between looks when nobody tells of anything */
    GAP_MS = 1 * MS,   /* between looks */
    LOST_MS = 2 * MS,
    REFUSED_MS = 300 * MS, /* after the database refused */
    COPIES_MS = 60 * MS
};

void courier_init(struct courier *c, struct kit *kit, struct coster *coster)
{
    *c = (struct courier){.kit = kit, .coster = coster, .mailer = {.fd = -1}};
    c->can_mail = kit->options.guard && mailer_can(kit->options.sendmail);
    for (int i = 0; i < COURIER_MOST; i++)
        c->flight[i] = (struct flight){c, i};
}

static int is_off(const struct courier *c)
{
    return !c->kit->options.guard || !c->kit->http;
}

static const unsigned char *own_key(struct courier *c)
{
    struct err e = {0};
    const struct keypair *pair = coster_pair(c->coster, &e);
    return pair ? keypair_public(pair) : NULL;
}

static void released(void *arg, struct err *e)
{
    (void)arg;
    if (e && e->code != ERR_OK)
        log_write(LOG_DEBUG, "deliveries are not given back: %s", e->text);
}

void courier_release(struct courier *c, struct session *s)
{
    struct err e = {0};
    if (c->list && q_outbox_release(s, c->kit->owner, released, NULL, &e))
        log_write(LOG_DEBUG, "deliveries are not given back: %s", e.text);
}

void courier_finish(struct courier *c)
{
    mailer_stop(&c->mailer);
    deliveries_destroy(c->list);
    c->list = NULL;
}

void courier_connected(struct courier *c, int64_t mono_ms)
{
    c->due_ms = c->copies_ms = mono_ms;
}

void courier_changed(struct courier *c, int64_t mono_ms)
{
    int64_t at = c->leased_ms + GAP_MS;
    at = at > mono_ms ? at : mono_ms;
    if (c->due_ms > at)
        c->due_ms = at;
    if (c->copies_ms > mono_ms + GAP_MS)
        c->copies_ms = mono_ms + GAP_MS;
}

void courier_idle(struct courier *c, int64_t due_ms)
{
    deliveries_destroy(c->list);
    c->list = NULL;
    c->at = COURIER_IDLE;
    if (c->due_ms <= c->leased_ms || c->due_ms > due_ms)
        c->due_ms = due_ms;
}

static int lost(struct courier *c, const struct err *e)
{
    if (!e || e->code == ERR_OK)
        return 0;
    int gone = e->code == ERR_LOST || e->code == ERR_TIMEOUT;
    if (!gone)
        log_write(e->code == ERR_DENIED ? LOG_DEBUG : LOG_WARN, "channels: %s", e->text);
    deliveries_destroy(c->list);
    c->list = NULL;
    c->at = COURIER_IDLE;
    c->due_ms = clock_mono_ms() + (gone ? (int64_t)LOST_MS : (int64_t)REFUSED_MS);
    return 1;
}

/* What was delivered is not forgotten because the database is away. */
static void keep(struct courier *c)
{
    c->at = COURIER_KEPT;
    c->due_ms = clock_mono_ms() + LOST_MS;
}

static void recorded(void *arg, struct err *e)
{
    struct courier *c = arg;
    if (e && (e->code == ERR_LOST || e->code == ERR_TIMEOUT))
        keep(c);
    else if (!lost(c, e))
        courier_idle(c, clock_mono_ms());
}

static void say(struct courier *c, const struct delivery *d, const struct delivered *o)
{
    int last = !o->ok && d->attempts + 1 >= CHANNEL_ATTEMPTS;
    if (last)
        log_write(LOG_ERROR, "channel %s: a delivery is given up after %d attempts: %s",
                  d->channel.name, CHANNEL_ATTEMPTS, o->answer);
    else if (!o->ok)
        log_write(d->attempts ? LOG_DEBUG : LOG_WARN, "channel %s: %s", d->channel.name, o->answer);
    kit_count_delivery(c->kit, o->ok, last);
}

/* What is not known is left to its lease. */
static void record(struct courier *c, struct session *s)
{
    struct delivered known[COURIER_MOST];
    struct err e = {0};
    int n = 0;
    for (int i = 0; i < c->list->len; i++) {
        if (!c->outcome[i].id[0])
            continue;
        known[n++] = c->outcome[i];
    }
    c->at = COURIER_WRITING;
    if (n == 0)
        courier_idle(c, clock_mono_ms() + LOOK_MS);
    else if (!s)
        keep(c);
    else if (q_outbox_record(s, c->kit->owner, known, n, recorded, c, &e))
        recorded(c, &e);
}

static void say_all(struct courier *c)
{
    for (int i = 0; i < c->list->len; i++)
        if (c->outcome[i].id[0])
            say(c, &c->list->item[i], &c->outcome[i]);
}

static struct delivered *outcome(struct courier *c, int index)
{
    struct delivered *o = &c->outcome[index];
    *o = (struct delivered){0};
    memcpy(o->id, c->list->item[index].id, sizeof o->id);
    return o;
}

static void fail(struct courier *c, int index, const struct err *e)
{
    (void)snprintf(outcome(c, index)->answer, CHANNEL_ANSWER, "%.200s", e->text);
}

static int is_mail(const struct courier *c, int index)
{
    return c->list->item[index].channel.kind == CHANNEL_MAIL;
}

/* Those of one channel stand together: they travel in one. */
static void start_mail(struct courier *c)
{
    struct str text;
    struct err e = {0};
    const struct delivery *items = c->list->item;
    int from = c->mail_next;
    while (from < c->list->len && !is_mail(c, from))
        from++;
    int to = from;
    while (to < c->list->len && strcmp(items[to].channel.id, items[from].channel.id) == 0)
        to++;
    c->mail_at = from;
    c->mail_next = to;
    if (from == to || clock_mono_ms() > c->leased_ms + (int64_t)LAST_MAIL_S * MS) {
        c->mail_at = c->mail_next = c->list->len;
        return;
    }
    str_init(&text, LETTER_MAX);
    letter_write(&text, items + from, to - from);
    if (mailer_start(&c->mailer, c->kit->options.sendmail, &text, clock_mono_ms(), &e))
        for (int i = from; i < to; i++)
            fail(c, i, &e);
    str_finish(&text);
}

static void end_mail(struct courier *c)
{
    struct err e = {0};
    int rc = mailer_end(&c->mailer, &e);
    for (int i = c->mail_at; i < c->mail_next; i++) {
        if (rc < 0)
            fail(c, i, &e);
        else
            outcome(c, i)->ok = 1;
    }
    mailer_stop(&c->mailer);
}

static void posted(void *arg, const struct http_answer *answer)
{
    struct flight *flight = arg;
    struct courier *c = flight->courier;
    c->flying--;
    if (!answer->cancelled)
        post_judge(answer, clock_now(), outcome(c, flight->index));
}

static void post(struct courier *c, int index)
{
    struct err e = {0};
    const struct keypair *pair = coster_pair(c->coster, &e);
    e = (struct err){0};
    if (post_send(c->kit->http, pair, &c->list->item[index], 0, posted, &c->flight[index], &e))
        fail(c, index, &e);
    else
        c->flying++;
}

static void leased(void *arg, struct deliveries *list, struct err *e)
{
    struct courier *c = arg;
    if (lost(c, e)) {
        deliveries_destroy(list);
        return;
    }
    c->list = list;
    if (list->len == 0) {
        int64_t wait = (int64_t)list->due_s * MS;
        wait = list->due_s < 0 || wait > LOOK_MS ? LOOK_MS : wait < GAP_MS ? GAP_MS : wait;
        courier_idle(c, clock_mono_ms() + wait);
        return;
    }
    c->at = COURIER_SENDING;
    c->mail_at = c->mail_next = 0;
    memset(c->outcome, 0, sizeof c->outcome);
    for (int i = 0; i < list->len; i++)
        if (!is_mail(c, i))
            post(c, i);
}

static void lease(struct courier *c, struct session *s, int64_t mono_ms)
{
    struct err e = {0};
    c->at = COURIER_ASKING;
    c->leased_ms = mono_ms;
    if (q_outbox_lease(s, c->kit->owner, own_key(c), c->can_mail, COURIER_MOST, LEASE_S_OF, leased,
                       c, &e))
        (void)lost(c, &e);
}

static void go_on(struct courier *c, int64_t mono_ms)
{
    if (c->mailer.pid && !mailer_step(&c->mailer, mono_ms))
        end_mail(c);
    while (!c->mailer.pid && c->mail_next < c->list->len)
        start_mail(c);
    if (c->mailer.pid || c->flying > 0)
        return;
    say_all(c);
    record(c, kit_either(c->kit));
}

void courier_step(struct courier *c, int64_t mono_ms)
{
    struct session *s = kit_back(c->kit);
    if (is_off(c))
        return;
    if (c->at == COURIER_SENDING)
        go_on(c, mono_ms);
    if (c->at == COURIER_KEPT && s && mono_ms >= c->due_ms)
        record(c, s);
    if (c->at != COURIER_IDLE || !s || mono_ms < c->due_ms)
        return;
    if (mono_ms >= c->copies_ms && own_key(c)) {
        c->copies_ms = mono_ms + COPIES_MS;
        courier_copies(c, s);
    } else {
        lease(c, s, mono_ms);
    }
}

int64_t courier_deadline(const struct courier *c)
{
    if (is_off(c))
        return -1;
    if (c->at == COURIER_SENDING)
        return c->mailer.pid ? c->mailer.look_ms : -1;
    int waits = c->at == COURIER_IDLE || c->at == COURIER_KEPT;
    return waits && kit_back(c->kit) ? c->due_ms : -1;
}
