#include "config.h"

/* What is done on the journal: an entry opened, a field put back, the chain checked, a file
 * written. */

#include "base/i18n.h"
#include "base/mem.h"
#include "flow/journal_part.h"
#include "model/gauge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX = 48, PATH_BYTES = 4096 };

struct scroll *journal_scroll(struct state *st, enum screen_kind screen)
{
    return screen == SCREEN_JOURNAL    ? &st->journal_scroll
           : screen == SCREEN_TIMELINE ? &st->timeline_scroll
           : screen == SCREEN_ENTRY    ? &st->entry
                                       : NULL;
}

long journal_lines(const struct state *st)
{
    enum screen_kind screen = state_screen(st);
    if (screen == SCREEN_JOURNAL)
        return (long)st->journal.rows.len;
    if (screen == SCREEN_TIMELINE)
        return (long)st->timeline.rows.len;
    if (screen != SCREEN_ENTRY)
        return -1;
    const struct journal_entry *entry = journal_current(st);
    return entry ? entry->fields : 0;
}

/* ── the entry ── */

static void open_entry(struct turn *t)
{
    if (!journal_current(t->st))
        return;
    t->st->entry = (struct scroll){0, 0};
    turn_push(t, SCREEN_ENTRY);
}

static void neighbour(struct turn *t, int step)
{
    struct state *st = t->st;
    struct journal_view *view = journal_on_screen(st);
    struct scroll *s = view == &st->journal ? &st->journal_scroll : &st->timeline_scroll;
    long to = (long)s->cursor + step;
    if (!view)
        return;
    if (to < 0 || to >= (long)view->rows.len) {
        turn_message(t, MESSAGE_INFO, "%s",
                     step > 0 ? _("This is the oldest entry.") : _("This is the newest entry."));
        return;
    }
    s->cursor = (int)to;
    s->top = s->top > s->cursor ? s->cursor : s->top;
    st->entry = (struct scroll){0, 0};
    journal_moved(t);
}

/* ── putting a field back ── */

/* Why it cannot be; NULL when it can. */
static const char *hindrance(const struct state *st, const struct journal_entry *entry,
                             const struct journal_field *f)
{
    int column = journal_column(f);
    int secret = column == COL_API_KEY;
    const char *value = entry->action == JOURNAL_INSERT ? f->after : f->before;
    if (column < 0 || field_of_column((enum column)column) < 0)
        return _("Only what a person can change can be put back; this is written by programs.");
    if (entry->action == JOURNAL_DELETE)
        return _("The connexion was deleted: u undoes it if you did it, else create it anew.");
    if (f->altered && !secret)
        return _("The value cannot be put back from here: it is too long or holds signs that are "
                 "not shown.");
    if (secret && !value)
        return _("There was no key before; the form can take the present one away.");
    if (plan_busy(st))
        return _("A save is under way: wait for its end.");
    return NULL;
}

static void restore(struct turn *t)
{
    struct state *st = t->st;
    const struct journal_entry *entry = journal_current(st);
    if (!entry || st->entry.cursor >= entry->fields)
        return;
    const struct journal_field *f = &entry->field[st->entry.cursor];
    const char *why = hindrance(st, entry, f);
    if (why) {
        turn_message(t, MESSAGE_WARN, "%s", why);
        return;
    }
    enum field field = (enum field)field_of_column((enum column)journal_column(f));
    struct change_set *set = change_set_create(1);
    struct change *change = &set->item[0];
    change->op = CHANGE_UPDATE;
    memcpy(change->id, entry->connexion_id, sizeof change->id);
    (void)snprintf(change->label, sizeof change->label, "%.159s", entry->account);
    change_put(change, field, entry->action == JOURNAL_INSERT ? f->after : f->before);
    change->field[field].former = field_info(field)->kind == FIELD_SECRET;
    plan_open(t, set, "restore", 0);
}

/* ── the chain ── */

static void verify(struct turn *t)
{
    struct state *st = t->st;
    const struct journal_view *view = journal_shown(st);
    const struct journal_entry *entry = journal_current(st);
    if (!view || st->chain.job)
        return;
    struct job *job = turn_job(t, JOB_VERIFY);
    if (!job)
        return;
    const char *id = view->filtered_id[0] ? view->filtered_id : view->organisation_id;
    if (view == &st->timeline && entry)
        id = entry->organisation_id;
    memcpy(job->uuid, id, sizeof job->uuid);
    st->chain.job = job->id;
    turn_message(t, MESSAGE_INFO, "%s", _("Checking the chain…"));
}

size_t journal_bad(const struct state *st)
{
    size_t bad = 0;
    for (size_t i = 0; i < st->chain.len; i++)
        bad += st->chain.proofs[i].reason[0] != '\0';
    return bad;
}

int64_t journal_proven(const struct state *st)
{
    int64_t entries = 0;
    for (size_t i = 0; i < st->chain.len; i++)
        entries += st->chain.proofs[i].entries;
    return entries;
}

int journal_is_bad(const struct state *st, const struct journal_entry *entry)
{
    for (size_t i = 0; i < st->chain.len; i++) {
        const struct journal_proof *p = &st->chain.proofs[i];
        if (p->reason[0] && p->bad_seq == entry->seq &&
            strcmp(p->organisation_id, entry->organisation_id) == 0)
            return 1;
    }
    return 0;
}

static void tell_chain(struct turn *t)
{
    const struct journal_chain *chain = &t->st->chain;
    char words[FIELD_PROBLEM];
    char number[NUMBER_MAX];
    size_t bad = journal_bad(t->st);
    for (size_t i = 0; i < chain->len && bad > 0; i++)
        if (chain->proofs[i].reason[0]) {
            journal_reason(&chain->proofs[i], words, sizeof words);
            turn_message(t, MESSAGE_ERROR, "%s.", words);
            return;
        }
    count_format(number, sizeof number, journal_proven(t->st));
    turn_message(t, MESSAGE_INFO,
                 ngettext("The journal is whole: %s entry in the chain of %zu organisation.",
                          "The journal is whole: %s entries in the chains of %zu organisations.",
                          (unsigned long)chain->len),
                 number, chain->len);
}

void journal_take_verified(struct turn *t, struct event *event)
{
    struct journal_chain *chain = &t->st->chain;
    if (event->job == 0 || event->job != chain->job)
        return;
    free(chain->proofs);
    *chain = (struct journal_chain){.proofs = event->proofs,
                                    .len = event->proofs ? event->proofs_len : 0,
                                    .known = 1,
                                    .at = event->now};
    event->proofs = NULL;
    event->proofs_len = 0;
    tell_chain(t);
}

/* ── a file ── */

static void export_to(struct turn *t, const char *path)
{
    struct state *st = t->st;
    const struct journal_view *view = journal_shown(st);
    if (!path || strlen(path) >= PATH_BYTES) {
        turn_message(t, MESSAGE_WARN, "%s",
                     _("Name a file that is not there yet: export-journal FILE."));
        return;
    }
    if (st->job_export) {
        turn_message(t, MESSAGE_INFO, "%s", _("The journal is being written already."));
        return;
    }
    struct job *job = view ? turn_job(t, JOB_JOURNAL_EXPORT) : NULL;
    if (!job)
        return;
    st->job_export = job->id;
    job->journal = mem_zero(1, sizeof *job->journal);
    journal_request_all(view, job->journal);
    job->text = mem_dup(path);
    turn_message(t, MESSAGE_INFO, "%s", _("Writing the journal…"));
}

void journal_take_exported(struct turn *t, struct event *event)
{
    char number[NUMBER_MAX];
    if (event->job == 0 || event->job != t->st->job_export)
        return;
    t->st->job_export = 0;
    count_format(number, sizeof number, (int64_t)event->rows_done);
    turn_message(t, MESSAGE_INFO,
                 ngettext("%s entry is in %.200s.", "%s entries are in %.200s.",
                          (unsigned long)event->rows_done),
                 number, event->text ? event->text : "?");
}

/* ── commands ── */

static int on_lists(struct turn *t, enum command command, const char *argument)
{
    int list = (state_context(t->st) & CONTEXT_JOURNAL) != 0;
    switch ((int)command) {
    case CMD_OPEN:
        if (undo_asking(t->st)) /* typed ahead: it means the plan that is to come */
            return 1;
        if (list)
            open_entry(t);
        return list;
    case CMD_REFRESH:
        if (list && t->st->link.status == LINK_READY)
            journal_refresh(t);
        return list && t->st->link.status == LINK_READY;
    case CMD_BACK:
        return list && journal_back(t);
    case CMD_JOURNAL_FILTER:
        journal_filter(t, argument);
        return 1;
    case CMD_EXPORT:
        export_to(t, argument);
        return 1;
    default:
        return 0;
    }
}

int journal_command(struct turn *t, enum command command, const char *argument)
{
    switch ((int)command) {
    case CMD_JOURNAL:
        journal_open(t, argument);
        return 1;
    case CMD_TIMELINE:
    case CMD_FORM_TIMELINE:
        timeline_open(t);
        return 1;
    case CMD_ENTRY_NEXT:
    case CMD_ENTRY_PREVIOUS:
        neighbour(t, command == CMD_ENTRY_NEXT ? 1 : -1);
        return 1;
    case CMD_RESTORE:
        restore(t);
        return 1;
    case CMD_VERIFY:
        verify(t);
        return 1;
    case CMD_UNDO:
    case CMD_REDO:
        undo_ask(t, command == CMD_REDO);
        return 1;
    default:
        return on_lists(t, command, argument);
    }
}
