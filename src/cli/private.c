#include "config.h"

#include "cli/part.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "conf/paths.h"
#include "db/migrate.h"
#include "db/local.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OWN_DATABASE "vigie"
#define DEMO_DATABASE "vigie_demo"
#define DEMO_ROLE "claire"

enum { OWNER_TIMEOUT_MS = 60000 };

int private_find(struct local *l, struct err *e)
{
    char state[PATH_TEXT];
    int rc = paths_state(state, e);
    return rc == 0 ? local_init(l, state, e) : rc;
}

int private_allow(const char *role, struct err *e)
{
    struct local l;
    int rc = private_find(&l, e);
    return rc == 0 ? local_allow(&l, role, e) : rc;
}

int private_spec(const struct cli *cli, const struct local *l, const char *role,
                 struct conn_spec *out, struct err *e)
{
    char conninfo[LOCAL_CONNINFO];
    const char *database = cli->target == TARGET_DEMO ? DEMO_DATABASE : OWN_DATABASE;
    int rc = local_conninfo(l, database, role, conninfo, e);
    if (rc < 0)
        return rc;
    conn_spec_init(out);
    out->conninfo = mem_dup(conninfo);
    out->timeout_ms = OWNER_TIMEOUT_MS;
    return 0;
}

/* The connection of cli, for a role; the options have filled the rest. */
static int use_role(struct cli *cli, const struct local *l, const char *role)
{
    char conninfo[LOCAL_CONNINFO];
    const char *database = cli->target == TARGET_DEMO ? DEMO_DATABASE : OWN_DATABASE;
    int rc = local_conninfo(l, database, role, conninfo, &cli->err);
    if (rc < 0)
        return rc;
    free(cli->spec.conninfo);
    cli->spec.conninfo = mem_dup(conninfo);
    return 0;
}

static void take_flag(void *arg, PGresult *const *results, int count)
{
    int *flag = arg;
    *flag = count == 1 && PQntuples(results[0]) == 1 && PQgetvalue(results[0], 0, 0)[0] == 't';
}

static int ask_flag(struct session *s, enum stmt stmt, int *flag, struct err *e)
{
    struct query query = {.stmt = stmt};
    *flag = 0;
    return sql_run(s, TRANSACTION_READ, &query, 1, take_flag, flag, e);
}

static void take_names(void *arg, PGresult *const *results, int count)
{
    struct operators *out = arg;
    int rows = count == 1 ? PQntuples(results[0]) : 0;
    for (int i = 0; i < rows && out->len < OPERATORS_MAX; i++)
        (void)snprintf(out->name[out->len++], OPERATOR_TEXT, "%s", PQgetvalue(results[0], i, 0));
}

int private_operators(const struct conn_spec *owner, struct operators *out, struct err *e)
{
    struct session *s = NULL;
    struct query query = {.stmt = STMT_OPERATORS};
    *out = (struct operators){0};
    int rc = sql_open(&s, owner, e);
    if (rc == 0)
        rc = ask_flag(s, STMT_HAS_OPERATORS, &out->there, e);
    if (rc == 0 && out->there)
        rc = sql_run(s, TRANSACTION_READ, &query, 1, take_names, out, e);
    session_destroy(s);
    return rc;
}

static void ignore(void *arg, const struct migration *migration)
{
    (void)arg;
    (void)migration;
}

static int start(struct cli *cli, struct local *l, int makes)
{
    enum local_state state = LOCAL_ABSENT;
    int pid = 0;
    int rc = private_find(l, &cli->err);
    if (rc == 0)
        rc = local_status(l, &state, &pid, &cli->err);
    if (rc == 0 && state == LOCAL_ABSENT && !makes) {
        (void)err_set(&cli->err, ERR_UNREACHABLE,
                      _("no connection is set, and there is no private database yet"));
        return err_cure(&cli->err,
                        _("`%s setup` makes one; `%s help` tells how to name a "
                          "connection."),
                        cli->program, cli->program);
    }
    if (rc == 0 && state == LOCAL_ABSENT)
        cli_progress(cli, _("making the private PostgreSQL, once …"));
    else if (rc == 0 && state == LOCAL_STOPPED)
        cli_progress(cli, _("starting the private PostgreSQL …"));
    return rc == 0 ? local_start(l, &cli->err) : rc;
}

/* Which operator the person is: the one of the same name, else the only one. */
static int choose(struct cli *cli, const struct local *l, const struct operators *all)
{
    char names[ERR_TEXT_MAX / 2] = "";
    size_t used = 0;
    for (int i = 0; i < all->len; i++)
        if (all->len == 1 || strcmp(all->name[i], l->person) == 0)
            return use_role(cli, l, all->name[i]);
    for (int i = 0; i < all->len && used + OPERATOR_TEXT + 3 < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s-U %s", i ? ", " : "",
                                 all->name[i]);
    (void)err_set(&cli->err, ERR_NO_USER,
                  _("the private database has several operators and none is named %s"), l->person);
    return err_cure(&cli->err, _("Say which one you are: %s"), names);
}

static int first_steps(struct cli *cli, const struct local *l, const struct conn_spec *owner)
{
    char role[OPERATOR_TEXT];
    if (cli->id != CLI_CONSOLE || !cli_is_interactive()) {
        (void)err_set(&cli->err, ERR_NO_USER, _("the private database has no operator yet"));
        return err_cure(&cli->err, "%s setup --name %s --operator %s", cli->program,
                        _("ORGANISATION"), l->person);
    }
    int rc = setup_run(cli, owner, role);
    return rc == 0 ? use_role(cli, l, role) : rc;
}

static int as_operator(struct cli *cli, const struct local *l)
{
    struct conn_spec owner;
    struct operators all;
    int rc = private_spec(cli, l, local_owner(), &owner, &cli->err);
    if (rc < 0)
        return rc;
    rc = migrate_run(&owner, 0, ignore, NULL, &cli->err);
    if (rc == 0)
        rc = private_operators(&owner, &all, &cli->err);
    if (rc == 0 && all.len == 0)
        rc = first_steps(cli, l, &owner);
    else if (rc == 0)
        rc = cli->spec.username ? use_role(cli, l, cli->spec.username) : choose(cli, l, &all);
    conn_spec_finish(&owner);
    return rc;
}

int private_connect(struct cli *cli)
{
    struct local l;
    int created = 0;
    int owner = cli_info(cli->id)->connection == CONNECTION_OWNER;
    int rc = start(cli, &l, owner || cli->id == CLI_CONSOLE);
    if (rc == 0)
        rc = local_database(&l, OWN_DATABASE, &created, &cli->err);
    if (rc < 0)
        return rc;
    return owner ? use_role(cli, &l, local_owner()) : as_operator(cli, &l);
}

static int is_seeded(const struct conn_spec *owner, int *seeded, struct err *e)
{
    struct session *s = NULL;
    int rc = sql_open(&s, owner, e);
    if (rc == 0)
        rc = ask_flag(s, STMT_HAS_DEMO, seeded, e);
    session_destroy(s);
    return rc;
}

/* Fills the demonstration when it is empty; another program that does the same at this moment may
 * win. */
static int seed(const struct conn_spec *owner, struct err *e)
{
    int seeded = 0;
    struct err other = {0};
    int rc = is_seeded(owner, &seeded, e);
    if (rc == 0 && !seeded)
        rc = migrate_extra(owner, "demo", e);
    if (rc < 0 && !seeded && is_seeded(owner, &seeded, &other) == 0 && seeded)
        rc = 0;
    return rc == 0 ? migrate_extra(owner, "demo_touch", e) : rc;
}

static int fill(struct cli *cli, struct local *l)
{
    struct conn_spec owner;
    struct operators all = {0};
    int rc = private_spec(cli, l, local_owner(), &owner, &cli->err);
    if (rc < 0)
        return rc;
    rc = migrate_run(&owner, 0, ignore, NULL, &cli->err);
    if (rc == 0)
        rc = seed(&owner, &cli->err);
    if (rc == 0)
        rc = private_operators(&owner, &all, &cli->err);
    for (int i = 0; rc == 0 && i < all.len; i++)
        rc = local_allow(l, all.name[i], &cli->err);
    conn_spec_finish(&owner);
    return rc;
}

static int make_demo(struct cli *cli, struct local *l, int anew)
{
    int created = 0;
    cli->target = TARGET_DEMO;
    int rc = start(cli, l, 1);
    if (rc == 0 && anew)
        rc = local_drop(l, DEMO_DATABASE, &cli->err);
    if (rc == 0)
        rc = local_database(l, DEMO_DATABASE, &created, &cli->err);
    if (rc == 0 && created)
        cli_progress(cli, _("filling the demonstration …"));
    return rc == 0 ? fill(cli, l) : rc;
}

int private_demo(struct cli *cli)
{
    struct local l;
    int owner = cli_info(cli->id)->connection == CONNECTION_OWNER;
    int rc = make_demo(cli, &l, 0);
    return rc == 0 ? use_role(cli, &l, owner ? local_owner() : DEMO_ROLE) : rc;
}

int private_demo_reset(struct cli *cli)
{
    struct local l;
    return make_demo(cli, &l, 1);
}
