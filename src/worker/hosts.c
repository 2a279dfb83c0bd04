#include "config.h"

#include "worker/hosts.h"

#include "base/clock.h"
#include "base/log.h"
#include "db/q_poll.h"
#include "flow/event.h"
#include "worker/answer.h"
#include "worker/kit.h"

#include <stdio.h>
#include <string.h>

enum { AGAIN_MS = 15 * 60 * 1000 };

/* The part of a URL before its path. */
static void host_key(char key[EVIDENCE_HOST], const char *url)
{
    const char *name = strstr(url, "://");
    size_t len = name ? (size_t)(name - url) + 3 : 0;
    len += strcspn(url + len, "/?#");
    (void)snprintf(key, EVIDENCE_HOST, "%.*s", (int)(len < EVIDENCE_HOST ? len : EVIDENCE_HOST - 1),
                   url);
}

static struct host *oldest_idle(struct hosts *hosts)
{
    struct host *found = NULL;
    for (int i = 0; i < hosts->len; i++) {
        struct host *h = &hosts->item[i];
        if (h->in_flight == 0 && h->tests == 0 && !h->telling &&
            (!found || h->used_ms < found->used_ms))
            found = h;
    }
    return found;
}

struct host *hosts_of(struct hosts *hosts, const char *url, int64_t mono_ms)
{
    char key[EVIDENCE_HOST];
    struct host *host = NULL;
    host_key(key, url);
    for (int i = 0; i < hosts->len && !host; i++)
        if (strcmp(hosts->item[i].key, key) == 0)
            host = &hosts->item[i];
    if (!host) {
        host = hosts->len < HOSTS_MAX ? &hosts->item[hosts->len++] : oldest_idle(hosts);
        if (!host)
            return NULL;
        *host = (struct host){.health = {.verdict = VERDICT_VALID, .since = clock_now()}};
        memcpy(host->key, key, sizeof host->key);
        const char *name = strstr(key, "://");
        (void)snprintf(host->health.host, sizeof host->health.host, "%s", name ? name + 3 : key);
    }
    host->used_ms = mono_ms;
    return host;
}

int host_is_free(const struct host *host)
{
    return !host || !host->calm || host->in_flight == 0;
}

int host_is_down(const struct host *host)
{
    return host && verdict_effect(host->health.verdict) == EFFECT_SHARED;
}

static void tell_screen(const struct kit *kit)
{
    struct event *event = event_create(EVENT_HEALTH);
    event->health = kit_health_list(kit, NULL, 0);
    answer_post(kit->events, event);
}

static void settle_calm(struct host *host, enum verdict verdict, const struct evidence *evidence)
{
    enum verdict_effect effect = verdict_effect(verdict);
    if (effect == EFFECT_GOOD || effect == EFFECT_OWN)
        host->calm = 0;
    else if (evidence->retry_after_s > 0 || host_is_down(host))
        host->calm = 1;
}

void host_answered(struct kit *kit, struct host *host, const char *id, enum verdict verdict,
                   const struct evidence *evidence)
{
    if (!host)
        return;
    if (evidence->host[0])
        memcpy(host->health.host, evidence->host, sizeof host->health.host);
    int changed = host_apply(&host->health, id, verdict, evidence, clock_now());
    settle_calm(host, verdict, evidence);
    /* What an earlier program left in the database is corrected by the first answer. */
    if (changed || (host->news == HOST_UNKNOWN && verdict_effect(verdict) != EFFECT_SHARED))
        host->news = HOST_NEWS;
    if (changed) {
        log_write(LOG_WARN, "%s: %s", host->health.host, verdict_word(host->health.verdict));
        tell_screen(kit);
    }
}

static void told(void *arg, struct err *e)
{
    struct host *host = arg;
    host->telling = 0;
    if (e && e->code != ERR_OK && e->code != ERR_LOST && e->code != ERR_TIMEOUT)
        log_write(LOG_WARN, "%s: its state is not written: %s", host->health.host, e->text);
    else if (e && e->code != ERR_OK)
        host->news = HOST_NEWS;
}

/* Readers forget a failing host that nobody tells of any more. */
static int is_to_tell(const struct host *host, int64_t mono_ms)
{
    if (host->telling)
        return 0;
    return host->news == HOST_NEWS ||
           (host->news == HOST_TOLD && host_is_down(host) && mono_ms >= host->told_ms + AGAIN_MS);
}

void hosts_step(struct kit *kit, int64_t mono_ms)
{
    struct session *s = kit_either(kit);
    struct err e = {0};
    for (int i = 0; s && i < kit->hosts.len; i++) {
        struct host *host = &kit->hosts.item[i];
        if (!is_to_tell(host, mono_ms))
            continue;
        host->news = HOST_TOLD;
        host->told_ms = mono_ms;
        host->telling = 1;
        if (q_poll_host(s, &host->health, told, host, &e)) {
            host->telling = 0;
            host->news = HOST_NEWS;
            return;
        }
    }
}
