#include "config.h"

#include "model/change.h"

#include <string.h>

static const char *name_of(int field)
{
    return column_info(field_info((enum field)field)->column)->sql;
}

static void put_literal(struct str *out, const char *value)
{
    if (!value) {
        (void)str_add(out, "NULL");
        return;
    }
    (void)str_add_char(out, '\'');
    for (; *value; value++) {
        if (*value == '\'')
            (void)str_add_char(out, '\'');
        (void)str_add_char(out, *value);
    }
    (void)str_add_char(out, '\'');
}

/* A secret is a variable of psql in its place. */
static void put_value(struct str *out, int field, const char *value)
{
    if (value && field_info((enum field)field)->kind == FIELD_SECRET)
        (void)str_addf(out, ":'%s'", name_of(field));
    else
        put_literal(out, value);
}

static void put_where(struct str *out, const struct change *change)
{
    (void)str_addf(out, "WHERE openai_connexion_id = '%s'", change->id);
    for (int f = 0; f < FIELD_COUNT; f++)
        if (change->field[f].has_seen && field_info((enum field)f)->kind != FIELD_SECRET) {
            (void)str_addf(out, "\n  AND %s IS NOT DISTINCT FROM ", name_of(f));
            put_literal(out, change->field[f].seen);
        }
    (void)str_add(out, ";\n");
}

static void put_update(struct str *out, const struct change *change)
{
    const char *mark = "UPDATE public.openai_connexion\nSET ";
    for (int f = 0; f < FIELD_COUNT; f++)
        if (change->field[f].set) {
            (void)str_addf(out, "%s%s = ", mark, name_of(f));
            put_value(out, f, change->field[f].value);
            mark = ",\n    ";
        }
    (void)str_add(out, "\n");
    put_where(out, change);
}

static void put_names(struct str *out, const struct change *change)
{
    const char *mark = "";
    if (change->id[0]) {
        (void)str_add(out, "openai_connexion_id");
        mark = ", ";
    }
    for (int f = 0; f < FIELD_COUNT; f++)
        if (change->field[f].set || (f == FIELD_OF_API_KEY && change->copy_of[0])) {
            (void)str_addf(out, "%s%s", mark, name_of(f));
            mark = ", ";
        }
}

static void put_values(struct str *out, const struct change *change)
{
    const char *mark = "";
    if (change->id[0]) {
        (void)str_addf(out, "'%s'", change->id);
        mark = ", ";
    }
    for (int f = 0; f < FIELD_COUNT; f++) {
        int copied = f == FIELD_OF_API_KEY && change->copy_of[0];
        if (!change->field[f].set && !copied)
            continue;
        (void)str_add(out, mark);
        if (change->field[f].set)
            put_value(out, f, change->field[f].value);
        else
            (void)str_addf(out,
                           "(SELECT openai_api_key FROM public.openai_connexion"
                           " WHERE openai_connexion_id = '%s')",
                           change->copy_of);
        mark = ", ";
    }
}

void change_sql(const struct change *change, struct str *out)
{
    switch (change->op) {
    case CHANGE_UPDATE:
        if (change_fields(change) > 0)
            put_update(out, change);
        break;
    case CHANGE_INSERT:
        (void)str_add(out, "INSERT INTO public.openai_connexion (");
        put_names(out, change);
        (void)str_add(out, ")\nVALUES (");
        put_values(out, change);
        (void)str_add(out, ");\n");
        break;
    case CHANGE_DELETE:
    default:
        (void)str_add(out, "DELETE FROM public.openai_connexion\n");
        put_where(out, change);
        break;
    }
}
