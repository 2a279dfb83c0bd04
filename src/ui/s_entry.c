#include "config.h"

/* One entry of the journal: who, when, from where; each field before and after, the one under the
 * cursor in full. */

#include "base/i18n.h"
#include "ui/part_journal.h"
#include "ui/pretty.h"
#include "ui/value.h"
#include "ui/w_table.h"
#include "ui/w_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_COLS = 14, LINE = 700, FULL_MIN = 5, TABLE_MIN = 5, WHOLE_MAX = 64 * 1024 };

enum entry_column { ENTRY_FIELD, ENTRY_BEFORE, ENTRY_AFTER, ENTRY_COLUMNS };

static void name(const struct state *st, char *buf, size_t size)
{
    const struct journal_entry *entry = journal_current(st);
    if (entry)
        (void)snprintf(buf, size, _("entry %lld"), (long long)entry->seq);
    else
        (void)snprintf(buf, size, "%s", _("Entry"));
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct journal_entry *entry = journal_current(v->st);
    if (!entry) {
        strip_add(left, ROLE_DIM, STRIP_KEEP, "%s", _("fetching the journal…"));
        return;
    }
    const char *kind = journal_kind_title(entry->kind);
    strip_add(left, ROLE_TEXT, STRIP_KEEP, "%s", journal_action_title(entry->action));
    if (kind[0])
        strip_add(left, ROLE_INFO, 50, "%s", kind);
    if (journal_is_bad(v->st, entry))
        strip_add(left, ROLE_BAD, 90, "%s", _("not as it was written"));
    if (entry->fields > 0)
        strip_add(right, ROLE_TEXT, 20, "%d/%d", v->st->entry.cursor + 1, entry->fields);
}

/* "Claire Martin, login vigie_op from 10.0.0.3 with psql". */
static void who_words(const struct journal_entry *entry, char *buf, size_t size)
{
    const char *from = entry->address[0] ? entry->address : _("a local socket");
    if (entry->user_name[0])
        (void)snprintf(buf, size, _("%.160s, login %.160s from %.63s"), entry->user_name,
                       entry->login, from);
    else
        (void)snprintf(buf, size, _("login %.160s from %.63s"), entry->login, from);
}

static void add_head(struct doc *doc, const struct state *st, const struct journal_entry *entry)
{
    char words[LINE];
    value_when(words, sizeof words, entry->at, st->now);
    doc_field(doc, _("When"), ROLE_TEXT, words);
    who_words(entry, words, sizeof words);
    doc_field(doc, _("Who"), ROLE_TEXT, words);
    if (entry->application[0])
        doc_field(doc, _("Program"), ROLE_TEXT, entry->application);
    if (entry->account[0])
        doc_field(doc, _("Connexion"), ROLE_TEXT, entry->account);
    doc_field(doc, entry->account[0] ? "" : _("Connexion"), ROLE_DIM, entry->connexion_id);
    (void)snprintf(words, sizeof words, _("%.159s, entry %lld of its chain"),
                   entry->organisation_nom[0] ? entry->organisation_nom : entry->organisation_id,
                   (long long)entry->seq);
    doc_field(doc, _("Organisation"), ROLE_TEXT, words);
}

struct cells {
    const struct state *st;
    const struct journal_entry *entry;
};

/* What there was not is no value: nothing stands there. */
static int is_absent(const struct journal_entry *entry, int column)
{
    return (entry->action == JOURNAL_INSERT && column == ENTRY_BEFORE) ||
           (entry->action == JOURNAL_DELETE && column == ENTRY_AFTER);
}

static void draw_cell(const void *arg, size_t row, int column, const struct surface *s,
                      enum role base)
{
    const struct cells *cells = arg;
    const struct journal_field *f = &cells->entry->field[row];
    char text[JOURNAL_VALUE];
    if (column == ENTRY_FIELD) {
        surface_field(s, 0, 0, s->area.w, base, entry_title(f), TEXT_LEFT);
        return;
    }
    if (is_absent(cells->entry, column))
        return;
    const char *value = column == ENTRY_BEFORE ? f->before : f->after;
    entry_value(cells->st, cells->entry, f, value, text);
    surface_field(s, 0, 0, s->area.w,
                  !value                   ? ROLE_DIM
                  : column == ENTRY_BEFORE ? ROLE_BEFORE
                                           : ROLE_AFTER,
                  text, TEXT_LEFT);
}

static void draw_table(const struct view *v, const struct surface *s,
                       const struct journal_entry *entry)
{
    static const struct {
        const char *title;
        int min, want, max;
    } shapes[ENTRY_COLUMNS] = {
        [ENTRY_FIELD] = {N_("Field"), 14, 22, 30},
        [ENTRY_BEFORE] = {N_("Before"), 14, 40, 100},
        [ENTRY_AFTER] = {N_("After"), 14, 40, 100},
    };
    struct cells cells = {v->st, entry};
    struct table table = {.len = ENTRY_COLUMNS,
                          .rows = (size_t)entry->fields,
                          .top = (size_t)v->st->entry.top,
                          .cursor = (size_t)v->st->entry.cursor,
                          .arg = &cells,
                          .cell = draw_cell};
    struct rect rest = {0, 0, s->area.h, s->area.w};
    struct surface title = surface_part(s, rect_take_top(&rest, 1));
    struct surface body = surface_part(s, rest);
    for (int i = 0; i < ENTRY_COLUMNS; i++) {
        table.column[i].title = _(shapes[i].title);
        table.column[i].identity = i == ENTRY_FIELD;
        table.column[i].place = (struct layout_column){
            .min = shapes[i].min, .want = shapes[i].want, .max = shapes[i].max};
    }
    table_draw(&table, &title, &body);
}

/* ── the value under the cursor, in full ── */

static void add_lines(struct doc *doc, const char *label, enum role role, char *text)
{
    for (char *line = text; line;) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        doc->hang = (int)strspn(line, " ");
        doc_field(doc, label, role, line);
        label = "";
        line = end ? end + 1 : NULL;
    }
    doc->hang = 0;
}

static void add_whole(struct doc *doc, const struct state *st, const struct journal_entry *entry,
                      const struct journal_field *f, int column)
{
    const char *value = column == ENTRY_BEFORE ? f->before : f->after;
    const char *label = column == ENTRY_BEFORE ? _("Before") : _("After");
    enum role role = !value ? ROLE_DIM : column == ENTRY_BEFORE ? ROLE_BEFORE : ROLE_AFTER;
    int json =
        journal_column(f) >= 0 && column_info((enum column)journal_column(f))->kind == COLUMN_JSON;
    char line[JOURNAL_VALUE];
    struct str text;
    if (is_absent(entry, column))
        return;
    str_init(&text, WHOLE_MAX);
    if (json && value)
        pretty_json(&text, value);
    else if (journal_column(f) == COL_ORGANISATION_ID)
        entry_value(st, entry, f, value, line);
    else
        journal_show(f, value, &text);
    if (journal_column(f) == COL_ORGANISATION_ID && !json)
        (void)str_add(&text, line);
    char *whole = str_take(&text);
    add_lines(doc, label, role, whole);
    free(whole);
}

static void draw_whole(const struct view *v, const struct surface *s,
                       const struct journal_entry *entry)
{
    const struct journal_field *f = &entry->field[v->st->entry.cursor];
    struct doc doc;
    struct rect rest = {0, 0, s->area.h, s->area.w};
    struct surface rule = surface_part(s, rect_take_top(&rest, 1));
    struct surface at =
        surface_part(s, (struct rect){1, TABLE_PREFIX, rest.h, rest.w - TABLE_PREFIX - 1});
    surface_repeat(&rule, 0, 0, rule.area.w, ROLE_TRACK_LINE, theme_glyph(v->theme, GLYPH_RULE));
    doc_init(&doc, at.area.w, LABEL_COLS);
    doc_section(&doc, entry_title(f));
    add_whole(&doc, v->st, entry, f, ENTRY_BEFORE);
    add_whole(&doc, v->st, entry, f, ENTRY_AFTER);
    doc_draw(&doc, &at, 0);
    if (doc.len > at.area.h && at.area.h > 0)
        surface_field(&at, at.area.h - 1, 0, at.area.w, ROLE_DIM,
                      theme_glyph(v->theme, GLYPH_ELLIPSIS), TEXT_LEFT);
    doc_finish(&doc);
}

static int draw_screen(struct view *v)
{
    const struct journal_entry *entry = journal_current(v->st);
    struct rect rest = {0, 0, v->body.area.h, v->body.area.w};
    struct doc head;
    if (!entry)
        return 0;
    doc_init(&head, v->body.area.w - TABLE_PREFIX - 1, LABEL_COLS);
    add_head(&head, v->st, entry);
    int wanted = head.len + 1 < rest.h - TABLE_MIN ? head.len + 1 : rest.h - TABLE_MIN;
    struct surface above = surface_part(&v->body, rect_take_top(&rest, wanted));
    struct surface at = surface_part(
        &above, (struct rect){0, TABLE_PREFIX, above.area.h, above.area.w - TABLE_PREFIX - 1});
    doc_draw(&head, &at, 0);
    doc_finish(&head);
    int table = entry->fields + 1;
    int full = rest.h - table - 1;
    full = full < rest.h / 3 ? rest.h / 3 : full;
    int need = table < TABLE_MIN ? table : TABLE_MIN;
    int shown = entry->fields > 0 && v->st->entry.cursor < entry->fields && full >= FULL_MIN &&
                rest.h - full >= need;
    struct surface below = surface_part(&v->body, rect_take_bottom(&rest, shown ? full : 0));
    struct surface middle = surface_part(&v->body, rest);
    draw_table(v, &middle, entry);
    if (shown)
        draw_whole(v, &below, entry);
    return 0;
}

const struct screen_ops screen_entry = {name, summary, NULL, draw_screen};
