#ifndef VIGIE_FLOW_JOURNAL_ROWS_H
#define VIGIE_FLOW_JOURNAL_ROWS_H

#include "model/journal.h"

/* The journal as far as it was read, the newest first: pages one behind the other. Those far from
 * the cursor are let go and can be read again, for entries never change. */

enum { JOURNAL_PAGE = 100, JOURNAL_PAGES_KEPT = 20 };

struct journal_key {
    char at[32];
    char organisation[UUID_TEXT];
    int64_t seq;
};

struct journal_part {
    struct journal_key before; /* its entries are those older than this; at "": the newest */
    struct journal_page *page; /* NULL: let go */
    size_t len;                /* of the page's entries, the first so many */
};

struct journal_rows {
    struct journal_part *part;
    size_t parts, cap;
    size_t len; /* entries in all parts */
    int at_end; /* there is nothing older */
};

enum { JOURNAL_ALL_NEW = -1 };

void journal_rows_clear(struct journal_rows *rows);
/* NULL past the end, and for what was let go. Borrowed. */
const struct journal_entry *journal_rows_at(const struct journal_rows *rows, size_t index);
/* The key behind which the next older page begins. */
struct journal_key journal_rows_end(const struct journal_rows *rows);

/* Each takes the page. reset: the newest, in place of all. append: behind the oldest. fill: a part
 * that was let go. */
void journal_rows_reset(struct journal_rows *rows, struct journal_page *page);
void journal_rows_append(struct journal_rows *rows, struct journal_page *page);
void journal_rows_fill(struct journal_rows *rows, size_t part, struct journal_page *page);
/* The newest, to go before what is there: how many entries are new, or JOURNAL_ALL_NEW when they do
 * not join and everything was replaced. */
long journal_rows_renew(struct journal_rows *rows, struct journal_page *page);

/* The part let go that is nearest to the start among those with an entry from first to last; -1
 * when all are there. */
long journal_rows_missing(const struct journal_rows *rows, size_t first, size_t last);
/* Lets pages go that are far from an entry. */
void journal_rows_trim(struct journal_rows *rows, size_t index);

#endif
