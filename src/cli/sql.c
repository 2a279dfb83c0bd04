#include "config.h"

#include "cli/part.h"

struct call {
    sql_take take;
    void *arg;
    struct err *err;
    int rc;
};

static void done(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct call *call = arg;
    if (!results) {
        call->rc = -(int)e->code;
        if (call->err)
            *call->err = *e;
        return;
    }
    call->rc = 0;
    if (call->take)
        call->take(call->arg, results, count);
}

int sql_run(struct session *s, enum transaction kind, const struct query *queries, int count,
            sql_take take, void *arg, struct err *e)
{
    struct call call = {take, arg, e, -(int)ERR_FAILURE};
    int rc = session_send(s, kind, queries, count, done, &call, e);
    if (rc == 0)
        rc = session_wait(s, e);
    return rc == 0 ? call.rc : rc;
}

int sql_open(struct session **out, const struct conn_spec *spec, struct err *e)
{
    struct conn_spec own; /* keeps the password that the person may be asked for */
    conn_spec_copy(&own, spec);
    int rc = session_open(out, &own, e);
    conn_spec_finish(&own);
    return rc;
}
