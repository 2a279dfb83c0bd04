#include "config.h"

/* A sign-in at the platform's auth server that has ended: the screen stays, nothing travels, and
 * the password is asked for. */

#include "base/i18n.h"
#include "flow/turn.h"

#include <stdio.h>

static int is_asking(const struct state *st)
{
    return state_screen(st) == SCREEN_PROMPT && st->prompt.about == ABOUT_SIGN_IN;
}

void sign_in_open(struct turn *t)
{
    struct state *st = t->st;
    if (!st->link.sign_in) {
        turn_message(t, MESSAGE_INFO, "%s", _("Nobody has to sign in at the moment."));
        return;
    }
    if (state_screen(st) == SCREEN_PROMPT)
        prompt_close(t);
    prompt_open(t, PROMPT_SECRET, "");
    st->prompt.about = ABOUT_SIGN_IN;
    (void)snprintf(st->prompt.label, sizeof st->prompt.label, "%s", _("Password of the sign-in"));
    (void)snprintf(st->prompt.problem, sizeof st->prompt.problem, "%.290s", st->link.err.text);
}

/* Asked once when it ends, and again when a password was wrong. */
void sign_in_link(struct turn *t, const struct event *event)
{
    struct state *st = t->st;
    st->link.sign_in = event->link == LINK_REFUSED && event->needs_sign_in;
    if (st->link.sign_in)
        sign_in_open(t);
    else if (is_asking(st) && event->link == LINK_READY)
        prompt_close(t);
}

void sign_in_accept(struct turn *t)
{
    struct job *job = job_create(JOB_SIGN_IN, 0);
    job_set_secret(job, t->st->prompt.line.text);
    prompt_close(t);
    jobs_add(t->jobs, job);
    turn_message(t, MESSAGE_INFO, "%s", _("Signing in…"));
}
