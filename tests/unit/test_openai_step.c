/* Requests that end while a step works: the wait behind it has nothing to wake it. */
#include "config.h"

#include "openai/http.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONG_MS = 30000, HOSTS = 200 };

/* A port that was free a moment ago. */
static int closed_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert(fd >= 0 && bind(fd, (struct sockaddr *)&at, len) == 0 &&
              getsockname(fd, (struct sockaddr *)&at, &len) == 0);
    close(fd);
    return ntohs(at.sin_port);
}

static void count(void *arg, const struct http_answer *a)
{
    int *refused = arg;
    *refused += a->curl == CURLE_COULDNT_CONNECT;
}

/* A refusal comes when the connection is looked at again. */
static void refused_later(char *url, size_t size, int port, int number)
{
    (void)snprintf(url, size, "http://127.0.0.%d:%d/v1/models", number % HOSTS + 1, port);
}

/* Everybody's address is none to connect to: it fails where it begins. */
static void refused_now(char *url, size_t size, int port, int number)
{
    (void)port;
    (void)snprintf(url, size, "https://255.255.255.255:%d/v1/models", number + 1);
}

/* More than are under way at once, each of a host of its own, each ended as soon as it begins. */
static void ask_many(int many, void (*name)(char *url, size_t size, int port, int number))
{
    struct http *h = NULL;
    struct http_options options = {0};
    char url[64];
    int refused = 0;
    cr_assert_eq(curl_global_init(CURL_GLOBAL_DEFAULT), CURLE_OK);
    cr_assert_eq(http_create(&h, &options, NULL), 0);
    int port = closed_port();
    for (int i = 0; i < many; i++) {
        name(url, sizeof url, port, i);
        cr_assert_eq(http_get(h, url, "sk-proj-step", NULL, NULL, count, &refused, NULL), 0);
    }
    int64_t begin = clock_mono_ms();
    while (http_pending(h) > 0) {
        http_step(h);
        if (http_pending(h) > 0)
            cr_assert_eq(http_wait(h, NULL, 0, LONG_MS), 0);
        cr_assert_lt(clock_mono_ms() - begin, LONG_MS, "of %d requests %d ended", many, refused);
    }
    cr_expect_eq(refused, many);
    http_destroy(h);
}

Test(openai_step, one_request_that_ends_at_once)
{
    ask_many(1, refused_later);
    ask_many(1, refused_now);
}

Test(openai_step, a_full_house_that_ends_at_once)
{
    ask_many(HTTP_AT_ONCE, refused_later);
    ask_many(HTTP_AT_ONCE, refused_now);
}

Test(openai_step, a_line_that_is_longer_than_the_turns_of_a_step)
{
    ask_many(HTTP_AT_ONCE * 9 + 1, refused_later);
    ask_many(HTTP_AT_ONCE * 9 + 1, refused_now);
}
