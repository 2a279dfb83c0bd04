#include "config.h"

#include "db/migrate_part.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "db/session_part.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CURE_MAX = 500 };

void owner_close(struct owner *o)
{
    session_destroy(o->session);
}

int owner_open(struct owner *o, const struct conn_spec *spec, struct err *e)
{
    struct conn_spec own;
    conn_spec_copy(&own, spec);
    int rc = session_open(&o->session, &own, e);
    conn_spec_finish(&own);
    if (rc < 0)
        return rc;
    o->conn = o->session->conn;
    (void)snprintf(o->lock_ms, sizeof o->lock_ms, "%d", spec->timeout_ms);
    if (PQexitPipelineMode(o->conn) == 1 && PQsetnonblocking(o->conn, 0) == 0)
        return 0;
    owner_close(o);
    return err_set(e, ERR_LOST, _("The connection to the database broke."));
}

/* Takes res; out (may be NULL) gets it when it is good. */
static int take(PGresult *res, PGresult **out, struct err *e)
{
    ExecStatusType status = PQresultStatus(res);
    int rc = 0;
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
        const char *hint = PQresultErrorField(res, PG_DIAG_MESSAGE_HINT);
        rc = sqlstate_result(e, res);
        if (hint) {
            char *clean = text_scrub(hint, strlen(hint), CURE_MAX);
            (void)err_cure(e, "%s", clean);
            free(clean);
        }
    }
    if (rc == 0 && out)
        *out = res;
    else
        PQclear(res);
    return rc;
}

int owner_run(struct owner *o, enum stmt stmt, const char *const *values, PGresult **out,
              struct err *e)
{
    return take(
        PQexecParams(o->conn, stmt_text(stmt), stmt_params(stmt), NULL, values, NULL, NULL, 0), out,
        e);
}

int owner_file(struct owner *o, const char *text, struct err *e)
{
    return take(PQexec(o->conn, text), NULL, e);
}

void owner_undo(struct owner *o)
{
    struct err unimportant = {0};
    (void)owner_run(o, STMT_ROLLBACK, NULL, NULL, &unimportant);
}

void migration_checksum(const char *text, char out[MIGRATION_CHECKSUM])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256(hash, (const unsigned char *)text, strlen(text));
    (void)sodium_bin2hex(out, MIGRATION_CHECKSUM, hash, sizeof hash);
}

/* What the database says of itself: *records holds number, name and checksum of what was applied,
 * or is NULL when nothing was. */
static int read_records(struct owner *o, PGresult **records, struct err *e)
{
    PGresult *state = NULL;
    *records = NULL;
    int rc = owner_run(o, STMT_MIGRATION_STATE, NULL, &state, e);
    if (rc < 0)
        return rc;
    int ours = PQgetvalue(state, 0, 0)[0] == 't';
    int has_table = PQgetvalue(state, 0, 1)[0] == 't';
    PQclear(state);
    if (ours)
        return owner_run(o, STMT_MIGRATION_LIST, NULL, records, e);
    if (!has_table)
        return 0;
    (void)err_set(
        e, ERR_FAILURE,
        _("The database has a table openai_connexion that vigie did not make: nothing was "
          "changed."));
    return err_cure(e, _("`vigie init` is for an empty database. Connect to this one as an "
                         "operator; `vigie doctor` tells what is there."));
}

static const char *recorded(const PGresult *records, int number)
{
    for (int i = 0; records && i < PQntuples(records); i++)
        if (strtol(PQgetvalue(records, i, 0), NULL, 10) == number)
            return PQgetvalue(records, i, 2);
    return NULL;
}

static const struct sql_file *find(int number)
{
    for (int i = 0; i < sql_files_len; i++)
        if (sql_files[i].number == number)
            return &sql_files[i];
    return NULL;
}

/* Every record must be of a file that the program has, unchanged. */
static int check_records(const PGresult *records, struct err *e)
{
    for (int i = 0; records && i < PQntuples(records); i++) {
        int number = (int)strtol(PQgetvalue(records, i, 0), NULL, 10);
        const struct sql_file *file = number > 0 ? find(number) : NULL;
        char checksum[MIGRATION_CHECKSUM] = "";
        if (!file) {
            (void)err_set(e, ERR_FAILURE,
                          _("The database has migration %d, which this program does "
                            "not know: nothing was changed."),
                          number);
            return err_cure(e, _("Use the newer version of vigie that made it."));
        }
        migration_checksum(file->text, checksum);
        if (strcmp(checksum, PQgetvalue(records, i, 2)) != 0) {
            (void)err_set(e, ERR_FAILURE,
                          _("Migration %s was applied from a file that differs from "
                            "the program's: nothing was changed."),
                          file->name);
            return err_cure(e, _("Use the version of vigie that made the database."));
        }
    }
    return 0;
}

int owner_record(struct owner *o, const struct sql_file *file, const char *checksum, struct err *e)
{
    char number[LOCK_TEXT];
    (void)snprintf(number, sizeof number, "%d", file->number);
    const char *const values[] = {number, file->name, checksum};
    return owner_run(o, STMT_MIGRATION_RECORD, values, NULL, e);
}

static int apply_file(struct owner *o, const struct sql_file *file, const char *checksum,
                      struct err *e)
{
    int rc = owner_file(o, file->text, e);
    if (rc == 0)
        rc = owner_record(o, file, checksum, e);
    if (rc == 0)
        rc = owner_run(o, STMT_COMMIT, NULL, NULL, e);
    return rc;
}

int owner_name_failure(const char *name, struct err *e)
{
    struct err plain = *e;
    (void)err_set(e, plain.code, "%s: %s", name, plain.text);
    return plain.cure[0] ? err_cure(e, "%s", plain.cure) : -(int)e->code;
}

/* Under the lock another program can have been faster. */
static int apply(struct owner *o, const struct sql_file *file, struct migration *m, struct err *e)
{
    const char *const wait[] = {o->lock_ms};
    PGresult *records = NULL;
    int rc = owner_run(o, STMT_BEGIN, NULL, NULL, e);
    if (rc == 0)
        rc = owner_run(o, STMT_MIGRATION_LOCK, wait, NULL, e);
    if (rc == 0)
        rc = read_records(o, &records, e);
    if (rc == 0)
        rc = check_records(records, e);
    int done = recorded(records, file->number) != NULL;
    PQclear(records);
    if (rc == 0 && !done) {
        rc = apply_file(o, file, m->checksum, e);
        m->state = MIGRATION_DONE_NOW;
    } else if (rc == 0) {
        m->state = MIGRATION_APPLIED;
    }
    if (rc < 0)
        rc = owner_name_failure(file->name, e);
    if (rc < 0 || done)
        owner_undo(o);
    return rc;
}

static int run_all(struct owner *o, int dry_run, migrate_report report, void *arg, struct err *e)
{
    PGresult *records = NULL;
    int rc = read_records(o, &records, e);
    if (rc == 0)
        rc = check_records(records, e);
    for (int i = 0; rc == 0 && i < sql_files_len; i++) {
        const struct sql_file *file = &sql_files[i];
        struct migration m = {.number = file->number, .name = file->name};
        if (file->number == 0)
            continue;
        migration_checksum(file->text, m.checksum);
        m.state = recorded(records, file->number) ? MIGRATION_APPLIED : MIGRATION_PENDING;
        if (m.state == MIGRATION_PENDING && !dry_run)
            rc = apply(o, file, &m, e);
        if (rc == 0)
            report(arg, &m);
    }
    PQclear(records);
    return rc;
}

int migrate_run(const struct conn_spec *spec, int dry_run, migrate_report report, void *arg,
                struct err *e)
{
    struct owner o;
    int rc = owner_open(&o, spec, e);
    if (rc < 0)
        return rc;
    rc = run_all(&o, dry_run, report, arg, e);
    owner_close(&o);
    return rc;
}

const struct sql_file *migrate_find_extra(const char *name)
{
    for (int i = 0; i < sql_files_len; i++)
        if (sql_files[i].number == 0 && strcmp(sql_files[i].name, name) == 0)
            return &sql_files[i];
    return NULL;
}

int migrate_extra(const struct conn_spec *spec, const char *name, struct err *e)
{
    const struct sql_file *file = migrate_find_extra(name);
    struct owner o;
    if (!file)
        return err_set(e, ERR_NOT_FOUND, _("The program has no SQL file “%s”."), name);
    int rc = owner_open(&o, spec, e);
    if (rc < 0)
        return rc;
    rc = owner_run(&o, STMT_BEGIN, NULL, NULL, e);
    if (rc == 0)
        rc = owner_file(&o, file->text, e);
    if (rc == 0)
        rc = owner_run(&o, STMT_COMMIT, NULL, NULL, e);
    if (rc < 0)
        rc = owner_name_failure(file->name, e);
    owner_close(&o);
    return rc;
}
