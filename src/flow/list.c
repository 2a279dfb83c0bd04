#include "config.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "flow/turn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows are fetched in pages of at least FETCH_MIN, kept up to WINDOW_MAX around the cursor.
 * Filtering at each key typed is for lists that a scan answers at once. */
enum { FETCH_MIN = 64, FETCH_MAX = 200, WINDOW_MAX = 400, LIVE_MAX = 50000 };
enum { TOTALS_REST = 10, TOTALS_GAP_MS = 1000 };

static int fetch_size(const struct state *st)
{
    int n = 2 * state_body_rows(st);
    return n < FETCH_MIN ? FETCH_MIN : n > FETCH_MAX ? FETCH_MAX : n;
}

/* The organisation that travels with each question: the chosen one, else a member's own. */
static const char *effective_organisation(const struct state *st)
{
    const struct proof *p = &st->link.proof;
    if (st->list.organisation[0])
        return st->list.organisation;
    return st->link.proven && !p->admin ? p->organisation_id : "";
}

static void fill(const struct state *st, struct page_request *r)
{
    r->order = st->list.order;
    r->filter = st->list.filter;
    (void)snprintf(r->organisation, sizeof r->organisation, "%s", effective_organisation(st));
    r->limit = fetch_size(st);
}

void list_forget_jobs(struct list *list)
{
    list->job_next = list->job_previous = list->job_reset = list->job_totals = 0;
}

void list_clear(struct list *list)
{
    for (size_t i = 0; i < list->len; i++)
        connexion_destroy(list->rows[i]);
    list->len = list->cursor = list->top = 0;
    list->at_start = list->at_end = 0;
    list->before = -1;
}

void list_reload(struct turn *t, int from_end)
{
    struct list *list = &t->st->list;
    struct job *job = turn_job(t, JOB_PAGE);
    list->job_next = list->job_previous = 0;
    if (!job)
        return;
    fill(t->st, &job->page);
    job->page.backward = from_end;
    list->job_reset = job->id;
    list->reset_keeps_cursor = 0;
    list->reset_from_end = from_end;
}

void list_refresh(struct turn *t)
{
    struct list *list = &t->st->list;
    if (!list->loaded || list->len == 0 || list->outdated) {
        list_reload(t, 0);
        return;
    }
    struct job *job = turn_job(t, JOB_PAGE);
    if (!job)
        return;
    fill(t->st, &job->page);
    if ((int)list->len > job->page.limit)
        job->page.limit = (int)list->len;
    if (!list->at_start) {
        page_request_anchor(&job->page, list->rows[0]);
        job->page.inclusive = 1;
    }
    list->job_next = list->job_previous = 0;
    list->job_reset = job->id;
    list->reset_keeps_cursor = 1;
}

static void fetch(struct turn *t, int backward)
{
    struct list *list = &t->st->list;
    struct job *job = turn_job(t, JOB_PAGE);
    if (!job)
        return;
    fill(t->st, &job->page);
    job->page.backward = backward;
    page_request_anchor(&job->page, backward ? list->rows[0] : list->rows[list->len - 1]);
    if (backward)
        list->job_previous = job->id;
    else
        list->job_next = job->id;
}

/* Two screens ahead, so that paging finds its rows already there. */
static void prefetch(struct turn *t)
{
    struct list *list = &t->st->list;
    size_t margin = 2 * (size_t)state_body_rows(t->st);
    if (list->len == 0 || list->job_reset || list->outdated || t->st->link.status != LINK_READY)
        return;
    if (!list->at_end && !list->job_next && list->len - list->cursor <= margin)
        fetch(t, 0);
    if (!list->at_start && !list->job_previous && list->cursor < margin)
        fetch(t, 1);
}

static void keep_visible(struct state *st)
{
    struct list *list = &st->list;
    size_t body = (size_t)state_body_rows(st);
    if (list->cursor >= list->len)
        list->cursor = list->len ? list->len - 1 : 0;
    if (list->cursor < list->top)
        list->top = list->cursor;
    if (list->cursor >= list->top + body)
        list->top = list->cursor - body + 1;
    if (list->at_end && list->top + body > list->len)
        list->top = list->len > body ? list->len - body : 0;
}

void list_move(struct turn *t, long delta)
{
    struct list *list = &t->st->list;
    long body = state_body_rows(t->st);
    long to = (long)list->cursor + delta;
    if (list->len == 0)
        return;
    if (delta >= body || -delta >= body)
        list->top = (long)list->top + delta < 0 ? 0 : (size_t)((long)list->top + delta);
    list->cursor = to < 0 ? 0 : (size_t)to >= list->len ? list->len - 1 : (size_t)to;
    if (list->top >= list->len)
        list->top = list->len - 1;
    keep_visible(t->st);
    prefetch(t);
}

void list_first(struct turn *t)
{
    struct list *list = &t->st->list;
    if (!list->at_start) {
        list_reload(t, 0);
        return;
    }
    list->cursor = list->top = 0;
}

void list_last(struct turn *t)
{
    struct list *list = &t->st->list;
    if (!list->at_end) {
        list_reload(t, 1);
        return;
    }
    list->cursor = list->len ? list->len - 1 : 0;
    keep_visible(t->st);
}

static void reserve(struct list *list, size_t n)
{
    if (n <= list->cap)
        return;
    list->rows = mem_grow(list->rows, n, sizeof *list->rows);
    list->cap = n;
}

/* Moves the rows of a page into the window at an index. */
static void insert(struct list *list, size_t at, struct page *page)
{
    if (page->len == 0)
        return;
    reserve(list, list->len + page->len);
    memmove(list->rows + at + page->len, list->rows + at, (list->len - at) * sizeof *list->rows);
    memcpy(list->rows + at, page->rows, page->len * sizeof *list->rows);
    list->len += page->len;
    page->len = 0;
}

static void drop_head(struct list *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        connexion_destroy(list->rows[i]);
    memmove(list->rows, list->rows + n, (list->len - n) * sizeof *list->rows);
    list->len -= n;
    list->cursor -= n;
    list->top -= list->top < n ? list->top : n;
    list->at_start = 0;
    if (list->before >= 0)
        list->before += (int64_t)n;
}

static void drop_tail(struct list *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        connexion_destroy(list->rows[list->len - 1 - i]);
    list->len -= n;
    list->at_end = 0;
}

static void take_next(struct list *list, struct page *page)
{
    list->job_next = 0;
    list->at_end = !page->more;
    insert(list, list->len, page);
    if (list->len > WINDOW_MAX && list->cursor > WINDOW_MAX / 4) {
        size_t spare = list->cursor - WINDOW_MAX / 4;
        size_t extra = list->len - WINDOW_MAX;
        drop_head(list, extra < spare ? extra : spare);
    }
}

static void take_previous(struct list *list, struct page *page)
{
    size_t n = page->len;
    list->job_previous = 0;
    insert(list, 0, page);
    list->cursor += n;
    list->top += n;
    list->before = list->before >= (int64_t)n ? list->before - (int64_t)n : -1;
    list->at_start = !page->more;
    if (list->at_start)
        list->before = 0;
    if (list->len > WINDOW_MAX && list->len - list->cursor > WINDOW_MAX / 4) {
        size_t spare = list->len - list->cursor - WINDOW_MAX / 4;
        size_t extra = list->len - WINDOW_MAX;
        drop_tail(list, extra < spare ? extra : spare);
    }
}

static void count_from_end(struct list *list)
{
    if (list->at_start)
        list->before = 0;
    else if (list->at_end && list->totals_known && list->totals_exact)
        list->before = list->totals.connexions - (int64_t)list->len;
}

static void take_edge(struct state *st, struct page *page)
{
    struct list *list = &st->list;
    int from_end = list->reset_from_end;
    list_clear(list);
    list->outdated = 0;
    list->at_start = from_end ? !page->more : 1;
    list->at_end = from_end ? 1 : !page->more;
    insert(list, 0, page);
    list->cursor = from_end && list->len ? list->len - 1 : 0;
    count_from_end(list);
}

static void take_refresh(struct state *st, struct page *page)
{
    struct list *list = &st->list;
    const struct connexion *row = state_current(st);
    char id[UUID_TEXT] = "";
    size_t cursor = list->cursor;
    size_t top = list->top;
    int at_start = list->at_start;
    int64_t before = list->before;
    if (row)
        memcpy(id, row->id, sizeof id);
    list_clear(list);
    list->at_start = at_start;
    list->before = before;
    list->at_end = !page->more;
    insert(list, 0, page);
    list->cursor = cursor;
    list->top = top;
    for (size_t i = 0; i < list->len; i++)
        if (strcmp(list->rows[i]->id, id) == 0)
            list->cursor = i;
    for (size_t i = 0; list->seek[0] && i < list->len; i++)
        if (strcmp(list->rows[i]->id, list->seek) == 0)
            list->cursor = i;
    list->seek[0] = '\0';
}

/* From the first row of a new order, filter or organisation; until it came no row held can be a
 * place to read on from, whatever becomes of the question. */
static void start_over(struct turn *t)
{
    t->st->list.outdated = 1;
    t->st->list.stale_filter = 0;
    t->st->job_shown = 0; /* it is about what was shown before */
    list_reload(t, 0);
}

void list_take_page(struct turn *t, struct event *event)
{
    struct list *list = &t->st->list;
    struct page *page = event->page;
    if (!page || event->job == 0)
        return;
    int was_reset = event->job == list->job_reset;
    if (event->job == list->job_next) {
        take_next(list, page);
    } else if (event->job == list->job_previous) {
        take_previous(list, page);
    } else if (event->job == list->job_reset) {
        int keep = list->reset_keeps_cursor;
        list->job_reset = 0;
        if (keep)
            take_refresh(t->st, page);
        else
            take_edge(t->st, page);
        list->loaded = 1;
        list->fetched_at = event->now;
        if (list->stale_filter)
            start_over(t);
    } else {
        return;
    }
    keep_visible(t->st);
    health_ask(t, !was_reset); /* before the neighbours: these rows are on screen */
    prefetch(t);
}

void list_ask_totals(struct turn *t)
{
    struct state *st = t->st;
    struct list *list = &st->list;
    if (list->job_totals || st->mono_ms < list->totals_free_ms) {
        list->totals_due_ms =
            st->mono_ms < list->totals_free_ms ? list->totals_free_ms : st->mono_ms + TOTALS_GAP_MS;
        return;
    }
    struct job *job = turn_job(t, JOB_TOTALS);
    if (!job)
        return;
    fill(st, &job->page);
    list->job_totals = job->id;
    list->totals_asked_ms = st->mono_ms;
    list->totals_due_ms = 0;
}

void list_ask_shown(struct turn *t)
{
    struct state *st = t->st;
    if (st->job_shown)
        return;
    struct job *job = turn_job(t, JOB_SHOWN);
    if (!job) {
        turn_message(t, MESSAGE_WARN, "%s", _("Nothing more can be marked without a connection."));
        return;
    }
    fill(st, &job->page);
    st->job_shown = job->id;
}

void list_take_totals(struct turn *t, const struct event *event)
{
    struct state *st = t->st;
    struct list *list = &st->list;
    if (event->job == 0 || event->job != list->job_totals)
        return;
    int64_t rest = TOTALS_REST * (st->mono_ms - list->totals_asked_ms);
    list->job_totals = 0;
    list->totals = event->totals;
    list->totals_exact = event->totals_exact;
    list->totals_known = 1;
    list->totals_free_ms = st->mono_ms + (rest < TOTALS_GAP_MS ? TOTALS_GAP_MS : rest);
    list->live_filter = list->totals_exact && list->totals.connexions <= LIVE_MAX;
    if (list->before < 0)
        count_from_end(list);
}

void list_set_order(struct turn *t, enum column column, int descending)
{
    t->st->list.order = (struct order){.column = column, .descending = descending};
    start_over(t);
}

static void forget_totals(struct list *list)
{
    list->totals_known = 0;
    list->job_totals = 0;
    list->totals_due_ms = 0;
    list->totals_free_ms = 0;
}

int list_set_filter(struct turn *t, const char *text, struct err *e)
{
    struct list *list = &t->st->list;
    struct filter filter;
    int rc = filter_parse(&filter, text, e);
    if (rc)
        return rc;
    if (strcmp(list->filter_text, text) == 0)
        return 0;
    list->filter = filter;
    (void)snprintf(list->filter_text, sizeof list->filter_text, "%s", text);
    forget_totals(list);
    if (list->job_reset && !list->reset_keeps_cursor)
        list->stale_filter = 1;
    else
        start_over(t);
    list_ask_totals(t);
    return 0;
}

void list_set_organisation(struct turn *t, const char *id, const char *nom)
{
    struct list *list = &t->st->list;
    (void)snprintf(list->organisation, sizeof list->organisation, "%s", id);
    (void)snprintf(list->organisation_nom, sizeof list->organisation_nom, "%s", nom);
    forget_totals(list);
    start_over(t);
    list_ask_totals(t);
}
