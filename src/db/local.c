#include "config.h"

#include "db/local.h"

#include "db/local_child.h"
#include "db/local_part.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LOCK_WAIT_MS = 120000,
    LOCK_EVERY_MS = 50,
    ORPHANS_WAIT_MS = 15000, /* processes of a killed server end by themselves */
    ORPHANS_EVERY_MS = 200,
    LOG_TAIL = 2000
};

const char *local_owner(void)
{
    return "vigie_owner";
}

const char *local_superuser(void)
{
    return "vigie_root";
}

static int make_parents(const struct local *l, struct err *e)
{
    char part[LOCAL_PATH];
    mode_t mode = l->account.drop ? 0711 : 0700;
    for (const char *slash = l->state; slash; slash = strchr(slash + 1, '/')) {
        const char *end = strchr(slash + 1, '/');
        (void)snprintf(part, sizeof part, "%.*s",
                       (int)(end ? end - l->state : (long)strlen(l->state)), l->state);
        if (mkdir(part, mode) < 0 && errno != EEXIST)
            return err_errno(e, ERR_SYSTEM, _("cannot make the folder %s"), part);
    }
    return 0;
}

int local_lock(const struct local *l, int *fd, struct err *e)
{
    char path[LOCAL_PATH + 16];
    int64_t until = clock_mono_ms() + LOCK_WAIT_MS;
    (void)snprintf(path, sizeof path, "%s/postgresql.lock", l->state);
    int rc = make_parents(l, e);
    if (rc < 0)
        return rc;
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (*fd < 0)
        return err_errno(e, ERR_SYSTEM, _("cannot open %s"), path);
    while (flock(*fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            rc = err_errno(e, ERR_SYSTEM, _("cannot lock %s"), path);
        else if (clock_mono_ms() > until)
            rc = err_set(e, ERR_TIMEOUT,
                         _("another vigie has been busy with the private database "
                           "for two minutes"));
        if (rc < 0) {
            (void)close(*fd);
            return rc;
        }
        (void)poll(NULL, 0, LOCK_EVERY_MS);
    }
    return 0;
}

void local_unlock(int fd)
{
    (void)close(fd);
}

static int can_enter(const struct local *l, const void *arg, struct err *e)
{
    (void)arg;
    if (access(l->root, R_OK | W_OK | X_OK) == 0)
        return 0;
    (void)err_errno(e, ERR_SYSTEM, _("the user %s cannot use %s"), l->account.name, l->root);
    return err_cure(e, _("Let the user pass through each folder above it (chmod o+x), or choose "
                         "another place with XDG_STATE_HOME."));
}

/* The cluster's folder belongs to the server's account; the program's own folder above it must let
 * that account through. */
static int make_root(const struct local *l, struct err *e)
{
    if (l->account.drop && chmod(l->state, 0711) < 0)
        return err_errno(e, ERR_SYSTEM, _("cannot change the rights of %s"), l->state);
    if (mkdir(l->root, 0700) < 0 && errno != EEXIST)
        return err_errno(e, ERR_SYSTEM, _("cannot make the folder %s"), l->root);
    int fd = open(l->root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, ERR_SYSTEM, _("cannot open the folder %s"), l->root);
    int rc = 0;
    if (fchmod(fd, 0700) < 0 || (l->account.drop && fchown(fd, l->account.uid, l->account.gid) < 0))
        rc = err_errno(e, ERR_SYSTEM, _("cannot give the folder %s to the user %s"), l->root,
                       l->account.name);
    (void)close(fd);
    return rc == 0 ? child_call(&l->account, can_enter, l, NULL, e) : rc;
}

int local_status(const struct local *l, enum local_state *state, int *pid, struct err *e)
{
    char path[LOCAL_PATH + 16];
    (void)snprintf(path, sizeof path, "%s/PG_VERSION", l->data);
    *pid = 0;
    *state = LOCAL_ABSENT;
    if (access(path, R_OK) < 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            return err_errno(e, ERR_SYSTEM, _("cannot read %s"), path);
        return 0;
    }
    *pid = local_server_pid(l);
    *state = *pid ? LOCAL_RUNNING : LOCAL_STOPPED;
    return 0;
}

static off_t log_size(const struct local *l)
{
    struct stat st;
    return lstat(l->log, &st) == 0 ? st.st_size : 0;
}

/* What the server wrote to its log since it had the size from, for the error. */
static void log_tail(const struct local *l, off_t from, char *out, size_t size)
{
    int fd = open(l->log, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    off_t end = log_size(l);
    if (end - from > (off_t)size - 1)
        from = end - ((off_t)size - 1);
    ssize_t n = fd < 0 ? -1 : pread(fd, out, size - 1, from > 0 && from <= end ? from : 0);
    out[n > 0 ? n : 0] = '\0';
    for (char *c = out; *c; c++)
        if ((unsigned char)*c < ' ' && *c != '\n')
            *c = '?';
    if (fd >= 0)
        (void)close(fd);
}

static int run_pg_ctl(const struct local *l, const char *action, struct child *child, struct err *e)
{
    char program[LOCAL_PATH + 16];
    (void)snprintf(program, sizeof program, "%s/pg_ctl", l->bindir);
    const char *const argv[] = {program, "-D", l->data, "-l",   l->log, "-s", "-w",
                                "-t",    "60", "-m",    "fast", action, NULL};
    return child_exec(&l->account, argv, NULL, child, e);
}

static int launch(struct local *l, struct err *e)
{
    struct child child = {0};
    char said[LOG_TAIL + CHILD_OUTPUT];
    int64_t until = clock_mono_ms() + ORPHANS_WAIT_MS;
    for (;;) {
        off_t before = log_size(l);
        int rc = child_call(&l->account, local_disarm, l, NULL, e);
        if (rc == 0)
            rc = run_pg_ctl(l, "start", &child, e);
        if (rc < 0 || child.status == 0)
            return rc;
        log_tail(l, before, said, LOG_TAIL);
        if (!strstr(said, "pre-existing shared memory block") || clock_mono_ms() > until)
            break;
        (void)poll(NULL, 0, ORPHANS_EVERY_MS);
    }
    if (!said[0])
        (void)snprintf(said, sizeof said, "%s", child.output);
    return child_failed(l, _("the private database could not be started"), said, e);
}

static int start_locked(struct local *l, struct err *e)
{
    enum local_state state = LOCAL_ABSENT;
    int pid = 0;
    int rc = make_root(l, e);
    if (rc == 0)
        rc = local_status(l, &state, &pid, e);
    if (rc == 0 && state == LOCAL_RUNNING) {
        local_socket_find(l);
        return 0;
    }
    if (rc == 0 && state == LOCAL_ABSENT)
        rc = local_create(l, e);
    if (rc == 0)
        rc = local_socket_make(l, e);
    if (rc == 0)
        rc = local_configure(l, e);
    if (rc == 0)
        rc = launch(l, e);
    if (rc == 0)
        log_write(LOG_INFO, "private PostgreSQL %d started in %s", l->version, l->root);
    return rc;
}

int local_start(struct local *l, struct err *e)
{
    int fd = -1;
    int rc = local_lock(l, &fd, e);
    if (rc < 0)
        return rc;
    rc = start_locked(l, e);
    local_unlock(fd);
    return rc;
}

static int stop_locked(const struct local *l, struct err *e)
{
    struct child child;
    enum local_state state = LOCAL_ABSENT;
    int pid = 0;
    int rc = local_status(l, &state, &pid, e);
    if (rc < 0 || state != LOCAL_RUNNING)
        return rc;
    rc = run_pg_ctl(l, "stop", &child, e);
    if (rc == 0 && child.status != 0)
        return child_failed(l, _("the private database could not be stopped"), child.output, e);
    return rc;
}

/* Nothing to stop or destroy: leaves no trace of the question. */
static int nothing_there(const struct local *l)
{
    struct stat st;
    return lstat(l->root, &st) < 0 && errno == ENOENT;
}

int local_stop(struct local *l, struct err *e)
{
    int fd = -1;
    if (nothing_there(l))
        return 0;
    int rc = local_lock(l, &fd, e);
    if (rc < 0)
        return rc;
    rc = stop_locked(l, e);
    local_unlock(fd);
    return rc;
}

static int remove_contents(const struct local *l, const void *arg, struct err *e)
{
    (void)arg;
    local_socket_remove(l);
    int rc = local_remove(l->root, e);
    struct stat st;
    /* The folder itself may stand where the account cannot remove it: the caller does. */
    return rc < 0 && lstat(l->data, &st) < 0 && errno == ENOENT ? 0 : rc;
}

int local_destroy(struct local *l, struct err *e)
{
    int fd = -1;
    if (nothing_there(l))
        return 0;
    int rc = local_lock(l, &fd, e);
    if (rc < 0)
        return rc;
    rc = stop_locked(l, e);
    if (rc == 0 && rmdir(l->root) < 0)
        rc = child_call(&l->account, remove_contents, l, NULL, e);
    if (rc == 0 && rmdir(l->root) < 0 && errno != ENOENT)
        rc = err_errno(e, ERR_SYSTEM, _("cannot remove %s"), l->root);
    local_unlock(fd);
    return rc;
}
