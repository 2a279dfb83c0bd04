#include "config.h"

#include "secret/guard.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

void secret_init(struct secret *s)
{
    *s = (struct secret){0};
}

void secret_finish(struct secret *s)
{
    sodium_free(s->text);
    secret_init(s);
}

void secret_wipe(void *bytes, size_t len)
{
    sodium_memzero(bytes, len);
}

int secret_set(struct secret *s, const char *bytes, size_t len, struct err *e)
{
    secret_finish(s);
    if (len > SECRET_MAX || memchr(bytes, '\0', len))
        return err_set(e, ERR_LIMIT, _("a secret has at most %d bytes and no NUL"), SECRET_MAX);
    if (sodium_init() < 0)
        return err_set(e, ERR_SYSTEM, _("the cryptographic library cannot start"));
    char *text = sodium_malloc(len + 1);
    if (!text)
        return err_errno(e, ERR_SYSTEM, _("no guarded memory"));
    memcpy(text, bytes, len);
    text[len] = '\0';
    *s = (struct secret){text, len};
    return 0;
}

/* Reads into a buffer of the caller's, which it wipes: the text of a secret lives nowhere else. */
static int first_line(int fd, struct secret *s, const char *path, struct err *e)
{
    char buf[SECRET_MAX + 2];
    size_t len = 0;
    ssize_t n = 1;
    while (len < sizeof buf && !memchr(buf, '\n', len) &&
           ((n = read(fd, buf + len, sizeof buf - len)) > 0 || (n < 0 && errno == EINTR)))
        len += n > 0 ? (size_t)n : 0;
    int rc;
    if (n < 0) {
        rc = err_errno(e, ERR_SYSTEM, _("cannot read %s"), path);
    } else {
        const char *end = memchr(buf, '\n', len);
        size_t line = end ? (size_t)(end - buf) : len;
        while (line > 0 && (buf[line - 1] == '\r' || buf[line - 1] == ' '))
            line--;
        rc = secret_set(s, buf, line, e);
    }
    sodium_memzero(buf, sizeof buf);
    return rc;
}

int secret_read(struct secret *s, const char *path, struct err *e)
{
    struct stat st;
    if (strcmp(path, "-") == 0)
        return first_line(STDIN_FILENO, s, _("standard input"), e);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_SYSTEM, _("cannot read %s"), path);
    int rc;
    if (fstat(fd, &st) < 0) {
        rc = err_errno(e, ERR_SYSTEM, _("cannot read %s"), path);
    } else if (S_ISREG(st.st_mode) && st.st_mode & (S_IRWXG | S_IRWXO)) {
        (void)err_set(e, ERR_SYSTEM, _("%s holds a secret and others can read it"), path);
        rc = err_cure(e, "chmod 600 %s", path);
    } else {
        rc = first_line(fd, s, path, e);
    }
    (void)close(fd);
    return rc;
}

void secret_harden(void)
{
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
