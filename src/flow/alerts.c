#include "config.h"

/* The alerts on hand: the list of the screen, the counter of the header, what is new. */

#include "base/i18n.h"
#include "base/mem.h"
#include "flow/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WATCH_PAGE = 20, WATCH_REST = 10, WATCH_GAP_MS = 1000, MORE_AHEAD = 20 };

/* ── questions ── */

struct alert_request *alerts_request(struct job *job, enum alert_scope scope, int limit)
{
    struct alert_request *r = mem_zero(1, sizeof *r);
    r->scope = scope;
    r->limit = limit < ALERT_PAGE_MAX ? limit : ALERT_PAGE_MAX;
    job->alerts = r;
    return r;
}

static unsigned ask(struct turn *t, const char *after, int limit)
{
    const struct alert_view *view = &t->st->alerts;
    struct job *job = turn_job(t, JOB_ALERTS);
    if (!job)
        return 0;
    struct alert_request *r = alerts_request(job, view->scope, limit);
    memcpy(r->organisation, view->organisation, sizeof r->organisation);
    memcpy(r->connexion, view->connexion, sizeof r->connexion);
    (void)snprintf(r->after, sizeof r->after, "%s", after);
    return job->id;
}

void alerts_refresh(struct turn *t)
{
    struct alert_view *view = &t->st->alerts;
    int held = view->list ? view->list->len : 0;
    view->again = view->job != 0;
    if (view->job)
        return;
    view->job_more = 0;
    view->job = ask(t, "", held > ALERT_PAGE ? held : ALERT_PAGE);
}

void alerts_more(struct turn *t)
{
    struct alert_view *view = &t->st->alerts;
    const struct alert_list *list = view->list;
    if (!list || !list->more || view->job || view->job_more ||
        view->scroll.cursor + MORE_AHEAD < list->len)
        return;
    view->job_more = ask(t, list->item[list->len - 1].id, ALERT_PAGE);
}

void alerts_watch(struct turn *t)
{
    struct alert_watch *watch = &t->st->watch;
    int64_t now = t->st->mono_ms;
    if (watch->job || now < watch->free_ms) {
        watch->due_ms = watch->job ? now + WATCH_GAP_MS : watch->free_ms;
        return;
    }
    struct job *job = turn_job(t, JOB_ALERTS);
    watch->due_ms = 0;
    if (!job)
        return;
    (void)alerts_request(job, ALERTS_OPEN, WATCH_PAGE);
    watch->job = job->id;
    watch->asked_ms = now;
}

void alerts_ask_of(struct turn *t, const char *connexion, unsigned *asked)
{
    struct job *job = turn_job(t, JOB_ALERTS);
    *asked = job ? job->id : 0;
    if (job)
        memcpy(alerts_request(job, ALERTS_ALL, WATCH_PAGE)->connexion, connexion, UUID_TEXT);
}

void alerts_of_timeline(struct turn *t, const char *connexion)
{
    struct timeline_alerts *of = &t->st->timeline_alerts;
    if (strcmp(of->id, connexion) != 0) {
        alert_list_destroy(of->list);
        of->list = NULL;
        (void)snprintf(of->id, sizeof of->id, "%s", connexion);
    }
    alerts_ask_of(t, connexion, &of->job);
}

/* ── the screen ── */

static void narrow(struct alert_view *view, const char *organisation, const char *connexion,
                   const char *about)
{
    (void)snprintf(view->organisation, sizeof view->organisation, "%s", organisation);
    (void)snprintf(view->connexion, sizeof view->connexion, "%s", connexion);
    (void)snprintf(view->about, sizeof view->about, "%.150s", about);
    alert_list_destroy(view->list);
    view->list = NULL;
    view->scroll = (struct scroll){0, 0};
    view->fault[0] = '\0';
    view->job = view->job_more = 0;
}

static const struct organisation *organisation_here(const struct state *st)
{
    size_t at = (size_t)st->orgs.scroll.cursor;
    int here = state_screen_under(st) == SCREEN_ORGANISATIONS && st->orgs.all;
    return here && at < st->orgs.all->len ? &st->orgs.all->rows[at] : NULL;
}

void alerts_open(struct turn *t)
{
    struct state *st = t->st;
    struct alert_view *view = &st->alerts;
    const struct organisation *o = organisation_here(st);
    const struct connexion *row = st->sheet.row;
    if (state_screen_under(st) == SCREEN_ALERTS)
        return;
    if (o)
        narrow(view, o->id, "", o->nom);
    else if ((state_context_under(st) & CONTEXT_SHEET) && st->sheet.id[0])
        narrow(view, "", st->sheet.id, row && row->col[COL_EMAIL] ? row->col[COL_EMAIL] : "");
    else if (state_screen_under(st) == SCREEN_CONNEXIONS)
        narrow(view, st->list.organisation, "", st->list.organisation_nom);
    else
        narrow(view, "", "", "");
    view->scope = view->connexion[0] ? ALERTS_ALL : ALERTS_OPEN;
    turn_push(t, SCREEN_ALERTS);
    alerts_refresh(t);
}

const struct alert *alerts_current(const struct state *st)
{
    const struct alert_view *view = &st->alerts;
    return view->list && view->scroll.cursor < view->list->len
               ? &view->list->item[view->scroll.cursor]
               : NULL;
}

void alerts_seek(struct state *st, const char *id)
{
    const struct alert_list *list = st->alerts.list;
    for (int i = 0; list && i < list->len; i++)
        if (strcmp(list->item[i].id, id) == 0)
            st->alerts.scroll.cursor = i;
}

/* ── answers ── */

static void keep_cursor(struct state *st, const char *id)
{
    struct scroll *scroll = &st->alerts.scroll;
    int len = st->alerts.list ? st->alerts.list->len : 0;
    alerts_seek(st, id);
    if (scroll->cursor >= len)
        scroll->cursor = len ? len - 1 : 0;
    if (scroll->top > scroll->cursor)
        scroll->top = scroll->cursor;
}

static void take_list(struct turn *t, struct event *event)
{
    struct alert_view *view = &t->st->alerts;
    const struct alert *now = alerts_current(t->st);
    char id[UUID_TEXT] = "";
    if (now)
        memcpy(id, now->id, sizeof id);
    alert_list_destroy(view->list);
    view->list = event->alerts;
    event->alerts = NULL;
    view->job = 0;
    view->fault[0] = '\0';
    view->fetched_at = event->now;
    keep_cursor(t->st, id);
    if (view->again)
        alerts_refresh(t);
}

static void append(struct alert_list *list, const struct alert_list *page)
{
    list->more = page->more;
    list->counts = page->counts;
    if (page->len == 0)
        return;
    list->item = mem_grow(list->item, (size_t)list->len + (size_t)page->len, sizeof *list->item);
    memcpy(list->item + list->len, page->item, (size_t)page->len * sizeof *list->item);
    list->len += page->len;
}

static int64_t total(const struct alert_counts *counts)
{
    int64_t n = 0;
    for (int i = 0; i < GRAVITY_COUNT; i++)
        n += counts->open[i];
    return n;
}

static void announce(struct turn *t, const struct alert *worst, int64_t fresh)
{
    struct announce *a = &t->st->announce;
    char words[ALERT_WORDS];
    alert_words(words, worst);
    a->pending = 1;
    a->gravity = worst->gravity;
    if (fresh > 1)
        (void)snprintf(a->text, sizeof a->text,
                       ngettext("%lld new alert: %.60s — %.160s", "%lld new alerts: %.60s — %.160s",
                                (unsigned long)fresh),
                       (long long)fresh, worst->subject, words);
    else
        (void)snprintf(a->text, sizeof a->text, _("New alert: %.60s — %.180s"), worst->subject,
                       words);
    if (state_screen(t->st) != SCREEN_PROMPT)
        turn_message(t, worst->gravity == GRAVITY_CRITICAL ? MESSAGE_ERROR : MESSAGE_WARN, "%s",
                     a->text);
}

void alerts_try_announcing(struct turn *t)
{
    struct announce *a = &t->st->announce;
    a->pending = 1;
    a->gravity = GRAVITY_INFO;
    (void)snprintf(a->text, sizeof a->text, "%s",
                   _("A test: so does a new alert announce itself."));
    turn_message(t, MESSAGE_INFO, "%s", a->text);
}

/* What was raised since the last look; the first look only learns. */
static void tell_news(struct turn *t, const struct alert_list *list)
{
    struct alert_watch *watch = &t->st->watch;
    const struct alert *worst = NULL;
    int64_t newest = watch->newest;
    int64_t fresh = 0;
    for (int i = 0; i < list->len; i++) {
        const struct alert *a = &list->item[i];
        if (a->raised_at > watch->newest) {
            worst = worst ? worst : a;
            fresh++;
        }
        newest = a->raised_at > newest ? a->raised_at : newest;
    }
    int64_t more = total(&list->counts) - total(&watch->counts);
    if (watch->known && worst)
        announce(t, worst, more > fresh ? more : fresh);
    watch->newest = newest;
}

static void take_watch(struct turn *t, const struct event *event)
{
    struct alert_watch *watch = &t->st->watch;
    int64_t rest = WATCH_REST * (t->st->mono_ms - watch->asked_ms);
    tell_news(t, event->alerts);
    watch->counts = event->alerts->counts;
    watch->known = 1;
    watch->job = 0;
    watch->free_ms = t->st->mono_ms + (rest < WATCH_GAP_MS ? WATCH_GAP_MS : rest);
}

static void take_of(struct alert_list **list, unsigned *job, struct event *event)
{
    *job = 0;
    alert_list_destroy(*list);
    *list = event->alerts;
    event->alerts = NULL;
}

void alerts_take(struct turn *t, struct event *event)
{
    struct state *st = t->st;
    struct sheet_limits *control = &st->sheet.control;
    struct timeline_alerts *timeline = &st->timeline_alerts;
    unsigned job = event->job;
    if (!event->alerts || job == 0)
        return;
    if (job == st->watch.job) {
        take_watch(t, event);
    } else if (job == st->alerts.job) {
        take_list(t, event);
        alerts_more(t);
    } else if (job == st->alerts.job_more && st->alerts.list) {
        st->alerts.job_more = 0;
        append(st->alerts.list, event->alerts);
    } else if (job == control->job_alerts) {
        take_of(&control->alerts, &control->job_alerts, event);
    } else if (job == timeline->job) {
        take_of(&timeline->list, &timeline->job, event);
    } else {
        board_take_worst(t, event);
    }
}
