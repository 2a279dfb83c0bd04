#include "config.h"

#include "openai/costs.h"

#include "openai/url.h"

#include <inttypes.h>

enum { DAYS_A_PAGE = 31 };

static const char *const paths[USAGE_KINDS] = {
    [USAGE_COMPLETIONS] = "completions", [USAGE_EMBEDDINGS] = "embeddings",
    [USAGE_MODERATIONS] = "moderations", [USAGE_IMAGES] = "images",
    [USAGE_SPEECHES] = "audio_speeches", [USAGE_TRANSCRIPTIONS] = "audio_transcriptions",
};

/* group_by[] with its brackets escaped: what every program of OpenAI's sends. */
static void add_query(struct str *s, int64_t from, int64_t until, int by_key, const char *page)
{
    (void)str_addf(s, "?start_time=%" PRId64 "&end_time=%" PRId64, from, until);
    (void)str_addf(s, "&bucket_width=1d&limit=%d&group_by%%5B%%5D=project_id", DAYS_A_PAGE);
    if (by_key)
        (void)str_add(s, "&group_by%5B%5D=api_key_id");
    if (page[0])
        (void)str_add(s, "&page=");
    url_escaped(s, page);
}

int costs_url(char *out, size_t size, const char *base, int64_t from, int64_t until, int by_key,
              const char *page)
{
    struct str s;
    str_init(&s, URL_BYTES);
    url_base(&s, base);
    (void)str_add(&s, "/organization/costs");
    add_query(&s, from, until, by_key, page);
    return url_give(&s, out, size);
}

int usage_url(char *out, size_t size, const char *base, enum usage_kind kind, int64_t from,
              int64_t until, const char *page)
{
    struct str s;
    str_init(&s, URL_BYTES);
    url_base(&s, base);
    (void)str_addf(&s, "/organization/usage/%s", paths[kind]);
    add_query(&s, from, until, 0, page);
    return url_give(&s, out, size);
}
