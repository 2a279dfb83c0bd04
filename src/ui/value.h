#ifndef VIGIE_UI_VALUE_H
#define VIGIE_UI_VALUE_H

#include "model/health.h"
#include "ui/surface.h"

/* The values of a row as words, the same in the list and on the sheet. */

enum { VALUE_MAX = 512, CURRENCY_MAX = 8 };

/* The sign of the currency of costs. */
const char *value_currency(void);

/* Shape, word and role of a connexion's state, the switch included: what is off is hollow. */
struct sign {
    enum glyph glyph;
    enum role role;
    char word[64];
};
void value_state(struct sign *sign, const struct connexion *c);

/* The same of a verdict. */
void value_verdict(struct sign *sign, enum verdict verdict);

/* Of what is known of a connexion in one cell: the verdict, or the one that is being confirmed
 * ("2/3 key revoked?"). NULL: not known yet. */
void value_health(struct sign *sign, const struct health *h, int confirm);

/* The state's cell where the health has none of its own: as value_state, but with the verdict's
 * word where it says more and fits cols columns, and with "?" while another verdict is being
 * confirmed. */
void value_state_and_health(struct sign *sign, const struct connexion *c, const struct health *h,
                            int cols);

/* "12.50 $", exact: the sign of dollars, the code of any other currency. */
void value_money(char *buf, size_t size, const char *decimal, const char *currency);

/* One cell of a list as text; empty for the two gauges, which are no text. */
void value_cell(char buf[VALUE_MAX], const struct connexion *c, enum column column, int64_t now);

/* "2026-11-22 14:45 CET" from the table's text; the text itself when it is no instant. */
void value_local(char *buf, size_t size, const char *text);

/* The name of the organisation, else its id. */
const char *value_organisation(const struct connexion *c);

/* "2026-11-22 13:45 UTC, 5 m ago (14:45 CET)": the person's own time where it is another. */
void value_when(char *buf, size_t size, int64_t at, int64_t now);

/* "14:02", local. */
void value_clock(char *buf, size_t size, int64_t at);

#endif
