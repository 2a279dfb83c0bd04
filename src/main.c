#include "config.h"

#include "cli/cli.h"
#include "cli/poll.h"
#include "ui/loop.h"
#include "worker/worker.h"

#include <stdio.h>

static int settle(struct cli *cli, struct settings *settings)
{
    struct poll_options poll;
    int rc = poll_options(cli, &poll);
    *settings = (struct settings){.read_only = !option_given(&cli->options, OPT_WRITE),
                                  .signed_in = cli->signin != NULL,
                                  .confirm = poll.worker.schedule.confirm};
    (void)snprintf(settings->label, sizeof settings->label, "%s", cli->place);
    return rc ? rc : poll_refresh(cli, &settings->refresh_s);
}

static int show(struct cli *cli, struct state *st, struct queue *events)
{
    struct worker *worker = NULL;
    struct term term;
    struct term_options options = {.log_path = cli->log_path,
                                   .announce = &cli->options,
                                   .ascii = option_given(&cli->options, OPT_ASCII)};
    int rc = loop_block_signals(&cli->err);
    if (rc == 0)
        rc = term_start(&term, &options, &cli->err);
    if (rc)
        return rc;
    rc = poll_start(cli, events, &worker);
    if (rc == 0)
        rc = loop_run(&term, st, events, worker_post, worker, &cli->err);
    term_stop(&term);
    worker_destroy(worker);
    return rc;
}

int console_main(struct cli *cli)
{
    const struct options *o = &cli->options;
    const struct preset preset = {.filter = option_get(o, OPT_FILTER),
                                  .sort = option_get(o, OPT_SORT),
                                  .columns = option_get(o, OPT_COLUMNS),
                                  .organisation = option_get(o, OPT_ORGANISATION)};
    struct settings settings;
    struct queue events;
    int rc = settle(cli, &settings);
    if (rc == 0 && queue_init(&events))
        rc = err_errno(&cli->err, ERR_SYSTEM, "eventfd");
    if (rc)
        return rc;
    struct state *st = state_create(&settings);
    rc = state_preset(st, &preset, &cli->err);
    if (rc == 0)
        rc = show(cli, st, &events);
    if (rc == 0 && st->exit_err.code != ERR_OK) {
        cli->err = st->exit_err;
        rc = -(int)cli->err.code;
    }
    for (struct event *event; (event = queue_pop(&events));)
        event_destroy(event);
    queue_finish(&events);
    state_destroy(st);
    return rc;
}

int main(int argc, char **argv)
{
    struct cli cli;
    int status = 0;
    cli_start();
    if (cli_run(&cli, argc, argv, &status) == CLI_OPEN_CONSOLE && console_main(&cli) < 0)
        status = cli_complain(cli.program, &cli.err);
    cli_finish(&cli);
    return status;
}
