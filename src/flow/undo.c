#include "config.h"

/* Undo and redo, which undoes the undo: what the last edit did is read from the journal and shown
 * as the plan that takes it back; the database does the taking back by itself, through the same
 * checks as any save. */

#include "base/i18n.h"
#include "base/mem.h"
#include "flow/journal_part.h"
#include "model/gauge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void undo_forget(struct state *st)
{
    struct undoing *u = &st->undoing;
    for (size_t i = 0; i < u->pages; i++)
        journal_page_destroy(u->page[i]);
    free(u->page);
    *u = (struct undoing){.job = 0};
}

int undo_asking(const struct state *st)
{
    return st->undoing.job || st->undoing.job_rows;
}

/* ── what there is to undo ── */

void undo_ask(struct turn *t, int redo)
{
    struct state *st = t->st;
    if (!st->arming.armed) {
        const char *waits = arm_waits(st);
        turn_message(
            t, MESSAGE_WARN, "%s",
            waits ? waits
                  : _("This session is read-only: W lets it write, as does --write at the start."));
        return;
    }
    if (plan_busy(st)) {
        turn_message(t, MESSAGE_WARN, "%s", _("A save is under way: wait for its end."));
        return;
    }
    undo_forget(st);
    struct job *job = turn_job(t, JOB_UNDO_STATE);
    if (!job) {
        turn_message(t, MESSAGE_WARN, "%s", _("Nothing can be changed without a connection."));
        return;
    }
    st->undoing.job = job->id;
    st->undoing.redo = redo;
}

static void ask_rows(struct turn *t)
{
    struct undoing *u = &t->st->undoing;
    struct job *job = turn_job(t, JOB_JOURNAL);
    u->job_rows = job ? job->id : 0;
    if (!job)
        return;
    job->journal = mem_zero(1, sizeof *job->journal);
    job->journal->limit = JOURNAL_PAGE_MAX;
    memcpy(job->journal->batch, u->target, sizeof job->journal->batch);
    if (u->pages == 0)
        return;
    const struct journal_page *last = u->page[u->pages - 1];
    const struct journal_entry *end = &last->item[last->len - 1];
    memcpy(job->journal->before_at, end->at_text, sizeof job->journal->before_at);
    memcpy(job->journal->before_organisation, end->organisation_id,
           sizeof job->journal->before_organisation);
    job->journal->before_seq = end->seq;
}

void undo_take_state(struct turn *t, struct event *event)
{
    struct undoing *u = &t->st->undoing;
    const struct undo_state *now = event->undo;
    if (event->job == 0 || event->job != u->job)
        return;
    u->job = 0;
    const char *target = !now ? "" : u->redo ? now->redo : now->undo;
    if (!target[0]) {
        turn_message(t, MESSAGE_INFO, "%s",
                     u->redo ? _("There is nothing to do again.")
                             : _("There is no edit of yours to undo."));
        return;
    }
    memcpy(u->target, target, sizeof u->target);
    (void)snprintf(u->text, sizeof u->text, "%s", u->redo ? now->redo_text : now->undo_text);
    u->at = u->redo ? now->redo_at : now->undo_at;
    ask_rows(t);
}

/* ── the plan that shows it ── */

struct step {
    const struct journal_entry *entry;
    size_t order; /* from 0: the newest */
};

/* By connexion, the oldest first. */
static int by_row(const void *a, const void *b)
{
    const struct step *x = a;
    const struct step *y = b;
    int order = strcmp(x->entry->connexion_id, y->entry->connexion_id);
    return order ? order : x->order < y->order ? 1 : -1;
}

static struct step *steps_of(const struct undoing *u)
{
    struct step *steps = mem_zero(u->entries, sizeof *steps);
    size_t n = 0;
    for (size_t i = 0; i < u->pages; i++)
        for (size_t k = 0; k < u->page[i]->len; k++, n++)
            steps[n] = (struct step){&u->page[i]->item[k], n};
    qsort(steps, n, sizeof *steps, by_row);
    return steps;
}

/* Takes what one entry did back, in a change that shows it. Later entries of the same row come
 * after it: the value to return to is the first's, the one to leave the last's. */
static void add_entry(struct change *change, const struct journal_entry *entry)
{
    for (int i = 0; i < entry->fields; i++) {
        const struct journal_field *f = &entry->field[i];
        int column = journal_column(f);
        int of = column >= 0 ? field_of_column((enum column)column) : -1;
        if (of < 0)
            continue;
        struct change_value *v = &change->field[of];
        if (!v->set)
            change_put(change, (enum field)of, f->before);
        if (field_info((enum field)of)->kind == FIELD_SECRET)
            v->former = 1;
        else if (!f->altered)
            change_put_seen(change, (enum field)of, f->after);
    }
}

static void name_row(struct change *change, const struct journal_entry *entry)
{
    memcpy(change->id, entry->connexion_id, sizeof change->id);
    (void)snprintf(change->label, sizeof change->label, "%.159s", entry->account);
    change->op = entry->action == JOURNAL_DELETE   ? CHANGE_INSERT
                 : entry->action == JOURNAL_INSERT ? CHANGE_DELETE
                                                   : CHANGE_UPDATE;
}

static struct change_set *plan_of(const struct undoing *u)
{
    struct step *steps = steps_of(u);
    struct change_set *set = change_set_create(u->entries);
    size_t n = 0;
    for (size_t i = 0; i < u->entries; i++) {
        const struct journal_entry *entry = steps[i].entry;
        int same = i > 0 && strcmp(entry->connexion_id, steps[i - 1].entry->connexion_id) == 0;
        struct change *change = &set->item[same ? n - 1 : n];
        n += !same;
        if (!same)
            name_row(change, entry);
        if (change->op != CHANGE_DELETE)
            add_entry(change, entry);
    }
    set->len = n;
    free(steps);
    return set;
}

static void open_plan(struct turn *t, struct change_set *set, const char *target, const char *title)
{
    struct plan *plan = &t->st->plan;
    plan_open(t, set, t->st->undoing.redo ? "redo" : "undo", 0);
    (void)snprintf(plan->undo_of, sizeof plan->undo_of, "%s", target);
    (void)snprintf(plan->title, sizeof plan->title, "%.255s", title);
    plan->redo = t->st->undoing.redo;
    plan->danger = plan->danger == DANGER_FINAL ? DANGER_MANY : plan->danger; /* redo is there */
}

/* "undo: edit of 3 connexions, 2 m ago". */
static void show(struct turn *t)
{
    struct undoing *u = &t->st->undoing;
    char title[MESSAGE_MAX];
    char age[AGE_TEXT_MAX];
    gauge_age(age, sizeof age, t->st->now - u->at);
    (void)snprintf(title, sizeof title,
                   u->redo ? _("redo: %.180s, %s ago") : _("undo: %.180s, %s ago"), u->text, age);
    open_plan(t, plan_of(u), u->target, title);
    undo_forget(t->st);
}

void undo_take_rows(struct turn *t, struct event *event)
{
    struct undoing *u = &t->st->undoing;
    struct journal_page *page = event->journal;
    if (event->job == 0 || event->job != u->job_rows || !page)
        return;
    u->job_rows = 0;
    int more = page->more && page->len > 0 && u->entries + page->len <= CHANGES_MAX;
    if (page->len > 0) {
        if (u->pages == u->cap) {
            u->cap = u->cap ? 2 * u->cap : 8;
            u->page = mem_grow(u->page, u->cap, sizeof *u->page);
        }
        u->page[u->pages++] = page;
        u->entries += page->len;
        event->journal = NULL;
    }
    if (more)
        ask_rows(t);
    else if (u->entries > 0)
        show(t);
    else
        turn_message(t, MESSAGE_WARN, "%s",
                     _("What the edit did is out of this identity's sight: nothing to undo."));
}

/* ── what became of it ── */

static int result_by_id(const void *a, const void *b)
{
    return strcmp(((const struct change_result *)a)->id, ((const struct change_result *)b)->id);
}

/* The outcomes in the order of the plan's rows; a row that none tells of was not touched. */
void undo_align(const struct change_set *set, struct change_results *results)
{
    struct change_results *ordered = change_results_create(set->len);
    if (results->len > 0)
        qsort(results->item, results->len, sizeof *results->item, result_by_id);
    for (size_t i = 0; i < set->len; i++) {
        struct change_result key = {.field = -1};
        memcpy(key.id, set->item[i].id, sizeof key.id);
        struct change_result *found =
            results->len > 0 ? bsearch(&key, results->item, results->len, sizeof key, result_by_id)
                             : NULL;
        key.outcome = OUTCOME_KEPT;
        ordered->item[i] = found ? *found : key;
        if (found) /* its texts have moved */
            memset(found->theirs, 0, sizeof found->theirs);
    }
    struct change_result *item = results->item;
    size_t len = results->len;
    results->item = ordered->item;
    results->len = ordered->len;
    ordered->item = item;
    ordered->len = len;
    change_results_destroy(ordered);
}
