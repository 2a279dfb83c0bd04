#include "config.h"

#include "model/limit.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "model/gauge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400, WHY_TEXT = 200, CLOCK_ONLY = 32 };

/* ── thresholds ── */

void thresholds_default(struct thresholds *t)
{
    *t = (struct thresholds){.soft = {50, 80, 95, 100},
                             .len = 4,
                             .hard = LIMIT_HARD_DEFAULT,
                             .on_spend = 1,
                             .on_forecast = 1};
}

/* Keeps the order; one that is there already is not there twice. */
static int add(struct thresholds *t, int percent)
{
    int at = 0;
    while (at < t->len && t->soft[at] < percent)
        at++;
    if (at < t->len && t->soft[at] == percent)
        return 0;
    if (t->len == LIMIT_SOFT_MAX)
        return -1;
    memmove(&t->soft[at + 1], &t->soft[at], (size_t)(t->len - at) * sizeof t->soft[0]);
    t->soft[at] = percent;
    t->len++;
    return 0;
}

/* Digits, perhaps a blank and "%"; -1 for anything else. */
static int percent_of(const char *word, size_t len)
{
    int value = 0;
    size_t i = 0;
    for (; i < len && word[i] >= '0' && word[i] <= '9' && value <= LIMIT_PERCENT_MAX; i++)
        value = value * 10 + (word[i] - '0');
    size_t digits = i;
    while (i < len && word[i] == ' ')
        i++;
    if (i < len && word[i] == '%')
        i++;
    while (i < len && word[i] == ' ')
        i++;
    return digits > 0 && i == len && value >= 1 && value <= LIMIT_PERCENT_MAX ? value : -1;
}

int thresholds_parse(struct thresholds *t, const char *text, char why[WHY_TEXT])
{
    struct thresholds read;
    thresholds_default(&read);
    read.len = 0;
    for (const char *p = text;; p++) {
        p += strspn(p, " ");
        size_t len = strcspn(p, ",");
        int percent = percent_of(p, len);
        if (percent < 0) {
            (void)snprintf(why, WHY_TEXT,
                           _("\"%.*s\" is no threshold: write per cents from 1 to %d with commas, "
                             "as 50,80,95,100"),
                           (int)(len < 40 ? len : 40), p, LIMIT_PERCENT_MAX);
            return -1;
        }
        if (add(&read, percent)) {
            (void)snprintf(why, WHY_TEXT, _("at most %d thresholds: leave some out"),
                           LIMIT_SOFT_MAX);
            return -1;
        }
        p += len;
        if (!*p)
            break;
    }
    memcpy(t->soft, read.soft, sizeof t->soft);
    t->len = read.len;
    return 0;
}

int thresholds_parse_hard(struct thresholds *t, const char *text)
{
    int percent =
        strcmp(text, "never") == 0 || strcmp(text, "0") == 0 ? 0 : percent_of(text, strlen(text));
    if (percent < 0)
        return -1;
    t->hard = percent;
    return 0;
}

int thresholds_parse_on(struct thresholds *t, const char *text)
{
    int spend = 0, forecast = 0;
    for (size_t len; *text; text += len + (text[len] == ',')) {
        len = strcspn(text, ",");
        if (len == strlen("spend") && strncmp(text, "spend", len) == 0)
            spend = 1;
        else if (len == strlen("forecast") && strncmp(text, "forecast", len) == 0)
            forecast = 1;
        else
            return -1;
    }
    if (!spend && !forecast)
        return -1;
    t->on_spend = spend;
    t->on_forecast = forecast;
    return 0;
}

void thresholds_format(char *buf, size_t size, const struct thresholds *t)
{
    size_t at = 0;
    buf[0] = '\0';
    for (int i = 0; i < t->len && at < size; i++)
        at += (size_t)snprintf(buf + at, size - at, "%s%d", i ? "," : "", t->soft[i]);
}

int thresholds_crossed(const struct thresholds *t, int permille, int *below)
{
    int reached = 0;
    while (reached < t->len && permille >= t->soft[reached] * 10)
        reached++;
    if (below)
        *below = reached > 0 ? reached - 1 : 0;
    return reached > 0 ? t->soft[reached - 1] : 0;
}

/* ── periods ── */

int64_t period_start(enum limit_period period, int64_t at)
{
    return period == PERIOD_DAY ? clock_day_start(at) : clock_month_start(at);
}

int64_t period_next(enum limit_period period, int64_t at)
{
    return period == PERIOD_DAY ? clock_day_next(at) : clock_month_next(at);
}

enum limit_reset reset_state(enum limit_period period, const struct instant *stored, int64_t now)
{
    if (!stored->known)
        return RESET_ABSENT;
    if (stored->at <= now)
        return RESET_MISSED;
    int64_t after_next = period_next(period, period_next(period, now));
    return stored->at > after_next ? RESET_ABSENT : RESET_DUE_LATER;
}

/* ── words ── */

static void duration(char *buf, size_t size, int64_t s)
{
    if (s >= DAY_S)
        (void)snprintf(buf, size, _("%d d %d h"), (int)(s / DAY_S), (int)(s % DAY_S / HOUR_S));
    else if (s >= HOUR_S)
        (void)snprintf(buf, size, _("%d h %d min"), (int)(s / HOUR_S),
                       (int)(s % HOUR_S / MINUTE_S));
    else if (s >= MINUTE_S)
        (void)snprintf(buf, size, _("%d min"), (int)(s / MINUTE_S));
    else
        (void)snprintf(buf, size, _("%d s"), (int)s);
}

/* "2026-11-23 00:00 UTC", and in brackets the person's time, with its day where that is another. */
static void both_times(char *buf, size_t size, int64_t at)
{
    char utc[CLOCK_TEXT_MAX], local[CLOCK_TEXT_MAX];
    enum { DAY_CHARS = 10, MINUTE_CHARS = 16 };
    clock_iso(utc, at);
    utc[DAY_CHARS] = ' ';
    clock_local(local, at);
    int same_day = strncmp(utc, local, DAY_CHARS) == 0;
    int same = strncmp(utc, local, MINUTE_CHARS) == 0;
    if (same)
        (void)snprintf(buf, size, "%.16s UTC", utc);
    else
        (void)snprintf(buf, size, "%.16s UTC (%.40s)", utc,
                       same_day ? local + DAY_CHARS + 1 : local);
}

void countdown_words(char out[COUNTDOWN_TEXT], int64_t at, int64_t now)
{
    char when[CLOCK_TEXT_MAX * 2], left[CLOCK_ONLY];
    both_times(when, sizeof when, at);
    if (at <= now) {
        (void)snprintf(out, COUNTDOWN_TEXT, _("was due at %s"), when);
        return;
    }
    duration(left, sizeof left, at - now);
    (void)snprintf(out, COUNTDOWN_TEXT, _("in %s, at %s"), left, when);
}

static void block_figures(char *buf, size_t size, const struct block *block)
{
    char value[MONEY_TEXT_MAX], limit[MONEY_TEXT_MAX];
    if (block->cause == BLOCK_QUOTA) {
        count_text_format(value, sizeof value, block->value);
        count_text_format(limit, sizeof limit, block->limit);
        (void)snprintf(buf, size, _("its daily quota is used up: %s of %s requests"), value, limit);
    } else {
        money_format(value, sizeof value, block->value);
        money_format(limit, sizeof limit, block->limit);
        (void)snprintf(buf, size, _("its monthly budget is used up: %s of %s"), value, limit);
    }
}

void block_words(char *buf, size_t size, const struct block *block, int64_t now)
{
    char figures[WHY_TEXT], until[COUNTDOWN_TEXT], since[CLOCK_TEXT_MAX * 2];
    buf[0] = '\0';
    if (block->cause == BLOCK_NONE)
        return;
    block_figures(figures, sizeof figures, block);
    both_times(since, sizeof since, block->since);
    countdown_words(until, block->until, now);
    if (block->until > 0)
        (void)snprintf(buf, size, _("%s, since %s; it ends %s"), figures, since, until);
    else
        (void)snprintf(buf, size, _("%s, since %s"), figures, since);
}
