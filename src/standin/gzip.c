#include "config.h"

#include "standin/gzip.h"

#include <string.h>

enum { BLOCK_MAX = 65535, BYTE_BITS = 8 };

static const char head[] = {'\x1f', '\x8b', 8, 0, 0, 0, 0, 0, 0, 3};
static const uint32_t polynomial = 0xedb88320U;

static uint32_t crc32_of(const char *bytes, size_t len)
{
    uint32_t crc = 0xffffffffU;
    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < BYTE_BITS; bit++)
            crc = crc & 1 ? crc >> 1 ^ polynomial : crc >> 1;
    }
    return ~crc;
}

static void put_le(struct str *out, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++, value >>= BYTE_BITS)
        (void)str_add_char(out, (char)(value & 0xff));
}

void gzip_store(struct str *out, const char *bytes, size_t len)
{
    size_t at = 0;
    (void)str_add_len(out, head, sizeof head);
    do {
        size_t part = len - at < BLOCK_MAX ? len - at : BLOCK_MAX;
        (void)str_add_char(out, at + part == len);
        put_le(out, (uint32_t)part, 2);
        put_le(out, ~(uint32_t)part, 2);
        (void)str_add_len(out, bytes + at, part);
        at += part;
    } while (at < len);
    put_le(out, crc32_of(bytes, len), 4);
    put_le(out, (uint32_t)len, 4);
}

struct bits {
    struct str *out;
    uint32_t held;
    int count;
};

static void put_bits(struct bits *b, uint32_t value, int count)
{
    b->held |= value << b->count;
    b->count += count;
    for (; b->count >= BYTE_BITS; b->count -= BYTE_BITS, b->held >>= BYTE_BITS)
        (void)str_add_char(b->out, (char)(b->held & 0xff));
}

/* Huffman codes start with their highest bit. */
static void put_code(struct bits *b, uint32_t code, int count)
{
    uint32_t turned = 0;
    for (int i = 0; i < count; i++)
        turned |= (code >> i & 1) << (count - 1 - i);
    put_bits(b, turned, count);
}

enum {
    LITERAL_BASE = 0x30,
    LITERAL_BITS = 8,
    LENGTH_258 = 0xc5,
    LENGTH_BITS = 8,
    DISTANCE_BITS = 5
};

/* 258 times the character before. */
static void put_run(struct bits *b)
{
    put_code(b, LENGTH_258, LENGTH_BITS);
    put_code(b, 0, DISTANCE_BITS);
}

void gzip_bomb_start(struct str *out, const char *text, unsigned char run[GZIP_RUN])
{
    struct bits b = {.out = out};
    struct str one;
    (void)str_add_len(out, head, sizeof head);
    put_bits(&b, 1, 1); /* the last block */
    put_bits(&b, 1, 2); /* fixed codes */
    for (; *text; text++)
        put_code(&b, LITERAL_BASE + (unsigned char)*text, LITERAL_BITS);
    put_code(&b, LITERAL_BASE + ' ', LITERAL_BITS);
    while (b.count != 0) /* until a run starts with a byte */
        put_run(&b);
    str_init(&one, GZIP_RUN + 1);
    b = (struct bits){.out = &one};
    for (int i = 0; i < BYTE_BITS; i++)
        put_run(&b);
    memcpy(run, str_get(&one), GZIP_RUN);
    str_finish(&one);
}
