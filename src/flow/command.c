#include "config.h"

#include "flow/command.h"

#include "base/i18n.h"

#include <string.h>

#define ANY CONTEXT_ANY
#define MOVE CONTEXT_MOVE
#define LIST CONTEXT_LIST
#define SHEET CONTEXT_SHEET
#define ORGS CONTEXT_ORGS
#define MENU CONTEXT_MENU
#define TEXT CONTEXT_TEXT
#define PROMPT CONTEXT_PROMPT
#define TEST CONTEXT_TEST
#define KEYS CONTEXT_KEYS
#define ENTRY CONTEXT_ENTRY
#define FORM CONTEXT_FORM
#define FIELD CONTEXT_FIELD
#define PLAN CONTEXT_PLAN
#define CONFLICT CONTEXT_CONFLICT
#define CHOICES CONTEXT_CHOICES
#define MODELS CONTEXT_MODELS
#define SAVING CONTEXT_SAVING
#define JOURNAL CONTEXT_JOURNAL
#define ALERTS CONTEXT_ALERTS
#define BOARD CONTEXT_BOARD
#define PROVIDER CONTEXT_PROVIDER
#define LINES CONTEXT_LINES

static const struct command_info infos[COMMAND_COUNT] = {
    [CMD_NONE] = {"", 0, "", "", ""},
#define COMMAND(id, name, contexts, keys, argument, help) \
    [CMD_##id] = {name, contexts, keys, argument, help},
#include "flow/command.def"
#undef COMMAND
};

const struct command_info *command_info(enum command command)
{
    return &infos[command];
}

enum command command_find(const char *name)
{
    for (int i = 1; i < COMMAND_COUNT; i++)
        if (strcmp(infos[i].name, name) == 0)
            return (enum command)i;
    return CMD_NONE;
}

enum command command_match(const char *start, unsigned context, int index)
{
    size_t len = strlen(start);
    for (int i = 1; i < COMMAND_COUNT; i++) {
        if (!(infos[i].contexts & context & CONTEXT_PALETTE))
            continue;
        if (strncmp(infos[i].name, start, len) == 0 && index-- == 0)
            return (enum command)i;
    }
    return CMD_NONE;
}
