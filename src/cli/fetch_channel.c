#include "config.h"

#include "cli/fetch_channel.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "cli/fetch_health.h"
#include "worker/sealing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_TEXT = 65, PROGRAM_TEXT = 160 };

struct answer {
    struct outcome_of outcome;
    struct channel_list *list;
    struct deliveries *deliveries;
    unsigned char *keys;
    int count;
    int64_t age;
};

static int no_answer(struct err *e)
{
    return err_set(e, ERR_FAILURE, "%s", _("The database gave no answer."));
}

static void on_channels(void *arg, struct channel_list *list, struct err *e)
{
    struct answer *a = arg;
    a->list = list;
    fetch_outcome(&a->outcome, e);
}

int fetch_channels(struct session *s, struct channel_list **out, struct err *e)
{
    struct answer a = {0};
    int rc = fetch_wait(s, q_channels(s, on_channels, &a, e), &a.outcome, e);
    if (rc == 0 && !a.list)
        rc = no_answer(e);
    if (rc < 0)
        channel_list_destroy(a.list);
    else
        *out = a.list;
    return rc;
}

int fetch_channel_remove(struct session *s, const char *which, struct err *e)
{
    struct outcome_of outcome = {0};
    return fetch_wait(s, q_channel_remove(s, which, fetch_outcome, &outcome, e), &outcome, e);
}

static void on_age(void *arg, int64_t seconds, struct err *e)
{
    struct answer *a = arg;
    a->age = seconds;
    fetch_outcome(&a->outcome, e);
}

int fetch_alerts_age(struct session *s, int64_t *out, struct err *e)
{
    struct answer a = {0};
    int rc = fetch_wait(s, q_alerts_age(s, on_age, &a, e), &a.outcome, e);
    if (rc == 0)
        *out = a.age;
    return rc;
}

static void on_channel(void *arg, struct deliveries *list, struct err *e)
{
    struct answer *a = arg;
    a->deliveries = list;
    fetch_outcome(&a->outcome, e);
}

int fetch_channel(struct session *s, const char *which, const unsigned char *own,
                  struct deliveries **out, struct err *e)
{
    struct answer a = {0};
    int rc = fetch_wait(s, q_channel_open(s, which, own, on_channel, &a, e), &a.outcome, e);
    if (rc == 0 && (!a.deliveries || a.deliveries->len == 0))
        rc = no_answer(e);
    if (rc < 0)
        deliveries_destroy(a.deliveries);
    else
        *out = a.deliveries;
    return rc;
}

static void on_recipients(void *arg, const unsigned char *keys, int count, struct err *e)
{
    struct answer *a = arg;
    if (count > 0) {
        a->keys = mem_alloc((size_t)count * PUBLIC_KEY);
        memcpy(a->keys, keys, (size_t)count * PUBLIC_KEY);
        a->count = count;
    }
    fetch_outcome(&a->outcome, e);
}

static int recipients(struct session *s, const struct keypair *pair, const char *login,
                      const char *organisation, struct answer *a, struct err *e)
{
    char host[HOST_TEXT] = "";
    char whose[PROGRAM_TEXT];
    if (gethostname(host, sizeof host - 1))
        host[0] = '\0';
    (void)snprintf(whose, sizeof whose, "%.80s@%s", login, host);
    int rc =
        q_channel_recipients(s, keypair_public(pair), whose, organisation, on_recipients, a, e);
    return fetch_wait(s, rc, &a->outcome, e);
}

int fetch_channel_set(struct session *s, const struct keypair *pair, const char *login,
                      const struct channel *channel, const struct secret *packed, struct err *e)
{
    struct answer a = {0};
    struct sealed *sealed = NULL;
    struct outcome_of outcome = {0};
    int rc = packed ? recipients(s, pair, login, channel->organisation_id, &a, e) : 0;
    if (rc == 0 && a.count > 0) {
        sealed = mem_zero((size_t)a.count, sizeof *sealed);
        rc = sealing_copies(packed, a.keys, a.count, sealed, e);
    }
    if (rc == 0) {
        rc = q_channel_set(s, channel, sealed, a.count, fetch_outcome, &outcome, e);
        rc = fetch_wait(s, rc, &outcome, e);
    }
    free(sealed);
    free(a.keys);
    return rc;
}
