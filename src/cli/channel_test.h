#ifndef VIGIE_CLI_CHANNEL_TEST_H
#define VIGIE_CLI_CHANNEL_TEST_H

#include "cli/cli.h"
#include "db/q_channel.h"
#include "secret/seal.h"

/* Sends a test through one channel and prints what the other side answered. ERR_FAILURE when it did
 * not take it. */
int channel_test(struct cli *cli, const struct keypair *pair, struct delivery *delivery);

#endif
