#include "config.h"

#include "standin/pack.h"

#include <stdint.h>

enum { BYTE_BITS = 8, DEFLATE_BLOCK = 65535, ZSTD_BLOCK = 128 * 1024, ADLER = 65521 };

static void put_le(struct str *out, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++, value >>= BYTE_BITS)
        (void)str_add_char(out, (char)(value & 0xff));
}

static uint32_t adler32_of(const char *bytes, size_t len)
{
    uint32_t a = 1;
    uint32_t b = 0;
    for (size_t i = 0; i < len; i++) {
        a = (a + (unsigned char)bytes[i]) % ADLER;
        b = (b + a) % ADLER;
    }
    return b << (2 * BYTE_BITS) | a;
}

void deflate_store(struct str *out, const char *bytes, size_t len)
{
    static const char head[] = {0x78, 0x01};
    uint32_t sum = adler32_of(bytes, len);
    size_t at = 0;
    (void)str_add_len(out, head, sizeof head);
    do {
        size_t part = len - at < DEFLATE_BLOCK ? len - at : DEFLATE_BLOCK;
        (void)str_add_char(out, at + part == len);
        put_le(out, part, 2);
        put_le(out, ~(uint64_t)part, 2);
        (void)str_add_len(out, bytes + at, part);
        at += part;
    } while (at < len);
    for (int i = 3; i >= 0; i--)
        (void)str_add_char(out, (char)(sum >> (i * BYTE_BITS) & 0xff));
}

/* A frame whose size is told in eight bytes, of raw blocks, without a checksum. */
void zstd_store(struct str *out, const char *bytes, size_t len)
{
    static const char head[] = {0x28, '\xb5', 0x2f, '\xfd', '\xe0'};
    size_t at = 0;
    (void)str_add_len(out, head, sizeof head);
    put_le(out, len, 8);
    do {
        size_t part = len - at < ZSTD_BLOCK ? len - at : ZSTD_BLOCK;
        put_le(out, (uint64_t)part << 3 | (at + part == len), 3);
        (void)str_add_len(out, bytes + at, part);
        at += part;
    } while (at < len);
}
