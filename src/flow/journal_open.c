#include "config.h"

/* What the journal and the timeline are about: opened from the screens below, narrowed by a filter.
 */

#include "base/i18n.h"
#include "flow/control.h"
#include "flow/journal_part.h"

#include <stdio.h>
#include <string.h>

/* ── opening ── */

/* other: of another subject than last time; else filter and cursor are as they were left. */
static void show(struct turn *t, struct journal_view *view, enum screen_kind screen, int other)
{
    if (other) {
        view->filter_text[0] = view->filtered_id[0] = view->filtered_nom[0] = '\0';
        view->filter = (struct journal_filter){.person = ""};
    }
    turn_push(t, screen);
    if (other || !view->loaded)
        journal_reload(t, view);
    else
        journal_refresh(t);
}

static void open_journal(struct turn *t, const char *id, const char *nom)
{
    struct journal_view *view = &t->st->journal;
    int other = strcmp(view->organisation_id, id) != 0;
    (void)snprintf(view->organisation_id, sizeof view->organisation_id, "%s", id);
    (void)snprintf(view->organisation_nom, sizeof view->organisation_nom, "%.255s", nom);
    show(t, view, SCREEN_JOURNAL, other);
}

/* Of the organisation by name; without one: of what is on screen. */
void journal_open(struct turn *t, const char *name)
{
    struct state *st = t->st;
    const struct organisation *o = NULL;
    const struct connexion *row = st->sheet.row;
    if (name) {
        int at = st->orgs.all ? orgs_find(&st->orgs, name) : -1;
        if (at < 0) {
            if (!st->orgs.all)
                orgs_refresh(t);
            turn_message(t, MESSAGE_ERROR, _("No organisation in sight is called “%.80s”."), name);
            return;
        }
        o = &st->orgs.all->rows[at];
    } else if (state_screen_under(st) == SCREEN_ORGANISATIONS && st->orgs.all &&
               (size_t)st->orgs.scroll.cursor < st->orgs.all->len) {
        o = &st->orgs.all->rows[st->orgs.scroll.cursor];
    }
    if (o)
        open_journal(t, o->id, o->nom);
    else if ((state_context_under(st) & CONTEXT_SHEET) && row)
        open_journal(t, row->organisation_id,
                     row->organisation_nom ? row->organisation_nom : row->organisation_id);
    else
        open_journal(t, st->list.organisation, st->list.organisation_nom);
}

static void open_timeline(struct turn *t, const char *id, const char *account)
{
    struct journal_view *view = &t->st->timeline;
    int other = strcmp(view->connexion_id, id) != 0;
    (void)snprintf(view->connexion_id, sizeof view->connexion_id, "%s", id);
    (void)snprintf(view->account, sizeof view->account, "%.255s", account[0] ? account : id);
    show(t, view, SCREEN_TIMELINE, other);
    alerts_of_timeline(t, id);
}

void timeline_open(struct turn *t)
{
    struct state *st = t->st;
    const struct journal_entry *entry =
        state_context_under(st) & (CONTEXT_JOURNAL | CONTEXT_ENTRY) ? journal_current(st) : NULL;
    const struct connexion *row = state_context_under(st) & CONTEXT_SHEET ? st->sheet.row
                                  : state_screen_under(st) == SCREEN_FORM ? st->form.row
                                                                          : state_current(st);
    if (entry) {
        char id[UUID_TEXT];
        char account[JOURNAL_NAME];
        memcpy(id, entry->connexion_id, sizeof id);
        memcpy(account, entry->account, sizeof account);
        open_timeline(t, id, account);
    } else if (row) {
        open_timeline(t, row->id, row->col[COL_EMAIL] ? row->col[COL_EMAIL] : "");
    } else if ((state_context_under(st) & CONTEXT_SHEET) && st->sheet.id[0]) {
        open_timeline(t, st->sheet.id, "");
    } else {
        turn_message(t, MESSAGE_INFO, "%s", _("There is no connexion under the cursor."));
    }
}

/* ── the filter ── */

/* Sets it and reads anew; ERR_USAGE leaves it. */
static int set_filter(struct turn *t, struct journal_view *view, const char *text, struct err *e)
{
    struct state *st = t->st;
    struct journal_filter filter;
    int rc = journal_filter_parse(&filter, text, st->now, e);
    int at = -1;
    if (rc)
        return rc;
    if (filter.organisation[0] && !st->orgs.all)
        return err_set(e, ERR_USAGE, "%s", _("The organisations are being fetched; try again."));
    if (filter.organisation[0] && (at = orgs_find(&st->orgs, filter.organisation)) < 0)
        return err_set(e, ERR_USAGE,
                       at == -1 ? _("No organisation in sight is called “%.80s”.")
                                : _("Several organisations match “%.80s”."),
                       filter.organisation);
    view->filter = filter;
    (void)snprintf(view->filter_text, sizeof view->filter_text, "%s", text);
    const struct organisation *o = at >= 0 ? &st->orgs.all->rows[at] : NULL;
    (void)snprintf(view->filtered_id, sizeof view->filtered_id, "%s", o ? o->id : "");
    (void)snprintf(view->filtered_nom, sizeof view->filtered_nom, "%.255s", o ? o->nom : "");
    journal_reload(t, view);
    return 0;
}

void journal_filter(struct turn *t, const char *argument)
{
    struct journal_view *view = journal_on_screen(t->st);
    struct err e = {0};
    if (!view)
        return;
    if (!t->st->orgs.all)
        orgs_refresh(t);
    if (!argument) {
        prompt_open(t, PROMPT_JOURNAL, view->filter_text);
        (void)snprintf(t->st->prompt.label, sizeof t->st->prompt.label, "/");
    } else if (set_filter(t, view, argument, &e)) {
        turn_message(t, MESSAGE_ERROR, "%.200s %.90s", e.text, e.cure);
    }
}

void journal_filter_accept(struct turn *t)
{
    struct prompt *p = &t->st->prompt;
    struct journal_view *view = journal_on_screen(t->st);
    struct err e = {0};
    if (view && set_filter(t, view, p->line.text, &e)) {
        (void)snprintf(p->problem, sizeof p->problem, "%.200s %.90s", e.text, e.cure);
        return;
    }
    prompt_close(t);
}

void journal_filter_typed(struct state *st)
{
    struct prompt *p = &st->prompt;
    struct journal_filter filter;
    struct err e = {0};
    if (journal_filter_parse(&filter, p->line.text, st->now, &e))
        (void)snprintf(p->problem, sizeof p->problem, "%.299s", e.text);
}

/* What Esc takes back on the list: first the filter. 1: there was one. */
int journal_back(struct turn *t)
{
    struct journal_view *view = journal_of_screen(t->st, state_screen(t->st));
    struct err e = {0};
    if (!view || !view->filter_text[0])
        return 0;
    (void)set_filter(t, view, "", &e);
    return 1;
}
