#include "config.h"

#include "ui/part_journal.h"

#include "base/clock.h"
#include "base/i18n.h"
#include "model/gauge.h"
#include "ui/value.h"
#include "ui/w_diff.h"
#include "ui/w_field.h"
#include "ui/w_table.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { BAD_LINES = 3, SENTENCE = 400, NUMBER_MAX = 48, SHORT = 40, GAP = 2 };
enum { PRINT_DIGITS = 8, ARROW_COLS = 3, WIDE = 110 };
enum { COLS_SECONDS = 19, COLS_MINUTES = 16 };

/* ── words ── */

void journal_when(char *buf, size_t size, int64_t at, int64_t now, int cols)
{
    time_t then = (time_t)at;
    time_t today = (time_t)now;
    struct tm a;
    struct tm b;
    if (!localtime_r(&then, &a) || !localtime_r(&today, &b)) {
        (void)snprintf(buf, size, "?");
        return;
    }
    size_t n = 0;
    if (cols >= COLS_SECONDS)
        n = strftime(buf, size, "%Y-%m-%d %H:%M:%S", &a);
    else if (cols >= COLS_MINUTES)
        n = strftime(buf, size, "%Y-%m-%d %H:%M", &a);
    else if (a.tm_year != b.tm_year)
        n = strftime(buf, size, "%Y-%m-%d", &a);
    else if (a.tm_yday != b.tm_yday)
        n = strftime(buf, size, "%m-%d %H:%M", &a);
    else
        n = strftime(buf, size, "%H:%M:%S", &a);
    if (n == 0)
        buf[0] = '\0';
}

const char *entry_title(const struct journal_field *f)
{
    int column = journal_column(f);
    return column >= 0 ? _(column_info((enum column)column)->title) : f->column;
}

static const char *organisation_of(const struct state *st, const struct journal_entry *entry,
                                   const char *id)
{
    if (strcmp(entry->organisation_id, id) == 0 && entry->organisation_nom[0])
        return entry->organisation_nom;
    for (size_t i = 0; st->orgs.all && i < st->orgs.all->len; i++)
        if (strcmp(st->orgs.all->rows[i].id, id) == 0)
            return st->orgs.all->rows[i].nom;
    return id;
}

void entry_value(const struct state *st, const struct journal_entry *entry,
                 const struct journal_field *f, const char *value, char buf[JOURNAL_VALUE])
{
    struct str text;
    if (value && journal_column(f) == COL_ORGANISATION_ID) {
        (void)snprintf(buf, JOURNAL_VALUE, "%s", organisation_of(st, entry, value));
        return;
    }
    str_init(&text, JOURNAL_VALUE - 1);
    journal_show(f, value, &text);
    field_one_line(buf, JOURNAL_VALUE, str_get(&text));
    str_finish(&text);
}

/* ── the summary ── */

static void add_chain(const struct state *st, struct strip *left)
{
    char clock[16];
    size_t bad = journal_bad(st);
    if (st->chain.job) {
        strip_add(left, ROLE_INFO, 60, "%s", _("checking the chain…"));
    } else if (bad > 0) {
        strip_add(left, ROLE_BAD, 90,
                  ngettext("%zu chain is broken", "%zu chains are broken", (unsigned long)bad),
                  bad);
    } else if (st->chain.known) {
        value_clock(clock, sizeof clock, st->chain.at);
        strip_add(left, ROLE_GOOD, 40, _("chain whole at %s"), clock);
    }
}

void journal_add_summary(const struct view *v, const struct journal_view *view,
                         const struct scroll *scroll, struct strip *left, struct strip *right)
{
    const struct journal_rows *rows = &view->rows;
    char clock[16];
    char n[NUMBER_MAX];
    if (view->filter_text[0])
        strip_add(left, ROLE_MATCH, 80, "/ %.120s", view->filter_text);
    add_chain(v->st, left);
    if (!view->loaded) {
        strip_add(left, view->failed ? ROLE_WARN : ROLE_DIM, 70, "%s",
                  view->failed ? _("the journal could not be fetched; r asks again")
                               : _("fetching the journal…"));
        return;
    }
    value_clock(clock, sizeof clock, view->fetched_at);
    strip_add(right, ROLE_DIM, 10, _("data of %s"), clock);
    count_format(n, sizeof n, (int64_t)rows->len);
    if (rows->len > 0)
        strip_add(right, ROLE_TEXT, 20, "%d/%s%s", scroll->cursor + 1, n, rows->at_end ? "" : "+");
}

/* ── cells ── */

/* Of a fingerprint the start is enough to tell one from another. */
static void in_short(const struct state *st, const struct journal_entry *entry,
                     const struct journal_field *f, const char *value, char buf[JOURNAL_VALUE])
{
    static const char mark[] = "sha256:";
    size_t skip = sizeof mark - 1;
    if (journal_column(f) == COL_API_KEY && value && strncmp(value, mark, skip) == 0)
        (void)snprintf(buf, JOURNAL_VALUE, "%.*s", PRINT_DIGITS, value + skip);
    else
        entry_value(st, entry, f, value, buf);
}

struct told {
    const char *title;
    char before[JOURNAL_VALUE], after[JOURNAL_VALUE];
    int title_cols, cols; /* what they take when nothing is cut */
};

static void tell(struct told *t, const struct state *st, const struct journal_entry *entry,
                 const struct journal_field *f)
{
    t->title = entry_title(f);
    in_short(st, entry, f, f->before, t->before);
    in_short(st, entry, f, f->after, t->after);
    t->title_cols = text_width(t->title);
    t->cols = text_width(t->before) + ARROW_COLS + text_width(t->after);
}

/* Where room is short the values keep what they need, the title a third at least. */
static int put_field(const struct surface *s, int x, int room, const struct told *t)
{
    struct diff diff = {.before = t->before,
                        .after = t->after,
                        .before_role = ROLE_BEFORE,
                        .after_role = ROLE_AFTER};
    int most = room - 1 - t->cols > room / 3 ? room - 1 - t->cols : room / 3;
    int cols = t->title_cols < most ? t->title_cols : most;
    surface_field(s, 0, x, cols, ROLE_LABEL, t->title, TEXT_LEFT);
    return cols + 1 + diff_draw(s, 0, x + cols + 1, room - cols - 1, &diff);
}

/* As many fields as have room, the first in any case, then how many there are besides. */
static void draw_fields(const struct surface *s, int x, const struct state *st,
                        const struct journal_entry *entry)
{
    char more[NUMBER_MAX];
    struct told t;
    for (int i = 0; i < entry->fields; i++) {
        tell(&t, st, entry, &entry->field[i]);
        int left = entry->fields - i - 1;
        (void)snprintf(more, sizeof more, "+%d", left);
        int tail = left > 0 ? text_width(more) + GAP : 0;
        int room = s->area.w - x - tail;
        if (i > 0 && t.title_cols + 1 + t.cols > room) {
            (void)snprintf(more, sizeof more, "+%d", left + 1);
            (void)surface_put(s, 0, x, ROLE_DIM, more);
            return;
        }
        x += put_field(s, x, room, &t) + GAP;
    }
}

static void draw_change(const struct surface *s, const struct state *st,
                        const struct journal_entry *entry)
{
    const char *kind = journal_kind_title(entry->kind);
    const char *title = journal_action_title(entry->action);
    int x = 0;
    if (journal_is_bad(st, entry))
        x += surface_glyph(s, 0, x, ROLE_BAD, GLYPH_BAD) + 1;
    if (kind[0] && !journal_by_probe(entry))
        x += surface_put(s, 0, x, ROLE_INFO, kind) + 1;
    if (entry->action == JOURNAL_INSERT)
        (void)surface_put(s, 0, x, ROLE_GOOD, title);
    else if (entry->action == JOURNAL_DELETE)
        (void)surface_put(s, 0, x, ROLE_BAD, title);
    else
        draw_fields(s, x, st, entry);
}

struct cells {
    const struct state *st;
    const struct journal_view *view;
    enum journal_column_shown column[JOURNAL_COLUMNS];
};

static void draw_who(const struct surface *s, const struct journal_entry *entry, enum role base)
{
    int probe = journal_by_probe(entry);
    surface_field(s, 0, 0, s->area.w, probe && base == ROLE_TEXT ? ROLE_DIM : base,
                  probe ? _("probe") : journal_who(entry), TEXT_LEFT);
}

static void draw_cell(const void *arg, size_t row, int column, const struct surface *s,
                      enum role base)
{
    const struct cells *cells = arg;
    const struct journal_entry *entry = journal_rows_at(&cells->view->rows, row);
    char when[SHORT];
    if (!entry) {
        if (column == 0)
            (void)surface_glyph(s, 0, 0, ROLE_DIM, GLYPH_ELLIPSIS);
        return;
    }
    switch (cells->column[column]) {
    case JOURNAL_WHEN:
        journal_when(when, sizeof when, entry->at, cells->st->now, s->area.w);
        surface_field(s, 0, 0, s->area.w, base, when, TEXT_LEFT);
        break;
    case JOURNAL_WHO:
        draw_who(s, entry, base);
        break;
    case JOURNAL_ACCOUNT:
        surface_field(s, 0, 0, s->area.w, base,
                      entry->account[0] ? entry->account : entry->connexion_id, TEXT_LEFT);
        break;
    case JOURNAL_ORGANISATION:
        surface_field(s, 0, 0, s->area.w, ROLE_DIM,
                      entry->organisation_nom[0] ? entry->organisation_nom : entry->organisation_id,
                      TEXT_LEFT);
        break;
    case JOURNAL_CHANGE:
    case JOURNAL_COLUMNS:
    default:
        draw_change(s, cells->st, entry);
        break;
    }
}

/* ── the table ── */

static int add_bad(const struct view *v, struct rect *rest)
{
    const struct journal_chain *chain = &v->st->chain;
    int lines = 0;
    for (size_t i = 0; i < chain->len && lines < BAD_LINES; i++) {
        char words[SENTENCE];
        if (!chain->proofs[i].reason[0])
            continue;
        struct surface s = surface_part(&v->body, rect_take_top(rest, 1));
        journal_reason(&chain->proofs[i], words, sizeof words);
        (void)surface_glyph(&s, 0, 1, ROLE_BAD, GLYPH_BAD);
        surface_field(&s, 0, TABLE_PREFIX, s.area.w - TABLE_PREFIX, ROLE_BAD, words, TEXT_LEFT);
        lines++;
    }
    return lines;
}

static void draw_empty(const struct view *v, const struct journal_view *view)
{
    const char *words = view->filter_text[0] ? _("No entry matches the filter; Esc takes it away.")
                                             : _("No change has been recorded yet.");
    surface_field(&v->body, 1, TABLE_PREFIX, v->body.area.w - TABLE_PREFIX, ROLE_TEXT, words,
                  TEXT_LEFT);
}

void journal_draw(struct view *v, const struct journal_view *view, const struct scroll *scroll,
                  unsigned columns)
{
    static const struct {
        const char *title;
        int identity;
        int min, want, wide, max;
    } shapes[JOURNAL_COLUMNS] = {
        [JOURNAL_WHEN] = {N_("When"), 1, 11, 11, 16, 19},
        [JOURNAL_WHO] = {N_("Who"), 1, 10, 12, 20, 26},
        [JOURNAL_ACCOUNT] = {N_("Account"), 1, 14, 17, 26, 32},
        [JOURNAL_CHANGE] = {N_("Change"), 0, 10, 40, 60, 400},
        [JOURNAL_ORGANISATION] = {N_("Organisation"), 0, 12, 20, 20, 28},
    };
    struct cells cells = {.st = v->st, .view = view};
    int wide = v->body.area.w >= WIDE;
    struct rect rest = {0, 0, v->body.area.h, v->body.area.w};
    struct table table = {.rows = view->rows.len,
                          .top = (size_t)scroll->top,
                          .cursor = (size_t)scroll->cursor,
                          .arg = &cells,
                          .cell = draw_cell};
    (void)add_bad(v, &rest);
    struct surface below = surface_part(&v->body, rest);
    for (int i = 0; i < JOURNAL_COLUMNS; i++) {
        if (!(columns & (1U << i)))
            continue;
        struct table_column *c = &table.column[table.len];
        cells.column[table.len++] = (enum journal_column_shown)i;
        c->title = _(shapes[i].title);
        c->identity = shapes[i].identity;
        c->place = (struct layout_column){.min = shapes[i].min,
                                          .want = wide ? shapes[i].wide : shapes[i].want,
                                          .max = shapes[i].max};
    }
    table_draw(&table, &v->title, &below);
    if (view->loaded && view->rows.len == 0)
        draw_empty(v, view);
}
