#include "config.h"

#include "model/forecast.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "model/gauge.h"

#include <stdio.h>
#include <string.h>

static const char *const basis_words[] = {
    [FORECAST_NONE] = "none",
    [FORECAST_THIN] = "thin",
    [FORECAST_DAY] = "day",
    [FORECAST_WEEK] = "week",
};
enum { BASIS_COUNT = sizeof basis_words / sizeof *basis_words, DATE_CHARS = 10, PERCENT = 10 };

static const struct {
    const char *word, *title, *meaning;
} discrepancies[DISCREPANCY_COUNT] = {
#define DISCREPANCY(id, word, title, meaning) {word, title, meaning},
#include "model/discrepancy.def"
#undef DISCREPANCY
};

const char *forecast_basis_word(enum forecast_basis basis)
{
    return basis_words[basis];
}

enum forecast_basis forecast_basis_parse(const char *word)
{
    for (int i = 0; word && i < BASIS_COUNT; i++)
        if (strcmp(word, basis_words[i]) == 0)
            return (enum forecast_basis)i;
    return FORECAST_NONE;
}

int forecast_is_number(const struct forecast *f)
{
    return f->basis == FORECAST_DAY || f->basis == FORECAST_WEEK;
}

/* ", limit reached 2026-11-28"; nothing when it is not within the month. */
static void exhausted_words(char *buf, size_t size, const struct forecast *f)
{
    char date[CLOCK_TEXT_MAX];
    buf[0] = '\0';
    if (f->exhausted_at <= 0)
        return;
    clock_iso(date, f->exhausted_at);
    date[DATE_CHARS] = '\0';
    (void)snprintf(buf, size, _(", limit reached %s"), date);
}

void forecast_words(char *buf, size_t size, const struct forecast *f)
{
    char rate[MONEY_TEXT_MAX];
    char end[MONEY_TEXT_MAX];
    char share[32] = "";
    char reached[96];
    if (f->basis == FORECAST_NONE) {
        (void)snprintf(buf, size, "%s", _("no forecast: nobody counts"));
        return;
    }
    if (f->basis == FORECAST_THIN) {
        (void)snprintf(buf, size, "%s", _("not enough history"));
        return;
    }
    money_format(rate, sizeof rate, f->rate);
    money_format(end, sizeof end, f->month_end);
    if (f->permille >= 0)
        (void)snprintf(share, sizeof share, _(" (%d %%)"), f->permille / PERCENT);
    exhausted_words(reached, sizeof reached, f);
    (void)snprintf(buf, size, _("at %s %s a day: %s %s by the end of the month%s%s"), rate,
                   f->currency, end, f->currency, share, reached);
}

const char *discrepancy_word(enum discrepancy_kind kind)
{
    return discrepancies[kind].word;
}

const char *discrepancy_title(enum discrepancy_kind kind)
{
    return _(discrepancies[kind].title);
}

const char *discrepancy_meaning(enum discrepancy_kind kind)
{
    return _(discrepancies[kind].meaning);
}

enum discrepancy_kind discrepancy_parse(const char *word)
{
    int kind = 0;
    while (kind < DISCREPANCY_COUNT && (!word || strcmp(word, discrepancies[kind].word) != 0))
        kind++;
    return (enum discrepancy_kind)kind;
}

static int is_worse(const struct discrepancy *a, const struct discrepancy *b)
{
    return a->kind != b->kind ? a->kind < b->kind : a->permille > b->permille;
}

void reconciliation_add(struct reconciliation *r, const struct discrepancy *d)
{
    int at = r->len;
    if (at == RECONCILE_MAX && !is_worse(d, &r->item[--at]))
        return;
    if (r->len < RECONCILE_MAX)
        r->len++;
    for (; at > 0 && is_worse(d, &r->item[at - 1]); at--)
        r->item[at] = r->item[at - 1];
    r->item[at] = *d;
}

/* A month's money, or a day's requests. */
static void figure_text(char *buf, size_t size, const struct discrepancy *d, const char *figure)
{
    if (strlen(d->period) >= DATE_CHARS)
        count_text_format(buf, size, figure);
    else
        money_exact(buf, size, figure);
}

void discrepancy_words(char *buf, size_t size, const struct discrepancy *d)
{
    char one[MONEY_TEXT_MAX] = "-";
    char other[MONEY_TEXT_MAX] = "-";
    if (d->one[0])
        figure_text(one, sizeof one, d, d->one);
    if (d->other[0])
        figure_text(other, sizeof other, d, d->other);
    if (d->one[0] && d->other[0] && d->permille >= 0)
        (void)snprintf(buf, size, _("%s, %s: %s against %s (%d %%)"), discrepancy_title(d->kind),
                       d->period, one, other, d->permille / PERCENT);
    else if (d->one[0] && d->other[0])
        (void)snprintf(buf, size, _("%s, %s: %s against %s"), discrepancy_title(d->kind), d->period,
                       one, other);
    else if (d->one[0])
        (void)snprintf(buf, size, "%s, %s: %s", discrepancy_title(d->kind), d->period, one);
    else
        (void)snprintf(buf, size, "%s, %s", discrepancy_title(d->kind), d->period);
}
