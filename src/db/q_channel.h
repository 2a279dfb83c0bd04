#ifndef VIGIE_DB_Q_CHANNEL_H
#define VIGIE_DB_Q_CHANNEL_H

#include "db/q_cost.h"
#include "model/channel.h"

/* Channels and the outbox of their deliveries, as far as the caller sees them: administrators all,
 * members those of their organisation. What a webhook needs (address, secret) is sealed to programs
 * before it comes here. A session whose database has not the tables refuses (ERR_DATABASE). */

/* The callee of done takes list, which is NULL only when e says why. */
typedef void (*channels_done)(void *arg, struct channel_list *list, struct err *e);
int q_channels(struct session *s, channels_done done, void *arg, struct err *e);

/* Registers this program's public key for the caller, then tells whom a channel of that
 * organisation ("": of the own one, an administrator's: of all) is to be sealed to. */
int q_channel_recipients(struct session *s, const unsigned char own[PUBLIC_KEY], const char *whose,
                         const char *organisation, recipients_done done, void *arg, struct err *e);

/* Makes it or replaces the one of its name: name, kind, organisation_id, target, least and kinds.
 * At most a thousand copies. ERR_DENIED through done where it is not the caller's. */
int q_channel_set(struct session *s, const struct channel *channel, const struct sealed *sealed,
                  int count, poll_done done, void *arg, struct err *e);
/* By name or id; ERR_NOT_FOUND through done. */
int q_channel_remove(struct session *s, const char *which, poll_done done, void *arg,
                     struct err *e);

/* One delivery on its way: id stays the same over all attempts. */
struct delivery {
    char id[UUID_TEXT];
    int attempts; /* before this one */
    struct channel channel;
    unsigned char sealed[SEALED_MAX];
    size_t sealed_len; /* 0: nothing is sealed to this program */
    struct alert alert;
};
struct deliveries {
    struct delivery *item; /* owned */
    int len;
    int due_s; /* seconds until more is due; -1: nothing is */
};
void deliveries_destroy(struct deliveries *list); /* accepts NULL */

/* The callee of done takes list, which is NULL only when e says why; one item with no alert and the
 * id "". */
typedef void (*deliveries_done)(void *arg, struct deliveries *list, struct err *e);
/* One channel, for a test. own: NULL without a key pair. */
int q_channel_open(struct session *s, const char *which, const unsigned char *own,
                   deliveries_done done, void *arg, struct err *e);
/* Leases what is due: those of one channel stand together. own: NULL for mail alone. */
int q_outbox_lease(struct session *s, const char *owner, const unsigned char *own, int with_mail,
                   int most, int lease_s, deliveries_done done, void *arg, struct err *e);

/* What became of one. absent: the other side was not there, so that the others wait too. */
struct delivered {
    char id[UUID_TEXT];
    int ok, absent;
    int rest_s; /* that the other side asked for; 0: nothing */
    char answer[CHANNEL_ANSWER];
};
int q_outbox_record(struct session *s, const char *owner, const struct delivered *item, int count,
                    poll_done done, void *arg, struct err *e);
/* Gives all leases of owner back. */
int q_outbox_release(struct session *s, const char *owner, poll_done done, void *arg,
                     struct err *e);

/* As q_copies_missing and q_copies_add; account_id is the channel's. */
int q_channel_copies(struct session *s, const unsigned char own[PUBLIC_KEY], copies_done done,
                     void *arg, struct err *e);
int q_channel_copies_add(struct session *s, const unsigned char own[PUBLIC_KEY],
                         const struct copy_missing *held, const struct sealed *sealed, int count,
                         poll_done done, void *arg, struct err *e);

/* How long, in seconds, connexions in sight were not looked at for alerts; -1: there are none. */
typedef void (*alerts_age_done)(void *arg, int64_t seconds, struct err *e);
int q_alerts_age(struct session *s, alerts_age_done done, void *arg, struct err *e);

#endif
