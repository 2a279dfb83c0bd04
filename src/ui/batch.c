#include "config.h"

#include "ui/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

enum { CHUNK = 16384, FULL_WAIT_MS = 1000 };

FILE *batch_start(struct batch *b, int tty)
{
    int fd = fcntl(tty, F_DUPFD_CLOEXEC, 3);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    *b = (struct batch){.out = out, .fd = fd, .tty = tty, .store = -1};
    if (out)
        b->store = memfd_create("frame", MFD_CLOEXEC);
    else if (fd >= 0)
        (void)close(fd);
    return out;
}

void batch_stop(struct batch *b)
{
    if (!b->out)
        return;
    (void)fclose(b->out);
    b->out = NULL;
    if (b->store >= 0)
        (void)close(b->store);
}

void batch_open(struct batch *b)
{
    b->open = b->out && b->store >= 0 && dup3(b->store, b->fd, O_CLOEXEC) >= 0;
}

static int write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        struct pollfd full = {.fd = fd, .events = POLLOUT};
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN && poll(&full, 1, FULL_WAIT_MS) > 0)
            continue;
        if (n <= 0)
            return -1;
        bytes += n;
        len -= (size_t)n;
    }
    return 0;
}

int batch_close(struct batch *b)
{
    char bytes[CHUNK];
    if (!b->open)
        return 0;
    b->open = 0;
    off_t len = lseek(b->store, 0, SEEK_CUR);
    off_t at = 0;
    int rc = dup3(b->tty, b->fd, O_CLOEXEC) < 0 ? -1 : 0;
    while (!rc && at < len) {
        size_t want = len - at < CHUNK ? (size_t)(len - at) : CHUNK;
        ssize_t n = pread(b->store, bytes, want, at);
        rc = n <= 0 ? -1 : write_all(b->tty, bytes, (size_t)n);
        at += n > 0 ? n : 0;
    }
    return lseek(b->store, 0, SEEK_SET) == 0 ? rc : -1;
}
