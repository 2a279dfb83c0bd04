#ifndef VIGIE_BASE_BASE64_H
#define VIGIE_BASE_BASE64_H

#include "base/str.h"

/* Adds bytes as base64 (RFC 4648, with padding) in one line. 0, or -1 when the maximum of out would
 * be passed. */
int base64_add(struct str *out, const char *bytes, size_t len);

#endif
