#ifndef VIGIE_STANDIN_BROTLI_H
#define VIGIE_STANDIN_BROTLI_H

#include "base/str.h"

#include <stddef.h>

/* Brotli (RFC 7932) without a library: what is sound is stored, what is a bomb repeats one piece
 * that was compressed before. */

/* Appends a stream that holds the bytes, not compressed. */
void brotli_store(struct str *out, const char *bytes, size_t len);

/* Appends the start of a stream that stands for text (shorter than 64 KB) and some spaces behind
 * it, and fills run with the bytes that stand for one MB of spaces: the caller sends those as often
 * as wanted. The stream never ends. */
enum { BROTLI_RUN = 13, BROTLI_RUN_STANDS_FOR = 1024 * 1024 };
void brotli_bomb_start(struct str *out, const char *text, unsigned char run[BROTLI_RUN]);

#endif
