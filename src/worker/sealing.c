#include "config.h"

#include "worker/sealing.h"

#include "base/i18n.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { RECIPIENTS_MAX = 256 };

struct sealing {
    struct session *s;
    const struct keypair *pair;
    const struct secret *key;
    char *name, *base_url;
    int by_key;
    int copies;
    sealing_done done;
    void *arg;
};

int sealing_copies(const struct secret *key, const unsigned char *recipients, int count,
                   struct sealed *out, struct err *e)
{
    int rc = 0;
    for (int i = 0; rc == 0 && i < count; i++) {
        memcpy(out[i].recipient, recipients + (size_t)i * PUBLIC_KEY, PUBLIC_KEY);
        rc = seal(key, out[i].recipient, out[i].bytes, sizeof out[i].bytes, &out[i].len, e);
    }
    return rc;
}

static void sealing_destroy(struct sealing *g)
{
    free(g->name);
    free(g->base_url);
    free(g);
}

static void end(struct sealing *g, struct err *e)
{
    int failed = e && e->code != ERR_OK;
    g->done(g->arg, failed ? 0 : g->copies, e);
    sealing_destroy(g);
}

static void stored(void *arg, struct err *e)
{
    end(arg, e);
}

static int store(struct sealing *g, const unsigned char *recipients, int count, struct err *e)
{
    int n = count < RECIPIENTS_MAX ? count : RECIPIENTS_MAX;
    if (n <= 0)
        return err_set(e, ERR_FAILURE, _("nobody is there to seal the key for"));
    struct sealed *sealed = mem_zero((size_t)n, sizeof *sealed);
    int rc = sealing_copies(g->key, recipients, n, sealed, e);
    if (rc == 0)
        rc = q_account_set(g->s, g->name, g->base_url, g->by_key, sealed, n, stored, g, e);
    g->copies = n;
    free(sealed);
    return rc;
}

static void got_recipients(void *arg, const unsigned char *keys, int count, struct err *e)
{
    struct sealing *g = arg;
    struct err why = {0};
    if (e && e->code != ERR_OK)
        end(g, e);
    else if (store(g, keys, count, &why))
        end(g, &why);
}

static void registered(void *arg, struct err *e)
{
    struct sealing *g = arg;
    struct err why = {0};
    if (e && e->code != ERR_OK)
        end(g, e);
    else if (q_recipients(g->s, got_recipients, g, &why))
        end(g, &why);
}

int sealing_start(struct session *s, const struct keypair *pair, const char *whose,
                  const struct account_new *account, const struct secret *key, sealing_done done,
                  void *arg, struct err *e)
{
    struct sealing *g = mem_zero(1, sizeof *g);
    *g = (struct sealing){.s = s,
                          .pair = pair,
                          .key = key,
                          .name = mem_dup(account->name),
                          .base_url = mem_dup(account->base_url ? account->base_url : ""),
                          .by_key = account->by_key,
                          .done = done,
                          .arg = arg};
    /* Ours first, so that what is sealed can be opened here. */
    int rc = q_recipient_add(s, keypair_public(pair), whose, registered, g, e);
    if (rc < 0)
        sealing_destroy(g);
    return rc;
}
