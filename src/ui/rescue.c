#include "config.h"

#include "ui/rescue.h"

#include "base/i18n.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { STACK_BYTES = 65536, NOTE_MAX = 1200 };

static const struct {
    int signal;
    const char *name;
} fatal[] = {{SIGSEGV, "SIGSEGV"},
             {SIGBUS, "SIGBUS"},
             {SIGABRT, "SIGABRT"},
             {SIGFPE, "SIGFPE"},
             {SIGILL, "SIGILL"}};

enum { FATALS = sizeof fatal / sizeof fatal[0] };

static struct {
    atomic_int armed;
    int caught;
    int fd;
    struct termios modes;
    int has_modes;
    char bytes[RESCUE_BYTES_MAX];
    size_t len;
    char note[NOTE_MAX];
    struct sigaction before[FATALS];
    char stack[STACK_BYTES];
} rescue;

static void put(const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(rescue.fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        bytes += n;
        len -= (size_t)n;
    }
}

static int give_back(void)
{
    if (!atomic_exchange(&rescue.armed, 0))
        return 0;
    put(rescue.bytes, rescue.len);
    if (rescue.has_modes)
        (void)tcsetattr(rescue.fd, TCSANOW, &rescue.modes);
    return 1;
}

void rescue_now(void)
{
    int kept = errno;
    (void)give_back();
    errno = kept;
}

/* A fault of the program's own comes again when the handler returns, and then meets the handler of
 * before with its true circumstances; a signal that was sent has to be sent again. */
static void on_fatal(int signal, siginfo_t *info, void *context)
{
    int kept = errno;
    (void)context;
    if (give_back()) {
        put("vigie: ", sizeof "vigie: " - 1);
        for (int i = 0; i < FATALS; i++)
            if (fatal[i].signal == signal)
                put(fatal[i].name, strlen(fatal[i].name));
        put(rescue.note, strlen(rescue.note));
    }
    for (int i = 0; i < FATALS; i++)
        if (fatal[i].signal == signal)
            (void)sigaction(signal, &rescue.before[i], NULL);
    if (signal == SIGABRT || info->si_code <= 0)
        (void)raise(signal);
    errno = kept;
}

/* A stack that overflowed cannot carry its own handler. */
static void own_stack(void)
{
    stack_t now;
    if (sigaltstack(NULL, &now) == 0 && !(now.ss_flags & SS_DISABLE))
        return;
    stack_t mine = {.ss_sp = rescue.stack, .ss_size = sizeof rescue.stack};
    (void)sigaltstack(&mine, NULL);
}

static void catch_fatal(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fatal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaddset(&action.sa_mask, SIGTTOU); /* in the background too the modes are put back */
    for (int i = 0; i < FATALS; i++)
        (void)sigaction(fatal[i].signal, &action, &rescue.before[i]);
    rescue.caught = 1;
}

void rescue_arm(int fd, const struct termios *modes, const char *bytes, size_t len,
                const char *log_path)
{
    rescue.fd = fd;
    rescue.has_modes = modes != NULL;
    if (modes)
        rescue.modes = *modes;
    rescue.note[0] = '\n';
    rescue.note[1] = '\0';
    if (log_path)
        (void)snprintf(rescue.note, sizeof rescue.note, _(": the log is %s\n"), log_path);
    rescue_set_bytes(bytes, len);
    own_stack();
    if (!rescue.caught)
        catch_fatal();
    atomic_store(&rescue.armed, 1);
}

void rescue_set_bytes(const char *bytes, size_t len)
{
    rescue.len = 0;
    if (len > sizeof rescue.bytes)
        return;
    memcpy(rescue.bytes, bytes, len);
    rescue.len = len;
}

void rescue_pause(int paused)
{
    if (rescue.caught)
        atomic_store(&rescue.armed, !paused);
}

void rescue_disarm(void)
{
    atomic_store(&rescue.armed, 0);
    for (int i = 0; rescue.caught && i < FATALS; i++)
        (void)sigaction(fatal[i].signal, &rescue.before[i], NULL);
    rescue.caught = 0;
}
