#include "config.h"

#include "db/adopt.h"

#include "base/i18n.h"
#include "base/str.h"
#include "base/text.h"
#include "db/migrate_part.h"
#include "model/column.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_TEXT_MAX = 4096, OWN_FIRST = 2, OWN_LAST = 5 };

/* Migrations that make the platform's own tables, identities and grants, which are there already:
 * they are recorded and not run. */
static int is_platforms(const struct sql_file *file)
{
    return file->number >= OWN_FIRST && file->number <= OWN_LAST;
}

static int truth(const PGresult *res, const char *name)
{
    int column = PQfnumber(res, name);
    return column >= 0 && PQgetvalue(res, 0, column)[0] == 't';
}

static void word(const PGresult *res, const char *name, char *out, size_t size)
{
    int column = PQfnumber(res, name);
    const char *value = column >= 0 ? PQgetvalue(res, 0, column) : "";
    char *clean = text_scrub(value, strlen(value), size);
    (void)snprintf(out, size, "%s", clean);
    free(clean);
}

static void all_columns(struct str *out)
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        (void)str_addf(out, "%s%s", i ? "," : "{", column_info((enum column)i)->sql);
    (void)str_add_char(out, '}');
}

static int facts(struct owner *o, const char *role, PGresult **out, struct err *e)
{
    struct str columns;
    str_init(&columns, COLUMNS_TEXT_MAX);
    all_columns(&columns);
    const char *const values[] = {str_get(&columns), role};
    int rc = owner_run(o, STMT_ADOPT_FACTS, values, out, e);
    str_finish(&columns);
    return rc;
}

static int refuse_table(const PGresult *res, struct err *e)
{
    char owner[NAME_TEXT];
    char login[NAME_TEXT];
    word(res, "owner", owner, sizeof owner);
    word(res, "login", login, sizeof login);
    if (!truth(res, "has_table")) {
        (void)err_set(e, ERR_NO_TABLE, "%s",
                      _("The database has no table public.openai_connexion: there is nothing to "
                        "adopt."));
        return err_cure(e, "%s",
                        _("Check the database name; `vigie init` makes the table in an "
                          "empty database."));
    }
    if (!truth(res, "owned")) {
        (void)err_set(e, ERR_DENIED,
                      _("The role %s does not own public.openai_connexion: only its owner can "
                        "adopt it."),
                      login);
        return err_cure(e, _("Connect as %s, or let its administrator run `vigie adopt`."), owner);
    }
    if (!truth(res, "rls")) {
        (void)err_set(e, ERR_RLS_OFF, "%s",
                      _("Row level security is off on public.openai_connexion: nothing keeps the "
                        "organisations apart."));
        return err_cure(e, "ALTER TABLE public.openai_connexion ENABLE ROW LEVEL SECURITY;");
    }
    if (truth(res, "forced")) {
        (void)err_set(e, ERR_FAILURE, "%s",
                      _("Row level security is forced on public.openai_connexion: the functions "
                        "of the schema vigie, which run as its owner, would see nothing."));
        return err_cure(e, "ALTER TABLE public.openai_connexion NO FORCE ROW LEVEL SECURITY;");
    }
    return 0;
}

static int refuse_shape(const PGresult *res, struct err *e)
{
    char names[4 * NAME_TEXT];
    word(res, "missing", names, sizeof names);
    if (names[0]) {
        (void)err_set(e, ERR_FAILURE, _("public.openai_connexion lacks columns: %s"), names);
        return err_cure(e, "%s",
                        _("Its owner adds them; the names are those of the table's "
                          "specification."));
    }
    word(res, "unfit", names, sizeof names);
    if (names[0]) {
        (void)err_set(e, ERR_FAILURE,
                      _("Columns of public.openai_connexion have types with which the journal's "
                        "triggers would fail: %s"),
                      names);
        return err_cure(e, "%s",
                        _("Its owner converts them, when the platform's programs agree: ALTER "
                          "TABLE public.openai_connexion ALTER COLUMN … TYPE … USING …;"));
    }
    word(res, "no_function", names, sizeof names);
    if (names[0]) {
        (void)err_set(e, ERR_NO_IDENTITY,
                      _("The database lacks functions that say who somebody is: %s"), names);
        return err_cure(e, "%s",
                        _("The policies of the table rest on them: make them, or restore them."));
    }
    if (!truth(res, "has_key")) {
        (void)err_set(e, ERR_FAILURE, "%s",
                      _("openai_connexion_id has no unique index: nothing can refer to a row."));
        return err_cure(e, "ALTER TABLE public.openai_connexion ADD PRIMARY KEY "
                           "(openai_connexion_id);");
    }
    if (!truth(res, "users_unique")) {
        (void)err_set(e, ERR_FAILURE, "%s",
                      _("users.users_auth_id has no unique index: a user could be two people."));
        return err_cure(e, "ALTER TABLE public.users ADD UNIQUE (users_auth_id);");
    }
    return 0;
}

/* A schema vigie that the program did not make, or the database of `vigie init`. */
static int refuse_schema(struct owner *o, const PGresult *res, int *adopted, struct err *e)
{
    *adopted = 0;
    if (!truth(res, "has_schema"))
        return 0;
    PGresult *state = NULL;
    int rc = owner_run(o, STMT_MIGRATION_STATE, NULL, &state, e);
    if (rc < 0)
        return rc;
    *adopted = PQgetvalue(state, 0, 0)[0] == 't';
    PQclear(state);
    if (*adopted)
        return 0;
    (void)err_set(e, ERR_FAILURE, "%s",
                  _("The database has a schema vigie that this program did not make."));
    return err_cure(e, "%s", _("Rename or drop it, when nobody needs it, and try again."));
}

static int refuse_role(const PGresult *res, const char *role, struct err *e)
{
    if (truth(res, "has_role"))
        return 0;
    (void)err_set(e, ERR_FAILURE, _("The server has no role %s, which should sign people in."),
                  role);
    return err_cure(e, "%s", _("Name the one that the platform uses with --grant."));
}

static void add(struct adopt_plan *plan, enum adopt_step_kind kind, const char *what, int there)
{
    if (plan->len < ADOPT_STEPS_MAX)
        plan->step[plan->len++] = (struct adopt_step){kind, what, there};
}

static void fill(struct adopt_plan *plan, const PGresult *res, const char *role)
{
    word(res, "database", plan->database, sizeof plan->database);
    word(res, "login", plan->login, sizeof plan->login);
    word(res, "owner", plan->owner, sizeof plan->owner);
    word(res, "triggers", plan->triggers, sizeof plan->triggers);
    (void)snprintf(plan->role, sizeof plan->role, "%s", role);
    plan->len = 0;
    add(plan, ADOPT_ROLE, "vigie_operator", truth(res, "has_group"));
    for (int i = 0; i < sql_files_len; i++)
        if (sql_files[i].number > 0 && !is_platforms(&sql_files[i]))
            add(plan, ADOPT_FILE, sql_files[i].name, plan->adopted);
    add(plan, ADOPT_TRIGGERS, "public.openai_connexion", plan->adopted);
    add(plan, ADOPT_MEMBER, plan->role, truth(res, "is_member"));
}

static int look(struct owner *o, const char *role, struct adopt_plan *plan, struct err *e)
{
    PGresult *res = NULL;
    int rc = facts(o, role, &res, e);
    if (rc < 0)
        return rc;
    rc = refuse_table(res, e);
    if (rc == 0)
        rc = refuse_shape(res, e);
    if (rc == 0)
        rc = refuse_schema(o, res, &plan->adopted, e);
    if (rc == 0)
        rc = refuse_role(res, role, e);
    if (rc == 0)
        fill(plan, res, role);
    PQclear(res);
    return rc;
}

int adopt_plan(const struct conn_spec *spec, const char *role, struct adopt_plan *plan,
               struct err *e)
{
    struct owner o;
    int rc = owner_open(&o, spec, e);
    if (rc < 0)
        return rc;
    rc = look(&o, role, plan, e);
    owner_close(&o);
    return rc;
}

/* The migrations of the platform's side are recorded after the first one made the record. */
static int apply_files(struct owner *o, struct err *e)
{
    int rc = 0;
    for (int i = 0; rc == 0 && i < sql_files_len; i++) {
        const struct sql_file *file = &sql_files[i];
        char checksum[MIGRATION_CHECKSUM];
        if (file->number == 0)
            continue;
        migration_checksum(file->text, checksum);
        if (!is_platforms(file))
            rc = owner_file(o, file->text, e);
        if (rc == 0)
            rc = owner_record(o, file, checksum, e);
        if (rc < 0)
            rc = owner_name_failure(file->name, e);
    }
    return rc;
}

static int grant(struct owner *o, const char *role, struct err *e)
{
    const char *const values[] = {role};
    PGresult *text = NULL;
    int rc = owner_run(o, STMT_ADOPT_GRANT, values, &text, e);
    if (rc == 0)
        rc = owner_file(o, PQgetvalue(text, 0, 0), e);
    PQclear(text);
    return rc;
}

static int apply(struct owner *o, const char *role, struct err *e)
{
    const char *const wait[] = {o->lock_ms};
    const struct sql_file *extra = migrate_find_extra("adopt");
    struct adopt_plan plan = {.len = 0};
    int rc = owner_run(o, STMT_BEGIN, NULL, NULL, e);
    if (rc == 0)
        rc = owner_run(o, STMT_MIGRATION_LOCK, wait, NULL, e);
    if (rc == 0)
        rc = look(o, role, &plan, e);
    if (rc == 0 && !plan.adopted)
        rc = apply_files(o, e);
    if (rc == 0)
        rc = owner_file(o, extra->text, e);
    if (rc == 0)
        rc = grant(o, role, e);
    if (rc == 0)
        rc = owner_run(o, STMT_COMMIT, NULL, NULL, e);
    if (rc < 0)
        owner_undo(o);
    return rc;
}

int adopt_run(const struct conn_spec *spec, const char *role, struct err *e)
{
    struct owner o;
    int rc = owner_open(&o, spec, e);
    if (rc < 0)
        return rc;
    rc = apply(&o, role, e);
    owner_close(&o);
    return rc;
}
