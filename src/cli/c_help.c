#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"

int cli_help(struct cli *cli)
{
    struct str out;
    enum cli_id id = cli->argc ? cli_find(cli->argv[0]) : CLI_COUNT;
    if (cli->argc && id == CLI_COUNT)
        return cli_unknown(cli, cli->argv[0]);
    str_init(&out, HELP_MAX);
    if (option_given(&cli->options, OPT_MAN))
        man_page(&out);
    else if (option_given(&cli->options, OPT_COMPLETION))
        completion_bash(&out);
    else if (cli->argc)
        help_command(&out, id);
    else
        help_program(&out);
    int rc = out.overflow ? err_set(&cli->err, ERR_LIMIT, _("the text is too long")) : 0;
    if (rc == 0)
        cli_print(str_get(&out));
    str_finish(&out);
    return rc;
}
