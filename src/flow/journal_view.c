#include "config.h"

/* The journal and the timeline as windows on what the database holds: asked for a page at a time,
 * the next one before the cursor reaches the end. */

#include "base/mem.h"
#include "flow/journal_part.h"

#include <stdlib.h>
#include <string.h>

struct journal_view *journal_of_screen(struct state *st, enum screen_kind screen)
{
    return screen == SCREEN_JOURNAL    ? &st->journal
           : screen == SCREEN_TIMELINE ? &st->timeline
                                       : NULL;
}

static struct scroll *scroll_of(struct state *st, const struct journal_view *view)
{
    return view == &st->journal ? &st->journal_scroll : &st->timeline_scroll;
}

/* The one on top, looking through prompts and the entry. */
struct journal_view *journal_on_screen(struct state *st)
{
    struct journal_view *view = NULL;
    for (int i = st->depth; i > 0 && !view; i--) {
        enum screen_kind screen = st->stack[i - 1];
        view = journal_of_screen(st, screen);
        if (!view && screen != SCREEN_ENTRY && screen != SCREEN_PROMPT)
            return NULL;
    }
    return view;
}

const struct journal_view *journal_shown(const struct state *st)
{
    for (int i = st->depth; i > 0; i--) {
        if (st->stack[i - 1] == SCREEN_JOURNAL)
            return &st->journal;
        if (st->stack[i - 1] == SCREEN_TIMELINE)
            return &st->timeline;
    }
    return NULL;
}

const struct journal_entry *journal_current(const struct state *st)
{
    const struct journal_view *view = journal_shown(st);
    if (!view)
        return NULL;
    int cursor = view == &st->journal ? st->journal_scroll.cursor : st->timeline_scroll.cursor;
    return journal_rows_at(&view->rows, (size_t)cursor);
}

/* ── asking ── */

static void request(const struct journal_view *view, const struct journal_key *before, int limit,
                    struct journal_request *out)
{
    const struct journal_filter *f = &view->filter;
    *out = (struct journal_request){.limit = limit, .before_seq = before->seq};
    memcpy(out->connexion_id, view->connexion_id, sizeof out->connexion_id);
    memcpy(out->organisation_id, view->filtered_id[0] ? view->filtered_id : view->organisation_id,
           sizeof out->organisation_id);
    memcpy(out->person, f->person, sizeof out->person);
    memcpy(out->column, f->column, sizeof out->column);
    memcpy(out->since, f->since, sizeof out->since);
    memcpy(out->until, f->until, sizeof out->until);
    memcpy(out->before_at, before->at, sizeof out->before_at);
    memcpy(out->before_organisation, before->organisation, sizeof out->before_organisation);
}

void journal_request_all(const struct journal_view *view, struct journal_request *out)
{
    const struct journal_key newest = {.at = ""};
    request(view, &newest, JOURNAL_PAGE_MAX, out);
}

static void ask(struct turn *t, struct journal_view *view, enum journal_ask what,
                const struct journal_key *before, int limit)
{
    struct job *job = turn_job(t, JOB_JOURNAL);
    view->job = job ? job->id : 0;
    view->asked = what;
    view->failed = 0;
    if (!job)
        return;
    job->journal = mem_zero(1, sizeof *job->journal);
    request(view, before, limit, job->journal);
}

static void ask_newest(struct turn *t, struct journal_view *view, enum journal_ask what)
{
    const struct journal_key newest = {.at = ""};
    view->again = 0;
    ask(t, view, what, &newest, JOURNAL_PAGE);
}

/* From the start: another subject or filter. */
void journal_reload(struct turn *t, struct journal_view *view)
{
    journal_rows_clear(&view->rows);
    *scroll_of(t->st, view) = (struct scroll){0, 0};
    view->loaded = 0;
    ask_newest(t, view, ASK_NEWEST);
}

/* Reads on before the cursor reaches the end, and again what was let go. */
static void follow(struct turn *t, struct journal_view *view)
{
    const struct scroll *s = scroll_of(t->st, view);
    struct journal_rows *rows = &view->rows;
    size_t body = (size_t)state_body_rows(t->st);
    size_t cursor = (size_t)s->cursor;
    if (view->job || !view->loaded)
        return;
    size_t first = cursor > body ? cursor - body : 0;
    long missing = journal_rows_missing(rows, first, cursor + body);
    if (missing >= 0) {
        const struct journal_part *part = &rows->part[missing];
        view->asked_part = (size_t)missing;
        ask(t, view, ASK_AGAIN, &part->before, (int)part->len);
    } else if (!rows->at_end && cursor + 2 * body >= rows->len) {
        struct journal_key end = journal_rows_end(rows);
        ask(t, view, ASK_OLDER, &end, JOURNAL_PAGE);
    }
}

void journal_moved(struct turn *t)
{
    struct journal_view *view = journal_on_screen(t->st);
    if (view)
        follow(t, view);
}

/* What is new since then; while an entry is open it stays as it is. */
void journal_refresh(struct turn *t)
{
    struct journal_view *view = journal_on_screen(t->st);
    if (!view)
        return;
    if (view->job || state_screen_under(t->st) == SCREEN_ENTRY)
        view->again = 1;
    else
        ask_newest(t, view, view->loaded ? ASK_NEWS : ASK_NEWEST);
}

void journal_outdated(struct state *st)
{
    st->journal.again = st->timeline.again = 1;
}

/* ── answers ── */

static void take_news(struct state *st, struct journal_view *view, struct journal_page *page)
{
    struct scroll *s = scroll_of(st, view);
    long news = journal_rows_renew(&view->rows, page);
    if (news == JOURNAL_ALL_NEW) {
        *s = (struct scroll){0, 0};
    } else if (s->cursor > 0) { /* at the newest the cursor stays there */
        s->cursor += (int)news;
        s->top += (int)news;
    }
}

static void take_page(struct state *st, struct journal_view *view, struct journal_page *page)
{
    struct scroll *s = scroll_of(st, view);
    switch (view->asked) {
    case ASK_NEWEST:
        journal_rows_reset(&view->rows, page);
        break;
    case ASK_NEWS:
        take_news(st, view, page);
        break;
    case ASK_OLDER:
        journal_rows_append(&view->rows, page);
        break;
    case ASK_AGAIN:
    default:
        journal_rows_fill(&view->rows, view->asked_part, page);
        break;
    }
    view->loaded = 1;
    if (view->rows.len == 0)
        *s = (struct scroll){0, 0};
    else if ((size_t)s->cursor >= view->rows.len)
        s->cursor = (int)view->rows.len - 1;
    s->top = s->top > s->cursor ? s->cursor : s->top;
    journal_rows_trim(&view->rows, (size_t)s->cursor);
}

static int take(struct turn *t, struct journal_view *view, struct event *event)
{
    if (event->job == 0 || event->job != view->job)
        return 0;
    view->job = 0;
    view->fetched_at = event->now;
    if (event->journal)
        take_page(t->st, view, event->journal);
    event->journal = NULL;
    if (view->again && state_screen_under(t->st) != SCREEN_ENTRY)
        ask_newest(t, view, ASK_NEWS);
    else
        follow(t, view);
    return 1;
}

void journal_take(struct turn *t, struct event *event)
{
    if (!take(t, &t->st->journal, event) && !take(t, &t->st->timeline, event))
        undo_take_rows(t, event);
}

int journal_waiting(const struct state *st)
{
    const struct journal_view *view = journal_shown(st);
    return (view && view->job && !view->loaded) || st->undoing.job || st->undoing.job_rows;
}

/* What waited for the entry to be closed. */
void journal_settle(struct turn *t)
{
    struct journal_view *view = journal_on_screen(t->st);
    if (view && view->again && !view->job && state_screen_under(t->st) != SCREEN_ENTRY)
        ask_newest(t, view, view->loaded ? ASK_NEWS : ASK_NEWEST);
}

void journal_fault(struct state *st, unsigned job)
{
    st->journal.failed |= job && job == st->journal.job;
    st->timeline.failed |= job && job == st->timeline.job;
    unsigned *const jobs[] = {&st->journal.job, &st->timeline.job, &st->chain.job, &st->job_export};
    for (size_t i = 0; job && i < sizeof jobs / sizeof jobs[0]; i++)
        if (*jobs[i] == job)
            *jobs[i] = 0;
    if (job && (job == st->undoing.job || job == st->undoing.job_rows))
        undo_forget(st);
}

void journal_forget_jobs(struct state *st)
{
    st->journal.job = st->timeline.job = st->chain.job = st->job_export = 0;
    undo_forget(st);
}

void journal_clear(struct state *st)
{
    journal_rows_clear(&st->journal.rows);
    journal_rows_clear(&st->timeline.rows);
    st->journal.loaded = st->timeline.loaded = 0;
    free(st->chain.proofs);
    st->chain = (struct journal_chain){.job = 0};
}

void journal_destroy(struct state *st)
{
    journal_clear(st);
    undo_forget(st);
}
