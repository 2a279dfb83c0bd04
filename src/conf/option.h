#ifndef VIGIE_CONF_OPTION_H
#define VIGIE_CONF_OPTION_H

#include "base/err.h"

enum option_id {
#define OPTION(id, name, letter, argument, key, scope, help) OPT_##id,
#include "conf/option.def"
#undef OPTION
    OPTION_COUNT
};

/* Groups of subcommands; a subcommand of cli.def names those it belongs to. */
enum option_scope {
    SCOPE_DB = 1 << 0,
    SCOPE_PRINT = 1 << 1,
    SCOPE_LIST = 1 << 2, /* chooses connexions and their order */
    SCOPE_ROWS = 1 << 3,
    SCOPE_CONSOLE = 1 << 4,
    SCOPE_INIT = 1 << 5,
    SCOPE_SETUP = 1 << 6,
    SCOPE_DESTROY = 1 << 7,
    SCOPE_HELP = 1 << 8,
    SCOPE_COLUMNS = 1 << 9,
    SCOPE_OPENAI = 1 << 10, /* asks OpenAI */
    SCOPE_POLL = 1 << 11,   /* asks again and again */
    SCOPE_WATCH = 1 << 12,
    SCOPE_ACCOUNT = 1 << 13,
    SCOPE_ADOPT = 1 << 14,
    SCOPE_EDIT = 1 << 15,   /* writes connexions after showing a plan */
    SCOPE_KEY = 1 << 16,    /* takes the key of a connexion */
    SCOPE_CHOICE = 1 << 17, /* works on what --filter and --organisation choose */
    SCOPE_JOURNAL = 1 << 18,
    SCOPE_NEW = 1 << 20,
    SCOPE_FORMAT = 1 << 19, /* writes or reads a table as a file */
    SCOPE_LIMITS = 1 << 23, /* thresholds */
    SCOPE_BACKTEST = 1 << 24,
    SCOPE_ALERT = 1 << 21,
    SCOPE_PROVIDER = 1 << 26, /* limits at OpenAI */
    SCOPE_CHANNEL = 1 << 25,
    SCOPE_CHECK = 1 << 27,
    SCOPE_ALL = (1 << 28) - 1, /* an option that all subcommands take */
    SCOPE_EVERY = SCOPE_ALL,   /* a subcommand that takes all options */
    SCOPE_HIDDEN = 1 << 28,    /* not a group: left out of help and completion */
    /* not a group: the option belongs to one connection, and is not inherited by another */
    SCOPE_WHO = 1 << 29
};

struct option_info {
    const char *name;
    int letter;
    const char *argument; /* English, NULL for a switch */
    const char *key;      /* in the configuration file, NULL when it is not there */
    unsigned scope;
    const char *help; /* English */
};

const struct option_info *option_info(enum option_id id);

/* Values as text, "1" for a switch given; NULL when not given. Owned. set tells the command line
 * (2) from the file (1). */
enum { OPTION_TEXT_MAX = 2048 };

struct options {
    char *value[OPTION_COUNT];
    int set[OPTION_COUNT];
};

void options_init(struct options *o);
void options_finish(struct options *o);

/* The value or NULL; borrowed. */
const char *option_get(const struct options *o, enum option_id id);
int option_given(const struct options *o, enum option_id id);
/* The value as an integer within bounds, or fallback when not given; else a usage error that names
 * the option. */
int option_int(const struct options *o, enum option_id id, int min, int max, int fallback, int *out,
               struct err *e);
/* Sets by hand (a copy is taken); level 1 does not replace level 2. */
void option_set(struct options *o, enum option_id id, const char *value, int level);

/* As option_set with no value: forgets one that came from the file. */
void option_unset(struct options *o, enum option_id id);
/* Forgets what the configuration file said of the identity (SCOPE_WHO): it belongs to the
 * connection named there. */
void options_forget_who(struct options *o);

/* Finds an option by its key in the configuration file; OPTION_COUNT when there is none. */
enum option_id option_by_key(const char *key);

/* Reads argv (argv[0] is the subcommand or program) with getopt_long over the options of a scope.
 * On return *operands is the index of the first operand (argv is permuted). Unknown, ambiguous or
 * valueless options are usage errors with the nearest option as cure. */
int options_parse(struct options *o, unsigned scope, int argc, char **argv, int *operands,
                  struct err *e);
/* A usage error when an option of the command line does not belong to the scope. */
int options_check(const struct options *o, unsigned scope, struct err *e);

#endif
