#include "config.h"

#include "model/health.h"

/* FNV-1a: two ids of one hash would count as one connexion, which errs on the calm side. */
static uint64_t hash(const char *text)
{
    uint64_t h = 14695981039346656037u;
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 1099511628211u;
    return h;
}

static void count(struct host_health *host, uint64_t id)
{
    for (int i = 0; i < host->failing; i++)
        if (host->seen[i] == id)
            return;
    if (host->failing < HOST_SEEN)
        host->seen[host->failing++] = id;
}

static int change(struct host_health *host, enum verdict verdict, int64_t now)
{
    if (host->verdict == verdict)
        return 0;
    host->verdict = verdict;
    host->since = now;
    return 1;
}

int host_apply(struct host_health *host, const char *connexion_id, enum verdict verdict,
               const struct evidence *evidence, int64_t now)
{
    if (verdict == VERDICT_NEVER)
        return 0;
    host->evidence = *evidence;
    if (verdict_effect(verdict) != EFFECT_SHARED) {
        host->candidate = VERDICT_NEVER;
        host->failing = 0;
        return change(host, VERDICT_VALID, now);
    }
    if (host->candidate != verdict) {
        host->candidate = verdict;
        host->failing = 0;
    }
    count(host, hash(connexion_id));
    return host->failing >= HOST_CONFIRM ? change(host, verdict, now) : 0;
}
