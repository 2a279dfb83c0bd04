#include "config.h"

#include "db/q_lint.h"

#include <string.h>

enum { COL_WORD, COL_SUBJECT, COL_FIX };

struct asking {
    struct findings *out;
    struct err err;
};

static void take(struct findings *out, const PGresult *res)
{
    for (int i = 0; i < PQntuples(res); i++) {
        int kind = finding_find(PQgetvalue(res, i, COL_WORD));
        if (kind >= 0)
            findings_add(out, (enum finding_kind)kind, PQgetvalue(res, i, COL_SUBJECT),
                         PQgetvalue(res, i, COL_FIX));
    }
}

static void answered(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct asking *asking = arg;
    if (e && e->code != ERR_OK)
        asking->err = *e;
    else if (count == 1 && PQnfields(results[0]) > COL_FIX)
        take(asking->out, results[0]);
}

/* A refusal leaves the question open; a broken connection ends all. */
static int ask(struct session *s, enum stmt stmt, struct findings *out, struct err *e)
{
    struct asking asking = {.out = out};
    const struct query query = {.stmt = stmt};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, answered, &asking, e);
    if (rc == 0)
        rc = session_wait(s, e);
    if (rc == 0 && asking.err.code != ERR_OK)
        out->rows_unknown = 1;
    return rc;
}

int q_lint(struct session *s, int keys, struct findings *out, struct err *e)
{
    int rc = ask(s, STMT_LINT, out, e);
    if (rc == 0)
        rc = ask(s, STMT_LINT_ROWS, out, e);
    if (rc == 0 && keys)
        rc = ask(s, STMT_LINT_KEYS, out, e);
    if (rc == 0 && session_clients_readable(s))
        rc = ask(s, STMT_LINT_CLIENTS, out, e);
    if (rc == 0 && session_clients_readable(s))
        rc = ask(s, STMT_LINT_LINKS, out, e);
    return rc;
}
