#include "config.h"

/* The home list: a window on all connexions in sight. */

#include "base/i18n.h"
#include "ui/value.h"
#include "ui/view.h"
#include "ui/w_gauge.h"
#include "ui/w_table.h"
#include "ui/w_text.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_MAX = 48, WORDS_MAX = 400 };

static void name(const struct state *st, char *buf, size_t size)
{
    const struct proof *p = &st->link.proof;
    const char *where = _("all organisations");
    if (st->list.organisation[0])
        where = st->list.organisation_nom;
    else if (st->link.proven && !p->admin)
        where = p->organisation_nom;
    if (state_screen_under(st) != SCREEN_CONNEXIONS)
        (void)snprintf(buf, size, "%s", _("Connexions"));
    else
        (void)snprintf(buf, size, "%s ▸ %.100s", _("Connexions"), where);
}

/* "12/60"; what is not known is an ellipsis, a lower bound has a plus. */
static void position(const struct list *list, char *buf, size_t size)
{
    char at[NUMBER_MAX] = "…";
    char all[NUMBER_MAX] = "…";
    if (list->before >= 0)
        count_format(at, sizeof at, list->before + (int64_t)list->cursor + 1);
    if (list->totals_known)
        count_format(all, sizeof all, list->totals.connexions);
    else if (list->at_start && list->at_end)
        count_format(all, sizeof all, (int64_t)list->len);
    int pad = text_width(all) - text_width(at); /* what stands to the left shall not move */
    (void)snprintf(buf, size, "%*s%s/%s%s", pad > 0 ? pad : 0, "", at, all,
                   list->totals_known && !list->totals_exact ? "+" : "");
}

static void moved(const struct state *st, char *buf, size_t size)
{
    if (st->list.len > 0)
        position(&st->list, buf, size);
}

static void add_counts(struct strip *left, const struct list *list)
{
    const struct totals *t = &list->totals;
    char n[NUMBER_MAX];
    const char *plus = list->totals_exact ? "" : "+";
    if (!list->totals_known) {
        strip_add(left, ROLE_DIM, STRIP_KEEP, "%s", _("… connexions"));
        return;
    }
    count_format(n, sizeof n, t->connexions);
    strip_add(left, ROLE_TEXT, STRIP_KEEP,
              ngettext("%s%s connexion", "%s%s connexions", (unsigned long)t->connexions), n, plus);
    if (!list->organisation[0] && t->organisations > 1) {
        count_format(n, sizeof n, t->organisations);
        strip_add(
            left, ROLE_TEXT, 10,
            ngettext("%s%s organisation", "%s%s organisations", (unsigned long)t->organisations), n,
            plus);
    }
    if (t->over > 0) {
        count_format(n, sizeof n, t->over);
        strip_add(left, ROLE_BAD, 40, _("%s%s over limit"), n, plus);
    }
    if (t->troubled > 0) {
        count_format(n, sizeof n, t->troubled);
        strip_add(left, ROLE_WARN, 30, _("%s%s in trouble"), n, plus);
    }
}

/* The columns on screen, in order. */
struct shown {
    const struct state *st;
    enum column column[COLUMN_ALL];
    int len;
    int health; /* it has a column of its own */
};

static void collect(struct shown *shown, const struct state *st)
{
    *shown = (struct shown){.st = st};
    shown->len = state_columns(st, shown->column);
    for (int i = 0; i < shown->len; i++)
        shown->health = shown->health || shown->column[i] == COL_HEALTH;
}

static int shows(const struct list *list, enum column column)
{
    for (int i = 0; i < list->columns_len; i++)
        if (list->columns[i] == column)
            return 1;
    return 0;
}

static void add_money(struct strip *right, const struct list *list)
{
    const struct totals *t = &list->totals;
    char cost[MONEY_TEXT_MAX] = "…";
    char limit[MONEY_TEXT_MAX] = "…";
    enum role role = t->budget_permille >= 1000  ? ROLE_BAD
                     : t->budget_permille >= 800 ? ROLE_WARN
                                                 : ROLE_TEXT;
    if (list->totals_known && list->totals_exact) {
        money_format(cost, sizeof cost, t->cost);
        money_format(limit, sizeof limit, t->limit);
    } else {
        role = ROLE_DIM;
    }
    strip_add(right, role, 10, _("budget %s / %s %s"), cost, limit, value_currency());
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct state *st = v->st;
    const struct list *list = &st->list;
    char at[4 * NUMBER_MAX];
    const struct column_info *sort = column_info(list->order.column);
    if (list->filter_text[0])
        strip_add(left, ROLE_MATCH, 60, _("filter: %s"), list->filter_text);
    add_counts(left, list);
    if (!shows(list, list->order.column))
        strip_add(left, ROLE_INFO, 20, _("by %s %s"), _(sort->title),
                  theme_glyph(v->theme, list->order.descending ? GLYPH_SORT_DOWN : GLYPH_SORT_UP));
    if (st->marks_len > 0)
        strip_add(left, ROLE_MARKED, 50,
                  ngettext("%zu marked", "%zu marked", (unsigned long)st->marks_len),
                  st->marks_len);
    add_money(right, list);
    if (list->len > 0) {
        position(list, at, sizeof at);
        strip_add(right, ROLE_TEXT, 20, "%s", at);
    }
}

static struct layout_column place(enum column column)
{
    int width = column_info(column)->width;
    switch ((int)column) {
    case COL_ORGANISATION_ID:
        return (struct layout_column){.min = 10, .want = 22, .max = 40};
    case COL_EMAIL:
        return (struct layout_column){.min = 12, .want = 26, .max = 40};
    case COL_STATUS:
        return (struct layout_column){.min = 12, .want = 12, .max = 18};
    case COL_HEALTH:
        return (struct layout_column){.min = 13, .want = width, .max = 28};
    case COL_DAY_USE:
    case COL_COST:
        return (struct layout_column){.min = 12, .want = 13, .max = 22};
    case COL_SYNCHRO:
        return (struct layout_column){.min = 6, .want = 6, .max = 7};
    case COL_ERROR:
    case COL_MODELS:
    case COL_AUDIT:
    case COL_EXTENSIONS:
        return (struct layout_column){.min = 10, .want = width, .max = 3 * width};
    default:
        return (struct layout_column){.min = width < 12 ? width : 12, .want = width, .max = width};
    }
}

static int is_identity(enum column column)
{
    return column == COL_ORGANISATION_ID || column == COL_EMAIL || column == COL_ID ||
           column == COL_CLIENT_ID;
}

static int is_number(enum column column)
{
    enum column_kind kind = column_info(column)->kind;
    int gauge = column == COL_DAY_USE || column == COL_COST;
    return column == COL_SYNCHRO || (!gauge && (kind == COLUMN_INT || kind == COLUMN_MONEY));
}

static void draw_state(const struct shown *shown, const struct connexion *c, enum column which,
                       const struct surface *s, enum role base)
{
    struct sign sign;
    const struct health *health = state_health(shown->st, c->id);
    if (which == COL_HEALTH)
        value_health(&sign, health, state_confirm(shown->st));
    else
        value_state_and_health(&sign, c, shown->health ? NULL : health, s->area.w - 2);
    if (which == COL_HEALTH && !c->active)
        sign.role = ROLE_DIM;
    enum role word = c->active && sign.role == ROLE_GOOD ? base : sign.role;
    (void)surface_glyph(s, 0, 0, sign.role, sign.glyph);
    (void)surface_put(s, 0, 1, word, " ");
    surface_field(s, 0, 2, s->area.w - 2, word, sign.word, TEXT_LEFT);
}

/* Rows that are not what the header says, for that cannot be asked for yet, are dim. */
static enum role row_role(const struct state *st, enum role base)
{
    int outdated = st->list.outdated && st->link.status != LINK_READY;
    return outdated && base == ROLE_TEXT ? ROLE_DIM : base;
}

static enum role text_role(const void *arg, size_t row, int column, enum role base)
{
    const struct shown *shown = arg;
    const struct connexion *c = shown->st->list.rows[row];
    enum column which = shown->column[column];
    int faint = (which < COLUMN_COUNT && !c->col[which]) || !c->active;
    base = row_role(shown->st, base);
    return base == ROLE_TEXT && faint ? ROLE_DIM : base;
}

/* A gauge of the list says whether anybody counts at all. */
static void draw_gauge(const struct surface *s, const struct state *st, const struct connexion *c,
                       enum column which)
{
    const struct health *h = state_health(st, c->id);
    struct figures figures = {.days = 0};
    struct gauge gauge;
    if (h && h->sources_known) {
        memcpy(figures.cost_source, h->cost_source, sizeof figures.cost_source);
        memcpy(figures.use_source, h->use_source, sizeof figures.use_source);
        figures.cost_at = h->cost_at;
        figures.use_at = h->use_at;
    }
    const struct figures *told = h && h->sources_known ? &figures : NULL;
    if (which == COL_DAY_USE)
        gauge_quota_of(&gauge, c, told, st->now);
    else
        gauge_budget_of(&gauge, c, told, st->now);
    gauge_draw(s, 0, 0, s->area.w, &gauge);
}

/* The column in which a field's new value is shown while it is typed: a limit's is its gauge. */
static enum column column_of(enum field field)
{
    enum column column = field_info(field)->column;
    return column == COL_DAY_LIMIT ? COL_DAY_USE : column == COL_COST_LIMIT ? COL_COST : column;
}

/* What "set FIELD=VALUE" on the command line would put into this cell; NULL: nothing. */
static const char *typed_for(const struct state *st, const struct connexion *c, enum column which)
{
    const char *line = st->prompt.line.text;
    const char *name = command_info(CMD_CELL)->name;
    char word[NUMBER_MAX];
    size_t len = strlen(name);
    int hit = st->marks_len > 0 ? state_marked(st, c->id) : c == state_current(st);
    if (!hit || state_screen(st) != SCREEN_PROMPT || st->prompt.kind != PROMPT_PALETTE ||
        strncmp(line, name, len) != 0 || line[len] != ' ')
        return NULL;
    line += len + strspn(line + len, " ");
    len = strcspn(line, "=");
    (void)snprintf(word, sizeof word, "%.*s", (int)(len < sizeof word ? len : 0), line);
    int field = line[len] == '=' ? field_find(word) : -1;
    if (field < 0 || field_info((enum field)field)->kind == FIELD_SECRET ||
        column_of((enum field)field) != which)
        return NULL;
    return line + len + 1;
}

static void draw_cell(const void *arg, size_t row, int column, const struct surface *s,
                      enum role base)
{
    const struct shown *shown = arg;
    const struct state *st = shown->st;
    const struct connexion *c = st->list.rows[row];
    enum column which = shown->column[column];
    char text[VALUE_MAX];
    const char *typed = typed_for(st, c, which);
    if (typed) {
        surface_field(s, 0, 0, s->area.w, ROLE_INPUT, typed,
                      is_number(which) ? TEXT_RIGHT : TEXT_LEFT);
        return;
    }
    if (which == COL_DAY_USE || which == COL_COST) {
        draw_gauge(s, st, c, which);
        return;
    }
    if (which == COL_STATUS || which == COL_HEALTH) {
        draw_state(shown, c, which, s, row_role(st, base));
        return;
    }
    value_cell(text, c, which, st->now);
    surface_field(s, 0, 0, s->area.w, text_role(arg, row, column, base), text,
                  is_number(which) ? TEXT_RIGHT : TEXT_LEFT);
}

static int is_marked(const void *arg, size_t row)
{
    const struct state *st = ((const struct shown *)arg)->st;
    return st->marks_len > 0 && state_marked(st, st->list.rows[row]->id);
}

static void draw_rows(const struct view *v)
{
    const struct list *list = &v->st->list;
    struct shown shown;
    collect(&shown, v->st);
    struct table table = {.len = shown.len,
                          .rows = list->len,
                          .top = list->top,
                          .cursor = list->cursor,
                          .arg = &shown,
                          .cell = draw_cell,
                          .role = text_role,
                          .marked = is_marked,
                          .memo = v->memo};
    for (int i = 0; i < table.len; i++) {
        enum column column = shown.column[i];
        if (v->title.area.h > 0)
            table.column[i].title = _(column_info(column)->title);
        table.column[i].align = is_number(column) ? TEXT_RIGHT : TEXT_LEFT;
        table.column[i].identity = is_identity(column);
        table.column[i].place = place(column);
        if (column == list->order.column)
            table.column[i].sort = list->order.descending ? -1 : 1;
    }
    table_draw(&table, &v->title, &v->body);
}

/* Why there is nothing to see, and what to do about it. */
static void explain(const struct view *v)
{
    const struct state *st = v->st;
    struct doc doc;
    char text[WORDS_MAX];
    doc_init(&doc, v->body.area.w - 2 * TABLE_PREFIX, 0);
    doc_blank(&doc);
    if (st->link.status == LINK_REFUSED) {
        doc_text(&doc, ROLE_BAD, st->link.err.text);
        doc_text(&doc, ROLE_TEXT, st->link.err.cure);
    } else if (st->link.status != LINK_READY) {
        doc_text(&doc, ROLE_DIM, _("no connection to the database yet"));
        doc_text(&doc, ROLE_DIM, st->link.err.text);
    } else if (!st->list.loaded) {
        doc_text(&doc, ROLE_DIM, _("fetching the connexions…"));
    } else if (st->list.filter_text[0]) {
        (void)snprintf(text, sizeof text, _("no connexion here — filter: %.200s"),
                       st->list.filter_text);
        doc_text(&doc, ROLE_TEXT, text);
        doc_text(&doc, ROLE_DIM, _("Esc clears the filter, / changes it"));
    } else if (st->list.organisation[0]) {
        (void)snprintf(text, sizeof text, _("no connexion here — organisation: %.200s"),
                       st->list.organisation_nom);
        doc_text(&doc, ROLE_TEXT, text);
        doc_text(&doc, ROLE_DIM, _("0 shows all organisations"));
    } else {
        doc_text(&doc, ROLE_TEXT, _("no connexion in sight of this identity"));
    }
    struct surface part = surface_part(&v->body, (struct rect){0, TABLE_PREFIX, v->body.area.h,
                                                               v->body.area.w - 2 * TABLE_PREFIX});
    doc_draw(&doc, &part, 0);
    doc_finish(&doc);
}

static int draw_screen(struct view *v)
{
    draw_rows(v);
    if (v->st->list.len == 0)
        explain(v);
    return 0;
}

const struct screen_ops screen_connexions = {name, summary, moved, draw_screen};
