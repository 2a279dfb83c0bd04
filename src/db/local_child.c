#include "config.h"

#include "db/local_child.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT_EXEC = 127, SIGNAL_BASE = 128 };

int account_init(struct account *a, struct err *e)
{
    *a = (struct account){.uid = geteuid(), .gid = getegid(), .drop = geteuid() == 0};
    const struct passwd *pw = a->drop ? getpwnam("postgres") : getpwuid(a->uid);
    if (!pw && a->drop) {
        (void)err_set(e, ERR_SYSTEM,
                      _("PostgreSQL does not run as root, and there is no user postgres"));
        return err_cure(e, _("Install the PostgreSQL server (Debian: apt-get install "
                             "postgresql-15), or run vigie as an ordinary user."));
    }
    if (!pw) {
        (void)err_set(e, ERR_SYSTEM, _("the user %u has no name on this system"), a->uid);
        return err_cure(e, _("PostgreSQL needs an entry in /etc/passwd."));
    }
    a->uid = pw->pw_uid;
    a->gid = pw->pw_gid;
    int n = snprintf(a->name, sizeof a->name, "%s", pw->pw_name);
    int m = snprintf(a->home, sizeof a->home, "%s", pw->pw_dir);
    if (n >= (int)sizeof a->name || m >= (int)sizeof a->home)
        return err_set(e, ERR_LIMIT, _("the name of the user %u is too long"), a->uid);
    return 0;
}

static int become(const struct account *a)
{
    if (!a->drop)
        return 0;
    if (initgroups(a->name, a->gid) < 0 || setgid(a->gid) < 0 || setuid(a->uid) < 0)
        return -1;
    return geteuid() == a->uid && setuid(0) < 0 ? 0 : -1;
}

static int scrub_environment(const struct account *a)
{
    const char *path = getenv("PATH");
    char kept[LOCAL_PATH];
    (void)snprintf(kept, sizeof kept, "%s", path ? path : "/usr/local/bin:/usr/bin:/bin");
    if (clearenv() != 0)
        return -1;
    return setenv("PATH", kept, 1) || setenv("HOME", a->home, 1) || setenv("LC_ALL", "C.UTF-8", 1);
}

static void default_signals(void)
{
    sigset_t none;
    (void)sigemptyset(&none);
    for (int i = 1; i < SIGRTMIN; i++)
        if (i != SIGKILL && i != SIGSTOP)
            (void)signal(i, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the child. -1 when it cannot be what it must be. It ends with its parent: half a creation must
 * not go on behind the back of the next one. (Asked for last: a change of user forgets it.) */
static int settle(const struct account *a, pid_t parent)
{
    default_signals();
    (void)umask(077);
    if (chdir("/") < 0 || become(a) < 0 || scrub_environment(a) != 0)
        return -1;
    return prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent ? -1 : 0;
}

static int wait_for(pid_t pid, int *status, struct err *e)
{
    int raw = 0;
    while (waitpid(pid, &raw, 0) < 0)
        if (errno != EINTR)
            return err_errno(e, ERR_SYSTEM, _("cannot wait for a child process"));
    *status = WIFEXITED(raw) ? WEXITSTATUS(raw) : SIGNAL_BASE + WTERMSIG(raw);
    return 0;
}

/* A file in memory that holds input; a descriptor of /dev/null when there is none. */
static int input_file(const char *input)
{
    if (!input)
        return open("/dev/null", O_RDONLY | O_CLOEXEC);
    size_t len = strlen(input);
    int fd = memfd_create("input", MFD_CLOEXEC);
    if (fd >= 0 && (write(fd, input, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET) < 0)) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

static void keep_output(int fd, char out[CHILD_OUTPUT])
{
    char raw[CHILD_OUTPUT / 4];
    off_t end = lseek(fd, 0, SEEK_END);
    off_t from = end > (off_t)sizeof raw ? end - (off_t)sizeof raw : 0;
    ssize_t n = end < 0 ? 0 : pread(fd, raw, sizeof raw, from);
    size_t used = 0;
    out[0] = '\0';
    for (ssize_t i = 0; i < n;) {
        const char *line_end = memchr(raw + i, '\n', (size_t)(n - i));
        size_t len = line_end ? (size_t)(line_end - raw - i) : (size_t)(n - i);
        char *clean = text_scrub(raw + i, len, CHILD_OUTPUT / 2);
        int more = snprintf(out + used, CHILD_OUTPUT - used, "%s\n", clean);
        free(clean);
        if (more < 0 || (size_t)more >= CHILD_OUTPUT - used)
            break;
        used += (size_t)more;
        i += (ssize_t)len + 1;
    }
}

static void run_program(const struct account *a, pid_t parent, const char *const argv[], int in,
                        int out)
{
    if (settle(a, parent) < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        dup2(out, STDERR_FILENO) < 0)
        _exit(CANNOT_EXEC);
    (void)close_range(3, ~0U, 0);
    union {
        const char *const *in;
        char *const *out;
    } args = {.in = argv};
    (void)execvp(argv[0], args.out);
    (void)dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
    _exit(CANNOT_EXEC);
}

int child_exec(const struct account *a, const char *const argv[], const char *input,
               struct child *child, struct err *e)
{
    int rc = 0;
    *child = (struct child){0};
    int in = input_file(input);
    int out = memfd_create("output", MFD_CLOEXEC);
    pid_t self = getpid();
    pid_t pid = in < 0 || out < 0 ? -1 : fork();
    if (pid == 0)
        run_program(a, self, argv, in, out);
    if (pid < 0)
        rc = err_errno(e, ERR_SYSTEM, _("cannot start %s"), argv[0]);
    else
        rc = wait_for(pid, &child->status, e);
    if (rc == 0)
        keep_output(out, child->output);
    if (rc == 0 && child->status != 0)
        log_write(LOG_WARN, "%s ended with %d: %s", argv[0], child->status, child->output);
    if (in >= 0)
        (void)close(in);
    if (out >= 0)
        (void)close(out);
    return rc;
}

struct answer {
    int rc;
    struct err err;
};

int child_call(const struct account *a,
               int (*fn)(const struct local *l, const void *arg, struct err *e),
               const struct local *l, const void *arg, struct err *e)
{
    struct answer answer = {.rc = -(int)ERR_SYSTEM};
    int status = 0;
    int file = memfd_create("answer", MFD_CLOEXEC);
    pid_t self = getpid();
    pid_t pid = file < 0 ? -1 : fork();
    if (pid == 0) {
        answer.rc = settle(a, self) < 0
                        ? err_errno(&answer.err, ERR_SYSTEM, _("cannot become %s"), a->name)
                        : fn(l, arg, &answer.err);
        _exit(write(file, &answer, sizeof answer) == sizeof answer ? 0 : 1);
    }
    int rc = pid < 0 ? err_errno(e, ERR_SYSTEM, _("cannot start a child process"))
                     : wait_for(pid, &status, e);
    if (rc == 0 && pread(file, &answer, sizeof answer, 0) != sizeof answer)
        rc = err_set(e, ERR_SYSTEM, _("a child process ended early (%d)"), status);
    else if (rc == 0)
        rc = answer.rc;
    if (rc < 0 && answer.rc == rc && answer.err.code && e)
        *e = answer.err;
    if (file >= 0)
        (void)close(file);
    return rc;
}

static const struct {
    const char *sign;
    const char *cure;
} reasons[] = {
    {"No space left", N_("Free space on its file system.")},
    {"Disk quota exceeded", N_("Free space in your quota there.")},
    {"Read-only file system", N_("Choose another place with XDG_STATE_HOME.")},
    {"Permission denied", N_("Give the server's user its rights there.")},
    {"shared memory", N_("An earlier server is still ending; try again in a moment.")},
    {"look up effective user", N_("The user needs an entry in /etc/passwd.")},
    {"checksum", N_("Its files are damaged; restore them from a backup.")},
};

/* Whether a line says what went wrong, rather than what was done. */
static int tells(const char *line, size_t len)
{
    static const char *const signs[] = {
        "error:", "FATAL:", "PANIC:", "could not", "cannot", "No space left"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (memmem(line, len, signs[i], strlen(signs[i])))
            return 1;
    return 0;
}

int child_failed(const struct local *l, const char *what, const char *output, struct err *e)
{
    enum { WHY = 500 };
    char why[WHY] = "";
    size_t used = 0;
    for (int all = 0; all < 2 && used == 0; all++)
        for (const char *line = output; *line; line += strspn(line, "\n")) {
            size_t len = strcspn(line, "\n");
            if ((all || tells(line, len)) && used + len + 3 < sizeof why)
                used += (size_t)snprintf(why + used, sizeof why - used, "%s%.*s", used ? "; " : "",
                                         (int)len, line);
            line += len;
        }
    (void)err_set(e, ERR_SYSTEM, "%s: %s", what, used ? why : _("no reason given"));
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (strstr(output, reasons[i].sign))
            return err_cure(e, "%s (%s)", _(reasons[i].cure), l->root);
    return err_cure(e, _("See %s."), l->log);
}
