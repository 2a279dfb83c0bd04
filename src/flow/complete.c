#include "config.h"

#include "base/i18n.h"
#include "base/text.h"
#include "flow/turn.h"

#include <stdio.h>
#include <string.h>

/* A proposal: the line up to the word being typed, then the word. */
static void propose(struct prompt *p, size_t keep, const char *word, const char *help)
{
    if (p->choices == CHOICES_MAX)
        return;
    struct choice *c = &p->choice[p->choices];
    int n = snprintf(c->text, sizeof c->text, "%.*s%s", (int)keep, p->text, word);
    if (n < 0 || (size_t)n >= sizeof c->text)
        return;
    (void)snprintf(c->help, sizeof c->help, "%.127s", help);
    p->choices++;
}

static int starts(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static void complete_state(struct prompt *p, size_t keep, const char *start)
{
    for (int i = 0; i < STATUS_COUNT; i++)
        if (starts(status_word((enum status)i), start))
            propose(p, keep, status_word((enum status)i), status_title((enum status)i));
}

static void complete_filter(struct prompt *p, size_t from)
{
    size_t word = from;
    for (size_t i = from; i < p->len; i++)
        if (p->text[i] == ' ')
            word = i + 1;
    const char *start = p->text + word;
    if (*start == '\0')
        return;
    if (starts(start, "state:")) {
        const char *comma = strrchr(start, ',');
        const char *value = comma ? comma + 1 : start + strlen("state:");
        complete_state(p, (size_t)(value - p->text), value);
        return;
    }
    const char *help = NULL;
    const char *key = NULL;
    for (int i = 0; (key = filter_key(i, &help)); i++)
        if (starts(key, start) && strcmp(key, start) != 0)
            propose(p, word, key, help);
}

static void complete_column(struct prompt *p, size_t from, int (*usable)(enum column))
{
    const char *comma = strrchr(p->text + from, ',');
    size_t word = comma ? (size_t)(comma + 1 - p->text) : from;
    for (int i = 0; i < COLUMN_ALL; i++) {
        const struct column_info *info = column_info((enum column)i);
        if (usable((enum column)i) && starts(info->word, p->text + word))
            propose(p, word, info->word, _(info->title));
    }
}

static void complete_organisation(struct prompt *p, const struct orgs *orgs, size_t from)
{
    for (size_t i = 0; orgs->all && i < orgs->all->len; i++)
        if (text_contains(orgs->all->rows[i].nom, p->text + from))
            propose(p, from, orgs->all->rows[i].nom, "");
}

static void complete_command(struct prompt *p, unsigned context)
{
    enum command command = CMD_NONE;
    for (int i = 0; (command = command_match(p->text, context, i)) != CMD_NONE; i++)
        propose(p, 0, command_info(command)->name, _(command_info(command)->help));
}

static unsigned context_under(const struct state *st)
{
    struct state under = *st;
    if (under.depth > 1)
        under.depth--;
    return state_context(&under);
}

void prompt_complete(struct state *st)
{
    struct prompt *p = &st->prompt;
    p->choices = 0;
    if (p->kind == PROMPT_FILTER) {
        complete_filter(p, 0);
        return;
    }
    const char *blank = strchr(p->text, ' ');
    if (!blank) {
        complete_command(p, context_under(st));
        return;
    }
    char name[CHOICE_TEXT];
    (void)snprintf(name, sizeof name, "%.*s", (int)(blank - p->text < 100 ? blank - p->text : 100),
                   p->text);
    size_t from = (size_t)(blank + 1 - p->text);
    switch ((int)command_find(name)) {
    case CMD_SORT:
        complete_column(p, from, column_sortable);
        break;
    case CMD_COLUMNS:
        complete_column(p, from, column_showable);
        break;
    case CMD_ORGANISATION:
        complete_organisation(p, &st->orgs, from);
        break;
    case CMD_FILTER:
        complete_filter(p, from);
        break;
    default:
        break;
    }
}
