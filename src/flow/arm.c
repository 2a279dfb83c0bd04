#include "config.h"

/* Whether this session may write. The wish outlives a lost connection; what holds is what the
 * server last said. */

#include "base/i18n.h"
#include "flow/edit.h"

#include <stdio.h>

static void send(struct turn *t)
{
    struct arming *arm = &t->st->arming;
    struct job *job = turn_job(t, JOB_ARM);
    arm->job = job ? job->id : 0;
    if (job)
        job->flag = arm->wanted;
    else if (arm->wanted)
        turn_message(t, MESSAGE_WARN, "%s",
                     _("Without a connection: the session may write as soon as it is back."));
}

const char *arm_waits(const struct state *st)
{
    if (st->arming.armed || !st->arming.wanted)
        return NULL;
    return st->link.status == LINK_READY
               ? _("The server is still being asked whether this session may write.")
               : _("Without a connection: the session may write as soon as it is back.");
}

void arm_toggle(struct turn *t)
{
    struct state *st = t->st;
    if (plan_busy(st)) {
        turn_message(t, MESSAGE_WARN, "%s", _("A save is under way: wait for its end."));
        return;
    }
    if (st->arming.armed || st->arming.wanted) {
        st->arming.wanted = 0;
        send(t);
        return;
    }
    edit_ask(t, ABOUT_ARM, PROMPT_CONFIRM);
    (void)snprintf(st->prompt.label, sizeof st->prompt.label, "%s",
                   _("Let this session write? Enter allows it until W or the end."));
}

void arm_accept(struct turn *t)
{
    t->st->arming.wanted = 1;
    send(t);
}

static void say(struct turn *t, int refused)
{
    if (refused)
        turn_message(t, MESSAGE_WARN, "%s",
                     _("The server does not let this session write; it stays read-only."));
    else if (t->st->arming.armed)
        turn_message(t, MESSAGE_WARN, "%s",
                     _("This session may write now; W makes it read-only again."));
    else
        turn_message(t, MESSAGE_INFO, "%s", _("This session is read-only."));
}

void arm_take(struct turn *t, const struct event *event)
{
    struct arming *arm = &t->st->arming;
    int answer = arm->job && event->job == arm->job;
    if (event->job && !answer)
        return;
    int before = arm->armed;
    arm->armed = event->flag != 0;
    if (answer)
        arm->job = 0;
    if (arm->armed && !arm->wanted && !arm->job) {
        send(t); /* the person changed their mind meanwhile */
        return;
    }
    if (answer || arm->armed != before)
        say(t, answer && arm->wanted && !arm->armed);
    if (answer)
        arm->wanted = arm->armed;
}

void arm_link(struct turn *t)
{
    struct arming *arm = &t->st->arming;
    arm->armed = 0;
    arm->job = 0;
    if (t->st->link.status == LINK_READY && arm->wanted)
        send(t);
}
