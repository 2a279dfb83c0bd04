#ifndef VIGIE_UI_LAYOUT_H
#define VIGIE_UI_LAYOUT_H

/* Arithmetic of places on the screen: no terminal, no state. No size ever becomes negative. */

struct rect {
    int y, x, h, w;
};

/* The part of a rectangle that lies in another. */
struct rect rect_clip(struct rect r, struct rect in);

/* Takes lines or columns off an edge, as many as there are, and returns what was taken. */
struct rect rect_take_top(struct rect *r, int lines);
struct rect rect_take_bottom(struct rect *r, int lines);
struct rect rect_take_left(struct rect *r, int columns);

/* A column of a table: what it needs, what it likes, what it can use; and the place it got (w 0:
 * dropped). */
struct layout_column {
    int min, want, max;
    int x, w;
};

/* Shares width between columns in their order, with gap between them: first what each needs,
 * dropping the last ones that do not fit (the first always gets something), then what each likes,
 * then what is left up to what each can use. Returns how many got a place. */
int layout_columns(struct layout_column *columns, int n, int width, int gap);

/* The first visible line of a text of len lines in a window of height, as near to top as possible.
 */
int layout_top(int top, int len, int height);

#endif
