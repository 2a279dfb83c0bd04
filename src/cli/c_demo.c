#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "cli/find.h"
#include "cli/lease.h"
#include "cli/standin.h"

#include <stdlib.h>
#include <string.h>

enum { LEASE_FOR_S = 10 };

static int reset(struct cli *cli)
{
    int rc = private_demo_reset(cli);
    if (rc < 0)
        return rc;
    cli_print(_("The demonstration is as new."));
    cli_print("\n");
    return cli_flush(cli);
}

/* The key is known to the table alone: it is held against the probes for the moment of reading. */
static int tell(struct session *s, const char *login, const char *id, const char *verb,
                struct err *e)
{
    char owner[LEASE_OWNER];
    struct poll_work *work = NULL;
    lease_owner(owner, login);
    int rc = lease_take(s, owner, id, LEASE_FOR_S, &work, e);
    if (rc < 0)
        return rc;
    rc = standin_tell(verb, work->item[0].key, e);
    poll_work_destroy(work);
    int released = lease_release(s, owner, e);
    return rc < 0 ? rc : released;
}

static int change(struct cli *cli, const char *word)
{
    struct session *session = NULL;
    struct connexion *row = NULL;
    struct proof proof;
    int rc = cli_open(cli, &session, &proof);
    if (rc == 0)
        rc = find_connexion(session, &proof, cli->argv[1], &row, &cli->err);
    if (rc == 0)
        rc = tell(session, proof.login, row->id, word, &cli->err);
    if (rc == 0) {
        cli_print(strcmp(word, "revoke") == 0
                      ? _("OpenAI's stand-in does not know this key any more.")
                      : _("OpenAI's stand-in knows this key again."));
        cli_print("\n");
        rc = cli_flush(cli);
    }
    connexion_destroy(row);
    session_destroy(session);
    return rc;
}

/* Words that are no command of their own: they change the demonstration. */
int cli_demo(struct cli *cli)
{
    const char *word = cli->argc > 0 ? cli->argv[0] : "";
    if (strcmp(word, "reset") == 0 && cli->argc == 1)
        return reset(cli);
    if ((strcmp(word, "revoke") == 0 || strcmp(word, "restore") == 0) && cli->argc == 2) {
        cli->target = TARGET_DEMO;
        int rc = cli_connect(cli, NULL);
        return rc == 0 ? change(cli, word) : rc;
    }
    (void)err_set(&cli->err, ERR_USAGE, _("which connexion? give its id or its account"));
    return err_cure(&cli->err, "%s demo %s ID", cli->program, word);
}
