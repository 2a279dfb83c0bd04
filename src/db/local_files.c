#include "config.h"

#include "db/local_part.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int local_number(const char *text)
{
    errno = 0;
    long n = strtol(text, NULL, 10);
    return errno || n < 0 || n > INT_MAX ? 0 : (int)n;
}

int local_write(const char *path, const char *text, struct err *e)
{
    char fresh[LOCAL_PATH + 64];
    size_t len = strlen(text);
    int n = snprintf(fresh, sizeof fresh, "%s.new", path);
    if (n < 0 || n >= (int)sizeof fresh)
        return err_set(e, ERR_LIMIT, _("a path is longer than %d bytes"), LOCAL_PATH);
    (void)unlink(fresh);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(e, ERR_SYSTEM, _("cannot write %s"), path);
    ssize_t written = write(fd, text, len);
    if (written >= 0 && (size_t)written != len)
        errno = ENOSPC;
    int bad = written != (ssize_t)len || fsync(fd) < 0;
    int why = errno;
    if (close(fd) < 0 && !bad) {
        why = errno;
        bad = 1;
    }
    if (!bad && rename(fresh, path) == 0)
        return 0;
    errno = bad ? why : errno;
    int rc = err_errno(e, ERR_SYSTEM, _("cannot write %s"), path);
    (void)unlink(fresh);
    return rc;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path) < 0 && errno != ENOENT ? -1 : 0;
}

int local_remove(const char *path, struct err *e)
{
    enum { DESCRIPTORS = 16 };
    if (nftw(path, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) < 0 &&
        errno != ENOENT)
        return err_errno(e, ERR_SYSTEM, _("cannot remove %s"), path);
    return 0;
}

int local_map_line(char *text, size_t size, const char *person, const char *role)
{
    const char *const who[] = {person, "root"};
    int added = 0;
    for (int i = 0; i < 2; i++) {
        char line[LOCAL_NAME * 4];
        int n = snprintf(line, sizeof line, "vigie \"%s\" \"%s\"\n", who[i], role);
        size_t used = strlen(text);
        if (n < 0 || n >= (int)sizeof line)
            return -1;
        if (strstr(text, line))
            continue;
        if (used + (size_t)n + 1 > size)
            return -1;
        memcpy(text + used, line, (size_t)n + 1);
        added++;
    }
    return added;
}
