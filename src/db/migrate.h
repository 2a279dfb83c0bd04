#ifndef VIGIE_DB_MIGRATE_H
#define VIGIE_DB_MIGRATE_H

#include "db/session.h"

/* Brings an empty or older database to the present schema as its owner (not an operator): numbered
 * files, each in its own transaction, under an advisory lock, with the SHA-256 of each file
 * recorded. A recorded file whose checksum differs, or a database that holds openai_connexion
 * without vigie's records, stops it before anything is done. Blocking; command line only. */

enum { MIGRATION_CHECKSUM = 65 };

enum migration_state { MIGRATION_APPLIED, MIGRATION_PENDING, MIGRATION_DONE_NOW };

struct migration {
    int number;
    const char *name;
    char checksum[MIGRATION_CHECKSUM];
    enum migration_state state;
};

typedef void (*migrate_report)(void *arg, const struct migration *migration);

/* report is called for each file in order: applied before, pending (dry run) or done now. */
int migrate_run(const struct conn_spec *spec, int dry_run, migrate_report report, void *arg,
                struct err *e);

/* SHA-256 of a file, in hexadecimal. */
void migration_checksum(const char *text, char out[MIGRATION_CHECKSUM]);

/* Runs one of the named extra files ("demo", "demo_touch") in one transaction. */
int migrate_extra(const struct conn_spec *spec, const char *name, struct err *e);

/* The files built into the program; made from data/sql by the build. */
struct sql_file {
    int number; /* 0 for an extra file */
    const char *name;
    const char *text;
};
extern const struct sql_file sql_files[];
extern const int sql_files_len;

#endif
