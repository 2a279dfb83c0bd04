#include "config.h"

#include "model/alert.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "model/gauge.h"
#include "model/health.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AMOUNT_TEXT = MONEY_TEXT_MAX + 16, BOTH_TEXT = 240, SHORT_TEXT = 200, PER_MILLE = 10 };

static const struct {
    const char *word;
    const char *title;
    enum alert_gravity gravity;
    enum alert_about about;
    const char *meaning;
} kinds[] = {
#define ABOUT_CONNEXION ABOUT_A_CONNEXION
#define ABOUT_ACCOUNT ABOUT_AN_ACCOUNT
#define ABOUT_HOST ABOUT_A_HOST
#define ALERT(id, name, words, weight, subject, period, first, second, third, text) \
    [ALERT_##id] = {name, words, GRAVITY_##weight, ABOUT_##subject, text},
#include "model/alert.def"
#undef ALERT
};

static const struct {
    const char *word;
    const char *title;
} gravities[] = {
    [GRAVITY_INFO] = {"info", N_("note")},
    [GRAVITY_WARN] = {"warning", N_("warning")},
    [GRAVITY_CRITICAL] = {"critical", N_("critical")},
};

static const struct {
    const char *word;
    const char *title;
} states[] = {
    [ALERT_OPEN] = {"open", N_("open")},
    [ALERT_ACKNOWLEDGED] = {"acknowledged", N_("acknowledged")},
    [ALERT_SNOOZED] = {"snoozed", N_("snoozed")},
    [ALERT_OVER] = {"over", N_("over")},
};

const char *alert_word(enum alert_kind kind)
{
    return kinds[kind].word;
}

const char *alert_title(enum alert_kind kind)
{
    return _(kinds[kind].title);
}

const char *alert_meaning(enum alert_kind kind)
{
    return _(kinds[kind].meaning);
}

enum alert_kind alert_parse(const char *word)
{
    int i = 0;
    while (i < ALERT_KIND_COUNT && strcmp(kinds[i].word, word) != 0)
        i++;
    return (enum alert_kind)i;
}

enum alert_about alert_about(enum alert_kind kind)
{
    return kinds[kind].about;
}

enum alert_gravity alert_gravity(enum alert_kind kind)
{
    return kinds[kind].gravity;
}

const char *gravity_word(enum alert_gravity gravity)
{
    return gravities[gravity].word;
}

const char *gravity_title(enum alert_gravity gravity)
{
    return _(gravities[gravity].title);
}

enum alert_gravity gravity_parse(const char *word)
{
    for (int i = 0; i < GRAVITY_COUNT; i++)
        if (strcmp(gravities[i].word, word) == 0)
            return (enum alert_gravity)i;
    return GRAVITY_WARN;
}

const char *alert_status_word(enum alert_status status)
{
    return states[status].word;
}

const char *alert_status_title(enum alert_status status)
{
    return _(states[status].title);
}

struct alert_list *alert_list_create(int len)
{
    struct alert_list *list = mem_zero(1, sizeof *list);
    list->item = len > 0 ? mem_zero((size_t)len, sizeof *list->item) : NULL;
    list->len = len;
    return list;
}

void alert_list_destroy(struct alert_list *list)
{
    if (!list)
        return;
    free(list->item);
    free(list);
}

/* "12.50 $": the sign of dollars, the code of any other currency. */
static void amount(char out[AMOUNT_TEXT], const char *decimal, const char *currency)
{
    char text[MONEY_TEXT_MAX];
    char code[8] = "";
    money_format(text, sizeof text, decimal);
    for (size_t i = 0; i < sizeof code - 1 && currency[i]; i++)
        code[i] = (char)toupper((unsigned char)currency[i]);
    int dollars = code[0] == '\0' || strcmp(code, "USD") == 0;
    (void)snprintf(out, AMOUNT_TEXT, "%s %s", text, dollars ? "$" : code);
}

static void share(char out[BOTH_TEXT], const struct alert *a)
{
    char value[AMOUNT_TEXT];
    char limit[AMOUNT_TEXT];
    if (a->kind == ALERT_QUOTA) {
        count_text_format(value, sizeof value, a->value);
        count_text_format(limit, sizeof limit, a->limit);
    } else {
        amount(value, a->value, a->currency);
        amount(limit, a->limit, a->currency);
    }
    /* TRANSLATORS: what was used, of how much, per cent */
    (void)snprintf(out, BOTH_TEXT, _("%s of %s (%d %%)"), value, limit,
                   a->permille < 0 ? 0 : a->permille / PER_MILLE);
}

/* "budget: 96.10 $ of 100.00 $ (96 %), over 95 % and 2 lower thresholds" */
static void threshold_words(char out[ALERT_WORDS], const struct alert *a)
{
    char both[BOTH_TEXT];
    char rest[SHORT_TEXT] = "";
    share(both, a);
    if (a->below > 0)
        (void)snprintf(rest, sizeof rest,
                       ngettext(" and %d lower threshold", " and %d lower thresholds",
                                (unsigned long)a->below),
                       a->below);
    if (a->kind == ALERT_FORECAST)
        (void)snprintf(out, ALERT_WORDS, _("%s: %s at the end of the month, over %d %%%s"),
                       alert_title(a->kind), both, a->threshold, rest);
    else
        (void)snprintf(out, ALERT_WORDS, _("%s: %s, over %d %%%s"), alert_title(a->kind), both,
                       a->threshold, rest);
}

/* The words of verdict.def stand in the database; anything else is for people already. */
static const char *verdict_or(const char *detail)
{
    enum verdict verdict = verdict_parse(detail);
    return verdict == VERDICT_NEVER ? detail : verdict_title(verdict);
}

static const char *figure_or(const char *detail)
{
    static const struct {
        const char *word, *text;
    } figures[] = {
        {"cost", N_("the month's cost")},
        {"use", N_("the day's requests")},
        {"cost,use", N_("the month's cost and the day's requests")},
    };
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        if (strcmp(figures[i].word, detail) == 0)
            return _(figures[i].text);
    return detail;
}

static void spent(char out[SHORT_TEXT], const struct alert *a)
{
    char value[AMOUNT_TEXT];
    amount(value, a->value, a->currency);
    if (a->kind == ALERT_UNATTRIBUTED && !a->detail[0])
        (void)snprintf(out, SHORT_TEXT, _("%s of no project"), value);
    else if (a->detail[0])
        (void)snprintf(out, SHORT_TEXT, "%s (%.110s)", value, a->detail);
    else
        (void)snprintf(out, SHORT_TEXT, "%s", value);
}

/* What stands behind the colon; "" for nothing. buf may hold it. */
static const char *specifics(const struct alert *a, char buf[SHORT_TEXT])
{
    switch ((int)a->kind) {
    case ALERT_KEY_REVOKED:
    case ALERT_NO_CREDIT:
    case ALERT_PROVIDER:
        return verdict_or(a->detail);
    case ALERT_NO_SOURCE:
    case ALERT_STALE:
        return figure_or(a->detail);
    case ALERT_SPENDING_INACTIVE:
    case ALERT_UNATTRIBUTED:
        if (!a->value[0])
            return a->detail;
        spent(buf, a);
        return buf;
    case ALERT_KEY_OLD: {
        int days = (int)strtol(a->value, NULL, 10);
        (void)snprintf(buf, SHORT_TEXT, ngettext("%d day", "%d days", (unsigned long)days), days);
        return days > 0 ? buf : "";
    }
    default:
        return a->detail;
    }
}

void alert_words(char out[ALERT_WORDS], const struct alert *alert)
{
    char buf[SHORT_TEXT];
    if (alert->threshold > 0) {
        threshold_words(out, alert);
        return;
    }
    const char *title = alert_title(alert->kind);
    const char *more = specifics(alert, buf);
    if (!more[0] || strcmp(more, title) == 0)
        (void)snprintf(out, ALERT_WORDS, "%s", title);
    else
        (void)snprintf(out, ALERT_WORDS, "%s: %s", title, more);
}
