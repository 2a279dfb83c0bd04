#ifndef VIGIE_SECRET_HMAC_H
#define VIGIE_SECRET_HMAC_H

#include <stddef.h>

/* HMAC-SHA256 (RFC 2104) in hexadecimal digits, of a text made of two parts with one byte between
 * them; without the second part (NULL) of the first alone. Any thread. */
enum { HMAC_HEX = 65 };
void hmac_sha256(char out[HMAC_HEX], const void *key, size_t key_len, const char *first,
                 const char *second, char between);

#endif
