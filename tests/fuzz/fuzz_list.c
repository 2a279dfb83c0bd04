/* Any text as PostgreSQL's text of an array: read whole or not at all, every item bounded, all
 * items made of the text's own bytes. */
#include "config.h"

#include "fuzz.h"

#include "model/list.h"

#include <string.h>

static size_t items(const char *text, char *item, size_t size)
{
    size_t bytes = 0;
    const char *p = list_start(text);
    PROMISE(!p || text[0] == '{');
    while (p && (p = list_next(p, item, size, NULL))) {
        PROMISE(memchr(item, '\0', size));
        PROMISE(p > text && p <= text + strlen(text));
        bytes += strlen(item);
    }
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char item[16];
    char *text = malloc(size + 1);
    char *joined = malloc(size * 2 + 1);
    PROMISE(text && joined);
    memcpy(text, data, size);
    text[size] = '\0';
    PROMISE(items(text, item, sizeof item) <= strlen(text));
    list_join(joined, size * 2 + 1, text);
    PROMISE(strlen(joined) <= strlen(text) * 2);
    list_join(item, sizeof item, text);
    PROMISE(strlen(item) < sizeof item);
    free(joined);
    free(text);
    return 0;
}
