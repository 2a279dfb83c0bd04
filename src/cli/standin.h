#ifndef VIGIE_CLI_STANDIN_H
#define VIGIE_CLI_STANDIN_H

#include "cli/cli.h"

#include "conf/paths.h"

/* The stand-in for OpenAI of the demonstration: a program of its own on loopback, started when it
 * is needed, that ends by itself when nobody asks it any more. */
struct standin {
    char folder[PATH_TEXT];  /* STATE/standin */
    char url[PATH_TEXT];     /* base URL */
    char ca_file[PATH_TEXT]; /* whom to trust there */
};

enum { STANDIN_IDLE_S = 600, STANDIN_START_MS = 10000 };

/* Starts it, unless it runs, and fills all. ERR_NOT_FOUND when there is no such program,
 * ERR_TIMEOUT, ERR_SYSTEM. */
int standin_start(struct standin *s, struct err *e);
/* Ends it by its pid; nothing when it does not run. */
int standin_stop(struct err *e);
/* Ends it and removes its folder. */
int standin_destroy(struct err *e);

/* For the demonstration that cli is connected to: starts the stand-in, lets the options lead there
 * unless the person's do, and sees that its costs can be asked for. Without one, nothing is asked
 * and the log says why; only a test of one connexion fails then. */
int demo_openai(struct cli *cli);

/* Lets the stand-in "revoke" or "restore" a key. ERR_NOT_FOUND when none runs, ERR_FAILURE when it
 * refuses. */
int standin_tell(const char *verb, const char *key, struct err *e);

#endif
