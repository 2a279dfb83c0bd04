#include "config.h"

#include "ui/part_health.h"

#include "base/i18n.h"
#include "ui/value.h"

#include <stdio.h>
#include <string.h>

static int is_confirming(const struct health *h)
{
    return h->candidate != VERDICT_NEVER && h->candidate != h->verdict;
}

static void add_sign(struct doc *doc, const struct view *v, const char *label,
                     const struct sign *sign, const char *rest)
{
    char words[2 * VALUE_MAX];
    (void)snprintf(words, sizeof words, "%s %.300s%.200s", theme_glyph(v->theme, sign->glyph),
                   sign->word, rest);
    doc_field(doc, label, sign->role, words);
}

void health_line(struct doc *doc, const struct view *v, const struct health *h)
{
    struct sign sign;
    char age[AGE_TEXT_MAX];
    char rest[2 * AGE_TEXT_MAX] = "";
    value_health(&sign, h, state_confirm(v->st));
    if (h && h->since > 0 && h->verdict != VERDICT_NEVER && !is_confirming(h)) {
        gauge_age(age, sizeof age, v->st->now - h->since);
        (void)snprintf(rest, sizeof rest, _(", for %s"), age);
    }
    add_sign(doc, v, _("Health"), &sign, rest);
}

static void add_next(struct doc *doc, const struct view *v, const struct health *h)
{
    char words[VALUE_MAX];
    char age[AGE_TEXT_MAX];
    int64_t now = v->st->now;
    if (h->next_at == 0)
        (void)snprintf(words, sizeof words, "%s", _("not planned"));
    else if (h->next_at <= now)
        (void)snprintf(words, sizeof words, "%s", _("due now"));
    else {
        gauge_age(age, sizeof age, h->next_at - now);
        (void)snprintf(words, sizeof words, _("in %s"), age);
    }
    size_t len = strlen(words);
    if (h->owner[0])
        (void)snprintf(words + len, sizeof words - len, _(", held by %s"), h->owner);
    doc_field(doc, _("Next probe"), ROLE_TEXT, words);
}

/* A host in trouble explains what its connexions say. */
static void add_host(struct doc *doc, const struct view *v, const struct health *h)
{
    const struct host_health *host = state_host_trouble(v->st);
    struct sign sign;
    if (!host || strcmp(host->host, h->evidence.host) != 0)
        return;
    value_verdict(&sign, host->verdict);
    add_sign(doc, v, _("Its host"), &sign, "");
    doc_field(doc, "", ROLE_DIM, verdict_meaning(host->verdict));
}

static void add_candidate(struct doc *doc, const struct view *v, const struct health *h)
{
    char rest[VALUE_MAX];
    struct sign sign;
    if (!is_confirming(h))
        return;
    value_verdict(&sign, h->candidate);
    sign.role = ROLE_WARN;
    (void)snprintf(rest, sizeof rest, _(": seen %d of %d times"), h->failures,
                   state_confirm(v->st));
    add_sign(doc, v, _("To be confirmed"), &sign, rest);
    doc_field(doc, "", ROLE_DIM, verdict_meaning(h->candidate));
}

void health_section(struct doc *doc, const struct view *v, const struct health *h)
{
    char words[VALUE_MAX];
    struct sign sign;
    doc_section(doc, _("Health"));
    if (!h) {
        doc_field(doc, _("Verdict"), ROLE_DIM, _("asking the database…"));
        return;
    }
    value_verdict(&sign, h->verdict);
    int judged = h->verdict != VERDICT_NEVER;
    if (!judged && is_confirming(h))
        (void)snprintf(sign.word, sizeof sign.word, "%.60s", _("not known yet"));
    add_sign(doc, v, _("Verdict"), &sign, "");
    if (judged && h->since > 0) {
        value_when(words, sizeof words, h->since, v->st->now);
        doc_field(doc, _("Since"), ROLE_TEXT, words);
    }
    if (judged || !is_confirming(h))
        doc_field(doc, _("Why"), ROLE_TEXT, verdict_meaning(h->verdict));
    add_candidate(doc, v, h);
    add_host(doc, v, h);
    if (h->checked_at > 0)
        value_when(words, sizeof words, h->checked_at, v->st->now);
    doc_field(doc, _("Last probe"), h->checked_at > 0 ? ROLE_TEXT : ROLE_DIM,
              h->checked_at > 0 ? words : _("never"));
    add_next(doc, v, h);
}

static void append(char *buf, size_t size, const char *text)
{
    size_t len = strlen(buf);
    if (len < size)
        (void)snprintf(buf + len, size - len, "%s", text);
}

void figures_source(const struct gauge *g, int64_t now, char *buf, size_t size)
{
    char age[AGE_TEXT_MAX];
    char more[VALUE_MAX];
    if (g->source == SOURCE_NONE) {
        (void)snprintf(buf, size, "%s",
                       g->state == GAUGE_NO_SOURCE ? gauge_source_of(g) : _("none"));
        return;
    }
    gauge_age(age, sizeof age, now - g->seen.at);
    if (g->seen.known)
        (void)snprintf(buf, size, _("%s, seen %s ago"), gauge_source_of(g), age);
    else
        (void)snprintf(buf, size, _("%s, age not known"), gauge_source_of(g));
    if (g->stale)
        append(buf, size, _(", of an earlier period"));
    if (g->shared > 1) {
        (void)snprintf(more, sizeof more, _(", shared by %d, counted once"), g->shared);
        append(buf, size, more);
    }
    if (g->clamped)
        append(buf, size, _(", more than the column can hold"));
}
