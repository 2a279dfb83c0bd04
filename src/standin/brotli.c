#include "config.h"

#include "standin/brotli.h"

#include <stdint.h>
#include <string.h>

enum {
    BYTE_BITS = 8,
    BLOCK_MAX = 65536, /* what a length of four nibbles holds */
    BLOCK_HEAD = 3,
    WINDOW_22 = 0x0b, /* a window of 2^22 bytes, in WINDOW_BITS */
    WINDOW_BITS = 4,
    NOT_LAST_BITS = 3, /* not the last block, its length in four nibbles: all 0 */
    LENGTH_BITS = 16,
    END = 3 /* the last block, and it is empty */
};

/* The head of a block that is not compressed; the first one tells the window too. */
static void put_head(struct str *out, size_t len, int first)
{
    int at = first ? WINDOW_BITS : 0;
    uint32_t bits = first ? WINDOW_22 : 0;
    at += NOT_LAST_BITS;
    bits |= (uint32_t)(len - 1) << at;
    bits |= UINT32_C(1) << (at + LENGTH_BITS);
    for (int i = 0; i < BLOCK_HEAD; i++, bits >>= BYTE_BITS)
        (void)str_add_char(out, (char)(bits & 0xff));
}

void brotli_store(struct str *out, const char *bytes, size_t len)
{
    for (size_t at = 0; at < len; at += BLOCK_MAX) {
        size_t part = len - at < BLOCK_MAX ? len - at : BLOCK_MAX;
        put_head(out, part, at == 0);
        (void)str_add_len(out, bytes + at, part);
    }
    if (len == 0)
        (void)str_add_char(out, WINDOW_22 | END << WINDOW_BITS);
    else
        (void)str_add_char(out, END);
}

/* The spaces in front are there for the run's first copy, whose distance is any of the initial
 * ones. */
void brotli_bomb_start(struct str *out, const char *text, unsigned char run[BROTLI_RUN])
{
    static const char spaces[] = "                ";
    static const unsigned char mega[BROTLI_RUN] = {0xfa, 0xff, 0x7f, 0x00, 0x24, 0x00, 0xe2,
                                                   0xb0, 0x00, 0x74, 0xef, 0x1f, 0x0c};
    size_t len = strlen(text);
    put_head(out, len + sizeof spaces - 1, 1);
    (void)str_add_len(out, text, len);
    (void)str_add_len(out, spaces, sizeof spaces - 1);
    memcpy(run, mega, sizeof mega);
}
