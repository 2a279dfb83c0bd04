#include "config.h"

#include "cli/health_text.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "model/gauge.h"

#include <stdlib.h>
#include <string.h>

enum print_role verdict_role(enum verdict verdict)
{
    if (verdict == VERDICT_NEVER)
        return PRINT_DIM;
    switch (verdict_effect(verdict)) {
    case EFFECT_GOOD:
        return PRINT_GOOD;
    case EFFECT_OWN:
        return PRINT_BAD;
    case EFFECT_KEEP:
    case EFFECT_SHARED:
        break;
    }
    return PRINT_WARN;
}

void text_age(struct str *out, int64_t at, int64_t now)
{
    char age[AGE_TEXT_MAX];
    gauge_age(age, sizeof age, at > now ? at - now : now - at);
    if (at <= 0)
        (void)str_add(out, "-");
    else if (at > now)
        (void)str_addf(out, _("in %s"), age);
    else
        (void)str_addf(out, _("%s ago"), age);
}

void text_when(struct str *out, int64_t at, int64_t now)
{
    char when[CLOCK_TEXT_MAX];
    if (at <= 0) {
        (void)str_add(out, "-");
        return;
    }
    clock_local(when, at);
    (void)str_addf(out, "%s (", when);
    text_age(out, at, now);
    (void)str_add_char(out, ')');
}

void text_evidence(struct str *out, const struct evidence *v)
{
    if (v->http)
        (void)str_addf(out, "HTTP %d", v->http);
    else
        (void)str_addf(out, _("no answer (curl %d)"), v->curl);
    if (v->code[0])
        (void)str_addf(out, ", %s", v->code);
    if (v->request_id[0])
        (void)str_addf(out, _(", request %s"), v->request_id);
    if (v->host[0])
        (void)str_addf(out, ", %s", v->host);
    if (v->message[0])
        (void)str_addf(out, "%s%s", _(": "), v->message);
}

static int by_value(const void *a, const void *b)
{
    int x = *(const int *)a;
    int y = *(const int *)b;
    return (x > y) - (x < y);
}

void text_latency(struct str *out, const struct health *h)
{
    int sorted[HEALTH_LATENCIES];
    int n = h->latencies;
    if (n <= 0) {
        (void)str_add(out, "-");
        return;
    }
    memcpy(sorted, h->latency, (size_t)n * sizeof *sorted);
    qsort(sorted, (size_t)n, sizeof *sorted, by_value);
    (void)str_addf(out, "%d ms", h->latency[n - 1]);
    if (n > 2)
        (void)str_addf(out, _(" (median of %d: %d ms)"), n, sorted[n / 2]);
}

static void field(const struct print *print, int label, const char *title, const struct str *text,
                  enum print_role role)
{
    print_field(print, title, label, str_get(text), role);
}

static void print_verdict(const struct print *print, int label, const struct health *h, int64_t now)
{
    struct str text;
    str_init(&text, HEALTH_TEXT_MAX);
    (void)str_addf(&text, "%s%s%s", verdict_title(h->verdict), _(": "),
                   verdict_meaning(h->verdict));
    field(print, label, _("Key"), &text, verdict_role(h->verdict));
    str_clear(&text);
    text_when(&text, h->since, now);
    field(print, label, _("Since"), &text, PRINT_PLAIN);
    if (h->candidate != VERDICT_NEVER && h->candidate != h->verdict) {
        str_clear(&text);
        (void)str_addf(&text, _("%s, seen %d times in a row, not yet confirmed"),
                       verdict_title(h->candidate), h->failures);
        field(print, label, _("In question"), &text, PRINT_WARN);
    }
    str_finish(&text);
}

static void print_probe(const struct print *print, int label, const struct health *h, int64_t now)
{
    struct str text;
    str_init(&text, HEALTH_TEXT_MAX);
    text_when(&text, h->checked_at, now);
    field(print, label, _("Last probe"), &text, PRINT_PLAIN);
    str_clear(&text);
    text_when(&text, h->next_at, now);
    if (h->owner[0])
        (void)str_addf(&text, _(", held by %s"), h->owner);
    field(print, label, _("Next probe"), &text, PRINT_PLAIN);
    str_clear(&text);
    text_latency(&text, h);
    field(print, label, _("Latency"), &text, PRINT_PLAIN);
    if (h->checked_at > 0) {
        str_clear(&text);
        text_evidence(&text, &h->evidence);
        field(print, label, _("Evidence"), &text, PRINT_PLAIN);
    }
    str_finish(&text);
    if (h->models[0])
        print_field(print, _("Models"), label, h->models, PRINT_WARN);
}

void health_print(const struct print *print, int label, const struct health *h, int64_t now)
{
    const struct health never = {.verdict = VERDICT_NEVER};
    print_verdict(print, label, h ? h : &never, now);
    print_probe(print, label, h ? h : &never, now);
}

static void print_days(const struct print *print, int label, const struct figures *f)
{
    char amount[MONEY_TEXT_MAX];
    struct str text;
    str_init(&text, HEALTH_TEXT_MAX);
    for (int i = 0; i < f->days; i++) {
        str_clear(&text);
        money_exact(amount, sizeof amount, f->day[i].amount);
        (void)str_addf(&text, "%s  %s %s", f->day[i].day, amount, f->currency);
        field(print, label, i == 0 ? _("Costs by day") : "", &text, PRINT_PLAIN);
    }
    str_finish(&text);
}

void figures_print(const struct print *print, int label, const struct figures *f)
{
    if (f)
        print_days(print, label, f);
}
