#include "config.h"

#include "cli/poll.h"

#include "base/i18n.h"
#include "cli/journal_text.h"
#include "openai/http.h"
#include "worker/mailer.h"

#include <stdio.h>
#include <string.h>

enum { REFRESH_MIN_S = 1, REFRESH_MAX_S = 3600, REFRESH_S = 10 };
enum {
    EVERY_MIN_S = 5,
    EVERY_MAX_S = 86400,
    CONFIRM_MAX = 20,
    DEMO_S = 10 /* so that a person sees it live */
};

int poll_place(struct cli *cli, const char **base_url, const char **ca_file)
{
    const char *url = option_get(&cli->options, OPT_OPENAI_URL);
    *base_url = url ? url : OPENAI_BASE_URL;
    *ca_file = option_get(&cli->options, OPT_OPENAI_CA);
    if (!url)
        return 0;
    int rc = http_check_base(url, &cli->err);
    if (rc < 0)
        (void)err_cure(&cli->err, "--openai-url %s", OPENAI_BASE_URL);
    return rc;
}

int poll_keypair(struct cli *cli, char out[PATH_TEXT])
{
    const char *given = option_get(&cli->options, OPT_KEYPAIR);
    if (!given)
        return paths_keypair(out, &cli->err);
    if (strlen(given) >= PATH_TEXT)
        return err_set(&cli->err, ERR_USAGE, _("a path is longer than %d bytes"), PATH_TEXT);
    (void)snprintf(out, PATH_TEXT, "%s", given);
    return 0;
}

int poll_sendmail(struct cli *cli, const char **command)
{
    const char *given = option_get(&cli->options, OPT_SENDMAIL);
    *command = given ? given : MAILER_COMMAND;
    if (!given || mailer_can(given))
        return 0;
    (void)err_set(&cli->err, ERR_USAGE, "%s",
                  _("--sendmail: that program cannot be run: give its whole path and its words"));
    return err_cure(&cli->err, "--sendmail \"%s\"", MAILER_COMMAND);
}

static int number(struct cli *cli, enum option_id id, int min, int max, int fallback, int *out)
{
    return option_int(&cli->options, id, min, max, fallback, out, &cli->err);
}

/* What the file says of consoles yields to a watcher, and to a period on the command line. */
static int may_ask(const struct cli *cli)
{
    const struct options *o = &cli->options;
    int from_file = o->set[OPT_NO_PROBE] == 1;
    int wanted = cli->id == CLI_WATCH || o->set[OPT_PROBE_EVERY] == 2;
    if (cli->no_probe)
        return 0;
    return !option_given(o, OPT_NO_PROBE) || (from_file && wanted);
}

int poll_options(struct cli *cli, struct poll_options *out)
{
    struct worker_options *w = &out->worker;
    int demo = cli->target == TARGET_DEMO;
    worker_options_init(w);
    w->journal_line = journal_line;
    int ask = may_ask(cli);
    w->probe = ask && !option_given(&cli->options, OPT_ONCE);
    if (demo)
        w->schedule.calm_max = 1;
    int rc = poll_place(cli, &w->base_url, &w->ca_file);
    if (rc == 0)
        rc = number(cli, OPT_PROBE_EVERY, EVERY_MIN_S, EVERY_MAX_S,
                    demo ? DEMO_S : SCHEDULE_PERIOD_S, &w->schedule.period_s);
    if (rc == 0)
        rc = number(cli, OPT_CONFIRM, 1, CONFIRM_MAX, SCHEDULE_CONFIRM, &w->schedule.confirm);
    if (rc == 0)
        rc = number(cli, OPT_COST_EVERY, EVERY_MIN_S, EVERY_MAX_S, demo ? DEMO_S : COST_PERIOD_S,
                    &w->cost_period_s);
    if (rc == 0)
        rc = number(cli, OPT_LEASE, LEASE_MIN_S, LEASE_MAX_S, LEASE_S, &w->lease_s);
    if (rc < 0)
        return rc;
    w->costs = ask;
    w->guard = ask;
    rc = poll_sendmail(cli, &w->sendmail);
    if (rc < 0)
        return rc;
    w->guard_period_s = demo ? DEMO_S : GUARD_PERIOD_S;
    /* Without a home there is no key pair: then no admin keys, which the probes do without. */
    w->keypair_path = poll_keypair(cli, out->keypair) == 0 ? out->keypair : NULL;
    cli->err = (struct err){0};
    return 0;
}

/* Without a home, drafts are not kept. */
static const char *draft_dir(char out[PATH_TEXT])
{
    char state[PATH_TEXT];
    if (paths_state(state, NULL) || paths_make(state, NULL))
        return NULL;
    int len = snprintf(out, PATH_TEXT, "%s/drafts", state);
    return len > 0 && len < PATH_TEXT ? out : NULL;
}

int poll_refresh(struct cli *cli, int *seconds)
{
    return number(cli, OPT_REFRESH, REFRESH_MIN_S, REFRESH_MAX_S, REFRESH_S, seconds);
}

int poll_start(struct cli *cli, struct queue *events, struct worker **out)
{
    char drafts[PATH_TEXT];
    struct poll_options options;
    struct session *session = cli->session;
    int rc = poll_options(cli, &options);
    if (rc < 0)
        return rc;
    cli->session = NULL;
    options.worker.signin = cli->signin;
    options.worker.draft_dir = draft_dir(drafts);
    return worker_create(out, &cli->spec, session, &cli->proof, &options.worker, events, &cli->err);
}
