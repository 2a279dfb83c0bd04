#include "config.h"

#include "db/q_connexion.h"

#include "base/mem.h"
#include "db/param.h"
#include "db/row.h"

#include <stdio.h>
#include <stdlib.h>

/* Counting looks at so many rows; when the server was quick about it (the policies cost nothing per
 * row) it is asked again without a bound, and the bounded figures are the answer only if that
 * fails. */
enum { ROWS_FIRST = 100000, QUICK_MS = 250, NUMBER_TEXT = 24, SUM_BASE = 2 };

struct ask_totals {
    totals_done done;
    void *arg;
    struct session *s;
    struct filter filter;
    char organisation[UUID_TEXT];
    int whole; /* the second question */
    struct totals first;
};

static int send_totals(struct ask_totals *ask, struct err *e);

static void finish(struct ask_totals *ask, const struct totals *t, int exact, struct err *e)
{
    ask->done(ask->arg, t, exact, e);
    free(ask);
}

static void got_totals(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct ask_totals *ask = arg;
    struct err none = {0};
    struct totals t;
    if (count != 1) {
        int kept = ask->whole && e->code == ERR_TIMEOUT && session_is_ready(ask->s);
        finish(ask, kept ? &ask->first : NULL, 0, kept ? &none : e);
        return;
    }
    row_totals(&t, results[0], 0);
    int cut = row_flag(results[0], 0, "cut");
    int quick = row_number(results[0], 0, "elapsed", QUICK_MS) < QUICK_MS;
    if (cut && quick && !ask->whole) {
        ask->whole = 1;
        ask->first = t;
        if (send_totals(ask, &none) == 0)
            return;
    }
    none = (struct err){0};
    finish(ask, &t, !cut, &none);
}

static enum stmt choose(const struct ask_totals *ask)
{
    int once = session_health(ask->s);
    if (once && session_lists(ask->s) && session_clients_readable(ask->s) &&
        filter_has_text(&ask->filter))
        return STMT_TOTALS_FOUND;
    if (!filter_is_empty(&ask->filter) && session_clients_readable(ask->s))
        return once ? STMT_TOTALS_ONCE_FILTERED : STMT_TOTALS_FILTERED;
    if (!filter_is_empty(&ask->filter))
        return once ? STMT_TOTALS_ONCE_BARE : STMT_TOTALS_BARE;
    if (ask->whole)
        return once ? STMT_TOTALS_ONCE_ALL : STMT_TOTALS_ALL;
    return once ? STMT_TOTALS_ONCE : STMT_TOTALS;
}

static int send_totals(struct ask_totals *ask, struct err *e)
{
    enum stmt stmt = choose(ask);
    char rows[NUMBER_TEXT];
    struct param_filter filter;
    const char *own = session_organisation(ask->s);
    const char *values[SUM_BASE + PARAM_FILTER] = {ask->whole ? NULL : rows, ask->organisation};
    (void)snprintf(rows, sizeof rows, "%d", ROWS_FIRST);
    if (!ask->organisation[0])
        values[1] = own[0] ? own : NULL;
    param_filter(&filter, &ask->filter, values + SUM_BASE);
    const struct query query = {stmt, stmt_params(stmt), values};
    return session_send(ask->s, TRANSACTION_READ, &query, 1, got_totals, ask, e);
}

int q_connexion_totals(struct session *s, const struct filter *filter, const char *organisation,
                       totals_done done, void *arg, struct err *e)
{
    struct ask_totals *ask = mem_zero(1, sizeof *ask);
    *ask = (struct ask_totals){.done = done, .arg = arg, .s = s, .filter = *filter};
    (void)snprintf(ask->organisation, sizeof ask->organisation, "%s", organisation);
    int rc = send_totals(ask, e);
    if (rc < 0)
        free(ask);
    return rc;
}
