#include "config.h"

#include "standin/instant.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const int64_t last = 253402300799;

int64_t instant_now(const struct instant *i)
{
    return i->frozen ? i->value : clock_now() + i->value;
}

void instant_freeze(struct instant *i, int64_t at)
{
    *i = (struct instant){.frozen = 1, .value = at};
}

void instant_advance(struct instant *i, int64_t seconds)
{
    i->value += seconds;
}

void instant_run(struct instant *i)
{
    if (i->frozen)
        *i = (struct instant){.value = i->value - clock_now()};
}

int instant_parse(const char *text, int64_t *at)
{
    char buf[CLOCK_TEXT_MAX];
    char *end;
    if (strlen(text) == strlen("YYYY-MM-DD")) {
        (void)snprintf(buf, sizeof buf, "%sT00:00:00Z", text);
        if (clock_parse_iso(buf, at) == 0)
            return *at < 0 ? -1 : 0;
    }
    if (clock_parse_iso(text, at) == 0)
        return *at < 0 ? -1 : 0;
    *at = strtoll(text, &end, 10);
    return end == text || *end || *at < 0 || *at > last ? -1 : 0;
}

void instant_http(char out[INSTANT_HTTP_MAX], int64_t at)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm tm = {0};
    time_t t = (time_t)at;
    (void)gmtime_r(&t, &tm);
    (void)snprintf(out, INSTANT_HTTP_MAX, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday],
                   tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
                   tm.tm_sec);
}
