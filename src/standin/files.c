#include "config.h"

#include "standin/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 65536 };

int file_path(char out[PATH_TEXT_MAX], const char *dir, const char *name, struct err *e)
{
    int n = snprintf(out, PATH_TEXT_MAX, "%s/%s", dir, name);
    if (n < 0 || n >= PATH_TEXT_MAX - 8)
        return err_set(e, ERR_LIMIT, "the path of the folder is too long");
    return 0;
}

int file_read(const char *path, struct str *out)
{
    char buf[BLOCK];
    ssize_t got;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    while ((got = read(fd, buf, sizeof buf)) > 0)
        if (str_add_len(out, buf, (size_t)got))
            break;
    (void)close(fd);
    if (got > 0)
        errno = EFBIG;
    return got == 0 ? 0 : -1;
}

static int write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        bytes += n;
        len -= (size_t)n;
    }
    return 0;
}

int file_write(const char *path, const char *bytes, size_t len, mode_t mode, struct err *e)
{
    char beside[PATH_TEXT_MAX + 8];
    (void)snprintf(beside, sizeof beside, "%s.new", path);
    (void)unlink(beside);
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        return err_errno(e, ERR_SYSTEM, "%s", beside);
    int bad = write_all(fd, bytes, len);
    if (close(fd) || bad || rename(beside, path)) {
        int rc = err_errno(e, ERR_SYSTEM, "%s", path);
        (void)unlink(beside);
        return rc;
    }
    return 0;
}
