#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"

/* Only `demo reset` comes here; every other word after `demo` is a command of its own on that
 * database. */
int cli_demo(struct cli *cli)
{
    int rc = private_demo_reset(cli);
    if (rc < 0)
        return rc;
    cli_print(_("The demonstration is as new."));
    cli_print("\n");
    return cli_flush(cli);
}
