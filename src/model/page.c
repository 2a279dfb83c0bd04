#include "config.h"

#include "model/page.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void page_request_init(struct page_request *r)
{
    *r = (struct page_request){
        .order = {.column = COL_ORGANISATION_ID}, .from_edge = 1, .limit = 50};
    filter_init(&r->filter);
}

void page_request_finish(struct page_request *r)
{
    for (int i = 0; i < KEYSET_PARTS; i++) {
        free(r->keyset[i]);
        r->keyset[i] = NULL;
    }
}

void page_request_anchor(struct page_request *r, const struct connexion *row)
{
    r->from_edge = 0;
    memcpy(r->id, row->id, sizeof r->id);
    for (int i = 0; i < KEYSET_PARTS; i++) {
        free(r->keyset[i]);
        r->keyset[i] = mem_dup_null(row->keyset[i]);
    }
}

struct page *page_create(size_t max)
{
    struct page *p = mem_zero(1, sizeof *p);
    p->rows = max ? mem_zero(max, sizeof *p->rows) : NULL;
    return p;
}

void page_destroy(struct page *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->len; i++)
        connexion_destroy(p->rows[i]);
    free(p->rows);
    free(p);
}
