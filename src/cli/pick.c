#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "base/nearest.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { OWN_WORDS = 2 };

int cli_is_connection(const char *word)
{
    return word[0] == '@' || strchr(word, '=') || strstr(word, "://");
}

static const char *name_at(void *arg, int index)
{
    (void)arg;
    return index < CLI_COUNT ? cli_info((enum cli_id)index)->name : NULL;
}

int cli_unknown(struct cli *cli, const char *word)
{
    char *clean = text_scrub(word, strlen(word), 100);
    const char *meant = nearest(word, name_at, NULL);
    int rc = 0;
    (void)err_set(&cli->err, ERR_USAGE, _("there is no command “%s”"), clean);
    if (meant)
        rc = err_cure(&cli->err, _("Did you mean `%s %s`? `%s help` lists the commands."),
                      cli->program, meant, cli->program);
    else
        rc = err_cure(&cli->err,
                      _("`%s help` lists the commands; a database of that name is opened by "
                        "`%s dbname=%s`."),
                      cli->program, cli->program, clean);
    free(clean);
    return rc;
}

/* The command that the first operand names; the console when it names a connection or there is
 * none. */
static int first_word(struct cli *cli)
{
    cli->id = CLI_CONSOLE;
    if (cli->argc == 0 || cli_is_connection(cli->argv[0]))
        return 0;
    cli->id = cli_find(cli->argv[0]);
    if (cli->id == CLI_COUNT)
        return cli_unknown(cli, cli->argv[0]);
    cli->argc--;
    cli->argv++;
    return 0;
}

/* What `demo` does itself; every other word behind it is a command on that database, and so is
 * `restore` with more than an id. */
static int is_own_word(const struct cli *cli)
{
    const char *word = cli->argc > 0 ? cli->argv[0] : "";
    if (strcmp(word, "restore") == 0)
        return cli->argc <= OWN_WORDS;
    return strcmp(word, "reset") == 0 || strcmp(word, "revoke") == 0;
}

int cli_pick(struct cli *cli, int *demo)
{
    int rc = first_word(cli);
    *demo = rc == 0 && cli->id == CLI_DEMO;
    if (!*demo || is_own_word(cli))
        return rc;
    rc = first_word(cli);
    if (rc == 0 && cli_info(cli->id)->connection == CONNECTION_NONE) {
        const char *name = cli_info(cli->id)->name;
        (void)err_set(&cli->err, ERR_USAGE, _("`%s` does not run on the demonstration"), name);
        return err_cure(&cli->err, "%s %s", cli->program, name);
    }
    return rc;
}
