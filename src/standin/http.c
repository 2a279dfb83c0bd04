#include "config.h"

#include "base/clock.h"
#include "base/mem.h"
#include "standin/control.h"
#include "standin/deliver.h"
#include "standin/gate.h"
#include "standin/server.h"
#include "standin/tls.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The HTTP server: a thread for each connection, which may be kept waiting. */

enum {
    CONNECTIONS_MAX = 1000,
    IDLE_S = 120,
    BODY_MAX = 1024 * 1024,
    MEMORY = 64 * 1024,
    STACK = 512 * 1024,
    BACKLOG = 1024,
};

static const char control_path[] = "/__ctl";

/* A request while its body comes in. */
struct exchange {
    struct str body;
};

struct reader {
    struct request *request;
    struct journal_line *line;
    size_t query_len, names_len;
};

static void append(char *out, size_t size, size_t *len, const char *text)
{
    int n = snprintf(out + *len, size - *len, "%s", text);
    if (n > 0)
        *len = *len + (size_t)n < size ? *len + (size_t)n : size - 1;
}

/* "name[]" is name. The journal's scrap keeps the text as it came. */
static void read_param(struct reader *k, const char *name, const char *value)
{
    struct request *r = k->request;
    struct journal_line *line = k->line;
    if (k->query_len)
        append(line->query, sizeof line->query, &k->query_len, "&");
    append(line->query, sizeof line->query, &k->query_len, name);
    append(line->query, sizeof line->query, &k->query_len, "=");
    append(line->query, sizeof line->query, &k->query_len, value);
    if (strstr(value, "sk-") || strstr(name, "sk-"))
        line->key_in_url = 1;
    if (r->params_len == PARAMS_MAX) {
        r->too_many = 1;
        return;
    }
    size_t len = strlen(name);
    int list = len > 2 && strcmp(name + len - 2, "[]") == 0;
    struct param *p = &r->params[r->params_len++];
    p->name = list ? mem_dup_len(name, len - 2) : mem_dup(name);
    p->value = value;
}

static enum MHD_Result each_param(void *cls, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    (void)kind;
    read_param(cls, name ? name : "", value ? value : "");
    return MHD_YES;
}

static enum MHD_Result each_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    struct reader *k = cls;
    char lower[64];
    (void)kind;
    (void)value;
    (void)snprintf(lower, sizeof lower, "%s", name);
    for (char *c = lower; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + 'a' - 'A');
    if (k->names_len)
        append(k->line->headers, sizeof k->line->headers, &k->names_len, " ");
    append(k->line->headers, sizeof k->line->headers, &k->names_len, lower);
    return MHD_YES;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static void read_authorization(struct MHD_Connection *connection, struct request *r)
{
    static const char scheme[] = "bearer ";
    const char *value = header(connection, "Authorization");
    r->bearer = "";
    r->authorized = value != NULL;
    if (value && strncasecmp(value, scheme, sizeof scheme - 1) == 0)
        r->bearer = value + sizeof scheme - 1;
    while (*r->bearer == ' ')
        r->bearer++;
}

static void copy_null(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text ? text : "");
}

static void read_request(struct MHD_Connection *connection, struct reader *k)
{
    struct request *r = k->request;
    read_authorization(connection, r);
    r->organisation = header(connection, "OpenAI-Organization");
    r->project = header(connection, "OpenAI-Project");
    (void)MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, each_param, k);
    (void)MHD_get_connection_values(connection, MHD_HEADER_KIND, each_header, k);
    copy_null(k->line->method, sizeof k->line->method, r->method);
    copy_null(k->line->path, sizeof k->line->path, r->path);
    copy_null(k->line->organisation, sizeof k->line->organisation, r->organisation);
    copy_null(k->line->project, sizeof k->line->project, r->project);
    k->line->mono_ms = clock_mono_ms();
    if (strstr(r->path, "sk-"))
        k->line->key_in_url = 1;
}

static void answer_control(struct server *s, const struct request *r, struct answer *a)
{
    a->type = "application/json";
    if (strcmp(r->method, "POST") != 0)
        answer_error(a, 405, "invalid_request_error", NULL, NULL,
                     "POST a JSON array of words: [\"token\", \"revoke\", \"sk-…\"]");
    else if (control_json(s, r->body, r->body_len, &a->body))
        a->status = 400;
}

static enum MHD_Result answer_request(struct server *s, struct MHD_Connection *connection,
                                      struct exchange *x, const char *path, const char *method)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct link *link = info->socket_context;
    struct request *r = mem_zero(1, sizeof *r);
    struct journal_line line = {.connection = link->number};
    struct reader k = {.request = r, .line = &line};
    struct answer a;
    *r = (struct request){
        .method = method, .path = path, .body = str_get(&x->body), .body_len = x->body.len};
    link->requests++;
    atomic_store(&s->asked_ms, clock_mono_ms());
    answer_init(&a);
    read_request(connection, &k);
    if (x->body.overflow)
        answer_error(&a, 413, "invalid_request_error", NULL, NULL, "The body is too large.");
    else if (strcmp(path, control_path) == 0)
        answer_control(s, r, &a);
    else
        gate_answer(&s->world, r, &a, &line);
    enum MHD_Result rc = deliver(s, connection, link, &a);
    answer_finish(&a);
    for (size_t i = 0; i < r->params_len; i++)
        free((void *)(uintptr_t)r->params[i].name);
    free(r);
    return rc;
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state)
{
    struct exchange *x = *state;
    (void)version;
    if (!x) {
        x = mem_zero(1, sizeof *x);
        str_init(&x->body, strcmp(path, control_path) == 0 ? REQUEST_BODY_MAX : BODY_MAX);
        *state = x;
        return MHD_YES;
    }
    if (*size) {
        if (!x->body.overflow)
            (void)str_add_len(&x->body, data, *size);
        *size = 0;
        return MHD_YES;
    }
    return answer_request(cls, connection, x, path, method);
}

static void completed(void *cls, struct MHD_Connection *connection, void **state,
                      enum MHD_RequestTerminationCode code)
{
    struct exchange *x = *state;
    (void)cls;
    (void)connection;
    (void)code;
    if (x)
        str_finish(&x->body);
    free(x);
    *state = NULL;
}

static void connected(void *cls, struct MHD_Connection *connection, void **context,
                      enum MHD_ConnectionNotificationCode code)
{
    struct server *s = cls;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        free(*context);
        *context = NULL;
        return;
    }
    struct link *link = mem_zero(1, sizeof *link);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    link->fd = info ? info->connect_fd : -1;
    link->number = atomic_fetch_add(&s->connections, 1) + 1;
    *context = link;
}

static int listen_local(int *port, struct err *e)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)*port)};
    socklen_t len = sizeof address;
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0)
        return err_errno(e, ERR_SYSTEM, "socket");
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, BACKLOG) ||
        getsockname(fd, (struct sockaddr *)&address, &len)) {
        (void)err_errno(e, ERR_SYSTEM, "127.0.0.1 port %d", *port);
        (void)close(fd);
        return -ERR_SYSTEM;
    }
    *port = ntohs(address.sin_port);
    return fd;
}

static void ignore_log(void *cls, const char *format, va_list args)
{
    (void)cls;
    (void)format;
    (void)args;
}

int http_start(struct server *s, struct err *e)
{
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, NULL},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
                     MHD_USE_POLL | MHD_USE_ERROR_LOG | MHD_USE_SUPPRESS_DATE_NO_CLOCK;
    s->port = s->options.port;
    int fd = listen_local(&s->port, e);
    if (fd < 0)
        return fd;
    if (s->identity) {
        flags |= MHD_USE_TLS;
        tls[0].ptr_value = (void *)(uintptr_t)identity_key(s->identity);
        tls[1].ptr_value = (void *)(uintptr_t)identity_chain(s->identity);
    } else {
        tls[0].option = MHD_OPTION_END;
    }
    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, handle, s, MHD_OPTION_EXTERNAL_LOGGER, ignore_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)MEMORY, MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK, MHD_OPTION_NOTIFY_COMPLETED,
        completed, NULL, MHD_OPTION_NOTIFY_CONNECTION, connected, s, MHD_OPTION_ARRAY, tls,
        MHD_OPTION_END);
    if (s->daemon)
        return 0;
    (void)close(fd);
    return err_set(e, ERR_SYSTEM, "the HTTP server cannot start");
}
