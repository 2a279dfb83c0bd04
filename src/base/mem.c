#include "config.h"

#include "base/mem.h"

#include "base/err.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*exhausted)(void);
static atomic_long fail_at;

void mem_exhausted(void)
{
    static const char message[] = "vigie: out of memory\n";
    if (exhausted)
        exhausted();
    ssize_t n = write(STDERR_FILENO, message, sizeof message - 1);
    (void)n; /* nothing is left to do about it */
    _exit(ERR_SYSTEM);
}

static int must_fail(void)
{
    return atomic_load_explicit(&fail_at, memory_order_relaxed) > 0 &&
           atomic_fetch_sub(&fail_at, 1) == 1;
}

static void *checked(void *p)
{
    if (!p)
        mem_exhausted();
    return p;
}

void mem_on_exhaustion(void (*fn)(void))
{
    exhausted = fn;
}

void mem_fail_at(long n)
{
    atomic_store(&fail_at, n);
}

void *mem_alloc(size_t size)
{
    return checked(size == 0 || must_fail() ? NULL : malloc(size));
}

void *mem_zero(size_t count, size_t size)
{
    return checked(count == 0 || size == 0 || must_fail() ? NULL : calloc(count, size));
}

void *mem_grow(void *old, size_t count, size_t size)
{
    size_t bytes = 0;
    if (count == 0 || size == 0 || __builtin_mul_overflow(count, size, &bytes) || must_fail())
        mem_exhausted();
    return checked(realloc(old, bytes));
}

char *mem_dup_len(const char *text, size_t len)
{
    if (len == SIZE_MAX)
        mem_exhausted();
    char *copy = mem_alloc(len + 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *mem_dup(const char *text)
{
    return mem_dup_len(text, strlen(text));
}

char *mem_dup_null(const char *text)
{
    return text ? mem_dup(text) : NULL;
}

void mem_wipe(void *bytes, size_t len)
{
    if (len > 0)
        explicit_bzero(bytes, len);
}
