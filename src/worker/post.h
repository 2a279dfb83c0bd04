#ifndef VIGIE_WORKER_POST_H
#define VIGIE_WORKER_POST_H

#include "base/str.h"
#include "db/q_channel.h"
#include "openai/http.h"
#include "secret/seal.h"

/* A delivery by webhook: a POST of JSON that is signed with the channel's secret.
 *
 *   X-Vigie-Delivery: the delivery's id, the same over all attempts
 *   X-Vigie-Timestamp: UTC seconds
 *   X-Vigie-Signature: sha256= and HMAC-SHA256 in hexadecimal of the timestamp, a dot and the body
 */

/* What is sealed of a webhook: its URL, a line break, its secret. ERR_USAGE for a URL that names a
 * user or is neither https nor this machine's own; ERR_LIMIT for a secret that is too short or too
 * long. */
int post_pack(struct secret *out, const char *url, const struct secret *secret, struct err *e);

enum { POST_BODY_MAX = 16 * 1024 };
/* The body; alert NULL: that of a test. */
void post_body(struct str *out, const char *delivery, const struct alert *alert,
               const struct channel *channel);

/* Asks. test: the delivery has no alert. done is called by the rules of http_send. ERR_DENIED: it
 * is not sealed to this program. */
int post_send(struct http *h, const struct keypair *pair, const struct delivery *delivery, int test,
              http_done done, void *arg, struct err *e);

/* What an answer means; all but the id. now: UTC seconds. */
void post_judge(const struct http_answer *answer, int64_t now, struct delivered *out);

/* A new id for a delivery that is not in the outbox. */
void post_new_id(char out[UUID_TEXT]);

#endif
