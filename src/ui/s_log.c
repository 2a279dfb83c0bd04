#include "config.h"

/* What the program has done, the newest first. */

#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "ui/view.h"
#include "ui/w_text.h"

#include <stdio.h>
#include <stdlib.h>

enum { LABEL_COLS = 17, LABEL_MAX = 64 };

static void name(const struct state *st, char *buf, size_t size)
{
    (void)st;
    (void)snprintf(buf, size, "%s", _("Log"));
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    (void)v;
    (void)right;
    strip_add(left, ROLE_TEXT, STRIP_KEEP, "%s", _("what the program has done, the newest first"));
    strip_add(left, ROLE_DIM, 10, _("at most %d lines are kept"), LOG_RING);
}

static enum role role_of(enum log_level level)
{
    switch (level) {
    case LOG_ERROR:
        return ROLE_BAD;
    case LOG_WARN:
        return ROLE_WARN;
    case LOG_DEBUG:
        return ROLE_DIM;
    case LOG_INFO:
    default:
        return ROLE_TEXT;
    }
}

static int draw_screen(struct view *v)
{
    struct log_line *lines = mem_zero(LOG_RING, sizeof *lines);
    size_t n = log_copy(lines, LOG_RING);
    struct doc doc;
    doc_init(&doc, v->body.area.w - 2, LABEL_COLS);
    for (size_t i = n; i-- > 0;) {
        char iso[CLOCK_TEXT_MAX];
        char label[LABEL_MAX];
        clock_iso(iso, lines[i].at);
        (void)snprintf(label, sizeof label, "%.9s %.6s", iso + 11, log_level_name(lines[i].level));
        doc_item(&doc, role_of(lines[i].level), label, ROLE_TEXT, lines[i].text);
    }
    if (n == 0)
        doc_text(&doc, ROLE_DIM, _("nothing has been logged yet"));
    struct surface part =
        surface_part(&v->body, (struct rect){0, 1, v->body.area.h, v->body.area.w - 2});
    doc_show(&doc, &part, v->st->log.top, v);
    doc_finish(&doc);
    free(lines);
    return v->lines;
}

const struct screen_ops screen_log = {name, summary, NULL, draw_screen};
