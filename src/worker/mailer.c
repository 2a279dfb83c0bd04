#include "config.h"

#include "worker/mailer.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORDS_MAX = 16, COMMAND_MAX = 1024, LOOK_MS = 20, ENV_MAX = 8, ENV_TEXT = 512 };

struct words {
    char text[COMMAND_MAX];
    char *word[WORDS_MAX + 1];
};

static int split(struct words *w, const char *command)
{
    int n = 0;
    char *rest = NULL;
    if (snprintf(w->text, sizeof w->text, "%s", command) >= COMMAND_MAX)
        return -1;
    for (char *p = strtok_r(w->text, " \t", &rest); p; p = strtok_r(NULL, " \t", &rest)) {
        if (n == WORDS_MAX)
            return -1;
        w->word[n++] = p;
    }
    w->word[n] = NULL;
    return n > 0 && w->word[0][0] == '/' ? 0 : -1;
}

int mailer_can(const char *command)
{
    struct words w;
    return split(&w, command) == 0 && access(w.word[0], X_OK) == 0;
}

/* What a mail program needs to know; what the person exported for others stays here. */
struct surroundings {
    char text[ENV_MAX][ENV_TEXT];
    char *line[ENV_MAX + 1];
};

static void surround(struct surroundings *s)
{
    static const char *const names[] = {"PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ"};
    int n = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && snprintf(s->text[n], ENV_TEXT, "%s=%s", names[i], value) < ENV_TEXT) {
            s->line[n] = s->text[n];
            n++;
        }
    }
    s->line[n] = NULL;
}

/* Reads from the pipe and says nothing: the screen is the person's. The worker takes no signals,
 * the child does. */
static int spawn(pid_t *pid, struct words *w, int in)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t all;
    struct surroundings env;
    surround(&env);
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    if (posix_spawn_file_actions_init(&files))
        return ENOMEM;
    if (posix_spawnattr_init(&attributes)) {
        (void)posix_spawn_file_actions_destroy(&files);
        return ENOMEM;
    }
    int rc = posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
    rc =
        rc ? rc : posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    rc =
        rc ? rc : posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    rc = rc ? rc
            : posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                        POSIX_SPAWN_SETPGROUP);
    rc = rc ? rc : posix_spawnattr_setsigmask(&attributes, &none);
    rc = rc ? rc : posix_spawnattr_setsigdefault(&attributes, &all);
    rc = rc ? rc : posix_spawnattr_setpgroup(&attributes, 0);
    rc = rc ? rc : posix_spawn(pid, w->word[0], &files, &attributes, w->word, env.line);
    (void)posix_spawnattr_destroy(&attributes);
    (void)posix_spawn_file_actions_destroy(&files);
    return rc;
}

int mailer_start(struct mailer *m, const char *command, struct str *text, int64_t mono_ms,
                 struct err *e)
{
    struct words w;
    int ends[2] = {-1, -1};
    *m = (struct mailer){.fd = -1, .text = *text};
    str_init(text, text->max);
    if (split(&w, command) < 0) {
        str_finish(&m->text);
        return err_set(e, ERR_SYSTEM, _("“%s” is no command that takes mails."), MAILER_COMMAND);
    }
    errno = pipe2(ends, O_CLOEXEC) ? errno : spawn(&m->pid, &w, ends[0]);
    int rc = errno ? err_errno(e, ERR_SYSTEM, _("The program that takes mails cannot be run")) : 0;
    if (ends[0] >= 0)
        (void)close(ends[0]);
    m->fd = ends[1];
    if (rc == 0 && fcntl(m->fd, F_SETFL, O_NONBLOCK) < 0)
        rc = err_errno(e, ERR_SYSTEM, "fcntl");
    if (rc < 0) {
        mailer_stop(m);
        return rc;
    }
    m->look_ms = mono_ms;
    m->kill_ms = mono_ms + MAILER_MS;
    return 0;
}

static void shut(struct mailer *m)
{
    if (m->fd >= 0)
        (void)close(m->fd);
    m->fd = -1;
}

/* One that reads no further is no reason to end by SIGPIPE. */
static ssize_t write_quietly(int fd, const char *bytes, size_t len)
{
    sigset_t pipe_only;
    sigset_t before;
    const struct timespec now = {0};
    (void)sigemptyset(&pipe_only);
    (void)sigaddset(&pipe_only, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &pipe_only, &before);
    ssize_t n = write(fd, bytes, len);
    int why = errno;
    if (n < 0 && why == EPIPE)
        while (sigtimedwait(&pipe_only, NULL, &now) < 0 && errno == EINTR)
            ;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = why;
    return n;
}

static void feed(struct mailer *m)
{
    while (m->fd >= 0 && m->sent < m->text.len) {
        ssize_t n = write_quietly(m->fd, m->text.data + m->sent, m->text.len - m->sent);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0)
            break;
        m->sent += (size_t)n;
    }
    shut(m);
}

/* Whatever it started belongs to its group. */
static void end_group(struct mailer *m)
{
    (void)kill(-m->pid, SIGKILL);
    (void)kill(m->pid, SIGKILL);
}

int mailer_step(struct mailer *m, int64_t mono_ms)
{
    if (m->pid == 0)
        return 0;
    if (mono_ms < m->look_ms)
        return 1;
    m->look_ms = mono_ms + LOOK_MS;
    feed(m);
    if (mono_ms >= m->kill_ms)
        end_group(m);
    pid_t ended = waitpid(m->pid, &m->status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR))
        return 1;
    if (ended < 0)
        m->status = -1;
    m->pid = 0;
    shut(m);
    return 0;
}

int mailer_end(const struct mailer *m, struct err *e)
{
    if (m->status == -1 || !WIFEXITED(m->status))
        return err_set(e, ERR_SYSTEM, "%s",
                       _("The program that takes mails did not end by itself, or not in time."));
    if (WEXITSTATUS(m->status) != 0)
        return err_set(e, ERR_SYSTEM, _("The program that takes mails ended with status %d."),
                       WEXITSTATUS(m->status));
    if (m->sent < m->text.len)
        return err_set(e, ERR_SYSTEM, "%s",
                       _("The program that takes mails did not read all of it."));
    return 0;
}

void mailer_stop(struct mailer *m)
{
    if (m->pid > 0) {
        end_group(m);
        while (waitpid(m->pid, &m->status, 0) < 0 && errno == EINTR)
            ;
    }
    m->pid = 0;
    if (m->text.data) /* a zeroed one has no pipe */
        shut(m);
    str_finish(&m->text);
}
