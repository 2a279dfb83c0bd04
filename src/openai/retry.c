#include "config.h"

#include "openai/judge.h"

#include <string.h>

enum { TEXT_BYTES = 64 };

/* Blanks in front; NULL when nothing follows. */
static const char *trim(const char *text)
{
    if (!text)
        return NULL;
    text += strspn(text, " \t");
    return *text ? text : NULL;
}

/* Digits with an optional fraction, in thousandths; -1 when it is no number. What is far above the
 * cap stays far above it. */
static int64_t thousandths(const char *text)
{
    static const char digits[] = "0123456789";
    const int64_t enough = (int64_t)SCHEDULE_WAIT_MAX_S * 1000000;
    const char *p = text + strspn(text, digits);
    int64_t n = 0;
    if (p == text)
        return -1;
    for (const char *d = text; d < p; d++)
        n = n < enough ? n * 10 + (*d - '0') : n;
    n *= 1000;
    if (*p == '.') {
        size_t places = strspn(p + 1, digits);
        int64_t unit = 100;
        if (places == 0)
            return -1;
        for (size_t i = 1; i <= places; i++, unit /= 10)
            n += (p[i] - '0') * unit;
        p += 1 + places;
    }
    return p[strspn(p, " \t")] ? -1 : n;
}

static int capped(int64_t seconds)
{
    if (seconds <= 0)
        return 0;
    return seconds < SCHEDULE_WAIT_MAX_S ? (int)seconds : SCHEDULE_WAIT_MAX_S;
}

/* The three forms of an HTTP date; curl reads more than that. */
static int64_t date_from(const char *text, int64_t now)
{
    int is_date =
        strlen(text) < TEXT_BYTES && text[0] && strchr("MTWFS", text[0]) && strchr(text, ':');
    time_t at = is_date ? curl_getdate(text, NULL) : -1;
    return at < 0 ? 0 : (int64_t)at - now;
}

int retry_after_s(const char *retry_after, const char *retry_after_ms, int64_t now)
{
    const char *ms = trim(retry_after_ms);
    const char *text = trim(retry_after);
    int64_t wait = ms ? thousandths(ms) : -1;
    if (wait > 0)
        return capped((wait + 999999) / 1000000);
    if (!text)
        return 0;
    wait = thousandths(text);
    return wait >= 0 ? capped((wait + 999) / 1000) : capped(date_from(text, now));
}
