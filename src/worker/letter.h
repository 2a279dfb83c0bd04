#ifndef VIGIE_WORKER_LETTER_H
#define VIGIE_WORKER_LETTER_H

#include "base/str.h"
#include "db/q_channel.h"

/* A mail with one delivery or many, as sendmail -t reads it. Whatever the alerts say, it adds no
 * header: the subject is made of encoded words (RFC 2047), the text is base64. */
enum { LETTER_MAX = 256 * 1024, LETTER_ALERTS = 64 };

/* items belong to one channel; count 0: a test, whose delivery's id stands in items. */
void letter_write(struct str *out, const struct delivery *items, int count);

#endif
