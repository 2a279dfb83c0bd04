/* Any body as a page of costs: refused whole, or every row keeps the grammar and the bounds that
 * the database relies on, and its cursor makes an address. */
#include "config.h"

#include "fuzz.h"

#include "openai/costs.h"

#include <string.h>

static void is_word(const char *text, size_t size)
{
    PROMISE(memchr(text, '\0', size));
    for (; *text; text++)
        PROMISE(*text > 0x20 && *text < 0x7f);
}

static void is_row(const struct bucket_row *row)
{
    PROMISE(row->day >= 0 && row->day <= 253402300799);
    is_word(row->project, sizeof row->project);
    is_word(row->key, sizeof row->key);
    is_word(row->amount, sizeof row->amount);
    PROMISE(amount_is_decimal(row->amount));
    PROMISE(strlen(row->currency) == 3 && strspn(row->currency, "abcdefghijklmnopqrstuvwxyz") == 3);
}

static void has_address(const struct bucket_page *page)
{
    char url[2048];
    PROMISE(costs_url(url, sizeof url, "https://127.0.0.1/v1", 0, 1, 1, page->next) == 0);
    is_word(url, sizeof url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bucket_page page;
    struct pager pager = {0};
    struct err e = {0};
    int rc = costs_parse((const char *)data, size, &page, &e);
    PROMISE(rc == 0 || rc == -ERR_USAGE || rc == -ERR_LIMIT);
    PROMISE(rc == 0 || (page.len == 0 && !page.row && !page.next[0] && !page.has_more));
    PROMISE(page.len <= BUCKET_ROWS_MAX);
    for (size_t i = 0; i < page.len; i++)
        is_row(&page.row[i]);
    is_word(page.next, sizeof page.next);
    has_address(&page);
    int next = pager_next(&pager, &page, &e);
    PROMISE(next == (!page.has_more ? 0 : page.next[0] ? 1 : -ERR_USAGE));
    PROMISE(next != 1 || pager_next(&pager, &page, &e) == -ERR_USAGE);
    bucket_page_finish(&page);
    return 0;
}
