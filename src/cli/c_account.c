#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/account_print.h"
#include "cli/fetch_health.h"
#include "cli/key.h"
#include "cli/poll.h"
#include "openai/http.h"
#include "cli/seal_account.h"
#include "secret/seal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the three actions have in common. */
struct work {
    struct cli *cli;
    struct session *session;
    struct proof proof;
    struct keypair *pair;
};

static int name_of(struct cli *cli, const char **name)
{
    if (cli->argc < 2) {
        (void)err_set(&cli->err, ERR_USAGE, _("which account? give it a name"));
        return err_cure(&cli->err, "%s account %s NAME", cli->program, cli->argv[0]);
    }
    *name = cli->argv[1];
    char *clean = text_scrub(*name, strlen(*name), ACCOUNT_NAME);
    int bad = strcmp(clean, *name) != 0 || !**name || strlen(*name) >= ACCOUNT_NAME;
    free(clean);
    if (bad)
        return err_set(&cli->err, ERR_USAGE, _("the name of an account is text of 1 to %d bytes"),
                       ACCOUNT_NAME - 1);
    return 0;
}

static int act_list(struct work *w)
{
    return account_print(w->cli, w->session, keypair_public(w->pair));
}

static int act_remove(struct work *w)
{
    const char *name = NULL;
    struct outcome_of outcome = {0};
    struct err *e = &w->cli->err;
    int rc = name_of(w->cli, &name);
    if (rc < 0)
        return rc;
    rc = q_account_remove(w->session, name, fetch_outcome, &outcome, e);
    return fetch_wait(w->session, rc, &outcome, e);
}

static int take_key(struct cli *cli, struct secret *key)
{
    const char *file = option_get(&cli->options, OPT_KEY_FILE);
    const char *command = option_get(&cli->options, OPT_KEY_COMMAND);
    int rc = 0;
    if (file && command)
        return err_set(&cli->err, ERR_USAGE,
                       _("the key comes from a file or from a command, not both"));
    if (file)
        rc = secret_read(key, file, &cli->err);
    else if (command)
        rc = key_from_command(key, command, &cli->err);
    else if ((rc = secret_ask(key, _("Admin key, not shown: "), &cli->err)) == -ERR_TERMINAL)
        rc = err_cure(&cli->err, "--key-file FILE, --key-command COMMAND");
    return rc == 0 ? key_check(key, &cli->err) : rc;
}

static void warn_of_shape(const struct cli *cli, const struct secret *key)
{
    if (key_shape(key->text) != KEY_SHAPE_ODD)
        return;
    cli_write(stderr, cli->program);
    cli_write(stderr, ": ");
    cli_write(stderr, key_shape_words(KEY_SHAPE_ODD));
    cli_write(stderr, "\n");
}

static int check_base(struct cli *cli)
{
    const char *base = option_get(&cli->options, OPT_BASE_URL);
    return base ? http_check_base(base, &cli->err) : 0;
}

static int act_add(struct work *w)
{
    struct cli *cli = w->cli;
    struct account_new account = {.base_url = option_get(&cli->options, OPT_BASE_URL),
                                  .by_key = option_given(&cli->options, OPT_BY_KEY)};
    struct secret key;
    secret_init(&key);
    int rc = name_of(cli, &account.name);
    if (rc == 0)
        rc = check_base(cli);
    if (rc == 0)
        rc = take_key(cli, &key);
    if (rc == 0) {
        warn_of_shape(cli, &key);
        rc = account_seal(w->session, w->pair, w->proof.login, &account, &key, &cli->err);
    }
    secret_finish(&key);
    return rc;
}

static const struct {
    const char *name;
    int (*run)(struct work *w);
} actions[] = {
    {"list", act_list},
    {"add", act_add},
    {"remove", act_remove},
};

enum { ACTIONS = sizeof actions / sizeof actions[0] };

static const char *action_at(void *arg, int index)
{
    (void)arg;
    return index < ACTIONS ? actions[index].name : NULL;
}

static int unknown(struct cli *cli)
{
    const char *meant = nearest(cli->argv[0], action_at, NULL);
    char *clean = text_scrub(cli->argv[0], strlen(cli->argv[0]), 100);
    (void)err_set(&cli->err, ERR_USAGE, _("`account` cannot do “%s”"), clean);
    free(clean);
    return meant ? err_cure(&cli->err, _("Did you mean `%s account %s`?"), cli->program, meant)
                 : err_cure(&cli->err, "%s account %s", cli->program,
                            cli_info(CLI_ACCOUNT)->operands);
}

int cli_account(struct cli *cli)
{
    struct work w = {.cli = cli};
    char path[PATH_TEXT];
    int i = 0;
    while (i < ACTIONS && strcmp(actions[i].name, cli->argv[0]) != 0)
        i++;
    if (i == ACTIONS)
        return unknown(cli);
    int rc = cli_open(cli, &w.session, &w.proof);
    if (rc == 0)
        rc = poll_keypair(cli, path);
    if (rc == 0)
        rc = keypair_open(&w.pair, path, &cli->err);
    if (rc == 0)
        rc = actions[i].run(&w);
    if (rc == 0)
        rc = cli_flush(cli);
    keypair_close(w.pair);
    session_destroy(w.session);
    return rc;
}
