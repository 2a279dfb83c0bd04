#ifndef VIGIE_UI_PART_PLAN_H
#define VIGIE_UI_PART_PLAN_H

#include "ui/view.h"

/* What the plan and the conflict dialog both say of values and outcomes. */

enum { PLAN_TEXT = 2048 };

/* A canonical value on one line, with the name of what it refers to where that is known. Never
 * called with a secret's value. */
void plan_value(const struct state *st, enum field field, const char *value, char buf[PLAN_TEXT]);

/* Sign, role and word of what became of a row; -1: not known. */
struct plan_sign {
    enum glyph glyph;
    enum role role;
    const char *word; /* translated */
};
void plan_sign(struct plan_sign *sign, int outcome);

/* Whether the person must look at it. */
int plan_is_trouble(int outcome);

/* The statements that do the same in psql, as a text: a key is never in them. At most
 * PLAN_SQL_ROWS; out bounds it further. */
enum { PLAN_SQL_ROWS = 50, PLAN_SQL_MAX = 256 * 1024 };
void plan_sql(const struct state *st, struct str *out);

#endif
