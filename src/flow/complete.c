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
    int n = snprintf(c->text, sizeof c->text, "%.*s%s", (int)keep, p->line.text, word);
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
    for (size_t i = from; i < p->line.len; i++)
        if (p->line.text[i] == ' ')
            word = i + 1;
    const char *start = p->line.text + word;
    if (*start == '\0')
        return;
    if (starts(start, "state:")) {
        const char *comma = strrchr(start, ',');
        const char *value = comma ? comma + 1 : start + strlen("state:");
        complete_state(p, (size_t)(value - p->line.text), value);
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
    const char *comma = strrchr(p->line.text + from, ',');
    size_t word = comma ? (size_t)(comma + 1 - p->line.text) : from;
    for (int i = 0; i < COLUMN_ALL; i++) {
        const struct column_info *info = column_info((enum column)i);
        if (usable((enum column)i) && starts(info->word, p->line.text + word))
            propose(p, word, info->word, _(info->title));
    }
}

static void complete_organisation(struct prompt *p, const struct orgs *orgs, size_t from)
{
    for (size_t i = 0; orgs->all && i < orgs->all->len; i++)
        if (text_contains(orgs->all->rows[i].nom, p->line.text + from))
            propose(p, from, orgs->all->rows[i].nom, "");
}

/* The field of field: by its word. */
static void complete_fields(struct prompt *p, size_t keep, const char *start)
{
    for (int i = 0; i < FIELD_COUNT; i++) {
        const struct column_info *info = column_info(field_info((enum field)i)->column);
        if (starts(info->word, start))
            propose(p, keep, info->word, _(info->title));
    }
}

static void complete_journal(struct prompt *p, const struct orgs *orgs, size_t from)
{
    size_t word = from;
    int quoted = 0;
    for (size_t i = from; i < p->line.len; i++) {
        quoted ^= p->line.text[i] == '"';
        if (p->line.text[i] == ' ' && !quoted)
            word = i + 1;
    }
    const char *start = p->line.text + word;
    const char *help = NULL;
    const char *key = NULL;
    if (starts(start, "field:")) {
        complete_fields(p, word + strlen("field:"), start + strlen("field:"));
        return;
    }
    for (size_t i = 0; starts(start, "org:") && orgs->all && i < orgs->all->len; i++) {
        char quote[CHOICE_TEXT];
        const char *typed = start + strlen("org:") + (start[strlen("org:")] == '"');
        (void)snprintf(quote, sizeof quote, "org:\"%.100s\"", orgs->all->rows[i].nom);
        if (text_contains(orgs->all->rows[i].nom, typed))
            propose(p, word, quote, "");
    }
    for (int i = 0; (key = journal_filter_key(i, &help)); i++)
        if (starts(key, start) && strcmp(key, start) != 0)
            propose(p, word, key, help);
}

static void complete_value(struct prompt *p, size_t from, enum field field)
{
    const char *const answers[] = {_("yes"), _("no")};
    const char *start = p->line.text + from;
    const char *title = NULL;
    const char *word = NULL;
    for (int i = 0; (word = field_choice(field, i, &title)); i++)
        if (starts(word, start))
            propose(p, from, word, title);
    for (int i = 0; field_info(field)->kind == FIELD_SWITCH && i < 2; i++)
        if (starts(answers[i], start))
            propose(p, from, answers[i], "");
    if (!field_info(field)->needed && *start && starts(_("none"), start))
        propose(p, from, _("none"), "");
}

/* "FIELD=VALUE", or the field alone. */
static void complete_field(struct prompt *p, size_t from, const char *end)
{
    char word[CHOICE_TEXT];
    const char *start = p->line.text + from;
    size_t len = strcspn(start, "=");
    (void)snprintf(word, sizeof word, "%.*s%s", (int)(len < 100 ? len : 100), start, "");
    int field = start[len] && *end ? field_find(word) : -1;
    if (field >= 0)
        complete_value(p, from + len + 1, (enum field)field);
    for (int i = 0; i < FIELD_COUNT && !start[len]; i++) {
        const struct column_info *info = column_info(field_info((enum field)i)->column);
        (void)snprintf(word, sizeof word, "%s%s", info->word, end);
        if (starts(info->word, start))
            propose(p, from, word, _(info->title));
    }
}

static void complete_command(struct prompt *p, unsigned context)
{
    enum command command = CMD_NONE;
    for (int i = 0; (command = command_match(p->line.text, context, i)) != CMD_NONE; i++)
        propose(p, 0, command_info(command)->name, _(command_info(command)->help));
}

void prompt_complete(struct state *st)
{
    struct prompt *p = &st->prompt;
    p->choices = 0;
    if (p->kind == PROMPT_FILTER)
        complete_filter(p, 0);
    if (p->kind == PROMPT_JOURNAL)
        complete_journal(p, &st->orgs, 0);
    if (p->kind != PROMPT_PALETTE)
        return;
    const char *blank = strchr(p->line.text, ' ');
    if (!blank) {
        complete_command(p, state_context_under(st));
        return;
    }
    char name[CHOICE_TEXT];
    (void)snprintf(name, sizeof name, "%.*s",
                   (int)(blank - p->line.text < 100 ? blank - p->line.text : 100), p->line.text);
    size_t from = (size_t)(blank + 1 - p->line.text);
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
    case CMD_CELL:
        complete_field(p, from, "=");
        break;
    case CMD_EDIT:
        complete_field(p, from, "");
        break;
    case CMD_JOURNAL_FILTER:
        complete_journal(p, &st->orgs, from);
        break;
    case CMD_JOURNAL:
        complete_organisation(p, &st->orgs, from);
        break;
    default:
        break;
    }
}
