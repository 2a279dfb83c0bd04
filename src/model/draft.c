#include "config.h"

#include "model/draft.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_secret(enum field field)
{
    return field_info(field)->kind == FIELD_SECRET;
}

void draft_init(struct draft *d, enum draft_kind kind)
{
    *d = (struct draft){.kind = kind};
}

static void set_seen(struct draft_field *f, const char *value)
{
    char *copy = mem_dup_null(value);
    free(f->seen);
    f->seen = copy;
}

static void take_identity(struct draft *d, const struct connexion *row)
{
    const char *account = row->col[COL_EMAIL] ? row->col[COL_EMAIL] : "";
    char *label = text_scrub(account, strlen(account), sizeof d->label - 1);
    (void)snprintf(d->label, sizeof d->label, "%s", *label ? label : row->id);
    free(label);
    memcpy(d->kind == DRAFT_CREATE ? d->copy_of : d->id, row->id, UUID_TEXT);
}

void draft_take_row(struct draft *d, const struct connexion *row)
{
    take_identity(d, row);
    for (int i = 0; i < FIELD_COUNT; i++)
        set_seen(&d->field[i], field_of_row((enum field)i, row));
}

void draft_duplicate(struct draft *d, const struct connexion *row)
{
    d->kind = DRAFT_CREATE;
    take_identity(d, row);
    for (int i = 0; i < FIELD_COUNT; i++) {
        enum field field = (enum field)i;
        const char *value = field_of_row(field, row);
        struct str text;
        if (is_secret(field) || field == FIELD_OF_ACTIVATION)
            continue;
        str_init(&text, FIELD_VALUE_MAX);
        field_edit_text(field, value, &text);
        draft_set(d, field, value ? str_get(&text) : NULL);
        str_finish(&text);
    }
}

static void drop_text(struct draft *d, enum field field)
{
    struct draft_field *f = &d->field[field];
    if (f->text && is_secret(field))
        mem_wipe(f->text, strlen(f->text));
    free(f->text);
    f->text = NULL;
}

void draft_finish(struct draft *d)
{
    for (int i = 0; i < FIELD_COUNT; i++) {
        drop_text(d, (enum field)i);
        free(d->field[i].seen);
    }
    draft_init(d, d->kind);
}

void draft_copy(struct draft *to, const struct draft *from)
{
    *to = *from;
    for (int i = 0; i < FIELD_COUNT; i++) {
        to->field[i].seen = mem_dup_null(from->field[i].seen);
        to->field[i].text = mem_dup_null(from->field[i].text);
    }
}

void draft_set(struct draft *d, enum field field, const char *text)
{
    struct draft_field *f = &d->field[field];
    char *copy = text ? mem_dup_len(text, strnlen(text, FIELD_VALUE_MAX)) : NULL;
    drop_text(d, field);
    f->touched = 1;
    f->null = !copy;
    f->text = copy;
    f->lost = 0;
    if (is_secret(field) && copy && *copy == '\0')
        draft_clear(d, field);
}

void draft_clear(struct draft *d, enum field field)
{
    drop_text(d, field);
    d->field[field].touched = 0;
    d->field[field].null = 0;
    d->field[field].lost = 0;
}

/* Whether a new row cannot do without it: the table has no default for it. */
static int has_no_default(enum field field)
{
    return field == FIELD_OF_EMAIL || field == FIELD_OF_API_KEY ||
           field == FIELD_OF_ORGANISATION_ID || field == FIELD_OF_CLIENT_ID;
}

static int is_missing(const struct draft *d, enum field field)
{
    return d->kind == DRAFT_CREATE && !d->field[field].touched && has_no_default(field) &&
           !(is_secret(field) && d->copy_of[0]);
}

enum field_grade draft_value(const struct draft *d, enum field field,
                             const struct field_facts *facts, struct str *out, int *is_null,
                             char problem[FIELD_PROBLEM])
{
    const struct draft_field *f = &d->field[field];
    problem[0] = '\0';
    if (f->touched)
        return field_check(field, f->null ? NULL : f->text, facts, out, is_null, problem);
    *is_null = !f->seen;
    if (out)
        str_clear(out);
    if (out && f->seen)
        (void)str_add(out, f->seen);
    if (is_missing(d, field)) {
        (void)snprintf(problem, FIELD_PROBLEM, "%s", _("A value is needed here."));
        return FIELD_BAD;
    }
    if (f->lost) {
        (void)snprintf(problem, FIELD_PROBLEM, "%s",
                       _("What was typed here is never kept on disk: type it again."));
        return FIELD_WARNING;
    }
    return FIELD_FINE;
}

enum field_grade draft_check(const struct draft *d, enum field field,
                             const struct field_facts *facts, char problem[FIELD_PROBLEM])
{
    int is_null = 0;
    return draft_value(d, field, facts, NULL, &is_null, problem);
}

/* Whether the value typed differs from another canonical one; what cannot be taken does. */
static int differs(const struct draft *d, enum field field, const char *from)
{
    static const struct field_facts any = {.may_be_null = 1};
    char problem[FIELD_PROBLEM];
    struct str value;
    int is_null = 0;
    str_init(&value, FIELD_VALUE_MAX);
    enum field_grade grade = draft_value(d, field, &any, &value, &is_null, problem);
    int same = grade != FIELD_BAD && field_same(field, is_null ? NULL : str_get(&value), from);
    str_finish(&value);
    return !same;
}

int draft_changes(const struct draft *d, enum field field)
{
    const struct draft_field *f = &d->field[field];
    if (!f->touched)
        return 0;
    if (d->kind == DRAFT_CREATE || f->mixed || is_secret(field))
        return 1;
    return differs(d, field, f->seen);
}

int draft_changed(const struct draft *d)
{
    int n = 0;
    for (int i = 0; i < FIELD_COUNT; i++)
        n += draft_changes(d, (enum field)i);
    return n;
}

int draft_refresh(struct draft *d, const struct connexion *row)
{
    int moved = 0;
    for (int i = 0; i < FIELD_COUNT; i++) {
        struct draft_field *f = &d->field[i];
        const char *now = field_of_row((enum field)i, row);
        if (is_secret((enum field)i))
            continue;
        if (f->touched)
            moved += !field_same((enum field)i, f->seen, now);
        else
            set_seen(f, now);
    }
    return moved;
}

static int put_field(const struct draft *d, enum field field, const char *seen, struct change *out,
                     struct err *e)
{
    static const struct field_facts any = {.may_be_null = 1};
    char problem[FIELD_PROBLEM];
    struct str value;
    int is_null = 0;
    int rc = 0;
    str_init(&value, FIELD_VALUE_MAX);
    if (draft_value(d, field, &any, &value, &is_null, problem) == FIELD_BAD) {
        rc = err_set(e, ERR_USAGE, "%s: %s", _(column_info(field_info(field)->column)->title),
                     problem);
    } else {
        change_put(out, field, is_null ? NULL : str_get(&value));
        if (out->op == CHANGE_UPDATE && !is_secret(field))
            change_put_seen(out, field, seen);
    }
    if (is_secret(field) && value.data)
        mem_wipe(value.data, value.cap);
    str_finish(&value);
    return rc;
}

/* Whether the field travels in this change. */
static int travels(const struct draft *d, enum field field, const char *seen)
{
    if (d->kind == DRAFT_BULK)
        return d->field[field].touched && (is_secret(field) || differs(d, field, seen));
    return draft_changes(d, field) || is_missing(d, field);
}

int draft_change(const struct draft *d, const struct connexion *row, struct change *out,
                 struct err *e)
{
    out->op = d->kind == DRAFT_CREATE ? CHANGE_INSERT : CHANGE_UPDATE;
    (void)snprintf(out->id, sizeof out->id, "%s", d->kind == DRAFT_BULK && row ? row->id : d->id);
    (void)snprintf(out->copy_of, sizeof out->copy_of, "%s", d->copy_of);
    if (d->kind == DRAFT_BULK && row) {
        struct draft named = {.kind = DRAFT_BULK};
        take_identity(&named, row);
        memcpy(out->label, named.label, sizeof out->label);
    } else {
        memcpy(out->label, d->label, sizeof out->label);
    }
    for (int i = 0; i < FIELD_COUNT; i++) {
        enum field field = (enum field)i;
        const char *seen =
            d->kind == DRAFT_BULK && row ? field_of_row(field, row) : d->field[i].seen;
        if (travels(d, field, seen) && put_field(d, field, seen, out, e))
            return -(int)e->code;
    }
    return 0;
}
