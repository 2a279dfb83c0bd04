#ifndef VIGIE_STANDIN_PACK_H
#define VIGIE_STANDIN_PACK_H

#include "base/str.h"

#include <stddef.h>

/* The other encodings that a client may offer, without a library and without compression. */

/* Appends a zlib stream (RFC 1950): what HTTP calls deflate. */
void deflate_store(struct str *out, const char *bytes, size_t len);

/* Appends a zstd frame (RFC 8878). */
void zstd_store(struct str *out, const char *bytes, size_t len);

#endif
