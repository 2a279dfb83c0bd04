#ifndef VIGIE_STANDIN_GZIP_H
#define VIGIE_STANDIN_GZIP_H

#include "base/str.h"

#include <stdint.h>

/* gzip without a library: what is sound is stored, what is a bomb repeats one byte. */

/* Appends a gzip member that holds the bytes, not compressed. */
void gzip_store(struct str *out, const char *bytes, size_t len);

/* Appends the start of a gzip member that stands for text (plain ASCII below 144) and a space
 * behind it, and the bits that each repeat 258 spaces eight times (GZIP_RUN bytes): the caller
 * sends those as often as wanted. The member never ends. */
enum { GZIP_RUN = 13, GZIP_RUN_STANDS_FOR = 8 * 258 };
void gzip_bomb_start(struct str *out, const char *text, unsigned char run[GZIP_RUN]);

#endif
