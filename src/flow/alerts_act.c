#include "config.h"

/* What a person does with an alert: takes note of it, puts it off, gives it to somebody, or goes
 * where it is put right. */

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "flow/control.h"
#include "flow/edit.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REMEDIES = 3, HOUR_S = 3600, DAY_S = 86400, WEEK_S = 7 * DAY_S, DIGITS_MAX = 4 };
enum { SNOOZE_MAX_S = 366 * DAY_S, DATE_LEN = 10 };

static const enum command remedies[ALERT_KIND_COUNT][REMEDIES] = {
#define ALERT(id, word, title, gravity, about, period, first, second, third, meaning) \
    [ALERT_##id] = {CMD_##first, CMD_##second, CMD_##third},
#include "model/alert.def"
#undef ALERT
};

enum command state_remedy(enum alert_kind kind, int index)
{
    return kind < ALERT_KIND_COUNT && index >= 0 && index < REMEDIES ? remedies[kind][index]
                                                                     : CMD_NONE;
}

/* ── remedies ── */

void alerts_show_connexion(struct turn *t, const char *id)
{
    struct state *st = t->st;
    const struct connexion *row = target_row(st, id);
    edit_drop(st, SCREEN_HEALTH);
    edit_drop(st, SCREEN_CONNEXION);
    if (row) {
        sheet_open(t, row, SCREEN_CONNEXION);
        return;
    }
    sheet_clear(st);
    st->sheet = (struct sheet){.row = NULL};
    (void)snprintf(st->sheet.id, sizeof st->sheet.id, "%s", id);
    sheet_refresh(t);
    health_ask(t, 1);
    turn_push(t, SCREEN_CONNEXION);
}

/* Commands of the whole console, whatever the alert is about. */
static int is_general(enum command command)
{
    return command == CMD_ACCOUNTS || command == CMD_LOG || command == CMD_REFRESH;
}

void alerts_run(struct turn *t, const struct alert *alert, enum command command)
{
    if (is_general(command)) {
        act(t, command, NULL);
    } else if (alert->connexion_id[0]) {
        struct alert copy = *alert;
        alerts_show_connexion(t, copy.connexion_id);
        act(t, command, NULL);
    } else if (alert_about(alert->kind) == ABOUT_AN_ACCOUNT) {
        act(t, CMD_ACCOUNTS, NULL);
    } else {
        t->st->depth = 1;
        turn_message(t, MESSAGE_INFO, "%s",
                     _("It is of no single connexion: the list says how each one is."));
    }
}

static void remedy(struct turn *t, int index)
{
    const struct alert *alert = alerts_current(t->st);
    if (alert)
        alerts_run(t, alert, state_remedy(alert->kind, index));
}

static void open_alert(struct turn *t)
{
    const struct alert *alert = alerts_current(t->st);
    if (!alert)
        return;
    if (alert->connexion_id[0])
        alerts_show_connexion(t, alert->connexion_id);
    else
        remedy(t, 0);
}

int alerts_neighbour(struct turn *t, int step)
{
    struct state *st = t->st;
    const struct alert_list *list = st->alerts.list;
    int at = st->alerts.scroll.cursor;
    if (st->depth < 2 || st->stack[st->depth - 2] != SCREEN_ALERTS || !list)
        return 0;
    do
        at += step;
    while (at >= 0 && at < list->len &&
           (!list->item[at].connexion_id[0] ||
            strcmp(list->item[at].connexion_id, st->sheet.id) == 0));
    if (at < 0 || at >= list->len) {
        turn_message(t, MESSAGE_INFO, "%s",
                     step > 0 ? _("This is the last alert.") : _("This is the first alert."));
        return 1;
    }
    st->alerts.scroll.cursor = at;
    alerts_more(t);
    alerts_show_connexion(t, list->item[at].connexion_id);
    return 1;
}

/* ── acts ── */

static struct alert_action *start(struct turn *t, const struct alert *alert, enum alert_act kind)
{
    struct alert_view *view = &t->st->alerts;
    struct job *job = view->job_act ? NULL : turn_job(t, JOB_ALERT_ACT);
    if (view->job_act)
        turn_message(t, MESSAGE_INFO, "%s", _("The act before is not done yet: wait for it."));
    else if (!job)
        turn_message(t, MESSAGE_WARN, "%s", _("Nothing can be changed without a connection."));
    if (!job)
        return NULL;
    job->action = mem_zero(1, sizeof *job->action);
    job->action->act = kind;
    memcpy(job->action->alert, alert->id, sizeof job->action->alert);
    view->job_act = job->id;
    view->act = kind;
    memcpy(view->acting, alert->id, sizeof view->acting);
    return job->action;
}

static const struct alert *named(const struct state *st)
{
    const struct alert_list *list = st->alerts.list;
    for (int i = 0; list && i < list->len; i++)
        if (strcmp(list->item[i].id, st->alerts.acting) == 0)
            return &list->item[i];
    return NULL;
}

static void simple(struct turn *t, enum alert_act kind)
{
    const struct alert *alert = alerts_current(t->st);
    if (!alert)
        return;
    if (alert->status == ALERT_OVER)
        turn_message(t, MESSAGE_INFO, "%s", _("Its cause is over: nothing is asked any more."));
    else if (kind == ALERT_REOPEN && alert->status == ALERT_OPEN)
        turn_message(t, MESSAGE_INFO, "%s", _("The alert is open."));
    else
        (void)start(t, alert, kind);
}

/* "7d reason", "2026-12-01 reason". Returns why not, translated; NULL when it is one. */
static const char *parse_snooze(const char *text, int64_t now, int64_t *until, const char **reason)
{
    static const char units[] = "hdw";
    static const int64_t seconds[] = {HOUR_S, DAY_S, WEEK_S};
    size_t digits = strspn(text, "0123456789");
    size_t len = strcspn(text, " ");
    char date[CLOCK_TEXT_MAX];
    const char *unit = text[digits] ? strchr(units, text[digits]) : NULL;
    *reason = text + len + strspn(text + len, " ");
    if (unit && digits > 0 && digits <= DIGITS_MAX && len == digits + 1) {
        *until = now + strtol(text, NULL, 10) * seconds[unit - units];
    } else {
        (void)snprintf(date, sizeof date, "%.*sT00:00:00Z", len == DATE_LEN ? DATE_LEN : 0, text);
        if (clock_parse_iso(date, until))
            return _("first how long: 4h, 7d, 2w, or a date such as 2026-12-01");
    }
    if (*until <= now || *until - now > SNOOZE_MAX_S)
        return _("an alert is put off by a year at most, and not into the past");
    if (strlen(*reason) >= ALERT_DETAIL)
        return _("the reason is too long: a sentence is enough");
    return text_width(*reason) > 0 ? NULL : _("then why: who comes after you wants to know");
}

static int snooze(struct turn *t, const struct alert *alert, const char *text, const char **why)
{
    const char *reason = "";
    int64_t until = 0;
    *why = parse_snooze(text, t->st->now, &until, &reason);
    if (*why)
        return -1;
    struct alert_action *action = start(t, alert, ALERT_SNOOZE);
    if (!action)
        return 0;
    action->until = until;
    (void)snprintf(action->reason, sizeof action->reason, "%s", reason);
    return 0;
}

static int assign(struct turn *t, const struct alert *alert, const char *who, const char **why)
{
    *why = strlen(who) < ALERT_NAME ? NULL : _("no name is that long");
    if (*why)
        return -1;
    struct alert_action *action = start(t, alert, ALERT_ASSIGN);
    if (action)
        (void)snprintf(action->to, sizeof action->to, "%s", who);
    return 0;
}

static int do_typed(struct turn *t, const struct alert *alert, enum prompt_about about,
                    const char *text, const char **why)
{
    return about == ABOUT_ASSIGN ? assign(t, alert, text, why) : snooze(t, alert, text, why);
}

static void ask_about(struct turn *t, const struct alert *alert, enum prompt_about about,
                      const char *text)
{
    struct state *st = t->st;
    memcpy(st->alerts.acting, alert->id, sizeof st->alerts.acting);
    prompt_open(t, PROMPT_NAME, text);
    st->prompt.about = about;
    (void)snprintf(st->prompt.label, sizeof st->prompt.label, "%s",
                   about == ABOUT_SNOOZE ? _("put off for, and why (7d reason): ")
                                         : _("who looks after it (empty: nobody): "));
}

static void ask_or_do(struct turn *t, enum prompt_about about, const char *argument)
{
    const struct alert *alert = alerts_current(t->st);
    const char *why = NULL;
    if (!alert)
        return;
    if (alert->status == ALERT_OVER) {
        simple(t, ALERT_ACKNOWLEDGE);
        return;
    }
    if (argument && do_typed(t, alert, about, argument, &why) == 0)
        return;
    if (!argument)
        argument = about == ABOUT_ASSIGN ? alert->assigned_to : "";
    ask_about(t, alert, about, argument);
    if (why)
        (void)snprintf(t->st->prompt.problem, sizeof t->st->prompt.problem, "%s", why);
}

void alerts_accept(struct turn *t)
{
    struct state *st = t->st;
    struct prompt *p = &st->prompt;
    const struct alert *alert = named(st);
    const char *why = NULL;
    char line[TYPED_MAX];
    memcpy(line, p->line.text, sizeof line);
    if (!alert) {
        prompt_close(t);
        turn_message(t, MESSAGE_WARN, "%s", _("The alert is not there any more."));
    } else if (do_typed(t, alert, p->about, line, &why)) {
        (void)snprintf(p->problem, sizeof p->problem, "%s", why);
    } else {
        prompt_close(t);
    }
}

void alerts_take_done(struct turn *t, const struct event *event)
{
    static const char *const said[] = {
        [ALERT_ACKNOWLEDGE] = N_("Taken note of: it asks for nobody any more."),
        [ALERT_REOPEN] = N_("The alert asks again."),
        [ALERT_SNOOZE] = N_("The alert is put off."),
        [ALERT_ASSIGN] = N_("Said who looks after it."),
    };
    struct alert_view *view = &t->st->alerts;
    if (event->job == 0 || event->job != view->job_act)
        return;
    view->job_act = 0;
    turn_message(t, MESSAGE_INFO, "%s", _(said[view->act]));
    t->st->watch.free_ms = 0;
    alerts_watch(t);
    alerts_refresh(t);
}

/* ── commands ── */

static int on_alerts(struct turn *t, enum command command, const char *argument)
{
    struct alert_view *view = &t->st->alerts;
    switch ((int)command) {
    case CMD_OPEN:
        open_alert(t);
        return 1;
    case CMD_ACKNOWLEDGE:
    case CMD_REOPEN:
        simple(t, command == CMD_REOPEN ? ALERT_REOPEN : ALERT_ACKNOWLEDGE);
        return 1;
    case CMD_SNOOZE:
    case CMD_ASSIGN:
        ask_or_do(t, command == CMD_SNOOZE ? ABOUT_SNOOZE : ABOUT_ASSIGN, argument);
        return 1;
    case CMD_ALERTS_ALL:
        view->scope = view->scope == ALERTS_OPEN ? ALERTS_ALL : ALERTS_OPEN;
        view->job = 0;
        alerts_refresh(t);
        return 1;
    case CMD_ALERTS_EVERYWHERE:
        view->organisation[0] = view->connexion[0] = view->about[0] = '\0';
        view->job = 0;
        alerts_refresh(t);
        return 1;
    case CMD_REFRESH:
        alerts_refresh(t);
        return 0; /* the rest of the data too */
    default:
        return 0;
    }
}

int alerts_command(struct turn *t, enum command command, const char *argument)
{
    const struct alert *alert = alerts_current(t->st);
    switch ((int)command) {
    case CMD_REMEDY_1:
    case CMD_REMEDY_2:
    case CMD_REMEDY_3:
        remedy(t, (int)command - CMD_REMEDY_1);
        return 1;
    case CMD_ANNOUNCE_TEST:
        alerts_try_announcing(t);
        return 1;
    case CMD_LIMITS:
    case CMD_PROVIDER:
    case CMD_TIMELINE:
        if (alert)
            alerts_run(t, alert, command);
        return 1;
    default:
        return on_alerts(t, command, argument);
    }
}
