#include "config.h"

#include "ui/external.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CANNOT_RUN = 127,
    COMMAND_MAX = 4096,
    END_MS = 2000,
    SCRUBBED_MAX = 6 * EXTERNAL_TEXT_MAX /* each byte may become an escape */
};

extern char **environ;

/* A directory for the person's own files: private by itself, or /tmp. */
static const char *runtime_dir(void)
{
    const char *dir = getenv("XDG_RUNTIME_DIR");
    struct stat st;
    if (!dir || dir[0] != '/' || strlen(dir) > EXTERNAL_PATH - 32 || stat(dir, &st) < 0)
        return "/tmp";
    return S_ISDIR(st.st_mode) && st.st_uid == geteuid() && access(dir, W_OK | X_OK) == 0 ? dir
                                                                                          : "/tmp";
}

static int write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        text += n;
        len -= (size_t)n;
    }
    return 0;
}

static int make_file(struct external *x, const char *name, const char *text, struct err *e)
{
    (void)snprintf(x->dir, sizeof x->dir, "%s/vigie-XXXXXX", runtime_dir());
    if (!mkdtemp(x->dir)) {
        int rc = err_errno(e, ERR_SYSTEM, _("No directory for the editor's file (%s)"), x->dir);
        x->dir[0] = '\0';
        return rc;
    }
    (void)snprintf(x->path, sizeof x->path, "%s/%s", x->dir, name);
    int fd = open(x->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_errno(e, ERR_SYSTEM, "%s", x->path);
    int rc = write_all(fd, text, strlen(text)) || write_all(fd, "\n", 1);
    if (close(fd) < 0 || rc)
        return err_errno(e, ERR_SYSTEM, "%s", x->path);
    return 0;
}

/* What may hold a password or a key is nothing to an editor and what it runs. */
static int is_private(const char *entry)
{
    static const char *const starts[] = {"PG", "VIGIE_", "OPENAI_"};
    static const char *const parts[] = {"PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY"};
    char name[128];
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(entry, "="), entry);
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (strncmp(name, starts[i], strlen(starts[i])) == 0)
            return 1;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strstr(name, parts[i]))
            return 1;
    return 0;
}

static char **clean_environment(void)
{
    size_t n = 0;
    size_t kept = 0;
    while (environ && environ[n])
        n++;
    char **out = mem_zero(n + 1, sizeof *out);
    for (size_t i = 0; i < n; i++)
        if (!is_private(environ[i]))
            out[kept++] = environ[i];
    return out;
}

static const char *editor_name(void)
{
    static const char *const names[] = {"VISUAL", "EDITOR"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && value[strspn(value, " \t")] && strlen(value) < COMMAND_MAX - 8)
            return value;
    }
    return "vi";
}

/* In the child; only what is safe between fork and exec. */
static void run(char *const argv[], char *const env[])
{
    static const int signals[] = {SIGINT,  SIGQUIT, SIGTSTP,  SIGTERM, SIGHUP,
                                  SIGCHLD, SIGCONT, SIGWINCH, SIGPIPE};
    sigset_t none;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        (void)signal(signals[i], SIG_DFL);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)close_range(3, ~0U, 0);
    (void)execve("/bin/sh", argv, env);
    _exit(CANNOT_RUN);
}

int external_start(struct external *x, const char *name, const char *text, struct err *e)
{
    char command[COMMAND_MAX];
    char sh[] = "sh";
    char option[] = "-c";
    *x = (struct external){.pid = 0};
    int rc = make_file(x, name, text, e);
    if (rc) {
        external_finish(x);
        return rc;
    }
    (void)snprintf(command, sizeof command, "%s \"$1\"", editor_name());
    char *argv[] = {sh, option, command, sh, x->path, NULL};
    char **env = clean_environment();
    pid_t pid = fork();
    if (pid == 0)
        run(argv, env);
    free(env);
    if (pid < 0) {
        rc = err_errno(e, ERR_SYSTEM, _("The editor cannot be started"));
        external_finish(x);
        return rc;
    }
    x->pid = pid;
    return 0;
}

int external_poll(struct external *x, struct err *e)
{
    int status = 0;
    pid_t got = x->pid > 0 ? waitpid(x->pid, &status, WNOHANG | WUNTRACED) : 0;
    if (got == 0 || (got < 0 && errno == EINTR))
        return 0;
    if (got > 0 && WIFSTOPPED(status))
        return 1;
    x->pid = 0;
    if (got > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 2;
    if (got > 0 && WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_RUN)
        (void)err_set(e, ERR_SYSTEM, _("The editor “%.60s” cannot be run: set VISUAL or EDITOR."),
                      editor_name());
    else if (got > 0 && WIFEXITED(status))
        (void)err_set(e, ERR_SYSTEM,
                      _("The editor ended with status %d: the field keeps its text."),
                      WEXITSTATUS(status));
    else
        (void)err_set(e, ERR_SYSTEM, "%s", _("The editor was ended: the field keeps its text."));
    return -1;
}

static int read_all(int fd, struct str *out)
{
    char bytes[4096];
    ssize_t n;
    while ((n = read(fd, bytes, sizeof bytes)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 || str_add_len(out, bytes, (size_t)n))
            return -1;
    }
    return 0;
}

/* Its length less the blanks and breaks at its end. */
static size_t trimmed(const struct str *s)
{
    size_t len = s->len;
    while (len > 0 && strchr("\r\n \t", str_get(s)[len - 1]))
        len--;
    return len;
}

char *external_text(const struct external *x, struct err *e)
{
    struct stat st;
    struct str raw;
    char *text = NULL;
    char blank[] = "";
    int fd = open(x->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 || fstat(fd, &st) < 0) {
        (void)err_errno(e, ERR_SYSTEM, _("The editor's file cannot be read"));
        goto end;
    }
    str_init(&raw, EXTERNAL_TEXT_MAX);
    if (!S_ISREG(st.st_mode))
        (void)err_set(e, ERR_SYSTEM, "%s", _("The editor left something else than a file."));
    else if (st.st_size > EXTERNAL_TEXT_MAX || read_all(fd, &raw))
        (void)err_set(e, ERR_LIMIT,
                      _("The text is longer than %d bytes: the field keeps the one it had."),
                      EXTERNAL_TEXT_MAX);
    else
        text = text_scrub_lines(raw.data ? raw.data : blank, trimmed(&raw), SCRUBBED_MAX);
    str_finish(&raw);
end:
    if (fd >= 0)
        (void)close(fd);
    return text;
}

/* An editor that does not end when it is asked to is left alone: it may be asking the person. */
static void end_child(struct external *x)
{
    int status = 0;
    if (x->pid <= 0)
        return;
    struct pollfd end = {.fd = pidfd_open(x->pid, 0), .events = POLLIN};
    (void)kill(x->pid, SIGHUP);
    (void)kill(x->pid, SIGTERM);
    (void)kill(x->pid, SIGCONT);
    if (end.fd >= 0 && poll(&end, 1, END_MS) > 0)
        (void)waitpid(x->pid, &status, WNOHANG);
    if (end.fd >= 0)
        (void)close(end.fd);
    x->pid = 0;
}

/* What editors leave beside the file (copies, locks) goes too. */
static void empty_dir(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        (void)closedir(dir);
}

void external_finish(struct external *x)
{
    end_child(x);
    if (x->dir[0] == '\0')
        return;
    empty_dir(x->dir);
    (void)rmdir(x->dir);
    x->dir[0] = x->path[0] = '\0';
}
