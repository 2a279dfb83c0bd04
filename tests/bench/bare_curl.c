/* The bare baseline of the probe bench: one curl_multi loop over one HTTP/2 connection that fetches
 * the same body again and again and parses each with json-c.
 *   bare_curl URL CA COUNT      prints the seconds it took and the models counted */
#include "config.h"

#include <curl/curl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { AT_ONCE = 64, BODY_MAX = 1 << 20 };

struct transfer {
    CURL *easy;
    char *body;
    size_t len;
};

static struct transfer transfers[AT_ONCE];

static size_t take(char *bytes, size_t size, size_t count, void *arg)
{
    struct transfer *t = arg;
    size_t n = size * count;
    if (t->len + n >= BODY_MAX)
        return 0;
    memcpy(t->body + t->len, bytes, n);
    t->len += n;
    return n;
}

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t models_in(struct transfer *t)
{
    struct json_object *list = NULL;
    t->body[t->len] = '\0';
    struct json_object *root = json_tokener_parse(t->body);
    size_t n = json_object_object_get_ex(root, "data", &list) ? json_object_array_length(list) : 0;
    (void)json_object_put(root);
    t->len = 0;
    return n;
}

static void prepare(struct transfer *t, const char *url, const char *ca, struct curl_slist *headers)
{
    t->body = malloc(BODY_MAX + 1);
    t->easy = curl_easy_init();
    if (!t->body || !t->easy)
        exit(2);
    (void)curl_easy_setopt(t->easy, CURLOPT_URL, url);
    (void)curl_easy_setopt(t->easy, CURLOPT_CAINFO, ca);
    (void)curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, headers);
    (void)curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    (void)curl_easy_setopt(t->easy, CURLOPT_PIPEWAIT, 1L);
    (void)curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, take);
    (void)curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
    (void)curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
}

/* Returns the models counted; started and ended together reach count. */
static size_t run(CURLM *multi, long count)
{
    size_t models = 0;
    long started = 0;
    long ended = 0;
    for (; started < AT_ONCE && started < count; started++)
        (void)curl_multi_add_handle(multi, transfers[started].easy);
    while (ended < count) {
        int running = 0;
        int left = 0;
        CURLMsg *message = NULL;
        (void)curl_multi_perform(multi, &running);
        while ((message = curl_multi_info_read(multi, &left))) {
            struct transfer *t = NULL;
            if (message->msg != CURLMSG_DONE || message->data.result != CURLE_OK)
                exit(3);
            (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
            (void)curl_multi_remove_handle(multi, t->easy);
            models += models_in(t);
            ended++;
            if (started < count) {
                started++;
                (void)curl_multi_add_handle(multi, t->easy);
            }
        }
        if (ended < count)
            (void)curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    return models;
}

int main(int argc, char **argv)
{
    if (argc != 4 || curl_global_init(CURL_GLOBAL_DEFAULT))
        return 2;
    CURLM *multi = curl_multi_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Authorization: Bearer sk-proj-bench");
    (void)curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    (void)curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    for (int i = 0; i < AT_ONCE; i++)
        prepare(&transfers[i], argv[1], argv[2], headers);
    double from = seconds();
    size_t models = run(multi, strtol(argv[3], NULL, 10));
    (void)printf("%.4f %zu\n", seconds() - from, models);
    for (int i = 0; i < AT_ONCE; i++) {
        curl_easy_cleanup(transfers[i].easy);
        free(transfers[i].body);
    }
    (void)curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    return 0;
}
