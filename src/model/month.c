#include "config.h"

#include "model/month.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Amounts in units of 10^-12: no decimal that PostgreSQL stores here is cut. */
enum { DECIMALS = 12, WHOLE_DIGITS = 18, DAY_AT = 8, NAME_LEN = 7, DAY_S = 86400 };
__extension__ typedef __int128 amount;

static int parse(const char *text, amount *out)
{
    int negative = *text == '-';
    text += negative;
    size_t whole = strspn(text, "0123456789");
    const char *fraction = text[whole] == '.' ? text + whole + 1 : "";
    size_t decimals = strspn(fraction, "0123456789");
    amount n = 0;
    if (whole == 0 || whole > WHOLE_DIGITS || decimals > DECIMALS ||
        text[whole + (text[whole] == '.') + decimals] != '\0')
        return -1;
    for (size_t i = 0; i < whole; i++)
        n = n * 10 + (text[i] - '0');
    for (size_t i = 0; i < DECIMALS; i++)
        n = n * 10 + (i < decimals ? fraction[i] - '0' : 0);
    *out = negative ? -n : n;
    return 0;
}

static void print(amount n, char buf[MONTH_AMOUNT])
{
    char digits[MONTH_AMOUNT];
    int at = (int)sizeof digits - 1;
    int negative = n < 0;
    int written = 0;
    n = negative ? -n : n;
    digits[at] = '\0';
    while (n > 0 || written <= DECIMALS) {
        if (written == DECIMALS)
            digits[--at] = '.';
        digits[--at] = (char)('0' + (int)(n % 10));
        n /= 10;
        written++;
    }
    (void)snprintf(buf, MONTH_AMOUNT, "%s%.60s", negative ? "-" : "", digits + at);
}

static void add_up(struct month *m)
{
    amount value[MONTH_DAYS] = {0};
    amount sum = 0;
    amount largest = 0;
    int all = 1;
    for (int i = 0; i < m->days; i++) {
        if (m->amount[i] && parse(m->amount[i], &value[i]))
            all = 0;
        sum += value[i];
        if (value[i] > largest) {
            largest = value[i];
            m->largest = m->amount[i];
        }
    }
    for (int i = 0; i < m->days; i++)
        m->permille[i] = value[i] < 0 ? -1 : largest ? (int)(value[i] * 1000 / largest) : 0;
    if (all)
        print(sum, m->total);
}

void month_init(struct month *m, const struct figures *figures, int64_t at, int64_t now)
{
    char iso[CLOCK_TEXT_MAX];
    int64_t start = clock_month_start(at);
    int64_t next = clock_month_next(at);
    *m = (struct month){.days = (int)((next - start) / DAY_S)};
    clock_iso(iso, start);
    (void)snprintf(m->name, sizeof m->name, "%.*s", NAME_LEN, iso);
    if (now >= start && now < next)
        m->today = (int)((now - start) / DAY_S) + 1;
    for (int i = 0; figures && i < figures->days; i++) {
        const struct day_cost *day = &figures->day[i];
        long number =
            strncmp(day->day, m->name, NAME_LEN) == 0 ? strtol(day->day + DAY_AT, NULL, 10) : 0;
        if (number < 1 || number > m->days)
            continue;
        m->known += m->amount[number - 1] == NULL;
        m->amount[number - 1] = day->amount;
    }
    add_up(m);
}
