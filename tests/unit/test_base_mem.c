#include "config.h"

#include "base/mem.h"

#include "base/err.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Hidden from the compiler, which would warn of the sizes that are tested. */
static size_t opaque(size_t n)
{
    volatile size_t v = n;
    return v;
}

Test(base_mem, gives_what_is_asked)
{
    char *a = mem_alloc(3);
    int *b = mem_zero(4, sizeof *b);
    memcpy(a, "ab", 3);
    a = mem_grow(a, 100, 2);
    cr_expect_str_eq(a, "ab");
    cr_expect(b[0] == 0 && b[3] == 0);
    free(a);
    free(b);
}

Test(base_mem, copies_text)
{
    char *a = mem_dup("vigie");
    char *b = mem_dup_len("vigie", 3);
    char *c = mem_dup_len("", 0);
    cr_expect_str_eq(a, "vigie");
    cr_expect_str_eq(b, "vig");
    cr_expect_str_eq(c, "");
    cr_expect_null(mem_dup_null(NULL));
    free(a);
    free(b);
    free(c);
}

Test(base_mem, zero_bytes_end_the_program, .exit_code = ERR_SYSTEM)
{
    free(mem_alloc(opaque(0)));
}

Test(base_mem, zero_items_end_the_program, .exit_code = ERR_SYSTEM)
{
    free(mem_zero(opaque(0), 8));
}

Test(base_mem, an_overflowing_product_ends_the_program, .exit_code = ERR_SYSTEM)
{
    free(mem_grow(NULL, opaque(SIZE_MAX / 2), 3));
}

Test(base_mem, an_endless_copy_ends_the_program, .exit_code = ERR_SYSTEM)
{
    free(mem_dup_len("x", opaque(SIZE_MAX)));
}

static void leave(void)
{
    _exit(42);
}

Test(base_mem, exhaustion_calls_the_function_first, .exit_code = 42)
{
    mem_on_exhaustion(leave);
    mem_fail_at(1);
    free(mem_alloc(1));
}

Test(base_mem, the_nth_allocation_fails, .exit_code = ERR_SYSTEM)
{
    mem_fail_at(3);
    free(mem_alloc(1));
    free(mem_zero(1, 1));
    free(mem_grow(NULL, 1, 1));
    _exit(0);
}

Test(base_mem, the_one_before_does_not)
{
    mem_fail_at(3);
    free(mem_alloc(1));
    free(mem_dup("x"));
    mem_fail_at(0);
    free(mem_alloc(1));
}
