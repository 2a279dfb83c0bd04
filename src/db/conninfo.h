#ifndef VIGIE_DB_CONNINFO_H
#define VIGIE_DB_CONNINFO_H

#include "db/session.h"

enum { CONNINFO_KEYS = 16, CONNINFO_LIST = 1024 };

/* What libpq is given: keywords and values for PQconnectStartParams with expand_dbname, ended by
 * NULL. The connection string comes first, so that it is expanded and what follows wins over it.
 * Borrows from the spec. */
struct conninfo {
    const char *keys[CONNINFO_KEYS];
    const char *values[CONNINFO_KEYS];
    int len;
    char hosts[3][CONNINFO_LIST]; /* lists shortened by conninfo_skip */
};

/* ERR_USAGE when the connection string cannot be read; nothing of it is repeated, for it may hold a
 * password. */
int conninfo_fill(struct conninfo *c, const struct conn_spec *spec, struct err *e);

/* Leaves out the first n hosts of the lists that a connection attempt used (from PQconninfo). */
void conninfo_skip(struct conninfo *c, const PQconninfoOption *used, int n);

/* Copies what follows the first n items of a list separated by commas; a list of one item stays as
 * it is when single is set. */
void conninfo_rest(char *out, size_t size, const char *list, int n, int single);

/* How many hosts an attempt has in its lists, and which of them (from 0) a host and port are. */
int conninfo_hosts(const PQconninfoOption *used);
int conninfo_which(const PQconninfoOption *used, const char *host, const char *port);

/* The value of an option, "" when it has none. */
const char *conninfo_value(const PQconninfoOption *used, const char *keyword);

#endif
