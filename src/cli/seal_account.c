#include "config.h"

#include "cli/key.h"
#include "cli/part.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/fetch_health.h"
#include "secret/seal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_TEXT = 65, RECIPIENT_TEXT = 200, RECIPIENTS_MAX = 256 };

struct recipients {
    struct outcome_of outcome;
    unsigned char *keys; /* owned */
    int count;
};

static void on_recipients(void *arg, const unsigned char *keys, int count, struct err *e)
{
    struct recipients *r = arg;
    fetch_outcome(&r->outcome, e);
    if (r->outcome.failed || count <= 0)
        return;
    r->count = count < RECIPIENTS_MAX ? count : RECIPIENTS_MAX;
    r->keys = mem_alloc((size_t)r->count * PUBLIC_KEY);
    memcpy(r->keys, keys, (size_t)r->count * PUBLIC_KEY);
}

/* Ours first, so that what is sealed can be opened here. */
static int introduce(struct session *s, const struct keypair *pair, const char *login,
                     struct err *e)
{
    struct outcome_of outcome = {0};
    char host[HOST_TEXT] = "";
    char name[RECIPIENT_TEXT];
    if (gethostname(host, sizeof host - 1))
        host[0] = '\0';
    (void)snprintf(name, sizeof name, "%.100s@%s", login, host);
    int rc = q_recipient_add(s, keypair_public(pair), name, fetch_outcome, &outcome, e);
    return fetch_wait(s, rc, &outcome, e);
}

static int seal_all(const struct secret *key, const struct recipients *r, struct sealed *out,
                    struct err *e)
{
    int rc = 0;
    for (int i = 0; rc == 0 && i < r->count; i++) {
        memcpy(out[i].recipient, r->keys + (size_t)i * PUBLIC_KEY, PUBLIC_KEY);
        rc = seal(key, out[i].recipient, out[i].bytes, sizeof out[i].bytes, &out[i].len, e);
    }
    return rc;
}

static int store(struct session *s, const struct account_new *account, const struct sealed *sealed,
                 int count, struct err *e)
{
    struct outcome_of outcome = {0};
    int rc = q_account_set(s, account->name, account->base_url ? account->base_url : "",
                           account->by_key, sealed, count, fetch_outcome, &outcome, e);
    return fetch_wait(s, rc, &outcome, e);
}

int account_seal(struct session *s, const struct keypair *pair, const char *login,
                 const struct account_new *account, const struct secret *key, struct err *e)
{
    struct recipients r = {0};
    struct sealed *sealed = NULL;
    int rc = introduce(s, pair, login, e);
    if (rc == 0)
        rc = fetch_wait(s, q_recipients(s, on_recipients, &r, e), &r.outcome, e);
    if (rc == 0 && r.count == 0)
        rc = err_set(e, ERR_FAILURE, _("nobody is there to seal the key for"));
    if (rc == 0) {
        sealed = mem_zero((size_t)r.count, sizeof *sealed);
        rc = seal_all(key, &r, sealed, e);
    }
    if (rc == 0)
        rc = store(s, account, sealed, r.count, e);
    free(sealed);
    free(r.keys);
    return rc;
}
