#include "config.h"

#include "db/local_part.h"

#include "base/i18n.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Above the largest pid that Linux gives. */
#define IMPOSSIBLE_PID "4194305"

enum { PID_FILE_MAX = 4096 };

static void pid_path(const struct local *l, char out[LOCAL_PATH + 32])
{
    (void)snprintf(out, LOCAL_PATH + 32, "%s/postmaster.pid", l->data);
}

/* Reads a small file whole; -1 when it is not there. */
static ssize_t slurp(const char *path, char *out, size_t size)
{
    FILE *f = fopen(path, "re");
    if (!f)
        return -1;
    size_t n = fread(out, 1, size - 1, f);
    int bad = ferror(f);
    (void)fclose(f);
    out[n] = '\0';
    return bad ? -1 : (ssize_t)n;
}

static int is_dead(int pid)
{
    char path[64];
    char text[512];
    (void)snprintf(path, sizeof path, "/proc/%d/stat", pid);
    if (slurp(path, text, sizeof text) < 0)
        return 1;
    const char *name_end = strrchr(text, ')');
    return !name_end || !name_end[1] || strchr("ZXx", name_end[2]) != NULL;
}

/* The server works in its data folder, and was told that folder on its command line: the second can
 * be read where the first is kept from root (containers). */
static int serves(int pid, const struct local *l)
{
    char path[64];
    char text[PID_FILE_MAX];
    char real[PATH_MAX];
    (void)snprintf(path, sizeof path, "/proc/%d/cwd", pid);
    ssize_t n = readlink(path, text, sizeof text - 1);
    if (n > 0 && realpath(l->data, real)) {
        text[n] = '\0';
        return strcmp(text, real) == 0;
    }
    (void)snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
    n = slurp(path, text, sizeof text);
    for (const char *arg = text; n > 0 && arg < text + n; arg += strlen(arg) + 1)
        if (strcmp(arg, l->data) == 0)
            return 1;
    return 0;
}

int local_server_pid(const struct local *l)
{
    char path[LOCAL_PATH + 32];
    char text[PID_FILE_MAX];
    pid_path(l, path);
    if (slurp(path, text, sizeof text) <= 0)
        return 0;
    int pid = local_number(text);
    return pid > 1 && !is_dead(pid) && serves(pid, l) ? pid : 0;
}

int local_disarm(const struct local *l, const void *arg, struct err *e)
{
    (void)arg;
    char path[LOCAL_PATH + 32];
    char text[PID_FILE_MAX];
    char changed[PID_FILE_MAX + 16];
    int len = snprintf(path, sizeof path, "%s/.s.PGSQL.%d.lock", l->socket, l->port);
    if (len > 0 && len < (int)sizeof path && unlink(path) < 0 && errno != ENOENT)
        return err_errno(e, ERR_SYSTEM, _("cannot remove %s"), path);
    pid_path(l, path);
    ssize_t n = slurp(path, text, sizeof text);
    if (n < 0)
        return errno == ENOENT ? 0 : err_errno(e, ERR_SYSTEM, _("cannot read %s"), path);
    const char *rest = strchr(text, '\n');
    if (!rest) {
        if (unlink(path) < 0)
            return err_errno(e, ERR_SYSTEM, _("cannot remove %s"), path);
        return 0;
    }
    (void)snprintf(changed, sizeof changed, IMPOSSIBLE_PID "%s", rest);
    return local_write(path, changed, e);
}
