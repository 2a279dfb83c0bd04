#include "config.h"

#include "cli/assign.h"
#include "cli/locale.h"
#include "cli/part.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/text.h"
#include "db/gate.h"
#include "secret/guard.h"
#include "openai/signin.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PRINT_MAX = 4 };

void cli_write(FILE *to, const char *text)
{
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0) {
        (void)fputs(text, to);
        return;
    }
    size_t size = strlen(text) * PRINT_MAX + 1;
    char *plain = malloc(size);
    if (!plain)
        return;
    (void)text_ascii(plain, size, text);
    (void)fputs(plain, to);
    free(plain);
}

void cli_print(const char *text)
{
    cli_write(stdout, text);
}

int cli_complain(const char *program, const struct err *e)
{
    (void)fflush(stdout);
    cli_write(stderr, program);
    cli_write(stderr, ": ");
    cli_write(stderr, e->text[0] ? e->text : err_meaning(e->code));
    cli_write(stderr, "\n");
    if (e->cure[0]) {
        cli_write(stderr, "  → ");
        cli_write(stderr, e->cure);
        cli_write(stderr, "\n");
    }
    return err_exit_status(e);
}

int cli_flush(struct cli *cli)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    return err_errno(&cli->err, ERR_SYSTEM, _("cannot write the output"));
}

int cli_open(struct cli *cli, struct session **out, struct proof *proof)
{
    int rc = gate_open(out, &cli->spec, proof, &cli->err);
    if (rc < 0 && cli->err.code == ERR_PASSWORD && cli->target != TARGET_GIVEN)
        return err_cure(&cli->err,
                        _("Log in as one of its operators: -U ROLE. `%s setup` adds one."),
                        cli->program);
    return rc;
}

static int explain(struct cli *cli, int whole)
{
    struct str out;
    str_init(&out, HELP_MAX);
    if (whole)
        help_program(&out);
    else
        help_command(&out, cli->id);
    cli_print(str_get(&out));
    str_finish(&out);
    return cli_flush(cli);
}

/* FIELD=VALUE is no connection where fields are set, nor a URL where it is the target. */
static int names_connection(const struct cli *cli, const char *word)
{
    int fields = cli->id == CLI_SET || cli->id == CLI_NEW;
    int target = cli->id == CLI_CHANNEL && cli->argc == cli_info(cli->id)->most;
    return cli_is_connection(word) && !(fields && assign_is(word)) && !target;
}

/* Takes the operand that names the connection, if there is one; checks the number of the others. */
static int count_operands(struct cli *cli, int demo, const char **connection)
{
    const struct cli_info *info = cli_info(cli->id);
    int extra = info->connection != CONNECTION_NONE && cli->argc > info->least;
    *connection = NULL;
    if (extra && (cli->argc == info->most + 1 || names_connection(cli, cli->argv[cli->argc - 1]))) {
        *connection = cli->argv[cli->argc - 1];
        cli->argc--;
    }
    if (cli->argc < info->least || cli->argc > info->most) {
        (void)err_set(&cli->err, ERR_USAGE,
                      cli->argc < info->least ? _("`%s` needs more operands")
                                              : _("`%s` does not take so many operands"),
                      info->name);
        return err_cure(&cli->err, "%s %s %s", cli->program, info->name, _(info->operands));
    }
    if (*connection && demo)
        return err_set(&cli->err, ERR_USAGE, _("the demonstration takes no connection"));
    if (*connection && !cli_is_connection(*connection)) {
        char *clean = text_scrub(*connection, strlen(*connection), 100);
        (void)err_set(&cli->err, ERR_USAGE, _("“%s” names no connection"), clean);
        free(clean);
        return err_cure(&cli->err, _("Write @NAME for a place of the configuration file, "
                                     "dbname=NAME for a database, or postgresql://…"));
    }
    return 0;
}

static int connect_and_run(struct cli *cli, int demo, const char *connection)
{
    int rc = 0;
    if (cli->id == CLI_DEMO)
        return cli_demo(cli);
    if (cli->id == CLI_CONSOLE && (rc = console_check(cli)) < 0)
        return rc;
    if (demo) {
        cli->target = TARGET_DEMO;
        rc = cli_connect(cli, NULL);
    } else if (cli_info(cli->id)->connection != CONNECTION_NONE) {
        rc = cli_connect(cli, connection);
    }
    if (rc == 0)
        rc = cli_info(cli->id)->run(cli);
    return rc == 0 ? cli_flush(cli) : rc;
}

static int prepare(struct cli *cli, int argc, char **argv, int *demo)
{
    int first = 0;
    int rc = options_parse(&cli->options, SCOPE_EVERY, argc, argv, &first, &cli->err);
    if (rc < 0)
        return rc;
    cli->argc = argc - first;
    cli->argv = argv + first;
    cli->json = option_given(&cli->options, OPT_JSON);
    if (cli->argc > CLI_OPERANDS_MAX)
        return err_set(&cli->err, ERR_USAGE, _("too many operands"));
    return cli_pick(cli, demo);
}

static int run(struct cli *cli, int argc, char **argv)
{
    const char *connection = NULL;
    int demo = 0;
    int rc = prepare(cli, argc, argv, &demo);
    if (rc < 0)
        return rc;
    int bare = cli->id == CLI_CONSOLE && !demo;
    if (option_given(&cli->options, OPT_HELP)) {
        if (demo && cli->id == CLI_CONSOLE)
            cli->id = CLI_DEMO;
        return explain(cli, bare);
    }
    if (option_given(&cli->options, OPT_VERSION))
        return cli_version(cli);
    rc = options_check(&cli->options, cli_info(cli->id)->scope, &cli->err);
    if (rc == 0)
        rc = count_operands(cli, demo, &connection);
    return rc == 0 ? connect_and_run(cli, demo, connection) : rc;
}

/* A program started without its standard descriptors would write messages into whatever file takes
 * their numbers. */
static void hold_descriptors(void)
{
    int fd = 0;
    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = open("/dev/null", O_RDWR);
    if (fd > STDERR_FILENO)
        (void)close(fd);
}

void cli_start(void)
{
    secret_harden();
    locale_start();
    /* A failure is met again, and said, where a request is to be made. */
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

enum cli_next cli_run(struct cli *cli, int argc, char **argv, int *status)
{
    *cli = (struct cli){.program = PACKAGE};
    options_init(&cli->options);
    conn_spec_init(&cli->spec);
    hold_descriptors();
    int rc = run(cli, argc, argv);
    *status = cli->status;
    if (rc == 0 && cli->session)
        return CLI_OPEN_CONSOLE;
    if (rc < 0)
        *status = cli->id == CLI_CHECK ? check_unknown(cli) : cli_complain(cli->program, &cli->err);
    return CLI_DONE;
}

void cli_finish(struct cli *cli)
{
    session_destroy(cli->session);
    if (cli->signin)
        signin_finish(cli->signin);
    free(cli->signin);
    conn_spec_finish(&cli->spec);
    options_finish(&cli->options);
    free(cli->log_path);
    log_close();
    curl_global_cleanup();
    *cli = (struct cli){0};
}
