#include "config.h"

/* What happened to one connexion: by people, by other programs, and by probes that changed its
 * state. */

#include "base/i18n.h"
#include "ui/part_journal.h"

#include <stdio.h>

static void name(const struct state *st, char *buf, size_t size)
{
    (void)st;
    (void)snprintf(buf, size, "%s", _("Timeline"));
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct journal_view *view = &v->st->timeline;
    strip_add(left, ROLE_TEXT, STRIP_KEEP, "%.120s", view->account);
    journal_add_summary(v, view, &v->st->timeline_scroll, left, right);
}

static int draw_screen(struct view *v)
{
    journal_draw(v, &v->st->timeline, &v->st->timeline_scroll,
                 1U << JOURNAL_WHEN | 1U << JOURNAL_WHO | 1U << JOURNAL_CHANGE);
    return 0;
}

const struct screen_ops screen_timeline = {name, summary, NULL, draw_screen};
