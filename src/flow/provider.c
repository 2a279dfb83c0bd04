#include "config.h"

/* The limits of an OpenAI project beside those of its connexion: the plan, and applying it. */

#include "base/i18n.h"
#include "base/mem.h"
#include "flow/control.h"
#include "flow/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned ask(struct turn *t)
{
    struct provider_view *view = &t->st->provider;
    struct job *job = view->id[0] ? turn_job(t, JOB_PROVIDER_PLAN) : NULL;
    if (!job)
        return 0;
    memcpy(job->uuid, view->id, sizeof job->uuid);
    return job->id;
}

void provider_refresh(struct turn *t)
{
    struct provider_view *view = &t->st->provider;
    if (view->job_apply) {
        turn_message(t, MESSAGE_INFO, "%s", _("The plan is being applied: wait for its end."));
        return;
    }
    view->fault[0] = '\0';
    view->applied = 0;
    view->job = ask(t);
}

void provider_open(struct turn *t)
{
    struct state *st = t->st;
    struct provider_view *view = &st->provider;
    int of_sheet = (state_context_under(st) & CONTEXT_SHEET) != 0;
    const struct connexion *row = of_sheet ? st->sheet.row : state_current(st);
    const char *id = of_sheet ? st->sheet.id : row ? row->id : "";
    if (!id[0]) {
        turn_message(t, MESSAGE_INFO, "%s", _("There is no connexion under the cursor."));
        return;
    }
    if (view->job_apply && strcmp(view->id, id) != 0) {
        turn_message(t, MESSAGE_WARN, _("The plan of %.120s is being applied: wait for its end."),
                     view->account);
        return;
    }
    turn_push(t, SCREEN_PROVIDER);
    if (view->job_apply)
        return;
    provider_plan_destroy(view->plan);
    *view = (struct provider_view){.plan = NULL};
    (void)snprintf(view->id, sizeof view->id, "%s", id);
    (void)snprintf(view->account, sizeof view->account, "%.150s",
                   row && row->col[COL_EMAIL] ? row->col[COL_EMAIL] : id);
    provider_refresh(t);
}

static int is_change(const struct provider_step *step)
{
    return step->kind == STEP_CREATE || step->kind == STEP_CHANGE || step->kind == STEP_REMOVE;
}

static int count(const struct provider_plan *plan, int only_removals)
{
    int n = 0;
    for (int i = 0; i < plan->len; i++)
        n += only_removals ? plan->item[i].kind == STEP_REMOVE : is_change(&plan->item[i]);
    return n;
}

/* Why the plan cannot be applied now; NULL when it can. */
static const char *hindrance(const struct state *st)
{
    const struct provider_view *view = &st->provider;
    if (view->job_apply)
        return _("The plan is being applied: wait for its end.");
    if (!view->plan || view->job)
        return _("There is no plan yet: OpenAI is being asked.");
    if (view->plan->fault[0])
        return _("There is no plan: what stands on the screen has to be put right first.");
    if (view->applied)
        return _("It has been applied: r asks OpenAI again and makes a new plan.");
    if (count(view->plan, 0) == 0)
        return _("Nothing is to be changed at OpenAI.");
    if (!st->arming.armed)
        return _("This session is read-only: W lets it write, as does --write at the start.");
    return NULL;
}

void provider_apply(struct turn *t)
{
    struct state *st = t->st;
    struct prompt *p = &st->prompt;
    const struct provider_plan *plan = st->provider.plan;
    const char *why = hindrance(st);
    if (why) {
        turn_message(t, MESSAGE_WARN, "%s", why);
        return;
    }
    int n = count(plan, 0);
    int removals = count(plan, 1);
    edit_ask(t, ABOUT_APPLY, removals ? PROMPT_NAME : PROMPT_CONFIRM);
    if (removals)
        (void)snprintf(
            p->label, sizeof p->label,
            ngettext("%d limit is taken away at OpenAI. Type %.60s to apply the plan: ",
                     "%d limits are taken away at OpenAI. Type %.60s to apply the plan: ",
                     (unsigned long)removals),
            removals, plan->project);
    else
        (void)snprintf(p->label, sizeof p->label,
                       ngettext("%d change at OpenAI to project %.60s. Enter applies it.",
                                "%d changes at OpenAI to project %.60s. Enter applies them.",
                                (unsigned long)n),
                       n, plan->project);
}

static struct provider_plan *copy_of(const struct provider_plan *plan)
{
    struct provider_plan *copy = provider_plan_create(plan->len);
    struct provider_step *item = copy->item;
    if (plan->len > 0)
        memcpy(item, plan->item, (size_t)plan->len * sizeof *item);
    *copy = *plan;
    copy->item = item;
    return copy;
}

void provider_accept(struct turn *t)
{
    struct provider_view *view = &t->st->provider;
    struct prompt *p = &t->st->prompt;
    int typed = p->kind == PROMPT_NAME;
    if (typed && view->plan && strcmp(p->line.text, view->plan->project) != 0) {
        (void)snprintf(p->problem, sizeof p->problem, _("Type %.60s, or leave with Esc."),
                       view->plan->project);
        return;
    }
    prompt_close(t);
    const char *why = hindrance(t->st);
    struct job *job = why || !view->plan ? NULL : turn_job(t, JOB_PROVIDER_APPLY);
    if (!job) {
        turn_message(t, MESSAGE_WARN, "%s",
                     why ? why : _("Nothing can be changed without a connection."));
        return;
    }
    memcpy(job->uuid, view->id, sizeof job->uuid);
    job->plan = copy_of(view->plan);
    view->job_apply = job->id;
    view->fault[0] = '\0';
}

static void tell(struct turn *t, const struct provider_plan *plan)
{
    int done = 0;
    int bad = 0;
    for (int i = 0; i < plan->len; i++) {
        done += plan->item[i].state == STEP_VERIFIED;
        bad += plan->item[i].state == STEP_FAILED || plan->item[i].state == STEP_UNKNOWN;
    }
    if (bad > 0)
        turn_message(t, MESSAGE_ERROR,
                     _("%d of the changes are verified at OpenAI, %d are not: the lines say why."),
                     done, bad);
    else
        turn_message(t, MESSAGE_INFO,
                     ngettext("%d change is verified at OpenAI.",
                              "%d changes are verified at OpenAI.", (unsigned long)done),
                     done);
}

void provider_take(struct turn *t, struct event *event)
{
    struct provider_view *view = &t->st->provider;
    int applying = event->job != 0 && event->job == view->job_apply;
    if (!event->plan || event->job == 0 || (event->job != view->job && !applying))
        return;
    provider_plan_destroy(view->plan);
    view->plan = event->plan;
    event->plan = NULL;
    view->fetched_at = event->now;
    if (!applying)
        view->job = 0;
    view->applied = applying;
    if (applying && event->flag) {
        view->job_apply = 0;
        tell(t, view->plan);
    }
    if (view->scroll.cursor >= view->plan->len)
        view->scroll = (struct scroll){0, 0};
}
