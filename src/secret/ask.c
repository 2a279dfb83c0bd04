#include "config.h"

#include "secret/guard.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

enum { WATCHED = sizeof watched / sizeof watched[0] };

/* A handler can say what came only through something that outlives the call. */
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
}

struct terminal {
    int fd;
    struct termios plain;
    struct sigaction before[WATCHED];
};

static void watch(struct terminal *t)
{
    struct sigaction act = {.sa_handler = on_signal};
    (void)sigemptyset(&act.sa_mask);
    caught = 0;
    for (int i = 0; i < WATCHED; i++)
        (void)sigaction(watched[i], &act, &t->before[i]);
}

static void unwatch(const struct terminal *t)
{
    for (int i = 0; i < WATCHED; i++)
        (void)sigaction(watched[i], &t->before[i], NULL);
}

static int quiet(const struct terminal *t)
{
    struct termios mode = t->plain;
    mode.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
    mode.c_lflag |= ECHONL;
    return tcsetattr(t->fd, TCSAFLUSH, &mode);
}

static int say(int fd, const char *text)
{
    size_t len = strlen(text);
    return write(fd, text, len) == (ssize_t)len ? 0 : -1;
}

/* One line, at most size bytes; what is longer is read to its end and reported as size + 1. A
 * signal ends the reading. */
static ssize_t read_line(int fd, char *buf, size_t size)
{
    size_t len = 0;
    for (;;) {
        char c = '\0';
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (caught || (poll(&ready, 1, -1) < 0 && errno != EINTR))
            return -1;
        if (caught)
            return -1;
        ssize_t n = read(fd, &c, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0 || c == '\n')
            return (ssize_t)len;
        if (len < size)
            buf[len] = c;
        len = len < size ? len + 1 : size + 1;
    }
}

/* With the terminal as it was, lets the signal do what it does; returns after a stop. */
static void obey(struct terminal *t)
{
    int number = caught;
    unwatch(t);
    (void)raise(number);
    watch(t);
}

static int ask(struct terminal *t, struct secret *s, const char *prompt, struct err *e)
{
    char buf[SECRET_MAX];
    ssize_t len;
    for (;;) {
        watch(t);
        len = quiet(t) == 0 && say(t->fd, prompt) == 0 ? read_line(t->fd, buf, sizeof buf) : -1;
        int saved = errno;
        (void)tcsetattr(t->fd, TCSAFLUSH, &t->plain);
        int came = caught;
        if (came)
            obey(t);
        unwatch(t);
        errno = saved;
        if (!came)
            break;
    }
    int rc = len < 0 ? err_errno(e, ERR_TERMINAL, _("cannot read from the terminal"))
                     : secret_set(s, buf, (size_t)len, e);
    sodium_memzero(buf, sizeof buf);
    return rc;
}

int secret_ask(struct secret *s, const char *prompt, struct err *e)
{
    struct terminal t = {.fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)};
    if (t.fd < 0 || tcgetattr(t.fd, &t.plain) < 0) {
        if (t.fd >= 0)
            (void)close(t.fd);
        return err_set(e, ERR_TERMINAL, _("a secret is needed and there is no terminal to ask on"));
    }
    int rc = ask(&t, s, prompt, e);
    (void)close(t.fd);
    return rc;
}
