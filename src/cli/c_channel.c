#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/channel_print.h"
#include "cli/channel_test.h"
#include "cli/fetch.h"
#include "cli/fetch_channel.h"
#include "cli/poll.h"
#include "worker/post.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLEAN_MAX = 100 };
enum { AT_NAME = 1, AT_KIND, AT_TARGET };

/* What the actions have in common. */
struct work {
    struct cli *cli;
    struct session *session;
    struct proof proof;
    struct keypair *pair;
};

static const char *clean(char out[CLEAN_MAX], const char *word)
{
    char *scrubbed = text_scrub(word, strlen(word), CLEAN_MAX - 1);
    (void)snprintf(out, CLEAN_MAX, "%s", scrubbed);
    free(scrubbed);
    return out;
}

static int act_list(struct work *w)
{
    struct channel_list *list = NULL;
    int rc = fetch_channels(w->session, &list, &w->cli->err);
    if (rc == 0)
        channel_print(w->cli, list);
    channel_list_destroy(list);
    return rc;
}

static int act_remove(struct work *w)
{
    return fetch_channel_remove(w->session, w->cli->argv[AT_NAME], &w->cli->err);
}

static int act_test(struct work *w)
{
    struct deliveries *one = NULL;
    int rc = fetch_channel(w->session, w->cli->argv[AT_NAME], keypair_public(w->pair), &one,
                           &w->cli->err);
    if (rc == 0)
        rc = channel_test(w->cli, w->pair, &one->item[0]);
    deliveries_destroy(one);
    return rc;
}

static int read_name(struct cli *cli, struct channel *c)
{
    const char *name = cli->argv[AT_NAME];
    char *clean = text_scrub(name, strlen(name), CHANNEL_NAME);
    int bad = strcmp(clean, name) != 0 || !*name || strlen(name) >= CHANNEL_NAME;
    free(clean);
    if (bad)
        return err_set(&cli->err, ERR_USAGE, _("the name of a channel is text of 1 to %d bytes"),
                       CHANNEL_NAME - 1);
    (void)snprintf(c->name, sizeof c->name, "%s", name);
    return 0;
}

/* Which alerts it carries. */
static int read_wish(struct cli *cli, struct channel *c)
{
    char word[CLEAN_MAX];
    char bad[ALERT_KIND_WORD];
    const char *kinds = option_get(&cli->options, OPT_KIND);
    const char *gravity = option_get(&cli->options, OPT_GRAVITY);
    if (kinds && channel_kinds(c->kinds, kinds, bad))
        return err_set(&cli->err, ERR_USAGE, _("there is no kind of alert “%s”"), clean(word, bad));
    if (gravity) {
        c->least = gravity_parse(gravity);
        if (strcmp(gravity_word(c->least), gravity) != 0)
            return err_set(&cli->err, ERR_USAGE,
                           _("there is no gravity “%s”: info, warning, critical"),
                           clean(word, gravity));
    }
    return 0;
}

static int read_scope(struct work *w, struct channel *c)
{
    struct page_request scope;
    const char *organisation = option_get(&w->cli->options, OPT_ORGANISATION);
    if (!organisation)
        return 0;
    page_request_init(&scope);
    int rc = fetch_scope(w->session, &w->proof, organisation, &scope, &w->cli->err);
    memcpy(c->organisation_id, scope.organisation, UUID_TEXT);
    page_request_finish(&scope);
    return rc;
}

static int take_secret(struct cli *cli, struct secret *secret)
{
    const char *file = option_get(&cli->options, OPT_SECRET_FILE);
    if (file)
        return secret_read(secret, file, &cli->err);
    int rc = secret_ask(secret, _("Secret that signs, not shown: "), &cli->err);
    return rc == -ERR_TERMINAL ? err_cure(&cli->err, "--secret-file FILE") : rc;
}

/* The address of a webhook may be a secret itself: "-" reads it from the standard input. */
static int take_url(struct cli *cli, struct secret *url)
{
    const char *given = cli->argv[AT_TARGET];
    const char *file = option_get(&cli->options, OPT_SECRET_FILE);
    int rc = 0;
    if (strcmp(given, "-") != 0)
        return secret_set(url, given, strlen(given), &cli->err);
    if (file && strcmp(file, "-") == 0)
        rc = err_set(&cli->err, ERR_USAGE, "%s",
                     _("the standard input holds the URL or the secret, not both"));
    return rc < 0 ? rc : secret_read(url, "-", &cli->err);
}

static int add_webhook(struct work *w, struct channel *c)
{
    struct cli *cli = w->cli;
    struct secret url;
    struct secret secret;
    struct secret packed;
    int loopback = 0;
    secret_init(&url);
    secret_init(&secret);
    secret_init(&packed);
    int rc = take_url(cli, &url);
    if (rc == 0)
        rc = http_check_url(url.text, &loopback, &cli->err);
    if (rc == 0)
        rc = take_secret(cli, &secret);
    if (rc == 0)
        rc = post_pack(&packed, url.text, &secret, &cli->err);
    if (rc == 0) {
        channel_host(c->target, url.text);
        rc = fetch_channel_set(w->session, w->pair, w->proof.login, c, &packed, &cli->err);
    }
    secret_finish(&url);
    secret_finish(&secret);
    secret_finish(&packed);
    return rc;
}

static int add_mail(struct work *w, struct channel *c)
{
    char word[CLEAN_MAX];
    const char *address = w->cli->argv[AT_TARGET];
    if (!channel_is_address(address))
        return err_set(&w->cli->err, ERR_USAGE, _("“%s” is no address that a mail can be sent to"),
                       clean(word, address));
    (void)snprintf(c->target, sizeof c->target, "%s", address);
    return fetch_channel_set(w->session, w->pair, w->proof.login, c, NULL, &w->cli->err);
}

static int act_add(struct work *w)
{
    char word[CLEAN_MAX];
    struct cli *cli = w->cli;
    struct channel c = {.kind = channel_parse(cli->argv[AT_KIND])};
    if (c.kind == CHANNEL_KIND_COUNT)
        return err_set(&cli->err, ERR_USAGE, _("there is no kind of channel “%s”: webhook, mail"),
                       clean(word, cli->argv[AT_KIND]));
    int rc = read_name(cli, &c);
    if (rc == 0)
        rc = read_wish(cli, &c);
    if (rc == 0)
        rc = read_scope(w, &c);
    if (rc < 0)
        return rc;
    return c.kind == CHANNEL_MAIL ? add_mail(w, &c) : add_webhook(w, &c);
}

static const struct {
    const char *name;
    int operands;
    int (*run)(struct work *w);
} actions[] = {
    {"list", 1, act_list},
    {"add", 4, act_add},
    {"remove", 2, act_remove},
    {"test", 2, act_test},
};

enum { ACTIONS = sizeof actions / sizeof actions[0] };

static const char *action_at(void *arg, int index)
{
    (void)arg;
    return index < ACTIONS ? actions[index].name : NULL;
}

static int unknown(struct cli *cli, int known)
{
    char word[CLEAN_MAX];
    const char *meant = known ? NULL : nearest(cli->argv[0], action_at, NULL);
    if (known)
        (void)err_set(&cli->err, ERR_USAGE, _("`channel %s` has other operands"), cli->argv[0]);
    else
        (void)err_set(&cli->err, ERR_USAGE, _("`channel` cannot do “%s”"),
                      clean(word, cli->argv[0]));
    return meant ? err_cure(&cli->err, _("Did you mean `%s channel %s`?"), cli->program, meant)
                 : err_cure(&cli->err, "%s channel %s", cli->program,
                            _(cli_info(CLI_CHANNEL)->operands));
}

int cli_channel(struct cli *cli)
{
    struct work w = {.cli = cli};
    char path[PATH_TEXT];
    int i = 0;
    while (i < ACTIONS && strcmp(actions[i].name, cli->argv[0]) != 0)
        i++;
    if (i == ACTIONS || cli->argc != actions[i].operands)
        return unknown(cli, i < ACTIONS);
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
