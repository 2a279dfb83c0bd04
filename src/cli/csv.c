#include "config.h"

#include "cli/csv.h"

#include "base/i18n.h"

#include <string.h>

/* Where a spreadsheet might begin a cell: at the start, and behind what it may take for the end of
 * another one. */
static int begins_cell(char before)
{
    return before == '\0' || strchr(",;|\t\n\r", before) != NULL;
}

/* Length of a sign that starts a formula, also in full width; 0 when it is none. */
static size_t formula(const char *text)
{
    static const char *const wide[] = {"\uff1d", "\uff0b", "\uff0d", "\uff20", "\u2212"};
    if (*text && strchr("=+-@\t\r", *text))
        return 1;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
        if (strncmp(text, wide[i], strlen(wide[i])) == 0)
            return strlen(wide[i]);
    return 0;
}

/* Whether what stands at the start of a cell could be run, or looks like the guard itself. */
static int is_risky(const char *text)
{
    if (*text == '\'')
        return 1;
    return formula(text + strspn(text, " ")) > 0;
}

void csv_guard(const char *text, struct str *out)
{
    for (char before = '\0'; *text; before = *text++) {
        if (begins_cell(before) && is_risky(text))
            (void)str_add_char(out, '\'');
        (void)str_add_char(out, *text);
    }
}

void csv_unguard(char *text)
{
    char *to = text;
    char before = '\0';
    for (const char *from = text; *from; from++) {
        if (*from == '\'' && begins_cell(before) && is_risky(from + 1))
            from++;
        before = *from;
        *to++ = *from;
    }
    *to = '\0';
}

void csv_put(FILE *out, int first, const char *text)
{
    struct str guarded;
    if (!first)
        (void)fputc(',', out);
    if (!text)
        return;
    str_init(&guarded, 2 * strlen(text) + 1);
    csv_guard(text, &guarded);
    (void)fputc('"', out);
    for (const char *c = str_get(&guarded); *c; c++) {
        if (*c == '"')
            (void)fputc('"', out);
        (void)fputc(*c, out);
    }
    (void)fputc('"', out);
    str_finish(&guarded);
}

void csv_end(FILE *out)
{
    (void)fputc('\n', out);
}

void csv_open(struct csv_reader *r, char *text)
{
    static const char bom[] = "\xef\xbb\xbf";
    static const char marks[] = ",;\t";
    if (strncmp(text, bom, sizeof bom - 1) == 0)
        text += sizeof bom - 1;
    *r = (struct csv_reader){.p = text, .next = 1, .mark = ','};
    size_t best = 0;
    size_t line = strcspn(text, "\r\n");
    for (const char *m = marks; *m; m++) {
        size_t n = 0;
        for (size_t i = 0; i < line; i++)
            n += text[i] == *m;
        if (n > best) {
            best = n;
            r->mark = *m;
        }
    }
}

static int broken(const struct csv_reader *r, struct err *e, const char *why)
{
    return err_set(e, ERR_USAGE, _("line %ld: %s"), r->line, why);
}

/* The text of a cell in quotes, in place; r->p ends behind the closing one. */
static int read_quoted(struct csv_reader *r, struct csv_cell *cell, struct err *e)
{
    char *to = ++r->p;
    cell->text = to;
    cell->null = 0;
    for (;;) {
        if (*r->p == '\0')
            return broken(r, e, _("a quote is not closed"));
        if (*r->p == '"' && r->p[1] != '"')
            break;
        r->p += *r->p == '"';
        r->next += *r->p == '\n';
        *to++ = *r->p++;
    }
    r->p++;
    if (*r->p && *r->p != r->mark && *r->p != '\n' && *r->p != '\r')
        return broken(r, e, _("text stands behind a closing quote"));
    *to = '\0';
    return 0;
}

static void read_bare(struct csv_reader *r, struct csv_cell *cell)
{
    char *start = r->p;
    while (*r->p && *r->p != r->mark && *r->p != '\n' && *r->p != '\r')
        r->p++;
    cell->text = start;
    cell->null = r->p == start;
}

/* One cell and the mark behind it; last tells that the row ends. */
static int read_cell(struct csv_reader *r, struct csv_cell *cell, int *last, struct err *e)
{
    int rc = 0;
    if (*r->p == '"')
        rc = read_quoted(r, cell, e);
    else
        read_bare(r, cell);
    if (rc < 0)
        return rc;
    char end = *r->p;
    *last = end != r->mark;
    if (end == '\r' && r->p[1] == '\n')
        *r->p++ = '\0';
    if (end) {
        r->next += *last;
        *r->p++ = '\0';
    }
    if (!cell->null)
        csv_unguard(cell->text);
    return strlen(cell->text) > CSV_CELL_MAX ? broken(r, e, _("a cell is too long")) : 0;
}

static void skip_empty(struct csv_reader *r)
{
    while (*r->p == '\n' || *r->p == '\r') {
        r->next += *r->p == '\n' || r->p[1] != '\n';
        r->p++;
    }
}

int csv_next(struct csv_reader *r, struct csv_cell cells[CSV_CELLS], struct err *e)
{
    int n = 0;
    skip_empty(r);
    r->line = r->next;
    if (*r->p == '\0')
        return 0;
    for (int last = 0; !last; n++) {
        if (n == CSV_CELLS)
            return broken(r, e, _("too many cells"));
        int rc = read_cell(r, &cells[n], &last, e);
        if (rc < 0)
            return rc;
    }
    return n;
}
