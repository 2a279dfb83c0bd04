#include "config.h"

/* The limits of an OpenAI project beside those that its connexion asks for: what differs, what
 * applying would do, and what came of it. */

#include "base/i18n.h"
#include "ui/part_alert.h"
#include "ui/w_table.h"

#include <stdio.h>
#include <string.h>

enum { LABEL_COLS = 14 };

enum step_column {
    STEP_COL_STATE,
    STEP_COL_PART,
    STEP_COL_OBJECT,
    STEP_COL_HAVE,
    STEP_COL_WANT,
    STEP_COLUMNS
};

static const struct {
    const char *title;
    int min, want, max;
} columns[STEP_COLUMNS] = {
    [STEP_COL_STATE] = {N_("Step"), 11, 12, 14},
    [STEP_COL_PART] = {N_("Limit"), 13, 19, 22},
    [STEP_COL_OBJECT] = {N_("Of"), 8, 15, 24},
    [STEP_COL_HAVE] = {N_("At OpenAI now"), 14, 30, 60},
    [STEP_COL_WANT] = {N_("Wanted"), 14, 30, 60},
};

static void name(const struct state *st, char *buf, size_t size)
{
    (void)st;
    (void)snprintf(buf, size, "%s", _("At OpenAI"));
}

static int is_change(const struct provider_step *step)
{
    return step->kind == STEP_CREATE || step->kind == STEP_CHANGE || step->kind == STEP_REMOVE;
}

static void add_counts(const struct provider_view *view, struct strip *left)
{
    int changes = 0;
    int refused = 0;
    int verified = 0;
    int failed = 0;
    for (int i = 0; i < view->plan->len; i++) {
        const struct provider_step *s = &view->plan->item[i];
        changes += is_change(s);
        refused += s->kind == STEP_REFUSED;
        verified += s->state == STEP_VERIFIED;
        failed += s->state == STEP_FAILED || s->state == STEP_UNKNOWN;
    }
    if (view->job_apply)
        strip_add(left, ROLE_INFO, 90, _("applying: %d of %d verified…"), verified, changes);
    else if (view->applied)
        strip_add(left, failed ? ROLE_BAD : ROLE_GOOD, 90, _("%d verified, %d not"), verified,
                  failed);
    else
        strip_add(left, changes ? ROLE_WARN : ROLE_GOOD, 90,
                  ngettext("%d change", "%d changes", (unsigned long)changes), changes);
    if (refused > 0)
        strip_add(left, ROLE_BAD, 80, _("%d refused"), refused);
    if (view->plan->drift)
        strip_add(left, ROLE_WARN, 70, "%s", _("drift"));
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct provider_view *view = &v->st->provider;
    char clock[16];
    strip_add(left, ROLE_TEXT, STRIP_KEEP, "%.120s", view->account);
    if (!view->plan) {
        if (!view->fault[0])
            strip_add(left, ROLE_DIM, 90, "%s", _("asking OpenAI…"));
        return;
    }
    if (view->plan->project[0])
        strip_add(left, ROLE_TEXT, 50, "%s", view->plan->project);
    if (!view->plan->fault[0])
        add_counts(view, left);
    value_clock(clock, sizeof clock,
                view->plan->read_at > 0 ? view->plan->read_at : view->fetched_at);
    strip_add(right, ROLE_DIM, 10, _("data of %s"), clock);
}

/* ── the steps ── */

static void planned_sign(struct sign *sign, enum provider_step_kind kind)
{
    static const struct {
        enum glyph glyph;
        enum role role;
        const char *word;
    } looks[] = {
        [STEP_SAME] = {GLYPH_GOOD, ROLE_GOOD, N_("as wanted")},
        [STEP_CREATE] = {GLYPH_PLUS, ROLE_CHANGED, N_("create")},
        [STEP_CHANGE] = {GLYPH_CHANGED, ROLE_CHANGED, N_("change")},
        [STEP_REMOVE] = {GLYPH_MINUS, ROLE_WARN, N_("remove")},
        [STEP_REFUSED] = {GLYPH_BAD, ROLE_BAD, N_("refused")},
    };
    *sign = (struct sign){.glyph = looks[kind].glyph, .role = looks[kind].role};
    (void)snprintf(sign->word, sizeof sign->word, "%.60s", _(looks[kind].word));
}

static void step_sign(struct sign *sign, const struct provider_step *step)
{
    planned_sign(sign, step->kind);
    switch (step->state) {
    case STEP_SENT:
        *sign = (struct sign){.glyph = GLYPH_ELLIPSIS, .role = ROLE_INFO};
        (void)snprintf(sign->word, sizeof sign->word, "%.60s", _("sent"));
        break;
    case STEP_VERIFIED:
        *sign = (struct sign){.glyph = GLYPH_GOOD, .role = ROLE_GOOD};
        (void)snprintf(sign->word, sizeof sign->word, "%.60s", _("verified"));
        break;
    case STEP_FAILED:
        *sign = (struct sign){.glyph = GLYPH_BAD, .role = ROLE_BAD};
        (void)snprintf(sign->word, sizeof sign->word, "%.60s", _("failed"));
        break;
    case STEP_UNKNOWN:
        *sign = (struct sign){.glyph = GLYPH_UNKNOWN, .role = ROLE_WARN};
        (void)snprintf(sign->word, sizeof sign->word, "%.60s", _("not known"));
        break;
    case STEP_PLANNED:
    default:
        break;
    }
}

static void draw_cell(const void *arg, size_t row, int column, const struct surface *s,
                      enum role base)
{
    const struct state *st = arg;
    const struct provider_step *step = &st->provider.plan->item[row];
    const char *text = step->want;
    enum role role = base;
    struct sign sign;
    switch (column) {
    case STEP_COL_STATE:
        step_sign(&sign, step);
        (void)surface_glyph(s, 0, 0, sign.role, sign.glyph);
        surface_field(s, 0, 2, s->area.w - 2, sign.role, sign.word, TEXT_LEFT);
        return;
    case STEP_COL_PART:
        text = provider_part_title(step->part);
        break;
    case STEP_COL_OBJECT:
        text = step->object;
        break;
    case STEP_COL_HAVE:
        text = step->have;
        role = is_change(step) ? ROLE_BEFORE : base;
        break;
    default:
        role = is_change(step) ? ROLE_AFTER : base;
        break;
    }
    surface_field(s, 0, 0, s->area.w, text[0] ? role : ROLE_DIM, text[0] ? text : "–", TEXT_LEFT);
}

static void draw_detail(const struct view *v, const struct surface *s)
{
    const struct provider_view *view = &v->st->provider;
    const struct provider_step *step = &view->plan->item[view->scroll.cursor];
    struct surface at = surface_part(s, (struct rect){0, 1, s->area.h, s->area.w - 2});
    struct sign sign;
    struct doc doc;
    doc_init(&doc, at.area.w, LABEL_COLS);
    doc_text(&doc, ROLE_SECTION, provider_part_title(step->part));
    step_sign(&sign, step);
    doc_field(&doc, _("Step"), sign.role, sign.word);
    if (step->object[0])
        doc_field(&doc, _("Of"), ROLE_TEXT, step->object);
    doc_field(&doc, _("Now"), ROLE_TEXT, step->have[0] ? step->have : _("nothing"));
    doc_field(&doc, _("Wanted"), ROLE_TEXT, step->want[0] ? step->want : _("nothing"));
    if (step->why[0])
        doc_field(&doc, _("Why"), ROLE_WARN, step->why);
    doc_draw(&doc, &at, 0);
    doc_finish(&doc);
}

static void explain(const struct view *v)
{
    const struct provider_view *view = &v->st->provider;
    struct surface part = surface_part(&v->body, (struct rect){0, TABLE_PREFIX, v->body.area.h,
                                                               v->body.area.w - 2 * TABLE_PREFIX});
    struct doc doc;
    doc_init(&doc, part.area.w, 0);
    doc_blank(&doc);
    if (view->fault[0])
        doc_text(&doc, ROLE_BAD, view->fault);
    else if (!view->plan)
        doc_text(&doc, ROLE_DIM, _("asking OpenAI what the project has…"));
    else if (view->plan->fault[0])
        doc_text(&doc, ROLE_WARN, view->plan->fault);
    else
        doc_text(&doc, ROLE_TEXT, _("The connexion asks for no limit, and its project has none."));
    doc_draw(&doc, &part, 0);
    doc_finish(&doc);
}

static int draw_screen(struct view *v)
{
    const struct provider_view *view = &v->st->provider;
    struct rect rest = {0, 0, v->body.area.h, v->body.area.w};
    int len = view->plan && !view->fault[0] ? view->plan->len : 0;
    struct surface below =
        surface_part(&v->body, rect_take_bottom(&rest, len > 0 ? state_detail_rows(v->st) : 0));
    struct surface above = surface_part(&v->body, rest);
    struct table table = {.len = STEP_COLUMNS,
                          .rows = (size_t)len,
                          .top = (size_t)view->scroll.top,
                          .cursor = (size_t)view->scroll.cursor,
                          .arg = v->st,
                          .cell = draw_cell};
    for (int i = 0; i < STEP_COLUMNS; i++) {
        table.column[i].title = _(columns[i].title);
        table.column[i].identity = i == STEP_COL_PART;
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

const struct screen_ops screen_provider = {name, summary, NULL, draw_screen};
