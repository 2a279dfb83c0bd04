#include "config.h"

/* Who changed what, and when: of an organisation, or of all in sight. */

#include "base/i18n.h"
#include "ui/part_journal.h"

#include <stdio.h>

enum { NARROW = 64, WIDE = 130 };

static const char *organisation(const struct journal_view *view)
{
    return view->filtered_nom[0] ? view->filtered_nom : view->organisation_nom;
}

static void name(const struct state *st, char *buf, size_t size)
{
    (void)st;
    (void)snprintf(buf, size, "%s", _("Journal"));
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct journal_view *view = &v->st->journal;
    const char *nom = organisation(view);
    strip_add(left, ROLE_TEXT, STRIP_KEEP, "%.120s", nom[0] ? nom : _("all organisations"));
    journal_add_summary(v, view, &v->st->journal_scroll, left, right);
}

static int draw_screen(struct view *v)
{
    const struct journal_view *view = &v->st->journal;
    unsigned columns = 1U << JOURNAL_WHEN | 1U << JOURNAL_WHO | 1U << JOURNAL_CHANGE;
    if (v->body.area.w >= NARROW)
        columns |= 1U << JOURNAL_ACCOUNT;
    if (v->body.area.w >= WIDE && !organisation(view)[0])
        columns |= 1U << JOURNAL_ORGANISATION;
    journal_draw(v, view, &v->st->journal_scroll, columns);
    return 0;
}

const struct screen_ops screen_journal = {name, summary, NULL, draw_screen};
