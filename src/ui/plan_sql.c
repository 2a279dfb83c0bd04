#include "config.h"

/* A plan as the statements that a person would type: what the save does, less the key. */

#include "base/i18n.h"
#include "ui/part_plan.h"

#include <string.h>

static const char *sql_name(enum field field)
{
    return column_info(field_info(field)->column)->sql;
}

static void add_quoted(struct str *out, const char *value)
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

static void add_value(struct str *out, enum field field, const char *value)
{
    if (field_info(field)->kind == FIELD_SECRET)
        (void)str_add(out, "…");
    else
        add_quoted(out, value);
}

static void add_where(struct str *out, const struct change *change)
{
    (void)str_add(out, "\n WHERE openai_connexion_id = ");
    add_quoted(out, change->id);
    for (int i = 0; i < FIELD_COUNT; i++) {
        const struct change_value *value = &change->field[i];
        if (!value->has_seen || field_info((enum field)i)->kind == FIELD_SECRET)
            continue;
        (void)str_addf(out, "\n   AND %s IS NOT DISTINCT FROM ", sql_name((enum field)i));
        add_quoted(out, value->seen);
    }
    (void)str_add(out, ";\n");
}

static void add_update(struct str *out, const struct change *change)
{
    int n = 0;
    (void)str_add(out, "UPDATE openai_connexion\n   SET ");
    for (int i = 0; i < FIELD_COUNT; i++) {
        if (!change->field[i].set)
            continue;
        (void)str_addf(out, "%s%s = ", n++ ? ",\n       " : "", sql_name((enum field)i));
        add_value(out, (enum field)i, change->field[i].value);
    }
    add_where(out, change);
}

static void add_insert(struct str *out, const struct change *change)
{
    int n = 0;
    (void)str_add(out, "INSERT INTO openai_connexion (");
    for (int i = 0; i < FIELD_COUNT; i++)
        if (change->field[i].set)
            (void)str_addf(out, "%s%s", n++ ? ", " : "", sql_name((enum field)i));
    (void)str_add(out, ")\nVALUES (");
    n = 0;
    for (int i = 0; i < FIELD_COUNT; i++) {
        if (!change->field[i].set)
            continue;
        (void)str_add(out, n++ ? ", " : "");
        add_value(out, (enum field)i, change->field[i].value);
    }
    (void)str_add(out, ");\n");
}

void plan_sql(const struct state *st, struct str *out)
{
    const struct change_set *set = st->plan.set;
    size_t shown = set->len < PLAN_SQL_ROWS ? set->len : PLAN_SQL_ROWS;
    (void)str_addf(out, "-- %s\n",
                   _("what the save does, in one transaction; a key is never shown"));
    (void)str_add(out, "BEGIN;\n");
    for (size_t i = 0; i < shown; i++) {
        const struct change *change = &set->item[i];
        if (change->op == CHANGE_INSERT)
            add_insert(out, change);
        else if (change->op == CHANGE_UPDATE)
            add_update(out, change);
        else
            (void)str_add(out, "DELETE FROM openai_connexion");
        if (change->op == CHANGE_DELETE)
            add_where(out, change);
    }
    if (set->len > shown) {
        (void)str_add(out, "-- ");
        (void)str_addf(out,
                       ngettext("and %zu statement like these", "and %zu statements like these",
                                (unsigned long)(set->len - shown)),
                       set->len - shown);
        (void)str_add_char(out, '\n');
    }
    (void)str_add(out, "COMMIT;\n");
}
