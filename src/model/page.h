#ifndef VIGIE_MODEL_PAGE_H
#define VIGIE_MODEL_PAGE_H

#include "model/filter.h"

enum { PAGE_MAX = 1000 };

/* The order of a list. The order by organisation is by its name, then by account, and is the
 * default. */
struct order {
    enum column column;
    int descending;
};

/* A page of rows, by key and never by offset: the rows after (or before) a row in an order. */
struct page_request {
    struct order order;
    struct filter filter;
    char organisation[UUID_TEXT]; /* only this one; "" for all that the identity sees */
    int backward;                 /* towards the start of the order */
    int from_edge; /* from the start (or the end when backward): the anchor is not used */
    int inclusive; /* the anchor's row itself counts too */
    char *keyset[KEYSET_PARTS]; /* the anchor: keyset and id of a row */
    char id[UUID_TEXT];
    int limit; /* 1..PAGE_MAX */
};

struct page {
    struct connexion **rows; /* in the order asked for, also when read backward */
    size_t len;
    int more; /* rows follow in the direction of reading */
};

void page_request_init(struct page_request *r);
void page_request_finish(struct page_request *r);
/* Anchors the request at a row. */
void page_request_anchor(struct page_request *r, const struct connexion *row);

struct page *page_create(size_t max);
/* Destroys the rows still in it; a row moved away leaves NULL. */
void page_destroy(struct page *p);

#endif
