/* Requests against a server of the test's own on a loopback address. */
#include "config.h"

#include "openai/http.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define KEY "sk-proj-unit-0123456789"

enum { REQUEST_MAX = 8192, PEERS_MAX = 256, BOMB_BYTES = 40000, DEADLINE_MS = 40000 };

/* What the server does about a path. */
enum act {
    ACT_SEND,
    ACT_SEND_CLOSE,
    ACT_RESET,
    ACT_HANG,
    ACT_DRIP,
    ACT_ENDLESS,
    ACT_HEADERS,
    ACT_BOMB,
    ACT_ECHO
};

static const struct {
    const char *path;
    enum act act;
    const char *bytes;
} replies[] = {
    {"/ok", ACT_SEND,
     "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Request-Id: req_1\r\n"
     "Content-Type: application/json\r\nopenai-organization: org-1\r\n"
     "Retry-After:   7 \r\nretry-after: 8\r\n\r\n{}"},
    {"/429", ACT_SEND,
     "HTTP/1.1 429 No\r\nContent-Length: 0\r\nretry-after-ms: 1500\r\n"
     "X-Should-Retry: true\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"},
    {"/interim", ACT_SEND,
     "HTTP/1.1 103 Early\r\nX-Request-Id: early\r\n\r\n"
     "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"},
    {"/moved", ACT_SEND, "HTTP/1.1 301 Go\r\nContent-Length: 0\r\nLocation: /ok\r\n\r\n"},
    {"/nul", ACT_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na\0b"},
    {"/cut", ACT_SEND_CLOSE, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\":"},
    {"/chunk-cut", ACT_SEND_CLOSE,
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{\"data\""},
    {"/close", ACT_SEND_CLOSE, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"},
    {"/nothing", ACT_SEND_CLOSE, ""},
    {"/no-http", ACT_SEND_CLOSE, "220 mail server\r\n\r\n"},
    {"/reset", ACT_RESET, ""},
    {"/reset-late", ACT_RESET, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"},
    {"/hang", ACT_HANG, ""},
    {"/hang-late", ACT_HANG, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"},
    {"/drip", ACT_DRIP, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"},
    {"/huge", ACT_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n"},
    {"/endless", ACT_ENDLESS, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"},
    {"/headers", ACT_HEADERS, "HTTP/1.1 200 OK\r\n"},
    {"/bomb", ACT_BOMB, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"},
    {"/not-gzip", ACT_SEND,
     "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain"},
    {"/echo", ACT_ECHO, ""},
};

struct server {
    int fd;
    int port;
    pthread_t thread, peer[PEERS_MAX];
    int peer_fd[PEERS_MAX];
    atomic_int peers, requests, stop;
    pthread_mutex_t lock;
    char last[REQUEST_MAX]; /* the last request, whole */
};

struct peer {
    struct server *server;
    int fd;
};

static int put(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n <= 0)
            return -1;
        bytes += n;
        len -= (size_t)n;
    }
    return 0;
}

/* Reads one request; 0 at its end, -1 when the peer is gone. */
static int read_request(int fd, char *text)
{
    size_t len = 0;
    while (len < REQUEST_MAX - 1) {
        ssize_t n = recv(fd, text + len, 1, 0);
        if (n <= 0)
            return -1;
        text[++len] = '\0';
        if (len >= 4 && strcmp(text + len - 4, "\r\n\r\n") == 0)
            return 0;
    }
    return -1;
}

/* A gzip member of one block that says "258 times the byte before" over and over: 13 bits each. */
static void put_bomb(int fd)
{
    static unsigned char bytes[BOMB_BYTES + 16] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    size_t bit = 80;
    /* last block, fixed codes; the literal 0 is 00110000; length 285 is 11000101, distance 00000 */
    const char *start = "11000110000";
    const char *again = "1100010100000";
    for (; *start; start++, bit++)
        bytes[bit / 8] |= (unsigned char)((*start - '0') << (bit % 8));
    for (size_t i = 0; bit < BOMB_BYTES * 8; i = (i + 1) % 13, bit++)
        bytes[bit / 8] |= (unsigned char)((again[i] - '0') << (bit % 8));
    (void)put(fd, (const char *)bytes, BOMB_BYTES);
}

static void put_echo(int fd, const char *request)
{
    char reply[REQUEST_MAX * 2];
    const char *key = strstr(request, "sk-");
    int key_len = key ? (int)strcspn(key, "\r\n") : 0;
    int n = snprintf(reply, sizeof reply,
                     "HTTP/1.1 401 No\r\nX-Request-Id: %.*s\r\nContent-Length: %zu\r\n\r\n%s",
                     key_len, key ? key : "", strlen(request), request);
    (void)put(fd, reply, (size_t)n);
}

/* Returns when the peer has gone away or the server stops. */
static void await_end(int fd)
{
    char byte;
    while (recv(fd, &byte, 1, 0) > 0)
        ;
}

static void flood(int fd, const char *line)
{
    while (put(fd, line, strlen(line)) == 0)
        ;
}

/* 0 when the connection stays open. */
static int act(int fd, enum act what, const char *bytes, const char *request)
{
    struct linger hard = {1, 0};
    struct pollfd gone = {.fd = fd, .events = POLLRDHUP};
    (void)put(fd, bytes, strlen(bytes) + (strstr(bytes, "Content-Length: 3\r\n") ? 2 : 0));
    switch (what) {
    case ACT_SEND:
        return 0;
    case ACT_ECHO:
        put_echo(fd, request);
        return 0;
    case ACT_HANG:
        await_end(fd);
        return -1;
    case ACT_DRIP:
        while (poll(&gone, 1, 50) == 0 && put(fd, "x", 1) == 0)
            ;
        return -1;
    case ACT_ENDLESS:
        flood(fd, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n");
        return -1;
    case ACT_HEADERS:
        flood(fd, "X-Endless: 0123456789abcdef0123456789abcdef0123456789abcdef0123\r\n");
        return -1;
    case ACT_BOMB:
        put_bomb(fd);
        return -1;
    case ACT_RESET:
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        return -1;
    case ACT_SEND_CLOSE:
        return -1;
    }
    return -1;
}

static int answer(struct server *s, int fd, const char *request)
{
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        size_t len = strlen(replies[i].path);
        if (strncmp(request + 4, replies[i].path, len) == 0 && strchr(" ?", request[4 + len]))
            return act(fd, replies[i].act, replies[i].bytes, request);
    }
    (void)s;
    return -1;
}

static void *serve_peer(void *arg)
{
    struct peer *peer = arg;
    struct server *s = peer->server;
    char request[REQUEST_MAX];
    while (read_request(peer->fd, request) == 0) {
        s->requests++;
        pthread_mutex_lock(&s->lock);
        memcpy(s->last, request, sizeof request);
        pthread_mutex_unlock(&s->lock);
        if (answer(s, peer->fd, request))
            break;
    }
    close(peer->fd);
    free(peer);
    return NULL;
}

static void *serve(void *arg)
{
    struct server *s = arg;
    for (int fd; s->peers < PEERS_MAX && (fd = accept(s->fd, NULL, NULL)) >= 0;) {
        struct peer *peer = malloc(sizeof *peer);
        cr_assert(peer);
        *peer = (struct peer){s, fd};
        cr_assert_eq(pthread_create(&s->peer[s->peers], NULL, serve_peer, peer), 0);
        s->peers++;
    }
    return NULL;
}

static struct server *start(void)
{
    static struct server server;
    struct server *s = &server;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    pthread_mutex_init(&s->lock, NULL);
    s->fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert(s->fd >= 0 && bind(s->fd, (struct sockaddr *)&at, len) == 0 &&
              listen(s->fd, 64) == 0);
    cr_assert_eq(getsockname(s->fd, (struct sockaddr *)&at, &len), 0);
    s->port = ntohs(at.sin_port);
    cr_assert_eq(pthread_create(&s->thread, NULL, serve, s), 0);
    return s;
}

/* After http_destroy: the peers see the end of their connections. */
static void stop(struct server *s)
{
    (void)shutdown(s->fd, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    for (int i = 0; i < s->peers; i++)
        pthread_join(s->peer[i], NULL);
    close(s->fd);
}

static const char *at(const struct server *s, const char *path)
{
    static char url[200];
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d%s", s->port, path);
    return url;
}

/* What a done function keeps. */
struct got {
    int done;
    struct http_answer answer;
    char body[4096], retry[64], retry_ms[32], request[128], organization[96], location[256],
        should[8], date[64];
};

static void keep(void *arg, const struct http_answer *a)
{
    struct got *g = arg;
    g->done++;
    g->answer = *a;
    cr_expect_eq(a->body[a->len], '\0');
    (void)snprintf(g->body, sizeof g->body, "%s", a->body);
    (void)snprintf(g->retry, sizeof g->retry, "%s", a->retry_after);
    (void)snprintf(g->retry_ms, sizeof g->retry_ms, "%s", a->retry_after_ms);
    (void)snprintf(g->request, sizeof g->request, "%s", a->request_id);
    (void)snprintf(g->organization, sizeof g->organization, "%s", a->organization);
    (void)snprintf(g->location, sizeof g->location, "%s", a->location);
    (void)snprintf(g->should, sizeof g->should, "%s", a->should_retry);
    (void)snprintf(g->date, sizeof g->date, "%s", a->date);
}

static struct http *make(int total_ms)
{
    struct http *h = NULL;
    struct http_options options = {.total_ms = total_ms};
    cr_assert_eq(curl_global_init(CURL_GLOBAL_DEFAULT), CURLE_OK);
    cr_assert_eq(http_create(&h, &options, NULL), 0);
    return h;
}

static void run(struct http *h)
{
    int64_t end = clock_mono_ms() + DEADLINE_MS;
    while (http_pending(h) > 0) {
        http_step(h);
        if (http_pending(h) > 0)
            cr_assert_eq(http_wait(h, NULL, 0, 1000), 0);
        cr_assert_lt(clock_mono_ms(), end, "requests never end");
    }
}

static struct got *ask(struct http *h, const char *url)
{
    static struct got g;
    g = (struct got){0};
    cr_assert_eq(http_get(h, url, KEY, NULL, NULL, keep, &g, NULL), 0);
    run(h);
    cr_assert_eq(g.done, 1);
    return &g;
}

Test(openai_http, an_answer_and_what_was_sent)
{
    struct server *s = start();
    struct http *h = make(0);
    struct got g = {0};
    cr_assert_eq(http_get(h, at(s, "/ok?limit=1"), KEY, "org-9", "proj_9", keep, &g, NULL), 0);
    cr_expect_eq(http_pending(h), 1);
    cr_expect_eq(g.done, 0);
    run(h);
    cr_expect(g.done == 1 && g.answer.curl == CURLE_OK && g.answer.status == 200);
    cr_expect(!g.answer.cancelled && !g.answer.too_big && g.answer.sent);
    cr_expect_str_eq(g.body, "{}");
    cr_expect_str_eq(g.request, "req_1");
    cr_expect_str_eq(g.organization, "org-1");
    cr_expect_str_eq(g.retry, "7");
    cr_expect(g.answer.dns_ms >= 0 && g.answer.connect_ms >= 0 && g.answer.first_ms >= 0);
    cr_expect(g.answer.tls_ms == -1 && g.answer.total_ms >= g.answer.first_ms);
    cr_expect_eq(strncmp(g.answer.host, "127.0.0.1:", 10), 0);
    cr_expect_eq(strncmp(s->last, "GET /ok?limit=1 HTTP/1.1\r\n", 26), 0);
    cr_expect(strstr(s->last, "\r\nAuthorization: Bearer " KEY "\r\n"));
    cr_expect(strstr(s->last, "\r\nOpenAI-Organization: org-9\r\n"));
    cr_expect(strstr(s->last, "\r\nOpenAI-Project: proj_9\r\n"));
    cr_expect(strstr(s->last, "gzip"));
    cr_expect_null(strcasestr(s->last, "cookie"));
    (void)ask(h, at(s, "/429"));
    cr_expect_null(strstr(s->last, "OpenAI-"));
    http_destroy(h);
    stop(s);
}

Test(openai_http, headers_of_the_answer)
{
    struct server *s = start();
    struct http *h = make(0);
    struct got *g = ask(h, at(s, "/429"));
    cr_expect(g->answer.status == 429 && g->answer.len == 0);
    cr_expect_str_eq(g->body, "");
    cr_expect_str_eq(g->retry, "");
    cr_expect_str_eq(g->retry_ms, "1500");
    cr_expect_str_eq(g->should, "true");
    cr_expect_str_eq(g->date, "Sun, 06 Nov 1994 08:49:37 GMT");
    g = ask(h, at(s, "/interim"));
    cr_expect_eq(g->answer.status, 200);
    cr_expect_str_eq(g->request, "");
    g = ask(h, at(s, "/moved"));
    cr_expect(g->answer.status == 301 && s->requests == 3, "a redirect is not followed");
    cr_expect_eq(g->answer.curl, CURLE_OK);
    cr_expect_str_eq(g->location, "/ok");
    g = ask(h, at(s, "/nul"));
    cr_expect(g->answer.len == 3 && strcmp(g->body, "a") == 0);
    http_destroy(h);
    stop(s);
}

Test(openai_http, faults)
{
    static const struct {
        const char *path;
        int curl, status, too_big;
    } cases[] = {
        {"/cut", CURLE_PARTIAL_FILE, 200, 0},
        {"/chunk-cut", CURLE_PARTIAL_FILE, 200, 0},
        {"/nothing", CURLE_GOT_NOTHING, 0, 0},
        {"/no-http", CURLE_UNSUPPORTED_PROTOCOL, 0, 0},
        {"/reset", CURLE_RECV_ERROR, 0, 0},
        {"/reset-late", CURLE_RECV_ERROR, 200, 0},
        {"/hang", CURLE_OPERATION_TIMEDOUT, 0, 0},
        {"/hang-late", CURLE_OPERATION_TIMEDOUT, 200, 0},
        {"/drip", CURLE_OPERATION_TIMEDOUT, 200, 0},
        {"/huge", CURLE_FILESIZE_EXCEEDED, 200, 1},
        {"/endless", CURLE_WRITE_ERROR, 200, 1},
        {"/headers", CURLE_WRITE_ERROR, 200, 1},
        {"/bomb", CURLE_WRITE_ERROR, 200, 1},
        {"/not-gzip", CURLE_BAD_CONTENT_ENCODING, 200, 0},
    };
    struct server *s = start();
    struct http *h = make(1500);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct got *g = ask(h, at(s, cases[i].path));
        cr_expect_eq(g->answer.curl, cases[i].curl, "%s: %d (%s)", cases[i].path, g->answer.curl,
                     g->answer.error);
        cr_expect_eq(g->answer.status, cases[i].status, "%s: %d", cases[i].path, g->answer.status);
        cr_expect_eq(g->answer.too_big, cases[i].too_big, "%s", cases[i].path);
        cr_expect(g->answer.len <= HTTP_BODY_MAX && g->answer.error[0] && g->answer.sent);
        cr_expect(g->answer.total_ms < 5000, "%s: %d ms", cases[i].path, g->answer.total_ms);
        g = ask(h, at(s, "/ok"));
        cr_expect(g->answer.status == 200 && strcmp(g->body, "{}") == 0, "after %s", cases[i].path);
        cr_expect_str_eq(g->answer.error, "");
    }
    http_destroy(h);
    stop(s);
}

Test(openai_http, slow_is_told_from_silent)
{
    struct server *s = start();
    struct http *h = make(8000);
    struct got *g = ask(h, at(s, "/drip"));
    cr_expect(g->answer.curl == CURLE_OPERATION_TIMEDOUT && strstr(g->answer.error, "too slow"),
              "%s", g->answer.error);
    cr_expect(g->answer.total_ms < 7500 && g->answer.first_ms >= 0);
    http_destroy(h);
    stop(s);
}

Test(openai_http, nobody_there)
{
    struct server *s = start();
    struct http *h = make(500);
    char tls[64];
    char closed[200];
    (void)snprintf(tls, sizeof tls, "https://127.0.0.1:%d/no-http", s->port);
    struct got *g = ask(h, tls);
    cr_expect(g->answer.status == 0 && !g->answer.sent && g->answer.tls_ms == -1);
    cr_expect_neq(g->answer.curl, CURLE_OK);
    (void)snprintf(closed, sizeof closed, "%s", at(s, "/ok"));
    http_destroy(h);
    stop(s);
    h = make(500);
    g = ask(h, closed);
    cr_expect_eq(g->answer.curl, CURLE_COULDNT_CONNECT);
    cr_expect(!g->answer.sent && g->answer.connect_ms == -1 && g->answer.first_ms == -1);
    http_destroy(h);
}

Test(openai_http, many_wait_in_line_and_connections_are_few)
{
    enum { MANY = 1000 };
    struct server *s = start();
    struct http *h = make(0);
    static struct got g[MANY];
    for (int i = 0; i < MANY; i++)
        cr_assert_eq(http_get(h, at(s, "/ok"), KEY, NULL, NULL, keep, &g[i], NULL), 0);
    cr_expect_eq(http_pending(h), MANY);
    run(h);
    for (int i = 0; i < MANY; i++)
        cr_assert(g[i].done == 1 && g[i].answer.status == 200, "request %d", i);
    cr_expect_eq(s->requests, MANY);
    cr_expect_leq(s->peers, 4);
    http_destroy(h);
    stop(s);
}

Test(openai_http, a_connection_that_died_idle_costs_nothing)
{
    struct server *s = start();
    struct http *h = make(0);
    for (int i = 0; i < 20; i++) {
        struct got *g = ask(h, at(s, "/close"));
        cr_assert_eq(g->answer.status, 200, "%d: %d (%s)", i, g->answer.curl, g->answer.error);
    }
    http_destroy(h);
    stop(s);
}

Test(openai_http, the_key_never_comes_back)
{
    struct server *s = start();
    struct http *h = make(0);
    struct got *g = ask(h, at(s, "/echo"));
    cr_expect_eq(g->answer.status, 401);
    cr_expect(strstr(g->body, "Bearer ****"));
    cr_expect_null(strstr(g->body, KEY));
    cr_expect_eq(strspn(g->request, "*"), strlen(KEY));
    http_destroy(h);
    stop(s);
}

Test(openai_http, loopback_never_goes_through_a_proxy)
{
    struct server *s = start();
    cr_assert_eq(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    cr_assert_eq(setenv("all_proxy", "http://127.0.0.1:1", 1), 0);
    struct http *h = make(0);
    cr_expect_eq(ask(h, at(s, "/ok"))->answer.status, 200);
    http_destroy(h);
    stop(s);
}

Test(openai_http, cancelling)
{
    enum { MANY = 100 };
    struct server *s = start();
    struct http *h = make(0);
    static struct got g[MANY];
    static struct got other;
    for (int i = 0; i < MANY; i++)
        cr_assert_eq(http_get(h, at(s, "/hang"), KEY, NULL, NULL, keep, &g[i], NULL), 0);
    cr_assert_eq(http_get(h, at(s, "/ok"), KEY, NULL, NULL, keep, &other, NULL), 0);
    http_step(h);
    http_cancel(h, &g[3]);        /* under way */
    http_cancel(h, &g[MANY - 1]); /* in line */
    http_cancel(h, h);            /* nobody's */
    cr_expect_eq(http_pending(h), MANY - 1);
    cr_expect(g[3].done == 1 && g[3].answer.cancelled);
    cr_expect(g[MANY - 1].done == 1 && g[MANY - 1].answer.cancelled);
    for (int i = 0; i < MANY - 1; i++)
        if (i != 3)
            http_cancel(h, &g[i]);
    run(h);
    for (int i = 0; i < MANY; i++)
        cr_expect(g[i].done == 1 && g[i].answer.cancelled);
    cr_expect(other.done == 1 && other.answer.status == 200);
    http_destroy(h);
    stop(s);
}

static struct http *shared;

/* Asks anew from within, cancels itself, and is refused at the end. */
static void again(void *arg, const struct http_answer *a)
{
    int *count = arg;
    http_cancel(shared, arg);
    (*count)++;
    char url[200];
    (void)snprintf(url, sizeof url, "http://%s/ok", a->host);
    int rc = http_get(shared, url, KEY, NULL, NULL, again, arg, NULL);
    cr_expect_eq(rc != 0, a->cancelled && *count > 5);
}

Test(openai_http, destroying_ends_each_once)
{
    struct server *s = start();
    int count = 0;
    static struct got g[3];
    shared = make(0);
    cr_assert_eq(http_get(shared, at(s, "/ok"), KEY, NULL, NULL, again, &count, NULL), 0);
    int64_t end = clock_mono_ms() + DEADLINE_MS;
    while (count < 10) {
        http_step(shared);
        cr_assert_eq(http_wait(shared, NULL, 0, 1000), 0);
        cr_assert_lt(clock_mono_ms(), end);
    }
    for (int i = 0; i < 3; i++)
        cr_assert_eq(http_get(shared, at(s, "/hang"), KEY, NULL, NULL, keep, &g[i], NULL), 0);
    http_step(shared);
    int before = count;
    int64_t begin = clock_mono_ms();
    http_destroy(shared);
    cr_expect_lt(clock_mono_ms() - begin, DEADLINE_MS / 4);
    cr_expect_eq(count, before + 1);
    for (int i = 0; i < 3; i++)
        cr_expect(g[i].done == 1 && g[i].answer.cancelled);
    http_destroy(NULL);
    stop(s);
}

static void *wake(void *arg)
{
    http_wake(arg);
    return NULL;
}

Test(openai_http, waiting_ends_for_a_wake_and_for_other_descriptors)
{
    struct http *h = make(0);
    pthread_t thread;
    int64_t begin = clock_mono_ms();
    cr_assert_eq(pthread_create(&thread, NULL, wake, h), 0);
    cr_expect_eq(http_wait(h, NULL, 0, -1), 0);
    pthread_join(thread, NULL);
    int fds[2];
    cr_assert_eq(pipe(fds), 0);
    cr_assert_eq(write(fds[1], "x", 1), 1);
    struct curl_waitfd extra = {.fd = fds[0], .events = CURL_WAIT_POLLIN};
    cr_expect_eq(http_wait(h, &extra, 1, -1), 0);
    cr_expect(extra.revents & CURL_WAIT_POLLIN);
    cr_expect_lt(clock_mono_ms() - begin, DEADLINE_MS);
    close(fds[0]);
    close(fds[1]);
    http_destroy(h);
}
