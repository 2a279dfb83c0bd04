#include "config.h"

#include "secret/guard.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct err err;

Test(guard, a_copy_that_ends)
{
    struct secret s;
    secret_init(&s);
    cr_assert_eq(secret_set(&s, "sk-abcdef", 6, &err), 0, "%s", err.text);
    cr_assert_str_eq(s.text, "sk-abc");
    cr_assert_eq(s.len, 6);
    cr_assert_eq(secret_set(&s, "", 0, &err), 0);
    cr_assert_str_eq(s.text, "");
    secret_finish(&s);
    secret_finish(&s);
    cr_assert_null(s.text);
}

Test(guard, bounds)
{
    static char big[SECRET_MAX + 1];
    struct secret s;
    secret_init(&s);
    memset(big, 'x', sizeof big);
    cr_assert_eq(secret_set(&s, big, SECRET_MAX, &err), 0);
    cr_assert_eq(secret_set(&s, big, SECRET_MAX + 1, &err), -ERR_LIMIT);
    cr_assert_null(s.text);
    cr_assert_eq(secret_set(&s, "a\0b", 3, &err), -ERR_LIMIT);
}

/* What lies before and behind a secret cannot be read. */
Test(guard, guard_pages, .signal = SIGSEGV)
{
    struct secret s;
    secret_init(&s);
    cr_assert_eq(secret_set(&s, "x", 1, &err), 0);
    volatile char *p = s.text;
    for (int i = 0;; i++)
        p[i] = 'x';
}

static int from_file(struct secret *s, const char *text, mode_t mode)
{
    char path[] = "/tmp/vigie-secret-XXXXXX";
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    cr_assert_eq(fchmod(fd, mode), 0);
    cr_assert_eq(close(fd), 0);
    int rc = secret_read(s, path, &err);
    (void)unlink(path);
    return rc;
}

Test(guard, the_first_line_of_a_private_file)
{
    struct secret s;
    secret_init(&s);
    cr_assert_eq(from_file(&s, "sk-one\r\nsk-two\n", 0600), 0, "%s", err.text);
    cr_assert_str_eq(s.text, "sk-one");
    cr_assert_eq(from_file(&s, "sk-three", 0400), 0);
    cr_assert_str_eq(s.text, "sk-three");
    cr_assert_eq(from_file(&s, "", 0600), 0);
    cr_assert_str_eq(s.text, "");
    cr_assert_eq(from_file(&s, "sk-one\n", 0640), -ERR_SYSTEM);
    cr_assert_not(strstr(err.text, "sk-one"));
    cr_assert_eq(secret_read(&s, "/nowhere/key", &err), -ERR_SYSTEM);
    secret_finish(&s);
}

Test(guard, no_core_and_no_tracer)
{
    struct rlimit limit;
    secret_harden();
    cr_assert_eq(getrlimit(RLIMIT_CORE, &limit), 0);
    cr_assert_eq(limit.rlim_max, 0);
    cr_assert_eq(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
}

Test(guard, no_terminal_is_an_error)
{
    struct secret s;
    secret_init(&s);
    (void)setsid();
    cr_assert_eq(secret_ask(&s, "? ", &err), -ERR_TERMINAL);
}
