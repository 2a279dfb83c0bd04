#include "config.h"

/* The doors of automatic control: which event goes to which part. */

#include "base/i18n.h"
#include "flow/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ── commands ── */

static int is_of(enum command command, unsigned context)
{
    unsigned contexts = command_info(command)->contexts;
    return (contexts & context) && !(contexts & ~context);
}

/* A command of one screen, typed on another. */
static int is_misplaced(struct turn *t, enum command command)
{
    enum screen_kind screen = state_screen(t->st);
    const char *where =
        is_of(command, CONTEXT_ALERTS) && screen != SCREEN_ALERTS ? _("the alerts: a shows them")
        : is_of(command, CONTEXT_BOARD) && screen != SCREEN_BOARD ? _("the board: O shows it")
        : is_of(command, CONTEXT_PROVIDER) && screen != SCREEN_PROVIDER
            ? _("the plan at OpenAI: P shows it")
            : NULL;
    if (where)
        turn_message(t, MESSAGE_INFO, _("That is for %s."), where);
    return where != NULL;
}

static int on_board(struct turn *t, enum command command)
{
    switch ((int)command) {
    case CMD_UP:
    case CMD_DOWN:
    case CMD_PAGE_UP:
    case CMD_PAGE_DOWN:
    case CMD_FIRST:
    case CMD_LAST:
    case CMD_BOARD_LEFT:
    case CMD_BOARD_RIGHT:
        board_move(t, command);
        return 1;
    case CMD_BOARD_OPEN:
        board_choose(t);
        return 1;
    case CMD_BOARD_BACK:
        turn_pop(t);
        return 1;
    case CMD_REFRESH:
        t->st->board.free_ms = 0;
        board_refresh(t);
        return 0;
    default:
        return 0;
    }
}

static int on_provider(struct turn *t, enum command command)
{
    if (command == CMD_PROVIDER_APPLY)
        provider_apply(t);
    else if (command == CMD_REFRESH)
        provider_refresh(t);
    return command == CMD_PROVIDER_APPLY || command == CMD_REFRESH;
}

static int open_command(struct turn *t, enum command command, const char *argument)
{
    switch ((int)command) {
    case CMD_ALERTS:
        alerts_open(t);
        return 1;
    case CMD_OVERVIEW:
        board_open(t);
        return 1;
    case CMD_LIMITS:
        limits_open(t, argument);
        return 1;
    case CMD_PROVIDER:
        provider_open(t);
        return 1;
    default:
        return 0;
    }
}

int control_command(struct turn *t, enum command command, const char *argument)
{
    enum screen_kind screen = state_screen(t->st);
    int ours = 0;
    if (is_misplaced(t, command))
        return 1;
    if (screen == SCREEN_ALERTS)
        ours = alerts_command(t, command, argument);
    else if (screen == SCREEN_BOARD)
        ours = on_board(t, command);
    else if (screen == SCREEN_PROVIDER)
        ours = on_provider(t, command);
    return ours || open_command(t, command, argument);
}

int control_accept(struct turn *t)
{
    switch ((int)t->st->prompt.about) {
    case ABOUT_SNOOZE:
    case ABOUT_ASSIGN:
        alerts_accept(t);
        return 1;
    case ABOUT_LIMITS:
        limits_accept(t);
        return 1;
    case ABOUT_APPLY:
        provider_accept(t);
        return 1;
    default:
        return 0;
    }
}

/* ── answers ── */

void control_take(struct turn *t, struct event *event)
{
    switch ((int)event->kind) {
    case EVENT_ALERTS:
        alerts_take(t, event);
        break;
    case EVENT_ALERT_DONE:
        alerts_take_done(t, event);
        break;
    case EVENT_OVERVIEW:
        board_take(t, event);
        break;
    case EVENT_LIMITS:
        limits_take(t, event);
        break;
    case EVENT_LIMITS_DONE:
        limits_take_done(t, event);
        break;
    case EVENT_PROVIDER:
        provider_take(t, event);
        break;
    case EVENT_SHOWN:
        marks_take_shown(t, event);
        break;
    default:
        break;
    }
}

static int hit(unsigned *job, const struct event *event)
{
    int is = *job != 0 && *job == event->job;
    if (is)
        *job = 0;
    return is;
}

static int hit_screen(unsigned *job, const struct event *event, char fault[CONTROL_FAULT])
{
    if (!hit(job, event))
        return 0;
    (void)snprintf(fault, CONTROL_FAULT, "%.180s %.100s", event->err.text, event->err.cure);
    return 1;
}

/* What no person asked for says nothing; the screens say what they have not. */
int control_fault(struct turn *t, const struct event *event)
{
    struct state *st = t->st;
    struct sheet_limits *control = &st->sheet.control;
    if (hit(&st->watch.job, event)) {
        st->watch.free_ms = st->mono_ms + CONTROL_AFTER_FAULT_MS;
        return 1;
    }
    if (hit(&control->job, event) || hit(&control->job_alerts, event) ||
        hit(&st->board.job_worst, event) || hit(&st->timeline_alerts.job, event))
        return 1;
    if (hit_screen(&st->alerts.job, event, st->alerts.fault) ||
        hit_screen(&st->board.job, event, st->board.fault) ||
        hit_screen(&st->provider.job, event, st->provider.fault) ||
        hit_screen(&st->provider.job_apply, event, st->provider.fault))
        return 1;
    (void)(hit(&st->job_shown, event) || hit(&st->alerts.job_more, event) ||
           hit(&st->alerts.job_act, event) || hit(&control->job_set, event));
    return 0;
}

/* ── time and changes ── */

void control_changed(struct turn *t)
{
    struct state *st = t->st;
    alerts_watch(t);
    if (state_screen_under(st) == SCREEN_ALERTS)
        alerts_refresh(t);
    if (state_screen_under(st) == SCREEN_BOARD)
        board_refresh(t);
    if (state_screen_under(st) == SCREEN_TIMELINE)
        alerts_of_timeline(t, st->timeline.connexion_id);
}

void control_tick(struct turn *t)
{
    const struct state *st = t->st;
    if (st->watch.due_ms && st->mono_ms >= st->watch.due_ms)
        alerts_watch(t);
    if (st->board.due_ms && st->mono_ms >= st->board.due_ms &&
        state_screen_under(st) == SCREEN_BOARD)
        board_refresh(t);
}

static int64_t soonest(int64_t a, int64_t b)
{
    return b > 0 && (a == 0 || b < a) ? b : a;
}

int64_t control_next_wake(const struct state *st)
{
    int64_t wake = 0;
    if (st->link.status != LINK_READY)
        return 0;
    wake = soonest(wake, st->watch.due_ms);
    if (state_screen_under(st) == SCREEN_BOARD)
        wake = soonest(wake, st->board.due_ms);
    return wake;
}

int control_waiting(const struct state *st)
{
    return st->alerts.job || st->alerts.job_act || st->provider.job || st->job_shown ||
           st->sheet.control.job_set;
}

void control_forget_jobs(struct state *st)
{
    struct sheet_limits *control = &st->sheet.control;
    st->alerts.job = st->alerts.job_more = st->alerts.job_act = 0;
    st->watch.job = st->job_shown = 0;
    st->watch.free_ms = 0;
    st->board.job = st->board.job_worst = st->timeline_alerts.job = 0;
    control->job = control->job_alerts = control->job_set = 0;
    st->provider.job = 0;
    if (st->provider.job_apply)
        (void)snprintf(st->provider.fault, sizeof st->provider.fault, "%s",
                       _("The connection was lost while the plan was applied: r asks OpenAI what "
                         "it holds now."));
    st->provider.job_apply = 0;
}

void control_clear(struct state *st)
{
    control_forget_jobs(st);
    alert_list_destroy(st->alerts.list);
    alert_list_destroy(st->board.worst);
    overview_destroy(st->board.all);
    provider_plan_destroy(st->provider.plan);
    alert_list_destroy(st->timeline_alerts.list);
    st->timeline_alerts = (struct timeline_alerts){.job = 0};
    st->alerts.list = NULL;
    st->board.worst = NULL;
    st->board.all = NULL;
    st->provider.plan = NULL;
    st->watch = (struct alert_watch){.known = 0};
    limits_clear(&st->sheet.control);
}

void control_destroy(struct state *st)
{
    control_clear(st);
}

void control_sheet(struct turn *t)
{
    limits_ask(t);
    alerts_ask_of(t, t->st->sheet.id, &t->st->sheet.control.job_alerts);
}

/* ── moving ── */

long control_lines(const struct state *st)
{
    switch ((int)state_screen(st)) {
    case SCREEN_ALERTS:
        return st->alerts.list ? st->alerts.list->len : 0;
    case SCREEN_PROVIDER:
        return st->provider.plan ? st->provider.plan->len : 0;
    default:
        return -1;
    }
}

struct scroll *control_scroll(struct state *st, enum screen_kind screen)
{
    return screen == SCREEN_ALERTS     ? &st->alerts.scroll
           : screen == SCREEN_PROVIDER ? &st->provider.scroll
                                       : NULL;
}

int state_detail_rows(const struct state *st)
{
    int body = state_body_rows(st);
    return body >= DETAIL_FROM_ROWS ? DETAIL_ROWS : 0;
}

long control_page(const struct state *st)
{
    return state_body_rows(st) - state_detail_rows(st);
}

void control_moved(struct turn *t)
{
    if (state_screen(t->st) == SCREEN_ALERTS)
        alerts_more(t);
}
