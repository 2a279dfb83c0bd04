#include "config.h"

#include "model/provider.h"

#include "base/i18n.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct provider_plan *provider_plan_create(int len)
{
    struct provider_plan *plan = mem_zero(1, sizeof *plan);
    plan->item = len > 0 ? mem_zero((size_t)len, sizeof *plan->item) : NULL;
    plan->len = len;
    return plan;
}

void provider_plan_destroy(struct provider_plan *plan)
{
    if (!plan)
        return;
    free(plan->item);
    free(plan);
}

struct provider_plan *provider_plan_copy(const struct provider_plan *plan)
{
    struct provider_plan *copy = provider_plan_create(plan->len);
    struct provider_step *item = copy->item;
    *copy = *plan;
    copy->item = item;
    if (plan->len > 0)
        memcpy(item, plan->item, (size_t)plan->len * sizeof *item);
    return copy;
}

/* A word for scripts and a title for people. */
struct name {
    const char *word, *title;
};

static const struct name parts[PROVIDER_PART_COUNT] = {
    [PROVIDER_SPEND_LIMIT] = {"spend_limit", N_("monthly limit")},
    [PROVIDER_SPEND_ALERTS] = {"spend_alerts", N_("mail at a threshold")},
    [PROVIDER_RATE_LIMITS] = {"rate_limits", N_("requests per day")},
    [PROVIDER_MODELS] = {"models", N_("allowed models")},
};

static const struct name kinds[] = {
    [STEP_SAME] = {"same", N_("as it should be")}, [STEP_CREATE] = {"create", N_("set")},
    [STEP_CHANGE] = {"change", N_("change")},      [STEP_REMOVE] = {"remove", N_("take away")},
    [STEP_REFUSED] = {"refused", N_("refused")},
};

static const struct name states[] = {
    [STEP_PLANNED] = {"planned", N_("not done")},          [STEP_SENT] = {"sent", N_("sent")},
    [STEP_VERIFIED] = {"verified", N_("done, read back")}, [STEP_FAILED] = {"failed", N_("failed")},
    [STEP_UNKNOWN] = {"unknown", N_("not known")},
};

const char *provider_part_word(enum provider_part part)
{
    return parts[part].word;
}

const char *provider_part_title(enum provider_part part)
{
    return _(parts[part].title);
}

const char *provider_step_word(enum provider_step_kind kind)
{
    return kinds[kind].word;
}

const char *provider_step_title(enum provider_step_kind kind)
{
    return _(kinds[kind].title);
}

const char *provider_state_word(enum provider_step_state state)
{
    return states[state].word;
}

const char *provider_state_title(enum provider_step_state state)
{
    return _(states[state].title);
}

void provider_money(char *out, size_t size, int64_t cents)
{
    char digits[32];
    int len = snprintf(digits, sizeof digits, "%03" PRId64, cents);
    (void)snprintf(out, size, "%.*s.%s USD", len - 2, digits, digits + len - 2);
}

void provider_seen_init(struct provider_seen *seen)
{
    *seen = (struct provider_seen){0};
}

void provider_seen_finish(struct provider_seen *seen)
{
    free(seen->alert);
    free(seen->rate);
    free(seen->model);
    *seen = (struct provider_seen){0};
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int by_amount(const void *a, const void *b)
{
    const struct provider_alert *x = a;
    const struct provider_alert *y = b;
    if (x->cents != y->cents)
        return x->cents < y->cents ? -1 : 1;
    int order = strcmp(x->mails, y->mails);
    return order ? order : strcmp(x->id, y->id);
}

void provider_seen_sort(struct provider_seen *seen)
{
    int kept = 0;
    if (seen->alerts > 0)
        qsort(seen->alert, (size_t)seen->alerts, sizeof seen->alert[0], by_amount);
    if (seen->models > 0)
        qsort(seen->model, (size_t)seen->models, sizeof seen->model[0], by_name);
    for (int i = 0; i < seen->models; i++)
        if (kept == 0 || strcmp(seen->model[kept - 1], seen->model[i]) != 0)
            memmove(seen->model[kept++], seen->model[i], sizeof seen->model[i]);
    seen->models = kept;
}

int provider_plan_work(const struct provider_plan *plan)
{
    int work = 0;
    for (int i = 0; i < plan->len; i++)
        work += plan->item[i].kind != STEP_SAME && plan->item[i].kind != STEP_REFUSED;
    return work;
}

int provider_plan_refused(const struct provider_plan *plan)
{
    int refused = 0;
    for (int i = 0; i < plan->len; i++)
        refused += plan->item[i].kind == STEP_REFUSED;
    return refused;
}

const char *provider_step_danger(const struct provider_step *step)
{
    if (step->kind == STEP_REMOVE && step->part == PROVIDER_SPEND_LIMIT)
        return _("OpenAI will not stop this project at any amount any more.");
    if (step->kind == STEP_CHANGE && step->part == PROVIDER_MODELS)
        return _("Programs that use another model of this project are refused from then on.");
    return "";
}

static int same_step(const struct provider_step *a, const struct provider_step *b)
{
    return a->part == b->part && a->kind == b->kind && a->mark == b->mark &&
           strcmp(a->object, b->object) == 0;
}

int provider_plan_equal(const struct provider_plan *a, const struct provider_plan *b)
{
    if (a->len != b->len || strcmp(a->project, b->project) != 0 || strcmp(a->fault, b->fault) != 0)
        return 0;
    for (int i = 0; i < a->len; i++)
        if (!same_step(&a->item[i], &b->item[i]))
            return 0;
    return 1;
}

const struct provider_step *provider_plan_find(const struct provider_plan *plan,
                                               const struct provider_step *step)
{
    int alert = step->part == PROVIDER_SPEND_ALERTS;
    for (int i = 0; i < plan->len; i++) {
        const struct provider_step *other = &plan->item[i];
        if (other->part != step->part)
            continue;
        if (alert && step->kind != STEP_REMOVE
                ? other->number == step->number && other->kind != STEP_REMOVE
                : strcmp(other->object, step->object) == 0)
            return other;
    }
    return NULL;
}
