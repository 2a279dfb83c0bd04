#ifndef VIGIE_CLI_CLI_H
#define VIGIE_CLI_CLI_H

#include "base/err.h"
#include "conf/option.h"
#include "db/session.h"
#include "model/proof.h"

enum { CLI_OPERANDS_MAX = 256 };

struct signin;

/* What a subcommand wants to be connected to when it is called. */
enum cli_connection {
    CONNECTION_NONE,     /* spec is not filled */
    CONNECTION_OPERATOR, /* spec: an operator's session, to be opened through the gate */
    CONNECTION_OWNER     /* spec: the owner of the database, for a plain session */
};

enum cli_id {
#define CLI(id, name, connection, scope, least, most, operands, help, function) CLI_##id,
#include "cli/cli.def"
#undef CLI
    CLI_COUNT
};

/* How the connection was chosen. */
enum cli_target {
    TARGET_GIVEN, /* operand, place of the configuration file, or libpq's own variables */
    TARGET_LOCAL, /* the private database, for want of any setting */
    TARGET_DEMO   /* the demonstration database */
};

/* One run of a subcommand. Everything is resolved before its function is called: options from the
 * command line and the configuration file, the operands, the connection (the private cluster is
 * started when it is the target). */
struct cli {
    const char *program; /* the name shown in messages: "vigie" */
    enum cli_id id;
    struct options options;
    int argc; /* operands of the subcommand's own, without the connection */
    char **argv;
    struct conn_spec spec;
    enum cli_target target;
    /* label of the place: --label, the name after @, "demo", "local", else "" */
    char place[NAME_TEXT];
    int json;     /* --json */
    int no_probe; /* nothing may be asked: the demonstration has no stand-in */
    int status;   /* what the program ends with when all went; 0 but for the check */
    struct err err;
    char *log_path; /* CLI_OPEN_CONSOLE: the log file that is open, or NULL */
    /* CLI_OPEN_CONSOLE: ready and through the gate; who takes it sets it to NULL */
    struct session *session;
    struct signin *signin; /* who signed in at the platform's auth server; NULL: nobody did */
    struct proof proof;    /* CLI_OPEN_CONSOLE: what the gate found */
};

/* Each subcommand is `int cli_NAME(struct cli *cli)` in its own file c_NAME.c: it prints to stdout
 * and returns 0, or a negative code with cli->err filled and nothing printed about the failure: the
 * dispatcher writes the error and its cure to stderr and makes the exit status. Times out, never
 * waits forever. */
#define CLI(id, name, connection, scope, least, most, operands, help, function) \
    int function(struct cli *cli);
#include "cli/cli.def"
#undef CLI

struct cli_info {
    const char *name;
    enum cli_connection connection;
    unsigned scope; /* bits of enum option_scope */
    int least, most;
    const char *operands; /* English */
    const char *help;     /* English */
    int (*run)(struct cli *cli);
};

/* Static storage. */
const struct cli_info *cli_info(enum cli_id id);
/* By exact name; CLI_COUNT when there is none. */
enum cli_id cli_find(const char *name);

enum cli_next { CLI_DONE, CLI_OPEN_CONSOLE };

/* Called first, once: no core dumps, no tracer; language and character set. */
void cli_start(void);

/* The whole command line. CLI_DONE: everything was said and done, *status is the exit status.
 * CLI_OPEN_CONSOLE: the connection is proven (the password was asked for when the server wanted
 * one; it stays in cli->spec), the console may open with cli->session, cli->spec, cli->proof,
 * cli->place and cli->options; then print what it ends with through cli_complain. In both cases
 * cli_finish follows. */
enum cli_next cli_run(struct cli *cli, int argc, char **argv, int *status);
void cli_finish(struct cli *cli);

/* Writes "vigie: text" and "  → cure" to stderr in the person's language; returns the exit status
 * of e. */
int cli_complain(const char *program, const struct err *e);

/* For subcommands: prints text that may hold more than ASCII, as the locale's character set can
 * show it. */
void cli_print(const char *text);

/* For subcommands: opens cli->spec through the gate. proof may be NULL. */
int cli_open(struct cli *cli, struct session **out, struct proof *proof);

/* For subcommands: fails unless all of stdout could be written. */
int cli_flush(struct cli *cli);

/* The console itself, outside this layer (main.c's neighbour): runs until the person leaves; 0, or
 * negative with cli->err. */
int console_main(struct cli *cli);

#endif
