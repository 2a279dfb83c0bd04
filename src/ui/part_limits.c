#include "config.h"

#include "ui/part_limits.h"

#include "base/i18n.h"
#include "model/gauge.h"
#include "ui/value.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 700, BLOCK_WORDS = 400, WORDS = 300 };

static void add_thresholds(struct doc *doc, const struct limits *l)
{
    char text[WORDS];
    char line[LINE];
    const char *from = strcmp(l->from, "connexion") == 0      ? _("its own")
                       : strcmp(l->from, "organisation") == 0 ? _("of its organisation")
                                                              : _("the default");
    thresholds_format(text, sizeof text, &l->thresholds);
    (void)snprintf(line, sizeof line, "%s %% (%s)", text, from);
    doc_field(doc, _("Thresholds"), ROLE_TEXT, line);
    if (l->thresholds.hard > 0)
        (void)snprintf(line, sizeof line, _("blocked at %d %% of a limit, until its reset"),
                       l->thresholds.hard);
    else
        (void)snprintf(line, sizeof line, "%s", _("nothing is blocked by itself"));
    doc_field(doc, _("Hard limit"), ROLE_TEXT, line);
}

void limits_block(struct doc *doc, const struct view *v)
{
    const struct limits *l = v->st->sheet.control.limits;
    int64_t now = v->st->now;
    char words[BLOCK_WORDS];
    if (!l || l->block.cause == BLOCK_NONE)
        return;
    block_words(words, sizeof words, &l->block, now);
    doc_field(doc, _("Blocked"), ROLE_BAD, words);
    if (l->block.by[0]) {
        (void)snprintf(words, sizeof words, _("found by %s"), l->block.by);
        doc_field(doc, "", ROLE_DIM, words);
    }
}

static void add_last(struct doc *doc, const struct limits *l)
{
    char money[MONEY_TEXT_MAX + CURRENCY_MAX];
    char count[MONEY_TEXT_MAX];
    char line[LINE];
    if (l->last_month[0] && l->last_cost[0]) {
        value_money(money, sizeof money, l->last_cost, "");
        (void)snprintf(line, sizeof line, _("%s in %s"), money, l->last_month);
        doc_field(doc, _("Last month"), ROLE_TEXT, line);
    }
    if (l->last_day[0] && l->last_use >= 0) {
        count_format(count, sizeof count, l->last_use);
        (void)snprintf(
            line, sizeof line,
            ngettext("%s request on %s", "%s requests on %s", (unsigned long)l->last_use), count,
            l->last_day);
        doc_field(doc, _("Last day"), ROLE_TEXT, line);
    }
    if (l->lifetime_cost[0]) {
        value_money(money, sizeof money, l->lifetime_cost, "");
        doc_field(doc, _("Ever recorded"), ROLE_TEXT, money);
    }
}

static void add_forecast(struct doc *doc, const struct forecast *f, int64_t now)
{
    char words[BLOCK_WORDS];
    enum role role = f->basis <= FORECAST_THIN            ? ROLE_DIM
                     : f->permille >= GAUGE_FULL_PERMILLE ? ROLE_BAD
                     : f->permille >= GAUGE_HIGH_PERMILLE ? ROLE_WARN
                                                          : ROLE_TEXT;
    forecast_words(words, sizeof words, f);
    doc_field(doc, _("Forecast"), role, words);
    if (f->exhausted_at > now) {
        value_when(words, sizeof words, f->exhausted_at, now);
        doc_field(doc, _("Exhausted"), ROLE_BAD, words);
    }
}

static void add_discrepancies(struct doc *doc, const struct reconciliation *r)
{
    char words[WORDS];
    char line[LINE];
    for (int i = 0; i < r->len; i++) {
        const struct discrepancy *d = &r->item[i];
        discrepancy_words(words, sizeof words, d);
        (void)snprintf(line, sizeof line, "%s — %s", words, discrepancy_meaning(d->kind));
        doc_field(doc, i == 0 ? _("Sources differ") : "", ROLE_WARN, line);
    }
}

void limits_section(struct doc *doc, const struct view *v)
{
    const struct sheet_limits *control = &v->st->sheet.control;
    if (!control->limits && !control->forecast && !control->figures)
        return;
    doc_section(doc, _("Limits"));
    if (control->limits)
        add_thresholds(doc, control->limits);
    if (control->forecast)
        add_forecast(doc, control->forecast, v->st->now);
    if (control->figures)
        add_discrepancies(doc, control->figures);
    if (control->limits)
        add_last(doc, control->limits);
}
