#include "config.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "model/field_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DATE_LEN = 10, MINUTES_LEN = 5, SECONDS_LEN = 8, DECIMALS = 6, HOUR = 3600, MINUTE = 60 };
enum { OFFSET_LEN = 6, OFFSET_HOURS_MAX = 15 };

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* Whether text begins with digits and marks as in the form ("00:00"). */
static int has_form(const char *text, const char *form)
{
    for (; *form; form++, text++)
        if (*form == '0' ? (*text < '0' || *text > '9') : *text != *form)
            return 0;
    return 1;
}

/* The end of an instant: nothing, Z, UTC or ±hh:mm; seconds to take away. -1 when it is none. */
static int read_zone(const char *text, int *offset)
{
    *offset = 0;
    while (*text == ' ')
        text++;
    if (*text == '\0' || strcmp(text, "Z") == 0 || strcmp(text, "z") == 0 ||
        strcmp(text, "UTC") == 0)
        return 0;
    if ((*text != '+' && *text != '-') || strlen(text) != OFFSET_LEN ||
        !has_form(text + 1, "00:00"))
        return -1;
    int hours = (int)strtol(text + 1, NULL, 10);
    int minutes = (int)strtol(text + 4, NULL, 10);
    if (hours > OFFSET_HOURS_MAX || minutes >= MINUTE)
        return -1;
    *offset = (hours * HOUR + minutes * MINUTE) * (*text == '-' ? -1 : 1);
    return 0;
}

/* The time of day behind the date; rest gets what follows it. */
static int read_clock(const char *text, char clock[SECONDS_LEN + 1], char fraction[DECIMALS + 1],
                      const char **rest)
{
    (void)snprintf(fraction, DECIMALS + 1, "000000");
    if (has_form(text, "00:00:00")) {
        (void)snprintf(clock, SECONDS_LEN + 1, "%.*s", SECONDS_LEN, text);
        text += SECONDS_LEN;
        if (*text == '.') {
            size_t n = digits(++text);
            if (n == 0 || n > DECIMALS)
                return -1;
            memcpy(fraction, text, n);
            text += n;
        }
    } else if (has_form(text, "00:00")) {
        (void)snprintf(clock, SECONDS_LEN + 1, "%.*s:00", MINUTES_LEN, text);
        text += MINUTES_LEN;
    } else {
        return -1;
    }
    *rest = text;
    return 0;
}

/* Canonical text of an instant typed; -1 when it is none or does not exist. */
static int read_instant(const char *text, char out[CLOCK_TEXT_MAX])
{
    char clock[SECONDS_LEN + 1] = "00:00:00";
    char fraction[DECIMALS + 1] = "000000";
    char iso[CLOCK_TEXT_MAX];
    const char *rest = text + DATE_LEN;
    int offset = 0;
    int64_t at = 0;
    if (!has_form(text, "0000-00-00"))
        return -1;
    if (*rest && rest[0] != 'T' && rest[0] != ' ')
        return -1;
    if (*rest && read_clock(rest + 1, clock, fraction, &rest))
        return -1;
    (void)snprintf(iso, sizeof iso, "%.*sT%sZ", DATE_LEN, text, clock);
    if (read_zone(rest, &offset) || clock_parse_iso(iso, &at))
        return -1;
    clock_iso(iso, at - offset);
    if (!has_form(iso, "0000-00-00T00:00:00Z") || clock_parse_iso(iso, &at))
        return -1; /* the zone moved it out of the years that can be written */
    (void)snprintf(out, CLOCK_TEXT_MAX, "%.*s.%sZ", DATE_LEN + 1 + SECONDS_LEN, iso, fraction);
    return 0;
}

enum field_grade check_time(const struct check *c)
{
    char quote[CHECK_QUOTE];
    char iso[CLOCK_TEXT_MAX];
    if (read_instant(c->text, iso))
        return check_bad(c,
                         _("“%s” is not a date of the calendar: year-month-day is wanted, as in "
                           "2026-01-31 or 2026-01-31 14:30 (UTC)."),
                         check_quote(c, quote));
    return check_take(c, iso);
}
