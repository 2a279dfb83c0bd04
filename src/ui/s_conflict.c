#include "config.h"

/* Somebody else changed the same fields: for each one mine, theirs and the original, to choose
 * from. */

#include "base/i18n.h"
#include "ui/part_plan.h"

#include <stdio.h>
#include <string.h>

enum { INDENT = 3, LINES_EACH = 5, WORD_COLS = 12, BOX_COLS = 4, WORDS_MAX = 512 };

static void name(const struct state *st, char *buf, size_t size)
{
    (void)st;
    (void)snprintf(buf, size, "%s", _("Conflict"));
}

static size_t chosen(const struct conflict *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->len; i++)
        n += c->item[i].choice != CHOSE_NOTHING;
    return n;
}

static void summary(const struct view *v, struct strip *left, struct strip *right)
{
    const struct conflict *c = &v->st->conflict;
    size_t open = c->len - chosen(c);
    strip_add(left, ROLE_WARN, STRIP_KEEP,
              ngettext("%zu field was changed meanwhile", "%zu fields were changed meanwhile",
                       (unsigned long)c->len),
              c->len);
    if (open > 0)
        strip_add(left, ROLE_TEXT, 40,
                  ngettext("%zu still to choose", "%zu still to choose", (unsigned long)open),
                  open);
    else
        strip_add(left, ROLE_GOOD, 40, "%s", _("all chosen: Enter plans again"));
    if (c->len > 0)
        strip_add(right, ROLE_TEXT, 10, "%d/%zu", c->cursor + 1, c->len);
}

static void draw_choice(const struct view *v, const struct surface *s,
                        const struct conflict_item *item, enum conflict_choice which)
{
    static const struct {
        const char *word;
        enum command command;
    } words[] = {
        [CHOSE_NOTHING] = {"", CMD_NONE},
        [CHOSE_MINE] = {N_("mine"), CMD_CONFLICT_MINE},
        [CHOSE_THEIRS] = {N_("theirs"), CMD_CONFLICT_THEIRS},
        [CHOSE_ORIGINAL] = {N_("original"), CMD_CONFLICT_ORIGINAL},
    };
    int taken = item->choice == which;
    int secret = field_info(item->field)->kind == FIELD_SECRET;
    char text[PLAN_TEXT];
    char key[KEY_LABELS_MAX];
    const char *value = which == CHOSE_MINE     ? item->mine
                        : which == CHOSE_THEIRS ? item->theirs
                                                : item->original;
    enum role role = taken ? ROLE_AFTER : item->choice == CHOSE_NOTHING ? ROLE_TEXT : ROLE_DIM;
    keymap_label(v->keymap, words[which].command, CONTEXT_CONFLICT, 1, v->theme->ascii, key,
                 sizeof key);
    if (secret)
        (void)snprintf(text, sizeof text, "%s",
                       which == CHOSE_MINE ? _("the key that was typed (not shown)")
                                           : _("another key (not shown)"));
    else
        plan_value(v->st, item->field, value, text);
    int x = INDENT + 2;
    x += surface_put(s, 0, x, ROLE_KEY, key) + 1;
    (void)surface_put(s, 0, x, role, "( )");
    if (taken)
        (void)surface_glyph(s, 0, x + 1, role, GLYPH_GOOD);
    x += BOX_COLS;
    surface_field(s, 0, x, WORD_COLS, taken ? ROLE_AFTER : ROLE_LABEL, _(words[which].word),
                  TEXT_LEFT);
    x += WORD_COLS;
    surface_field(s, 0, x, s->area.w - x - 1, role, text, TEXT_LEFT);
}

static void draw_item(const struct view *v, const struct surface *s, size_t index)
{
    const struct conflict *c = &v->st->conflict;
    const struct conflict_item *item = &c->item[index];
    const struct change_set *set = v->st->plan.set;
    int current = (int)index == c->cursor;
    char head[WORDS_MAX];
    (void)snprintf(head, sizeof head, "%s %s %.200s",
                   _(column_info(field_info(item->field)->column)->title),
                   theme_glyph(v->theme, GLYPH_DASH),
                   set && item->row < set->len ? set->item[item->row].label : "");
    enum role role = current ? ROLE_SELECTED : ROLE_SECTION;
    if (current) {
        surface_repeat(s, 0, 1, INDENT - 1, role, " ");
        (void)surface_glyph(s, 0, 1, role, GLYPH_CURSOR);
    }
    int cols =
        text_width(head) < s->area.w - INDENT - 1 ? text_width(head) : s->area.w - INDENT - 1;
    surface_field(s, 0, INDENT, cols, role, head, TEXT_LEFT);
    for (int i = CHOSE_MINE; i <= CHOSE_ORIGINAL; i++) {
        struct surface line = surface_line(s, i);
        draw_choice(v, &line, item, (enum conflict_choice)i);
    }
}

static int draw_screen(struct view *v)
{
    const struct conflict *c = &v->st->conflict;
    int fit = v->body.area.h / LINES_EACH > 0 ? v->body.area.h / LINES_EACH : 1;
    int top = layout_top(c->cursor - fit / 2, (int)c->len, fit);
    for (int i = 0; i < fit + 1 && top + i < (int)c->len; i++) {
        struct surface s = surface_part(
            &v->body, (struct rect){i * LINES_EACH, 0, LINES_EACH - 1, v->body.area.w});
        if (s.area.h > 0)
            draw_item(v, &s, (size_t)top + (size_t)i);
    }
    return 0;
}

const struct screen_ops screen_conflict = {name, summary, NULL, draw_screen};
