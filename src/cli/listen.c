#include "config.h"

#include "cli/listen.h"

#include "base/i18n.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 16, PORT_MAX = 65535, LOOPBACK_NET = 127, NET_SHIFT = 24 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un un;
};

static int not_ours(const char *address, struct err *e)
{
    (void)err_set(e, ERR_USAGE, _("“%s” is no address of this machine alone"), address);
    return err_cure(e, "127.0.0.1:9464, [::1]:9464, /run/vigie/metrics");
}

static int read_port(const char *text, in_port_t *port)
{
    char *end = NULL;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (!*text || *end || errno || n < 0 || n > PORT_MAX)
        return -1;
    *port = htons((in_port_t)n);
    return 0;
}

/* HOST:PORT into an address of the loopback. */
static int read_host(const char *text, union address *a, socklen_t *len)
{
    char host[64];
    in_port_t port = 0;
    const char *colon = strrchr(text, ':');
    if (!colon || (size_t)(colon - text) >= sizeof host || read_port(colon + 1, &port))
        return -1;
    (void)snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
    *a = (union address){0};
    if (strcmp(host, "[::1]") == 0) {
        a->v6 = (struct sockaddr_in6){
            .sin6_family = AF_INET6, .sin6_port = port, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
        *len = sizeof a->v6;
        return 0;
    }
    a->v4.sin_family = AF_INET;
    a->v4.sin_port = port;
    *len = sizeof a->v4;
    if (inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, &a->v4.sin_addr) !=
        1)
        return -1;
    return ntohl(a->v4.sin_addr.s_addr) >> NET_SHIFT == LOOPBACK_NET ? 0 : -1;
}

/* A socket that somebody answers at is in use. */
static int in_use(const union address *a, socklen_t len)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int used = fd >= 0 && (connect(fd, &a->any, len) == 0 || errno == EAGAIN);
    if (fd >= 0)
        (void)close(fd);
    return used;
}

static int read_path(const char *text, union address *a, socklen_t *len)
{
    struct stat st;
    if (strlen(text) >= sizeof a->un.sun_path)
        return -1;
    *a = (union address){0};
    a->un.sun_family = AF_UNIX;
    (void)snprintf(a->un.sun_path, sizeof a->un.sun_path, "%s", text);
    *len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(text) + 1);
    if (lstat(text, &st) == 0 && S_ISSOCK(st.st_mode) && !in_use(a, *len))
        (void)unlink(text);
    return 0;
}

static void name_it(struct listener *l, const char *address)
{
    union address a = {0};
    socklen_t len = sizeof a;
    const char *colon = strrchr(address, ':');
    (void)snprintf(l->name, sizeof l->name, "%s", address);
    if (l->is_path || !colon || getsockname(l->fd, &a.any, &len) < 0)
        return;
    in_port_t port = a.any.sa_family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port;
    (void)snprintf(l->name, sizeof l->name, "%.*s:%u", (int)(colon - address), address,
                   (unsigned)ntohs(port));
}

int listener_open(struct listener *l, const char *address, struct err *e)
{
    union address a;
    socklen_t len = 0;
    int one = 1;
    *l = (struct listener){.fd = -1, .is_path = address[0] == '/'};
    if (strlen(address) >= LISTENER_NAME ||
        (l->is_path ? read_path(address, &a, &len) : read_host(address, &a, &len)))
        return not_ours(address, e);
    l->fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (l->fd >= 0 && !l->is_path)
        (void)setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (l->fd < 0 || bind(l->fd, &a.any, len) < 0) {
        int rc = err_errno(e, ERR_SYSTEM, _("the metrics cannot be answered at %s"), address);
        l->is_path = 0;
        listener_close(l);
        return rc;
    }
    if (listen(l->fd, BACKLOG) < 0) {
        int rc = err_errno(e, ERR_SYSTEM, _("the metrics cannot be answered at %s"), address);
        listener_close(l);
        return rc;
    }
    name_it(l, address);
    return 0;
}

void listener_close(struct listener *l)
{
    if (l->fd >= 0)
        (void)close(l->fd);
    if (l->is_path && l->name[0])
        (void)unlink(l->name);
    *l = (struct listener){.fd = -1};
}
