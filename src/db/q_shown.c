#include "config.h"

#include "db/q_shown.h"

#include "base/mem.h"
#include "db/param.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_TEXT = 24, SHOWN_BASE = 2 };

struct ask_shown {
    shown_done done;
    void *arg;
    int most;
};

static void got_shown(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_shown *ask = arg;
    int n = count == 1 ? PQntuples(results[0]) : 0;
    int more = n > ask->most;
    size_t len = 0;
    n = more ? ask->most : n;
    char(*ids)[UUID_TEXT] = n > 0 ? mem_zero((size_t)n, sizeof *ids) : NULL;
    for (int i = 0; i < n; i++) {
        const char *id = PQgetvalue(results[0], i, 0);
        if (strlen(id) == UUID_TEXT - 1)
            memcpy(ids[len++], id, UUID_TEXT);
    }
    ask->done(ask->arg, ids, len, more, e);
    free(ask);
}

int q_shown(struct session *s, const struct filter *filter, const char *organisation, int most,
            shown_done done, void *arg, struct err *e)
{
    enum stmt stmt = session_clients_readable(s) ? STMT_SHOWN : STMT_SHOWN_BARE;
    const char *own = session_organisation(s);
    const char *of = organisation[0] ? organisation : own[0] ? own : NULL;
    char rows[NUMBER_TEXT];
    struct param_filter params;
    const char *values[SHOWN_BASE + PARAM_FILTER] = {rows, of};
    (void)snprintf(rows, sizeof rows, "%d", most + 1);
    param_filter(&params, filter, values + SHOWN_BASE);
    struct ask_shown *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_shown){done, arg, most};
    const struct query query = {stmt, stmt_params(stmt), values};
    int rc = session_send(s, TRANSACTION_READ, &query, 1, got_shown, ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}
