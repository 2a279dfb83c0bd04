#include "config.h"

#include "worker/provision_part.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "openai/limits.h"

#include <stdio.h>
#include <string.h>

enum { HTTP_UNAUTHORIZED = 401, HTTP_FORBIDDEN = 403, LET_GO_S = 1 };

static void next_step(struct provision *p);

static void tell(struct provision *p)
{
    p->told(p->arg, p->plan, 0, NULL);
}

/* The database did not answer, or somebody else has the project meanwhile: then nothing more is
 * sent. */
static int is_over(struct provision *p, int held, const struct err *e)
{
    struct err lost = {0};
    if (e && e->code != ERR_OK) {
        provision_lost(p, e);
        return 1;
    }
    if (held)
        return 0;
    (void)err_set(&lost, ERR_CONFLICT, "%s",
                  _("Another program has taken over this project: look at the plan again."));
    provision_lost(p, &lost);
    return 1;
}

static void ended(void *arg, int held, struct err *e)
{
    struct provision *p = arg;
    if (!is_over(p, held, e))
        provision_end(p);
}

static int is_unknown(const struct provider_plan *plan)
{
    for (int i = 0; i < plan->len; i++)
        if (plan->item[i].state == STEP_UNKNOWN)
            return 1;
    return 0;
}

/* An apply with an outcome that nobody knows stays open: the next plan says so. */
enum ending { END_DONE, END_AS_IT_WAS, END_UNREAD };

static void end(struct provision *p, enum ending how)
{
    struct err e = {0};
    struct session *s = provision_session(p);
    if (!s)
        return;
    struct provider_plan *now = how == END_DONE ? provider_plan_make(p->want, &p->seen) : NULL;
    int rc = is_unknown(p->plan)
                 ? q_provider_note(s, p->place.owner, p->plan, LET_GO_S, ended, p, &e)
                 : q_provider_end(s, p->place.owner, p->plan, now,
                                  how == END_UNREAD ? NULL : &p->seen, ended, p, &e);
    provider_plan_destroy(now);
    if (rc)
        provision_lost(p, &e);
}

/* What a step that was sent has come to, by a plan made of what was read now. */
static void settle_step(struct provider_step *step, const struct provider_plan *now)
{
    const struct provider_step *after = provider_plan_find(now, step);
    int removed = step->kind == STEP_REMOVE;
    if (!after ? removed : after->kind == STEP_SAME) {
        step->state = STEP_VERIFIED;
        step->why[0] = '\0';
        return;
    }
    step->state = STEP_FAILED;
    if (!step->why[0])
        (void)snprintf(step->why, sizeof step->why, "%s",
                       _("OpenAI took it and does not have it: look at the plan again."));
}

static void settle(struct provision *p)
{
    struct provider_plan *now = p->read_failed ? NULL : provider_plan_make(p->want, &p->seen);
    p->plan->silent |= p->read_failed && p->silent;
    for (int i = 0; i < p->plan->len; i++) {
        struct provider_step *step = &p->plan->item[i];
        if (step->state != STEP_SENT)
            continue;
        if (now) {
            settle_step(step, now);
        } else {
            step->state = STEP_UNKNOWN;
            memcpy(step->why, p->fault, sizeof step->why);
            p->stop = 1;
        }
    }
    provider_plan_destroy(now);
    tell(p);
    next_step(p);
}

static void refused(struct provision *p, struct provider_step *step)
{
    step->state = STEP_FAILED;
    p->stop |= p->evidence.http == HTTP_UNAUTHORIZED || p->evidence.http == HTTP_FORBIDDEN ||
               p->verdict == VERDICT_RATE_LIMITED;
}

/* Trouble and silence leave open whether it was done: reading back tells. */
static void answered(struct provision *p, const struct http_answer *answer)
{
    struct provider_step *step = &p->plan->item[p->step];
    (void)answer;
    if (p->verdict != VERDICT_VALID)
        provision_blame(p, step->why);
    p->plan->silent |= provision_is_silent(p);
    if (p->verdict == VERDICT_TROUBLE || p->verdict == VERDICT_NETWORK || p->evidence.http == 0 ||
        p->evidence.http / 100 == 2)
        p->stop |= p->verdict != VERDICT_VALID;
    else
        refused(p, step);
    log_write(LOG_INFO, "project %s: %s %s %s: %d %s", p->want->project,
              provider_step_word(step->kind), provider_part_word(step->part), step->object,
              p->evidence.http, p->evidence.request_id);
    next_step(p);
}

static int load(struct provision *p, const struct provider_step *step)
{
    str_clear(&p->body);
    if (step->kind != STEP_REMOVE && limits_body(&p->body, step, p->want))
        return -1;
    return limits_write_url(p->url, sizeof p->url, provision_base(p), p->want->project, step);
}

static void noted(void *arg, int held, struct err *e)
{
    struct provision *p = arg;
    struct provider_step *step = &p->plan->item[p->step];
    if (is_over(p, held, e))
        return;
    if (load(p, step) == 0) {
        provision_ask(p, 1, answered);
        return;
    }
    step->state = STEP_FAILED;
    (void)snprintf(step->why, sizeof step->why, "%s",
                   _("It is too long to be sent: allow fewer models."));
    next_step(p);
}

static void note(struct provision *p)
{
    struct err e = {0};
    struct session *s = provision_session(p);
    if (s && q_provider_note(s, p->place.owner, p->plan, PROVISION_LEASE_S, noted, p, &e))
        provision_lost(p, &e);
}

static int is_work(const struct provider_step *step)
{
    return step->state == STEP_PLANNED && step->kind != STEP_SAME && step->kind != STEP_REFUSED;
}

/* The parts with steps whose outcome is not read back yet. */
static unsigned sent_parts(const struct provider_plan *plan)
{
    unsigned parts = 0;
    for (int i = 0; i < plan->len; i++)
        if (plan->item[i].state == STEP_SENT)
            parts |= 1u << plan->item[i].part;
    return parts;
}

/* Part by part: the calls of one, then it is read back. */
static void next_step(struct provision *p)
{
    struct provider_plan *plan = p->plan;
    const unsigned sent = sent_parts(plan);
    int i = 0;
    while (i < plan->len && !is_work(&plan->item[i]))
        i++;
    if (sent && (p->stop || i == plan->len || !(sent & 1u << plan->item[i].part))) {
        provision_read(p, sent, settle);
    } else if (p->stop || i == plan->len) {
        end(p, END_DONE);
    } else {
        p->step = i;
        plan->item[i].state = STEP_SENT;
        tell(p);
        note(p);
    }
}

void provision_apply(struct provision *p)
{
    if (p->plan->fault[0]) {
        end(p, END_UNREAD);
    } else if (provider_plan_equal(p->plan, p->shown)) {
        next_step(p);
    } else {
        (void)snprintf(p->plan->fault, sizeof p->plan->fault, "%s",
                       _("What OpenAI has, or what the connexions ask for, is not what the plan "
                         "showed any more: nothing was done; look at the plan again."));
        end(p, END_AS_IT_WAS);
    }
}
