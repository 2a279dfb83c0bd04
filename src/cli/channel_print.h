#ifndef VIGIE_CLI_CHANNEL_PRINT_H
#define VIGIE_CLI_CHANNEL_PRINT_H

#include "cli/cli.h"
#include "model/channel.h"

/* The channels as a table or, with --json, as an array. */
void channel_print(const struct cli *cli, const struct channel_list *list);

#endif
