#include "config.h"

#include "openai/http_part.h"

#include "base/i18n.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOST_CONNECTIONS = 4, KEPT_CONNECTIONS = 32, FOREVER_MS = 24 * 3600 * 1000, TURNS_MAX = 4 };

struct http {
    CURLM *multi;
    struct http_options options;
    char *ca_file;
    struct slot slot[HTTP_AT_ONCE];
    int slots; /* made so far */
    int active;
    struct request *first, *last; /* in line */
    int waiting;
    int closing;
    char url[HTTP_URL_MAX]; /* the last one that was checked, */
    struct target target;   /* and what it is */
};

static void destroy_request(struct request *r)
{
    if (!r)
        return;
    explicit_bzero(r->text, r->size);
    free(r);
}

int http_create(struct http **out, const struct http_options *options, struct err *e)
{
    struct http *h = mem_zero(1, sizeof *h);
    if (options)
        h->options = *options;
    h->ca_file = mem_dup_null(h->options.ca_file);
    h->options.ca_file = h->ca_file;
    h->multi = curl_multi_init();
    if (!h->multi ||
        curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX) != CURLM_OK ||
        curl_multi_setopt(h->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)HOST_CONNECTIONS) !=
            CURLM_OK ||
        curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS) != CURLM_OK) {
        http_destroy(h);
        return err_set(e, ERR_SYSTEM, _("No memory for requests"));
    }
    *out = h;
    return 0;
}

/* A request that nothing came of. */
static void refuse(struct request *r, CURLcode code, int cancelled)
{
    struct http_answer answer = {
        .curl = (int)code,
        .cancelled = cancelled,
        .body = "",
        .dns_ms = -1,
        .connect_ms = -1,
        .tls_ms = -1,
        .first_ms = -1,
        .total_ms = -1,
    };
#define HEADER(field, name, bytes) answer.field = "";
#include "openai/header.def"
#undef HEADER
    memcpy(answer.host, r->host, sizeof answer.host);
    (void)snprintf(answer.error, sizeof answer.error, "%s", curl_easy_strerror(code));
    r->done(r->arg, &answer);
    destroy_request(r);
}

static struct slot *free_slot(struct http *h)
{
    for (int i = 0; i < h->slots; i++)
        if (!h->slot[i].request)
            return &h->slot[i];
    if (h->slots == HTTP_AT_ONCE || slot_init(&h->slot[h->slots], &h->options))
        return NULL;
    return &h->slot[h->slots++];
}

/* Takes the request out of its slot, which is idle then. */
static struct request *unload(struct http *h, struct slot *s)
{
    struct request *r = s->request;
    (void)curl_multi_remove_handle(h->multi, s->easy);
    slot_unload(s, &h->options);
    h->active--;
    return r;
}

/* -1 when curl has no memory for it: then it ends at once. */
static int start(struct http *h, struct request *r)
{
    struct slot *s = free_slot(h);
    if (!s || slot_load(s, r))
        return -1;
    h->active++;
    if (curl_multi_add_handle(h->multi, s->easy) == CURLM_OK)
        return 0;
    (void)unload(h, s);
    return -1;
}

static struct request *take_first(struct http *h)
{
    struct request *r = h->first;
    h->first = r->next;
    h->last = h->first ? h->last : NULL;
    h->waiting--;
    return r;
}

static int start_waiting(struct http *h)
{
    int started = 0;
    while (h->first && h->active < HTTP_AT_ONCE) {
        struct request *r = take_first(h);
        if (start(h, r) == 0)
            started++;
        else
            refuse(r, CURLE_OUT_OF_MEMORY, 0);
    }
    return started;
}

static int is_value(const char *text)
{
    size_t len = strlen(text);
    if (len > HTTP_KEY_MAX)
        return 0;
    for (; *text; text++)
        if (*text <= 0x20 || *text >= 0x7f)
            return 0;
    return 1;
}

/* Lays a header line out in the request and links it in front of the others; returns where the next
 * one goes. */
static char *lay_header(struct request *r, struct curl_slist *line, char *at, const char *name,
                        const char *value)
{
    size_t n = (size_t)snprintf(at, r->size - (size_t)(at - r->text), "%s%s", name, value) + 1;
    *line = (struct curl_slist){.data = at, .next = r->headers};
    r->headers = line;
    return at + n;
}

/* The headers that carry something, in the order of request.line. */
struct head {
    const char *name, *value;
};

enum { HEADS = sizeof((struct request *)NULL)->line / sizeof(struct curl_slist) };

static void list_heads(struct head head[HEADS], const struct http_request *q)
{
    head[0] = (struct head){"Authorization: Bearer ", q->key};
    head[1] = (struct head){"OpenAI-Organization: ", q->organization};
    head[2] = (struct head){"OpenAI-Project: ", q->project};
    head[3] = (struct head){"apikey: ", q->api_key};
    head[4] = (struct head){"Content-Type: ", q->json ? "application/json" : NULL};
    for (int i = 0; i < HTTP_EXTRA; i++)
        head[HEADS - HTTP_EXTRA + i] =
            q->extra ? (struct head){q->extra[i].name, q->extra[i].value} : (struct head){0};
    for (int i = 0; i < HEADS; i++)
        if (head[i].value && !head[i].value[0])
            head[i].value = NULL;
}

static struct request *make_request(const struct target *target, const struct http_request *q)
{
    struct head head[HEADS];
    size_t url_size = strlen(q->url) + 1;
    size_t size = url_size + (q->json ? strlen(q->json) + 1 : 0) + 1;
    list_heads(head, q);
    for (int i = 0; i < HEADS; i++)
        size += head[i].value ? strlen(head[i].name) + strlen(head[i].value) + 1 : 0;
    struct request *r = mem_alloc(sizeof *r + size);
    *r = (struct request){.url = r->text, .loopback = target->loopback, .size = size, .key = ""};
    memcpy(r->host, target->host, sizeof r->host);
    memcpy(r->text, q->url, url_size);
    char *at = r->text + url_size;
    for (int i = 0; i < HEADS; i++) {
        if (!head[i].value)
            continue;
        if (i == 0)
            r->key = at + strlen(head[i].name);
        at = lay_header(r, &r->line[i], at, head[i].name, head[i].value);
    }
    if (q->json) {
        memcpy(at, q->json, strlen(q->json) + 1);
        r->post = at;
    }
    r->removes = q->removes;
    r->once = q->once;
    r->elsewhere = q->elsewhere;
    return r;
}

/* Most questions go to the URL of the one before. */
static int check_url(struct http *h, const char *url, struct err *e)
{
    if (h->url[0] && strcmp(h->url, url) == 0)
        return 0;
    h->url[0] = '\0';
    int rc = http_target(url, 0, &h->target, e);
    if (rc == 0)
        (void)snprintf(h->url, sizeof h->url, "%s", url);
    return rc;
}

static int is_sendable(const struct http_request *q)
{
    const char *const values[] = {q->key, q->api_key, q->organization, q->project};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (values[i] && !is_value(values[i]))
            return 0;
    for (int i = 0; q->extra && i < HTTP_EXTRA; i++)
        if (q->extra[i].value && !is_value(q->extra[i].value))
            return 0;
    return !q->key || q->key[0];
}

int http_send(struct http *h, const struct http_request *q, http_done done, void *arg,
              struct err *e)
{
    if (h->closing)
        return err_set(e, ERR_USAGE, _("No request is taken any more: the program ends"));
    if (!is_sendable(q))
        return err_set(e, ERR_USAGE,
                       _("The key, the organisation or the project is not printable ASCII without "
                         "blanks: it cannot be sent"));
    if (q->json && strlen(q->json) > HTTP_POST_MAX)
        return err_set(e, ERR_LIMIT, _("A request has at most %d bytes"), HTTP_POST_MAX);
    int rc = check_url(h, q->url, e);
    if (rc)
        return rc;
    struct request *r = make_request(&h->target, q);
    r->done = done;
    r->arg = arg;
    if (h->last)
        h->last->next = r;
    else
        h->first = r;
    h->last = r;
    h->waiting++;
    return 0;
}

int http_get(struct http *h, const char *url, const char *key, const char *organization,
             const char *project, http_done done, void *arg, struct err *e)
{
    const struct http_request request = {
        .url = url, .key = key, .organization = organization, .project = project};
    return http_send(h, &request, done, arg, e);
}

int http_pending(const struct http *h)
{
    return h->active + h->waiting;
}

static void finish(struct http *h, struct slot *s, CURLcode code)
{
    struct http_answer answer;
    struct request *r = s->request;
    (void)curl_multi_remove_handle(h->multi, s->easy);
    slot_answer(s, code, &answer);
    r->ended = 1;
    r->done(r->arg, &answer);
    slot_unload(s, &h->options);
    h->active--;
    destroy_request(r);
}

static int finish_all(struct http *h)
{
    CURLMsg *message = NULL;
    int left = 0;
    int finished = 0;
    while ((message = curl_multi_info_read(h->multi, &left))) {
        struct slot *s = NULL;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE ||
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&s) != CURLE_OK)
            continue;
        finish(h, s, code);
        finished++;
    }
    return finished;
}

/* Whatever ends in curl_multi_perform is finished before the return: nothing would wake the next
 * wait for it. */
void http_step(struct http *h)
{
    int running = 0;
    int turns = 0;
    (void)start_waiting(h);
    do
        (void)curl_multi_perform(h->multi, &running);
    while (finish_all(h) > 0 && start_waiting(h) > 0 && ++turns < TURNS_MAX);
}

int http_wait(struct http *h, struct curl_waitfd *extra, unsigned count, int timeout_ms)
{
    int events = 0;
    int timeout = timeout_ms < 0 ? FOREVER_MS : timeout_ms;
    if (h->first && h->active < HTTP_AT_ONCE)
        timeout = 0;
    return curl_multi_poll(h->multi, extra, count, timeout, &events) == CURLM_OK ? 0 : -1;
}

void http_wake(struct http *h)
{
    (void)curl_multi_wakeup(h->multi);
}

/* Takes the first that matches out of the line. */
static struct request *take_waiting(struct http *h, int all, const void *arg)
{
    struct request *before = NULL;
    for (struct request *r = h->first; r; before = r, r = r->next) {
        if (!all && r->arg != arg)
            continue;
        if (!before)
            return take_first(h);
        before->next = r->next;
        h->last = h->last == r ? before : h->last;
        h->waiting--;
        return r;
    }
    return NULL;
}

static void cancel(struct http *h, int all, const void *arg)
{
    for (int i = 0; i < h->slots; i++) {
        struct request *r = h->slot[i].request;
        if (r && !r->ended && (all || r->arg == arg))
            refuse(unload(h, &h->slot[i]), CURLE_ABORTED_BY_CALLBACK, 1);
    }
    for (struct request *r; (r = take_waiting(h, all, arg));)
        refuse(r, CURLE_ABORTED_BY_CALLBACK, 1);
}

void http_cancel(struct http *h, const void *arg)
{
    cancel(h, 0, arg);
}

void http_destroy(struct http *h)
{
    if (!h)
        return;
    h->closing = 1;
    cancel(h, 1, NULL);
    for (int i = 0; i < h->slots; i++)
        slot_finish(&h->slot[i]);
    if (h->multi)
        (void)curl_multi_cleanup(h->multi);
    free(h->ca_file);
    free(h);
}
