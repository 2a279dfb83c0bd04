#ifndef VIGIE_OPENAI_COSTS_H
#define VIGIE_OPENAI_COSTS_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* GET /v1/organization/costs and /usage: pages of daily buckets, for an admin key. */

enum {
    PAGE_CURSOR = 256,
    PROJECT_TEXT = 96,
    AMOUNT_TEXT = 96,
    PAGES_MAX = 100,
    BUCKET_ROWS_MAX = 20000
};

enum usage_kind {
    USAGE_COMPLETIONS,
    USAGE_EMBEDDINGS,
    USAGE_MODERATIONS,
    USAGE_IMAGES,
    USAGE_SPEECHES,
    USAGE_TRANSCRIPTIONS,
    USAGE_KINDS
};

/* One result of a bucket: what a project (or a key of it) cost, or how often it was asked. Amounts
 * are the decimal text as it came, checked against a grammar; never a floating point. */
struct bucket_row {
    int64_t day;                /* start of the bucket, UTC seconds */
    char project[PROJECT_TEXT]; /* "" : not attributed */
    char key[PROJECT_TEXT];     /* "" unless grouped by it */
    char currency[8];           /* lower case; costs only */
    char amount[AMOUNT_TEXT];   /* costs: decimal text; usage: digits of num_model_requests */
};

struct bucket_page {
    struct bucket_row *row; /* owned */
    size_t len;
    char next[PAGE_CURSOR]; /* "" when this is the last page, or no cursor came */
    int has_more;           /* the page says that another follows */
};

/* base without its trailing slash + path and query. from and until (exclusive): UTC seconds of
 * midnights; page: "" for the first. by_key groups by api_key_id as well. -1 when it does not fit.
 */
int costs_url(char *out, size_t size, const char *base, int64_t from, int64_t until, int by_key,
              const char *page);
int usage_url(char *out, size_t size, const char *base, enum usage_kind kind, int64_t from,
              int64_t until, const char *page);

/* 0, or negative when the body is no such page, breaks the grammar or a bound: then page is empty.
 * ERR_USAGE: not what the API describes; ERR_LIMIT: larger than a bound. A result without an amount
 * is legal and left out. Amounts are read from their own text, whether they come as numbers or as
 * strings, whatever the locale; page->row is freed by bucket_page_finish in any case. */
int costs_parse(const char *body, size_t len, struct bucket_page *page, struct err *e);
int usage_parse(const char *body, size_t len, struct bucket_page *page, struct err *e);
void bucket_page_finish(struct bucket_page *page);

/* Guards a loop over pages: a repeated cursor, has_more without one and more than PAGES_MAX pages
 * end it. 1 when next may be fetched, 0 at the end, negative when the loop is broken: then nothing
 * of its pages may be used. Zero it before the first page. */
struct pager {
    int pages;
    uint64_t seen[PAGES_MAX];
};
int pager_next(struct pager *pager, const struct bucket_page *page, struct err *e);

enum { AMOUNT_WHOLE_MAX = 40, AMOUNT_PLACES_MAX = 16383 };

/* "12.50", "-0.3", "0E-6176", "1e-7": a decimal with at most AMOUNT_TEXT - 1 characters; 1 or 0.
 * With its exponent it has at most AMOUNT_WHOLE_MAX digits before the point (no sum of money has
 * more) and AMOUNT_PLACES_MAX behind it (PostgreSQL takes no more). */
int amount_is_decimal(const char *text);

#endif
