#ifndef VIGIE_DB_LOCAL_PART_H
#define VIGIE_DB_LOCAL_PART_H

#include "db/local.h"

/* What the parts of the private cluster share among themselves; nobody else includes this. */

/* The port only names the socket's file: nothing listens on TCP. */
enum { LOCAL_PORT = 5483, SOCKET_FOLDER_MAX = 93 };

/* Fills l->socket: the folder below root when a socket address can hold it, else the short one
 * recorded there while it is still a private folder of the server's account, else "". */
void local_socket_find(struct local *l);
/* Makes the folder of the socket, a short one when needed. */
int local_socket_make(struct local *l, struct err *e);
/* Removes a short folder; runs as the server's account. */
void local_socket_remove(const struct local *l);

/* The pid in postmaster.pid when that process is this cluster's live server, else 0. */
int local_server_pid(const struct local *l);
/* Makes a postmaster.pid of no live server harmless: a pid that cannot exist takes the place of one
 * that another process may have now, and PostgreSQL's own check of the shared memory stays in
 * force. The lock of the socket, which guards nothing else, goes. Runs as the server's account. */
int local_disarm(const struct local *l, const void *arg, struct err *e);

/* Makes concurrent programs wait for each other, two minutes at most. */
int local_lock(const struct local *l, int *fd, struct err *e);
void local_unlock(int fd);

/* Makes the cluster under another name and renames it. */
int local_create(struct local *l, struct err *e);
/* The settings of the program's own, written again at each start. */
int local_configure(const struct local *l, struct err *e);

/* The whole number that a text starts with; 0 when there is none or it is out of range. */
int local_number(const char *text);
/* Replaces a file in one step. */
int local_write(const char *path, const char *text, struct err *e);
/* Removes a tree; links are removed, not followed. ENOENT is no error. */
int local_remove(const char *path, struct err *e);

/* Adds to the text of pg_ident.conf those lines that let the person and root be a role and are
 * missing: how many, or -1 when it is full. */
int local_map_line(char *text, size_t size, const char *person, const char *role);

#endif
