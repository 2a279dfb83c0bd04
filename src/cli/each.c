#include "config.h"

#include "cli/each.h"

#include "cli/fetch.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

int each_open(struct each *each, struct cli *cli)
{
    const struct options *o = &cli->options;
    const char *filter = option_get(o, OPT_FILTER);
    *each = (struct each){.cli = cli};
    page_request_init(&each->request);
    int rc = order_parse(&each->request.order, option_get(o, OPT_SORT), &cli->err);
    if (rc == 0 && filter)
        rc = filter_parse(&each->request.filter, filter, &cli->err);
    if (rc == 0)
        rc = option_int(o, OPT_LIMIT, 1, INT_MAX, 0, &each->limit, &cli->err);
    if (rc == 0)
        rc = cli_open(cli, &each->session, &each->proof);
    if (rc == 0)
        rc = fetch_scope(each->session, &each->proof, option_get(o, OPT_ORGANISATION),
                         &each->request, &cli->err);
    return rc;
}

int each_open_all(struct each *each, struct cli *cli)
{
    *each = (struct each){.cli = cli};
    page_request_init(&each->request);
    int rc = cli_open(cli, &each->session, &each->proof);
    if (rc == 0)
        rc = fetch_scope(each->session, &each->proof, NULL, &each->request, &cli->err);
    return rc;
}

void each_close(struct each *each)
{
    session_destroy(each->session);
    page_request_finish(&each->request);
}

struct group {
    each_visit visit;
    void *arg;
    int size, len;
    struct connexion *rows[EACH_MAX];
    const char *ids[EACH_MAX];
};

static int flush(struct group *g)
{
    int rc = g->len ? g->visit(g->arg, g->rows, g->ids, g->len) : 0;
    for (int i = 0; i < g->len; i++)
        connexion_destroy(g->rows[i]);
    g->len = 0;
    return rc;
}

static int keep(void *arg, const struct connexion *row)
{
    struct group *g = arg;
    g->rows[g->len] = connexion_copy(row);
    g->ids[g->len] = g->rows[g->len]->id;
    return ++g->len == g->size ? flush(g) : 0;
}

int each_run(struct each *each, int group, each_visit visit, void *arg)
{
    struct group g = {
        .visit = visit, .arg = arg, .size = group > 0 && group < EACH_MAX ? group : EACH_MAX};
    int rc = fetch_each(each->session, &each->request, each->limit, keep, &g, &each->cli->err);
    if (rc == 0)
        return flush(&g);
    for (int i = 0; i < g.len; i++)
        connexion_destroy(g.rows[i]);
    return rc;
}
