#include "config.h"

#include "cli/standin.h"

#include "base/i18n.h"
#include "base/log.h"
#include "cli/fetch_health.h"
#include "cli/key.h"
#include "cli/seal_account.h"
#include "cli/poll.h"

#include <string.h>

/* Where nobody answers: the demonstration's keys are no business of OpenAI's. */
#define NOWHERE "http://127.0.0.1:9/v1"
#define DEMO_ACCOUNT "demo"
#define DEMO_ADMIN_KEY "sk-admin-demo-all-not-a-key"

static int has_account(struct session *s, const struct keypair *pair, int *there, struct err *e)
{
    struct accounts *all = NULL;
    int rc = fetch_accounts(s, keypair_public(pair), &all, e);
    for (int i = 0; rc == 0 && i < all->len; i++)
        *there |= strcmp(all->item[i].name, DEMO_ACCOUNT) == 0 && all->item[i].sealed_len > 0;
    accounts_destroy(all);
    return rc;
}

static int add_account(struct session *s, const struct keypair *pair, const char *login,
                       struct err *e)
{
    const struct account_new account = {.name = DEMO_ACCOUNT};
    struct secret key;
    secret_init(&key);
    int rc = secret_set(&key, DEMO_ADMIN_KEY, strlen(DEMO_ADMIN_KEY), e);
    if (rc == 0)
        rc = account_seal(s, pair, login, &account, &key, e);
    secret_finish(&key);
    return rc;
}

/* The account with the stand-in's admin key, sealed to this person's key pair. */
static int need_account(struct cli *cli, struct err *e)
{
    struct session *s = NULL;
    struct keypair *pair = NULL;
    struct proof proof;
    char path[PATH_TEXT];
    int there = 0;
    int rc = poll_keypair(cli, path);
    if (rc == 0)
        rc = cli_open(cli, &s, &proof);
    *e = cli->err;
    if (rc == 0 && proof.admin)
        rc = keypair_open(&pair, path, e);
    if (rc == 0 && pair)
        rc = has_account(s, pair, &there, e);
    if (rc == 0 && pair && !there)
        rc = add_account(s, pair, proof.login, e);
    keypair_close(pair);
    session_destroy(s);
    return rc;
}

static int without(struct cli *cli, const struct err *e)
{
    if (cli->id == CLI_TEST) {
        cli->err = *e;
        return -(int)e->code;
    }
    log_write(LOG_WARN, "the demonstration asks nobody: %s", e->text);
    option_set(&cli->options, OPT_OPENAI_URL, NOWHERE, 2);
    cli->no_probe = 1;
    return 0;
}

int demo_openai(struct cli *cli)
{
    struct standin standin;
    struct err e = {0};
    if (option_given(&cli->options, OPT_OPENAI_URL))
        return 0;
    if (standin_start(&standin, &e) < 0)
        return without(cli, &e);
    option_set(&cli->options, OPT_OPENAI_URL, standin.url, 2);
    if (!option_given(&cli->options, OPT_OPENAI_CA))
        option_set(&cli->options, OPT_OPENAI_CA, standin.ca_file, 2);
    if (cli->id != CLI_TEST && need_account(cli, &e) < 0)
        log_write(LOG_WARN, "the demonstration has no costs: %s", e.text);
    cli->err = (struct err){0};
    return 0;
}
