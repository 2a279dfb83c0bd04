#include "config.h"

#include "model/health.h"

#include <limits.h>
#include <string.h>

enum { CONFIRM_PART = 5, JITTER_PART = 10 };

static int change(struct health *h, enum verdict verdict, int64_t now)
{
    int changed = h->verdict != verdict;
    if (changed)
        h->since = now;
    h->verdict = verdict;
    h->candidate = VERDICT_NEVER;
    h->failures = 0;
    return changed;
}

/* Another verdict than the confirmed one: counted until it has been seen often enough. */
static int suspect(struct health *h, enum verdict verdict, int confirm, int64_t now)
{
    if (h->candidate != verdict) {
        h->candidate = verdict;
        h->failures = 0;
    }
    h->failures++;
    return h->failures >= confirm ? change(h, verdict, now) : 0;
}

static void add_latency(struct health *h, const struct evidence *evidence)
{
    if (evidence->http == 0 || evidence->total_ms < 0)
        return;
    if (h->latencies >= HEALTH_LATENCIES) {
        h->latencies = HEALTH_LATENCIES - 1;
        memmove(h->latency, h->latency + 1, (size_t)h->latencies * sizeof h->latency[0]);
    }
    h->latency[h->latencies++] = evidence->total_ms;
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* From 90 % to 110 % of seconds. */
static int64_t jitter(int64_t seconds, uint32_t random)
{
    int64_t tenth = seconds * 1000 / JITTER_PART;
    int64_t ms = seconds * 1000 - tenth + 2 * tenth * (int64_t)(random >> 8) / (1 << 24);
    return (ms + 500) / 1000;
}

static int64_t calm_factor(const struct health *h, const struct schedule *schedule)
{
    if (verdict_effect(h->verdict) != EFFECT_GOOD)
        return 1;
    return clamp(1 + h->calm / SCHEDULE_CALM_STEP, 1, clamp(schedule->calm_max, 1, INT_MAX));
}

static int64_t delay(const struct health *h, const struct schedule *schedule, uint32_t random)
{
    int64_t period = clamp(schedule->period_s, 1, INT_MAX);
    int64_t seconds = jitter(period * calm_factor(h, schedule), random);
    if (h->candidate != VERDICT_NEVER) {
        int64_t least = clamp(SCHEDULE_CONFIRM_MIN_S, 1, period);
        seconds = clamp(jitter(period / CONFIRM_PART, random), least, period);
    }
    int64_t asked = clamp(h->evidence.retry_after_s, 0, SCHEDULE_WAIT_MAX_S);
    return clamp(seconds, asked > 0 ? asked : 1, INT64_MAX);
}

int health_apply(struct health *h, enum verdict verdict, const struct evidence *evidence,
                 const struct schedule *schedule, int64_t now, uint32_t random)
{
    int changed = 0;
    enum verdict_effect effect = verdict_effect(verdict);
    h->seen = verdict;
    h->evidence = *evidence;
    h->checked_at = now;
    if (effect == EFFECT_GOOD || effect == EFFECT_OWN) {
        int well =
            effect == EFFECT_GOOD && !(verdict == VERDICT_LIMITED && h->verdict == VERDICT_VALID);
        h->calm = effect == EFFECT_GOOD ? (int)clamp((int64_t)h->calm + 1, 1, INT_MAX) : 0;
        changed = well || verdict == h->verdict ? change(h, verdict, now)
                                                : suspect(h, verdict, schedule->confirm, now);
        add_latency(h, evidence);
    }
    h->next_at = now + delay(h, schedule, random);
    return changed;
}

static int is(const char *word, enum status status)
{
    return strcmp(word, status_word(status)) == 0;
}

const char *health_status(const struct health *h, enum verdict before, const char *present)
{
    enum verdict_effect effect = verdict_effect(h->seen);
    const char *put = verdict_status(before);
    const char *word = verdict_status(h->verdict);
    if (effect == EFFECT_KEEP || effect == EFFECT_SHARED || h->candidate != VERDICT_NEVER)
        return NULL;
    if (!word || strcmp(word, present) == 0 || is(present, STATUS_INACTIVE))
        return NULL;
    if (is(present, STATUS_QUOTA) && !(put && is(put, STATUS_QUOTA)))
        return NULL;
    return word;
}
