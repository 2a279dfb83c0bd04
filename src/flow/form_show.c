#include "config.h"

/* What the screen of the form reads. */

#include "base/i18n.h"
#include "base/text.h"
#include "flow/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int form_fields(const struct state *st, enum field out[FIELD_COUNT])
{
    (void)st;
    for (int i = 0; i < FIELD_COUNT; i++)
        out[i] = (enum field)i;
    return FIELD_COUNT;
}

int form_field_mixed(const struct state *st, enum field field)
{
    const struct draft_field *f = &st->form.draft.field[field];
    return f->mixed && !f->touched;
}

size_t form_rows(const struct state *st)
{
    return st->form.draft.kind == DRAFT_BULK ? st->form.rows_len : 1;
}

void form_title(const struct state *st, char *buf, size_t size)
{
    const struct draft *d = &st->form.draft;
    unsigned long rows = (unsigned long)form_rows(st);
    if (d->kind == DRAFT_BULK)
        (void)snprintf(buf, size, ngettext("edit %lu connexion", "edit %lu connexions", rows),
                       rows);
    else if (d->kind == DRAFT_CREATE && d->copy_of[0])
        (void)snprintf(buf, size, _("new connexion like %s"), d->label);
    else if (d->kind == DRAFT_CREATE)
        (void)snprintf(buf, size, "%s", _("new connexion"));
    else
        (void)snprintf(buf, size, _("edit %s"), d->label[0] ? d->label : d->id);
}

static int is_id(const char *text, const char *id)
{
    return text && strcmp(text, id) == 0;
}

static const char *name_of_organisation(const struct state *st, const char *id)
{
    const struct connexion *row = st->form.row;
    if (row && is_id(row->organisation_id, id) && row->organisation_nom)
        return row->organisation_nom;
    for (size_t i = 0; st->orgs.all && i < st->orgs.all->len; i++)
        if (is_id(st->orgs.all->rows[i].id, id))
            return st->orgs.all->rows[i].nom;
    return NULL;
}

static const char *name_of_client(const struct state *st, const char *id)
{
    const struct connexion *row = st->form.row;
    return row && is_id(row->col[COL_CLIENT_ID], id) ? row->client_nom : NULL;
}

/* What a person chose in the form has its name there. */
static const char *name_chosen(const struct state *st, enum field field, const char *id)
{
    const struct form *form = &st->form;
    const char *name =
        field == FIELD_OF_ORGANISATION_ID ? form->organisation_nom : form->client_nom;
    struct str now;
    int is_null = 0;
    str_init(&now, FIELD_VALUE_MAX);
    int same = form->open && form_value(st, field, &now, &is_null) != FIELD_BAD && !is_null &&
               is_id(str_get(&now), id);
    str_finish(&now);
    return same && name[0] ? name : NULL;
}

/* The name behind an identifier, where the form or the lists held know it. */
static const char *name_of(const struct state *st, enum field field, const char *id)
{
    const char *known =
        field == FIELD_OF_ORGANISATION_ID ? name_of_organisation(st, id) : name_of_client(st, id);
    return known ? known : name_chosen(st, field, id);
}

void value_text(const struct state *st, enum field field, const char *value, struct str *out)
{
    const char *name =
        value && field_info(field)->kind == FIELD_REFERENCE ? name_of(st, field, value) : NULL;
    if (name)
        (void)str_add(out, name);
    else
        field_show(field, value, out);
}

/* Text that cannot be taken is shown as it was typed. */
static void put_typed(const char *text, struct str *out)
{
    char *clean = text_scrub(text, strlen(text), out->max - out->len);
    (void)str_add(out, clean);
    free(clean);
}

static const char *secret_text(const struct draft *d, enum field field)
{
    const struct draft_field *f = &d->field[field];
    if (f->touched)
        return f->null ? _("(none)") : _("(typed)");
    switch (d->kind) {
    case DRAFT_BULK:
        return _("(unchanged)");
    case DRAFT_EDIT:
        return _("(set)");
    case DRAFT_CREATE:
    default:
        return d->copy_of[0] ? _("(as of the original)") : _("(none)");
    }
}

static void put_value(const struct state *st, enum field field, struct str *out)
{
    const struct draft_field *f = &st->form.draft.field[field];
    struct str value;
    int is_null = 0;
    str_init(&value, FIELD_VALUE_MAX);
    enum field_grade grade = form_value(st, field, &value, &is_null);
    if (grade == FIELD_BAD && f->touched && !f->null)
        put_typed(f->text, out);
    else
        value_text(st, field, is_null ? NULL : str_get(&value), out);
    str_finish(&value);
}

/* The table has a value for a new row that names none. */
static int has_default(enum field field)
{
    return field_info(field)->needed || field == FIELD_OF_MODELS || field == FIELD_OF_EXTENSIONS;
}

void form_text(const struct state *st, enum field field, struct str *out)
{
    const struct draft *d = &st->form.draft;
    if (form_field_mixed(st, field))
        (void)str_add(out, _("(several)"));
    else if (field_info(field)->kind == FIELD_SECRET)
        (void)str_add(out, secret_text(d, field));
    else if (!d->field[field].touched && d->kind == DRAFT_CREATE)
        (void)str_add(out, has_default(field) ? _("(default)") : _("none"));
    else
        put_value(st, field, out);
}
