#include "config.h"

#include "db/q_connexion.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "db/param.h"
#include "db/row.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* limit, organisation, anchor, inclusive; then the anchor's key; then the filter */
enum { PAGE_BASE = 4, PAGE_VALUES = PAGE_BASE + KEYSET_PARTS + PARAM_FILTER, NUMBER_TEXT = 24 };

struct ask_page {
    page_done done;
    void *arg;
    int limit;
    int backward;
};

static struct page *decode_page(const struct ask_page *ask, const PGresult *res, struct err *e)
{
    struct row_layout layout;
    if (row_layout(&layout, res, ROW_LIST_CHARS, e) < 0)
        return NULL;
    int n = PQntuples(res);
    struct page *page = page_create((size_t)ask->limit);
    page->more = n > ask->limit;
    if (page->more)
        n = ask->limit;
    for (int i = 0; i < n; i++)
        page->rows[i] = row_connexion(&layout, res, ask->backward ? n - 1 - i : i);
    page->len = (size_t)n;
    return page;
}

static void got_page(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_page *ask = arg;
    struct page *page = count == 1 ? decode_page(ask, results[0], e) : NULL;
    ask->done(ask->arg, page, e);
    free(ask);
}

static enum stmt_variant variant(const struct session *s, const struct filter *f)
{
    if (!session_clients_readable(s))
        return STMT_BARE;
    if (session_lists(s) && filter_has_text(f))
        return STMT_FOUND;
    return filter_is_empty(f) ? STMT_PLAIN : STMT_FILTERED;
}

/* A member's queries always carry the organisation: an index serves them whatever the policies are.
 */
static const char *organisation(const struct session *s, const char *asked)
{
    const char *own = session_organisation(s);
    return asked[0] ? asked : own[0] ? own : NULL;
}

/* How many parts the anchor of an order has besides the id. */
static int key_parts(enum stmt stmt, enum stmt_variant v)
{
    return stmt_params(stmt) - PAGE_BASE - (v == STMT_PLAIN ? 0 : PARAM_FILTER);
}

int q_connexion_page(struct session *s, const struct page_request *r, page_done done, void *arg,
                     struct err *e)
{
    if (r->limit < 1 || r->limit > PAGE_MAX || !column_sortable(r->order.column))
        return err_set(e, ERR_LIMIT, _("No such page."));
    enum stmt_variant v = variant(s, &r->filter);
    enum stmt stmt = stmt_page(&r->order, r->backward, v, session_lists(s));
    int n = PAGE_BASE;
    char limit[NUMBER_TEXT];
    struct param_filter filter;
    (void)snprintf(limit, sizeof limit, "%d", r->limit + 1);
    const char *values[PAGE_VALUES] = {limit, organisation(s, r->organisation),
                                       r->from_edge ? NULL : r->id, r->inclusive ? "t" : "f"};
    for (int i = 0; i < key_parts(stmt, v); i++)
        values[n++] = r->from_edge ? NULL : r->keyset[i];
    if (v != STMT_PLAIN)
        param_filter(&filter, &r->filter, values + n);
    struct ask_page *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_page){done, arg, r->limit, r->backward};
    const struct query query = {stmt, stmt_params(stmt), values};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, got_page, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}

struct ask_one {
    connexion_done done;
    void *arg;
};

static void got_one(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_one *ask = arg;
    struct row_layout layout;
    struct connexion *row = NULL;
    if (count == 1 && PQntuples(results[0]) > 0 &&
        row_layout(&layout, results[0], ROW_SHEET_CHARS, e) == 0)
        row = row_connexion(&layout, results[0], 0);
    ask->done(ask->arg, row, e);
    free(ask);
}

int q_connexion_one(struct session *s, const char *id, connexion_done done, void *arg,
                    struct err *e)
{
    enum stmt stmt = session_clients_readable(s) ? STMT_SHEET : STMT_SHEET_BARE;
    const char *const values[] = {id};
    const struct query query = {stmt, 1, values};
    struct ask_one *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_one){done, arg};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, got_one, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}
