#ifndef VIGIE_CLI_POLL_H
#define VIGIE_CLI_POLL_H

#include "cli/cli.h"

#include "conf/paths.h"
#include "worker/worker.h"

/* What the options say about asking OpenAI. */
struct poll_options {
    struct worker_options worker; /* borrows from cli and from here */
    char keypair[PATH_TEXT];
};

/* Fills all; the demonstration is asked more often. ERR_USAGE, ERR_CONFIG. */
int poll_options(struct cli *cli, struct poll_options *out);

/* Starts the worker with these options on cli's session, which it takes unless an option is wrong.
 */
int poll_start(struct cli *cli, struct queue *events, struct worker **out);

/* Seconds between two looks where the database cannot notify. ERR_USAGE. */
int poll_refresh(struct cli *cli, int *seconds);

/* Where OpenAI is asked and whom to trust there (NULL: the system's authorities). Borrowed. */
int poll_place(struct cli *cli, const char **base_url, const char **ca_file);

/* The file of this program's key pair. */
int poll_keypair(struct cli *cli, char out[PATH_TEXT]);

/* The command that takes mails. Borrowed. ERR_USAGE. */
int poll_sendmail(struct cli *cli, const char **command);

#endif
