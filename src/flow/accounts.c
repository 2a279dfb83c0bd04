#include "config.h"

/* The admin keys: what is known of them, entering one, removing one. The text of a key is in the
 * prompt's line until the job has it, and nowhere else. */

#include "base/i18n.h"
#include "base/text.h"
#include "flow/turn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PERIOD_MS = 10000, REST_FACTOR = 10, AFTER_FAULT_MS = 60000, SHAPE_FROM = 9, WHY_MAX = 200 };

int accounts_on_screen(const struct state *st)
{
    return state_screen_under(st) == SCREEN_ACCOUNTS;
}

void accounts_refresh(struct turn *t)
{
    struct admin_keys *keys = &t->st->accounts;
    keys->again = keys->job != 0;
    if (keys->job)
        return;
    struct job *job = turn_job(t, JOB_ACCOUNTS);
    keys->job = job ? job->id : 0;
    keys->due_ms = 0;
    keys->asked_ms = t->st->mono_ms;
}

void accounts_changed(struct turn *t)
{
    struct admin_keys *keys = &t->st->accounts;
    if (!accounts_on_screen(t->st))
        return;
    if (keys->job || t->st->mono_ms >= keys->free_ms)
        accounts_refresh(t);
    else if (!keys->due_ms || keys->due_ms > keys->free_ms)
        keys->due_ms = keys->free_ms;
}

/* Why this person may not; NULL when they may. */
static const char *refusal(const struct state *st)
{
    return st->link.proven && !st->link.proof.admin
               ? _("Admin keys and costs of no project are for administrators of the platform.")
               : NULL;
}

void accounts_open(struct turn *t)
{
    const char *why = refusal(t->st);
    if (why) {
        turn_message(t, MESSAGE_WARN, "%s", why);
        return;
    }
    t->st->accounts.scroll = (struct scroll){0, 0};
    turn_push(t, SCREEN_ACCOUNTS);
    accounts_refresh(t);
}

static const struct account_known *current(const struct state *st)
{
    const struct admin_keys *keys = &st->accounts;
    return keys->all && keys->scroll.cursor < keys->all->len ? &keys->all->item[keys->scroll.cursor]
                                                             : NULL;
}

static const struct account_known *find(const struct state *st, const char *name)
{
    const struct account_list *all = st->accounts.all;
    for (int i = 0; all && i < all->len; i++)
        if (strcmp(all->item[i].name, name) == 0)
            return &all->item[i];
    return NULL;
}

static int is_busy(struct turn *t)
{
    const struct state *st = t->st;
    if (st->accounts.job_act)
        turn_message(t, MESSAGE_INFO, _("The admin key of %.95s is not done yet: wait for it."),
                     st->accounts.acting);
    else if (st->link.status != LINK_READY)
        turn_message(t, MESSAGE_WARN, "%s", _("Nothing can be changed without a connection."));
    return st->accounts.job_act != 0 || st->link.status != LINK_READY;
}

static void ask_key(struct turn *t, const char *name)
{
    struct state *st = t->st;
    const struct account_known *known = find(st, name);
    char keep[ACCOUNT_NAME];
    (void)snprintf(keep, sizeof keep, "%s", name);
    prompt_open(t, PROMPT_SECRET, "");
    memcpy(st->accounts.name, keep, sizeof keep);
    (void)snprintf(
        st->prompt.label, sizeof st->prompt.label,
        known && known->has_key ? _("new admin key of %.95s: ") : _("admin key of %.95s: "), keep);
}

/* What the database takes for a name, too. */
static int name_problem(struct turn *t, const char *name)
{
    if (*name && strlen(name) < ACCOUNT_NAME)
        return 0;
    (void)snprintf(t->st->prompt.problem, sizeof t->st->prompt.problem,
                   _("the name of an account is text of 1 to %d bytes"), ACCOUNT_NAME - 1);
    return 1;
}

void accounts_enter(struct turn *t, const char *name)
{
    struct prompt *p = &t->st->prompt;
    const char *why = refusal(t->st);
    if (why) {
        turn_message(t, MESSAGE_WARN, "%s", why);
        return;
    }
    turn_push(t, SCREEN_ACCOUNTS);
    if (is_busy(t))
        return;
    if (name && *name && strlen(name) < ACCOUNT_NAME) {
        ask_key(t, name);
        return;
    }
    prompt_open(t, PROMPT_NAME, "");
    (void)snprintf(p->label, sizeof p->label, "%s", _("OpenAI organisation: "));
}

void accounts_open_current(struct turn *t)
{
    const struct account_known *a = current(t->st);
    accounts_enter(t, a ? a->name : NULL);
}

void accounts_remove(struct turn *t)
{
    struct state *st = t->st;
    const struct account_known *a = current(st);
    if (is_busy(t))
        return;
    if (!a || !a->has_key) {
        turn_message(t, MESSAGE_INFO, "%s", _("There is no admin key to remove here."));
        return;
    }
    memcpy(st->accounts.name, a->name, sizeof st->accounts.name);
    prompt_open(t, PROMPT_CONFIRM, "");
    (void)snprintf(st->prompt.label, sizeof st->prompt.label,
                   _("Remove the admin key of %.95s, and what it told? Enter removes it."),
                   st->accounts.name);
}

void accounts_look_at_key(struct state *st)
{
    struct prompt *p = &st->prompt;
    enum key_shape shape = key_shape(p->line.text);
    int early = shape == KEY_SHAPE_EMPTY || (shape == KEY_SHAPE_ODD && p->line.len < SHAPE_FROM);
    if (!early)
        (void)snprintf(p->problem, sizeof p->problem, "%s", key_shape_words(shape));
}

static struct job *act_job(struct turn *t, enum job_kind kind)
{
    struct admin_keys *keys = &t->st->accounts;
    struct job *job = turn_job(t, kind);
    if (!job)
        return NULL;
    memcpy(job->name, keys->name, sizeof job->name);
    memcpy(keys->acting, keys->name, sizeof keys->acting);
    keys->job_act = job->id;
    return job;
}

/* The place and the grouping of a key that is there already stay. */
static void send_key(struct turn *t)
{
    struct state *st = t->st;
    struct prompt *p = &st->prompt;
    enum key_shape shape = key_shape(p->line.text);
    if (shape == KEY_SHAPE_EMPTY || shape == KEY_SHAPE_CHARACTERS) {
        (void)snprintf(p->problem, sizeof p->problem, "%s", key_shape_words(shape));
        return;
    }
    const struct account_known *known = find(st, st->accounts.name);
    struct job *job = act_job(t, JOB_ACCOUNT_SET);
    if (job) {
        job_set_secret(job, p->line.text);
        job->by_key = known && known->by_key;
        if (known)
            memcpy(job->base_url, known->base_url, sizeof job->base_url);
    }
    prompt_close(t);
    if (job)
        turn_message(t, MESSAGE_INFO, _("Asking OpenAI with the admin key of %.95s…"), job->name);
    else
        turn_message(t, MESSAGE_WARN, "%s", _("Nothing can be changed without a connection."));
}

void accounts_accept(struct turn *t)
{
    struct prompt *p = &t->st->prompt;
    char name[TYPED_MAX];
    if (p->kind == PROMPT_SECRET) {
        send_key(t);
    } else if (p->kind == PROMPT_CONFIRM) {
        prompt_close(t);
        (void)act_job(t, JOB_ACCOUNT_REMOVE);
    } else if (!name_problem(t, p->line.text)) {
        memcpy(name, p->line.text, sizeof name);
        ask_key(t, name);
    }
}

void accounts_take(struct turn *t, struct event *event)
{
    struct admin_keys *keys = &t->st->accounts;
    if (event->job == 0 || event->job != keys->job)
        return;
    keys->job = 0;
    account_list_destroy(keys->all);
    keys->all = event->accounts;
    event->accounts = NULL;
    keys->fetched_at = event->now;
    keys->free_ms = event->mono_ms + REST_FACTOR * (event->mono_ms - keys->asked_ms);
    keys->due_ms = event->mono_ms + PERIOD_MS;
    if (keys->due_ms < keys->free_ms)
        keys->due_ms = keys->free_ms;
    int len = keys->all ? keys->all->len : 0;
    if (keys->scroll.cursor >= len)
        keys->scroll.cursor = len ? len - 1 : 0;
    if (keys->again)
        accounts_changed(t);
}

/* "key revoked (401 invalid_api_key)". */
static void verdict_words(const struct account_outcome *o, char *buf, size_t size)
{
    char http[16] = "";
    if (o->evidence.http > 0)
        (void)snprintf(http, sizeof http, "%d ", o->evidence.http);
    if (http[0] || o->evidence.code[0])
        (void)snprintf(buf, size, "%s (%s%s)", verdict_title(o->verdict), http, o->evidence.code);
    else
        (void)snprintf(buf, size, "%s", verdict_title(o->verdict));
}

void accounts_take_outcome(struct turn *t, struct event *event)
{
    struct admin_keys *keys = &t->st->accounts;
    const struct account_outcome *o = event->outcome;
    char why[WHY_MAX];
    if (!o || event->job == 0 || event->job != keys->job_act)
        return;
    keys->job_act = 0;
    verdict_words(o, why, sizeof why);
    if (o->removed)
        turn_message(t, MESSAGE_INFO, _("The admin key of %.95s is removed."), o->name);
    else if (!o->stored)
        turn_message(t, MESSAGE_ERROR,
                     _("OpenAI does not tell costs with this key: %s. Nothing was changed."), why);
    else if (o->verdict == VERDICT_VALID)
        turn_message(t, MESSAGE_INFO,
                     ngettext("The admin key of %.95s works; it is sealed to %d program.",
                              "The admin key of %.95s works; it is sealed to %d programs.",
                              (unsigned long)o->copies),
                     o->name, o->copies);
    else
        turn_message(t, MESSAGE_WARN,
                     _("The admin key of %.95s is stored, but could not be tried: %s."), o->name,
                     why);
    accounts_refresh(t);
}

void accounts_fault(struct state *st, unsigned job)
{
    struct admin_keys *keys = &st->accounts;
    if (job && job == keys->job) {
        keys->job = 0;
        keys->due_ms = st->mono_ms + AFTER_FAULT_MS;
    }
    if (job && job == keys->job_act)
        keys->job_act = 0;
}

void accounts_tick(struct turn *t)
{
    struct admin_keys *keys = &t->st->accounts;
    if (keys->due_ms && t->st->mono_ms >= keys->due_ms && accounts_on_screen(t->st))
        accounts_refresh(t);
}

void accounts_forget_jobs(struct state *st)
{
    st->accounts.job = st->accounts.job_act = 0;
    st->accounts.again = 0;
}

void accounts_clear(struct state *st)
{
    account_list_destroy(st->accounts.all);
    st->accounts.all = NULL;
    st->accounts.due_ms = 0;
    if (state_screen(st) == SCREEN_PROMPT && st->prompt.kind == PROMPT_SECRET) {
        typed_wipe(&st->prompt.line);
        st->depth--;
    }
}
