#ifndef VIGIE_CLI_ACCOUNT_PRINT_H
#define VIGIE_CLI_ACCOUNT_PRINT_H

#include "cli/cli.h"

/* Prints the admin keys, the organisations without one, and what no project carries: as the screen
 * of admin keys does. recipient: this program's public key. */
int account_print(struct cli *cli, struct session *s, const unsigned char *recipient);

#endif
