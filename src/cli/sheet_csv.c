#include "config.h"

#include "cli/sheet_part.h"

#include "base/i18n.h"
#include "cli/csv.h"

/* What the columns of the file mean. */
struct head {
    int len;
    enum sheet_name name[CSV_CELLS];
    enum field field[CSV_CELLS];
};

static int read_head(struct csv_reader *r, struct head *h, struct err *e)
{
    struct csv_cell cells[CSV_CELLS];
    int seen[FIELD_COUNT] = {0};
    h->len = csv_next(r, cells, e);
    if (h->len == 0)
        return err_set(e, ERR_USAGE, _("the file is empty"));
    for (int i = 0; i < h->len; i++) {
        h->name[i] = sheet_name(cells[i].text, &h->field[i]);
        if (h->name[i] == SHEET_UNKNOWN)
            return sheet_unknown(cells[i].text, e);
        if (h->name[i] == SHEET_FIELD && seen[h->field[i]]++)
            return err_set(e, ERR_USAGE, _("the file names “%s” twice"), cells[i].text);
    }
    return h->len < 0 ? h->len : 0;
}

static int take_cell(const struct sheet_source *s, struct sheet_row *row, const struct head *h,
                     int i, const struct csv_cell *cell, struct err *e)
{
    if (h->name[i] == SHEET_ID && !cell->null && *cell->text && sheet_id(row, cell->text))
        row->problem = _("The id is no identifier.");
    if (h->name[i] != SHEET_FIELD)
        return 0;
    enum field field = h->field[i];
    if (field_info(field)->kind == FIELD_SECRET && !cell->null && s->shared)
        return sheet_shared(e);
    row->there[field] = 1;
    row->text[field] = cell->null ? NULL : cell->text;
    return 0;
}

int sheet_read_csv(const struct sheet_source *s, struct err *e)
{
    struct csv_reader r;
    struct csv_cell cells[CSV_CELLS];
    struct head h = {.len = 0};
    long rows = 0;
    csv_open(&r, s->text);
    int rc = read_head(&r, &h, e);
    while (rc == 0) {
        int n = csv_next(&r, cells, e);
        if (n <= 0)
            return n;
        if (++rows > SHEET_ROWS_MAX)
            return err_set(e, ERR_LIMIT, _("the file has more than %d rows"), SHEET_ROWS_MAX);
        struct sheet_row row = {.line = r.line};
        if (n != h.len)
            row.problem = _("The row has not as many cells as the first line.");
        for (int i = 0; rc == 0 && !row.problem && i < n; i++)
            rc = take_cell(s, &row, &h, i, &cells[i], e);
        if (rc == 0)
            rc = s->visit(s->arg, &row);
    }
    return rc;
}
