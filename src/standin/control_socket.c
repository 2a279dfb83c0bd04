#include "config.h"

#include "standin/control.h"

#include "base/mem.h"
#include "standin/files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* One command a connection: JSON up to the end of the client's side, then the outcome. */

enum {
    COMMAND_MAX = 64 * 1024 * 1024,
    OUTCOME_MAX = 256 * 1024 * 1024,
    PATIENCE_MS = 5000,
    BLOCK = 65536
};

struct control {
    struct server *server;
    pthread_t thread;
    int fd;
    char path[PATH_TEXT_MAX];
};

/* The address of dir/ctl by way of the folder's descriptor: a socket's path may have 107 bytes. */
static int address_of(struct sockaddr_un *address, const char *dir, int *dir_fd, struct err *e)
{
    *dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*dir_fd < 0)
        return err_errno(e, ERR_SYSTEM, "%s", dir);
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    (void)snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/ctl", *dir_fd);
    return 0;
}

static int read_all(int fd, int stop_fd, struct str *out)
{
    char buf[BLOCK];
    for (;;) {
        struct pollfd p[2] = {{.fd = fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
        int ready = poll(p, 2, stop_fd < 0 ? -1 : PATIENCE_MS);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0 || (stop_fd >= 0 && p[1].revents))
            return -1;
        ssize_t got = read(fd, buf, sizeof buf);
        if (got == 0)
            return 0;
        if (got < 0 || str_add_len(out, buf, (size_t)got))
            return -1;
    }
}

static int send_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        bytes += n;
        len -= (size_t)n;
    }
    return 0;
}

static void serve_one(struct control *c, int fd)
{
    struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
    struct str command;
    struct str outcome;
    str_init(&command, COMMAND_MAX);
    str_init(&outcome, OUTCOME_MAX);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (read_all(fd, c->server->stop_fd, &command) == 0) {
        (void)control_json(c->server, str_get(&command), command.len, &outcome);
        (void)send_all(fd, str_get(&outcome), outcome.len);
    }
    str_finish(&command);
    str_finish(&outcome);
    (void)close(fd);
}

static void *serve(void *arg)
{
    struct control *c = arg;
    for (;;) {
        struct pollfd p[2] = {{.fd = c->fd, .events = POLLIN},
                              {.fd = c->server->stop_fd, .events = POLLIN}};
        if (poll(p, 2, -1) < 0 && errno != EINTR)
            return NULL;
        if (p[1].revents)
            return NULL;
        int fd = p[0].revents ? accept4(c->fd, NULL, NULL, SOCK_CLOEXEC) : -1;
        if (fd >= 0)
            serve_one(c, fd);
    }
}

static int listen_at(struct control *c, const char *dir, struct err *e)
{
    struct sockaddr_un address;
    int dir_fd;
    int rc = address_of(&address, dir, &dir_fd, e);
    if (rc)
        return rc;
    (void)unlinkat(dir_fd, "ctl", 0);
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || bind(c->fd, (struct sockaddr *)&address, sizeof address) ||
        fchmodat(dir_fd, "ctl", 0600, 0) || listen(c->fd, SOMAXCONN))
        rc = err_errno(e, ERR_SYSTEM, "%s/ctl", dir);
    (void)close(dir_fd);
    return rc;
}

int control_start(struct control **out, struct server *s, struct err *e)
{
    struct control *c = mem_zero(1, sizeof *c);
    c->server = s;
    c->fd = -1;
    int rc = file_path(c->path, s->options.dir, "ctl", e);
    if (rc == 0)
        rc = listen_at(c, s->options.dir, e);
    if (rc == 0 && pthread_create(&c->thread, NULL, serve, c))
        rc = err_set(e, ERR_SYSTEM, "a thread cannot start");
    if (rc) {
        if (c->fd >= 0)
            (void)close(c->fd);
        free(c);
        return rc;
    }
    *out = c;
    return 0;
}

void control_stop(struct control *c)
{
    if (!c)
        return;
    (void)pthread_join(c->thread, NULL);
    (void)close(c->fd);
    (void)unlink(c->path);
    free(c);
}

static int exchange(const char *dir, const char *command, struct str *outcome, struct err *e)
{
    struct sockaddr_un address;
    int dir_fd;
    int rc = address_of(&address, dir, &dir_fd, e);
    if (rc)
        return rc;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address))
        rc = err_errno(e, ERR_UNREACHABLE, "%s: nothing serves here", dir);
    else if (send_all(fd, command, strlen(command)) || shutdown(fd, SHUT_WR) ||
             read_all(fd, -1, outcome))
        rc = err_errno(e, ERR_SYSTEM, "%s/ctl", dir);
    if (fd >= 0)
        (void)close(fd);
    (void)close(dir_fd);
    return rc;
}

static int send_command(const char *dir, const char *command)
{
    struct err e = {0};
    struct str outcome;
    str_init(&outcome, OUTCOME_MAX);
    int rc = exchange(dir, command, &outcome, &e);
    if (rc)
        (void)fprintf(stderr, "vigie-standin: %s\n", e.text);
    int refused = strncmp(str_get(&outcome), "{\"error\"", strlen("{\"error\"")) == 0;
    (void)fputs(str_get(&outcome), refused ? stderr : stdout);
    str_finish(&outcome);
    return rc ? -rc : refused;
}

static int send_line(const char *dir, char *line)
{
    char *save = NULL;
    int status;
    line[strcspn(line, "\n")] = '\0';
    if (*line == '[')
        return send_command(dir, line);
    json_object *array = json_object_new_array();
    for (char *word = strtok_r(line, " \t", &save); word; word = strtok_r(NULL, " \t", &save))
        (void)json_object_array_add(array, json_object_new_string(word));
    status =
        json_object_array_length(array) ? send_command(dir, json_object_to_json_string(array)) : 0;
    json_object_put(array);
    return status;
}

static int send_lines(const char *dir)
{
    char *line = NULL;
    size_t size = 0;
    int status = 0;
    while (status == 0 && getline(&line, &size, stdin) > 0)
        status = send_line(dir, line);
    free(line);
    return status;
}

int control_client(const char *dir, char *const *words, int len)
{
    if (len == 1 && strcmp(words[0], "-") == 0)
        return send_lines(dir);
    json_object *array = json_object_new_array();
    for (int i = 0; i < len; i++)
        (void)json_object_array_add(array, json_object_new_string(words[i]));
    int status = send_command(dir, json_object_to_json_string_ext(array, JSON_C_TO_STRING_PLAIN));
    json_object_put(array);
    return status;
}
