#ifndef VIGIE_DB_LOCAL_H
#define VIGIE_DB_LOCAL_H

#include "base/err.h"

#include <sys/types.h>

enum { LOCAL_PATH = 1024, LOCAL_CONNINFO = 1400, LOCAL_NAME = 64 };

/* The account that the server runs as: the person's own, or postgres when the person is root. */
struct account {
    uid_t uid;
    gid_t gid;
    int drop; /* privileges must be dropped to become it */
    char name[LOCAL_NAME];
    char home[LOCAL_PATH];
};

/* The private PostgreSQL: own cluster under a state folder, Unix socket only, own port, peer
 * authentication with a map (no trust), checksums on. As root it belongs to and runs as user
 * postgres. All calls block (initdb, pg_ctl); command line only. A lock file makes concurrent calls
 * wait for each other. */
struct local {
    char state[LOCAL_PATH];  /* the program's state folder */
    char root[LOCAL_PATH];   /* STATE/postgresql */
    char data[LOCAL_PATH];   /* root/data */
    char socket[LOCAL_PATH]; /* folder of the socket; short enough for a socket address; "" until
                                the first start when a short one is needed */
    char log[LOCAL_PATH];
    char bindir[LOCAL_PATH]; /* initdb, pg_ctl, postgres */
    int port;
    int version;             /* major, of the binaries */
    char person[LOCAL_NAME]; /* operating system's name of who runs the program */
    struct account account;
};

enum local_state { LOCAL_ABSENT, LOCAL_STOPPED, LOCAL_RUNNING };

/* Finds the paths and the server's programs (those that made the cluster, else the newest;
 * PG_CONFIG names another pg_config); fails with a cure when there is no server >= 14. Creates
 * nothing. */
int local_init(struct local *l, const char *state_dir, struct err *e);

int local_status(const struct local *l, enum local_state *state, int *pid, struct err *e);
/* Creates the cluster when absent and starts it when stopped; nothing when it runs. Survives stale
 * pid files and interrupted creation. */
int local_start(struct local *l, struct err *e);
int local_stop(struct local *l, struct err *e);
/* Stops it and removes root. */
int local_destroy(struct local *l, struct err *e);

/* Lets the person (and root) log in as a role through the peer map, and reloads the server. Nothing
 * when it is allowed already. */
int local_allow(struct local *l, const char *role, struct err *e);

/* ERR_USAGE for a name that the map cannot hold. */
int local_check_role(const char *role, struct err *e);

/* libpq string for a database and role (role NULL: the person's name). */
int local_conninfo(const struct local *l, const char *database, const char *role,
                   char out[LOCAL_CONNINFO], struct err *e);

/* Creates the database, owned by local_owner(), when it is absent; created tells. */
int local_database(struct local *l, const char *database, int *created, struct err *e);
/* Removes the database with whatever is connected to it; nothing when it is absent. */
int local_drop(struct local *l, const char *database, struct err *e);

const char *local_owner(void);     /* role that owns the databases: CREATEROLE, no superuser */
const char *local_superuser(void); /* bootstrap role of the cluster */

#endif
