#ifndef VIGIE_FLOW_COMMAND_H
#define VIGIE_FLOW_COMMAND_H

/* Where a command may be given; a screen has one context. */
enum context {
    CONTEXT_LIST = 1,
    CONTEXT_SHEET = 2,
    CONTEXT_ORGS = 4,
    CONTEXT_MENU = 8,
    CONTEXT_TEXT = 16,
    CONTEXT_PROMPT = 32,
    CONTEXT_TEST = 64, /* beside another one: while a test of connexions is under way */
    CONTEXT_ANY = CONTEXT_LIST | CONTEXT_SHEET | CONTEXT_ORGS | CONTEXT_MENU | CONTEXT_TEXT,
    CONTEXT_MOVE = CONTEXT_ANY
};

enum command {
    CMD_NONE,
#define COMMAND(id, name, contexts, keys, argument, help) CMD_##id,
#include "flow/command.def"
#undef COMMAND
    COMMAND_COUNT
};

struct command_info {
    const char *name;
    unsigned contexts;
    const char *keys;     /* default keys, separated by blanks */
    const char *argument; /* English name of the argument, "" when it takes none */
    const char *help;     /* English; pass through gettext to show it */
};

/* Static storage; CMD_NONE has empty strings. */
const struct command_info *command_info(enum command command);

/* By exact name; CMD_NONE when there is none. */
enum command command_find(const char *name);

/* The command of that name whose start is typed, in a context; the index-th match (0..), CMD_NONE
 * past the end. Commands of the prompt itself are never proposed. */
enum command command_match(const char *start, unsigned context, int index);

#endif
