#include "config.h"

#include "model/provider.h"

#include "base/i18n.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A plan in the making. */
struct making {
    const struct provider_want *want;
    const struct provider_seen *seen;
    struct provider_plan *plan;
    int overflow;
    struct provider_step spare; /* written to when there are too many */
};

static uint64_t mark_text(uint64_t mark, const char *text)
{
    const uint64_t prime = 1099511628211u;
    for (; *text; text++)
        mark = (mark ^ (unsigned char)*text) * prime;
    return (mark ^ UINT64_C(0xff)) * prime;
}

static uint64_t mark_number(uint64_t mark, int64_t number)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%" PRId64, number);
    return mark_text(mark, text);
}

static const uint64_t mark_start = UINT64_C(14695981039346656037);

static struct provider_step *add(struct making *m, enum provider_part part,
                                 enum provider_step_kind kind)
{
    struct provider_plan *plan = m->plan;
    if (plan->len == PROVIDER_STEPS_MAX) {
        m->overflow = 1;
        return &m->spare;
    }
    struct provider_step *step = &plan->item[plan->len++];
    *step = (struct provider_step){.part = part, .kind = kind, .mark = mark_start};
    return step;
}

static void refuse(struct making *m, enum provider_part part, const char *why)
{
    struct provider_step *step = add(m, part, STEP_REFUSED);
    (void)snprintf(step->why, sizeof step->why, "%s", why);
    step->mark = mark_text(step->mark, why);
}

static int differs(struct making *m, enum provider_part part)
{
    if (!(m->want->differ & 1u << part))
        return 0;
    char why[PROVIDER_TEXT];
    (void)snprintf(why, sizeof why,
                   _("%d connexions name this project and do not agree here, and OpenAI has one "
                     "limit for all of them: give them the same, or projects of their own."),
                   m->want->connexions);
    refuse(m, part, why);
    return 1;
}

/* What keeps money from being sent; NULL: nothing. */
static const char *money_fault(const struct provider_want *want)
{
    if (want->currency[0] && strcmp(want->currency, "usd") != 0)
        return _("OpenAI tells the costs of this project in another currency, and takes limits in "
                 "USD alone: set the limit at OpenAI by hand.");
    if (want->too_small)
        return _("The monthly limit is below one cent, and OpenAI counts in whole cents: set "
                 "0.01 or more, or none.");
    if (want->too_large)
        return _("The monthly limit is larger than OpenAI can be told: set a smaller one, or "
                 "none.");
    return NULL;
}

static enum provider_step_kind kind_of(int64_t have, int64_t want)
{
    if (have == want)
        return STEP_SAME;
    if (have == 0)
        return STEP_CREATE;
    return want == 0 ? STEP_REMOVE : STEP_CHANGE;
}

static void month_words(char *out, int64_t cents)
{
    char money[32];
    provider_money(money, sizeof money, cents);
    out[0] = '\0';
    if (cents > 0)
        (void)snprintf(out, PROVIDER_TEXT, _("%s a month"), money);
}

static void plan_limit(struct making *m)
{
    const int64_t have = m->seen->cents;
    const int64_t want = m->want->cents;
    const char *fault = money_fault(m->want);
    if (differs(m, PROVIDER_SPEND_LIMIT))
        return;
    if (fault) {
        refuse(m, PROVIDER_SPEND_LIMIT, fault);
        return;
    }
    struct provider_step *step = add(m, PROVIDER_SPEND_LIMIT, kind_of(have, want));
    month_words(step->have, have);
    month_words(step->want, want);
    step->number = want;
    step->mark = mark_number(mark_number(step->mark, have), want);
}

static void mail_words(char *out, int64_t cents, const char *mails)
{
    char money[32];
    provider_money(money, sizeof money, cents);
    (void)snprintf(out, PROVIDER_TEXT, _("mail at %s to %.160s"), money, mails);
}

/* An alert of ours at this amount that no step stands for yet; the one with the right addressees
 * first. -1: none. */
static int find_alert(const struct making *m, const char *taken, int64_t cents)
{
    int found = -1;
    for (int i = 0; i < m->seen->alerts; i++) {
        const struct provider_alert *alert = &m->seen->alert[i];
        if (!alert->ours || taken[i] || alert->cents != cents)
            continue;
        if (strcmp(alert->mails, m->want->mails) == 0)
            return i;
        found = found < 0 ? i : found;
    }
    return found;
}

static void plan_alert(struct making *m, char *taken, int64_t cents)
{
    int at = find_alert(m, taken, cents);
    const struct provider_alert *alert = at < 0 ? NULL : &m->seen->alert[at];
    int same = alert && strcmp(alert->mails, m->want->mails) == 0;
    struct provider_step *step = add(m, PROVIDER_SPEND_ALERTS,
                                     same    ? STEP_SAME
                                     : alert ? STEP_CHANGE
                                             : STEP_CREATE);
    mail_words(step->want, cents, m->want->mails);
    step->number = cents;
    step->mark = mark_text(mark_number(step->mark, cents), m->want->mails);
    if (!alert)
        return;
    taken[at] = 1;
    mail_words(step->have, cents, alert->mails);
    (void)snprintf(step->object, sizeof step->object, "%s", alert->id);
    step->mark = mark_text(step->mark, alert->mails);
}

static void drop_alert(struct making *m, const struct provider_alert *alert)
{
    struct provider_step *step = add(m, PROVIDER_SPEND_ALERTS, STEP_REMOVE);
    (void)snprintf(step->object, sizeof step->object, "%s", alert->id);
    mail_words(step->have, alert->cents, alert->mails);
    step->number = alert->cents;
    step->mark = mark_text(mark_number(step->mark, alert->cents), alert->mails);
}

static void plan_alerts(struct making *m)
{
    const char *fault = money_fault(m->want);
    char taken[PROVIDER_ALERTS_MAX] = {0};
    if (differs(m, PROVIDER_SPEND_ALERTS))
        return;
    if (fault) {
        refuse(m, PROVIDER_SPEND_ALERTS, fault);
        return;
    }
    if (m->want->alerts > 0 && m->want->mail_count == 0) {
        refuse(m, PROVIDER_SPEND_ALERTS,
               _("OpenAI needs an address to write to, and the connexion has no e-mail: give it "
                 "one."));
        return;
    }
    for (int i = 0; i < m->want->alerts; i++)
        plan_alert(m, taken, m->want->alert[i]);
    for (int i = 0; i < m->seen->alerts; i++)
        if (m->seen->alert[i].ours && !taken[i])
            drop_alert(m, &m->seen->alert[i]);
}

static void day_words(char *out, const char *model, int64_t daily)
{
    out[0] = '\0';
    if (daily >= 0)
        (void)snprintf(out, PROVIDER_TEXT, _("%s: %" PRId64 " requests a day"), model, daily);
}

static const struct provider_rate *find_rate(const struct provider_seen *seen, const char *model)
{
    for (int i = 0; i < seen->rates; i++)
        if (strcmp(seen->rate[i].model, model) == 0)
            return &seen->rate[i];
    return NULL;
}

static void plan_rate(struct making *m, const char *model)
{
    const struct provider_rate *rate = find_rate(m->seen, model);
    const int64_t want = m->want->daily;
    if (!rate) {
        char why[PROVIDER_TEXT];
        (void)snprintf(why, sizeof why,
                       _("OpenAI has no rate limits for the model %s in this project: it is "
                         "written otherwise, or gone; mend the allowed models."),
                       model);
        refuse(m, PROVIDER_RATE_LIMITS, why);
        return;
    }
    struct provider_step *step = add(m, PROVIDER_RATE_LIMITS,
                                     rate->daily == want ? STEP_SAME
                                     : rate->daily < 0   ? STEP_CREATE
                                                         : STEP_CHANGE);
    (void)snprintf(step->object, sizeof step->object, "%s", rate->id);
    day_words(step->have, model, rate->daily);
    day_words(step->want, model, want);
    step->number = want;
    step->mark = mark_number(mark_number(mark_text(step->mark, model), rate->daily), want);
}

static void plan_rates(struct making *m)
{
    if (differs(m, PROVIDER_RATE_LIMITS))
        return;
    if (m->want->daily == 0) {
        if (m->want->rates_applied > 0)
            refuse(m, PROVIDER_RATE_LIMITS,
                   _("The daily quota is none now, and OpenAI has no call that takes back the "
                     "requests per day that were set: set them there by hand, or set a quota."));
        return;
    }
    if (m->want->differ & 1u << PROVIDER_MODELS || m->want->models == 0) {
        refuse(m, PROVIDER_RATE_LIMITS,
               _("OpenAI limits requests per day model by model, and there is no list of allowed "
                 "models: give the connexion one."));
        return;
    }
    for (int i = 0; i < m->want->models; i++)
        plan_rate(m, m->want->model[i]);
}

/* As many names as fit, and how many there are. */
static uint64_t list_words(char *out, uint64_t mark, const char (*model)[PROVIDER_ID], int models)
{
    enum { ROOM = PROVIDER_TEXT - 32 };
    size_t used = 0;
    int i = 0;
    out[0] = '\0';
    for (; i < models && used + strlen(model[i]) + 2 < ROOM; i++)
        used += (size_t)snprintf(out + used, ROOM - used, "%s%s", i ? ", " : "", model[i]);
    if (i < models)
        (void)snprintf(out + used, PROVIDER_TEXT - used, _(" … (%d in all)"), models);
    for (i = 0; i < models; i++)
        mark = mark_text(mark, model[i]);
    return mark;
}

static int same_models(const struct provider_want *want, const struct provider_seen *seen)
{
    if (seen->mode != MODELS_ALLOWED || seen->models != want->models)
        return 0;
    for (int i = 0; i < want->models; i++)
        if (strcmp(want->model[i], seen->model[i]) != 0)
            return 0;
    return 1;
}

/* What an empty list would do, the trap. */
static int models_fault(struct making *m)
{
    if (m->want->odd_models > 0)
        refuse(m, PROVIDER_MODELS,
               _("A name among the allowed models cannot be sent to OpenAI: mend the list."));
    else if (m->want->models == 0)
        refuse(m, PROVIDER_MODELS,
               _("The connexion has no list of allowed models, and an empty list would open "
                 "every model at OpenAI: give it the models that are to be used."));
    else
        return 0;
    return 1;
}

static void plan_models(struct making *m)
{
    const struct provider_want *want = m->want;
    const struct provider_seen *seen = m->seen;
    char list[PROVIDER_TEXT];
    if (differs(m, PROVIDER_MODELS) || models_fault(m))
        return;
    struct provider_step *step = add(m, PROVIDER_MODELS,
                                     same_models(want, seen)     ? STEP_SAME
                                     : seen->mode == MODELS_OPEN ? STEP_CREATE
                                                                 : STEP_CHANGE);
    step->mark = list_words(step->want, step->mark, want->model, want->models);
    step->mark = list_words(list, mark_number(step->mark, (int)seen->mode),
                            (const char(*)[PROVIDER_ID])seen->model, seen->models);
    if (seen->mode == MODELS_DENIED)
        (void)snprintf(step->have, sizeof step->have, _("all but %.220s"), list);
    else if (seen->mode == MODELS_ALLOWED)
        (void)snprintf(step->have, sizeof step->have, "%s", seen->models ? list : _("every model"));
}

static void put_interrupted(struct provider_plan *plan, const struct provider_want *want)
{
    if (want->run_at == 0)
        return;
    (void)snprintf(plan->interrupted, sizeof plan->interrupted,
                   _("An apply by %.80s did not come to its end: of %d steps, %d were done and "
                     "read back, %d sent without a known outcome. What follows was read now."),
                   want->run_by, want->run_total, want->run_verified, want->run_sent);
}

struct provider_plan *provider_plan_make(const struct provider_want *want,
                                         const struct provider_seen *seen)
{
    struct making m = {want, seen, provider_plan_create(PROVIDER_STEPS_MAX), 0, {0}};
    struct provider_plan *plan = m.plan;
    plan->len = 0;
    plan->applied_at = want->applied_at;
    (void)snprintf(plan->connexion_id, sizeof plan->connexion_id, "%s", want->connexion_id);
    (void)snprintf(plan->project, sizeof plan->project, "%s", want->project);
    plan_models(&m);
    plan_limit(&m);
    plan_rates(&m);
    plan_alerts(&m);
    for (int i = 0; i < plan->len; i++)
        if (plan->item[i].kind == STEP_SAME)
            plan->item[i].state = STEP_VERIFIED;
    put_interrupted(plan, want);
    if (m.overflow) {
        (void)snprintf(plan->fault, sizeof plan->fault,
                       _("The project needs more than %d steps: allow fewer models."),
                       PROVIDER_STEPS_MAX);
        plan->len = 0;
    }
    return plan;
}
