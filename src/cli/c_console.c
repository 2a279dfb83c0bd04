#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/poll.h"
#include "conf/paths.h"

#include <unistd.h>

int console_check(struct cli *cli)
{
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        return 0;
    (void)err_set(&cli->err, ERR_TERMINAL, _("the console needs a terminal"));
    return err_cure(&cli->err, _("`%s list` prints the connexions."), cli->program);
}

static void open_log(struct cli *cli)
{
    char path[PATH_TEXT];
    if (paths_log(path, NULL) == 0 && log_open(path) == 0)
        cli->log_path = mem_dup(path);
}

int cli_console(struct cli *cli)
{
    struct poll_options options;
    int rc = poll_options(cli, &options);
    if (rc < 0)
        return rc;
    open_log(cli);
    return cli_open(cli, &cli->session, &cli->proof);
}
