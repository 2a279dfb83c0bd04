#include "config.h"

#include "base/i18n.h"
#include "base/text.h"
#include "flow/turn.h"

#include <stdio.h>
#include <string.h>

static size_t grapheme_before(const struct prompt *p)
{
    size_t at = 0;
    size_t last = 0;
    while (at < p->cursor) {
        last = at;
        at += text_grapheme(p->text + at);
    }
    return last;
}

static void erase(struct prompt *p, size_t from, size_t to)
{
    memmove(p->text + from, p->text + to, p->len - to + 1);
    p->len -= to - from;
    p->cursor = from;
}

static size_t word_before(const struct prompt *p)
{
    size_t at = p->cursor;
    while (at > 0 && p->text[at - 1] == ' ')
        at--;
    while (at > 0 && p->text[at - 1] != ' ')
        at--;
    return at;
}

static void set_text(struct prompt *p, const char *text)
{
    (void)snprintf(p->text, sizeof p->text, "%s", text);
    p->len = strlen(p->text);
    p->cursor = p->len;
}

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
        if (filter_parse(&filter, p->text, &e))
            (void)snprintf(p->problem, sizeof p->problem, "%.299s", e.text);
        else if (t->st->list.live_filter)
            (void)list_set_filter(t, p->text, &e);
    }
    prompt_complete(t->st);
}

void prompt_open(struct turn *t, enum prompt_kind kind, const char *text)
{
    struct prompt *p = &t->st->prompt;
    *p = (struct prompt){.kind = kind, .selected = -1};
    set_text(p, text);
    memcpy(p->saved, p->text, sizeof p->saved);
    turn_push(t, SCREEN_PROMPT);
    if (kind == PROMPT_PALETTE && !t->st->orgs.all)
        orgs_refresh(t);
    prompt_complete(t->st);
}

void prompt_insert(struct turn *t, const char *text)
{
    struct prompt *p = &t->st->prompt;
    size_t len = strlen(text);
    if (state_screen(t->st) != SCREEN_PROMPT || len == 0)
        return;
    if (p->len + len >= sizeof p->text) {
        turn_message(t, MESSAGE_WARN, _("The line is full: at most %d bytes."),
                     FILTER_TEXT_MAX - 1);
        return;
    }
    memmove(p->text + p->cursor + len, p->text + p->cursor, p->len - p->cursor + 1);
    memcpy(p->text + p->cursor, text, len);
    p->len += len;
    p->cursor += len;
    changed(t);
}

static void take_choice(struct turn *t)
{
    struct prompt *p = &t->st->prompt;
    if (p->choices == 0)
        return;
    set_text(p, p->choice[p->selected >= 0 ? p->selected : 0].text);
    changed(t);
}

static void cancel(struct turn *t)
{
    struct prompt *p = &t->st->prompt;
    struct err e = {0};
    turn_pop(t);
    if (p->kind == PROMPT_FILTER)
        (void)list_set_filter(t, p->saved, &e);
}

static void accept_filter(struct turn *t)
{
    struct prompt *p = &t->st->prompt;
    struct err e = {0};
    if (list_set_filter(t, p->text, &e)) {
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
    if (exact != CMD_NONE && command_info(exact)->contexts != CONTEXT_PROMPT)
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
        set_text(p, p->choice[p->selected].text);
    if (p->len == 0) {
        turn_pop(t);
        return;
    }
    char line[FILTER_TEXT_MAX];
    memcpy(line, p->text, sizeof line);
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
    if (command == CMD_ERASE && p->len == 0) {
        cancel(t);
        return;
    }
    if (command == CMD_ERASE)
        erase(p, grapheme_before(p), p->cursor);
    else if (command == CMD_ERASE_WORD)
        erase(p, word_before(p), p->cursor);
    else
        erase(p, 0, p->len);
    changed(t);
}

void prompt_command(struct turn *t, enum command command)
{
    struct prompt *p = &t->st->prompt;
    switch ((int)command) {
    case CMD_ACCEPT:
        if (p->kind == PROMPT_FILTER)
            accept_filter(t);
        else
            accept_palette(t);
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
    case CMD_ERASE:
    case CMD_ERASE_WORD:
    case CMD_ERASE_LINE:
        edit(t, command);
        break;
    case CMD_CURSOR_LEFT:
        p->cursor = grapheme_before(p);
        break;
    case CMD_CURSOR_RIGHT:
        p->cursor += text_grapheme(p->text + p->cursor);
        break;
    case CMD_CURSOR_START:
        p->cursor = 0;
        break;
    case CMD_CURSOR_END:
        p->cursor = p->len;
        break;
    default:
        break;
    }
}
