#include "config.h"

#include "cli/standin.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/standin_part.h"
#include "secret/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000, ANSWER_MAX = 4096, COMMAND_MAX = 1024 };

/* By way of the folder's descriptor: the path of a socket has room for 107 bytes only. */
static int reach(struct err *e)
{
    char folder[PATH_TEXT];
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int rc = standin_folder(folder, e);
    if (rc < 0)
        return rc;
    int dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)snprintf(to.sun_path, sizeof to.sun_path, "/proc/self/fd/%d/%s", dir, STANDIN_CONTROL);
    if (dir < 0 || fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof to) < 0) {
        rc = err_set(e, ERR_NOT_FOUND, _("the stand-in for OpenAI does not run"));
        (void)err_cure(e, "vigie demo");
        if (fd >= 0)
            (void)close(fd);
        fd = rc;
    }
    if (dir >= 0)
        (void)close(dir);
    return fd;
}

static int send_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            return -1;
        bytes += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return shutdown(fd, SHUT_WR);
}

/* The start of the answer tells whether it was an error. */
static int read_answer(int fd, char out[ANSWER_MAX])
{
    size_t len = 0;
    ssize_t n = 1;
    while (n > 0 && len < ANSWER_MAX - 1) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        if (poll(&ready, 1, PATIENCE_MS) != 1)
            return -1;
        n = read(fd, out + len, ANSWER_MAX - 1 - len);
        len += n > 0 ? (size_t)n : 0;
    }
    out[len] = '\0';
    return n < 0 || len == 0 ? -1 : 0;
}

/* A key is printable ASCII without blanks, which JSON takes as it is but for two characters. */
static int is_plain(const char *key)
{
    return *key && !strpbrk(key, "\"\\");
}

int standin_tell(const char *verb, const char *key, struct err *e)
{
    char command[COMMAND_MAX];
    char answer[ANSWER_MAX];
    if (!is_plain(key))
        return err_set(e, ERR_FAILURE, _("the stand-in for OpenAI cannot know this key"));
    int fd = reach(e);
    if (fd < 0)
        return fd;
    int n = snprintf(command, sizeof command, "[\"token\",\"%s\",\"%s\"]", verb, key);
    int rc = n > 0 && n < COMMAND_MAX && send_all(fd, command, (size_t)n) == 0 &&
                     read_answer(fd, answer) == 0
                 ? 0
                 : err_set(e, ERR_FAILURE, _("the stand-in for OpenAI does not answer"));
    if (rc == 0 && strncmp(answer, "{\"error\"", strlen("{\"error\"")) == 0)
        rc = err_set(e, ERR_FAILURE, _("the stand-in for OpenAI does not know this key"));
    secret_wipe(command, sizeof command);
    secret_wipe(answer, sizeof answer);
    (void)close(fd);
    return rc;
}
