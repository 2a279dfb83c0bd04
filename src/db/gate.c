#include "config.h"

#include "db/gate.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/param.h"
#include "db/row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SERVER_MIN = 140000, COLUMN_NAMES_MAX = 2048 };

struct gate {
    struct session *s;
    gate_done done;
    void *arg;
    struct proof proof;
    struct err err;
    int waiting; /* transactions of the second round trip */
    int clients_readable, users_readable, organisations_readable, health, lists;
};

static void finish(struct gate *g)
{
    struct proof *p = &g->proof;
    if (g->err.code == ERR_OK && proof_judge(p, &g->err) == 0) {
        session_set_scope(g->s, g->clients_readable, p->admin ? "" : p->organisation_id);
        session_set_health(g->s, g->health);
        session_set_lists(g->s, g->lists);
    }
    g->done(g->arg, p, &g->err);
    free(g);
}

static void copy(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text);
}

static void got_forgery(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct gate *g = arg;
    if (count == 1) {
        const char *user = PQntuples(results[0]) > 0 ? row_cell(results[0], 0, 0) : NULL;
        g->proof.forgeable = user && strcmp(user, session_stranger(g->s)) == 0;
    } else if (e->code == ERR_LOST || e->code == ERR_TIMEOUT) {
        g->err = *e;
    }
    if (--g->waiting == 0)
        finish(g);
}

static void read_identity(struct proof *p, const PGresult *res)
{
    if (PQntuples(res) == 0)
        return;
    row_uuid(p->user_id, res, 0, PQfnumber(res, "id"));
    row_uuid(p->organisation_id, res, 0, PQfnumber(res, "organisation"));
    p->admin = p->user_id[0] && row_flag(res, 0, "admin");
}

static void got_identity(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct gate *g = arg;
    struct proof *p = &g->proof;
    if (count > 0) {
        int n = 1;
        read_identity(p, results[0]);
        if (g->users_readable && PQntuples(results[n]) > 0)
            row_copy(p->user_name, sizeof p->user_name, results[n], 0, "person");
        n += g->users_readable;
        if (g->organisations_readable && PQntuples(results[n]) > 0)
            row_copy(p->organisation_nom, sizeof p->organisation_nom, results[n], 0, "place");
    } else if (e->code == ERR_LOST || e->code == ERR_TIMEOUT) {
        g->err = *e;
    } else {
        log_write(LOG_WARN, "the functions of the identity fail: %s", e->text);
        p->functions_usable = 0;
    }
    if (--g->waiting == 0)
        finish(g);
}

static void ask_identity(struct gate *g)
{
    static const struct query forgery = {STMT_GATE_USER, 0, NULL};
    struct query queries[3] = {{STMT_GATE_IDENTITY, 0, NULL}};
    int n = 1;
    if (g->users_readable)
        queries[n++].stmt = STMT_GATE_PERSON;
    if (g->organisations_readable)
        queries[n++].stmt = STMT_GATE_PLACE;
    if (session_send(g->s, TRANSACTION_READ, queries, n, got_identity, g, &g->err) == 0)
        g->waiting++;
    if (g->waiting &&
        session_send(g->s, TRANSACTION_FORGE, &forgery, 1, got_forgery, g, &g->err) == 0)
        g->waiting++;
    if (g->waiting == 0)
        finish(g);
}

static void read_facts(struct gate *g, const PGresult *res)
{
    struct proof *p = &g->proof;
    row_copy(p->login, sizeof p->login, res, 0, "login");
    row_copy(p->role, sizeof p->role, res, 0, "role");
    row_copy(p->database, sizeof p->database, res, 0, "database");
    p->table_readable = row_flag(res, 0, "table_readable");
    p->superuser = row_flag(res, 0, "superuser");
    p->bypassrls = row_flag(res, 0, "bypassrls");
    p->owner = row_flag(res, 0, "owner");
    p->rls_on = row_flag(res, 0, "rls_on");
    p->rls_active = row_flag(res, 0, "rls_active");
    p->functions_usable = row_flag(res, 0, "functions_usable");
    p->escalable = row_flag(res, 0, "escalable");
    p->key_readable = row_flag(res, 0, "key_readable");
    p->quiet = !row_flag(res, 0, "announced");
    p->pooler = row_number(res, 0, "pid", 0) != session_backend_pid(g->s);
    g->clients_readable = row_flag(res, 0, "clients_readable");
    g->users_readable = row_flag(res, 0, "users_readable");
    g->organisations_readable = row_flag(res, 0, "organisations_readable");
    g->health = row_flag(res, 0, "health");
    g->lists = row_flag(res, 0, "lists");
}

/* In mode claims the very first statement takes the role: the usual reason for a refusal here. */
static void explain(struct gate *g, const struct err *e)
{
    const struct conn_spec *spec = session_spec(g->s);
    if (g->proof.server_version < SERVER_MIN)
        return; /* it need not understand the question */
    g->err = *e;
    if (spec->identity != IDENTITY_CLAIMS || e->code == ERR_LOST || e->code == ERR_TIMEOUT)
        return;
    (void)err_set(&g->err, ERR_NO_IDENTITY, _("The role %s cannot be taken by this login. %s"),
                  spec->claims_role, e->text);
    (void)err_cure(&g->err,
                   _("Give the role of the platform's signed-in users with --role, and log "
                     "in as a member of it."));
}

static void got_facts(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct gate *g = arg;
    if (count == 1 && PQntuples(results[0]) == 1)
        read_facts(g, results[0]);
    else
        explain(g, e);
    if (g->err.code == ERR_OK && !g->proof.superuser && g->proof.functions_usable)
        ask_identity(g);
    else
        finish(g);
}

static int ask_facts(struct gate *g, struct err *e)
{
    struct str names;
    str_init(&names, COLUMN_NAMES_MAX);
    param_array_open(&names);
    for (int i = 0; i < COLUMN_COUNT; i++)
        if (column_info((enum column)i)->kind != COLUMN_SECRET)
            param_array_add(&names, column_info((enum column)i)->sql);
    param_array_close(&names);
    const char *const values[] = {str_get(&names)};
    const struct query query = {STMT_GATE_FACTS, 1, values};
    int rc = session_send(g->s, TRANSACTION_READ, &query, 1, got_facts, g, e);
    str_finish(&names);
    return rc;
}

int gate_run(struct session *s, gate_done done, void *arg, struct err *e)
{
    struct gate *g = mem_zero(1, sizeof *g);
    *g = (struct gate){.s = s, .done = done, .arg = arg};
    struct proof *p = &g->proof;
    p->server_version = session_server_version(s);
    copy(p->server_text, sizeof p->server_text, session_server_text(s));
    p->server_text[strcspn(p->server_text, " ")] = '\0';
    copy(p->host, sizeof p->host, session_host(s));
    p->transport_ok = session_transport_ok(s);
    p->asserted = session_spec(s)->identity == IDENTITY_CLAIMS;
    int rc = ask_facts(g, e);
    if (rc < 0)
        free(g);
    return rc;
}

struct outcome_of {
    struct proof *proof;
    struct err *err;
};

static void keep(void *arg, struct proof *proof, struct err *e)
{
    struct outcome_of *kept = arg;
    *kept->proof = *proof;
    *kept->err = *e;
}

int gate_try(struct session **out, struct conn_spec *spec, struct proof *proof, struct err *e)
{
    struct err refusal = {0};
    struct outcome_of kept = {proof, &refusal};
    *proof = (struct proof){0};
    int rc = session_open(out, spec, e);
    if (rc < 0)
        return rc;
    rc = gate_run(*out, keep, &kept, e);
    if (rc == 0)
        rc = session_wait(*out, e);
    if (rc == 0 && refusal.code != ERR_OK) {
        *e = refusal;
        rc = -(int)refusal.code;
    }
    return rc;
}

int gate_open(struct session **out, struct conn_spec *spec, struct proof *proof, struct err *e)
{
    struct proof unused = {0};
    int rc = gate_try(out, spec, proof ? proof : &unused, e);
    if (rc < 0) {
        session_destroy(*out);
        *out = NULL;
    }
    return rc;
}
