#ifndef VIGIE_CLI_SIGN_IN_H
#define VIGIE_CLI_SIGN_IN_H

#include "cli/cli.h"

/* Signs in at the platform's auth server (--auth-url, --sign-in): fills the claims of cli->spec and
 * cli->signin. The password comes from --password-file, else from the person, masked; it is wiped.
 * ERR_USAGE, ERR_PASSWORD, ERR_UNREACHABLE, ERR_DENIED. */
int cli_sign_in(struct cli *cli);

/* Whether the options ask for it. */
int cli_wants_sign_in(const struct cli *cli);

#endif
