#include "config.h"

/* What is being typed: the fields with their values, and all about the one that the cursor is on.
 */

#include "ui/part_form.h"

static int draw_screen(struct view *v)
{
    struct form_place place;
    form_place(v, &place);
    form_draw_fields(v, &place);
    form_draw_detail(v, &place);
    return 0;
}

const struct screen_ops screen_form = {form_name, form_summary, NULL, draw_screen};
