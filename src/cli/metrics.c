#include "config.h"

#include "cli/metrics.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/listen.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CLIENTS_MAX = 16, CLIENT_S = 5, CLIENT_MEMORY = 16 * 1024 };

struct metrics {
    struct listener listener;
    struct MHD_Daemon *daemon;
    int fd;
    void (*fill)(void *arg, struct str *out);
    void *arg;
};

static enum MHD_Result send_text(struct MHD_Connection *c, unsigned status, const char *text,
                                 const char *type)
{
    union {
        const char *in;
        void *out;
    } bytes = {.in = text};
    struct MHD_Response *r =
        MHD_create_response_from_buffer(strlen(text), bytes.out, MHD_RESPMEM_MUST_COPY);
    if (!r)
        return MHD_NO;
    (void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    enum MHD_Result rc = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return rc;
}

static enum MHD_Result answer(void *arg, struct MHD_Connection *c, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **request)
{
    struct metrics *m = arg;
    struct str out;
    (void)version;
    (void)upload;
    (void)request;
    if (*upload_size)
        return MHD_NO;
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return send_text(c, MHD_HTTP_METHOD_NOT_ALLOWED, "GET only\n", "text/plain");
    if (strcmp(url, "/metrics") != 0)
        return send_text(c, MHD_HTTP_NOT_FOUND, "see /metrics\n", "text/plain");
    str_init(&out, METRICS_MAX);
    m->fill(m->arg, &out);
    enum MHD_Result rc =
        send_text(c, MHD_HTTP_OK, str_get(&out), "text/plain; version=0.0.4; charset=utf-8");
    str_finish(&out);
    return rc;
}

static int start(struct metrics *m)
{
    m->daemon =
        MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, answer, m, MHD_OPTION_LISTEN_SOCKET,
                         m->listener.fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CLIENTS_MAX,
                         MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CLIENT_S,
                         MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CLIENT_MEMORY, MHD_OPTION_END);
    const union MHD_DaemonInfo *info =
        m->daemon ? MHD_get_daemon_info(m->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    m->fd = info ? info->epoll_fd : -1;
    return m->fd < 0 ? -1 : 0;
}

int metrics_create(struct metrics **out, const char *address,
                   void (*fill)(void *arg, struct str *out), void *arg, struct err *e)
{
    struct metrics *m = mem_zero(1, sizeof *m);
    m->fd = -1;
    m->fill = fill;
    m->arg = arg;
    int rc = listener_open(&m->listener, address, e);
    if (rc == 0 && start(m) < 0)
        rc = err_set(e, ERR_SYSTEM, _("the metrics cannot be answered at %s"), address);
    if (rc < 0) {
        metrics_destroy(m);
        return rc;
    }
    *out = m;
    return 0;
}

void metrics_destroy(struct metrics *m)
{
    if (!m)
        return;
    if (m->daemon) {
        m->listener.fd = -1; /* the daemon closes it */
        MHD_stop_daemon(m->daemon);
    }
    listener_close(&m->listener);
    free(m);
}

const char *metrics_address(const struct metrics *m)
{
    return m->listener.name;
}

int metrics_fd(const struct metrics *m)
{
    return m ? m->fd : -1;
}

void metrics_step(struct metrics *m)
{
    if (m)
        (void)MHD_run(m->daemon);
}
