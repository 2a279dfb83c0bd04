#include "config.h"

#include "openai/costs.h"

#include "base/i18n.h"

static uint64_t hash(const char *text)
{
    uint64_t h = 14695981039346656037u;
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 1099511628211u;
    return h;
}

int pager_next(struct pager *pager, const struct bucket_page *page, struct err *e)
{
    if (!page->has_more)
        return 0;
    if (!page->next[0])
        return err_set(e, ERR_USAGE, _("OpenAI promises another page and does not say which"));
    uint64_t cursor = hash(page->next);
    for (int i = 0; i < pager->pages; i++)
        if (pager->seen[i] == cursor)
            return err_set(e, ERR_USAGE, _("OpenAI's pages go round in a circle"));
    if (pager->pages + 1 >= PAGES_MAX)
        return err_set(e, ERR_LIMIT, _("OpenAI sends more than %d pages"), PAGES_MAX);
    pager->seen[pager->pages++] = cursor;
    return 1;
}
