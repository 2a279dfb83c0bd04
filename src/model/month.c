#include "config.h"

#include "model/month.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_AT = 8, NAME_LEN = 7, DAY_S = 86400, WHOLE = 1000 };

static void take_day(struct month *m, const struct day_cost *day)
{
    long number =
        strncmp(day->day, m->name, NAME_LEN) == 0 ? strtol(day->day + DAY_AT, NULL, 10) : 0;
    if (number < 1 || number > m->days)
        return;
    m->known += m->amount[number - 1] == NULL;
    m->amount[number - 1] = day->amount;
    m->permille[number - 1] = day->permille;
    if (day->permille == WHOLE)
        m->largest = day->amount;
}

void month_init(struct month *m, const struct figures *figures, int64_t at, int64_t now)
{
    char iso[CLOCK_TEXT_MAX];
    int64_t start = clock_month_start(at);
    int64_t next = clock_month_next(at);
    *m = (struct month){.days = (int)((next - start) / DAY_S), .total = ""};
    clock_iso(iso, start);
    (void)snprintf(m->name, sizeof m->name, "%.*s", NAME_LEN, iso);
    if (now >= start && now < next)
        m->today = (int)((now - start) / DAY_S) + 1;
    for (int i = 0; figures && i < figures->days; i++)
        take_day(m, &figures->day[i]);
    for (int i = 0; figures && i < figures->months; i++)
        if (strcmp(figures->month[i].month, m->name) == 0)
            m->total = figures->month[i].amount;
}
