#include "config.h"

#include "db/q_organisation.h"

#include "base/mem.h"
#include "db/row.h"

#include <stdlib.h>

struct ask_all {
    organisations_done done;
    void *arg;
};

static struct organisations *decode(const PGresult *res)
{
    int id = PQfnumber(res, "organisation_id");
    int nom = PQfnumber(res, "organisation_nom");
    int compte = PQfnumber(res, "statut_compte");
    struct organisations *all = organisations_create((size_t)PQntuples(res));
    for (int i = 0; i < PQntuples(res); i++) {
        struct organisation *o = &all->rows[i];
        row_uuid(o->id, res, i, id);
        o->nom = row_text(res, i, nom, ROW_LIST_CHARS);
        o->statut_compte = row_text(res, i, compte, ROW_LIST_CHARS);
        row_totals(&o->totals, res, i);
        o->totals.organisations = 1;
    }
    return all;
}

static void got_all(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_all *ask = arg;
    ask->done(ask->arg, count == 1 ? decode(results[0]) : NULL, e);
    free(ask);
}

int q_organisation_all(struct session *s, organisations_done done, void *arg, struct err *e)
{
    const char *own = session_organisation(s);
    const char *const values[] = {own[0] ? own : NULL};
    enum stmt stmt = session_health(s) ? STMT_ORGANISATIONS_ONCE : STMT_ORGANISATIONS;
    const struct query query = {stmt, 1, values};
    struct ask_all *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_all){done, arg};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, got_all, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}
