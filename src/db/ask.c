#include "config.h"

#include "db/ask.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "db/param.h"

#include <stdlib.h>

enum { IDS_MAX = 1 << 20 };

int ask_refused(const struct session *s, struct err *e)
{
    if (session_health(s))
        return 0;
    (void)err_set(
        e, ERR_DATABASE,
        _("This database has no tables for health and costs, or they are closed to you."));
    if (e)
        (void)err_cure(e,
                       _("Let the owner of the database run `vigie init`: it adds what is new."));
    return 1;
}

struct asked {
    ask_done done;
    void *arg;
};

static void answered(void *arg, PGresult *const *results, int count, struct err *e)
{
    struct asked *asked = arg;
    (void)results;
    (void)count;
    asked->done(asked->arg, e);
    free(asked);
}

static int ask(struct session *s, enum transaction transaction, enum stmt stmt,
               const char *const *values, struct asked asks, struct err *e)
{
    if (ask_refused(s, e))
        return -(int)ERR_DATABASE;
    const struct query query = {stmt, stmt_params(stmt), values};
    struct asked *asked = mem_zero(1, sizeof *asked);
    *asked = asks;
    int rc = session_send(s, transaction, &query, 1, answered, asked, e);
    if (rc < 0)
        free(asked);
    return rc;
}

int ask_write(struct session *s, enum stmt stmt, const char *const *values, ask_done done,
              void *arg, struct err *e)
{
    return ask(s, TRANSACTION_WRITE, stmt, values, (struct asked){done, arg}, e);
}

int ask_edit(struct session *s, enum stmt stmt, const char *const *values, ask_done done, void *arg,
             struct err *e)
{
    return ask(s, TRANSACTION_EDIT, stmt, values, (struct asked){done, arg}, e);
}

void ask_ids(struct str *out, const char *const *ids, int count)
{
    str_init(out, IDS_MAX);
    param_array_open(out);
    for (int i = 0; i < count; i++)
        param_array_add(out, ids[i]);
    param_array_close(out);
}
