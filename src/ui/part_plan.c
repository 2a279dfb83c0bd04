#include "config.h"

#include "ui/part_plan.h"

#include "base/i18n.h"
#include "ui/value.h"
#include "ui/w_field.h"

#include <stdio.h>
#include <string.h>

static const char *name_in_row(const struct connexion *row, enum field field, const char *value)
{
    const char *own = row ? field_of_row(field, row) : NULL;
    if (!own || strcmp(own, value) != 0)
        return NULL;
    const char *nom = field == FIELD_OF_ORGANISATION_ID ? row->organisation_nom : row->client_nom;
    return nom && *nom ? nom : NULL;
}

/* The name of what an id refers to, from what is on hand. */
static const char *known_name(const struct state *st, enum field field, const char *value)
{
    const struct form *form = &st->form;
    const struct draft_field *f = &form->draft.field[field];
    const char *typed =
        field == FIELD_OF_ORGANISATION_ID ? form->organisation_nom : form->client_nom;
    if (form->open && typed[0] && f->touched && f->text && strcmp(f->text, value) == 0)
        return typed;
    const char *found = name_in_row(form->row, field, value);
    for (size_t i = 0; !found && st->orgs.all && i < st->orgs.all->len; i++)
        if (field == FIELD_OF_ORGANISATION_ID && strcmp(st->orgs.all->rows[i].id, value) == 0)
            found = st->orgs.all->rows[i].nom;
    for (size_t i = 0; !found && i < st->list.len; i++)
        found = name_in_row(st->list.rows[i], field, value);
    return found;
}

void plan_value(const struct state *st, enum field field, const char *value, char buf[PLAN_TEXT])
{
    struct str text;
    const char *name = NULL;
    if (value && field_info(field)->kind == FIELD_REFERENCE)
        name = known_name(st, field, value);
    if (name) {
        field_one_line(buf, PLAN_TEXT, name);
        return;
    }
    str_init(&text, PLAN_TEXT);
    field_show(field, value, &text);
    field_one_line(buf, PLAN_TEXT, str_get(&text));
    str_finish(&text);
}

void plan_sign(struct plan_sign *sign, int outcome)
{
    static const struct {
        enum glyph glyph;
        enum role role;
    } looks[OUTCOME_COUNT] = {
#define GLYPH_FOR_GOOD GLYPH_GOOD
#define GLYPH_FOR_DIM GLYPH_OFF
#define GLYPH_FOR_WARN GLYPH_WARN
#define GLYPH_FOR_BAD GLYPH_BAD
#define OUTCOME(id, word, title, role, sentence) {GLYPH_FOR_##role, ROLE_##role},
#include "model/outcome.def"
#undef OUTCOME
#undef GLYPH_FOR_GOOD
#undef GLYPH_FOR_DIM
#undef GLYPH_FOR_WARN
#undef GLYPH_FOR_BAD
    };
    *sign = (struct plan_sign){GLYPH_UNKNOWN, ROLE_DIM, ""};
    if (outcome < 0 || outcome >= OUTCOME_COUNT)
        return;
    sign->glyph = looks[outcome].glyph;
    sign->role = looks[outcome].role;
    sign->word = _(outcome_info((enum change_outcome)outcome)->title);
}

int plan_is_trouble(int outcome)
{
    return outcome >= 0 && outcome != OUTCOME_SAVED && outcome != OUTCOME_SAME &&
           outcome != OUTCOME_KEPT;
}
