/* Any bytes through text_scrub, then what the screens do with the result. The first byte sets the
 * sizes. */
#include "config.h"

#include "fuzz.h"

#include "base/text.h"

#include <locale.h>
#include <string.h>

enum { OUT = 512 };

static void is_clean(const char *text)
{
    int32_t cp = 0;
    for (int n; (n = text_decode(text, &cp)) > 0; text += n) {
        PROMISE(cp >= 0x20 && cp != 0x7f && cp != 0xad);
        PROMISE(cp < 0x80 || cp >= 0xa0);
        PROMISE(cp < 0x202a || cp > 0x202e);
        PROMISE(cp < 0x2066 || cp > 0x2069);
    }
}

static void scrubbed(const uint8_t *data, size_t size, size_t max)
{
    char *some = text_scrub((const char *)data, size, max);
    PROMISE(strlen(some) <= max);
    is_clean(some);
    free(some);
    char *all = text_scrub((const char *)data, size, size * 10 + 1);
    char *again = text_scrub(all, strlen(all), size * 10 + 1);
    is_clean(all);
    PROMISE(strcmp(all, again) == 0);
    free(again);
    free(all);
}

static void shown(const char *text, int cols)
{
    char out[OUT * 8];
    int width = -1;
    size_t len = text_clip(text, cols, &width);
    PROMISE(len <= strlen(text) && width <= cols && width >= 0);
    for (int ascii = 0; ascii < 2; ascii++) {
        size_t n = text_fit(out, sizeof out, text, cols, ascii ? TEXT_LEFT : TEXT_RIGHT, ascii);
        PROMISE(n == strlen(out) && text_width(out) == cols);
        n = text_fit(out, (size_t)cols, text, cols, TEXT_LEFT, ascii);
        PROMISE(n == strlen(out) && (cols == 0 || n < (size_t)cols));
    }
}

static void translated(const char *text)
{
    size_t size = strlen(text) * 2 + 1;
    char *out = malloc(size);
    PROMISE(out);
    size_t n = text_ascii(out, size, text);
    PROMISE(n == strlen(out) && (int)n == text_width(text));
    for (size_t i = 0; i < n; i++)
        PROMISE(out[i] >= 0x20 && out[i] < 0x7f);
    free(out);
    PROMISE(text_contains(text, text));
    PROMISE(text_compare(text, text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        return 0;
    size_t max = size > 0 ? data[0] : 0;
    scrubbed(data, size, max);
    char *text = text_scrub((const char *)data, size, OUT);
    shown(text, (int)max % 100);
    translated(text);
    free(text);
    return 0;
}
