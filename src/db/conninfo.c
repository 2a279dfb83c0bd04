#include "config.h"

#include "db/conninfo.h"

#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

static void put(struct conninfo *c, const char *key, const char *value)
{
    if (!value || c->len + 1 >= CONNINFO_KEYS)
        return;
    c->keys[c->len] = key;
    c->values[c->len] = value;
    c->len++;
    c->keys[c->len] = NULL;
    c->values[c->len] = NULL;
}

/* As libpq decides whether a database name is a connection string. */
static int is_connection_string(const char *text)
{
    return strchr(text, '=') || strncmp(text, "postgresql://", 13) == 0 ||
           strncmp(text, "postgres://", 11) == 0;
}

static int check(const char *text, struct err *e)
{
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(text, &message);
    int bad = !options;
    PQconninfoFree(options);
    PQfreemem(message);
    if (!bad)
        return 0;
    (void)err_set(e, ERR_USAGE, _("The connection string cannot be read."));
    (void)err_cure(e,
                   _("Write for example host=db.example dbname=app user=claire, with values that "
                     "hold blanks in single quotes, or postgresql://claire@db.example/app"));
    return -(int)ERR_USAGE;
}

int conninfo_fill(struct conninfo *c, const struct conn_spec *spec, struct err *e)
{
    *c = (struct conninfo){.len = 0};
    if (spec->conninfo && spec->conninfo[0]) {
        int rc = is_connection_string(spec->conninfo) ? check(spec->conninfo, e) : 0;
        if (rc < 0)
            return rc;
        put(c, "dbname", spec->conninfo);
    }
    put(c, "user", spec->username);
    put(c, "password", spec->password);
    put(c, "fallback_application_name", PACKAGE);
    put(c, "client_encoding", "UTF8");
    return 0;
}

const char *conninfo_value(const PQconninfoOption *used, const char *keyword)
{
    for (; used && used->keyword; used++)
        if (strcmp(used->keyword, keyword) == 0)
            return used->val ? used->val : "";
    return "";
}

static int items(const char *list)
{
    int n = *list != '\0';
    for (; *list; list++)
        n += *list == ',';
    return n;
}

int conninfo_hosts(const PQconninfoOption *used)
{
    int hosts = items(conninfo_value(used, "host"));
    int addresses = items(conninfo_value(used, "hostaddr"));
    int n = hosts > addresses ? hosts : addresses;
    return n > 0 ? n : 1;
}

/* Whether the n-th item of a list is a text; a list of one item counts for every n. */
static int item_is(const char *list, int n, const char *text)
{
    if (items(list) > 1)
        for (; n > 0 && *list; list++)
            n -= *list == ',';
    size_t len = strcspn(list, ",");
    return len == strlen(text) && strncmp(list, text, len) == 0;
}

int conninfo_which(const PQconninfoOption *used, const char *host, const char *port)
{
    int n = conninfo_hosts(used);
    const char *ports = conninfo_value(used, "port");
    for (int i = 0; i < n; i++) {
        if (!item_is(conninfo_value(used, "host"), i, host) &&
            !item_is(conninfo_value(used, "hostaddr"), i, host))
            continue;
        if (item_is(ports, i, port) || item_is(ports, i, ""))
            return i;
    }
    return 0;
}

void conninfo_rest(char *out, size_t size, const char *list, int n, int single)
{
    if (!single || items(list) > 1)
        for (; n > 0 && *list; list++)
            n -= *list == ',';
    (void)snprintf(out, size, "%s", list);
}

void conninfo_skip(struct conninfo *c, const PQconninfoOption *used, int n)
{
    static const char *const keys[] = {"host", "hostaddr", "port"};
    for (int i = 0; i < 3; i++) {
        const char *list = conninfo_value(used, keys[i]);
        if (!*list)
            continue;
        conninfo_rest(c->hosts[i], sizeof c->hosts[i], list, n, i == 2);
        put(c, keys[i], c->hosts[i]);
    }
}
