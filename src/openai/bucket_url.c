#include "config.h"

#include "openai/costs.h"

#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { URL_BYTES = 2048, DAYS_A_PAGE = 31 };

static const char *const paths[USAGE_KINDS] = {
    [USAGE_COMPLETIONS] = "completions", [USAGE_EMBEDDINGS] = "embeddings",
    [USAGE_MODERATIONS] = "moderations", [USAGE_IMAGES] = "images",
    [USAGE_SPEECHES] = "audio_speeches", [USAGE_TRANSCRIPTIONS] = "audio_transcriptions",
};

/* All but letters, digits and "-._~" as %XX. */
static void add_escaped(struct str *s, const char *text)
{
    static const char plain[] =
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (; *text; text++) {
        if (strchr(plain, *text))
            (void)str_add_char(s, *text);
        else
            (void)str_addf(s, "%%%02X", (unsigned)(unsigned char)*text);
    }
}

static void add_base(struct str *s, const char *base)
{
    size_t len = strlen(base);
    while (len > 0 && base[len - 1] == '/')
        len--;
    (void)str_add_len(s, base, len);
}

/* group_by[] with its brackets escaped: what every program of OpenAI's sends. */
static void add_query(struct str *s, int64_t from, int64_t until, int by_key, const char *page)
{
    (void)str_addf(s, "?start_time=%" PRId64 "&end_time=%" PRId64, from, until);
    (void)str_addf(s, "&bucket_width=1d&limit=%d&group_by%%5B%%5D=project_id", DAYS_A_PAGE);
    if (by_key)
        (void)str_add(s, "&group_by%5B%5D=api_key_id");
    if (page[0])
        (void)str_add(s, "&page=");
    add_escaped(s, page);
}

static int give(struct str *s, char *out, size_t size)
{
    int n = s->overflow ? -1 : snprintf(out, size, "%s", str_get(s));
    str_finish(s);
    return n < 0 || (size_t)n >= size ? -1 : 0;
}

int costs_url(char *out, size_t size, const char *base, int64_t from, int64_t until, int by_key,
              const char *page)
{
    struct str s;
    str_init(&s, URL_BYTES);
    add_base(&s, base);
    (void)str_add(&s, "/organization/costs");
    add_query(&s, from, until, by_key, page);
    return give(&s, out, size);
}

int usage_url(char *out, size_t size, const char *base, enum usage_kind kind, int64_t from,
              int64_t until, const char *page)
{
    struct str s;
    str_init(&s, URL_BYTES);
    add_base(&s, base);
    (void)str_addf(&s, "/organization/usage/%s", paths[kind]);
    add_query(&s, from, until, 0, page);
    return give(&s, out, size);
}
