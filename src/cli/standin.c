#include "config.h"

#include "cli/standin.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "cli/standin_part.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <json-c/json.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOK_MS = 20, STOP_MS = 5000, TREE_DESCRIPTORS = 8 };

static int join(char out[PATH_TEXT], const char *folder, const char *name, struct err *e)
{
    int n = snprintf(out, PATH_TEXT, "%s/%s", folder, name);
    return n > 0 && n < PATH_TEXT
               ? 0
               : err_set(e, ERR_LIMIT, _("a path is longer than %d bytes"), PATH_TEXT);
}

int standin_folder(char out[PATH_TEXT], struct err *e)
{
    char state[PATH_TEXT];
    int rc = paths_state(state, e);
    return rc == 0 ? join(out, state, "standin", e) : rc;
}

static void copy(char out[PATH_TEXT], struct json_object *from, const char *key)
{
    struct json_object *value = NULL;
    out[0] = '\0';
    if (json_object_object_get_ex(from, key, &value) &&
        json_object_is_type(value, json_type_string) &&
        json_object_get_string_len(value) < PATH_TEXT)
        (void)snprintf(out, PATH_TEXT, "%s", json_object_get_string(value));
}

/* What it says of itself; pid is 0 when it says nothing. */
static pid_t read_ready(const char *folder, struct standin *s)
{
    char path[PATH_TEXT];
    struct json_object *pid = NULL;
    pid_t found = 0;
    struct json_object *o =
        join(path, folder, STANDIN_READY, NULL) == 0 ? json_object_from_file(path) : NULL;
    if (o && json_object_object_get_ex(o, "pid", &pid))
        found = (pid_t)json_object_get_int(pid);
    if (o && s) {
        copy(s->url, o, "url");
        copy(s->ca_file, o, "ca");
    }
    json_object_put(o);
    return found > 1 ? found : 0;
}

/* Whether a process is the stand-in of this folder: a pid may have been given to another since. */
static int is_ours(pid_t pid, const char *folder)
{
    char path[64];
    char line[4096];
    (void)snprintf(path, sizeof path, "/proc/%ld/cmdline", (long)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof line - 1);
    if (fd >= 0)
        (void)close(fd);
    if (n <= 0)
        return 0;
    line[n] = '\0';
    const char *name = strrchr(line, '/');
    if (strcmp(name ? name + 1 : line, STANDIN_PROGRAM) != 0)
        return 0;
    for (const char *word = line; word < line + n; word += strlen(word) + 1)
        if (strcmp(word, folder) == 0)
            return 1;
    return 0;
}

/* 0 when it does not run, or is not ready. */
static pid_t running(const char *folder, struct standin *s)
{
    pid_t pid = read_ready(folder, s);
    return pid && is_ours(pid, folder) ? pid : 0;
}

/* Between programs that start it at once. */
static int lock(const char *folder, struct err *e)
{
    char path[PATH_TEXT];
    int rc = join(path, folder, "start.lock", e);
    if (rc < 0)
        return rc;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) < 0) {
        rc = err_errno(e, ERR_SYSTEM, _("cannot lock %s"), path);
        if (fd >= 0)
            (void)close(fd);
        return rc;
    }
    return fd;
}

static int wait_ready(struct standin *s, struct err *e)
{
    int64_t until = clock_mono_ms() + STANDIN_START_MS;
    while (!running(s->folder, s)) {
        if (clock_mono_ms() > until) {
            (void)err_set(e, ERR_TIMEOUT, _("the stand-in for OpenAI did not start within %d s"),
                          STANDIN_START_MS / 1000);
            return err_cure(e, _("%s/log says why."), s->folder);
        }
        (void)poll(NULL, 0, LOOK_MS);
    }
    return 0;
}

int standin_start(struct standin *s, struct err *e)
{
    *s = (struct standin){0};
    int rc = standin_folder(s->folder, e);
    if (rc == 0)
        rc = paths_make(s->folder, e);
    if (rc < 0)
        return rc;
    int fd = lock(s->folder, e);
    if (fd < 0)
        return fd;
    if (!running(s->folder, s))
        rc = standin_launch(s->folder, e);
    if (rc == 0)
        rc = wait_ready(s, e);
    (void)close(fd);
    if (rc == 0 && (!s->url[0] || !s->ca_file[0]))
        rc = err_set(e, ERR_SYSTEM, _("the stand-in for OpenAI does not say where it is"));
    return rc;
}

int standin_stop(struct err *e)
{
    char folder[PATH_TEXT];
    int rc = standin_folder(folder, e);
    pid_t pid = rc == 0 ? running(folder, NULL) : 0;
    if (pid == 0)
        return rc;
    if (kill(pid, SIGTERM) < 0 && errno != ESRCH)
        return err_errno(e, ERR_SYSTEM, _("cannot end the stand-in for OpenAI"));
    for (int64_t until = clock_mono_ms() + STOP_MS; running(folder, NULL) == pid;) {
        if (clock_mono_ms() > until) {
            (void)kill(pid, SIGKILL);
            break;
        }
        (void)poll(NULL, 0, LOOK_MS);
    }
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    (void)st;
    (void)kind;
    (void)place;
    return remove(path) < 0 && errno != ENOENT ? -1 : 0;
}

int standin_destroy(struct err *e)
{
    char folder[PATH_TEXT];
    int rc = standin_folder(folder, e);
    if (rc == 0)
        rc = standin_stop(e);
    if (rc == 0 && access(folder, F_OK) == 0 &&
        nftw(folder, remove_one, TREE_DESCRIPTORS, FTW_DEPTH | FTW_PHYS) < 0)
        rc = err_errno(e, ERR_SYSTEM, _("cannot remove %s"), folder);
    return rc;
}
