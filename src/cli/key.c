#include "config.h"

#include "cli/key.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "model/account.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    MS = 1000,
    ENVIRONMENT = 8,
    VARIABLE_MAX = 1100,
    NOT_FOUND = 127,
    SHELL_SIGNAL = 128,
    LAST_WAIT_MS = 10
};

int key_check(const struct secret *key, struct err *e)
{
    enum key_shape shape = key_shape(key->text ? key->text : "");
    return shape == KEY_SHAPE_EMPTY || shape == KEY_SHAPE_CHARACTERS
               ? err_set(e, ERR_USAGE, "%s", key_shape_words(shape))
               : 0;
}

struct child {
    pid_t pid;
    int fd;
    int64_t until_ms;
};

/* Nothing of the program's own surroundings reaches the command, but what finds the person's key
 * ring. */
static void fill_environment(char text[ENVIRONMENT][VARIABLE_MAX], char *out[ENVIRONMENT + 1])
{
    static const char *const names[] = {"PATH",
                                        "HOME",
                                        "USER",
                                        "LOGNAME",
                                        "GPG_TTY",
                                        "XDG_RUNTIME_DIR",
                                        "DBUS_SESSION_BUS_ADDRESS"};
    size_t n = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && strlen(value) < VARIABLE_MAX - 64) {
            (void)snprintf(text[n], VARIABLE_MAX, "%s=%s", names[i], value);
            out[n] = text[n];
            n++;
        }
    }
    out[n] = NULL;
}

static void become(const char *command, int out, char *const environment[])
{
    char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, NULL, NULL};
    union {
        const char *in;
        char *out;
    } word = {.in = command};
    sigset_t none;
    int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    argv[2] = word.out;
    if (in >= 0 && dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0)
        (void)execve("/bin/sh", argv, environment);
    _exit(NOT_FOUND);
}

static int start(struct child *c, const char *command, struct err *e)
{
    char text[ENVIRONMENT][VARIABLE_MAX];
    char *environment[ENVIRONMENT + 1];
    int ends[2];
    fill_environment(text, environment);
    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_errno(e, ERR_SYSTEM, _("cannot run the command"));
    c->pid = fork();
    if (c->pid == 0) {
        (void)setpgid(0, 0);
        become(command, ends[1], environment);
    }
    (void)close(ends[1]);
    if (c->pid < 0) {
        (void)close(ends[0]);
        return err_errno(e, ERR_SYSTEM, _("cannot run the command"));
    }
    (void)setpgid(c->pid, c->pid);
    c->fd = ends[0];
    c->until_ms = clock_mono_ms() + (int64_t)KEY_COMMAND_S * MS;
    return 0;
}

static int left_ms(const struct child *c)
{
    int64_t left = c->until_ms - clock_mono_ms();
    return left > 0 ? (int)left : 0;
}

/* Reads to the end of the line or of the output, whichever comes first, into size bytes. */
static int read_line(const struct child *c, char *buf, size_t size, size_t *len, struct err *e)
{
    while (*len < size && !memchr(buf, '\n', *len)) {
        struct pollfd ready = {.fd = c->fd, .events = POLLIN};
        int n = poll(&ready, 1, left_ms(c));
        if (n == 0)
            return err_set(e, ERR_TIMEOUT, _("the command gave no key within %d s"), KEY_COMMAND_S);
        ssize_t got = n < 0 ? -1 : read(c->fd, buf + *len, size - *len);
        if (got < 0 && errno != EINTR)
            return err_errno(e, ERR_SYSTEM, _("cannot read from the command"));
        if (got == 0)
            return 0;
        *len += got > 0 ? (size_t)got : 0;
    }
    return 0;
}

/* What the command writes behind its line goes nowhere; it has the rest of the time to end. */
static int wait_end(const struct child *c, int *status)
{
    pid_t done = 0;
    while ((done = waitpid(c->pid, status, WNOHANG)) == 0 && left_ms(c) > 0)
        (void)poll(NULL, 0, LAST_WAIT_MS);
    if (done == c->pid)
        return 0;
    (void)kill(-c->pid, SIGKILL);
    (void)waitpid(c->pid, status, 0);
    return -1;
}

static int take(struct secret *key, const char *buf, size_t len, struct err *e)
{
    const char *end = memchr(buf, '\n', len);
    size_t line = end ? (size_t)(end - buf) : len;
    while (line > 0 && (buf[line - 1] == '\r' || buf[line - 1] == ' '))
        line--;
    return secret_set(key, buf, line, e);
}

/* A command that goes on writing behind its line is ended by the closed pipe, of which a shell
 * makes a status of its own: no failure. */
static int is_fine(int status)
{
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGPIPE;
    return WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == SHELL_SIGNAL + SIGPIPE;
}

int key_from_command(struct secret *key, const char *command, struct err *e)
{
    char buf[SECRET_MAX + 2];
    struct child c = {.fd = -1};
    size_t len = 0;
    int status = 0;
    int rc = start(&c, command, e);
    if (rc < 0)
        return rc;
    rc = read_line(&c, buf, sizeof buf, &len, e);
    (void)close(c.fd);
    if (rc < 0)
        (void)kill(-c.pid, SIGKILL);
    int ended = wait_end(&c, &status);
    if (rc == 0 && (ended < 0 || !is_fine(status)))
        rc = err_set(e, ERR_FAILURE, _("the command that tells the key failed"));
    if (rc == 0)
        rc = take(key, buf, len, e);
    secret_wipe(buf, sizeof buf);
    return rc;
}
