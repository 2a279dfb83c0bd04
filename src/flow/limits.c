#include "config.h"

/* Limits of the sheet's connexion, and the line in which thresholds are typed. */

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "flow/control.h"
#include "flow/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHY = 200, WORD = 120 };

/* ── what the sheet shows ── */

void limits_clear(struct sheet_limits *control)
{
    free(control->limits);
    free(control->forecast);
    free(control->figures);
    alert_list_destroy(control->alerts);
    *control = (struct sheet_limits){.job = 0};
}

void limits_ask(struct turn *t)
{
    struct sheet *sheet = &t->st->sheet;
    struct job *job = sheet->id[0] ? turn_job(t, JOB_LIMITS) : NULL;
    sheet->control.job = job ? job->id : 0;
    if (job)
        memcpy(job->uuid, sheet->id, sizeof job->uuid);
}

void limits_take(struct turn *t, struct event *event)
{
    struct sheet_limits *control = &t->st->sheet.control;
    if (event->job == 0 || event->job != control->job)
        return;
    control->job = 0;
    free(control->limits);
    free(control->forecast);
    free(control->figures);
    control->limits = event->limits;
    control->forecast = event->forecast;
    control->figures = event->reconciliation;
    event->limits = NULL;
    event->forecast = NULL;
    event->reconciliation = NULL;
}

/* ── thresholds as they are typed ── */

static int parse_word(struct thresholds *t, const char *word, char why[WHY])
{
    struct thresholds soft;
    if (strncmp(word, "hard=", 5) == 0) {
        (void)snprintf(why, WHY, _("hard= is a per cent up to %d, or 0 for never"),
                       LIMIT_PERCENT_MAX);
        return thresholds_parse_hard(t, word + 5);
    }
    if (strncmp(word, "on=", 3) == 0) {
        (void)snprintf(why, WHY, "%s", _("on= is spend, forecast, or both with a comma"));
        return thresholds_parse_on(t, word + 3);
    }
    if (thresholds_parse(&soft, word, why))
        return -1;
    memcpy(t->soft, soft.soft, sizeof t->soft);
    t->len = soft.len;
    return 0;
}

/* "50,80,95 hard=100 on=spend,forecast" on top of what holds now; "default" unsets. */
static int parse(struct limits_edit *edit, const char *text, char why[WHY])
{
    char word[WORD];
    if (strcmp(text, "default") == 0) {
        edit->unset = 1;
        return 0;
    }
    (void)snprintf(why, WHY, "%s", _("thresholds in per cent: 50,80,95 hard=100"));
    if (text[strspn(text, " ")] == '\0')
        return -1;
    while (*(text += strspn(text, " "))) {
        size_t len = strcspn(text, " ");
        if (len >= sizeof word)
            return -1;
        (void)snprintf(word, sizeof word, "%.*s", (int)len, text);
        if (parse_word(&edit->thresholds, word, why))
            return -1;
        text += len;
    }
    return 0;
}

static void format(const struct thresholds *t, char *buf, size_t size)
{
    size_t at = 0;
    buf[0] = '\0';
    for (int i = 0; i < t->len && at < size; i++)
        at += (size_t)snprintf(buf + at, size - at, "%s%d", i ? "," : "", t->soft[i]);
    if (at < size)
        (void)snprintf(buf + at, size - at, " hard=%d on=%s%s%s", t->hard,
                       t->on_spend ? "spend" : "", t->on_spend && t->on_forecast ? "," : "",
                       t->on_forecast ? "forecast" : "");
}

/* ── whose they are ── */

static void target_connexion(struct thresholds_target *target, const struct connexion *row,
                             const char *id)
{
    *target = (struct thresholds_target){.name = ""};
    (void)snprintf(target->connexion, sizeof target->connexion, "%s", id);
    if (!row)
        return;
    (void)snprintf(target->organisation, sizeof target->organisation, "%s", row->organisation_id);
    (void)snprintf(target->name, sizeof target->name, "%.150s",
                   row->col[COL_EMAIL] ? row->col[COL_EMAIL] : "");
}

static int find_target(struct state *st)
{
    struct thresholds_target *target = &st->limits_target;
    size_t at = (size_t)st->orgs.scroll.cursor;
    const struct connexion *row = state_current(st);
    if (state_screen_under(st) == SCREEN_ORGANISATIONS) {
        if (!st->orgs.all || at >= st->orgs.all->len)
            return -1;
        *target = (struct thresholds_target){.connexion = ""};
        memcpy(target->organisation, st->orgs.all->rows[at].id, sizeof target->organisation);
        (void)snprintf(target->name, sizeof target->name, "%.150s", st->orgs.all->rows[at].nom);
    } else if (state_context_under(st) & CONTEXT_SHEET) {
        if (!st->sheet.id[0] || st->sheet.gone)
            return -1;
        target_connexion(target, st->sheet.row, st->sheet.id);
    } else if (row) {
        target_connexion(target, row, row->id);
    } else {
        return -1;
    }
    return 0;
}

static const struct limits *known(const struct state *st)
{
    const struct limits *limits = st->sheet.control.limits;
    return limits && strcmp(limits->id, st->limits_target.connexion) == 0 ? limits : NULL;
}

static int send(struct turn *t, const char *text, char why[WHY])
{
    struct state *st = t->st;
    const struct limits *now = known(st);
    struct limits_edit edit = {.unset = 0};
    memcpy(edit.organisation, st->limits_target.organisation, sizeof edit.organisation);
    memcpy(edit.connexion, st->limits_target.connexion, sizeof edit.connexion);
    thresholds_default(&edit.thresholds);
    if (now)
        edit.thresholds = now->thresholds;
    if (parse(&edit, text, why))
        return -1;
    struct job *job = turn_job(t, JOB_LIMITS_SET);
    if (!job) {
        turn_message(t, MESSAGE_WARN, "%s", _("Nothing can be changed without a connection."));
        return 0;
    }
    job->limits = mem_alloc(sizeof *job->limits);
    *job->limits = edit;
    job->flag = st->arming.armed;
    st->sheet.control.job_set = job->id;
    return 0;
}

static void ask(struct turn *t, const char *text)
{
    struct state *st = t->st;
    const struct limits *now = known(st);
    struct thresholds thresholds;
    char line[WORD];
    thresholds_default(&thresholds);
    format(now ? &now->thresholds : &thresholds, line, sizeof line);
    prompt_open(t, PROMPT_NAME, text ? text : line);
    st->prompt.about = ABOUT_LIMITS;
    (void)snprintf(st->prompt.label, sizeof st->prompt.label, _("thresholds of %.60s: "),
                   st->limits_target.name[0] ? st->limits_target.name
                                             : st->limits_target.connexion);
}

void limits_open(struct turn *t, const char *argument)
{
    struct state *st = t->st;
    char why[WHY] = "";
    if (find_target(st)) {
        turn_message(t, MESSAGE_INFO, "%s", _("There is no connexion to change."));
    } else if (!st->arming.armed) {
        turn_message(
            t, MESSAGE_WARN, "%s",
            _("This session is read-only: W lets it write, as does --write at the start."));
    } else if (plan_busy(st)) {
        turn_message(t, MESSAGE_WARN, "%s", _("A save is under way: wait for its end."));
    } else if (!argument || send(t, argument, why)) {
        ask(t, argument);
        if (argument)
            (void)snprintf(st->prompt.problem, sizeof st->prompt.problem, "%s", why);
    }
}

void limits_accept(struct turn *t)
{
    struct prompt *p = &t->st->prompt;
    char why[WHY] = "";
    if (send(t, p->line.text, why))
        (void)snprintf(p->problem, sizeof p->problem, "%s", why);
    else
        prompt_close(t);
}

void limits_take_done(struct turn *t, const struct event *event)
{
    struct state *st = t->st;
    if (event->job == 0 || event->job != st->sheet.control.job_set)
        return;
    st->sheet.control.job_set = 0;
    turn_message(t, MESSAGE_INFO, _("The thresholds of %.120s are written."),
                 st->limits_target.name[0] ? st->limits_target.name : st->limits_target.connexion);
    limits_ask(t);
    alerts_watch(t);
}
