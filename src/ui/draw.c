#include "config.h"

#include "ui/draw.h"

#include "ui/frame.h"
#include "ui/w_prompt.h"

enum { HEADER_ROW, SUMMARY_ROW, BANNER_ROW };

/* What changes with the state's generation only: a frame that relies on the memo leaves it as it
 * is. */
static void draw_edges(const struct view *v, const struct surface *root)
{
    struct surface header = surface_line(root, HEADER_ROW);
    struct surface bottom = surface_line(root, root->area.h - 1);
    frame_header(v, &header);
    int row = BANNER_ROW;
    if (state_has_banner(v->st)) {
        struct surface line = surface_line(root, row++);
        frame_banner(v, &line);
    }
    if (state_host_trouble(v->st)) {
        struct surface line = surface_line(root, row);
        frame_host_banner(v, &line);
    }
    if (state_screen(v->st) == SCREEN_PROMPT)
        prompt_draw(root, &v->st->prompt);
    else
        frame_bottom(v, &bottom);
}

/* typing: the terminal's cursor shows where. */
static int draw_all(struct term *t, const struct state *st, const struct surface *root, int rely,
                    int *typing)
{
    struct view v = {.st = st, .theme = &t->theme, .keymap = &t->keymap};
    int title = BANNER_ROW + state_banners(st);
    struct surface summary = surface_line(root, SUMMARY_ROW);
    v.memo = t->memo.usable ? t->memo.line : NULL;
    v.title = surface_part(root, (struct rect){title, 0, rely ? 0 : 1, root->area.w});
    v.body = surface_part(root, (struct rect){title + 1, 0, state_body_rows(st), root->area.w});
    int lines = screen_ops(state_screen_under(st))->draw(&v);
    if (rely) {
        frame_position(&v, &summary);
    } else {
        frame_summary(&v, &summary);
        draw_edges(&v, root);
    }
    *typing = state_screen(st) == SCREEN_PROMPT || v.has_cursor;
    if (v.has_cursor && state_screen(st) != SCREEN_PROMPT)
        surface_cursor(root, v.cursor_y, v.cursor_x);
    return lines;
}

int draw(struct term *t, const struct state *st)
{
    struct surface root;
    int lines = 0;
    int small = state_too_small(st);
    int typing = 0;
    if (t->gone)
        return 0;
    theme_ground(&t->theme, stdscr);
    surface_init(&root, stdscr, &t->theme);
    int rely = memo_open(&t->memo, st);
    if (!rely)
        (void)werase(stdscr);
    (void)wmove(stdscr, 0, 0);
    (void)idlok(stdscr, t->memo.scrolled); /* looking for shifted lines takes time */
    if (small)
        memo_forget(&t->memo);
    if (small)
        frame_too_small(st, &root);
    else
        lines = draw_all(t, st, &root, rely, &typing);
    batch_open(&t->batch);
    int hidden = curs_set(typing ? 1 : 0) != ERR && !typing;
    (void)leaveok(stdscr, hidden);
    if (st->redraw)
        (void)clearok(curscr, TRUE);
    (void)wnoutrefresh(stdscr);
    (void)doupdate();
    if (batch_close(&t->batch))
        (void)clearok(curscr, TRUE);
    return lines;
}
