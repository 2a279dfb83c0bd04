#ifndef VIGIE_DB_EDIT_PLAN_H
#define VIGIE_DB_EDIT_PLAN_H

#include "base/err.h"
#include "base/str.h"
#include "model/change.h"

#include <stddef.h>

/* A plan on its way to the database: the JSON that vigie.save takes, cut into parts. */

enum { PAD_BYTES = 512, PAD_HEX = 2 * PAD_BYTES, PLAN_PART_ROWS = 500, PLAN_PART_MAX = 64 << 20 };

/* Random bytes that the server made for one key. */
struct pad {
    char id[UUID_TEXT];
    unsigned char bytes[PAD_BYTES];
};

/* The places of a set's changes in the order in which they are sent: as they stand when they are
 * one part, else by identifier, so that the rows of all parts are locked in the same order by
 * everybody. The caller frees it; NULL for an empty set. */
size_t *plan_order(const struct change_set *set);

/* How many pads it needs. */
size_t plan_pads(const struct change_set *set);

/* Writes the changes order[*from] and following as one part and moves *from behind it; pads are
 * taken from *pad on. Of a preview (pads NULL) no key is part. ERR_LIMIT: too long; ERR_USAGE: a
 * key is. */
int plan_part(struct str *out, const struct change_set *set, const size_t *order, size_t *from,
              const struct pad *pads, size_t *pad, struct err *e);

/* The exclusive or of a key's bytes, filled up with zero bytes, and a pad, in hexadecimal.
 * ERR_USAGE: the key is longer than a pad. */
int pad_apply(char out[PAD_HEX + 1], const struct pad *pad, const char *key, struct err *e);

/* 0, or -1 when it is none. */
int pad_read(struct pad *pad, const char *id, const char *hex);

#endif
