#ifndef VIGIE_OPENAI_HTTP_H
#define VIGIE_OPENAI_HTTP_H

#include "base/err.h"

#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>

/* GET requests with a bearer key, many at once: HTTP/2 with one multiplexed connection per host,
 * verified TLS, proxies by the usual variables, no redirect followed, no cookie, body and time
 * capped. One thread, except http_wake. curl_global_init is the caller's, before any thread. */
struct http;

enum {
    HTTP_BODY_MAX = 4 * 1024 * 1024, /* of the decoded body */
    HTTP_CONNECT_MS = 5000,
    HTTP_TOTAL_MS = 15000,
    HTTP_SLOW_MS = 10000, /* so long below HTTP_SLOW_BYTES a second ends it as well */
    HTTP_SLOW_BYTES = 64,
    HTTP_HEADERS_MAX = 256 * 1024,
    HTTP_AT_ONCE = 64, /* further requests wait in line inside, in order */
    HTTP_URL_MAX = 2048,
    HTTP_KEY_MAX = 512
};

struct http_options {
    const char *ca_file; /* PEM, copied; NULL: the system's */
    int total_ms;        /* 0: HTTP_TOTAL_MS */
    int connect_ms;      /* 0: HTTP_CONNECT_MS */
};

/* Valid within the done function only. Header values are raw: scrub what is shown. The key, should
 * the other side send it back, is masked in body and headers. */
struct http_answer {
    int curl;         /* CURLcode; CURLE_OK: the answer came whole */
    int status;       /* 0 when none came */
    const char *body; /* decoded, a NUL behind its len bytes; "" when there is none */
    size_t len;
    int too_big;   /* more than HTTP_BODY_MAX or HTTP_HEADERS_MAX: stopped (CURLE_WRITE_ERROR) or
                      not begun (CURLE_FILESIZE_EXCEEDED) */
    int cancelled; /* by http_cancel or http_destroy */
    int sent;      /* the connection stood and the request was handed to it */
    const char *retry_after, *retry_after_ms, *should_retry; /* "" when absent */
    const char *request_id, *content_type, *organization, *project, *date;
    const char *location;
    int dns_ms, connect_ms, tls_ms, first_ms, total_ms; /* from the start; -1: not reached; 0 for
                                                           what stood already */
    int http2;
    char host[160];  /* host:port that was asked */
    char error[256]; /* curl's words, for the log; "" when the answer came whole */
};

typedef void (*http_done)(void *arg, const struct http_answer *answer);

/* ERR_SYSTEM. */
int http_create(struct http **out, const struct http_options *options, struct err *e);
/* Ends what is under way: each done is called with cancelled set; what they ask is refused. Never
 * waits, not even for the resolver. Accepts NULL. */
void http_destroy(struct http *h);

/* Asks; done is called exactly once, from http_step or http_destroy or http_cancel, and may ask
 * anew. The key travels only to the host of url, only over https, or over http to a loopback
 * address (loopback never through a proxy); its copy is wiped after use. organization and project
 * may be NULL or "". ERR_USAGE: the URL is not one to send a key to, or one of the three is no
 * value of a header (printable ASCII without blanks, HTTP_KEY_MAX bytes at most); done is not
 * called then. */
int http_get(struct http *h, const char *url, const char *key, const char *organization,
             const char *project, http_done done, void *arg, struct err *e);

/* A further header: "Name: " and what follows, by the rules of a key; value NULL: none. */
struct http_header {
    const char *name, *value;
};
enum { HTTP_EXTRA = 3 };

/* A request of another kind, by the same rules. Texts are copied and the copies wiped. */
struct http_request {
    const char *url;
    const char *key;                    /* sent as bearer; NULL: none */
    const char *api_key;                /* sent as the header apikey; NULL: none */
    const char *organization, *project; /* NULL: none */
    const char *json; /* posted, HTTP_POST_MAX bytes at most; NULL: a GET without body */
    int removes;      /* DELETE in place of GET */
    const struct http_header *extra; /* HTTP_EXTRA of them, or NULL */
    int elsewhere; /* not OpenAI's: the system's authorities are trusted, whatever ca_file says */
    int once;      /* on a connection of its own: nothing sends it a second time when an old one
                      turns out to be dead */
};
enum { HTTP_POST_MAX = 64 * 1024 };
int http_send(struct http *h, const struct http_request *request, http_done done, void *arg,
              struct err *e);

/* Ends those whose arg is this. */
void http_cancel(struct http *h, const void *arg);

int http_pending(const struct http *h); /* under way or in line */

/* Makes progress without waiting and calls done functions. */
void http_step(struct http *h);

/* Waits for the transfers, for the extra descriptors (revents are filled) or for http_wake, at most
 * timeout_ms (-1: until something happens). 0, or -1 when it could not wait. */
int http_wait(struct http *h, struct curl_waitfd *extra, unsigned count, int timeout_ms);

/* Any thread. */
void http_wake(struct http *h);

/* Whether a URL may be asked: as a base URL, and a query is fine. loopback tells whether it is this
 * machine's own. ERR_USAGE with the reason. */
int http_check_url(const char *url, int *loopback, struct err *e);

/* Whether a base URL may be given keys: https, or http to loopback; no user, query or fragment;
 * bounded. ERR_USAGE with the reason. */
int http_check_base(const char *url, struct err *e);

#endif
