#include "config.h"

#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

enum { DAY = 86400 };

static _Atomic int64_t fixed = -1;

int64_t clock_now(void)
{
    int64_t f = atomic_load(&fixed);
    return f >= 0 ? f : (int64_t)time(NULL);
}

void clock_set(int64_t now)
{
    atomic_store(&fixed, now);
}

int64_t clock_mono_ms(void)
{
    struct timespec ts;
    if (clock_gettime(CLOCK_MONOTONIC, &ts))
        return 0;
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void unknown(char buf[CLOCK_TEXT_MAX])
{
    buf[0] = '?';
    buf[1] = '\0';
}

void clock_iso(char buf[CLOCK_TEXT_MAX], int64_t at)
{
    time_t t = (time_t)at;
    struct tm tm;
    if (!gmtime_r(&t, &tm) || strftime(buf, CLOCK_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        unknown(buf);
}

void clock_local(char buf[CLOCK_TEXT_MAX], int64_t at)
{
    time_t t = (time_t)at;
    struct tm tm;
    if (!localtime_r(&t, &tm) || strftime(buf, CLOCK_TEXT_MAX, "%Y-%m-%d %H:%M %Z", &tm) == 0)
        unknown(buf);
}

/* Reads exactly as many digits and the mark behind them; -1 when the text differs. */
static int number(const char **text, int digits, char mark)
{
    int value = 0;
    const char *p = *text;
    for (int i = 0; i < digits; i++, p++) {
        if (*p < '0' || *p > '9')
            return -1;
        value = value * 10 + (*p - '0');
    }
    if (mark && *p++ != mark)
        return -1;
    *text = p;
    return value;
}

static int skip_fraction(const char *p)
{
    if (*p == '.') {
        p++;
        if (*p < '0' || *p > '9')
            return -1;
        while (*p >= '0' && *p <= '9')
            p++;
    }
    return p[0] == 'Z' && p[1] == '\0' ? 0 : -1;
}

int clock_parse_iso(const char *text, int64_t *at)
{
    static const struct {
        int digits;
        char mark;
        int min, max;
    } form[] = {{4, '-', 1, 9999}, {2, '-', 1, 12}, {2, 'T', 1, 31},
                {2, ':', 0, 23},   {2, ':', 0, 59}, {2, '\0', 0, 59}};
    int part[sizeof form / sizeof form[0]];
    for (size_t i = 0; i < sizeof form / sizeof form[0]; i++) {
        part[i] = number(&text, form[i].digits, form[i].mark);
        if (part[i] < form[i].min || part[i] > form[i].max)
            return -1;
    }
    if (skip_fraction(text))
        return -1;
    struct tm tm = {.tm_year = part[0] - 1900,
                    .tm_mon = part[1] - 1,
                    .tm_mday = part[2],
                    .tm_hour = part[3],
                    .tm_min = part[4],
                    .tm_sec = part[5]};
    time_t t = timegm(&tm);
    if (tm.tm_mday != part[2])
        return -1; /* no such day in that month */
    *at = (int64_t)t;
    return 0;
}

int64_t clock_day_start(int64_t at)
{
    int64_t rest = at % DAY;
    return at - (rest < 0 ? rest + DAY : rest);
}

int64_t clock_day_next(int64_t at)
{
    return clock_day_start(at) + DAY;
}

static int64_t month_edge(int64_t at, int add)
{
    time_t t = (time_t)at;
    struct tm tm;
    if (!gmtime_r(&t, &tm))
        return at;
    struct tm edge = {.tm_year = tm.tm_year, .tm_mon = tm.tm_mon + add, .tm_mday = 1};
    return (int64_t)timegm(&edge);
}

int64_t clock_month_start(int64_t at)
{
    return month_edge(at, 0);
}

int64_t clock_month_next(int64_t at)
{
    return month_edge(at, 1);
}
