#include "config.h"

#include "cli/seal_account.h"

#include "cli/fetch_health.h"

#include <stdio.h>
#include <unistd.h>

enum { HOST_TEXT = 65, RECIPIENT_TEXT = 200 };

static void stored(void *arg, int copies, struct err *e)
{
    (void)copies;
    fetch_outcome(arg, e);
}

int account_seal(struct session *s, const struct keypair *pair, const char *login,
                 const struct account_new *account, const struct secret *key, struct err *e)
{
    struct outcome_of outcome = {0};
    char host[HOST_TEXT] = "";
    char whose[RECIPIENT_TEXT];
    if (gethostname(host, sizeof host - 1))
        host[0] = '\0';
    (void)snprintf(whose, sizeof whose, "%.100s@%s", login, host);
    int rc = sealing_start(s, pair, whose, account, key, stored, &outcome, e);
    return fetch_wait(s, rc, &outcome, e);
}
