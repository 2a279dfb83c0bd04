#include "config.h"

#include "ui/layout.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static void check_rect(struct rect r, int y, int x, int h, int w)
{
    cr_expect_eq(r.y, y);
    cr_expect_eq(r.x, x);
    cr_expect_eq(r.h, h, "h %d, not %d", r.h, h);
    cr_expect_eq(r.w, w, "w %d, not %d", r.w, w);
}

Test(ui_layout, clips_to_what_is_there)
{
    const struct rect in = {2, 3, 10, 20};
    check_rect(rect_clip((struct rect){0, 0, 100, 100}, in), 2, 3, 10, 20);
    check_rect(rect_clip((struct rect){5, 6, 2, 3}, in), 5, 6, 2, 3);
    check_rect(rect_clip((struct rect){11, 22, 5, 5}, in), 11, 22, 1, 1);
    check_rect(rect_clip((struct rect){50, 50, 5, 5}, in), 50, 50, 0, 0);
    check_rect(rect_clip((struct rect){5, 6, -2, -3}, in), 5, 6, 0, 0);
    check_rect(rect_clip((struct rect){0, 0, 9, 9}, (struct rect){0, 0, 0, -4}), 0, 0, 0, 0);
}

Test(ui_layout, takes_no_more_than_there_is)
{
    struct rect r = {0, 0, 5, 8};
    check_rect(rect_take_top(&r, 2), 0, 0, 2, 8);
    check_rect(rect_take_bottom(&r, 1), 4, 0, 1, 8);
    check_rect(r, 2, 0, 2, 8);
    check_rect(rect_take_top(&r, 9), 2, 0, 2, 8);
    check_rect(rect_take_bottom(&r, 3), 4, 0, 0, 8);
    check_rect(rect_take_left(&r, -3), 4, 0, 0, 0);
    check_rect(rect_take_left(&r, 30), 4, 0, 0, 8);
    check_rect(r, 4, 8, 0, 0);
    struct rect none = {0, 0, -1, -1};
    check_rect(rect_take_top(&none, 1), 0, 0, 0, -1);
    check_rect(none, 0, 0, 0, -1);
}

static int share(struct layout_column *c, int n, int width, int gap)
{
    int fit = layout_columns(c, n, width, gap);
    int end = 0;
    for (int i = 0; i < fit; i++) {
        cr_expect_eq(c[i].x, i == 0 ? 0 : end + gap, "column %d at %d in %d", i, c[i].x, width);
        cr_expect_gt(c[i].w, 0);
        end = c[i].x + c[i].w;
    }
    for (int i = fit; i < n; i++)
        cr_expect_eq(c[i].w, 0, "a dropped column has no width");
    cr_expect_leq(end, width > 0 ? width : 0, "%d columns end at %d in %d", fit, end, width);
    return fit;
}

Test(ui_layout, columns_get_need_then_wish_then_rest)
{
    struct layout_column c[] = {{10, 20, 40, 0, 0}, {5, 5, 5, 0, 0}, {8, 12, 30, 0, 0}};
    cr_expect_eq(share(c, 3, 25, 1), 3);
    cr_expect(c[0].w == 10 && c[1].w == 5 && c[2].w == 8);
    cr_expect_eq(share(c, 3, 31, 1), 3);
    cr_expect(c[0].w == 13 && c[1].w == 5 && c[2].w == 11, "%d %d %d", c[0].w, c[1].w, c[2].w);
    cr_expect_eq(share(c, 3, 60, 1), 3);
    cr_expect(c[0].w > 25 && c[1].w == 5 && c[2].w > 15);
    cr_expect_eq(share(c, 3, 500, 2), 3);
    cr_expect(c[0].w == 40 && c[2].w == 30, "nothing grows past its use");
}

Test(ui_layout, the_last_columns_go_first)
{
    struct layout_column c[] = {{10, 20, 40, 0, 0}, {5, 5, 5, 0, 0}, {8, 12, 30, 0, 0}};
    cr_expect_eq(share(c, 3, 24, 1), 2);
    cr_expect_eq(share(c, 3, 15, 1), 1);
    cr_expect_eq(share(c, 3, 4, 1), 1);
    cr_expect_eq(c[0].w, 4, "the first gets what there is");
    cr_expect_eq(share(c, 3, 0, 1), 0);
    cr_expect_eq(share(c, 3, -7, 1), 0);
    cr_expect_eq(share(c, 0, 80, 1), 0);
    for (int width = 0; width < 300; width++)
        (void)share(c, 3, width, 2);
}

Test(ui_layout, top_of_a_text)
{
    cr_expect_eq(layout_top(0, 10, 5), 0);
    cr_expect_eq(layout_top(3, 10, 5), 3);
    cr_expect_eq(layout_top(9, 10, 5), 5);
    cr_expect_eq(layout_top(9, 3, 5), 0);
    cr_expect_eq(layout_top(-4, 10, 5), 0);
    cr_expect_eq(layout_top(2, 0, 0), 0);
    cr_expect_eq(layout_top(99, 10, -5), 10);
}
