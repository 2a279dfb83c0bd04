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
    CONTEXT_TEST = 64,   /* beside another one: while a test of connexions is under way */
    CONTEXT_KEYS = 128,  /* the admin keys */
    CONTEXT_FORM = 256,  /* the cursor is on a field; a character begins its text anew */
    CONTEXT_FIELD = 512, /* the text of a field is being typed: letters are text */
    CONTEXT_PLAN = 1024, /* what will change, before it is written, and what became of it */
    CONTEXT_CONFLICT = 2048,
    CONTEXT_CHOICES = 4096, /* the list offered for a field; letters narrow it */
    CONTEXT_MODELS = 8192,  /* beside CHOICES: several can be chosen */
    CONTEXT_SAVING = 16384, /* beside another one: while a plan is being saved */
    CONTEXT_JOURNAL = 32768,
    CONTEXT_ENTRY = 65536, /* one entry of the journal, the cursor on a field */
    CONTEXT_ALERTS = 131072,
    CONTEXT_BOARD = 262144,
    CONTEXT_PROVIDER = 524288, /* the plan of limits at OpenAI */
    CONTEXT_ANY = CONTEXT_LIST | CONTEXT_SHEET | CONTEXT_ORGS | CONTEXT_MENU | CONTEXT_TEXT |
                  CONTEXT_KEYS | CONTEXT_PLAN | CONTEXT_CONFLICT | CONTEXT_JOURNAL | CONTEXT_ENTRY |
                  CONTEXT_ALERTS | CONTEXT_BOARD | CONTEXT_PROVIDER,
    CONTEXT_LINES = CONTEXT_ANY & ~CONTEXT_BOARD, /* left and right are no way on the board */
    CONTEXT_MOVE = CONTEXT_ANY,
    CONTEXT_PALETTE = CONTEXT_ANY | CONTEXT_TEST | CONTEXT_SAVING, /* by name, in the palette */
    /* characters and pasted text become EVENT_INSERT where no command takes them */
    CONTEXT_TYPED = CONTEXT_PROMPT | CONTEXT_FORM | CONTEXT_FIELD | CONTEXT_CHOICES
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
