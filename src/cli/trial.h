#ifndef VIGIE_CLI_TRIAL_H
#define VIGIE_CLI_TRIAL_H

#include "base/str.h"
#include "cli/lease.h"
#include "cli/poll.h"
#include "db/q_poll.h"
#include "openai/http.h"

/* One probe that a person asked for, with everything worth telling of it. */
struct trial {
    struct cli *cli;
    struct session *session; /* borrowed */
    struct poll_options options;
    char owner[LEASE_OWNER];
    struct poll_work *work;
    struct poll_item *item; /* of work */
    char url[HTTP_URL_MAX];
    const char *organisation, *project; /* headers sent, NULL for none */
    int asked, answered;
    int http2, status;
    char failure[256];   /* of the transfer, in curl's words; "" when an answer came */
    struct str request;  /* lines as they were sent, the key apart */
    struct str response; /* lines of interest */
    struct str body;     /* its first lines when it failed, redacted */
    struct evidence evidence;
    enum verdict verdict;
    int changed; /* the confirmed verdict */
};

/* Borrows cli and session. */
void trial_init(struct trial *t, struct cli *cli, struct session *session);
void trial_finish(struct trial *t);

/* Leases the connexion, asks, and records what came as every probe does. 0 whatever the verdict is;
 * ERR_LIMIT when another program holds it, and what the database can end with. */
int trial_run(struct trial *t, const char *id, const char *login);

#endif
