#ifndef VIGIE_CLI_KEY_H
#define VIGIE_CLI_KEY_H

#include "secret/guard.h"

/* Keys that a person gives. The text of a key lives in guarded memory only. */

enum { KEY_COMMAND_S = 30 };

/* Whether it can be sent as a key at all: not empty, printable ASCII without blanks. ERR_USAGE. */
int key_check(const struct secret *key, struct err *e);

/* The first line that a shell command writes, which gets a clean environment, no input and
 * KEY_COMMAND_S seconds. ERR_FAILURE when it fails, ERR_TIMEOUT, ERR_LIMIT. */
int key_from_command(struct secret *key, const char *command, struct err *e);

#endif
