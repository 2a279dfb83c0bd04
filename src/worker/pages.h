#ifndef VIGIE_WORKER_PAGES_H
#define VIGIE_WORKER_PAGES_H

#include "openai/costs.h"
#include "openai/judge.h"
#include "worker/kit.h"

/* All pages of one question about costs or usage, one after the other. */

enum { PAGES_ROWS_MAX = 200000 };

enum pages_end {
    PAGES_WHOLE,    /* row holds everything */
    PAGES_FAILED,   /* verdict and evidence say why; row is as it was before */
    PAGES_CANCELLED /* the program ends */
};

struct pages {
    struct kit *kit;
    /* the question; borrowed until done is called */
    enum question question; /* QUESTION_COSTS or QUESTION_USAGE */
    enum usage_kind kind;
    const char *base, *key;
    int64_t from, until; /* UTC seconds of midnights */
    int by_key;
    void (*done)(void *arg, struct pages *pages, enum pages_end end);
    void *arg;
    /* the answer */
    struct bucket_row *row; /* owned */
    size_t len, cap;
    size_t before; /* rows of earlier questions */
    enum verdict verdict;
    struct evidence evidence; /* of the last page */
    /* between */
    struct pager pager;
    char next[PAGE_CURSOR];
    int asking;
};

/* Asks; the rows are added to those of earlier questions. done is called once, from http_step, or
 * from here when nothing can be sent. */
void pages_start(struct pages *pages);
/* Forgets the rows. */
void pages_clear(struct pages *pages);

#endif
