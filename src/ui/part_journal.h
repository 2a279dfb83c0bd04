#ifndef VIGIE_UI_PART_JOURNAL_H
#define VIGIE_UI_PART_JOURNAL_H

#include "ui/view.h"

/* What the screens of the journal share. */

enum journal_column_shown {
    JOURNAL_WHEN,
    JOURNAL_WHO,
    JOURNAL_ACCOUNT,
    JOURNAL_CHANGE,
    JOURNAL_ORGANISATION,
    JOURNAL_COLUMNS
};

/* Entries in these columns (a bit each), below what verify found to be wrong. */
void journal_draw(struct view *v, const struct journal_view *view, const struct scroll *scroll,
                  unsigned columns);
void journal_add_summary(const struct view *v, const struct journal_view *view,
                         const struct scroll *scroll, struct strip *left, struct strip *right);

/* Local: "2026-11-22 14:02:11" as far as cols allow, the shorter the nearer. */
void journal_when(char *buf, size_t size, int64_t at, int64_t now, int cols);

/* A value of an entry's field on one line: names for organisations, fingerprints for keys. */
enum { JOURNAL_VALUE = 2048 };
void entry_value(const struct state *st, const struct journal_entry *entry,
                 const struct journal_field *f, const char *value, char buf[JOURNAL_VALUE]);
const char *entry_title(const struct journal_field *f);

#endif
