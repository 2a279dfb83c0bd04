#include "config.h"

#include "secret/hmac.h"

#include <sodium.h>
#include <string.h>

static void feed(crypto_auth_hmacsha256_state *state, const char *bytes, size_t len)
{
    (void)crypto_auth_hmacsha256_update(state, (const unsigned char *)bytes, len);
}

void hmac_sha256(char out[HMAC_HEX], const void *key, size_t key_len, const char *first,
                 const char *second, char between)
{
    crypto_auth_hmacsha256_state state;
    unsigned char tag[crypto_auth_hmacsha256_BYTES];
    (void)crypto_auth_hmacsha256_init(&state, key, key_len);
    feed(&state, first, strlen(first));
    if (second) {
        feed(&state, &between, 1);
        feed(&state, second, strlen(second));
    }
    (void)crypto_auth_hmacsha256_final(&state, tag);
    (void)sodium_bin2hex(out, HMAC_HEX, tag, sizeof tag);
    sodium_memzero(&state, sizeof state);
}
