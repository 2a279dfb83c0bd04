#include "config.h"

#include "cli/part.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/fetch_health.h"
#include "cli/health_text.h"
#include "cli/json.h"
#include "cli/json_health.h"
#include "cli/key.h"
#include "cli/poll.h"
#include "cli/print.h"
#include "openai/http.h"
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

static void add_row(struct table *table, const struct account *a, int64_t now)
{
    struct str text;
    str_init(&text, HEALTH_TEXT_MAX);
    table_cell(table, a->name, PRINT_PLAIN);
    table_cell(table, verdict_title(a->verdict), verdict_role(a->verdict));
    text_age(&text, a->costs_at, now);
    table_cell(table, str_get(&text), PRINT_PLAIN);
    str_clear(&text);
    text_age(&text, a->usage_at, now);
    table_cell(table, str_get(&text), PRINT_PLAIN);
    table_cell(table, a->sealed_len ? _("yes") : _("no"), a->sealed_len ? PRINT_PLAIN : PRINT_WARN);
    table_cell(table,
               !a->by_key             ? "-"
               : a->by_key_refused_at ? _("refused")
                                      : _("yes"),
               PRINT_PLAIN);
    table_cell(table, a->base_url[0] ? a->base_url : "-", PRINT_PLAIN);
    str_finish(&text);
}

static void print_accounts(const struct accounts *all)
{
    struct print print;
    print_init(&print, stdout);
    struct table *table = table_create(&print);
    table_column(table, _("Admin key of"), TEXT_LEFT);
    table_column(table, _("Key"), TEXT_LEFT);
    table_column(table, _("Costs"), TEXT_LEFT);
    table_column(table, _("Use"), TEXT_LEFT);
    table_column(table, _("Usable here"), TEXT_LEFT);
    table_column(table, _("By key"), TEXT_LEFT);
    table_column(table, _("Asked at"), TEXT_LEFT);
    for (int i = 0; i < all->len; i++)
        add_row(table, &all->item[i], clock_now());
    table_flush(table);
    table_destroy(table);
}

static void write_accounts(const struct accounts *all)
{
    struct json_list list;
    json_list_open(&list, stdout);
    for (int i = 0; i < all->len; i++)
        json_list_add(&list, json_account(&all->item[i]));
    json_list_close(&list);
}

static int act_list(struct work *w)
{
    struct accounts *all = NULL;
    int rc = fetch_accounts(w->session, keypair_public(w->pair), &all, &w->cli->err);
    if (rc < 0)
        return rc;
    if (w->cli->json)
        write_accounts(all);
    else
        print_accounts(all);
    accounts_destroy(all);
    return 0;
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
    if (strncmp(key->text, "sk-admin-", strlen("sk-admin-")) == 0)
        return;
    cli_write(stderr, cli->program);
    cli_write(stderr, ": ");
    cli_write(stderr,
              _("this does not look like an admin key (sk-admin-…), which alone can tell costs"));
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
