#include "config.h"

#include "standin/raw_part.h"

#include "standin/deliver.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    SILENCE_MS = 600000,
    BLOCK = 4096,
    PREFACE = 24,
    FRAME_HEAD = 9,
    FRAME_MAX = 16384,
    FRAME_HEADERS = 1,
    FRAMES_MAX = 1000,
};

static const unsigned char settings[FRAME_HEAD] = {0, 0, 0, 4, 0, 0, 0, 0, 0};
static const unsigned char goaway[FRAME_HEAD + 8] = {0, 0, 8, 7};

static int send_bytes(const struct raw_link *link, const void *bytes, size_t len)
{
    const char *at = bytes;
    while (len > 0) {
        ssize_t n = link->session ? gnutls_record_send(link->session, at, len)
                                  : send(link->fd, at, len, MSG_NOSIGNAL);
        if (n <= 0)
            return -1;
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

static int read_bytes(const struct raw_link *link, unsigned char *buf, size_t len)
{
    for (size_t got = 0; got < len;) {
        ssize_t n = gnutls_record_recv(link->session, buf + got, len - got);
        if (n <= 0)
            return -1;
        got += (size_t)n;
    }
    return 0;
}

static void bid_farewell(const struct raw_link *link)
{
    if (link->session)
        (void)gnutls_bye(link->session, GNUTLS_SHUT_WR);
}

/* Whoever gets here trusts what should not be trusted: a sound answer gives it away. */
void raw_answer(const struct raw_link *link)
{
    static const char text[] =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 26\r\n"
        "x-request-id: req_misplaced_trust\r\nconnection: "
        "close\r\n\r\n{\"object\":\"list\",\"data\":[]}";
    char buf[BLOCK];
    if (gnutls_record_recv(link->session, buf, sizeof buf) > 0)
        (void)send_bytes(link, text, sizeof text - 1);
    bid_farewell(link);
}

static int speaks_h2(const struct raw_link *link)
{
    gnutls_datum_t name;
    return gnutls_alpn_get_selected_protocol(link->session, &name) >= 0 && name.size == 2 &&
           memcmp(name.data, "h2", 2) == 0;
}

void raw_goaway(const struct raw_link *link)
{
    if (speaks_h2(link)) {
        (void)send_bytes(link, settings, sizeof settings);
        (void)send_bytes(link, goaway, sizeof goaway);
    }
    bid_farewell(link);
}

/* Reads one frame: its type, its stream in four bytes. */
static int read_frame(const struct raw_link *link, unsigned char stream[4])
{
    unsigned char buf[FRAME_MAX];
    unsigned char head[FRAME_HEAD];
    if (read_bytes(link, head, sizeof head))
        return -1;
    size_t len = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
    if (len > sizeof buf || (len > 0 && read_bytes(link, buf, len)))
        return -1;
    memcpy(stream, head + FRAME_HEAD - 4, 4);
    return head[3];
}

void raw_rst_stream(const struct raw_link *link)
{
    unsigned char preface[PREFACE];
    unsigned char reset[FRAME_HEAD + 4] = {0, 0, 4, 3, 0, 0, 0, 0, 0, 0, 0, 0, 2};
    if (!speaks_h2(link) || send_bytes(link, settings, sizeof settings) ||
        read_bytes(link, preface, sizeof preface))
        return;
    for (int i = 0; i < FRAMES_MAX; i++) {
        int type = read_frame(link, reset + 5);
        if (type < 0)
            return;
        if (type == FRAME_HEADERS && send_bytes(link, reset, sizeof reset))
            return;
    }
}

void raw_not_tls(const struct raw_link *link)
{
    static const char text[] =
        "HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\nThis is no TLS.\n";
    char buf[BLOCK];
    if (recv(link->fd, buf, sizeof buf, 0) > 0)
        (void)send_bytes(link, text, sizeof text - 1);
}

void raw_tls_cut(const struct raw_link *link)
{
    static const unsigned char record[] = {22, 3, 3, 0, 200, 2, 0, 0, 196, 3, 3};
    char buf[BLOCK];
    if (recv(link->fd, buf, sizeof buf, 0) > 0)
        (void)send_bytes(link, record, sizeof record);
}

void raw_silent(const struct raw_link *link)
{
    (void)server_wait(link->server, link->fd, SILENCE_MS);
}

void raw_reset(const struct raw_link *link)
{
    reset_socket(link->fd);
}
