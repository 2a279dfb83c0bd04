#include "config.h"

#include "standin/deliver.h"

#include "base/mem.h"
#include "standin/gzip.h"
#include "standin/instant.h"
#include "standin/stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { SILENCE_MS = 600000 };

void reset_socket(int fd)
{
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    (void)connect(fd, &none, sizeof none);
}

static void put_headers(const struct server *s, const struct answer *a,
                        struct MHD_Response *response)
{
    char date[INSTANT_HTTP_MAX];
    instant_http(date, instant_now(&s->world.clock));
    (void)MHD_add_response_header(response, "date", date);
    if (a->status != MHD_HTTP_NO_CONTENT)
        (void)MHD_add_response_header(response, "content-type", a->type);
    for (size_t i = 0; i < a->headers_len; i++)
        (void)MHD_add_response_header(response, a->headers[i].name, a->headers[i].value);
}

static struct MHD_Response *whole(struct answer *a)
{
    size_t len = a->body.len;
    char *body = str_take(&a->body);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(len, body, MHD_RESPMEM_MUST_FREE);
    if (!response)
        free(body);
    return response;
}

/* Before anything is sent: 1 when the connection is to be dropped without an answer. */
static int stay_mute(struct server *s, const struct link *link, const struct answer *a)
{
    switch (a->play.id) {
    case SCENARIO_reset_before:
        reset_socket(link->fd);
        return 1;
    case SCENARIO_silent:
        (void)server_wait(s, link->fd, SILENCE_MS);
        return 1;
    case SCENARIO_half_close:
        (void)shutdown(link->fd, SHUT_WR);
        (void)server_wait(s, link->fd, SILENCE_MS);
        return 1;
    case SCENARIO_delay:
        return !server_wait(s, link->fd, a->play.arg);
    case SCENARIO_keepalive_close:
        if (link->requests > 1)
            reset_socket(link->fd);
        return link->requests > 1;
    default:
        return 0;
    }
}

enum MHD_Result deliver(struct server *s, struct MHD_Connection *connection, struct link *link,
                        struct answer *a)
{
    if (stay_mute(s, link, a))
        return MHD_NO;
    struct MHD_Response *response = stream_response(s, link, a);
    if (!response)
        response = whole(a);
    if (!response)
        return MHD_NO;
    put_headers(s, a, response);
    enum MHD_Result rc = MHD_queue_response(connection, (unsigned)a->status, response);
    MHD_destroy_response(response);
    return rc;
}
