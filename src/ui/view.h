#ifndef VIGIE_UI_VIEW_H
#define VIGIE_UI_VIEW_H

#include "flow/state.h"
#include "ui/keymap.h"
#include "ui/strip.h"
#include "ui/surface.h"

/* What a screen draws from and into. */
struct view {
    const struct state *st;
    const struct theme *theme;
    const struct keymap *keymap;
    struct surface title; /* the line above the body */
    struct surface body;  /* state_body_rows lines */
    size_t *memo;         /* one for each line of the body: what it shows already; NULL: nothing */
    int top, lines;       /* of a text that scrolls: first line shown, length; set by its screen */
    int has_cursor;       /* something is typed: the terminal's cursor shows where, in the window */
    int cursor_y, cursor_x;
};

/* The terminal's cursor stays where it is now, whatever is drawn afterwards. */
void view_cursor_here(struct view *v, const struct surface *s);

/* A screen: one file, one of these. */
struct screen_ops {
    /* Its place in the breadcrumb, translated. */
    void (*name)(const struct state *st, char *buf, size_t size);
    /* The second line of the header; parts of the right with the smallest keep go first. */
    void (*summary)(const struct view *v, struct strip *left, struct strip *right);
    /* The end of that line, alone: what a frame draws anew that only moves the cursor. NULL for
     * screens without such frames. */
    void (*position)(const struct state *st, char *buf, size_t size);
    /* Draws title and body; returns the lines of a text that scrolls, 0 for other screens. */
    int (*draw)(struct view *v);
};

extern const struct screen_ops screen_connexions;
extern const struct screen_ops screen_connexion;
extern const struct screen_ops screen_health;
extern const struct screen_ops screen_organisations;
extern const struct screen_ops screen_accounts;
extern const struct screen_ops screen_help;
extern const struct screen_ops screen_log;
extern const struct screen_ops screen_proof;
extern const struct screen_ops screen_columns;
extern const struct screen_ops screen_sort;
extern const struct screen_ops screen_form;
extern const struct screen_ops screen_choices;
extern const struct screen_ops screen_plan;
extern const struct screen_ops screen_conflict;
extern const struct screen_ops screen_journal;
extern const struct screen_ops screen_timeline;
extern const struct screen_ops screen_entry;
extern const struct screen_ops screen_alerts;
extern const struct screen_ops screen_board;
extern const struct screen_ops screen_provider;

/* The operations of a screen; never of a prompt, which is drawn over another. */
const struct screen_ops *screen_ops(enum screen_kind kind);

#endif
