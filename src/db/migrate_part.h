#ifndef VIGIE_DB_MIGRATE_PART_H
#define VIGIE_DB_MIGRATE_PART_H

#include "db/migrate.h"

/* What init and adopt share; nobody else includes it. */

enum { LOCK_TEXT = 16 };

/* A plain connection of the owner: files of several statements cannot travel in a pipeline. */
struct owner {
    struct session *session;
    PGconn *conn;
    char lock_ms[LOCK_TEXT]; /* how long another program that migrates is waited for */
};

int owner_open(struct owner *o, const struct conn_spec *spec, struct err *e);
void owner_close(struct owner *o);
/* One statement of the list; out (may be NULL) gets its result. */
int owner_run(struct owner *o, enum stmt stmt, const char *const *values, PGresult **out,
              struct err *e);
/* A whole file. */
int owner_file(struct owner *o, const char *text, struct err *e);
/* Rolls back. */
void owner_undo(struct owner *o);
/* Puts what failed before the sentence of e; returns -e->code. */
int owner_name_failure(const char *name, struct err *e);
/* Records a migration as applied. */
int owner_record(struct owner *o, const struct sql_file *file, const char *checksum, struct err *e);

/* A file without a number; NULL when there is none. */
const struct sql_file *migrate_find_extra(const char *name);

#endif
