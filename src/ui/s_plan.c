#include "config.h"

/* What will change, before it is written; then how far the save is, and what became of each row. */

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/part_plan.h"
#include "ui/value.h"
#include "ui/w_diff.h"
#include "ui/w_field.h"
#include "ui/w_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    INDENT = 3,
    TITLE_COLS = 24,
    TITLE_SMALL = 16,
    LABEL_COLS = 30,
    LABEL_SMALL = 22,
    OUTCOME_COLS = 20,
    ALIGNED_COLS = 10,
    NARROW = 60,
    BAR_MAX = 60,
    WORDS_MAX = 1024,
    PERCENT = 100
};

static void name(const struct state *st, char *buf, size_t size)
{
    (void)snprintf(buf, size, "%s", st->plan.stage == PLAN_DONE ? _("Result") : _("Plan"));
}

static void add_counts(const struct state *st, struct strip *right)
{
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        struct plan_sign sign;
        size_t n = plan_count(st, (enum change_outcome)i);
        int expected = st->plan.stage != PLAN_DONE && i == OUTCOME_SAVED;
        if (n == 0 || expected)
            continue;
        plan_sign(&sign, i);
        strip_add(right, sign.role, plan_is_trouble(i) ? 60 : 40, "%s %zu", sign.word, n);
    }
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct plan *plan = &v->st->plan;
    char words[WORDS_MAX];
    plan_title(v->st, words, sizeof words);
    strip_add(left, ROLE_TEXT, STRIP_KEEP, "%.250s", words);
    if (plan->stage == PLAN_ASKING)
        strip_add(left, ROLE_INFO, 50, "%s", _("asking what the rows hold now…"));
    add_counts(v->st, right);
}

/* ── lines ── */

/* The one field that all rows of the plan change, so that a row is one line; -1. */
static int only_field(const struct change_set *set)
{
    int only = -1;
    for (size_t i = 0; i < set->len; i++) {
        if (set->item[i].op != CHANGE_UPDATE || set->len == 1)
            return -1;
        for (int k = 0; k < FIELD_COUNT; k++) {
            if (!set->item[i].field[k].set)
                continue;
            if (only >= 0 && only != k)
                return -1;
            only = k;
        }
    }
    return only;
}

struct layout {
    const struct view *v;
    const struct state *st;
    struct surface s;
    int only;
    int narrow;
    int y;   /* line being made, from the first of the plan */
    int top; /* first one shown */
};

static int shows(const struct layout *l)
{
    return l->y >= l->top && l->y < l->top + l->s.area.h;
}

static void draw_outcome(const struct layout *l, int y, int outcome)
{
    struct plan_sign sign;
    if (outcome < 0 || (outcome == OUTCOME_SAVED && l->st->plan.stage != PLAN_DONE))
        return;
    plan_sign(&sign, outcome);
    int x = l->s.area.w - OUTCOME_COLS;
    (void)surface_glyph(&l->s, y, x, sign.role, sign.glyph);
    surface_field(&l->s, y, x + 2, OUTCOME_COLS - 3, sign.role, sign.word, TEXT_LEFT);
}

static const char *secret_words(const struct change *change)
{
    if (change->field[FIELD_OF_API_KEY].former)
        return _("the key that it had (not shown)");
    if (change->op == CHANGE_INSERT && change->copy_of[0] && !change->field[FIELD_OF_API_KEY].set)
        return _("the key of the connexion that it is a copy of");
    return change->op == CHANGE_INSERT ? _("the key that was typed (not shown)")
                                       : _("a new key (not shown)");
}

static void draw_change(const struct layout *l, int y, int x, int cols, size_t row,
                        enum field field)
{
    const struct change *change = &l->st->plan.set->item[row];
    char before[PLAN_TEXT];
    char after[PLAN_TEXT];
    const char *old = NULL;
    const char *fresh = NULL;
    int known = 0;
    struct diff diff = {.before_role = ROLE_BEFORE, .after_role = ROLE_AFTER, .after = after};
    plan_values(l->st, row, field, &old, &known, &fresh);
    if (field_info(field)->kind == FIELD_SECRET) {
        diff.after = secret_words(change);
    } else {
        plan_value(l->st, field, fresh, after);
        plan_value(l->st, field, old, before);
        diff.before = known ? before : theme_glyph(l->v->theme, GLYPH_ELLIPSIS);
        if (change->op == CHANGE_INSERT)
            diff.before = NULL;
        diff.before_cols = l->only >= 0 && !l->narrow ? ALIGNED_COLS : 0;
    }
    (void)diff_draw(&l->s, y, x, cols, &diff);
}

/* What the form warns of stands under the change. */
static void draw_warning(struct layout *l, enum field field)
{
    const struct form *form = &l->st->form;
    enum glyph glyph = GLYPH_WARN;
    enum role role = ROLE_WARN;
    const char *word = "";
    int y = l->y - l->top;
    if (!l->st->plan.from_form || !form->open || form->grade[field] != FIELD_WARNING ||
        l->st->plan.stage == PLAN_DONE)
        return;
    field_sign(FIELD_WARNING, &glyph, &role, &word);
    if (shows(l)) {
        char words[WORDS_MAX];
        int x = INDENT + 4;
        (void)surface_glyph(&l->s, y, x, role, glyph);
        (void)snprintf(words, sizeof words, "%s%s%.300s", word, _(": "), form->problem[field]);
        surface_field(&l->s, y, x + 2, l->s.area.w - x - 3, role, words, TEXT_LEFT);
    }
    l->y++;
}

static void draw_field_line(struct layout *l, size_t row, enum field field)
{
    int title = l->narrow ? TITLE_SMALL : TITLE_COLS;
    int y = l->y - l->top;
    int x = INDENT + 2 + title + 1;
    if (shows(l)) {
        surface_field(&l->s, y, INDENT + 2, title, ROLE_LABEL,
                      _(column_info(field_info(field)->column)->title), TEXT_LEFT);
        draw_change(l, y, x, l->s.area.w - x - 1, row, field);
    }
    l->y++;
    draw_warning(l, field);
}

static const char *op_words(enum change_op op, int done)
{
    switch (op) {
    case CHANGE_INSERT:
        return done ? _("new connexion") : _("will be made");
    case CHANGE_DELETE:
        return done ? _("delete") : _("will be deleted");
    case CHANGE_UPDATE:
    default:
        return "";
    }
}

static const char *organisation_of(const struct state *st, const char *id)
{
    for (size_t i = 0; i < st->list.len; i++)
        if (strcmp(st->list.rows[i]->id, id) == 0)
            return value_organisation(st->list.rows[i]);
    return "";
}

/* A new connexion is named by the account it will have. */
static void name_of(const struct change *change, char buf[PLAN_TEXT])
{
    const char *account = change->field[FIELD_OF_EMAIL].value;
    if (change->op == CHANGE_INSERT)
        field_one_line(buf, PLAN_TEXT, account ? account : "");
    else
        (void)snprintf(buf, PLAN_TEXT, "%s", change->label[0] ? change->label : change->id);
}

/* Account, what happens to it, whose it is. */
static void draw_name(const struct layout *l, int y, const struct change *change, int told)
{
    char label[PLAN_TEXT];
    name_of(change, label);
    const char *op = op_words(change->op, l->st->plan.stage == PLAN_DONE);
    int room = l->s.area.w - INDENT - (told ? OUTCOME_COLS : 0) - 1;
    int listed = change->op == CHANGE_DELETE;
    int cols = listed && !l->narrow ? LABEL_COLS : text_width(label[0] ? label : op);
    cols = cols < room ? cols : room;
    surface_field(&l->s, y, INDENT, cols, listed ? ROLE_TEXT : ROLE_SECTION, label[0] ? label : op,
                  TEXT_LEFT);
    if (!label[0])
        return;
    struct surface rest =
        surface_part(&l->s, (struct rect){y, INDENT + cols + 2, 1, room - cols - 2});
    int x = surface_put(&rest, 0, 0, listed ? ROLE_BAD : ROLE_INFO, op);
    if (listed)
        surface_field(&rest, 0, x + 2, rest.area.w - x - 2, ROLE_DIM,
                      organisation_of(l->st, change->id), TEXT_LEFT);
}

static void draw_head(struct layout *l, size_t row, int outcome)
{
    const struct change *change = &l->st->plan.set->item[row];
    int y = l->y - l->top;
    int told = outcome >= 0 && (outcome != OUTCOME_SAVED || l->st->plan.stage == PLAN_DONE);
    if (shows(l) && l->only >= 0) {
        int cols = l->narrow ? LABEL_SMALL : LABEL_COLS;
        int x = INDENT + cols + 1;
        surface_field(&l->s, y, INDENT, cols, ROLE_TEXT,
                      change->label[0] ? change->label : change->id, TEXT_LEFT);
        draw_change(l, y, x, l->s.area.w - x - 1 - (told ? OUTCOME_COLS : 0), row,
                    (enum field)l->only);
    } else if (shows(l)) {
        draw_name(l, y, change, told);
    }
    if (shows(l))
        draw_outcome(l, y, outcome);
    l->y++;
}

/* Why a row was not saved, and what to do about it. */
static void draw_reason(struct layout *l, size_t row, int outcome)
{
    const struct plan *plan = &l->st->plan;
    const struct change_results *results = plan->stage == PLAN_DONE ? plan->results : plan->preview;
    struct doc doc;
    char words[WORDS_MAX];
    if (!plan_is_trouble(outcome))
        return;
    const struct change_result *r = results && row < results->len ? &results->item[row] : NULL;
    const char *why =
        r && r->text[0] ? r->text : _(outcome_info((enum change_outcome)outcome)->sentence);
    (void)snprintf(words, sizeof words, "%s%s%s", why, r && r->cure[0] ? " " : "",
                   r ? r->cure : "");
    doc_init(&doc, l->s.area.w - INDENT - 3, 0);
    doc_text(&doc, outcome == OUTCOME_CONFLICT ? ROLE_WARN : ROLE_BAD, words);
    for (int i = 0; i < doc.len; i++, l->y++) {
        struct surface line = surface_part(
            &l->s, (struct rect){l->y - l->top, INDENT + 2, 1, l->s.area.w - INDENT - 3});
        if (shows(l))
            doc_draw(&doc, &line, i);
    }
    doc_finish(&doc);
}

static void draw_row(struct layout *l, size_t row, int outcome)
{
    const struct change *change = &l->st->plan.set->item[row];
    draw_head(l, row, outcome);
    draw_reason(l, row, outcome);
    for (int i = 0; l->only < 0 && i < FIELD_COUNT; i++) {
        int copied = i == FIELD_OF_API_KEY && change->op == CHANGE_INSERT && change->copy_of[0];
        if (change->field[i].set || copied)
            draw_field_line(l, row, (enum field)i);
    }
    if (l->only < 0 && change->op != CHANGE_DELETE && row + 1 < l->st->plan.set->len)
        l->y++;
}

/* What needs a look comes first. */
static int draw_rows(const struct view *v, const struct surface *s)
{
    const struct plan *plan = &v->st->plan;
    struct layout l = {.v = v, .st = v->st, .s = *s, .top = plan->top};
    l.only = only_field(plan->set);
    l.narrow = s->area.w < NARROW;
    if (l.only >= 0) {
        if (shows(&l))
            surface_field(s, l.y - l.top, INDENT, s->area.w - INDENT, ROLE_SECTION,
                          _(column_info(field_info((enum field)l.only)->column)->title), TEXT_LEFT);
        l.y++;
    }
    for (int trouble = 1; trouble >= 0; trouble--)
        for (size_t i = 0; i < plan->set->len; i++) {
            int outcome = plan_outcome(v->st, i);
            if (plan_is_trouble(outcome) == trouble)
                draw_row(&l, i, outcome);
        }
    return l.y;
}

static int draw_sql(struct view *v, const struct surface *s)
{
    struct str sql;
    struct doc doc;
    str_init(&sql, PLAN_SQL_MAX);
    plan_sql(v->st, &sql);
    doc_init(&doc, s->area.w - INDENT - 1, 0);
    for (const char *line = str_get(&sql); *line;) {
        size_t len = strcspn(line, "\n");
        char *one = mem_dup_len(line, len);
        doc_text(&doc, one[0] == '-' ? ROLE_DIM : ROLE_TEXT, one);
        free(one);
        line += len + (line[len] == '\n');
    }
    struct surface part =
        surface_part(s, (struct rect){0, INDENT, s->area.h, s->area.w - INDENT - 1});
    doc_draw(&doc, &part, v->st->plan.top);
    int lines = doc.len;
    doc_finish(&doc);
    str_finish(&sql);
    return lines;
}

/* ── what the plan waits for ── */

static void draw_progress(const struct view *v, const struct surface *s)
{
    const struct plan *plan = &v->st->plan;
    char words[WORDS_MAX];
    char done[64];
    char all[64];
    int cols = s->area.w - 2 * INDENT < BAR_MAX ? s->area.w - 2 * INDENT : BAR_MAX;
    size_t total = plan->rows_total > 0 ? plan->rows_total : plan->set->len;
    size_t n = plan->rows_done < total ? plan->rows_done : total;
    int filled = total > 0 ? (int)((size_t)cols * n / total) : 0;
    int percent = total > 0 ? (int)((size_t)PERCENT * n / total) : 0;
    int64_t seconds = plan->since_ms > 0 ? (v->st->mono_ms - plan->since_ms) / 1000 : 0;
    count_format(done, sizeof done, (int64_t)n);
    count_format(all, sizeof all, (int64_t)total);
    (void)snprintf(words, sizeof words, _("%s of %s rows, %d %%, %lld s"), done, all, percent,
                   (long long)seconds);
    surface_repeat(s, 0, INDENT, filled, ROLE_BAR, theme_glyph(v->theme, GLYPH_FILL));
    surface_repeat(s, 0, INDENT + filled, cols - filled, ROLE_TRACK,
                   theme_glyph(v->theme, GLYPH_TRACK));
    (void)surface_put(s, 1, INDENT, ROLE_TEXT, words);
}

static enum role prompt_role(const struct state *st, enum glyph *glyph)
{
    const struct plan *plan = &st->plan;
    *glyph = GLYPH_CRUMB;
    if (plan->stage == PLAN_UNSURE || (plan->stage == PLAN_READY && plan->danger == DANGER_MANY)) {
        *glyph = GLYPH_WARN;
        return ROLE_WARN;
    }
    if (plan->stage == PLAN_READY && plan->danger == DANGER_FINAL) {
        *glyph = GLYPH_BAD;
        return ROLE_BAD;
    }
    return ROLE_PROMPT;
}

/* Of several rows also whether a refusal of one keeps the others back. */
static void prompt_words(const struct state *st, char words[WORDS_MAX])
{
    const struct plan *plan = &st->plan;
    plan_prompt(st, words, WORDS_MAX);
    size_t len = strlen(words);
    if (plan->stage == PLAN_READY && plan->set->len > 1 && !plan->undo_of[0])
        (void)snprintf(words + len, WORDS_MAX - len, " — %s",
                       plan->set->all_or_nothing
                           ? _("all or nothing: one that is refused keeps all back")
                           : _("each row for itself: one that is refused keeps no other back"));
}

static void draw_prompt(const struct view *v, const struct surface *s)
{
    char words[WORDS_MAX];
    enum glyph glyph = GLYPH_CRUMB;
    enum role role = prompt_role(v->st, &glyph);
    struct doc doc;
    prompt_words(v->st, words);
    (void)surface_glyph(s, 0, 1, role, glyph);
    doc_init(&doc, s->area.w - INDENT - 1, 0);
    doc_text(&doc, role, words);
    struct surface part =
        surface_part(s, (struct rect){0, INDENT, s->area.h, s->area.w - INDENT - 1});
    doc_draw(&doc, &part, 0);
    doc_finish(&doc);
}

static int prompt_lines(const struct view *v)
{
    char words[WORDS_MAX];
    struct doc doc;
    prompt_words(v->st, words);
    doc_init(&doc, v->body.area.w - INDENT - 1, 0);
    doc_text(&doc, ROLE_TEXT, words);
    int lines = doc.len;
    doc_finish(&doc);
    return words[0] ? lines + 1 : 0;
}

static int is_at_work(enum plan_stage stage)
{
    return stage == PLAN_SAVING || stage == PLAN_STOPPING || stage == PLAN_UNSURE;
}

static int draw_screen(struct view *v)
{
    const struct plan *plan = &v->st->plan;
    struct rect rest = {0, 0, v->body.area.h, v->body.area.w};
    if (!plan->set)
        return 0;
    int below = prompt_lines(v);
    struct surface ask =
        surface_part(&v->body, rect_take_bottom(&rest, below < rest.h ? below : rest.h - 1));
    if (is_at_work(plan->stage)) {
        struct surface progress = surface_part(&v->body, rect_take_top(&rest, 3));
        draw_progress(v, &progress);
    }
    struct surface s = surface_part(&v->body, rest);
    int lines = plan->sql ? draw_sql(v, &s) : draw_rows(v, &s);
    if (ask.area.h > 0) {
        surface_repeat(&ask, 0, 0, ask.area.w, ROLE_TRACK_LINE, theme_glyph(v->theme, GLYPH_RULE));
        struct surface words = surface_part(&ask, (struct rect){1, 0, ask.area.h - 1, ask.area.w});
        draw_prompt(v, &words);
    }
    int chrome = v->body.area.h - s.area.h;
    v->body.area.h = s.area.h;
    v->top = plan->top;
    v->lines = lines;
    return lines + chrome;
}

const struct screen_ops screen_plan = {name, summary, NULL, draw_screen};
