#ifndef VIGIE_OPENAI_HTTP_PART_H
#define VIGIE_OPENAI_HTTP_PART_H

#include "openai/http.h"

/* Between the http*.c only. */

/* One question: made by http_get, lives in the line or in a slot. text holds URL and header lines,
 * the key among them; wiped before it is freed. */
struct request {
    struct request *next;
    http_done done;
    void *arg;
    int loopback;
    int ended; /* its done is being called */
    const char *url;
    const char *key;  /* what is masked in the answer; "" for none */
    const char *post; /* NULL: GET, or DELETE */
    int removes, once, elsewhere;
    struct curl_slist line[5 + HTTP_EXTRA];
    struct curl_slist *headers; /* those of line that are sent */
    char host[160];
    size_t size;
    char text[];
};

/* What is kept of the headers, cut to fit. */
struct kept {
#define HEADER(field, name, bytes) char field[bytes];
#include "openai/header.def"
#undef HEADER
};

/* One easy handle with what it fills; reused. */
struct slot {
    CURL *easy;
    struct request *request; /* NULL: idle */
    char *body;              /* owned, grows */
    size_t len, cap;
    size_t header_bytes;
    int too_big;
    const char *ca_file; /* borrowed; NULL: the system's */
    int broken;          /* its options could not be set again */
    struct kept kept;
    char error[CURL_ERROR_SIZE];
};

/* Where a key may go: 0 and the host of the URL, or ERR_USAGE. base: neither query nor fragment. */
struct target {
    char host[160]; /* host:port */
    int loopback;
};
int http_target(const char *url, int base, struct target *out, struct err *e);

/* Takes one line of the headers, as curl calls it: arg is the slot. 0 when there are too many. */
size_t slot_header(char *line, size_t size, size_t count, void *arg);

/* A slot with its callbacks; -1 when curl has no memory. */
int slot_init(struct slot *s, const struct http_options *options);
void slot_finish(struct slot *s);
/* Fills the handle for request, which it borrows. */
int slot_load(struct slot *s, struct request *request);
/* What came of it. */
void slot_answer(struct slot *s, CURLcode code, struct http_answer *out);
/* Ready for another; a large body is given back. */
void slot_unload(struct slot *s, const struct http_options *options);

/* Overwrites each occurrence of the key, in place. */
void http_mask(char *text, size_t len, const char *key);

#endif
