#ifndef VIGIE_CLI_PART_H
#define VIGIE_CLI_PART_H

#include "cli/cli.h"

#include "base/str.h"

#include <stdio.h>

struct local;

/* What the parts of the command line share; subcommands of other subjects need only cli.h. */

/* Output to a stream in the locale's character set: ASCII when that is not UTF-8. */
void cli_write(FILE *to, const char *text);

/* Whether a person sits at the terminal: the standard input and error are one. */
int cli_is_interactive(void);
/* Says on stderr what takes a while, to a person. */
void cli_progress(const struct cli *cli, const char *text);
/* Asks for one line on the terminal; the answer is scrubbed, out has size bytes, fallback (may be
 * NULL) is shown and taken for an empty line. ERR_TERMINAL at the end of input. */
int cli_ask(const char *question, const char *fallback, char *out, size_t size, struct err *e);

/* The line of a check that could not be made, on stdout; returns its exit status. */
int check_unknown(struct cli *cli);

/* Finds which subcommand the operands name, and takes its words away. demo tells that it runs on
 * the demonstration. */
int cli_pick(struct cli *cli, int *demo);
/* The error for a word that names no subcommand. */
int cli_unknown(struct cli *cli, const char *word);
/* Whether a word names a connection: @PLACE, or anything with '=' or "://". */
int cli_is_connection(const char *word);

/* Refuses early what is no terminal. */
int console_check(struct cli *cli);

/* Reads the configuration file, fills spec, target and place; connection is the operand or NULL. */
int cli_connect(struct cli *cli, const char *connection);
/* Asks for the password of the database: the hook of a spec (conn_spec.ask). */
int cli_password(struct conn_spec *spec, struct err *e);
/* Fills all of spec but the connection itself from the options. */
int cli_identity(struct cli *cli);

/* The private cluster, for the database of the person's own. Fills spec. */
int private_connect(struct cli *cli);
/* The demonstration: everything made that is missing. Fills spec. */
int private_demo(struct cli *cli);
/* Makes the demonstration anew. */
int private_demo_reset(struct cli *cli);
/* Paths and programs of the private cluster. */
int private_find(struct local *l, struct err *e);

enum { OPERATORS_MAX = 32, OPERATOR_TEXT = 64 };

struct operators {
    int there; /* the schema is */
    int len;
    char name[OPERATORS_MAX][OPERATOR_TEXT];
};

/* The roles that may use the database of an owner's spec; none when the schema is not there. */
int private_operators(const struct conn_spec *owner, struct operators *out, struct err *e);
/* Lets the person log in to the private cluster as the role. */
int private_allow(const char *role, struct err *e);
/* Fills out for another role of the private cluster's database that cli is connected to. */
int private_spec(const struct cli *cli, const struct local *l, const char *role,
                 struct conn_spec *out, struct err *e);

/* First steps on the database of cli->spec, which is the owner's; role (OPERATOR_TEXT bytes) gets
 * the operator made. */
int setup_run(struct cli *cli, const struct conn_spec *owner, char *role);

/* Runs one transaction on a session and waits. take is called once with all results when it
 * succeeded. */
typedef void (*sql_take)(void *arg, PGresult *const *results, int count);
int sql_run(struct session *s, enum transaction kind, const struct query *queries, int count,
            sql_take take, void *arg, struct err *e);
/* Connects without the gate, for the owner's work. */
int sql_open(struct session **out, const struct conn_spec *spec, struct err *e);

/* The texts made from the lists. */
void help_program(struct str *out);
void help_command(struct str *out, enum cli_id id);
void man_page(struct str *out);
void completion_bash(struct str *out);

enum { HELP_MAX = 128 * 1024 };

#endif
