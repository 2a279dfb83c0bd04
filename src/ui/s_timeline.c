#include "config.h"

/* What happened to one connexion: by people, by other programs, and by probes that changed its
 * state. */

#include "base/i18n.h"
#include "ui/part_alert.h"
#include "ui/part_journal.h"
#include "ui/w_table.h"

#include <stdio.h>
#include <string.h>

enum { ALERTS_MAX = 5, PART = 4 };

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

/* Its alerts stand above, for they have no entry in the journal. */
static int draw_alerts(const struct view *v)
{
    const struct timeline_alerts *of = &v->st->timeline_alerts;
    const struct surface *s = &v->body;
    int most = s->area.h / PART < ALERTS_MAX ? s->area.h / PART : ALERTS_MAX;
    int lines = 0;
    if (strcmp(of->id, v->st->timeline.connexion_id) != 0)
        return 0;
    for (; of->list && lines < of->list->len && lines < most; lines++) {
        struct surface line =
            surface_part(s, (struct rect){lines, TABLE_PREFIX, 1, s->area.w - TABLE_PREFIX - 1});
        alert_line(&line, &of->list->item[lines], v->st->now, 0, 0);
    }
    if (lines > 0)
        surface_repeat(s, lines, TABLE_PREFIX, s->area.w - TABLE_PREFIX - 1, ROLE_TRACK_LINE,
                       theme_glyph(v->theme, GLYPH_RULE));
    return lines + (lines > 0);
}

static int draw_screen(struct view *v)
{
    struct rect rest = {0, 0, v->body.area.h, v->body.area.w};
    struct surface whole = v->body;
    (void)rect_take_top(&rest, draw_alerts(v));
    v->body = surface_part(&whole, rest);
    journal_draw(v, &v->st->timeline, &v->st->timeline_scroll,
                 1U << JOURNAL_WHEN | 1U << JOURNAL_WHO | 1U << JOURNAL_CHANGE);
    v->body = whole;
    return 0;
}

const struct screen_ops screen_timeline = {name, summary, NULL, draw_screen};
