/* Any body as a page of use: refused whole, or every row has digits for the count of requests. */
#include "config.h"

#include "fuzz.h"

#include "openai/costs.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bucket_page page;
    struct err e = {0};
    int rc = usage_parse((const char *)data, size, &page, &e);
    PROMISE(rc == 0 || rc == -ERR_USAGE || rc == -ERR_LIMIT);
    PROMISE(rc == 0 || (page.len == 0 && !page.row));
    PROMISE(page.len <= BUCKET_ROWS_MAX);
    for (size_t i = 0; i < page.len; i++) {
        const char *amount = page.row[i].amount;
        PROMISE(amount[0] && amount[strspn(amount, "0123456789")] == '\0' && strlen(amount) < 20);
        PROMISE(memchr(page.row[i].project, '\0', sizeof page.row[i].project));
        PROMISE(!page.row[i].currency[0]);
    }
    bucket_page_finish(&page);
    return 0;
}
