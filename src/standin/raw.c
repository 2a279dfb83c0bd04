#include "config.h"

#include "standin/raw.h"

#include "base/mem.h"
#include "standin/raw_part.h"
#include "standin/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINKS_MAX = 256, BACKLOG = 64, HANDSHAKE_MS = 5000, PATIENCE_S = 10, STACK = 256 * 1024 };

static const struct {
    const char *name;
    void (*play)(const struct raw_link *link);
    enum identity_kind certificate;
    const char *priorities; /* "h2": the usual ones with HTTP/2 */
    int tls;
} kinds[] = {
#define RAW(name, function, certificate, priorities, tls, meaning) \
    {#name, function, IDENTITY_##certificate, priorities, tls},
#include "standin/raw.def"
#undef RAW
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

struct port {
    int fd, number;
    gnutls_certificate_credentials_t credentials; /* NULL: no TLS */
};

struct raw {
    const struct server *server;
    struct port ports[KINDS];
    pthread_t thread;
    int started;
    pthread_mutex_t lock;
    pthread_cond_t none_left;
    int links[LINKS_MAX]; /* descriptors under way, -1: free */
    int links_len;
};

/* What a connection's thread starts with. */
struct job {
    struct raw *raw;
    int kind, slot, fd;
};

static int listen_port(struct port *p, int listening, struct err *e)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (p->fd < 0 || bind(p->fd, (struct sockaddr *)&address, sizeof address) ||
        (listening && listen(p->fd, BACKLOG)) ||
        getsockname(p->fd, (struct sockaddr *)&address, &len))
        return err_errno(e, ERR_SYSTEM, "127.0.0.1");
    p->number = ntohs(address.sin_port);
    return 0;
}

static int load(struct port *p, const struct identity *identity, int kind, struct err *e)
{
    char *key = NULL;
    char *chain = NULL;
    int rc = identity_make(identity, kinds[kind].certificate, &key, &chain, e);
    if (rc == 0) {
        gnutls_datum_t k = {(unsigned char *)key, (unsigned)strlen(key)};
        gnutls_datum_t c = {(unsigned char *)chain, (unsigned)strlen(chain)};
        if (gnutls_certificate_allocate_credentials(&p->credentials) < 0 ||
            gnutls_certificate_set_x509_key_mem(p->credentials, &c, &k, GNUTLS_X509_FMT_PEM) < 0)
            rc = err_set(e, ERR_SYSTEM, "certificate");
    }
    free(key);
    free(chain);
    return rc;
}

static int shake_hands(const struct raw *r, int kind, struct raw_link *link)
{
    static const gnutls_datum_t h2 = {(unsigned char *)(uintptr_t) "h2", 2};
    const char *priorities = kinds[kind].priorities;
    int http2 = priorities && strcmp(priorities, "h2") == 0;
    int rc;
    if (gnutls_init(&link->session, GNUTLS_SERVER) < 0)
        return -1;
    if (http2 || !priorities)
        (void)gnutls_set_default_priority(link->session);
    else if (gnutls_priority_set_direct(link->session, priorities, NULL) < 0)
        return -1;
    if (http2)
        (void)gnutls_alpn_set_protocols(link->session, &h2, 1, 0);
    (void)gnutls_credentials_set(link->session, GNUTLS_CRD_CERTIFICATE, r->ports[kind].credentials);
    gnutls_transport_set_int(link->session, link->fd);
    gnutls_handshake_set_timeout(link->session, HANDSHAKE_MS);
    do
        rc = gnutls_handshake(link->session);
    while (rc == GNUTLS_E_INTERRUPTED || rc == GNUTLS_E_WARNING_ALERT_RECEIVED);
    if (rc < 0)
        (void)gnutls_alert_send_appropriate(link->session, rc);
    return rc;
}

static void *converse(void *arg)
{
    struct job *job = arg;
    struct raw *r = job->raw;
    struct raw_link link = {.server = r->server, .fd = job->fd};
    if (!kinds[job->kind].tls || shake_hands(r, job->kind, &link) >= 0)
        kinds[job->kind].play(&link);
    if (link.session)
        gnutls_deinit(link.session);
    (void)pthread_mutex_lock(&r->lock);
    (void)close(job->fd);
    r->links[job->slot] = -1;
    if (--r->links_len == 0)
        (void)pthread_cond_signal(&r->none_left);
    (void)pthread_mutex_unlock(&r->lock);
    free(job);
    return NULL;
}

static int free_slot(const struct raw *r)
{
    for (int i = 0; i < LINKS_MAX; i++)
        if (r->links[i] < 0)
            return i;
    return -1;
}

static int start_thread(struct job *job)
{
    pthread_attr_t attr;
    pthread_t thread;
    (void)pthread_attr_init(&attr);
    (void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    (void)pthread_attr_setstacksize(&attr, STACK);
    int rc = pthread_create(&thread, &attr, converse, job);
    (void)pthread_attr_destroy(&attr);
    return rc;
}

static void take(struct raw *r, int kind)
{
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int fd = accept4(r->ports[kind].fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    struct job *job = mem_zero(1, sizeof *job);
    (void)pthread_mutex_lock(&r->lock);
    *job = (struct job){.raw = r, .kind = kind, .slot = free_slot(r), .fd = fd};
    if (job->slot >= 0 && start_thread(job) == 0) {
        r->links[job->slot] = fd;
        r->links_len++;
        job = NULL;
    }
    (void)pthread_mutex_unlock(&r->lock);
    if (job) {
        (void)close(fd);
        free(job);
    }
}

static void *serve(void *arg)
{
    struct raw *r = arg;
    struct pollfd p[KINDS + 1];
    for (int i = 0; i < KINDS; i++)
        p[i] = (struct pollfd){.fd = kinds[i].play ? r->ports[i].fd : -1, .events = POLLIN};
    p[KINDS] = (struct pollfd){.fd = r->server->stop_fd, .events = POLLIN};
    for (;;) {
        if (poll(p, KINDS + 1, -1) < 0 && errno != EINTR)
            return NULL;
        if (p[KINDS].revents)
            return NULL;
        for (int i = 0; i < KINDS; i++)
            if (p[i].revents)
                take(r, i);
    }
}

static int is_there(const struct raw *r, int kind)
{
    return r->server->identity || !kinds[kind].tls;
}

int raw_start(struct raw **out, struct server *s, struct err *e)
{
    struct raw *r = mem_zero(1, sizeof *r);
    int rc = 0;
    r->server = s;
    (void)pthread_mutex_init(&r->lock, NULL);
    (void)pthread_cond_init(&r->none_left, NULL);
    for (int i = 0; i < LINKS_MAX; i++)
        r->links[i] = -1;
    for (int i = 0; i < KINDS; i++)
        r->ports[i].fd = -1;
    for (int i = 0; i < KINDS && rc == 0; i++) {
        if (!is_there(r, i))
            continue;
        rc = listen_port(&r->ports[i], kinds[i].play != NULL, e);
        if (rc == 0 && kinds[i].tls)
            rc = load(&r->ports[i], s->identity, i, e);
    }
    if (rc == 0 && pthread_create(&r->thread, NULL, serve, r))
        rc = err_set(e, ERR_SYSTEM, "a thread cannot start");
    r->started = rc == 0;
    *out = r;
    return rc;
}

void raw_stop(struct raw *r)
{
    if (!r)
        return;
    if (r->started)
        (void)pthread_join(r->thread, NULL);
    (void)pthread_mutex_lock(&r->lock);
    for (int i = 0; i < LINKS_MAX; i++)
        if (r->links[i] >= 0)
            (void)shutdown(r->links[i], SHUT_RDWR);
    while (r->links_len > 0)
        (void)pthread_cond_wait(&r->none_left, &r->lock);
    (void)pthread_mutex_unlock(&r->lock);
    for (int i = 0; i < KINDS; i++) {
        if (r->ports[i].fd >= 0)
            (void)close(r->ports[i].fd);
        if (r->ports[i].credentials)
            gnutls_certificate_free_credentials(r->ports[i].credentials);
    }
    (void)pthread_cond_destroy(&r->none_left);
    (void)pthread_mutex_destroy(&r->lock);
    free(r);
}

static void put_name(struct str *out, const char *name)
{
    for (; *name; name++)
        (void)str_add_char(out, *name == '_' ? '-' : *name);
}

void raw_put_urls(const struct raw *r, struct str *out)
{
    const char *scheme = r->server->identity ? "https" : "http";
    const char *comma = "";
    for (int i = 0; i < KINDS; i++) {
        if (!is_there(r, i))
            continue;
        (void)str_addf(out, "%s\"", comma);
        put_name(out, kinds[i].name);
        (void)str_addf(out, "\":\"%s://127.0.0.1:%d/v1\"", scheme, r->ports[i].number);
        comma = ",";
    }
}
