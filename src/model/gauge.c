#include "config.h"

#include "model/gauge.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "model/health.h"

#include <stdio.h>
#include <string.h>

enum { RESET_HORIZON = 48 * 3600, MINUTE = 60, HOUR = 3600, DAY = 86400, AGE_DAYS_MAX = 99999 };

/* Whether a decimal is above 0; text that is none counts as above, the ratio tells. */
static int is_above_zero(const char *decimal)
{
    return decimal[0] != '-' && strspn(decimal, "0.") != strlen(decimal);
}

static enum gauge_state judge(const char *limit, const char *figure, int permille)
{
    if (!limit)
        return GAUGE_NO_LIMIT;
    if (!is_above_zero(limit))
        return GAUGE_ZERO_LIMIT;
    if (!figure || permille < 0)
        return GAUGE_NO_FIGURE;
    if (permille >= GAUGE_FULL_PERMILLE)
        return GAUGE_OVER;
    return permille >= GAUGE_HIGH_PERMILLE ? GAUGE_HIGH : GAUGE_OK;
}

static void fill(struct gauge *g, const struct connexion *c, enum column limit, enum column figure,
                 int permille)
{
    *g = (struct gauge){.seen = c->synchro};
    g->state = judge(c->col[limit], c->col[figure], permille);
    g->source = c->col[figure] ? SOURCE_TABLE : SOURCE_NONE;
    g->permille = g->state >= GAUGE_OK ? permille : -1;
}

static int elapsed(int64_t start, int64_t next, int64_t now)
{
    return next > start ? (int)((now - start) * 1000 / (next - start)) : 0;
}

static int seen_before(const struct connexion *c, int64_t start)
{
    return c->synchro.known && c->synchro.at < start;
}

void gauge_quota(struct gauge *g, const struct connexion *c, int64_t now)
{
    int64_t start = clock_day_start(now);
    int64_t next = clock_day_next(now);
    int overdue = c->reset.known && c->reset.at <= now;
    int planned = c->reset.known && !overdue && c->reset.at - now <= RESET_HORIZON;
    fill(g, c, COL_DAY_LIMIT, COL_DAY_USE, c->quota_permille);
    g->elapsed_permille = elapsed(start, next, now);
    g->resets_at = planned ? c->reset.at : next;
    g->stale = g->source != SOURCE_NONE && (overdue || (!planned && seen_before(c, start)));
}

/* What a source tells of the figure in the row. */
static void apply_source(struct gauge *g, const char *name, int64_t at, const char *figure,
                         int64_t start)
{
    if (name[0] == '\0') {
        if (figure && is_above_zero(figure))
            return;
        g->source = SOURCE_NONE;
        g->stale = 0;
        g->permille = -1;
        if (g->state >= GAUGE_NO_FIGURE)
            g->state = GAUGE_NO_SOURCE;
        return;
    }
    if (g->source == SOURCE_NONE)
        return;
    g->source = strcmp(name, "applications") == 0 ? SOURCE_APPLICATIONS
                : strcmp(name, "openai") == 0     ? SOURCE_OPENAI
                                                  : SOURCE_TABLE;
    if (at > 0) {
        g->seen = (struct instant){1, at};
        g->stale = at < start;
    }
}

/* Since when a count is one of the present period: a reset to come may be at another hour. */
static int64_t counting_since(const struct connexion *c, int64_t now)
{
    int64_t start = clock_day_start(now);
    if (!c->reset.known)
        return start;
    if (c->reset.at <= now)
        return c->reset.at > start ? c->reset.at : start;
    return c->reset.at - now <= RESET_HORIZON ? c->reset.at - RESET_HORIZON : start;
}

void gauge_quota_of(struct gauge *g, const struct connexion *c, const struct figures *figures,
                    int64_t now)
{
    gauge_quota(g, c, now);
    if (!figures)
        return;
    apply_source(g, figures->use_source, figures->use_at, c->col[COL_DAY_USE],
                 counting_since(c, now));
    g->clamped = figures->use_clamped;
}

void gauge_budget(struct gauge *g, const struct connexion *c, int64_t now)
{
    int64_t start = clock_month_start(now);
    int64_t next = clock_month_next(now);
    fill(g, c, COL_COST_LIMIT, COL_COST, c->budget_permille);
    g->elapsed_permille = elapsed(start, next, now);
    g->resets_at = next;
    g->stale = g->source != SOURCE_NONE && seen_before(c, start);
    g->money = 1;
}

void gauge_budget_of(struct gauge *g, const struct connexion *c, const struct figures *figures,
                     int64_t now)
{
    gauge_budget(g, c, now);
    if (!figures)
        return;
    apply_source(g, figures->cost_source, figures->cost_at, c->col[COL_COST],
                 clock_month_start(now));
    g->shared = figures->cost_shared;
}

const char *gauge_state_name(enum gauge_state state)
{
    static const char *const names[] = {
        [GAUGE_NO_LIMIT] = "no-limit",
        [GAUGE_ZERO_LIMIT] = "zero-limit",
        [GAUGE_NO_FIGURE] = "no-figure",
        [GAUGE_NO_SOURCE] = "no-source",
        [GAUGE_OK] = "ok",
        [GAUGE_HIGH] = "high",
        [GAUGE_OVER] = "over",
    };
    return names[state];
}

static const struct {
    const char *name;
    const char *title;
} sources[] = {
    [SOURCE_NONE] = {"none", N_("no figure")},
    [SOURCE_TABLE] = {"table", N_("the row's counter")},
    [SOURCE_OPENAI] = {"openai", N_("OpenAI")},
    [SOURCE_APPLICATIONS] = {"applications", N_("applications' counter")},
};

const char *gauge_source_name(enum gauge_source source)
{
    return sources[source].name;
}

const char *gauge_source_title(enum gauge_source source)
{
    return _(sources[source].title);
}

const char *gauge_source_of(const struct gauge *g)
{
    if (g->source == SOURCE_NONE)
        return _("no source");
    if (g->source == SOURCE_OPENAI)
        return g->money ? _("OpenAI's costs") : _("OpenAI's usage");
    return gauge_source_title(g->source);
}

void gauge_age(char *buf, size_t size, int64_t seconds)
{
    int64_t days = seconds / DAY;
    if (seconds < 0)
        seconds = 0;
    if (seconds < MINUTE)
        /* TRANSLATORS: ages in one short word: seconds, minutes, hours, days */
        (void)snprintf(buf, size, _("%d s"), (int)seconds);
    else if (seconds < HOUR)
        (void)snprintf(buf, size, _("%d m"), (int)(seconds / MINUTE));
    else if (seconds < DAY)
        (void)snprintf(buf, size, _("%d h"), (int)(seconds / HOUR));
    else
        (void)snprintf(buf, size, _("%d d"), (int)(days < AGE_DAYS_MAX ? days : AGE_DAYS_MAX));
}
