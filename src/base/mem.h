#ifndef VIGIE_BASE_MEM_H
#define VIGIE_BASE_MEM_H

#include <stddef.h>

/* Allocation that cannot return NULL: out of memory ends the program through the function of
 * mem_on_exhaustion, which gives the terminal back. Sizes of 0 and overflowing products are
 * programming errors and end it too. Any thread. */
void *mem_alloc(size_t size) __attribute__((malloc, returns_nonnull, alloc_size(1)));
void *mem_zero(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull, alloc_size(1, 2)));
void *mem_grow(void *old, size_t count, size_t size)
    __attribute__((returns_nonnull, alloc_size(2, 3)));
char *mem_dup(const char *text) __attribute__((malloc, returns_nonnull));
char *mem_dup_len(const char *text, size_t len) __attribute__((malloc, returns_nonnull));

/* Overwrites what was secret, in a way that the compiler keeps. NULL with 0 is fine. */
void mem_wipe(void *bytes, size_t len);

/* NULL in, NULL out. */
char *mem_dup_null(const char *text);

/* Ends the program as a failed allocation does, for libraries that tell of it only by NULL. */
void mem_exhausted(void) __attribute__((noreturn));

/* Called once before the program ends for want of memory; set by main. */
void mem_on_exhaustion(void (*fn)(void));

/* For fault tests: the n-th allocation from now fails (0 switches it off). */
void mem_fail_at(long n);

#endif
