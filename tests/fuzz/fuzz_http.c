/* Any lines as the headers of an answer: what is kept is bounded and on one line; and any line as
 * the address to send a key to: only https, or this machine itself, ever passes. */
#include "config.h"

#include "fuzz.h"

#include "openai/http_part.h"

#include <string.h>

static void is_line(const char *text, size_t size)
{
    const char *end = memchr(text, '\0', size);
    PROMISE(end);
    PROMISE(end == text || (text[0] != ' ' && text[0] != '\t' && !strchr(" \t\r\n", end[-1])));
}

static void headers(const uint8_t *data, size_t size)
{
    struct slot slot = {0};
    while (size > 0) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t len = end ? (size_t)(end - data) + 1 : size;
        char *line = malloc(len); /* so that a read past the end is seen */
        PROMISE(line);
        memcpy(line, data, len);
        PROMISE(slot_header(line, 1, len, &slot) == len);
        free(line);
        data += len;
        size -= len;
    }
#define HEADER(field, name, bytes) is_line(slot.kept.field, sizeof slot.kept.field);
#include "openai/header.def"
#undef HEADER
}

static void address(const uint8_t *data, size_t size)
{
    const uint8_t *end = memchr(data, '\n', size);
    size_t len = end ? (size_t)(end - data) : size;
    struct target target = {0};
    struct err e = {0};
    char *url = malloc(len + 1);
    PROMISE(url);
    memcpy(url, data, len);
    url[len] = '\0';
    int rc = http_target(url, 0, &target, &e);
    PROMISE(rc == 0 || rc == -ERR_USAGE);
    PROMISE(rc || (memchr(target.host, '\0', sizeof target.host) && strrchr(target.host, ':')));
    PROMISE(rc || strncasecmp(url, "https://", 8) == 0 ||
            (strncasecmp(url, "http://", 7) == 0 && target.loopback));
    PROMISE(rc || (!strchr(url, '#') && strlen(url) < HTTP_URL_MAX));
    PROMISE(rc == 0 || http_target(url, 1, &target, &e) != 0);
    free(url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    address(data, size);
    headers(data, size);
    return 0;
}
