#ifndef VIGIE_UI_W_FIELD_H
#define VIGIE_UI_W_FIELD_H

#include "flow/editor.h"
#include "model/field.h"
#include "ui/surface.h"

/* One field of a form on one line: signs of change and cursor, title, value or the text being
 * typed, and what there is to say of it. */
struct field_line {
    const char *title;
    const char *value;           /* as a person reads it; breaks and tabs are drawn as blanks */
    const struct editor *editor; /* what is being typed instead; NULL */
    int masked;                  /* a sign for each character of the editor's text */
    int selected, changed, faint;
    enum field_grade grade;
    const char *note; /* stands behind the value; "" for none */
};

enum { FIELD_PREFIX = 3, FIELD_INPUT_MAX = 64, FIELD_ONE_LINE = 2048 };

/* Columns before the value. */
int field_value_at(int title_cols);

void field_draw(const struct surface *s, int y, int title_cols, const struct field_line *f);

/* The sign and role of a grade, and its word, translated; "" for FIELD_FINE. */
void field_sign(enum field_grade grade, enum glyph *glyph, enum role *role, const char **word);

/* A text on one line: breaks, tabs and the blanks that follow them are one blank. */
void field_one_line(char *buf, size_t size, const char *text);

/* A line being typed in cols columns: the part of it around the cursor (in bytes), with a sign
 * where it goes on. Leaves the terminal's cursor there. */
void field_input(const struct surface *s, int y, int x, int cols, const char *text, size_t cursor,
                 enum role role);

/* A text of several lines being typed, around its cursor. */
void field_input_lines(const struct surface *s, const struct editor *ed);

#endif
