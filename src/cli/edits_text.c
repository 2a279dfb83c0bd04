#include "config.h"

#include "cli/edits.h"

#include "base/i18n.h"
#include "cli/json.h"
#include "cli/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_MAX = 100, VALUE_MAX = 2000, SQL_MAX = 1024 * 1024, LINE_TEXT = 2 * ERR_TEXT_MAX };

static int title_width(void)
{
    int width = 0;
    for (int f = 0; f < FIELD_COUNT; f++) {
        int w = text_width(_(column_info(field_info((enum field)f)->column)->title));
        width = w > width ? w : width;
    }
    return width + 2;
}

static void put_value(struct str *out, enum field field, const char *value)
{
    struct str text;
    str_init(&text, VALUE_MAX);
    field_show(field, value, &text);
    (void)str_add(out, str_get(&text));
    str_finish(&text);
}

/* "100 → 200". */
static void print_change(const struct print *print, const struct change *change, int width)
{
    struct str line;
    char title[ERR_TEXT_MAX];
    str_init(&line, (size_t)3 * VALUE_MAX);
    for (int f = 0; f < FIELD_COUNT; f++) {
        enum field field = (enum field)f;
        const struct change_value *v = &change->field[f];
        if (!v->set)
            continue;
        str_clear(&line);
        if (v->has_seen) {
            put_value(&line, field, v->seen);
            (void)str_add(&line, " → ");
        }
        put_value(&line, field, v->value);
        (void)snprintf(title, sizeof title, "  %s",
                       _(column_info(field_info(field)->column)->title));
        print_field(print, title, width, str_get(&line), PRINT_PLAIN);
    }
    if (change->copy_of[0] && !change->field[FIELD_OF_API_KEY].set) {
        (void)snprintf(title, sizeof title, "  %s", _(column_info(COL_API_KEY)->title));
        print_field(print, title, width, _("that of the connexion copied"), PRINT_PLAIN);
    }
    str_finish(&line);
}

static const char *verb(const struct change *change)
{
    switch (change->op) {
    case CHANGE_INSERT:
        return _("new");
    case CHANGE_DELETE:
        return _("delete");
    case CHANGE_UPDATE:
    default:
        return change_fields(change) > 0 ? _("change") : _("nothing to change");
    }
}

static void print_lines(const struct print *print, const char *text, enum print_role role)
{
    while (text && *text) {
        char line[LINE_TEXT];
        size_t len = strcspn(text, "\n");
        (void)snprintf(line, sizeof line, "  ! %.*s\n",
                       (int)(len < ERR_TEXT_MAX ? len : ERR_TEXT_MAX), text);
        print_text(print, line, role);
        text += len + (text[len] != '\0');
    }
}

static void print_row(const struct edits *e, const struct edits_row *row, const struct print *print,
                      int width)
{
    char line[LINE_TEXT];
    char place[ERR_TEXT_MAX] = "";
    const struct change *change =
        row->change == EDITS_NO_CHANGE ? NULL : &e->set->item[row->change];
    if (row->line > 0)
        (void)snprintf(place, sizeof place, _("line %ld: "), row->line);
    (void)snprintf(line, sizeof line, "%s%s%s%s%s%s\n", place, row->label,
                   change && change->id[0] ? "  " : "", change ? change->id : "", _(": "),
                   change ? verb(change) : _("refused"));
    print_text(print, line, change ? PRINT_TITLE : PRINT_BAD);
    if (change && change->op != CHANGE_DELETE)
        print_change(print, change, width);
    print_lines(print, row->refusal, PRINT_BAD);
    print_lines(print, row->warning, PRINT_WARN);
}

static void print_sums(const struct edits *e)
{
    size_t count[CHANGE_DELETE + 1] = {0};
    char line[LINE_TEXT];
    for (size_t i = 0; i < e->set->len; i++)
        count[e->set->item[i].op]++;
    (void)snprintf(line, sizeof line, _("to change: %zu, new: %zu, to delete: %zu, refused: %zu\n"),
                   count[CHANGE_UPDATE], count[CHANGE_INSERT], count[CHANGE_DELETE], e->refused);
    cli_print(line);
    if (e->unchanged == 0)
        return;
    (void)snprintf(line, sizeof line,
                   ngettext("%zu row is as it should be\n", "%zu rows are as they should be\n",
                            (unsigned long)e->unchanged),
                   e->unchanged);
    cli_print(line);
}

void edits_text_plan(const struct edits *e)
{
    struct print print;
    char line[LINE_TEXT];
    int width = title_width();
    int all = option_given(&e->cli->options, OPT_DRY_RUN);
    size_t hidden = 0;
    print_init(&print, stdout);
    for (size_t i = 0; i < e->rows; i++) {
        if (all || i < SHOWN_MAX || e->row[i].refusal)
            print_row(e, &e->row[i], &print, width);
        else
            hidden++;
    }
    if (hidden > 0) {
        (void)snprintf(line, sizeof line, _("… and %zu more; --dry-run prints all of them\n"),
                       hidden);
        cli_print(line);
    }
    if (e->rows > 1 || e->unchanged > 0)
        print_sums(e);
}

void edits_sql_plan(const struct edits *e)
{
    struct str sql;
    FILE *out = e->cli->json ? stderr : stdout;
    str_init(&sql, SQL_MAX);
    cli_write(out, "BEGIN;\n");
    for (size_t i = 0; i < e->set->len; i++) {
        str_clear(&sql);
        change_sql(&e->set->item[i], &sql);
        cli_write(out, str_get(&sql));
    }
    cli_write(out, "COMMIT;\n");
    str_finish(&sql);
}

void edits_reason(const struct change_result *r, char *buf, size_t size)
{
    const char *field = r->field >= 0 && r->field < FIELD_COUNT
                            ? _(column_info(field_info((enum field)r->field)->column)->title)
                            : "";
    buf[0] = '\0';
    if ((r->outcome == OUTCOME_SAVED && !r->text[0]) || r->outcome == OUTCOME_SAME)
        return;
    (void)snprintf(buf, size, "%s%s%s%s%s", *field ? field : "", *field ? _(": ") : "",
                   r->text[0] ? r->text : _(outcome_info(r->outcome)->sentence),
                   r->cure[0] ? " " : "", r->cure);
}

static enum print_role role_of(enum change_outcome outcome)
{
    return outcome == OUTCOME_SAVED || outcome == OUTCOME_SAME || outcome == OUTCOME_KEPT
               ? PRINT_PLAIN
               : PRINT_BAD;
}

/* What stands there now where somebody else was faster. */
static void print_theirs(const struct print *print, const struct change_result *r, int width)
{
    struct str line;
    char title[ERR_TEXT_MAX];
    str_init(&line, VALUE_MAX);
    for (int f = 0; r->outcome == OUTCOME_CONFLICT && f < FIELD_COUNT; f++) {
        if (!r->conflict[f])
            continue;
        str_clear(&line);
        field_show((enum field)f, r->theirs[f], &line);
        (void)snprintf(title, sizeof title, "  %s",
                       _(column_info(field_info((enum field)f)->column)->title));
        print_field(print, title, width, str_get(&line), PRINT_WARN);
    }
    str_finish(&line);
}

static void print_result(const struct edits *e, const struct edits_row *row,
                         const struct print *print, int width)
{
    char line[LINE_TEXT];
    char reason[2 * FIELD_PROBLEM + NAME_TEXT];
    if (row->change == EDITS_NO_CHANGE || row->change >= e->results->len)
        return;
    const struct change_result *r = &e->results->item[row->change];
    if (e->rows > 1 && (r->outcome == OUTCOME_SAVED || r->outcome == OUTCOME_SAME))
        return;
    if (!e->saved && r->outcome == OUTCOME_SAVED)
        return;
    edits_reason(r, reason, sizeof reason);
    (void)snprintf(line, sizeof line, "%s  %s%s%s%s%s\n", row->label, r->id, _(": "),
                   _(outcome_info(r->outcome)->title), reason[0] ? _(": ") : "", reason);
    print_text(print, line, role_of(r->outcome));
    print_theirs(print, r, width);
}

void edits_counts(const struct change_results *results, size_t refused, struct str *out)
{
    const char *mark = "";
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        size_t n = results->count[o] + (o == OUTCOME_REFUSED ? refused : 0);
        if (n == 0)
            continue;
        (void)str_addf(out, "%s%s%s%zu", mark, _(outcome_info((enum change_outcome)o)->title),
                       _(": "), n);
        mark = ", ";
    }
    (void)str_add(out, "\n");
}

void edits_text_results(const struct edits *e)
{
    struct print print;
    struct str line;
    int width = title_width();
    print_init(&print, stdout);
    for (size_t i = 0; i < e->rows; i++)
        print_result(e, &e->row[i], &print, width);
    if (e->rows < 2 || !e->saved)
        return;
    str_init(&line, LINE_TEXT);
    edits_counts(e->results, e->refused, &line);
    cli_print(str_get(&line));
    str_finish(&line);
}
