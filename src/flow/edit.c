#include "config.h"

/* The doors of editing: which event goes to which part. */

#include "base/i18n.h"
#include "base/mem.h"
#include "flow/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int on_stack(const struct state *st, enum screen_kind screen)
{
    for (int i = 0; i < st->depth; i++)
        if (st->stack[i] == screen)
            return 1;
    return 0;
}

/* Screens that a person opened on top of it stay. */
void edit_drop(struct state *st, enum screen_kind screen)
{
    for (int i = 1; i < st->depth; i++)
        if (st->stack[i] == screen) {
            memmove(st->stack + i, st->stack + i + 1,
                    (size_t)(st->depth - i - 1) * sizeof st->stack[0]);
            st->depth--;
            return;
        }
}

/* ── commands ── */

static void edit_argument(struct turn *t, const char *argument)
{
    int field = argument ? field_find(argument) : -1;
    if (argument && field < 0)
        turn_message(t, MESSAGE_ERROR, _("There is no field “%.60s”; Tab completes."), argument);
    else
        form_edit(t, field);
}

static int open_command(struct turn *t, enum command command, const char *argument)
{
    switch ((int)command) {
    case CMD_EDIT:
        edit_argument(t, argument);
        return 1;
    case CMD_NEW:
        form_new(t);
        return 1;
    case CMD_DUPLICATE:
        form_duplicate(t);
        return 1;
    case CMD_DRAFT:
        keep_open(t);
        return 1;
    case CMD_CELL:
        target_set(t, argument);
        return 1;
    case CMD_ON:
    case CMD_OFF:
        target_switch(t, command == CMD_ON);
        return 1;
    case CMD_DELETE:
        target_delete(t);
        return 1;
    case CMD_REPEAT:
        target_repeat(t);
        return 1;
    case CMD_ARM:
        arm_toggle(t);
        return 1;
    default:
        return 0;
    }
}

static int is_of_screen(enum command command, unsigned context)
{
    return (command_info(command)->contexts & context) != 0;
}

int edit_command(struct turn *t, enum command command, const char *argument)
{
    const struct state *st = t->st;
    enum screen_kind screen = state_screen(st);
    if (!is_of_screen(command, state_context(st)) && !is_of_screen(command, CONTEXT_PALETTE))
        return 1; /* a key of a screen that is not on top */
    int ours = 0;
    if (screen == SCREEN_FORM)
        ours = form_command(t, command);
    else if (screen == SCREEN_CHOICES)
        ours = choices_command(t, command);
    else if (screen == SCREEN_PLAN)
        ours = plan_command(t, command);
    else if (screen == SCREEN_CONFLICT)
        ours = conflict_command(t, command);
    if (command == CMD_EXIT)
        keep_now(t);
    return ours || open_command(t, command, argument);
}

int edit_insert(struct turn *t, const struct event *event)
{
    enum screen_kind screen = state_screen(t->st);
    if (screen == SCREEN_FORM)
        form_insert(t, event);
    else if (screen == SCREEN_CHOICES)
        choices_insert(t, event);
    return screen == SCREEN_FORM || screen == SCREEN_CHOICES;
}

/* ── questions ── */

void edit_ask(struct turn *t, enum prompt_about about, enum prompt_kind kind)
{
    prompt_open(t, kind, "");
    t->st->prompt.about = about;
}

static void discard(struct turn *t)
{
    keep_forget(t);
    form_close(t->st);
    edit_drop(t->st, SCREEN_FORM);
    turn_message(t, MESSAGE_INFO, "%s", _("What was typed is thrown away."));
}

static void accept_word(struct turn *t)
{
    struct state *st = t->st;
    struct prompt *p = &st->prompt;
    if (strcmp(p->line.text, st->plan.word) != 0) {
        (void)snprintf(p->problem, sizeof p->problem, _("Type %.60s, or leave with Esc."),
                       st->plan.word);
        return;
    }
    prompt_close(t);
    plan_send(t);
}

void edit_accept(struct turn *t)
{
    enum prompt_about about = t->st->prompt.about;
    if (about == ABOUT_SAVE) {
        accept_word(t);
        return;
    }
    prompt_close(t);
    switch ((int)about) {
    case ABOUT_ARM:
        arm_accept(t);
        break;
    case ABOUT_DISCARD:
        discard(t);
        break;
    case ABOUT_DRAFT:
        keep_open(t);
        break;
    case ABOUT_REPLACE:
        form_replace(t);
        break;
    default:
        break;
    }
}

void edit_cancel(struct turn *t)
{
    if (t->st->prompt.about == ABOUT_DRAFT)
        turn_message(t, MESSAGE_INFO, "%s", _("The unfinished form stays: :draft opens it."));
}

void edit_typed(struct turn *t)
{
    if (t->st->prompt.about == ABOUT_FIELD)
        form_find(t->st, t->st->prompt.line.text);
}

/* ── answers ── */

void edit_take(struct turn *t, struct event *event)
{
    switch ((int)event->kind) {
    case EVENT_SAVING:
        plan_take_saving(t, event);
        break;
    case EVENT_SAVED:
        plan_take_saved(t, event);
        break;
    case EVENT_PREVIEW:
        plan_take_preview(t, event);
        break;
    case EVENT_CHOICES:
        form_take_choices(t, event);
        choices_take(t, event);
        break;
    case EVENT_DRAFT:
        keep_take(t, event);
        break;
    case EVENT_EDITED:
        form_edited(t, event);
        break;
    case EVENT_ARMED:
        arm_take(t, event);
        break;
    case EVENT_CONNEXION:
        form_take_row(t, event);
        break;
    default:
        break;
    }
}

static void forget(unsigned *job, unsigned id)
{
    if (id && *job == id)
        *job = 0;
}

void edit_fault(struct turn *t, const struct event *event)
{
    struct state *st = t->st;
    forget(&st->form.job, event->job);
    forget(&st->form.job_models, event->job);
    forget(&st->form.job_same, event->job);
    forget(&st->offers.job, event->job);
    if (event->job && event->job == st->arming.job)
        st->arming = (struct arming){.armed = st->arming.armed};
    plan_fault(t, event);
}

void edit_tick(struct turn *t)
{
    keep_tick(t);
    form_check_tick(t);
    choices_tick(t);
}

void edit_link(struct turn *t)
{
    struct state *st = t->st;
    st->form.job = st->form.job_models = st->form.job_same = st->offers.job = 0;
    arm_link(t);
    plan_link(t);
    if (st->link.status != LINK_READY)
        return;
    if (on_stack(st, SCREEN_FORM))
        form_ask_row(t);
    if (on_stack(st, SCREEN_CHOICES))
        choices_ask(t);
}

void edit_row_changed(struct turn *t)
{
    if (on_stack(t->st, SCREEN_FORM) && !plan_busy(t->st))
        form_ask_row(t);
}

int edit_waiting(const struct state *st)
{
    return st->form.job != 0 && st->form.waiting;
}

static int64_t soonest(int64_t a, int64_t b)
{
    return b > 0 && (a == 0 || b < a) ? b : a;
}

int64_t edit_next_wake(const struct state *st)
{
    int64_t wake = soonest(st->form.keep_due_ms, st->form.same_due_ms);
    if (st->link.status == LINK_READY)
        wake = soonest(wake, st->offers.due_ms);
    if (plan_busy(st))
        wake = soonest(wake, st->mono_ms + 1000);
    return wake;
}

int edit_holds_back(struct turn *t)
{
    if (!plan_busy(t->st)) {
        keep_now(t);
        return 0;
    }
    turn_message(t, MESSAGE_WARN, "%s",
                 _("A save is under way and its end is not known yet; C-c leaves all the same."));
    return 1;
}

void edit_destroy(struct state *st)
{
    form_close(st);
    choice_list_destroy(st->offers.list);
    plan_clear(st);
    for (int f = 0; f < FIELD_COUNT; f++)
        free(st->repeat.change.field[f].value);
    free(st->draft_text);
}
