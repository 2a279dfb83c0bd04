#include "config.h"

/* What asks for somebody, the gravest first; below, all about the alert that the cursor is on: what
 * it is, why, and three ways to put it right. */

#include "base/i18n.h"
#include "ui/part_alert.h"
#include "ui/w_table.h"

#include <stdio.h>
#include <string.h>

enum { LABEL_COLS = 14, LINE = 700, PERIOD_COLS = 10 };

enum alert_column {
    ALERT_COL_STATE,
    ALERT_COL_ORGANISATION,
    ALERT_COL_SUBJECT,
    ALERT_COL_KIND,
    ALERT_COL_VALUE,
    ALERT_COL_AGE,
    ALERT_COL_WHO,
    ALERT_COL_PERIOD,
    ALERT_COLUMNS
};

static const struct {
    const char *title;
    enum text_align align;
    int min, want, max;
} columns[ALERT_COLUMNS] = {
    [ALERT_COL_STATE] = {N_("Gravity"), TEXT_LEFT, 11, 14, 16},
    [ALERT_COL_ORGANISATION] = {N_("Organisation"), TEXT_LEFT, 12, 16, 40},
    [ALERT_COL_SUBJECT] = {N_("Subject"), TEXT_LEFT, 17, 26, 44},
    [ALERT_COL_KIND] = {N_("Alert"), TEXT_LEFT, 14, 18, 26},
    [ALERT_COL_VALUE] = {N_("Value / limit"), TEXT_RIGHT, 12, 21, 26},
    [ALERT_COL_AGE] = {N_("Age"), TEXT_RIGHT, 4, 6, 8},
    [ALERT_COL_WHO] = {N_("Who"), TEXT_LEFT, 10, 16, 30},
    [ALERT_COL_PERIOD] = {N_("Period"), TEXT_LEFT, 10, 10, 16},
};

static void name(const struct state *st, char *buf, size_t size)
{
    (void)st;
    (void)snprintf(buf, size, "%s", _("Alerts"));
}

static void add_scope(const struct alert_view *view, struct strip *left)
{
    if (view->about[0])
        strip_add(left, ROLE_MATCH, STRIP_KEEP, "%.120s", view->about);
    if (view->scope == ALERTS_ALL)
        strip_add(left, ROLE_TEXT, 90, "%s", _("those of the past too"));
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct alert_view *view = &v->st->alerts;
    const struct alert_list *list = view->list;
    char clock[16];
    add_scope(view, left);
    if (view->fault[0])
        strip_add(left, ROLE_WARN, 95, "%s", _("could not be fetched; r asks again"));
    if (!list) {
        if (!view->fault[0])
            strip_add(left, ROLE_DIM, STRIP_KEEP, "%s", _("fetching the alerts…"));
        return;
    }
    if (counts_open(&list->counts) == 0)
        strip_add(left, ROLE_GOOD, STRIP_KEEP, "%s", _("nothing asks for you"));
    alert_count_parts(v, &list->counts, left);
    if (list->counts.acknowledged > 0)
        strip_add(left, ROLE_DIM, 30, _("%lld taken note of"),
                  (long long)list->counts.acknowledged);
    if (list->counts.snoozed > 0)
        strip_add(left, ROLE_DIM, 29, _("%lld put off"), (long long)list->counts.snoozed);
    value_clock(clock, sizeof clock, view->fetched_at);
    strip_add(right, ROLE_DIM, 10, _("data of %s"), clock);
    if (list->len > 0)
        strip_add(right, ROLE_TEXT, 20, "%d/%d%s", view->scroll.cursor + 1, list->len,
                  list->more ? "+" : "");
}

/* ── the table ── */

static void draw_state(const struct surface *s, const struct alert *a)
{
    struct sign sign;
    alert_sign(&sign, a);
    (void)surface_glyph(s, 0, 0, sign.role, sign.glyph);
    surface_field(s, 0, 2, s->area.w - 2, sign.role, sign.word, TEXT_LEFT);
}

static void draw_cell(const void *arg, size_t row, int column, const struct surface *s,
                      enum role base)
{
    const struct state *st = arg;
    const struct alert *a = &st->alerts.list->item[row];
    enum role role = a->status == ALERT_OPEN || base != ROLE_TEXT ? base : ROLE_DIM;
    char text[VALUE_MAX] = "";
    switch (column) {
    case ALERT_COL_STATE:
        draw_state(s, a);
        return;
    case ALERT_COL_ORGANISATION:
        (void)snprintf(text, sizeof text, "%s", a->organisation);
        break;
    case ALERT_COL_SUBJECT:
        (void)snprintf(text, sizeof text, "%s", a->subject);
        break;
    case ALERT_COL_KIND:
        if (a->threshold > 0)
            (void)snprintf(text, sizeof text, "%s %d %%", alert_title(a->kind), a->threshold);
        else
            (void)snprintf(text, sizeof text, "%s", alert_title(a->kind));
        break;
    case ALERT_COL_VALUE:
        alert_amounts(text, sizeof text, a);
        if (text_width(text) > s->area.w && a->permille >= 0)
            (void)snprintf(text, sizeof text, "%d %%", a->permille / 10);
        break;
    case ALERT_COL_AGE:
        gauge_age(text, sizeof text, st->now - a->raised_at);
        break;
    case ALERT_COL_WHO:
        (void)snprintf(text, sizeof text, "%s", alert_who(a));
        break;
    default:
        (void)snprintf(text, sizeof text, "%.*s", PERIOD_COLS, a->period);
        break;
    }
    surface_field(s, 0, 0, s->area.w, text[0] ? role : ROLE_DIM, text[0] ? text : "–",
                  columns[column].align);
}

/* ── all about one ── */

static void add_when(struct doc *doc, const struct state *st, const struct alert *a)
{
    char words[VALUE_MAX];
    char line[LINE];
    value_when(words, sizeof words, a->raised_at, st->now);
    int within = a->period[0] && strlen(a->period) <= PERIOD_COLS; /* else it is the instant */
    (void)snprintf(line, sizeof line, within ? _("%s; period %s") : "%s", words, a->period);
    doc_field(doc, _("Raised"), ROLE_TEXT, line);
    if (a->over_at > 0) {
        value_when(words, sizeof words, a->over_at, st->now);
        doc_field(doc, _("Over"), ROLE_TEXT, words);
    }
}

static void add_people(struct doc *doc, const struct state *st, const struct alert *a)
{
    char words[VALUE_MAX];
    char line[LINE];
    if (a->assigned_to[0])
        doc_field(doc, _("Looked after"), ROLE_TEXT, a->assigned_to);
    if (a->status == ALERT_SNOOZED) {
        value_when(words, sizeof words, a->snoozed_until, st->now);
        (void)snprintf(line, sizeof line, _("until %s: %s"), words, a->reason);
        doc_field(doc, _("Put off"), ROLE_TEXT, line);
    } else if (a->acknowledged_by[0]) {
        value_when(words, sizeof words, a->acknowledged_at, st->now);
        (void)snprintf(line, sizeof line, _("by %s, %s"), a->acknowledged_by, words);
        doc_field(doc, _("Taken note of"), ROLE_TEXT, line);
    }
}

static void add_remedies(struct doc *doc, const struct view *v, const struct alert *a)
{
    for (int i = 0; i < 3; i++) {
        const struct command_info *info = command_info(state_remedy(a->kind, i));
        char key[KEY_LABELS_MAX];
        char label[2 * KEY_LABELS_MAX];
        keymap_label(v->keymap, (enum command)(CMD_REMEDY_1 + i), CONTEXT_ALERTS, 1,
                     v->theme->ascii, key, sizeof key);
        (void)snprintf(label, sizeof label, "%s %s", key, info->name);
        doc_item(doc, ROLE_KEY, label, ROLE_TEXT, _(info->help));
    }
}

static void draw_detail(const struct view *v, const struct surface *s)
{
    const struct alert *a = &v->st->alerts.list->item[v->st->alerts.scroll.cursor];
    struct doc doc;
    struct surface at = surface_part(s, (struct rect){0, 1, s->area.h, s->area.w - 2});
    char words[ALERT_WORDS];
    doc_init(&doc, at.area.w, LABEL_COLS);
    alert_words(words, a);
    doc_text(&doc, ROLE_SECTION, words);
    doc_field(&doc, _("Why"), ROLE_TEXT, alert_meaning(a->kind));
    add_remedies(&doc, v, a);
    add_people(&doc, v->st, a);
    add_when(&doc, v->st, a);
    doc_draw(&doc, &at, 0);
    doc_finish(&doc);
}

/* Why there is nothing to see. */
static void explain(const struct view *v)
{
    const struct alert_view *view = &v->st->alerts;
    struct doc doc;
    struct surface part = surface_part(&v->body, (struct rect){0, TABLE_PREFIX, v->body.area.h,
                                                               v->body.area.w - 2 * TABLE_PREFIX});
    doc_init(&doc, part.area.w, 0);
    doc_blank(&doc);
    if (!view->list && view->fault[0]) {
        doc_text(&doc, ROLE_BAD, view->fault);
    } else if (!view->list) {
        doc_text(&doc, ROLE_DIM, _("fetching the alerts…"));
    } else {
        doc_text(&doc, ROLE_TEXT,
                 view->scope == ALERTS_ALL ? _("There has been no alert here.")
                                           : _("Nothing asks for you: no alert is open."));
        if (view->scope == ALERTS_OPEN)
            doc_text(&doc, ROLE_DIM, _("A shows those taken note of, put off and over too"));
        if (view->about[0])
            doc_text(&doc, ROLE_DIM, _("0 shows those of all organisations"));
    }
    doc_draw(&doc, &part, 0);
    doc_finish(&doc);
}

static int draw_screen(struct view *v)
{
    const struct alert_view *view = &v->st->alerts;
    struct rect rest = {0, 0, v->body.area.h, v->body.area.w};
    int len = view->list ? view->list->len : 0;
    struct surface below =
        surface_part(&v->body, rect_take_bottom(&rest, len > 0 ? state_detail_rows(v->st) : 0));
    struct surface above = surface_part(&v->body, rest);
    struct table table = {.len = ALERT_COLUMNS,
                          .rows = (size_t)len,
                          .top = (size_t)view->scroll.top,
                          .cursor = (size_t)view->scroll.cursor,
                          .arg = v->st,
                          .cell = draw_cell};
    for (int i = 0; i < ALERT_COLUMNS; i++) {
        table.column[i].title = _(columns[i].title);
        table.column[i].align = columns[i].align;
        table.column[i].identity = i == ALERT_COL_SUBJECT;
        table.column[i].place = (struct layout_column){
            .min = columns[i].min, .want = columns[i].want, .max = columns[i].max};
    }
    table_draw(&table, &v->title, &above);
    if (below.area.h > 0)
        draw_detail(v, &below);
    if (len == 0)
        explain(v);
    return 0;
}

const struct screen_ops screen_alerts = {name, summary, NULL, draw_screen};
