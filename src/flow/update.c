#include "config.h"

#include "base/i18n.h"
#include "flow/control.h"
#include "flow/journal_part.h"
#include "flow/turn.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_MS = 6000, REFRESH_QUIET_S = 60 };

void turn_push(struct turn *t, enum screen_kind screen)
{
    struct state *st = t->st;
    for (int i = 0; i < st->depth; i++)
        if (st->stack[i] == screen) {
            st->depth = i + 1;
            return;
        }
    if (st->depth < STACK_MAX)
        st->stack[st->depth++] = screen;
}

void turn_pop(struct turn *t)
{
    if (t->st->depth > 1)
        t->st->depth--;
}

void turn_message(struct turn *t, enum message_level level, const char *fmt, ...)
{
    struct message *m = &t->st->message;
    va_list args;
    va_start(args, fmt);
    if (vsnprintf(m->text, sizeof m->text, fmt, args) < 0)
        m->text[0] = '\0';
    va_end(args);
    m->level = level;
    m->until_ms = t->st->mono_ms + MESSAGE_MS;
}

struct job *turn_job(struct turn *t, enum job_kind kind)
{
    struct state *st = t->st;
    if (st->link.status != LINK_READY || t->jobs->len == JOBS_MAX)
        return NULL;
    st->next_job = st->next_job == 0x7fffffffU ? 1 : st->next_job + 1;
    struct job *job = job_create(kind, st->next_job);
    jobs_add(t->jobs, job);
    return job;
}

static int shows_sheet(const struct state *st)
{
    enum screen_kind screen = state_screen_under(st);
    return screen == SCREEN_CONNEXION || screen == SCREEN_HEALTH;
}

static void fetch_again(struct turn *t)
{
    struct state *st = t->st;
    if (st->link.status != LINK_READY || st->list.job_reset)
        return;
    st->changed_pending = 0;
    list_refresh(t);
    list_ask_totals(t);
    if (shows_sheet(st) && !st->sheet.job)
        sheet_refresh(t);
    if (state_screen_under(st) == SCREEN_ORGANISATIONS && !st->orgs.job)
        orgs_refresh(t);
    accounts_changed(t);
    control_changed(t);
    journal_outdated(st);
    edit_row_changed(t);
    int silent = st->link.proof.pooler || st->link.proof.quiet;
    int period = silent ? st->settings.refresh_s : REFRESH_QUIET_S;
    st->refresh_at_ms = st->mono_ms + 1000 * (int64_t)period;
}

static void forget_jobs(struct state *st)
{
    list_forget_jobs(&st->list);
    st->sheet.job = st->sheet.job_figures = st->orgs.job = st->health.job = 0;
    accounts_forget_jobs(st);
    control_forget_jobs(st);
    journal_forget_jobs(st);
}

static void drop_data(struct state *st)
{
    list_clear(&st->list);
    st->list.loaded = 0;
    st->list.totals_known = 0;
    sheet_clear(st);
    health_clear(st);
    organisations_destroy(st->orgs.all);
    st->orgs.all = NULL;
    accounts_clear(st);
    control_clear(st);
    journal_clear(st);
}

static int same_identity(const struct proof *a, const struct proof *b)
{
    return strcmp(a->user_id, b->user_id) == 0 &&
           strcmp(a->organisation_id, b->organisation_id) == 0 && a->admin == b->admin;
}

static void link_ready(struct turn *t, struct event *event)
{
    struct state *st = t->st;
    struct link *link = &st->link;
    int again = link->proven;
    if (again && event->proof && !same_identity(&link->proof, event->proof))
        drop_data(st);
    if (event->proof)
        link->proof = *event->proof;
    link->proven = 1;
    link->err = (struct err){0};
    if (again)
        turn_message(t, MESSAGE_INFO, "%s", _("Connected again."));
    if (st->wanted_organisation[0])
        orgs_refresh(t);
    fetch_again(t);
}

static void link_changed(struct turn *t, struct event *event)
{
    struct state *st = t->st;
    struct link *link = &st->link;
    if (link->status != event->link)
        link->since_ms = event->mono_ms;
    link->status = event->link;
    link->retry_ms = event->retry_ms;
    forget_jobs(st);
    testing_break(t);
    if (event->link == LINK_READY) {
        link_ready(t, event);
        edit_link(t);
        sign_in_link(t, event);
        return;
    }
    edit_link(t);
    if (event->err.code != ERR_OK)
        link->err = event->err;
    if (event->link == LINK_REFUSED && event->proof)
        link->proof = *event->proof;
    if (event->link == LINK_REFUSED && !event->needs_sign_in)
        drop_data(st);
    if (link->proven)
        sign_in_link(t, event);
    if (!link->proven && event->link != LINK_CONNECTING) {
        st->quit = 1;
        st->exit_err = event->err;
        st->needs_password = event->needs_password;
    }
}

static void choose_wanted(struct turn *t)
{
    char name[NAME_TEXT];
    memcpy(name, t->st->wanted_organisation, sizeof name);
    t->st->wanted_organisation[0] = '\0';
    act(t, CMD_ORGANISATION, name);
}

static void take_organisations(struct turn *t, struct event *event)
{
    struct state *st = t->st;
    struct orgs *orgs = &st->orgs;
    if (event->job == 0 || event->job != orgs->job)
        return;
    orgs->job = 0;
    organisations_destroy(orgs->all);
    orgs->all = event->organisations;
    orgs->fetched_at = event->now;
    event->organisations = NULL;
    int len = orgs->all ? (int)orgs->all->len : 0;
    if (orgs->scroll.cursor >= len)
        orgs->scroll.cursor = len ? len - 1 : 0;
    if (state_screen(st) == SCREEN_PROMPT)
        prompt_complete(st);
    if (st->wanted_organisation[0])
        choose_wanted(t);
}

static void take_fault(struct turn *t, struct event *event)
{
    struct state *st = t->st;
    struct list *list = &st->list;
    unsigned *const jobs[] = {&list->job_next,   &list->job_previous, &list->job_reset,
                              &list->job_totals, &st->sheet.job,      &st->sheet.job_figures,
                              &st->orgs.job};
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        if (*jobs[i] == event->job)
            *jobs[i] = 0;
    if (event->job && event->job == st->health.job)
        health_fault(st);
    accounts_fault(st, event->job);
    journal_fault(st, event->job);
    if (control_fault(t, event))
        return;
    if (event->job && event->job == st->testing.job)
        st->testing = (struct testing){.job = 0};
    turn_message(t, MESSAGE_ERROR, "%.200s %.90s", event->err.text, event->err.cure);
    edit_fault(t, event);
}

static void tick(struct turn *t)
{
    struct state *st = t->st;
    if (st->message.until_ms && st->mono_ms >= st->message.until_ms)
        st->message = (struct message){.text = ""};
    if (st->list.totals_due_ms && st->mono_ms >= st->list.totals_due_ms) {
        st->list.totals_due_ms = 0;
        list_ask_totals(t);
    }
    health_tick(t);
    accounts_tick(t);
    control_tick(t);
    edit_tick(t);
    if (st->changed_pending || (st->refresh_at_ms && st->mono_ms >= st->refresh_at_ms))
        fetch_again(t);
}

static void command_given(struct turn *t, struct event *event)
{
    struct state *st = t->st;
    int always =
        event->command == CMD_QUIT || event->command == CMD_EXIT || event->command == CMD_SUSPEND;
    if (state_too_small(st) && !always)
        return;
    if (st->message.until_ms)
        st->message = (struct message){.text = ""};
    if (state_too_small(st) && event->command == CMD_QUIT)
        st->quit = 1;
    else
        act(t, event->command, event->text);
}

static void resized(struct turn *t, const struct event *event)
{
    t->st->rows = event->rows;
    t->st->cols = event->cols;
    t->st->redraw = 1;
    list_move(t, 0);
}

static void watch_waiting(struct state *st)
{
    const struct list *list = &st->list;
    int waiting = list->job_reset || list->job_next || list->job_previous || st->sheet.job ||
                  st->orgs.job || st->accounts.job || journal_waiting(st) || edit_waiting(st) ||
                  control_waiting(st);
    if (!waiting || st->link.status != LINK_READY)
        st->waiting_since_ms = 0;
    else if (st->waiting_since_ms == 0)
        st->waiting_since_ms = st->mono_ms;
}

static void apply_journal(struct turn *t, struct event *event)
{
    switch ((int)event->kind) {
    case EVENT_JOURNAL:
        journal_take(t, event);
        break;
    case EVENT_VERIFIED:
        journal_take_verified(t, event);
        break;
    case EVENT_EXPORTED:
        journal_take_exported(t, event);
        break;
    case EVENT_UNDO_STATE:
        undo_take_state(t, event);
        break;
    default:
        control_take(t, event);
        edit_take(t, event);
        break;
    }
}

static void apply_health(struct turn *t, struct event *event)
{
    switch ((int)event->kind) {
    case EVENT_HEALTH:
        health_take(t, event);
        break;
    case EVENT_FIGURES:
        sheet_take_figures(t->st, event);
        break;
    case EVENT_TESTED:
        testing_take(t, event);
        break;
    case EVENT_FAULT:
        take_fault(t, event);
        break;
    case EVENT_ACCOUNTS:
        accounts_take(t, event);
        break;
    case EVENT_ACCOUNT_DONE:
        accounts_take_outcome(t, event);
        break;
    default:
        apply_journal(t, event);
        break;
    }
}

static void apply(struct turn *t, struct event *event)
{
    struct state *st = t->st;
    switch (event->kind) {
    case EVENT_COMMAND:
        command_given(t, event);
        break;
    case EVENT_INSERT:
        if (!edit_insert(t, event))
            prompt_insert(t, event->text ? event->text : "");
        break;
    case EVENT_RESIZE:
        resized(t, event);
        break;
    case EVENT_TICK:
        tick(t);
        break;
    case EVENT_LINK:
        link_changed(t, event);
        break;
    case EVENT_CHANGED:
        st->changed_pending = 1;
        fetch_again(t);
        break;
    case EVENT_PAGE:
        list_take_page(t, event);
        break;
    case EVENT_CONNEXION:
        edit_take(t, event);
        sheet_take(st, event);
        break;
    case EVENT_TOTALS:
        list_take_totals(t, event);
        break;
    case EVENT_ORGANISATIONS:
        take_organisations(t, event);
        break;
    default:
        apply_health(t, event);
        break;
    }
}

/* Whether an event can change no more than the cursor and the first line of the list. */
static int only_moves(const struct state *st, const struct event *event)
{
    if (event->kind != EVENT_COMMAND || state_screen(st) != SCREEN_CONNEXIONS ||
        st->message.until_ms)
        return 0;
    switch ((int)event->command) {
    case CMD_UP:
    case CMD_DOWN:
    case CMD_PAGE_UP:
    case CMD_PAGE_DOWN:
    case CMD_FIRST:
    case CMD_LAST:
        return 1;
    default:
        return 0;
    }
}

void update(struct state *st, struct event *event, struct jobs *jobs)
{
    struct turn t = {.st = st, .jobs = jobs};
    if (!only_moves(st, event))
        st->generation++;
    st->now = event->now;
    st->mono_ms = event->mono_ms;
    if (event->kind != EVENT_TICK)
        st->active_ms = event->mono_ms;
    apply(&t, event);
    if (st->changed_pending && event->kind == EVENT_PAGE)
        fetch_again(&t);
    journal_settle(&t);
    watch_waiting(st);
    st->dirty = 1;
}
