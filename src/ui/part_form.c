#include "config.h"

#include "ui/part_form.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/part_plan.h"
#include "ui/pretty.h"
#include "ui/value.h"
#include "ui/w_field.h"
#include "ui/w_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDE_COLS = 110,
    DETAIL_LINES = 5,
    DETAIL_MIN = 3,
    DETAIL_COLS_MIN = 40,
    DETAIL_COLS_MAX = 72,
    TITLE_MIN = 10,
    TITLE_MAX = 26,
    LABEL_COLS = 9,
    NOTE_MAX = 512,
    TALLY_MAX = 8,
    TALLY_ROWS = 500,
    SHOWN_MAX = 8 * 1024
};

int form_index(const struct state *st)
{
    enum field fields[FIELD_COUNT];
    int n = form_fields(st, fields);
    for (int i = 0; i < n; i++)
        if ((int)fields[i] == st->form.at)
            return i;
    return 0;
}

static int types_lines(const struct state *st)
{
    return st->form.typing && st->form.editor.lines;
}

static int title_cols(const struct state *st, int cols)
{
    enum field fields[FIELD_COUNT];
    int n = form_fields(st, fields);
    int widest = TITLE_MIN;
    int most = cols / 3 < TITLE_MAX ? cols / 3 : TITLE_MAX;
    for (int i = 0; i < n; i++) {
        int width = text_width(_(column_info(field_info(fields[i])->column)->title));
        widest = width > widest ? width : widest;
    }
    return widest < most ? widest : most;
}

/* Lines of the detail under the fields. */
static int lines_below(const struct state *st, int height, int fields)
{
    int left = height - fields;
    if (types_lines(st))
        return height * 3 / 5;
    if (left >= DETAIL_LINES)
        return left;
    return height >= 3 * DETAIL_LINES ? DETAIL_LINES : height >= 2 * DETAIL_MIN ? DETAIL_MIN : 0;
}

void form_place(const struct view *v, struct form_place *p)
{
    enum field fields[FIELD_COUNT];
    int n = form_fields(v->st, fields);
    struct rect rest = {0, 0, v->body.area.h, v->body.area.w};
    int at = form_index(v->st);
    *p = (struct form_place){.wide = rest.w >= WIDE_COLS};
    if (p->wide) {
        int cols = rest.w * 2 / 5;
        cols = cols < DETAIL_COLS_MIN ? DETAIL_COLS_MIN : cols;
        cols = cols > DETAIL_COLS_MAX && !types_lines(v->st) ? DETAIL_COLS_MAX : cols;
        p->fields = rect_take_left(&rest, rest.w - cols);
        p->detail = rest;
    } else {
        p->detail = rect_take_bottom(&rest, lines_below(v->st, rest.h, n));
        p->fields = rest;
    }
    p->title_cols = title_cols(v->st, p->fields.w);
    p->top = layout_top(at - p->fields.h / 2, n, p->fields.h);
}

/* What a canonical value was called; names for what the row refers to. */
static void show_seen(const struct state *st, enum field field, const char *value, struct str *out)
{
    const struct connexion *row = st->form.row;
    if (field == FIELD_OF_ORGANISATION_ID && row && row->organisation_nom && value)
        (void)str_add(out, row->organisation_nom);
    else if (field == FIELD_OF_CLIENT_ID && row && row->client_nom && value)
        (void)str_add(out, row->client_nom);
    else
        field_show(field, value, out);
}

static int is_waiting_for_value(const struct state *st, enum field field)
{
    const struct draft *d = &st->form.draft;
    return d->kind == DRAFT_CREATE && !d->field[field].touched && !st->form.waiting &&
           st->form.grade[field] == FIELD_BAD;
}

/* What stands behind a value: what is wrong with it, else what it was. */
static enum field_grade note_of(const struct state *st, enum field field, char note[NOTE_MAX])
{
    const struct form *form = &st->form;
    const struct draft_field *f = &form->draft.field[field];
    enum glyph glyph = GLYPH_WARN;
    enum role role = ROLE_TEXT;
    const char *word = "";
    struct str was;
    note[0] = '\0';
    if (form->waiting || is_waiting_for_value(st, field))
        return FIELD_FINE;
    field_sign(form->grade[field], &glyph, &role, &word);
    if (form->grade[field] != FIELD_FINE) {
        (void)snprintf(note, NOTE_MAX, "%s%s%.300s", word, _(": "), form->problem[field]);
        return form->grade[field];
    }
    if (form->moved[field]) {
        (void)snprintf(note, NOTE_MAX, "%s", _("changed meanwhile by somebody else"));
        return FIELD_WARNING;
    }
    if (!draft_changes(&form->draft, field) || form->draft.kind != DRAFT_EDIT ||
        field_info(field)->kind == FIELD_SECRET)
        return FIELD_FINE;
    char one[NOTE_MAX / 2];
    str_init(&was, SHOWN_MAX);
    show_seen(st, field, f->seen, &was);
    field_one_line(one, sizeof one, str_get(&was));
    (void)snprintf(note, NOTE_MAX, _("was %s"), one);
    str_finish(&was);
    return FIELD_FINE;
}

/* A JSON value as it was typed or seen, breaks and all; NULL: none. */
static const char *json_text(const struct state *st, enum field field)
{
    const struct draft_field *f = &st->form.draft.field[field];
    return f->touched ? (f->null ? NULL : f->text) : f->seen;
}

static void value_of(const struct state *st, enum field field, struct str *out)
{
    const char *json = field_info(field)->kind == FIELD_JSON && !form_field_mixed(st, field)
                           ? json_text(st, field)
                           : NULL;
    if (is_waiting_for_value(st, field))
        (void)str_add(out, _("needed"));
    else if (json && *json)
        (void)str_add_len(out, json, strnlen(json, SHOWN_MAX));
    else
        form_text(st, field, out);
}

static void draw_field(struct view *v, const struct surface *s, int y, const struct form_place *p,
                       enum field field)
{
    const struct form *form = &v->st->form;
    const struct field_info *info = field_info(field);
    int current = (int)field == form->at;
    int typing = current && form->typing;
    char note[NOTE_MAX];
    struct str text;
    str_init(&text, SHOWN_MAX);
    value_of(v->st, field, &text);
    struct field_line line = {.title = _(column_info(info->column)->title),
                              .value = str_get(&text),
                              .selected = current,
                              .masked = info->kind == FIELD_SECRET,
                              .changed = draft_changes(&form->draft, field) ||
                                         (typing && form->draft.field[field].touched),
                              .note = note};
    line.grade = note_of(v->st, field, note);
    line.faint = form->waiting || form_field_mixed(v->st, field) ||
                 (!form->draft.field[field].touched && !form->draft.field[field].seen);
    if (typing && !form->editor.lines)
        line.editor = &form->editor;
    field_draw(s, y, p->title_cols, &line);
    if (line.editor)
        view_cursor_here(v, s);
    str_finish(&text);
}

void form_draw_fields(struct view *v, const struct form_place *p)
{
    enum field fields[FIELD_COUNT];
    int n = form_fields(v->st, fields);
    struct surface s = surface_part(&v->body, p->fields);
    (void)surface_put(&v->title, 0, FIELD_PREFIX, ROLE_TITLE, _("Field"));
    (void)surface_put(&v->title, 0, field_value_at(p->title_cols), ROLE_TITLE, _("Value"));
    for (int y = 0; y < s.area.h && p->top + y < n; y++)
        draw_field(v, &s, y, p, fields[p->top + y]);
}

static void add_problem(struct doc *doc, const struct view *v, enum field field)
{
    const struct form *form = &v->st->form;
    enum glyph glyph = GLYPH_WARN;
    enum role role = ROLE_TEXT;
    const char *word = "";
    char text[NOTE_MAX];
    if (form->grade[field] == FIELD_FINE || form->waiting || is_waiting_for_value(v->st, field))
        return;
    field_sign(form->grade[field], &glyph, &role, &word);
    (void)snprintf(text, sizeof text, "%s %s: %.300s", theme_glyph(v->theme, glyph), word,
                   form->problem[field]);
    doc_text(doc, role, text);
}

static void add_value(struct doc *doc, const struct state *st, const char *label, enum role role,
                      enum field field, const char *value)
{
    char one[FIELD_ONE_LINE];
    struct str text;
    str_init(&text, SHOWN_MAX);
    show_seen(st, field, value, &text);
    field_one_line(one, sizeof one, str_get(&text));
    doc_field(doc, label, role, one);
    str_finish(&text);
}

/* What the field was, and what somebody else has made of it meanwhile. */
static void add_before(struct doc *doc, const struct view *v, enum field field)
{
    const struct form *form = &v->st->form;
    char text[NOTE_MAX];
    if (form->draft.kind != DRAFT_EDIT || field_info(field)->kind == FIELD_SECRET)
        return;
    if (draft_changes(&form->draft, field) || form->moved[field])
        add_value(doc, v->st, _("Was"), ROLE_TEXT, field, form->draft.field[field].seen);
    if (!form->moved[field] || !form->row)
        return;
    add_value(doc, v->st, _("Now"), ROLE_WARN, field, field_of_row(field, form->row));
    (void)snprintf(text, sizeof text, "%s %s", theme_glyph(v->theme, GLYPH_WARN),
                   _("Somebody else changed this field while you typed; the plan will ask which "
                     "value stays."));
    doc_text(doc, ROLE_WARN, text);
}

static void add_lines(struct doc *doc, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        char *one = mem_dup_len(text, len);
        doc_text(doc, ROLE_DIM, one);
        free(one);
        text += len + (text[len] == '\n');
    }
}

/* As it was laid out by the person, else laid out here. */
static void add_json(struct doc *doc, const char *json)
{
    struct str laid;
    str_init(&laid, (size_t)4 * SHOWN_MAX);
    if (!strchr(json, '\n'))
        pretty_json(&laid, json);
    add_lines(doc, laid.len > 0 ? str_get(&laid) : json);
    str_finish(&laid);
}

static void add_models(struct doc *doc, const struct choice_list *models)
{
    struct str text;
    str_init(&text, SHOWN_MAX);
    for (size_t i = 0; i < models->len; i++)
        (void)str_addf(&text, "%s%s", i > 0 ? ", " : "", models->item[i].title);
    doc_field(doc, _("Usable"), ROLE_DIM, str_get(&text));
    str_finish(&text);
}

/* ── what rows of one form have in the field ── */

struct tally {
    const char *value[TALLY_MAX];
    size_t count[TALLY_MAX];
    int len;
    size_t others, unknown;
};

static const struct connexion *row_of(const struct state *st, const char *id)
{
    for (size_t i = 0; i < st->list.len; i++)
        if (strcmp(st->list.rows[i]->id, id) == 0)
            return st->list.rows[i];
    return NULL;
}

static void tally(struct tally *t, enum field field, const struct connexion *row)
{
    const char *value = row ? field_of_row(field, row) : NULL;
    int at = 0;
    if (!row) {
        t->unknown++;
        return;
    }
    while (at < t->len && !field_same(field, t->value[at], value))
        at++;
    if (at == TALLY_MAX) {
        t->others++;
        return;
    }
    t->value[at] = value;
    t->count[at]++;
    t->len = at == t->len ? at + 1 : t->len;
}

/* "30 connexions, 3 values: 500 ×12, 0 ×10, none ×8" */
static void add_several(struct doc *doc, const struct view *v, enum field field)
{
    const struct form *form = &v->st->form;
    struct tally t = {.len = 0};
    struct str text;
    char one[PLAN_TEXT];
    if (form->draft.kind != DRAFT_BULK || form->rows_len > TALLY_ROWS ||
        field_info(field)->kind == FIELD_SECRET)
        return;
    for (size_t i = 0; i < form->rows_len; i++)
        tally(&t, field, row_of(v->st, form->rows[i]));
    str_init(&text, SHOWN_MAX);
    (void)str_addf(&text,
                   ngettext("%zu connexion", "%zu connexions", (unsigned long)form->rows_len),
                   form->rows_len);
    (void)str_addf(&text, ngettext(", %d%s value: ", ", %d%s values: ", (unsigned long)t.len),
                   t.len, t.others > 0 ? "+" : "");
    for (int i = 0; i < t.len; i++) {
        plan_value(v->st, field, t.value[i], one);
        (void)str_addf(&text, "%s%.80s (%zu)", i > 0 ? ", " : "", one, t.count[i]);
    }
    if (t.others > 0)
        (void)str_addf(&text, _(", others (%zu)"), t.others);
    if (t.unknown > 0)
        (void)str_addf(&text, _(", not on hand (%zu)"), t.unknown);
    doc_text(doc, ROLE_TEXT, str_get(&text));
    str_finish(&text);
}

static void add_more(struct doc *doc, const struct view *v, enum field field)
{
    const struct form *form = &v->st->form;
    enum field_kind kind = field_info(field)->kind;
    const char *json = kind == FIELD_JSON ? json_text(v->st, field) : NULL;
    if (kind == FIELD_MODELS && form->models && form->models->len > 0)
        add_models(doc, form->models);
    if (json && !types_lines(v->st) && form->draft.kind != DRAFT_BULK)
        add_json(doc, json);
    add_several(doc, v, field);
}

static void fill_detail(struct doc *doc, const struct view *v, enum field field)
{
    const struct form *form = &v->st->form;
    if (form->waiting)
        doc_text(doc, ROLE_INFO, _("The connexion is being fetched…"));
    if (form->gone)
        doc_text(
            doc, ROLE_BAD,
            _("The connexion is not there any more, or not in your sight: it cannot be saved."));
    add_problem(doc, v, field);
    doc_text(doc, ROLE_HINT, _(field_info(field)->help));
    add_before(doc, v, field);
    add_more(doc, v, field);
}

static void draw_rule(const struct surface *s, int wide, const char *title)
{
    if (wide) {
        for (int y = 0; y < s->area.h; y++)
            (void)surface_glyph(s, y, 0, ROLE_TRACK_LINE, GLYPH_AXIS);
        (void)surface_put(s, 0, 2, ROLE_SECTION, title);
        return;
    }
    surface_repeat(s, 0, 0, s->area.w, ROLE_TRACK_LINE, theme_glyph(s->theme, GLYPH_RULE));
    struct surface label = surface_part(s, (struct rect){0, FIELD_PREFIX - 1, 1, s->area.w - 4});
    int x = surface_put(&label, 0, 0, ROLE_SECTION, " ");
    x += surface_put(&label, 0, x, ROLE_SECTION, title);
    (void)surface_put(&label, 0, x, ROLE_SECTION, " ");
}

struct rect form_draw_rule(struct view *v, const struct form_place *p)
{
    const struct field_info *info = field_info((enum field)v->st->form.at);
    struct surface s = surface_part(&v->body, p->detail);
    int x = p->wide ? 2 : FIELD_PREFIX;
    if (s.area.h > 0)
        draw_rule(&s, p->wide, _(column_info(info->column)->title));
    return (struct rect){p->detail.y + 1, p->detail.x + x, p->detail.h - 1, p->detail.w - x - 1};
}

void form_draw_detail(struct view *v, const struct form_place *p)
{
    const struct form *form = &v->st->form;
    enum field field = (enum field)form->at;
    struct doc doc;
    struct surface text = surface_part(&v->body, form_draw_rule(v, p));
    if (text.area.h == 0)
        return;
    doc_init(&doc, text.area.w, LABEL_COLS);
    fill_detail(&doc, v, field);
    int used = doc.len;
    if (types_lines(v->st)) {
        used = used < text.area.h / 3 ? used : text.area.h / 3;
        struct surface lines =
            surface_part(&text, (struct rect){used, 0, text.area.h - used, text.area.w});
        text = surface_part(&text, (struct rect){0, 0, used, text.area.w});
        doc_draw(&doc, &text, 0);
        field_input_lines(&lines, &form->editor);
        view_cursor_here(v, &lines);
    } else {
        doc_draw(&doc, &text, 0);
    }
    doc_finish(&doc);
}

void form_name(const struct state *st, char *buf, size_t size)
{
    form_title(st, buf, size);
}

static void add_grades(const struct state *st, struct strip *left)
{
    enum field fields[FIELD_COUNT];
    int n = form_fields(st, fields);
    int bad = 0;
    int warned = 0;
    int needed = 0;
    for (int i = 0; i < n && !st->form.waiting; i++) {
        int waits = is_waiting_for_value(st, fields[i]);
        needed += waits;
        bad += !waits && st->form.grade[fields[i]] == FIELD_BAD;
        warned += st->form.grade[fields[i]] == FIELD_WARNING || st->form.moved[fields[i]];
    }
    if (bad > 0)
        strip_add(
            left, ROLE_BAD, 60,
            ngettext("%d value is not possible", "%d values are not possible", (unsigned long)bad),
            bad);
    if (needed > 0)
        strip_add(left, ROLE_TEXT, 50,
                  ngettext("%d value is needed", "%d values are needed", (unsigned long)needed),
                  needed);
    if (warned > 0)
        strip_add(left, ROLE_WARN, 40, ngettext("%d warning", "%d warnings", (unsigned long)warned),
                  warned);
}

void form_summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct state *st = v->st;
    enum field fields[FIELD_COUNT];
    int changed = draft_changed(&st->form.draft);
    int n = form_fields(st, fields);
    if (st->form.waiting)
        strip_add(left, ROLE_DIM, STRIP_KEEP, "%s", _("fetching the connexion…"));
    else if (changed == 0)
        strip_add(left, ROLE_DIM, STRIP_KEEP, "%s", _("nothing changed yet"));
    else
        strip_add(left, ROLE_CHANGED, STRIP_KEEP,
                  ngettext("%d field changed", "%d fields changed", (unsigned long)changed),
                  changed);
    add_grades(st, left);
    if (st->form.typing)
        strip_add(right, ROLE_INFO, 20, "%s", _("typing"));
    strip_add(right, ROLE_TEXT, 10, _("field %d/%d"), form_index(st) + 1, n);
}
