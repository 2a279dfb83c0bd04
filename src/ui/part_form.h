#ifndef VIGIE_UI_PART_FORM_H
#define VIGIE_UI_PART_FORM_H

#include "ui/view.h"

/* The form as it is drawn alone and under the list of a field. */
struct form_place {
    struct rect fields; /* of the body */
    struct rect detail; /* all about the field that the cursor is on; h 0: no room */
    int wide;           /* the detail stands beside the fields */
    int title_cols;
    int top; /* first field shown, as an index of form_fields */
};

void form_place(const struct view *v, struct form_place *p);
void form_draw_fields(struct view *v, const struct form_place *p);
/* The line that sets the detail off, with the field's name; returns what is left of the body. */
struct rect form_draw_rule(struct view *v, const struct form_place *p);
void form_draw_detail(struct view *v, const struct form_place *p);
/* Index of the cursor's field among form_fields. */
int form_index(const struct state *st);

void form_name(const struct state *st, char *buf, size_t size);
void form_summary(const struct view *v, struct strip *left, struct strip *right);

#endif
