#ifndef VIGIE_CLI_FETCH_CHANNEL_H
#define VIGIE_CLI_FETCH_CHANNEL_H

#include "db/q_channel.h"
#include "secret/seal.h"

/* The questions of db about channels as plain calls: each asks, waits for the answer and hands it
 * over, to destroy. Changes nothing of out when it fails. */
int fetch_channels(struct session *s, struct channel_list **out, struct err *e);
int fetch_channel_remove(struct session *s, const char *which, struct err *e);
int fetch_alerts_age(struct session *s, int64_t *out, struct err *e);

/* The one channel of a name or id, with the copy for own (NULL: none). */
int fetch_channel(struct session *s, const char *which, const unsigned char *own,
                  struct deliveries **out, struct err *e);

/* Writes a channel, sealing packed (NULL: nothing to seal) to every program that may open it. */
int fetch_channel_set(struct session *s, const struct keypair *pair, const char *login,
                      const struct channel *channel, const struct secret *packed, struct err *e);

#endif
