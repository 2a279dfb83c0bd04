#include "config.h"

/* The list offered for a field, beside the form or over it, under the line that narrows it. */

#include "base/i18n.h"
#include "ui/part_form.h"
#include "ui/w_field.h"

#include <stdio.h>

enum {
    MANY_COLORS = 256,
    BOX_COLS = 4,
    SEARCH_COLS = 40,
    WIDTH_MAX = 76,
    LINES_MIN = 4,
    WORDS_MAX = 256
};

static void name(const struct state *st, char *buf, size_t size)
{
    (void)snprintf(buf, size, "%s", _(column_info(field_info(st->offers.field)->column)->title));
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct offers *o = &v->st->offers;
    int n = choices_shown(v->st);
    if (!o->list && !o->local) {
        strip_add(left, ROLE_DIM, STRIP_KEEP, "%s", _("fetching the list…"));
        return;
    }
    strip_add(left, ROLE_TEXT, STRIP_KEEP,
              ngettext("%d to choose from", "%d to choose from", (unsigned long)n), n);
    if (o->list && o->list->more)
        strip_add(left, ROLE_INFO, 40, "%s", _("there are more: type to narrow"));
    if (n > 0)
        strip_add(right, ROLE_TEXT, 10, "%d/%d", o->cursor + 1, n);
}

static int takes_several(const struct state *st)
{
    return field_info(st->offers.field)->kind == FIELD_MODELS;
}

/* Under the line of its field, or above it. */
static struct rect place_over(const struct view *v, const struct form_place *p, int lines)
{
    int at = form_index(v->st) - p->top;
    int above = at;
    int below = v->body.area.h - at - 1;
    int x = field_value_at(p->title_cols) - 1;
    int wide = v->body.area.w - x < WIDTH_MAX ? v->body.area.w - x : WIDTH_MAX;
    if (below >= lines || below >= above || below >= LINES_MIN * 2)
        return (struct rect){at + 1, x, lines < below ? lines : below, wide};
    lines = lines < above ? lines : above;
    return (struct rect){at - lines, x, lines, wide};
}

/* Where the list has no ground of its own a line sets it off. */
static void draw_edge(const struct surface *s)
{
    if (s->theme->colors < MANY_COLORS)
        (void)surface_glyph(s, 0, 0, ROLE_TRACK_LINE, GLYPH_AXIS);
}

static void draw_ground(const struct surface *box)
{
    for (int y = 0; y < box->area.h; y++) {
        struct surface line = surface_line(box, y);
        surface_repeat(&line, 0, 0, line.area.w, ROLE_CHOICE, " ");
        draw_edge(&line);
    }
}

static void draw_search(struct view *v, const struct surface *s)
{
    const struct offers *o = &v->st->offers;
    const char *label = takes_several(v->st) ? _("find, or add: ") : _("find: ");
    int x = 1 + surface_put(s, 0, 1, ROLE_CHOICE_HELP, label);
    int cols = s->area.w - x - 1 < SEARCH_COLS ? s->area.w - x - 1 : SEARCH_COLS;
    field_input(s, 0, x, cols, o->search.text, o->search.cursor, ROLE_INPUT);
    view_cursor_here(v, s);
}

static void draw_offer(const struct view *v, const struct surface *s, int index)
{
    int chosen = 0;
    const struct offer *offer = choices_at(v->st, index, &chosen);
    int current = index == v->st->offers.cursor;
    enum role role = current ? ROLE_CHOSEN : ROLE_CHOICE;
    const char *several = chosen ? "[x]" : "[ ]";
    if (!offer)
        return;
    surface_repeat(s, 0, 0, s->area.w, role, " ");
    if (current)
        (void)surface_glyph(s, 0, 0, role, GLYPH_CURSOR);
    else
        draw_edge(s);
    if (takes_several(v->st))
        (void)surface_put(s, 0, 2, role, several);
    else if (chosen)
        (void)surface_glyph(s, 0, 2, role, GLYPH_MARK);
    int x = takes_several(v->st) ? 2 + BOX_COLS : BOX_COLS;
    surface_field(s, 0, x, s->area.w - x, role, offer->title, TEXT_LEFT);
}

static void draw_empty(const struct view *v, const struct surface *s)
{
    const struct offers *o = &v->st->offers;
    char words[WORDS_MAX];
    const char *text = _("nothing to choose from here");
    if (!o->list && !o->local)
        text = _("fetching the list…");
    else if (takes_several(v->st) && o->search.len > 0)
        text = _("no such model is known: Enter adds it all the same");
    else if (o->search.len > 0)
        text = _("nothing matches");
    (void)snprintf(words, sizeof words, " %s", text);
    surface_field(s, 0, 1, s->area.w - 1, ROLE_CHOICE_HELP, words, TEXT_LEFT);
}

/* First line shown so that the cursor is in sight. */
static int top_of(const struct offers *o, int n, int height)
{
    int top = o->top;
    if (o->cursor < top)
        top = o->cursor;
    if (o->cursor >= top + height)
        top = o->cursor - height + 1;
    return layout_top(top, n, height);
}

static int draw_screen(struct view *v)
{
    const struct offers *o = &v->st->offers;
    struct form_place place;
    int n = choices_shown(v->st);
    form_place(v, &place);
    form_draw_fields(v, &place);
    int lines = (n > 0 ? n : 1) + 1;
    struct rect where = place.wide ? form_draw_rule(v, &place) : place_over(v, &place, lines);
    if (!place.wide)
        form_draw_detail(v, &place);
    where.h = lines < where.h ? lines : where.h;
    struct surface box = surface_part(&v->body, where);
    draw_ground(&box);
    int top = top_of(o, n, box.area.h - 1);
    for (int y = 1; y < box.area.h && top + y - 1 < n; y++) {
        struct surface line = surface_line(&box, y);
        draw_offer(v, &line, top + y - 1);
    }
    if (n == 0) {
        struct surface line = surface_line(&box, 1);
        draw_empty(v, &line);
    }
    struct surface search = surface_line(&box, 0);
    draw_search(v, &search);
    return 0;
}

const struct screen_ops screen_choices = {name, summary, NULL, draw_screen};
