#include "config.h"

/* A plan: what the rows hold now is asked, old → new is shown, Enter saves, and what became of each
 * row is told. A save whose answer is lost stays a save under way until its end is known. */

#include "base/i18n.h"
#include "base/mem.h"
#include "flow/journal_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DELETE_AT_ONCE = 50 };

int plan_busy(const struct state *st)
{
    enum plan_stage stage = st->plan.stage;
    return stage == PLAN_SAVING || stage == PLAN_STOPPING || stage == PLAN_UNSURE;
}

static void set_stage(struct state *st, enum plan_stage stage)
{
    st->plan.stage = stage;
    st->plan.since_ms = st->mono_ms;
}

void plan_clear(struct state *st)
{
    struct plan *plan = &st->plan;
    conflict_clear(st);
    change_set_destroy(plan->set);
    change_results_destroy(plan->preview);
    change_results_destroy(plan->results);
    *plan = (struct plan){.stage = PLAN_NONE};
}

void plan_close(struct turn *t)
{
    if (!plan_busy(t->st))
        plan_clear(t->st);
    edit_drop(t->st, SCREEN_PLAN);
}

static void judge(struct plan *plan)
{
    size_t deletes = 0;
    for (size_t i = 0; i < plan->set->len; i++)
        deletes += plan->set->item[i].op == CHANGE_DELETE;
    plan->word[0] = '\0';
    plan->danger = deletes > 0 || plan->set->len > 1 ? DANGER_MANY : DANGER_UNDOABLE;
    if (deletes <= DELETE_AT_ONCE || plan->undo_of[0])
        return;
    plan->danger = DANGER_FINAL;
    (void)snprintf(plan->word, sizeof plan->word, "%zu", plan->set->len);
}

/* What the rows hold can be asked without the key. */
static struct change_set *without_keys(const struct change_set *set)
{
    struct change_set *copy = change_set_copy(set);
    for (size_t i = 0; i < copy->len; i++)
        for (int f = 0; f < FIELD_COUNT; f++) {
            struct change_value *v = &copy->item[i].field[f];
            if (field_info((enum field)f)->kind != FIELD_SECRET)
                continue;
            if (v->value)
                mem_wipe(v->value, strlen(v->value));
            free(v->value);
            v->value = NULL;
            v->former = 0;
        }
    return copy;
}

/* Whether a row is to go of which nothing is on screen: it was marked and is not loaded any more.
 */
static int unseen(const struct change *change)
{
    for (int f = 0; f < FIELD_COUNT; f++)
        if (change->field[f].has_seen)
            return 0;
    return change->op == CHANGE_DELETE;
}

/* The database tells what the fields hold that a change names. */
static void name_fields(struct change *change)
{
    for (int f = 0; f < FIELD_COUNT; f++)
        if (target_compares((enum field)f))
            change_put_seen(change, (enum field)f, NULL);
}

void plan_again(struct turn *t)
{
    struct plan *plan = &t->st->plan;
    change_results_destroy(plan->preview);
    change_results_destroy(plan->results);
    plan->preview = plan->results = NULL;
    plan->job = 0;
    set_stage(t->st, PLAN_ASKING);
    judge(plan);
    struct job *job = turn_job(t, JOB_PREVIEW);
    if (!job)
        return;
    job->changes = without_keys(plan->set);
    for (size_t i = 0; i < job->changes->len; i++)
        if (unseen(&job->changes->item[i]))
            name_fields(&job->changes->item[i]);
    plan->job = job->id;
}

void plan_open(struct turn *t, struct change_set *set, const char *kind, int from_form)
{
    struct state *st = t->st;
    if (plan_busy(st)) {
        change_set_destroy(set);
        turn_message(t, MESSAGE_WARN, "%s", _("A save is under way: wait for its end."));
        return;
    }
    plan_clear(st);
    st->plan.set = set;
    st->plan.from_form = from_form;
    (void)snprintf(st->plan.kind, sizeof st->plan.kind, "%s", kind);
    turn_push(t, SCREEN_PLAN);
    plan_again(t);
}

/* ── what the rows hold ── */

static int has_secret(const struct change *change)
{
    for (int f = 0; f < FIELD_COUNT; f++)
        if (change->field[f].set && field_info((enum field)f)->kind == FIELD_SECRET)
            return 1;
    return 0;
}

/* What goes unseen goes as the plan found it. */
static void note_found(struct change *change, struct change_result *found)
{
    if (found->outcome != OUTCOME_CONFLICT && found->outcome != OUTCOME_SAVED)
        return;
    found->outcome = OUTCOME_SAVED;
    memset(found->conflict, 0, sizeof found->conflict);
    for (int f = 0; f < FIELD_COUNT; f++)
        if (target_compares((enum field)f))
            change_put_seen(change, (enum field)f, found->theirs[f]);
}

/* The save must find what the plan shows. */
static void note_seen(struct change *change, struct change_result *found)
{
    if (unseen(change)) {
        note_found(change, found);
        return;
    }
    if (found->outcome == OUTCOME_SAME && has_secret(change))
        found->outcome = OUTCOME_SAVED; /* the key was not part of the question */
    if (change->op != CHANGE_UPDATE ||
        (found->outcome != OUTCOME_SAVED && found->outcome != OUTCOME_SAME))
        return;
    for (int f = 0; f < FIELD_COUNT; f++) {
        const struct change_value *v = &change->field[f];
        if (v->set && !v->has_seen)
            change_put_seen(change, (enum field)f, found->theirs[f]);
    }
}

static void count_again(struct change_results *results)
{
    memset(results->count, 0, sizeof results->count);
    for (size_t i = 0; i < results->len; i++)
        results->count[results->item[i].outcome]++;
}

void plan_take_preview(struct turn *t, struct event *event)
{
    struct plan *plan = &t->st->plan;
    if (!event->job || event->job != plan->job || plan->stage != PLAN_ASKING)
        return;
    plan->job = 0;
    if (!event->results || event->results->err.code != ERR_OK ||
        event->results->len != plan->set->len) {
        if (event->results)
            turn_message(t, MESSAGE_ERROR, "%.200s %.90s", event->results->err.text,
                         event->results->err.cure);
        return;
    }
    plan->preview = event->results;
    event->results = NULL;
    for (size_t i = 0; i < plan->set->len; i++)
        note_seen(&plan->set->item[i], &plan->preview->item[i]);
    count_again(plan->preview);
    set_stage(t->st, PLAN_READY);
    if (plan->preview->count[OUTCOME_CONFLICT] > 0 && state_screen(t->st) == SCREEN_PLAN)
        (void)conflict_open(t);
}

/* ── the save ── */

void plan_send(struct turn *t)
{
    struct state *st = t->st;
    struct plan *plan = &st->plan;
    if (plan->stage != PLAN_READY || !st->arming.armed)
        return;
    int undoes = plan->undo_of[0] != '\0';
    struct job *job = turn_job(t, !undoes ? JOB_SAVE : plan->redo ? JOB_REDO : JOB_UNDO);
    if (!job) {
        turn_message(t, MESSAGE_WARN, "%s",
                     _("There is no connection: the plan stays here until it is back."));
        return;
    }
    if (undoes)
        memcpy(job->uuid, plan->undo_of, sizeof job->uuid);
    else
        job->changes = change_set_copy(plan->set);
    (void)snprintf(job->edit_kind, sizeof job->edit_kind, "%s", plan->kind);
    plan->job = job->id;
    plan->rows_done = 0;
    plan->rows_total = plan->set->len;
    set_stage(st, PLAN_SAVING);
}

static void ask_word(struct turn *t)
{
    struct state *st = t->st;
    char word[EDIT_LABEL];
    memcpy(word, st->plan.word, sizeof word);
    edit_ask(t, ABOUT_SAVE, PROMPT_NAME);
    (void)snprintf(st->prompt.label, sizeof st->prompt.label,
                   _("Type %.60s to delete as many connexions: "), word);
}

static void say_unarmed(struct turn *t)
{
    const char *waits = arm_waits(t->st);
    turn_message(
        t, MESSAGE_WARN, "%s",
        waits
            ? waits
            : _("This session is read-only; press W or start with --write. The plan stays here."));
}

static void save(struct turn *t)
{
    struct state *st = t->st;
    struct plan *plan = &st->plan;
    if (plan->stage == PLAN_DONE) {
        plan_close(t);
    } else if (plan->stage == PLAN_ASKING || (plan->stage == PLAN_UNSURE && !plan->job)) {
        if (!plan->job)
            plan_again(t);
        else
            turn_message(t, MESSAGE_INFO, "%s", _("What the rows hold now is still being asked."));
    } else if (plan->stage != PLAN_READY) {
        turn_message(t, MESSAGE_INFO, "%s", _("A save is under way: wait for its end."));
    } else if (!st->arming.armed) {
        say_unarmed(t);
    } else if (plan->preview->count[OUTCOME_CONFLICT] == plan->set->len && conflict_open(t)) {
        return;
    } else if (plan->danger == DANGER_FINAL) {
        ask_word(t);
    } else {
        plan_send(t);
    }
}

void plan_stop(struct turn *t)
{
    struct plan *plan = &t->st->plan;
    if (plan->stage != PLAN_SAVING)
        return;
    struct job *job = turn_job(t, JOB_SAVE_STOP);
    if (!job) {
        turn_message(t, MESSAGE_WARN, "%s",
                     _("Without a connection it cannot be given up: its end is asked for first."));
        return;
    }
    job->id = plan->job;
    set_stage(t->st, PLAN_STOPPING);
}

void plan_take_saving(struct turn *t, const struct event *event)
{
    struct plan *plan = &t->st->plan;
    if (!event->job || event->job != plan->job || !plan_busy(t->st))
        return;
    plan->rows_done = event->rows_done;
    if (event->rows_total > 0)
        plan->rows_total = event->rows_total;
    if (event->unsure && plan->stage != PLAN_UNSURE)
        set_stage(t->st, PLAN_UNSURE);
    else if (!event->unsure && plan->stage == PLAN_UNSURE)
        set_stage(t->st, PLAN_SAVING);
}

/* ── what became of it ── */

static size_t kept_or_written(const struct change_results *r)
{
    return r->count[OUTCOME_SAVED] + r->count[OUTCOME_SAME];
}

static void learn_repeat(struct state *st)
{
    struct change *last = &st->repeat.change;
    const struct change *done = &st->plan.set->item[0];
    if (done->op != CHANGE_UPDATE)
        return;
    for (int f = 0; f < FIELD_COUNT; f++) {
        free(last->field[f].value);
        last->field[f] = (struct change_value){.set = 0};
    }
    st->repeat.known = 0;
    for (int f = 0; f < FIELD_COUNT; f++)
        if (done->field[f].set && field_info((enum field)f)->kind != FIELD_SECRET) {
            change_put(last, (enum field)f, done->field[f].value);
            st->repeat.known = 1;
        }
}

static void say_saved(struct turn *t, const struct change_results *r, enum change_op op)
{
    unsigned long n = (unsigned long)r->count[OUTCOME_SAVED];
    if (n == 0)
        turn_message(t, MESSAGE_INFO, "%s", _("The database holds these values already."));
    else if (op == CHANGE_DELETE)
        turn_message(t, MESSAGE_INFO,
                     ngettext("%lu connexion deleted; u undoes it.",
                              "%lu connexions deleted; u undoes it.", n),
                     n);
    else if (op == CHANGE_INSERT)
        turn_message(t, MESSAGE_INFO,
                     ngettext("%lu connexion created; u undoes it.",
                              "%lu connexions created; u undoes it.", n),
                     n);
    else
        turn_message(
            t, MESSAGE_INFO,
            ngettext("%lu connexion saved; u undoes it.", "%lu connexions saved; u undoes it.", n),
            n);
}

static void say_undone(struct turn *t, const struct change_results *r, int redo)
{
    unsigned long n = (unsigned long)r->count[OUTCOME_SAVED];
    if (redo)
        turn_message(t, MESSAGE_INFO,
                     ngettext("Done again: %lu connexion.", "Done again: %lu connexions.", n), n);
    else
        turn_message(t, MESSAGE_INFO,
                     ngettext("Undone: %lu connexion; C-r does it again.",
                              "Undone: %lu connexions; C-r does it again.", n),
                     n);
}

static void refresh(struct turn *t)
{
    struct state *st = t->st;
    journal_outdated(st);
    list_refresh(t);
    st->list.totals_free_ms = 0;
    list_ask_totals(t);
    if (st->sheet.id[0])
        sheet_refresh(t);
}

/* Everything is as the person wanted it: the plan goes, and the form with it. */
static void finish(struct turn *t)
{
    struct state *st = t->st;
    enum change_op op = st->plan.set->item[0].op;
    int from_form = st->plan.from_form;
    if (op == CHANGE_INSERT && !st->plan.undo_of[0])
        memcpy(st->list.seek, st->plan.results->item[0].id, sizeof st->list.seek);
    if (st->plan.undo_of[0])
        say_undone(t, st->plan.results, st->plan.redo);
    else
        say_saved(t, st->plan.results, op);
    if (from_form) {
        keep_forget(t);
        form_close(st);
        edit_drop(st, SCREEN_CHOICES);
        edit_drop(st, SCREEN_FORM);
    }
    edit_drop(st, SCREEN_CONFLICT);
    edit_drop(st, SCREEN_PLAN);
    if (op == CHANGE_DELETE) { /* its sheet has nothing to show any more */
        edit_drop(st, SCREEN_CONNEXION);
        edit_drop(st, SCREEN_HEALTH);
    }
    plan_clear(st);
}

static const char *reason(const struct change_result *r)
{
    return r->text[0] ? r->text : _(outcome_info(r->outcome)->sentence);
}

/* Some rows are not as wanted: the plan stays and shows each. */
static void say_rest(struct turn *t, const struct change_results *r)
{
    size_t good = kept_or_written(r);
    if (r->len == 1) {
        struct form *form = &t->st->form;
        const struct change_result *only = &r->item[0];
        turn_message(t, only->outcome == OUTCOME_KEPT ? MESSAGE_INFO : MESSAGE_ERROR,
                     "%.190s %.100s", reason(only), only->cure);
        if (t->st->plan.from_form && only->field >= 0 && only->field < FIELD_COUNT) {
            form->at = only->field;
            form->grade[only->field] = FIELD_BAD;
            (void)snprintf(form->problem[only->field], FIELD_PROBLEM, "%s", reason(only));
        }
    } else if (good == 0) {
        turn_message(t, r->count[OUTCOME_KEPT] == r->len ? MESSAGE_INFO : MESSAGE_ERROR, "%s",
                     _("Nothing was changed; the plan shows why, line by line."));
    } else {
        turn_message(t, MESSAGE_WARN,
                     _("%zu of %zu are saved; the plan shows why the others are not."), good,
                     r->len);
    }
}

/* As a whole it failed before or at its end: nothing was written. */
static void failed(struct turn *t, const struct err *err)
{
    set_stage(t->st, PLAN_READY);
    turn_message(t, MESSAGE_ERROR, _("Nothing was saved: %.160s %.90s"), err->text, err->cure);
}

/* Nothing was written, or the answer is about other rows. */
static int is_whole_failure(const struct plan *plan, const struct change_results *r)
{
    return r->len != plan->set->len || (r->err.code != ERR_OK && !r->committed);
}

static void take_results(struct turn *t)
{
    struct state *st = t->st;
    const struct plan *plan = &st->plan;
    const struct change_results *r = plan->results;
    set_stage(st, PLAN_DONE);
    if (r->committed) {
        target_saved(t);
        refresh(t);
    }
    if (r->count[OUTCOME_SAVED] > 0 && !plan->undo_of[0])
        learn_repeat(st);
    if (kept_or_written(r) == r->len) {
        finish(t);
        return;
    }
    say_rest(t, r);
    if (r->len == 1 && state_screen(st) == SCREEN_PLAN)
        (void)conflict_open(t);
}

void plan_take_saved(struct turn *t, struct event *event)
{
    struct plan *plan = &t->st->plan;
    struct change_results *r = event->results;
    if (!event->job || event->job != plan->job || !plan_busy(t->st) || !r)
        return;
    plan->job = 0;
    if (plan->undo_of[0] && r->len > 0)
        undo_align(plan->set, r);
    if (is_whole_failure(plan, r)) {
        if (r->err.code == ERR_OK)
            (void)err_set(&r->err, ERR_FAILURE, "%s", _("the plan was given up"));
        failed(t, &r->err);
        return;
    }
    change_results_destroy(plan->results);
    plan->results = r;
    event->results = NULL;
    count_again(r);
    take_results(t);
}

/* The job failed as such; what the worker could not find out is asked of the rows themselves. */
static void faulted(struct turn *t, const struct event *event)
{
    struct state *st = t->st;
    struct plan *plan = &st->plan;
    plan->job = 0;
    if (plan->stage == PLAN_ASKING)
        return;
    if (event->err.code == ERR_LOST || event->err.code == ERR_TIMEOUT) {
        plan_again(t);
        turn_message(t, MESSAGE_WARN, "%s",
                     _("It could not be found out whether it was saved: the plan shows what the "
                       "rows hold."));
        return;
    }
    failed(t, &event->err);
}

void plan_fault(struct turn *t, const struct event *event)
{
    if (event->job && event->job == t->st->plan.job)
        faulted(t, event);
}

void plan_link(struct turn *t)
{
    struct state *st = t->st;
    struct plan *plan = &st->plan;
    int ready = st->link.status == LINK_READY;
    if (plan->stage == PLAN_ASKING) {
        plan->job = 0;
        if (ready)
            plan_again(t);
    } else if ((plan->stage == PLAN_SAVING || plan->stage == PLAN_STOPPING) && !ready) {
        set_stage(st, PLAN_UNSURE);
    }
}

/* ── keys ── */

static int scroll(struct state *st, enum command command)
{
    struct plan *plan = &st->plan;
    long page = state_body_rows(st);
    long last = st->text_len > page ? st->text_len - page : 0;
    long to = plan->top;
    switch ((int)command) {
    case CMD_UP:
        to--;
        break;
    case CMD_DOWN:
        to++;
        break;
    case CMD_PAGE_UP:
        to -= page;
        break;
    case CMD_PAGE_DOWN:
        to += page;
        break;
    case CMD_FIRST:
        to = 0;
        break;
    case CMD_LAST:
        to = last;
        break;
    default:
        return 0;
    }
    plan->top = (int)(to > last ? last : to < 0 ? 0 : to);
    return 1;
}

int plan_command(struct turn *t, enum command command)
{
    struct plan *plan = &t->st->plan;
    switch ((int)command) {
    case CMD_PLAN_SAVE:
        save(t);
        return 1;
    case CMD_SAVE_STOP:
        plan_stop(t);
        return 1;
    case CMD_PLAN_SQL:
        plan->sql = !plan->sql;
        plan->top = 0;
        return 1;
    case CMD_PLAN_WHOLE:
        if (plan->stage == PLAN_READY && plan->set->len > 1)
            plan->set->all_or_nothing = !plan->set->all_or_nothing;
        return 1;
    case CMD_PLAN_RESOLVE:
        if (!conflict_open(t))
            turn_message(t, MESSAGE_INFO, "%s", _("Nothing here is in conflict."));
        return 1;
    case CMD_BACK:
    case CMD_QUIT:
        plan_close(t);
        return 1;
    default:
        return scroll(t->st, command);
    }
}
