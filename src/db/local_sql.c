#include "config.h"

#include "db/local_child.h"
#include "db/local_part.h"
#include "db/stmt.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"

#include <libpq-fe.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROLE_MAX = 63, MAP_MAX = 256 * 1024 };

/* Quotes a value of a connection string. */
static int add_value(struct str *s, const char *key, const char *value)
{
    int rc = str_addf(s, "%s%s='", s->len ? " " : "", key);
    for (const char *c = value; rc == 0 && *c; c++) {
        if (*c == '\'' || *c == '\\')
            rc = str_add_char(s, '\\');
        if (rc == 0)
            rc = str_add_char(s, *c);
    }
    return rc == 0 ? str_add_char(s, '\'') : rc;
}

int local_conninfo(const struct local *l, const char *database, const char *role,
                   char out[LOCAL_CONNINFO], struct err *e)
{
    struct str s;
    str_init(&s, LOCAL_CONNINFO - 1);
    int rc = str_addf(&s, "port=%d", l->port) || add_value(&s, "host", l->socket) ||
             add_value(&s, "dbname", database) || add_value(&s, "user", role ? role : l->person);
    if (!l->socket[0])
        rc = err_set(e, ERR_SYSTEM, _("the private database has not been started"));
    else if (rc)
        rc = err_set(e, ERR_LIMIT, _("the connection is too long"));
    (void)snprintf(out, LOCAL_CONNINFO, "%s", rc == 0 ? str_get(&s) : "");
    str_finish(&s);
    return rc;
}

static int connect_owner(const struct local *l, PGconn **out, struct err *e)
{
    char conninfo[LOCAL_CONNINFO];
    int rc = local_conninfo(l, "postgres", local_owner(), conninfo, e);
    if (rc < 0)
        return rc;
    *out = PQconnectdb(conninfo);
    if (PQstatus(*out) == CONNECTION_OK)
        return 0;
    rc = child_failed(l, _("the private database does not let its owner in"), PQerrorMessage(*out),
                      e);
    PQfinish(*out);
    *out = NULL;
    return rc;
}

/* The statement that the list's statement writes for a database: the server quotes the name. */
static int run_for(PGconn *conn, enum stmt writer, const char *database, struct err *e)
{
    PGresult *text = PQexecParams(conn, stmt_text(writer), 1, NULL, &database, NULL, NULL, 0);
    int rc = 0;
    PGresult *done = PQresultStatus(text) == PGRES_TUPLES_OK && PQntuples(text) == 1
                         ? PQexec(conn, PQgetvalue(text, 0, 0))
                         : NULL;
    const char *state = done ? PQresultErrorField(done, PG_DIAG_SQLSTATE) : NULL;
    if (!done || PQresultStatus(done) != PGRES_COMMAND_OK)
        rc = err_set(e, ERR_DATABASE, _("the private database refused a statement (%s)"),
                     state ? state : "-");
    PQclear(done);
    PQclear(text);
    return rc;
}

static int exists(PGconn *conn, const char *database, int *found, struct err *e)
{
    PGresult *r =
        PQexecParams(conn, stmt_text(STMT_LOCAL_DATABASE), 1, NULL, &database, NULL, NULL, 0);
    int rc = 0;
    if (PQresultStatus(r) == PGRES_TUPLES_OK)
        *found = PQntuples(r) > 0;
    else
        rc = err_set(e, ERR_DATABASE, _("the private database refused a statement (%s)"),
                     PQresultErrorField(r, PG_DIAG_SQLSTATE));
    PQclear(r);
    return rc;
}

static int make_database(const struct local *l, const char *database, int *created, struct err *e)
{
    PGconn *conn = NULL;
    int found = 0;
    int rc = connect_owner(l, &conn, e);
    if (rc < 0)
        return rc;
    rc = exists(conn, database, &found, e);
    if (rc == 0 && !found) {
        rc = run_for(conn, STMT_LOCAL_CREATE, database, e);
        *created = rc == 0;
    }
    PQfinish(conn);
    return rc;
}

int local_database(struct local *l, const char *database, int *created, struct err *e)
{
    int fd = -1;
    *created = 0;
    int rc = local_lock(l, &fd, e);
    if (rc < 0)
        return rc;
    rc = make_database(l, database, created, e);
    local_unlock(fd);
    return rc;
}

int local_drop(struct local *l, const char *database, struct err *e)
{
    PGconn *conn = NULL;
    int rc = connect_owner(l, &conn, e);
    if (rc < 0)
        return rc;
    rc = run_for(conn, STMT_LOCAL_DROP, database, e);
    PQfinish(conn);
    return rc;
}

struct map {
    char path[LOCAL_PATH + 16];
    char text[MAP_MAX];
};

static int write_map(const struct local *l, const void *arg, struct err *e)
{
    const struct map *map = arg;
    (void)l;
    return local_write(map->path, map->text, e);
}

static int read_map(const struct local *l, struct map *map, struct err *e)
{
    (void)snprintf(map->path, sizeof map->path, "%s/pg_ident.conf", l->data);
    FILE *f = fopen(map->path, "re");
    if (!f)
        return err_errno(e, ERR_SYSTEM, _("cannot read %s"), map->path);
    size_t n = fread(map->text, 1, sizeof map->text - 1, f);
    int bad = ferror(f);
    (void)fclose(f);
    map->text[n] = '\0';
    return bad ? err_errno(e, ERR_SYSTEM, _("cannot read %s"), map->path) : 0;
}

static int reload(const struct local *l, struct err *e)
{
    enum local_state state = LOCAL_ABSENT;
    int pid = 0;
    int rc = local_status(l, &state, &pid, e);
    if (rc == 0 && pid && kill(pid, SIGHUP) < 0)
        return err_errno(e, ERR_SYSTEM, _("cannot make the server read its map again"));
    return rc;
}

static int extend_map(const struct local *l, struct map *map, const char *role, struct err *e)
{
    int rc = read_map(l, map, e);
    if (rc < 0)
        return rc;
    int added = local_map_line(map->text, sizeof map->text, l->person, role);
    if (added < 0)
        return err_set(e, ERR_LIMIT, _("%s is full"), map->path);
    if (added == 0)
        return 0;
    rc = child_call(&l->account, write_map, l, map, e);
    return rc == 0 ? reload(l, e) : rc;
}

int local_check_role(const char *role, struct err *e)
{
    size_t len = strlen(role);
    if (len > 0 && len <= ROLE_MAX && !strpbrk(role, "\"\\\n\r"))
        return 0;
    return err_set(e, ERR_USAGE,
                   _("the name of a role has 1 to %d bytes and no quote, backslash or line end"),
                   ROLE_MAX);
}

int local_allow(struct local *l, const char *role, struct err *e)
{
    int fd = -1;
    int rc = local_check_role(role, e);
    if (rc == 0)
        rc = local_lock(l, &fd, e);
    if (rc < 0)
        return rc;
    struct map *map = mem_zero(1, sizeof *map);
    rc = extend_map(l, map, role, e);
    free(map);
    local_unlock(fd);
    return rc;
}
