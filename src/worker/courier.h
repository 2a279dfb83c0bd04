#ifndef VIGIE_WORKER_COURIER_H
#define VIGIE_WORKER_COURIER_H

#include "db/q_channel.h"
#include "worker/coster.h"
#include "worker/mailer.h"

/* Delivers alerts to the channels: leases what is due, makes the webhooks at once and the mails one
 * after the other (all of a channel in one), writes what became of each. Many programs may do so on
 * one database; what one leaves unfinished goes to the next under the same id. */

enum courier_at {
    COURIER_IDLE,
    COURIER_ASKING, /* the database: for work, or for who lacks a copy */
    COURIER_SENDING,
    COURIER_WRITING,
    COURIER_KEPT /* what became of them could not be written: waits for the database */
};

enum { COURIER_MOST = 32 };

struct courier;
struct flight {
    struct courier *courier;
    int index;
};

struct courier {
    struct kit *kit;
    struct coster *coster; /* has the key pair */
    enum courier_at at;
    struct deliveries *list;
    struct delivered outcome[COURIER_MOST]; /* of each; its id is "" as long as nothing is known */
    struct flight flight[COURIER_MOST];
    int flying;             /* webhooks under way */
    struct mailer mailer;   /* of the mails, */
    int mail_at, mail_next; /* from this item up to that one */
    int copies_left;
    int can_mail;
    int64_t due_ms, copies_ms, leased_ms; /* mono instants */
};

void courier_init(struct courier *courier, struct kit *kit, struct coster *coster);
/* Gives what it holds back, as far as the session takes it. */
void courier_release(struct courier *courier, struct session *s);
/* Call it after http ended. */
void courier_finish(struct courier *courier);

/* A new connection to the database. */
void courier_connected(struct courier *courier, int64_t mono_ms);
/* Alerts may have been raised. */
void courier_changed(struct courier *courier, int64_t mono_ms);
void courier_step(struct courier *courier, int64_t mono_ms);
/* -1 for never. */
int64_t courier_deadline(const struct courier *courier);

/* courier_copies.c: looks for programs that lack a copy of a channel; ends idle. */
void courier_copies(struct courier *courier, struct session *s);
/* Within the courier*.c. */
void courier_idle(struct courier *courier, int64_t due_ms);

#endif
