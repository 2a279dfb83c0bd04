#include "config.h"

#include "base/i18n.h"
#include "flow/control.h"
#include "flow/turn.h"
#include "flow/edit.h"
#include "flow/journal_part.h"

#include <stdio.h>
#include <string.h>

/* After each change of the line: its problem, its proposals, and the list itself when it is small
 * enough to follow. */
static void changed(struct turn *t)
{
    struct prompt *p = &t->st->prompt;
    p->problem[0] = '\0';
    p->selected = -1;
    if (p->kind == PROMPT_FILTER) {
        struct filter filter;
        struct err e = {0};
        if (filter_parse(&filter, p->line.text, &e))
            (void)snprintf(p->problem, sizeof p->problem, "%.299s", e.text);
        else if (t->st->list.live_filter)
            (void)list_set_filter(t, p->line.text, &e);
    } else if (p->about != ABOUT_ACCOUNT) {
        edit_typed(t);
    } else if (p->kind == PROMPT_SECRET) {
        accounts_look_at_key(t->st);
    } else if (p->kind == PROMPT_JOURNAL) {
        journal_filter_typed(t->st);
    }
    prompt_complete(t->st);
}

void prompt_open(struct turn *t, enum prompt_kind kind, const char *text)
{
    struct prompt *p = &t->st->prompt;
    typed_wipe(&p->line);
    *p = (struct prompt){.kind = kind, .selected = -1};
    typed_set(&p->line, text);
    memcpy(p->saved, p->line.text, sizeof p->saved);
    turn_push(t, SCREEN_PROMPT);
    if (kind == PROMPT_PALETTE && !t->st->orgs.all)
        orgs_refresh(t);
    prompt_complete(t->st);
}

void prompt_insert(struct turn *t, const char *text)
{
    struct prompt *p = &t->st->prompt;
    if (state_screen(t->st) != SCREEN_PROMPT || text[0] == '\0' || p->kind == PROMPT_CONFIRM)
        return;
    if (typed_insert(&p->line, text)) {
        turn_message(t, MESSAGE_WARN, _("The line is full: at most %d bytes."), TYPED_MAX - 1);
        return;
    }
    changed(t);
}

static void take_choice(struct turn *t)
{
    struct prompt *p = &t->st->prompt;
    if (p->choices == 0)
        return;
    typed_set(&p->line, p->choice[p->selected >= 0 ? p->selected : 0].text);
    changed(t);
}

static void cancel(struct turn *t)
{
    struct prompt *p = &t->st->prompt;
    struct err e = {0};
    prompt_close(t);
    edit_cancel(t);
    if (p->kind == PROMPT_FILTER)
        (void)list_set_filter(t, p->saved, &e);
}

static void accept_filter(struct turn *t)
{
    struct prompt *p = &t->st->prompt;
    struct err e = {0};
    if (list_set_filter(t, p->line.text, &e)) {
        (void)snprintf(p->problem, sizeof p->problem, "%.200s %.90s", e.text, e.cure);
        return;
    }
    turn_pop(t);
}

static enum command parse_command(const struct state *st, const char *line, const char **argument)
{
    char name[CHOICE_TEXT];
    size_t len = strcspn(line, " ");
    (void)snprintf(name, sizeof name, "%.*s", (int)(len < sizeof name ? len : sizeof name - 1),
                   line);
    line += len;
    while (*line == ' ')
        line++;
    *argument = *line ? line : NULL;
    enum command exact = command_find(name);
    if (exact != CMD_NONE && (command_info(exact)->contexts & CONTEXT_PALETTE))
        return exact;
    unsigned context = CONTEXT_ANY;
    enum command only = name[0] ? command_match(name, context, 0) : CMD_NONE;
    (void)st;
    return only != CMD_NONE && command_match(name, context, 1) == CMD_NONE ? only : CMD_NONE;
}

static void accept_palette(struct turn *t)
{
    struct prompt *p = &t->st->prompt;
    const char *argument = NULL;
    if (p->selected >= 0)
        typed_set(&p->line, p->choice[p->selected].text);
    if (p->line.len == 0) {
        turn_pop(t);
        return;
    }
    char line[FILTER_TEXT_MAX];
    memcpy(line, p->line.text, sizeof line);
    enum command command = parse_command(t->st, line, &argument);
    if (command == CMD_NONE) {
        (void)snprintf(p->problem, sizeof p->problem,
                       _("There is no single command “%.100s”; Tab completes."), line);
        return;
    }
    turn_pop(t);
    act(t, command, argument);
}

static void select_choice(struct prompt *p, int step)
{
    if (p->choices == 0)
        return;
    if (p->selected < 0)
        p->selected = step > 0 ? 0 : p->choices - 1;
    else
        p->selected = (p->selected + step + p->choices) % p->choices;
}

static void edit(struct turn *t, enum command command)
{
    struct prompt *p = &t->st->prompt;
    if (command == CMD_ERASE && p->line.len == 0)
        cancel(t);
    else if (typed_edit(&p->line, command) == 1)
        changed(t);
}

static void accept(struct turn *t)
{
    switch (t->st->prompt.kind) {
    case PROMPT_FILTER:
        accept_filter(t);
        break;
    case PROMPT_PALETTE:
        accept_palette(t);
        break;
    case PROMPT_JOURNAL:
        journal_filter_accept(t);
        break;
    case PROMPT_NAME:
    case PROMPT_SECRET:
    case PROMPT_CONFIRM:
        if (t->st->prompt.about == ABOUT_ACCOUNT)
            accounts_accept(t);
        else if (t->st->prompt.about == ABOUT_SIGN_IN)
            sign_in_accept(t);
        else if (!control_accept(t))
            edit_accept(t);
        break;
    }
}

void prompt_close(struct turn *t)
{
    if (state_screen(t->st) != SCREEN_PROMPT)
        return;
    if (t->st->prompt.kind == PROMPT_SECRET)
        typed_wipe(&t->st->prompt.line);
    turn_pop(t);
}

void prompt_command(struct turn *t, enum command command)
{
    struct prompt *p = &t->st->prompt;
    switch ((int)command) {
    case CMD_ACCEPT:
        accept(t);
        break;
    case CMD_CANCEL:
        cancel(t);
        break;
    case CMD_COMPLETE:
        take_choice(t);
        break;
    case CMD_CHOICE_NEXT:
        select_choice(p, 1);
        break;
    case CMD_CHOICE_PREVIOUS:
        select_choice(p, -1);
        break;
    default:
        edit(t, command);
        break;
    }
}
