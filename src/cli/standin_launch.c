#include "config.h"

#include "cli/standin_part.h"

#include "base/i18n.h"
#include "cli/standin.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VARIABLE_MAX = 2048, COULD_NOT = 127 };

static int is_program(char out[PATH_TEXT], const char *folder, size_t len)
{
    int n = snprintf(out, PATH_TEXT, "%.*s/%s", (int)len, folder, STANDIN_PROGRAM);
    return n > 0 && n < PATH_TEXT && access(out, X_OK) == 0;
}

static int beside_us(char out[PATH_TEXT])
{
    char self[PATH_TEXT];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0)
        return 0;
    self[n] = '\0';
    const char *slash = strrchr(self, '/');
    return slash && is_program(out, self, (size_t)(slash - self));
}

static int find(char out[PATH_TEXT], struct err *e)
{
    const char *path = getenv("PATH");
    if (beside_us(out))
        return 0;
    for (path = path ? path : ""; *path; path += strspn(path, ":")) {
        size_t len = strcspn(path, ":");
        if (path[0] == '/' && is_program(out, path, len))
            return 0;
        path += len;
    }
    return err_set(e, ERR_NOT_FOUND, _("the program %s is not installed"), STANDIN_PROGRAM);
}

/* In the grandchild: nothing is inherited but the log. */
static void become(const char *program, const char *folder, int log)
{
    char idle[32];
    char path[VARIABLE_MAX];
    union {
        const char *in;
        char *out;
    } words[] = {{.in = STANDIN_PROGRAM}, {.in = "serve"},       {.in = "--demo"}, {.in = "--dir"},
                 {.in = folder},          {.in = "--idle-exit"}, {.in = idle},     {.in = NULL}};
    char *argv[sizeof words / sizeof words[0]];
    char *environment[] = {path, NULL};
    sigset_t none;
    (void)snprintf(idle, sizeof idle, "%d", STANDIN_IDLE_S);
    (void)snprintf(path, sizeof path, "PATH=%.2000s", getenv("PATH") ? getenv("PATH") : "/usr/bin");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        argv[i] = words[i].out;
    int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    if (in < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(log, STDOUT_FILENO) < 0 ||
        dup2(log, STDERR_FILENO) < 0 || chdir("/") < 0)
        _exit(COULD_NOT);
    for (int fd = STDERR_FILENO + 1; fd < 1024; fd++)
        (void)close(fd);
    (void)execve(program, argv, environment);
    _exit(COULD_NOT);
}

static int fork_twice(const char *program, const char *folder, int log, struct err *e)
{
    int status = 0;
    pid_t pid = fork();
    if (pid < 0)
        return err_errno(e, ERR_SYSTEM, _("cannot start %s"), program);
    if (pid == 0) {
        if (setsid() < 0)
            _exit(COULD_NOT);
        pid_t inner = fork();
        if (inner == 0)
            become(program, folder, log);
        _exit(inner < 0 ? COULD_NOT : 0);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return err_set(e, ERR_SYSTEM, _("cannot start %s"), program);
    return 0;
}

int standin_launch(const char *folder, struct err *e)
{
    char program[PATH_TEXT];
    char path[PATH_TEXT + 8];
    int rc = find(program, e);
    if (rc < 0)
        return rc;
    (void)snprintf(path, sizeof path, "%s/log", folder);
    int log = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (log < 0)
        return err_errno(e, ERR_SYSTEM, _("cannot write %s"), path);
    rc = fork_twice(program, folder, log, e);
    (void)close(log);
    return rc;
}
